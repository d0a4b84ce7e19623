#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# Documentation that a program can check: a README in every folder with code, a comment at every prototype, every log
# event in docs/log-events.md and the other way round, and generated pages that are current. Prints file:line: what.
set -u
cd "$(dirname "$0")/../.." || exit 2
mapfile -t code < <(git ls-files 'config/*.[ch]' 'gateway/*.[ch]' 'osci/*.[ch]' 'pki/*.[ch]' 'spool/*.[ch]' 'xta/*.[ch]')

readmes() {
	printf '%s\n' "${code[@]}" tests/fuzz/x.c | grep '\.c$' | xargs -n1 dirname | sort -u | while read -r d; do
		[ -f "$d/README.md" ] || echo "$d:1: no README.md"
	done
}

# A block is what stands between blank lines. A block with a prototype needs a comment in it: a heading far above says
# nothing about a function. Where a header has one such block only, the comment of the header is enough.
prototypes() {
	printf '%s\n' "${code[@]}" | grep '\.h$' | while read -r f; do
		awk '
		function flush() {
			if (proto) blocks++
			if (proto && !comment) bad[proto] = FILENAME ":" proto ": prototype without a comment"
			proto = comment = 0
		}
		/^[ \t]*$/ { flush(); next }
		/\/\*/ { comment = 1 }
		/^#/ || /\\$/ || /^typedef/ { next }
		/^[a-z][A-Za-z0-9_ *]*[ *][a-z][a-z0-9_]*\(/ && !/=/ && !/^static/ { if (!proto) proto = FNR }
		END { flush(); if (blocks > 1) for (line in bad) print bad[line] }' "$f"
	done
}

# The string literals in the second argument of log_event(), which may be a choice between two. Prints file:line name.
events() {
	printf '%s\n' "${code[@]}" | grep '\.c$' | xargs -r perl -0777 -ne '
	while (/\blog_event\(/g) {
		my ($at, $line) = (pos, 1 + (substr($_, 0, $-[0]) =~ tr/\n//));
		my ($depth, $arg, @names) = (0, 0);
		while (substr($_, $at) =~ /\A("(?:[^"\\]|\\.)*"|[(),]|[^"(),]+)/) {
			my $t = $1;
			$at += length $t;
			$depth++ if $t eq "(";
			last if $t eq ")" && $depth-- == 0;
			next unless $depth == 0;
			last if $t eq "," && ++$arg == 2;
			push @names, substr($t, 1, -1) if $arg == 1 && $t =~ /^"/;
		}
		print "$ARGV:$line $_\n" for @names ? @names : ("?");
	}'
}

log_events() {
	local doc=docs/log-events.md listed used
	listed=$(sed -n 's/^| `\([^`]*\)` |.*/\1/p' "$doc" 2>/dev/null)
	used=$(events)
	while read -r where name; do
		[ -n "$where" ] || continue
		case $name in
		\?) echo "$where: the event name has to be a string literal" ;;
		*) grep -qxF "$name" <<<"$listed" || echo "$where: event $name is not listed in $doc" ;;
		esac
	done <<<"$used"
	for name in $listed; do
		grep -qF " $name" <<<"$used" || echo "$doc:$(grep -nF "\`$name\`" "$doc" | head -1 | cut -d: -f1): nothing logs $name"
	done
}

generated() {
	local tmp
	tmp=$(mktemp -d)
	if tests/check/gen-docs.sh "$tmp"; then
		(cd "$tmp" && find . -type f | sed 's|^\./||') | while read -r f; do
			cmp -s "$tmp/$f" "docs/$f" || echo "docs/$f:1: not current: make docs"
		done
	else
		echo "tests/check/gen-docs.sh:1: failed"
	fi
	rm -rf "$tmp"
}

{ readmes; prototypes; log_events; generated; } | awk '{ print; bad = 1 } END { exit bad }'
