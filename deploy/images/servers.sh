#!/usr/bin/env bash
# Makes the images of Kafka and PostgreSQL that `backing` and the local cluster run, from Debian packages and Kafka's
# jars: for machines that reach these, but no registry of images.
#   servers.sh postgres|kafka...
. "$(dirname "$0")/../common.sh"
. deploy/images/engine.sh
images=deploy/images
release=bookworm
kafka_version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' deploy/local/kafka/pom.xml)
declare -A tag=([postgres]=15 [kafka]=$kafka_version)

# One small Debian with the programs of both servers: made once, shared by both images.
make_base() {
  image_there fba-export/base && return
  echo "images: making fba-export/base from Debian $release (debootstrap; some minutes)"
  local root
  root=$(mktemp -d)
  as_root debootstrap --variant=minbase --include=postgresql-15,openjdk-17-jre-headless "$release" "$root" >"$root.log" ||
    { tail -n 20 "$root.log" >&2; return 1; }
  as_root rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
  as_root tar -C "$root" -c . | docker import - fba-export/base >/dev/null
  as_root rm -rf "$root" "$root.log"
}

for name in "$@"; do
  image=fba-export/$name:${tag[$name]}
  make_base
  echo "images: making $image"
  context=$(mktemp -d)
  cp "$images/$name/Dockerfile" "$context"
  [ "$name" != kafka ] || cp -r "$(deploy/local/kafka/resolve.sh deploy/local/kafka/pom.xml "$cache")" "$context/libs"
  docker_build --tag "$image" "$context"
  rm -rf "$context"
done
