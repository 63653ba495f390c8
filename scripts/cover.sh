#!/bin/sh
# cover -- which lines and branches the unit tests reach, file by file.
set -eu
cd "$(dirname "$0")/.."
scripts/build.sh cover
rm -rf build/cover/raw
objects=
for program in build/cover/*_test; do
	LLVM_PROFILE_FILE="build/cover/raw/${program##*/}" "$program" >/dev/null 2>&1
	objects="$objects -object $program"
done
llvm-profdata merge -o build/cover/all build/cover/raw/*
# shellcheck disable=SC2086
llvm-cov report -instr-profile build/cover/all -show-branch-summary -show-region-summary=false \
	-ignore-filename-regex '_test\.c$|^/usr' ${objects# -object}
