#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Builds the Debian packages of this tree into build/deb. Run from the top of the tree ("make deb").
set -eu
version=$(sed -n 's/^#define DEPESCHE_VERSION "\(.*\)"$/\1/p' gateway/base/version.h)
grep -q "^depesche ($version)" packaging/debian/changelog || { echo "packaging/debian/changelog: no entry for $version" >&2; exit 1; }
to=build/deb/depesche-$version
rm -rf build/deb
mkdir -p "$to"
tar --exclude=./build --exclude=./.git --exclude=./var -cf - . | tar -xf - -C "$to"
mv "$to/packaging/debian" "$to/debian"
(cd "$to" && DEB_BUILD_OPTIONS="parallel=$(nproc) nocheck" dpkg-buildpackage -b -us -uc) >build/deb/log 2>&1 ||
	{ tail -n 30 build/deb/log >&2; exit 1; }
rm -rf "$to"
ls build/deb/*.deb
