# For the scripts of this folder: `. "$(dirname "$0")/common.sh"`. Goes to the root of the repository, knows where the
# tools are, and fails on the first error.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# What is fetched once and may be deleted at any time: Kafka's jars, buf, cargo-deny.
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fba-export
tools=$cache/tools
export PATH=$tools/bin:${CARGO_HOME:-$HOME/.cargo}/bin:$PATH

# Where cargo puts development builds.
built=${CARGO_TARGET_DIR:-target}/debug

# As root, or through sudo where there is one.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}
