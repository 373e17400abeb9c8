#!/bin/sh
# Starts a hub with the demonstration list of invented people and invented officers. usage: run.sh PORT DATA
# A folder whose hub is no demonstration is served as it is.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$2/lists"
[ -f "$2/lists/demo.ftm.jsonl" ] || cp "$root/data/demo/demo.ftm.jsonl" "$2/lists/"
"$root/build/cordon" demo --data "$2" || true
exec "$root/build/cordon" hub --data "$2" --port "$1"
