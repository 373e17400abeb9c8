#!/bin/sh
# Other people's programs, unchanged, against ours: the ledger (Go programs), OASIS's own schema for alerts, and the field's
# Python client for screening: its own live tests and ours written with it. The only steps that need Go modules and PyPI; where
# these cannot be had they are skipped, with one line each. usage: interop.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
client=yente-client==0.2.0
reader=capparselib==0.6.6
home=$root/build/interop
"$root/tools/bootstrap.sh" build test interop
mkdir -p "$home"
status=0

# Go 1.25 or newer; Debian 12's own is older.
ledger() {
	export GOBIN="$home/go" GOTOOLCHAIN=local GOFLAGS=-mod=readonly
	if ! command -v go >/dev/null; then
		echo "interop: the ledger skipped: there is no Go on this machine"
	elif ! (cd "$root/tests/interop/ledger" && go install . tool) >"$home/go.log" 2>&1; then
		echo "interop: the ledger skipped, its Go programs cannot be built: $(tail -n 1 "$home/go.log")"
	else
		CORDON=$root/build/cordon CORDON_SOURCE=$root /usr/bin/python3 "$root/tests/interop/ledger.py" "$GOBIN" || status=1
	fi
}

# OASIS's CAP-v1.2.xsd (2010), as capparselib carries it unchanged: an alert, its update and its withdrawal as the public site gives them out.
alerts() {
	if [ ! -f "$home/capparselib/schema/CAP-v1.2.xsd" ] &&
		! $pip install --no-deps --target "$home" "$reader" >"$home/pip.log" 2>&1; then
		echo "interop: alerts skipped, $reader cannot be fetched: $(tail -n 1 "$home/pip.log")"
		return
	fi
	CAP_SCHEMA=$home/capparselib/schema/CAP-v1.2.xsd CORDON=$root/build/cordon "$root/tools/pg.sh" with \
		/usr/bin/python3 -m pytest -q "$root/tests/e2e/test_published.py" || status=1
}

ledger
[ -x "$home/venv/bin/pip" ] || /usr/bin/python3 -m venv "$home/venv"
pip="$home/venv/bin/pip --quiet --disable-pip-version-check --timeout 15 --retries 1"
alerts
if [ ! -f "$home/ready-$client" ]; then
	if ! $pip download --no-deps --no-binary yente-client -d "$home" "$client" >"$home/pip.log" 2>&1; then
		echo "interop: skipped, $client cannot be fetched: $(tail -n 1 "$home/pip.log")"
		exit $status
	fi
	# Versions seen working together; the client's own extras for its command line, and what its tests import.
	$pip install "yente-client[cli]==0.2.0" pytest==8.4.2 pytest-asyncio==1.2.0 python-dotenv==1.1.1
	tar -xzf "$home/yente_client-0.2.0.tar.gz" -C "$home"
	touch "$home/ready-$client"
fi
"$home/venv/bin/python" "$root/tests/interop/run.py" "$home/yente_client-0.2.0" || status=1
exit $status
