#!/usr/bin/env bash
# `make test-containers`: the tests of messaging (PACKAGES names others) with PostgreSQL and Kafka in containers. Gets a
# Docker engine where none answers, and stops it at the end; makes the images where they are missing and cannot be
# pulled.
. "$(dirname "$0")/common.sh"
. deploy/images/engine.sh
packages=${PACKAGES:-messaging}

need_engine
# Ours, the official one, or the official one pulled; made where there is none of these.
image_there fba-export/postgres:15 || image_pulled postgres:15-bookworm || deploy/images/servers.sh postgres
image_there fba-export/kafka:4.3.1 || image_pulled apache/kafka:4.3.1 || deploy/images/servers.sh kafka
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
