#!/usr/bin/env bash
# `make images`: an image for each service, fbactl and the simulator, and those of Kafka and PostgreSQL.
#   BUILDER, BASE   what compiles and what the programs stand on (deploy/images/Dockerfile names the public ones)
# Where these cannot be pulled, the host's toolchain compiles and the base is made from Debian packages.
. "$(dirname "$0")/../common.sh"
. deploy/images/engine.sh
. deploy/images/names.sh

# Programs of the host's toolchain, as an image to copy from.
import_programs() {
  local folder
  cargo build --release --locked --workspace --bins
  folder=$(mktemp -d)
  deploy/images/collect.sh "$(dirname "$built")/release" "$folder/binaries"
  tar -C "$folder" --create binaries | docker import - "$1" >/dev/null
  rm -rf "$folder"
}

need_engine
builder=${BUILDER:-docker.io/library/rust:$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)-bookworm}
base=${BASE:-gcr.io/distroless/cc-debian12:nonroot}
if image_pulled "$builder" && image_pulled "$base"; then
  echo "images: $builder compiles; $base is what the programs stand on"
  context=$(mktemp -d)
  git archive HEAD | tar -x -C "$context"
  arguments=(--build-arg BUILDER="$builder" --build-arg BASE="$base")
else
  echo "images: no registry offers $builder and $base: the host's toolchain compiles"
  context=$(mktemp -d)
  import_programs fba-export/binaries:"$version"
  deploy/images/runtime.sh fba-export/runtime:"$version"
  arguments=(--build-arg BINARIES=fba-export/binaries:"$version" --build-arg BASE=fba-export/runtime:"$version")
fi
for program in "${programs[@]}"; do
  docker_build "${arguments[@]}" --build-arg VERSION="$version" --build-arg REVISION="$revision" \
    --target "$program" --tag "fba-export/$program:$version" --file deploy/images/Dockerfile "$context"
done
rm -rf "$context"
deploy/images/servers.sh postgres kafka
docker image ls --format '{{.Repository}}:{{.Tag}} {{.Size}}' | grep -E "$(IFS='|' && echo "^fba-export/(${programs[*]}|kafka|postgres):")" | sort
