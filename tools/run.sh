#!/bin/sh
# Starts a hub with the demonstration list of invented people and invented officers, beside it the partner's witness, which cosigns the
# hub's ledger, a checkpoint, at the port ten above the hub's, and the public site, twenty above. usage: run.sh PORT DATA
# A folder whose hub is no demonstration is served as it is.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
cordon=$root/build/cordon
mkdir -p "$2/lists"
[ -f "$2/lists/demo.ftm.jsonl" ] || cp "$root/data/demo/demo.ftm.jsonl" "$2/lists/"
witness= hub= post= portal= code=
# Told to stop, all are; the hub's own end is this script's.
trap 'kill $hub $post $portal $witness 2>/dev/null || true' INT TERM EXIT
if "$cordon" demo --data "$2"; then
	# Made new each time: warrants and birth dates are of today.
	python3 "$root/tools/make_submission.py" --rows 500 --errors 25 --language ko "$2/submission.xlsx" &&
		echo "A submission to try, of 500 invented people with 25 planted errors: $2/submission.xlsx"
	if [ ! -f "$2/partner/key" ]; then
		for purpose in list audit edition; do
			[ -f "$2/keys/$purpose.key" ] || "$cordon" key create --data "$2" $purpose >/dev/null
		done
		mkdir -p "$2/partner"
		"$cordon" key create --data "$2/partner" --name witness.kr witness >"$2/partner/key"
	fi
	grep -qF "$(cat "$2/partner/key")" "$2/keys/trusted" || echo "witness $(cat "$2/partner/key")" >>"$2/keys/trusted"
	if [ ! -f "$2/portal/portal.key" ]; then
		[ -f "$2/keys/public.key" ] || "$cordon" key create --data "$2" public >/dev/null
		"$cordon" portal --data "$2" add "$("$root/build/cordon-portal" init --data "$2/portal")" demonstration >&2
	fi
	# After all keys: a code is for the keys that there are.
	code=$("$cordon" demo --post --data "$2")
	set -- "$1" "$2" --witness "$(cat "$2/partner/key")"
	logs=$(sed -n "s#^log \(list\|audit\) \(.*\)#--log \2,http://127.0.0.1:$1/ledger/\1#p" "$2/keys/trusted")
	if [ "$1" != 0 ]; then
		# the one line `ready:` on standard output is the hub's
		"$cordon" witness --data "$2/partner" --every 1 $logs >/dev/null &
		witness=$!
	fi
fi
port=$1 data=$2
shift 2
"$cordon" hub --data "$data" --port "$port" "$@" &
hub=$!
hub_answers() {
	until python3 -c "import urllib.request as r; r.urlopen('http://127.0.0.1:$port/healthz')" 2>/dev/null; do
		sleep 0.3
		kill -0 $hub 2>/dev/null || exit 0
	done
}
# The checkpoint and the public site, once the hub answers.
if [ -d "$data/partner" ] && [ "$port" != 0 ]; then
	(
		hub_answers
		[ -z "$code" ] || "$root/build/cordon-post" enrol --hub "http://127.0.0.1:$port" --code "$code" --data "$data/post" >&2
		exec "$root/build/cordon-post" run --data "$data/post" --port $((port + 10)) >&2
	) &
	post=$!
	(
		hub_answers
		exec "$root/build/cordon-portal" run --data "$data/portal" --hub "http://127.0.0.1:$port" --key "$(sed -n 's/^public //p' "$data/keys/trusted" | head -1)" \
			--port $((port + 20)) >&2
	) &
	portal=$!
fi
status=0
wait $hub || status=$?
# a signal ends the waiting before the hub has ended
[ $status -le 128 ] || { status=0; wait $hub || status=$?; }
exit $status
