#!/bin/sh
# web -- the web UI as one file, build/web.pack, which every build of the program carries. Called by
# scripts/build.sh; makes it only when it is missing or older than what it is made of.
# The words' catalogue (web/src/words/made) is made on the way, and no source.
set -eu
cd "$(dirname "$0")/.."
pack=build/web.pack

if [ -f "$pack" ]; then
	newer=$(find web scripts/words.ts scripts/web_pack.ts package-lock.json \
		-path web/src/words/made -prune -o -newer "$pack" -print | head -n 1)
	[ -n "$newer" ] || exit 0
fi
mkdir -p build
npm run --silent web
# Also when nothing in it changed: it is as new as what it was made of.
touch "$pack"
