#!/usr/bin/env bash
# `make test-containers`: the tests of messaging (PACKAGES names others) with PostgreSQL and Kafka in containers. Gets a
# Docker engine where none answers, and stops it at the end; makes the images where they are missing and cannot be
# pulled.
. "$(dirname "$0")/common.sh"
packages=${PACKAGES:-messaging}
pull_seconds=120
engine=

stop_engine() {
  [ -n "$engine" ] || return 0
  echo "test-containers: stopping the Docker engine"
  as_root kill "$engine" 2>/dev/null || true
  # It is no child of this shell when started through sudo, so its end is looked for, not waited for.
  for _ in $(seq 60); do as_root kill -0 "$engine" 2>/dev/null && sleep 1 || break; done
}
trap stop_engine EXIT

start_engine() {
  if ! command -v dockerd >/dev/null || ! command -v debootstrap >/dev/null; then
    echo "test-containers: installing docker.io and debootstrap (apt-get)"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      docker.io debootstrap iptables >/dev/null
  fi
  docker version >/dev/null 2>&1 && return
  local log=$cache/dockerd.log pid_file=/var/run/docker.pid
  mkdir -p "$cache"
  echo "test-containers: starting the Docker engine (log: $log)"
  as_root sh -c "setsid dockerd --group $(id -gn) >'$log' 2>&1 </dev/null &"
  for _ in $(seq 60); do
    docker version >/dev/null 2>&1 && break
    sleep 1
  done
  docker version >/dev/null || { tail -n 20 "$log" >&2; exit 1; }
  engine=$(as_root cat $pid_file)
}

# An image there is one for: ours, the official one, or the official one pulled.
image_there() {
  local ours=$1 official=$2
  docker image inspect "$ours" >/dev/null 2>&1 || docker image inspect "$official" >/dev/null 2>&1 ||
    timeout $pull_seconds docker pull -q "$official" >/dev/null 2>&1
}

docker version >/dev/null 2>&1 || start_engine
image_there fba-export/postgres:15 postgres:15-bookworm || deploy/local/images/make.sh postgres
image_there fba-export/kafka:4.3.1 apache/kafka:4.3.1 || deploy/local/images/make.sh kafka
docker version --format 'test-containers: Docker engine {{.Server.Version}}'
docker image ls --format 'test-containers: {{.Repository}}:{{.Tag}} {{.Size}}' | grep -E 'postgres|kafka'

# Built with the whole workspace selected, so that nothing is built twice; then only the packages' own tests run.
built_tests=$(cargo test --workspace --no-run --message-format=json)
for package in $packages; do
  tests=$(sed -n "s|.*\"package_id\":\"[^\"]*/crates/$package#.*\"executable\":\"\([^\"]*\)\".*|\1|p" <<<"$built_tests" | sort -u)
  [ -n "$tests" ] || { echo "test-containers: $package is no package of ours with tests" >&2; exit 2; }
  for test in $tests; do
    (cd "crates/$package" && FBA_BACKING=containers FBA_POSTGRES_URL='' FBA_KAFKA_BROKERS='' "$test")
  done
done
