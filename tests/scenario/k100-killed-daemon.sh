#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# The short form of make soak: 40 applications under kill -9.
cd "$(dirname "$0")/../.." || exit 2
COUNT=40 BASE_PORT=19280 exec tests/sim/soak.sh
