#!/usr/bin/env bash
# `make check`: what must hold before a change is proposed, the quick ones first.
. "$(dirname "$0")/common.sh"
step() { echo "check: $*"; "$@"; }
step cargo fmt --all --check
step buf lint
step buf breaking --against proto/baseline.binpb
step cargo deny --log-level error check bans licenses sources
step cargo clippy --workspace --all-targets -- -D warnings
