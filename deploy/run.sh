#!/usr/bin/env bash
# `make run`: builds standalone and lets it do the main job. CATALOG and ORDERS name input files, EXIT=1 ends it after
# the table.
. "$(dirname "$0")/common.sh"
# With --workspace, so that the dependencies get the features `make test` builds them with: built once, not twice.
cargo build --workspace --bin standalone
arguments=()
[ -z "${CATALOG:-}" ] || arguments+=(--catalog "$CATALOG")
[ -z "${ORDERS:-}" ] || arguments+=(--orders "$ORDERS")
[ "${EXIT:-}" != 1 ] || arguments+=(--exit)
exec "$built/standalone" run "${arguments[@]}"
