#!/bin/sh
# A PostgreSQL cluster of the tests' own, in a folder, on a Unix socket only.
#
# usage: pg.sh start FOLDER       makes the cluster if FOLDER has none, starts it, writes its address
#        pg.sh stop FOLDER        stops it and removes FOLDER
#        pg.sh kill FOLDER        kill -9 of the server and all its children; `start` brings it back
#        pg.sh with COMMAND...    runs COMMAND with CORDON_TEST_PG set to the address of a cluster that ends with it
#
# Runs as the user postgres where it is called by root, whom PostgreSQL refuses. The default order of text is not that of bytes, so
# that what relies on the order of bytes by chance fails. `start` syncs commits as in earnest; `with` does not: only a machine that loses its
# power tells the difference, no process that is killed, and the tests are a third quicker.
set -eu

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "pg.sh: PostgreSQL is not installed (tools/bootstrap.sh test)" >&2; exit 1; }

own() {
	if [ "$(id -u)" = 0 ]; then
		setpriv --reuid=postgres --regid=postgres --init-groups env -C / "$@"
	else
		"$@"
	fi
}

# start FOLDER [OPTIONS of the server]
start() {
	if [ ! -d "$1/data" ]; then
		mkdir -p "$1"
		chmod 0700 "$1"
		[ "$(id -u)" != 0 ] || chown postgres: "$1"
		own "$bin/initdb" -D "$1/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --locale-provider=icu --icu-locale=en \
			--no-instructions -k >"$1/made" 2>&1 || { cat "$1/made" >&2; exit 1; }
		cat >>"$1/data/postgresql.conf" <<-END
			listen_addresses = ''
			unix_socket_directories = '$1'
			max_connections = 300
			shared_buffers = 64MB
			max_wal_size = 256MB
			autovacuum_naptime = 5s
		END
	fi
	own "$bin/pg_ctl" -D "$1/data" -l "$1/log" -o "${2:-}" -w -t 60 -s start >&2 || { tail -20 "$1/log" >&2; exit 1; }
	echo "postgresql:///postgres?host=$1&user=postgres"
}

stop() {
	own "$bin/pg_ctl" -D "$1/data" -m immediate -w -s stop 2>/dev/null || :
	rm -rf "$1"
}

kill_all() {
	pid=$(head -1 "$1/data/postmaster.pid")
	children=$(ps -o pid= --ppid "$pid")
	kill -9 "$pid"
	kill -9 $children 2>/dev/null || : # one that ended meanwhile
	while ps -o pid= -p "$pid" >/dev/null; do sleep 0.05; done
}

case ${1:-} in
start | stop)
	"$1" "$2"
	;;
kill)
	kill_all "$2"
	;;
with)
	shift
	folder=$(mktemp -d /tmp/cordon-pg-XXXXXX)
	trap 'stop "$folder"' EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	CORDON_TEST_PG=$(start "$folder" "-c fsync=off -c full_page_writes=off") || exit 1
	export CORDON_TEST_PG
	"$@"
	;;
*)
	sed -n '2,8s/^# \{0,1\}//p' "$0" >&2
	exit 2
	;;
esac
