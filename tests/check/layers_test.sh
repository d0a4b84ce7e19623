#!/bin/sh
# SPDX-License-Identifier: EUPL-1.2
# layers.sh refuses what the house forbids: the file is judged as if it stood in the folder.
cd "$(dirname "$0")/../.." || exit 2
file=$(mktemp)
trap 'rm -f "$file"' EXIT
refused() { # folder header
	printf '#include %s\n' "$2" >"$file"
	if tests/check/layers.sh "$1=$file" >/dev/null; then echo "not ok - $1 may include $2"; else echo "ok - $1 does not include $2"; fi
}
allowed() { # folder header
	printf '#include %s\n' "$2" >"$file"
	if tests/check/layers.sh "$1=$file" >/dev/null; then echo "ok - $1 includes $2"; else echo "not ok - $1 does not include $2"; fi
}
refused osci '"spool/store.h"'
refused osci '"http/client.h"'
refused osci '"config/conf.h"'
refused pki '"osci/content.h"'
refused spool '"config/conf.h"'
refused spool '"spool/lmdb/lmdb.h"'
refused spool '<lmdb.h>'
refused gateway/delivery '"spool/lmdb/lmdb.h"'
refused gateway/delivery '"mailbox/osci_store.h"'
refused gateway/peer '"dir/resolve.h"'
refused gateway/form/model '"spool/store.h"'
refused gateway/form/web '<cairo.h>'
refused osci '<openssl/evp.h>'
refused gateway/form/web '<glib.h>'
allowed osci '"pki/cert.h"'
allowed gateway/delivery '"peer/osci.h"'
