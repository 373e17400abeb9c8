#!/bin/sh
# Measures the engine on a generated list and writes bench/results/latest.json. usage: bench.sh PERSONS
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$root/bench/results"
exec "$root/build/engine_bench" "$root" "$1" "$root/bench/results/latest.json"
