#!/bin/sh
# Runs the field's Python client, unchanged, against a hub of ours: its own live tests and ours written with it.
# The only step that needs PyPI; where that cannot be reached it is skipped, with one line. usage: interop.sh
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
client=yente-client==0.2.0
home=$root/build/interop
"$root/tools/bootstrap.sh" build interop
mkdir -p "$home"
[ -x "$home/venv/bin/pip" ] || /usr/bin/python3 -m venv "$home/venv"
pip="$home/venv/bin/pip --quiet --disable-pip-version-check --timeout 15 --retries 1"
if [ ! -f "$home/ready-$client" ]; then
	if ! $pip download --no-deps --no-binary yente-client -d "$home" "$client" >"$home/pip.log" 2>&1; then
		echo "interop: skipped, $client cannot be fetched: $(tail -n 1 "$home/pip.log")"
		exit 0
	fi
	# Versions seen working together; the client's own extras for its command line, and what its tests import.
	$pip install "yente-client[cli]==0.2.0" pytest==8.4.2 pytest-asyncio==1.2.0 python-dotenv==1.1.1
	tar -xzf "$home/yente_client-0.2.0.tar.gz" -C "$home"
	touch "$home/ready-$client"
fi
exec "$home/venv/bin/python" "$root/tests/interop/run.py" "$home/yente_client-0.2.0"
