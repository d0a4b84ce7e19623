#!/bin/bash
# SPDX-License-Identifier: EUPL-1.2
# What comments and documents name has to exist: source files, scripts, pages, folders of them, and keys of the
# configuration. Prints file:line: what. A name with < or * in it is a pattern and not looked for.
set -u
cd "$(dirname "$0")/../.." || exit 2
git ls-files | grep -E '\.(md|[ch]|sh|bash|py|1|5|8|yaml)$|^Makefile$' | grep -vE '^tests/(fuzz/corpus|unit/.*/data)|^LICENSE' |
xargs perl -ne '
BEGIN {
	for my $f (split /\n/, qx(git ls-files)) {
		$all{$f} = 1;
		my $d = $f;
		while ($d =~ s{/[^/]*$}{}) { $folder{$d} = 1 }
		(my $b = $f) =~ s{.*/}{};
		$base{$b} = 1;
	}
	my ($section, %in);
	open my $c, "<", "docs/config.md" or die "docs/config.md: $!";
	while (<$c>) {
		if (/^## ([a-z_]+)$/) { $section = $1; $sections{$1} = 1 }
		if (/^\| `([a-z_.\[\]]+)`/ && defined $section) { $key{"$section.$1"} = 1 }
	}
	open my $l, "<", "docs/log-events.md" or die "docs/log-events.md: $!";
	while (<$l>) { $key{$1} = 1 if /^\| `([^`]+)` \|/ }
	$ok{"jansson.h"} = 1;
}
my $text = $_;
# In code only comments and the strings of usage texts speak of files; includes do not.
next if $ARGV =~ /\.[ch]$/ && $text =~ /^\s*#\s*include/;
if ($ARGV =~ /\.[ch]$/) {
	my $said = "";
	$said .= " $1" while $text =~ m{(?:/\*|^ \*|//)(.*?)(?:\*/|$)}g;
	$text = $said;
} elsif ($ARGV =~ /\.(?:sh|bash|py)$|Makefile$/) {
	$text = $text =~ /^\s*#(.*)/ ? $1 : "";
}
while ($text =~ m{(?<![\w<>*/.\$\{-])((?:[\w-]+/)*[\w-]+\.(?:c|h|sh|bash|md|py))(?![\w<*/-]|\.\w)}g) {
	my $name = $1;
	next if $ok{$name};
	(my $dir = $ARGV) =~ s{[^/]*$}{};
	my $found = $name =~ m{/} ? ($all{$name} || $all{"gateway/$name"} || $all{"$dir$name"} || $all{"tests/$name"}) : $base{$name};
	# a page or folder of folders may be named from one level up
	if (!$found && $name =~ m{/} && $dir =~ m{^(.*/)[^/]+/$}) { $found = $all{"$1$name"} }
	if ($found) { $ok{$name} = 1 } else { print "$ARGV:$.: names $name, which is not there\n"; $bad = 1 }
}
while ($text =~ /`([a-z_]+)\.([a-z_]+(?:\.[a-z_]+)*)`/g) {
	my ($s, $k) = ($1, $2);
	next if !$sections{$s} || $key{"$s.$k"} || $k =~ /^(?:c|h|md|json|yaml|sh)$/;
	print "$ARGV:$.: names the key $s.$k, which docs/config.md does not have\n"; $bad = 1;
}
close ARGV if eof;
END { $? = $bad ? 1 : 0 }' | sort -t: -k1,1 -k2,2n | awk '{ print; bad = 1 } END { exit bad }'
