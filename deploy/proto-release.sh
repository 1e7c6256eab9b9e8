#!/usr/bin/env bash
# `make proto-release`: from now on `buf breaking` compares with the protos as they are.
. "$(dirname "$0")/common.sh"
buf lint
buf build --exclude-source-info -o proto/baseline.binpb
