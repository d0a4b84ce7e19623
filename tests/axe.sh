#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Prints the path of axe.min.js (axe-core, MPL-2.0), the accessibility checker the browser test loads into each page.
# The first call gets it with npm, in the version and with the digest below; it is not part of this repository.
# Fails when it cannot be had: the caller then reports its accessibility checks as skipped.
set -u
cd "$(dirname "$0")/.." || exit 2
version=4.10.3
digest=880970c081707360e64f34cea25ff91892f5bc95675b0776925b9709dd8a68bb
file=build/npm/node_modules/axe-core/axe.min.js
good() { [ -f $file ] && echo "$digest  $file" | sha256sum --check --status -; }
if ! good; then
	mkdir -p build/npm
	npm install --prefix build/npm --no-save --no-package-lock --ignore-scripts --no-audit --no-fund axe-core@$version \
	    </dev/null >build/npm/log 2>&1
	good || { echo "axe-core $version cannot be installed (build/npm/log)" >&2; exit 1; }
fi
echo "$PWD/$file"
