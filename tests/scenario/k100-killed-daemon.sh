#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The short form of make soak: 24 applications under kill -9.
cd "$(dirname "$0")/../.." || exit 2
COUNT=24 BASE_PORT=19280 exec tests/sim/soak.sh
