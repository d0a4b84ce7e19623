#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# sbom.sh PROGRAM...: which Debian packages the programs are linked with, and their versions, as SPDX 2.3 JSON.
set -eu
version=$(sed -n 's/^#define DEPESCHE_VERSION "\(.*\)"$/\1/p' gateway/base/version.h)
# /lib is a link to /usr/lib here and not there: a package may know its file by either name.
owner() { dpkg-query -S "$1" 2>/dev/null || dpkg-query -S "${1#/usr}" 2>/dev/null || dpkg-query -S "/usr$1"; }
for program in "$@"; do ldd "$program"; done | sed -n 's/.* => \(\/[^ ]*\) .*/\1/p' | sort -u | while read -r file; do
	owner "$file" | sed 's/: .*//' | head -n 1
done | sort -u | xargs dpkg-query -W -f='${Package}\t${Version}\t${source:Package}\n' |
	jq -R -s --arg version "$version" '
	[split("\n")[] | select(. != "") | split("\t")] as $libs |
	{
		spdxVersion: "SPDX-2.3", dataLicense: "CC0-1.0", SPDXID: "SPDXRef-DOCUMENT", name: "depesche-\($version)",
		documentNamespace: "https://depesche.invalid/spdx/\($version)",
		packages: ([{ SPDXID: "SPDXRef-depesche", name: "depesche", versionInfo: $version, licenseDeclared: "EUPL-1.2",
			downloadLocation: "NOASSERTION" }] +
			[$libs[] | { SPDXID: "SPDXRef-\(.[0] | gsub("[^A-Za-z0-9.-]"; "-"))", name: .[0], versionInfo: .[1],
				downloadLocation: "NOASSERTION", externalRefs: [{ referenceCategory: "PACKAGE-MANAGER",
				referenceType: "purl", referenceLocator: "pkg:deb/debian/\(.[0])@\(.[1])" }] }]),
		relationships: [$libs[] | { spdxElementId: "SPDXRef-depesche", relationshipType: "DEPENDS_ON",
			relatedSpdxElement: "SPDXRef-\(.[0] | gsub("[^A-Za-z0-9.-]"; "-"))" }]
	}'
