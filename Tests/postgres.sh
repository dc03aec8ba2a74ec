#!/usr/bin/env bash
# A throw-away PostgreSQL for the tests.
#   postgres.sh start   makes and starts one, and prints its URL
#   postgres.sh stop    stops it and removes all of it
# It lies under Tests/.work/postgres (or $USHER_TEST_FOLDER), listens on 127.0.0.1 and a free port, and syncs to disk
# like a real one, because what is tested rests on that. Started as root it runs as the user postgres.
set -euo pipefail

folder=${USHER_TEST_FOLDER:-"$(cd "$(dirname "$0")" && pwd)/.work"}/postgres
programs=${PG_PROGRAMS:-$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)}
[ -x "$programs/initdb" ] || { echo "PostgreSQL's server is not installed (Debian: apt install postgresql)" >&2; exit 1; }

as_owner() {
    # runuser keeps the caller's folder, which the user postgres may not be allowed to enter.
    if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

url() { echo "postgresql://postgres@127.0.0.1:$(cat "$folder/port")/postgres"; }

is_running() { [ -f "$folder/place" ] && as_owner "$programs/pg_ctl" -D "$(cat "$folder/place")/data" status >/dev/null 2>&1; }

# Below the range that outgoing connections take theirs from: one of them could have it while the server is away.
free_port() {
    python3 - <<'END'
import random, socket
while True:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", random.randrange(12_000, 15_000)))
        except OSError:
            continue
        print(probe.getsockname()[1])
        break
END
}

start() {
    if is_running; then url; return; fi
    stop
    mkdir -p "$folder"
    # The data lie in the system's folder for such things: every user may enter it, and a socket's path may not be long.
    place=$(mktemp -d "${TMPDIR:-/tmp}/usher-postgres.XXXXXX")
    echo "$place" >"$folder/place"
    if [ "$(id -u)" = 0 ]; then chown postgres "$place"; fi
    as_owner "$programs/initdb" -D "$place/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >"$folder/log" 2>&1
    port=$(free_port)
    echo "$port" >"$folder/port"
    as_owner "$programs/pg_ctl" -D "$place/data" -l "$place/log" -w -t 60 -o \
        "-p $port -k $place -c listen_addresses=127.0.0.1 -c max_connections=1000 -c fsync=on -c shared_buffers=64MB" \
        start >>"$folder/log" 2>&1 </dev/null || { cat "$folder/log" "$place/log" >&2; exit 1; }
    url
}

stop() {
    [ -f "$folder/place" ] || return 0
    place=$(cat "$folder/place")
    if is_running; then as_owner "$programs/pg_ctl" -D "$place/data" -m immediate -w stop >/dev/null 2>&1 || true; fi
    case $place in */usher-postgres.*) rm -rf "$place" ;; esac
    rm -rf "$folder"
}

case ${1:-} in
start) start ;;
stop) stop ;;
*) echo "usage: $0 start|stop" >&2; exit 2 ;;
esac
