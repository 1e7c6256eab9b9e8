#!/usr/bin/env bash
# `make bench`: ONLY selects rows by a glob. PostgreSQL waits for the disk here, as in production.
. "$(dirname "$0")/common.sh"
# The services too: some rows measure them as processes of their own.
cargo build --release --workspace --bins
exec "$(dirname "$built")/release/backing" --durable -- cargo bench --workspace --bench bench -- --only "${ONLY:-*}"
