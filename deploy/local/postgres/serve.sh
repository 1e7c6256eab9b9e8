#!/bin/sh
# Serves PostgreSQL from FOLDER/data in the foreground; makes the data folder on the first start.
# The same script runs as a local process and as the command of a container.
#   serve.sh FOLDER ADDRESS PORT DURABLE      DURABLE is `on` or `off` (off: only a power cut could lose data)
# Must run as an unprivileged user: PostgreSQL refuses root.
set -eu
folder=$1 address=$2 port=$3 durable=$4

initdb=$(ls -d "${FBA_POSTGRES_BIN:-/nonexistent}/initdb" /usr/lib/postgresql/*/bin/initdb /usr/pgsql-*/bin/initdb \
  2>/dev/null | sort -V | tail -n 1)
[ -n "$initdb" ] || initdb=$(command -v initdb) || {
  echo "no PostgreSQL server binaries (initdb, postgres) are installed" >&2
  exit 69
}
bin=$(dirname "$initdb")

if [ ! -s "$folder/data/PG_VERSION" ]; then
  rm -rf "$folder/data"
  "$initdb" --pgdata="$folder/data" --username=postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  # Inside a container the clients come through the engine's bridge. Its port is published on loopback only.
  [ "$address" = 127.0.0.1 ] || echo "host all all all trust" >>"$folder/data/pg_hba.conf"
fi

# Whole pages are most of what changes in place write to the log; compressed they are a fraction. Not every build can.
compression=off
if "$bin/postgres" -D "$folder/data" -c wal_compression=lz4 -C wal_compression >/dev/null 2>&1; then compression=lz4; fi

# Five services with a pool each, several test threads with pools of their own: 400 connections are plenty and cheap.
exec "$bin/postgres" -D "$folder/data" -p "$port" -c listen_addresses="$address" -c unix_socket_directories= \
  -c max_connections=400 -c shared_buffers=512MB -c max_wal_size=2GB \
  -c fsync="$durable" -c full_page_writes="$durable" -c wal_compression="$compression" -c timezone=UTC -c log_timezone=UTC
