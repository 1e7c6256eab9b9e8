#!/usr/bin/env bash
# `make bench`: ONLY selects rows by a glob. PostgreSQL waits for the disk here, as in production.
. "$(dirname "$0")/common.sh"
cargo build --workspace --bin backing
exec "$built/backing" --durable -- cargo bench -p tests --bench bench -- --only "${ONLY:-*}"
