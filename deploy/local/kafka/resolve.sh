#!/bin/sh
# Resolves the jars of pom.xml into CACHE/kafka-<version>-<digest of the pom> once and prints that folder.
#   resolve.sh POM CACHE
set -eu
pom=$1 cache=$2
version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$pom")
folder=$cache/kafka-$version-$(sha256sum "$pom" | cut -c 1-8)

if [ ! -d "$folder" ]; then
  mkdir -p "$cache"
  # Two who resolve at once do it one after the other; the second finds the work done.
  exec 9>"$folder.lock"
  flock 9
  if [ ! -d "$folder" ]; then
    for tool in mvn java; do
      command -v $tool >/dev/null || {
        echo "the jars of Apache Kafka are not in $cache and cannot be fetched: $tool is not installed" >&2
        exit 69
      }
    done
    rm -rf "$folder.part"
    mvn -q -B -f "$pom" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder.part" >&2
    mv "$folder.part" "$folder"
  fi
fi
echo "$folder"
