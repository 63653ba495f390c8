#!/bin/sh
# test -- all tests, cheapest first; the last line is "N passed, N failed[, N skipped]".
#
# Each part is one program. Its counts are read from its last words: cmocka's, or the plain line.
# A part that ends badly without a failed test, or that ran nothing, counts as one failure.
# EK_LONG=1 runs the same with longer parameters; EK_JOBS is the number of compilers at once.
set -eu
cd "$(dirname "$0")/.."
log=build/test.log
passed=0 failed=0 skipped=0
mkdir -p build

# "PASSED FAILED SKIPPED" of a log. A plain line is a program's own sum, and the last one counts.
count() {
	awk '
	/^\[  PASSED  \] [0-9]+ test/ { p += $4 }
	/^\[  FAILED  \] [0-9]+ test/ { f += $4 }
	/^\[  SKIPPED \] [0-9]+ test/ { s += $4 }
	/^[0-9]+ passed, [0-9]+ failed(, [0-9]+ skipped)?$/ { plain = 1; P = $1; F = $3; S = $5 }
	END { print (plain ? P : p) + 0, (plain ? F : f) + 0, (plain ? S : s) + 0 }
	' "$1"
}

# part NAME COMMAND...: runs it, adds its counts, and shows what it printed if it failed.
part() {
	name=$1
	shift
	status=0
	"$@" >$log 2>&1 </dev/null || status=$?
	counts=$(count $log)
	p=${counts%% *} s=${counts##* } f=${counts#* }
	f=${f% *}
	if [ "$f" = 0 ] && [ $((p + s)) = 0 ]; then
		f=1
		echo "$name: ran nothing" >>$log
	elif [ $status != 0 ] && [ "$f" = 0 ]; then
		f=1
		echo "$name: ended with $status" >>$log
	fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	[ "$f" = 0 ] || cat $log
	[ "$s" = 0 ] || grep -i skip $log || true
	echo "$name: $p passed, $f failed, $s skipped ($(($(date +%s) - begun)) s)"
}

# A step that is one test by itself.
step() {
	"$@" && echo "1 passed, 0 failed" || echo "0 passed, 1 failed"
}

# lane NAME SCRIPT...: beside what goes on meanwhile, for tests that wait as much as they work.
# join NAME: what they printed, and their counts.
lane() {
	lane=$1
	shift
	(
		log=build/test-$lane.log passed=0 failed=0 skipped=0
		for script; do
			part "$script" node "build/ts/${script%.ts}.js"
		done
		echo "$passed $failed $skipped" >"build/lane-$lane"
	) >"build/lane-$lane.out" 2>&1 &
}

join() {
	wait
	cat "build/lane-$1.out"
	counts=$(cat "build/lane-$1")
	p=${counts%% *} s=${counts##* } f=${counts#* }
	f=${f% *}
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
}

finish() {
	if [ $skipped = 0 ]; then
		echo "$passed passed, $failed failed"
	else
		echo "$passed passed, $failed failed, $skipped skipped"
	fi
	[ $failed = 0 ]
	exit
}

# build NAME [TARGET...]: what follows needs it, so a build that fails is the end.
build() {
	part "build $*" step scripts/build.sh "$@"
	[ "$f" = 0 ] || finish
}

unit_tests() {
	for program in $(find "build/$1" -maxdepth 1 -type f -name '*_test' | LC_ALL=C sort); do
		part "$1 ${program##*/}" "$program"
	done
}

begun=$(date +%s)
part tidy step scripts/tidy.sh
part scripts step npm run --silent build

build release
unit_tests release
histories=500
[ -z "${EK_LONG:-}" ] || histories=10000
part "second opinion" build/release/evenkeel_sim --seed 1 --count $histories --events 200
build sanitize
unit_tests sanitize

# Other compilers' programs, for tests/replay_test.ts.
build plain evenkeel
build clang evenkeel
# What the server was asked is gathered here, for tests/openapi_test.ts.
rm -f build/api-met build/lane-*
# Beside the others: first those of mail, of which all is gathered before the document is looked
# at, then half of those with a browser.
lane mail tests/mail_*_test.ts
for script in tests/*_test.sh tests/*_test.ts; do
	case $script in
	tests/openapi_test.ts)
		join mail
		lane web tests/web_[a-m]*_test.ts
		;;
	esac
	case $script in
	*'*'* | tests/mail_*_test.ts | tests/web_[a-m]*_test.ts) ;;
	*.sh) part "$script" sh "$script" ;;
	*.ts) part "$script" node "build/ts/${script%.ts}.js" ;;
	esac
done
join web

[ -z "${EK_LONG:-}" ] || part "lint of the API's document" step scripts/lint_api.sh

# shellcheck disable=SC2046
build fuzz $(basename -s .c fuzz/*_fuzz.c)
for target in fuzz/*_fuzz.c; do
	name=${target#fuzz/}
	name=${name%.c}
	part "corpus $name" step "build/fuzz/$name" -runs=0 "fuzz/corpus/${name%_fuzz}"
done
finish
