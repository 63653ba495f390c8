#!/bin/sh
# run -- starts the server with a sample workspace: six teams, some forty people, their last four
# weeks. What is done in it stays until build/run is removed. Called by `make run`, after the build.
# LISTEN=ADDRESS:PORT says where to listen.
set -eu
cd "$(dirname "$0")/.."
evenkeel=build/release/evenkeel
data=build/run
sign_in=build/run.sign-in

if [ ! -f "$sign_in" ] || [ ! -d "$data" ]; then
	rm -rf "$data"
	"$evenkeel" init --data "$data" --sample >"$sign_in"
fi
cat "$sign_in"
cat <<TEXT
From the command line (build/run is its data directory):
  $evenkeel queue --data $data
  $evenkeel explain conversation ID --data $data
Remove it with: $evenkeel sample remove --data $data
TEXT
exec "$evenkeel" serve --data "$data" --listen "${LISTEN:-127.0.0.1:7420}"
