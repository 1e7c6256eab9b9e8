#!/bin/sh
# Fuzzes the reader on the stable toolchain: fuzz.sh [seconds], 60 unless told. Needs `cargo install cargo-fuzz --locked`.
#
# The coverage that guides libFuzzer is in stable rustc. Sanitizers are not, and find nothing in a crate that forbids
# unsafe code: panics, failed assertions, hangs and growing memory are what is looked for.
set -eu
cd "$(dirname "$0")/.."
exec cargo fuzz run reader --sanitizer none -- \
    -max_total_time="${1:-60}" -max_len=4096 -len_control=0 -timeout=10 -rss_limit_mb=1024 -dict=fuzz/dictionary
