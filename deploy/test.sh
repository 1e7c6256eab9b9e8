#!/usr/bin/env bash
# `make test`: builds everything, then runs all tests while one PostgreSQL and one Kafka serve them.
. "$(dirname "$0")/common.sh"
cargo test --workspace --no-run
exec "$built/backing" -- cargo test --workspace
