#!/usr/bin/env bash
# `make bench`: ONLY selects rows by a glob.
. "$(dirname "$0")/common.sh"
exec cargo bench -p tests --bench bench -- --only "${ONLY:-*}"
