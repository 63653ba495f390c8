#!/bin/sh
# fuzz -- every fuzz target for some seconds. What it learns stays in build/corpus; an input that
# breaks something is left in build/found, for a row of a table test and a file of fuzz/corpus.
# usage: fuzz.sh SECONDS
set -eu
cd "$(dirname "$0")/.."
for source in fuzz/*_fuzz.c; do
	name=$(basename "$source" _fuzz.c)
	mkdir -p "build/corpus/$name" build/found
	echo "$name:"
	"build/fuzz/${name}_fuzz" -max_total_time="$1" -timeout=10 -verbosity=0 \
		-print_final_stats=1 -artifact_prefix="build/found/$name-" \
		"build/corpus/$name" "fuzz/corpus/$name"
done
