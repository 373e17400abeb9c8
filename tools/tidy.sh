#!/bin/sh
# clang-tidy (.clang-tidy) over src/, with what clang 14 builds; fails on any finding. usage: tidy.sh [REGEX OF FILES]
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-clang
cd "$root"
[ -f "$build/build.ninja" ] || CC=clang-14 meson setup "$build" -Dtests=true >/dev/null
ninja -C "$build" >"$build/ninja.log" 2>&1 || { cat "$build/ninja.log" >&2; exit 1; }
if run-clang-tidy-14 -quiet -j2 -p "$build" "$root/src/${1:-}.*" >"$build/tidy.log" 2>&1; then
	echo "tidy: nothing found in $(grep -ac ^clang-tidy "$build/tidy.log") files"
else
	sed 's/\x1b\[[0-9;]*m//g' "$build/tidy.log" | grep -E '(warning|error): ' | sort -u
	echo "tidy: the whole story is in build-clang/tidy.log" >&2
	exit 1
fi
