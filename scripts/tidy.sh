#!/bin/sh
# tidy -- builds the tools and the pure rooms, and lets the house check itself.
# usage: tidy.sh [CHECK...]
set -eu
cd "$(dirname "$0")/.."
scripts/build.sh release house
build/release/tidy --objects build/release --ekgen build/release/ekgen "$@"
