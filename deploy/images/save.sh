#!/usr/bin/env bash
# `make images-save`: the images as archives under out/images, for a cluster without a registry. Two archives, in each of
# which the layers that images share are once.
. "$(dirname "$0")/../common.sh"
. deploy/images/engine.sh
. deploy/images/names.sh

need_engine
deploy/images/make.sh
mkdir -p out/images
images=()
for program in "${programs[@]}"; do images+=("fba-export/$program:$version"); done
docker save --output out/images/programs.tar "${images[@]}"
docker save --output out/images/servers.tar "${servers[@]}"
ls -sh out/images
