#!/usr/bin/env bash
# Starts a hub with the demonstration list of invented people and officers. Once it answers, beside it: the partner's witness, which cosigns the
# hub's ledger; a checkpoint, at the port ten above the hub's; the public site, twenty above, with what the invented public and the invented
# officers make of it (tools/fill_demo.py). The one line `ready:` on standard output, the last, is the hub's. usage: run.sh PORT DATA
# A folder whose hub is no demonstration is served as it is. BUILD in the environment is a folder of other programs than those in build.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
bin=${BUILD:-$root/build} port=$1 data=$2
processes=()
trap 'kill "${processes[@]}" 2>/dev/null || true' INT TERM EXIT

# Runs a program that says `ready: ADDRESS`; its address is in $address then, nothing where it ended before. What it says later is let go.
start() {
	exec {said}< <(exec "$@")
	processes+=("$!")
	address=
	read -r address <&"$said" && address=${address#ready: }
}

mkdir -p "$data/lists"
[ -f "$data/lists/demo.ftm.jsonl" ] || cp "$root/data/demo/demo.ftm.jsonl" "$data/lists/"
demonstration= options=()
if "$bin/cordon" demo --data "$data"; then
	demonstration=yes
	# Made new each time: warrants and birth dates are of today.
	python3 "$root/tools/make_submission.py" --rows 500 --errors 25 --language ko "$data/submission.xlsx" &&
		echo "A submission to try, of 500 invented people with 25 planted errors: $data/submission.xlsx"
	if [ ! -f "$data/partner/key" ]; then
		for purpose in list audit edition; do
			[ -f "$data/keys/$purpose.key" ] || "$bin/cordon" key create --data "$data" $purpose >/dev/null
		done
		mkdir -p "$data/partner"
		"$bin/cordon" key create --data "$data/partner" --name witness.kr witness >"$data/partner/key"
	fi
	witness=$(cat "$data/partner/key")
	grep -qF "$witness" "$data/keys/trusted" || echo "witness $witness" >>"$data/keys/trusted"
	if [ ! -f "$data/portal/portal.key" ]; then
		[ -f "$data/keys/public.key" ] || "$bin/cordon" key create --data "$data" public >/dev/null
		"$bin/cordon" portal --data "$data" add "$("$bin/cordon-portal" init --data "$data/portal")" demonstration >&2
	fi
	# After all keys: a code is for the keys that there are.
	code=$("$bin/cordon" demo --post --data "$data")
	options=(--witness "$witness" --public-site "http://127.0.0.1:$((port + 20))" --public-authority "Cordon, demonstration")
fi

start "$bin/cordon" hub --data "$data" --port "$port" "${options[@]}"
hub=${processes[0]} ready=$address
if [ "$ready" ] && [ "$demonstration" ]; then
	beside() { echo $((port ? port + $1 : 0)); } # where the hub takes any port that is free, so do they
	key_of() { sed -n "s/^$1 //p" "$data/keys/trusted" | head -1; }
	logs=()
	for log in list audit; do
		logs+=(--log "$(key_of "log $log"),${ready}ledger/$log")
	done
	"$bin/cordon" witness --data "$data/partner" --every 1 "${logs[@]}" >/dev/null &
	processes+=("$!")
	[ -z "$code" ] || "$bin/cordon-post" enrol --hub "${ready%/}" --code "$code" --data "$data/post" >&2
	start "$bin/cordon-post" run --data "$data/post" --port "$(beside 10)"
	post=$address
	options=(--data "$data/portal" --hub "${ready%/}" --key "$(key_of public)" --port "$(beside 20)" --demonstration)
	# Root has it become somebody else, where somebody else can come as far as its folder.
	if [ "$(id -u)" = 0 ] && setpriv --reuid=nobody --regid=nogroup --clear-groups test -x "$data"; then
		options+=(--user nobody)
	fi
	start "$bin/cordon-portal" run "${options[@]}"
	site=$address
	[ -f "$data/filled" ] || { python3 "$root/tools/fill_demo.py" "$ready" && touch "$data/filled"; } ||
		echo "run.sh: the public site stays as empty as it is; the next start tries again" >&2
	printf '  %-12s %s\n' Console "${ready}console/" Checkpoint "${post:-did not start}" "Public site" "${site:-did not start}${site:+km/}" >&2
fi
[ -z "$ready" ] || echo "ready: $ready"
status=0
wait "$hub" || status=$?
# a signal ends the waiting before the hub has ended
[ $status -le 128 ] || { status=0; wait "$hub" || status=$?; }
exit $status
