#!/bin/sh
# setup -- brings a Debian 12 machine to what scripts/packages.txt and package.json ask for.
# usage: setup.sh [bench]   (bench: also what scripts/packages-bench.txt asks for)
#
# Installs only what is missing; says nothing and takes a moment when nothing is. Needs root or sudo
# when something is missing.
set -eu
cd "$(dirname "$0")/.."

# Whether what a line of packages.txt names is there.
found() {
	case $1 in
	cmd:*) command -v "${1#cmd:}" >/dev/null ;;
	pc:*) command -v pkg-config >/dev/null && pkg-config --exists "${1#pc:}" ;;
	file:*)
		for path in ${1#file:}; do
			[ -e "$path" ] && return 0
		done
		return 1
		;;
	*)
		echo "scripts/packages.txt: cannot read $1" >&2
		exit 2
		;;
	esac
}

lists=scripts/packages.txt
[ "${1:-}" != bench ] || lists="$lists scripts/packages-bench.txt"
missing=
# shellcheck disable=SC2086
while read -r package how _; do
	case $package in '' | '#'*) continue ;; esac
	found "$how" || missing="$missing $package"
done <<LISTS
$(cat $lists)
LISTS

if [ -n "$missing" ]; then
	echo "setup: installing$missing"
	as_root=
	[ "$(id -u)" = 0 ] || as_root=sudo
	export DEBIAN_FRONTEND=noninteractive
	$as_root apt-get update -q
	# The names are a list: split on purpose.
	# shellcheck disable=SC2086
	$as_root apt-get install -q -y --no-install-recommends $missing
fi

# The scripts' own modules, and again whenever the lock file changes. npm writes the folder's list
# last, so that it is newer than the lock file exactly when it was installed from it.
if [ -f package-lock.json ] && [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
	echo "setup: installing the scripts' modules"
	npm ci --silent --no-audit --no-fund
	touch node_modules/.package-lock.json
fi
