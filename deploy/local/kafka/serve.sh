#!/bin/sh
# Serves one Apache Kafka node (KRaft) from FOLDER in the foreground; formats the storage on the first start.
# The same script runs as a local process and as the command of a container.
#   serve.sh FOLDER LIBS      FOLDER holds server.properties and log4j2.xml; LIBS the jars
set -eu
folder=$1 libs=$2

command -v java >/dev/null || {
  echo "no Java runtime (java) is installed" >&2
  exit 69
}
# Compiled once and quickly: a server that lives for minutes never earns back what the second compiler takes.
options="-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Djava.net.preferIPv4Stack=true -Dlog4j2.configurationFile=$folder/log4j2.xml"

if [ ! -s "$folder/data/meta.properties" ]; then
  rm -rf "$folder/data"
  # A cluster id is 16 bytes in unpadded URL-safe base64; it may begin with a dash, so it is given behind an equals sign.
  id=$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=')
  java -Xmx128m $options -cp "$libs/*" \
    kafka.tools.StorageTool format --standalone "--cluster-id=$id" -c "$folder/server.properties"
fi

exec java -Xmx512m $options -cp "$libs/*" kafka.Kafka "$folder/server.properties"
