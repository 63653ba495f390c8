# A thin front; the work is in scripts/ and meson.build.
MAKEFLAGS += --no-builtin-rules --no-print-directory
SEED   = 1
COUNT  = 100
FUZZ_S = 60
C_FILES = $(shell find src sim fuzz bench -name '*.[ch]' 2>/dev/null)

.PHONY: help setup build run test test-long tidy format gen web sim fuzz crash bench cover clean
help:           # this list
	@sed -n 's/^\([a-z-]*\):[^#]*# /make \1\t/p' Makefile | expand -t 20
setup:          # install what is missing (scripts/packages.txt); a moment when nothing is
	@scripts/setup.sh
build: setup    # the release build
	@scripts/build.sh release
	@npm run --silent build
run: setup      # the server with a sample workspace; LISTEN=127.0.0.1:7420
	@scripts/build.sh release evenkeel
	@scripts/run.sh
test: setup     # everything that a change must pass, cheapest first
	@scripts/test.sh
test-long: setup # the same with longer parameters
	@EK_LONG=1 scripts/test.sh
tidy: setup     # the rules of the house that a machine can check
	@scripts/tidy.sh
format: setup   # let clang-format rewrite
	@clang-format -i $(C_FILES)
gen: setup      # rewrite the files that come from schema/
	@scripts/build.sh release ekgen
	@build/release/ekgen
web: setup      # the web UI alone, as build/web.pack: EVENKEEL_SERVER_WEB names it to a server
	@npm run --silent web
sim: setup      # a simulated team: SEED= first seed, COUNT= how many
	@scripts/build.sh release evenkeel_sim
	@build/release/evenkeel_sim --seed $(SEED) --count $(COUNT)
fuzz: setup     # every fuzz target for FUZZ_S= seconds
	@scripts/build.sh fuzz
	@scripts/fuzz.sh $(FUZZ_S)
crash: setup    # kill the writer again and again, and look what is there
	@scripts/build.sh release tests_kill_test
	@build/release/tests_kill_test
bench:          # our benchmarks, and the peers beside them
	@scripts/setup.sh bench
	@scripts/build.sh release
	@npm run --silent build
	@node build/ts/bench/run.js
	@node build/ts/bench/kpi.js
	@node build/ts/bench/server.js
	@node build/ts/bench/board.js
	@node build/ts/bench/mails.js
	@node build/ts/bench/chats.js
	@node build/ts/bench/search.js
cover: setup    # which lines and branches the unit tests reach
	@scripts/cover.sh
clean:          # remove build/
	@rm -rf build
