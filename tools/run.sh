#!/bin/sh
# Starts a hub with the demonstration list of invented people. usage: run.sh PORT DATA
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$2/lists"
[ -f "$2/lists/demo.ftm.jsonl" ] || cp "$root/data/demo/demo.ftm.jsonl" "$2/lists/"
exec "$root/build/cordon" hub --data "$2" --port "$1"
