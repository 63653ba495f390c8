#!/bin/sh
# build -- makes one of the builds, each in its own folder build/NAME, and only what changed.
# usage: build.sh release|plain|clang|sanitize|fuzz|cover [TARGET...]
# plain (gcc -O0) and clang (-O2) are for tests/replay_test.ts, which asks them for the same bytes.
set -eu
cd "$(dirname "$0")/.."
name=$1
shift

# Words for meson: split on purpose.
options=
compiler=clang
case $name in
release) compiler=gcc ;;
plain)
	compiler=gcc
	options=--buildtype=debug
	;;
clang) ;;
sanitize) options="-Db_sanitize=address,undefined -Doptimization=1" ;;
fuzz) options="-Db_sanitize=address,undefined -Doptimization=1 -Dfuzz=true" ;;
cover) options="-Doptimization=0 -Dcover=true" ;;
*)
	echo "build: no build is named $name" >&2
	exit 2
	;;
esac

if [ ! -f "build/$name/build.ninja" ]; then
	mkdir -p build
	# shellcheck disable=SC2086
	CC=$compiler meson setup $options "build/$name" >"build/$name.log" || {
		cat "build/$name.log"
		exit 1
	}
fi
# What the tools write is needed to make the web UI, so they are built without it.
case "$*" in
ekgen | house) ;;
*) scripts/web.sh ;;
esac
# Objects of sources that are gone go too, tests above all.
ninja -C "build/$name" -t cleandead >/dev/null
ninja -C "build/$name" --quiet -j "${EK_JOBS:-$(nproc)}" "$@"
