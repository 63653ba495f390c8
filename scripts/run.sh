#!/bin/sh
# run -- shows Evenkeel at work: real calls if the data sets lie beside the checkout, else a made
# month; then says how to ask why. Called by `make run`, after the build.
set -eu
cd "$(dirname "$0")/.."
evenkeel=build/release/evenkeel
data=build/run
work=build/run.jsonl

rm -rf "$data"
if [ -d ../shared/data/01-anonbank-feb1999a ]; then
	echo "A bank's telephone centre, February 1999:"
	node build/ts/scripts/bank.js "$work"
else
	echo "A made month of a support team (seed 1):"
	"$evenkeel" sample --seed 1 >"$work"
fi
"$evenkeel" drive --data "$data" "$work"
cat <<TEXT

The log is in $data. Ask it:
  $evenkeel queue --data $data
        who waits, in which order, and for what
  $evenkeel explain conversation ID --data $data
        why it went to this teammate and not to another, or why it waits; an ID is a number or a
        name from $work
TEXT
