#!/bin/sh
# Runs every fuzz target for some seconds, two at a time, with the sanitizers. usage: fuzz.sh SECONDS
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
build=$root/build-fuzz
seconds=${1:-60}
[ -f "$build/build.ninja" ] || CC=clang-14 meson setup "$build" "$root" -Dfuzz=true -Dui=false -Db_lundef=false \
	-Db_sanitize=address,undefined -Dc_args=-fsanitize=fuzzer-no-link >/dev/null
ninja -C "$build" >"$build/ninja.log" 2>&1 || { cat "$build/ninja.log" >&2; exit 1; }
mkdir -p "$build/found" "$build/corpus"
run() {
	mkdir -p "$build/corpus/$1"
	if "$build/fuzz/fuzz_$1" -max_total_time="$seconds" -rss_limit_mb=2048 -timeout=10 -print_final_stats=1 \
		-artifact_prefix="$build/found/$1-" "$build/corpus/$1" "$root/fuzz/corpus/$1" >"$build/$1.log" 2>&1; then
		echo "ok   $1: $(sed -n 's/stat::number_of_executed_units: *//p' "$build/$1.log") runs"
	else
		echo "FAIL $1: see $build/$1.log"
		return 1
	fi
}
failed=0
pids=
for target in $(cut -d' ' -f1 "$root/fuzz/targets.txt"); do
	run "$target" &
	pids="$pids $!"
	if [ "$(echo "$pids" | wc -w)" -ge 2 ]; then
		for pid in $pids; do wait "$pid" || failed=1; done
		pids=
	fi
done
for pid in $pids; do wait "$pid" || failed=1; done
exit $failed
