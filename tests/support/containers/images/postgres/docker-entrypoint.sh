#!/bin/bash
# The part of the official image's entrypoint that people rely on: POSTGRES_USER, POSTGRES_PASSWORD, POSTGRES_DB,
# POSTGRES_INITDB_ARGS and /docker-entrypoint-initdb.d (*.sh, *.sql). A first start initialises without listening, so
# whoever waits on TCP sees only the finished server.
set -euo pipefail

if [ "${1:-postgres}" != postgres ]; then exec "$@"; fi
if [ "$(id -u)" = 0 ]; then
    install --directory --mode=0700 --owner=postgres --group=postgres "$(dirname "$PGDATA")" "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

user=${POSTGRES_USER:-postgres}
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    : "${POSTGRES_PASSWORD:?POSTGRES_PASSWORD must be set}"
    # POSTGRES_INITDB_ARGS is a list of options, so it must be split into words.
    # shellcheck disable=SC2086
    initdb --username="$user" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") --auth-local=trust \
        --auth-host=scram-sha-256 --no-sync ${POSTGRES_INITDB_ARGS:-}
    printf 'host all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
    printf "unix_socket_directories = '/var/run/postgresql'\nlisten_addresses = '*'\n" >> "$PGDATA/postgresql.conf"
    pg_ctl --wait --silent --options="-c listen_addresses=''" start
    database=${POSTGRES_DB:-$user}
    run=(psql --quiet --set=ON_ERROR_STOP=1 --username="$user" --no-password)
    if [ "$database" != postgres ]; then
        "${run[@]}" --dbname=postgres --set=name="$database" <<< 'CREATE DATABASE :"name"'
    fi
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sh) bash "$file" ;;
            *.sql) "${run[@]}" --dbname="$database" --file="$file" ;;
        esac
    done
    pg_ctl --wait --silent --mode=fast stop
fi
exec "$@"
