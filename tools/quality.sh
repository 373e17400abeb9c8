#!/bin/sh
# The matching scoreboard: the evaluation through the program. usage: quality.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
# Honest travellers against a long list, by the project's own tables (docs/quality.md, "Who is stopped by mistake").
"$root/build/referrals_bench" "$root" 100000 1000000
shared=${CORDON_SHARED:-$root/../shared}
if [ ! -d "$shared/eval/dev" ]; then
	echo "make quality: the evaluation data is not here ($shared/eval); nothing was measured"
	exit 0
fi
out=$root/build/quality
mkdir -p "$out"
screen="$root/build/cordon screen --list $shared/eval/dev/list.jsonl --cutoff 0 --limit 5 --threads 2"
# 3 says that some queries were answered with an error: the scorer counts them as not found.
$screen "$shared/eval/dev/queries.jsonl" >"$out/answers.jsonl" || [ $? = 3 ]
$screen "$shared/eval/dev/travellers.jsonl" >"$out/travellers.out" || [ $? = 3 ]
python3 "$shared/eval/score.py" "$shared/eval/dev" "$out/answers.jsonl" "$out/travellers.out" --json "$out/scoreboard.json"
