#!/bin/sh
# Puts the settings of this pod beside those that every local Kafka has, and serves.
set -eu
folder=/var/lib/kafka
cp /etc/kafka/log4j2.xml "$folder"
cat /etc/kafka/server.properties - >"$folder/server.properties" <<END
listeners=PLAINTEXT://:9092,CONTROLLER://:9093
advertised.listeners=PLAINTEXT://$(hostname).kafka:9092
controller.quorum.bootstrap.servers=localhost:9093
log.dirs=$folder/data
END
exec sh /etc/kafka/serve.sh "$folder" /opt/kafka/libs
