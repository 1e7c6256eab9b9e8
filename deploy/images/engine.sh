# For scripts that need a Docker engine: `. deploy/images/engine.sh`, then `need_engine`. One that does not run is
# installed where it is missing (Debian or Ubuntu), started, and stopped at the end of the script.
engine=
forwarding=

# Whether this machine passes packets on between its networks: an engine forbids it, and leaves it at that when it stops,
# which would cut off the pods of a cluster on the same machine.
forward_policy() { as_root iptables -S FORWARD 2>/dev/null | sed -n 's/^-P FORWARD //p'; }

stop_engine() {
  [ -n "$engine" ] || return 0
  echo "docker: stopping the engine"
  as_root kill "$engine" 2>/dev/null || true
  # It is no child of this shell when started through sudo, so its end is looked for, not waited for.
  for _ in $(seq 60); do as_root kill -0 "$engine" 2>/dev/null && sleep 1 || break; done
  [ -z "$forwarding" ] || as_root iptables -P FORWARD "$forwarding"
  engine=
}
trap stop_engine EXIT

need_engine() {
  docker version >/dev/null 2>&1 && return
  if ! command -v dockerd >/dev/null || ! command -v debootstrap >/dev/null; then
    echo "docker: installing docker.io and debootstrap (apt-get)"
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      docker.io debootstrap iptables >/dev/null
  fi
  docker version >/dev/null 2>&1 && return
  local log=$cache/dockerd.log pid_file=/var/run/docker.pid
  mkdir -p "$cache"
  forwarding=$(forward_policy)
  echo "docker: starting an engine (log: $log)"
  as_root sh -c "setsid dockerd --group $(id -gn) >'$log' 2>&1 </dev/null &"
  for _ in $(seq 60); do
    docker version >/dev/null 2>&1 && break
    sleep 1
  done
  docker version >/dev/null || { tail -n 20 "$log" >&2; exit 1; }
  engine=$(as_root cat $pid_file)
}

image_there() { docker image inspect "$1" >/dev/null 2>&1; }

# Whether a public image is there or can be pulled within a bound.
image_pulled() {
  image_there "$1" || timeout "${PULL_SECONDS:-60}" docker pull --quiet "$1" >/dev/null 2>&1
}

# Builds with a client that can leave out the stages an image does not need.
docker_build() {
  local client
  for client in docker /usr/bin/docker; do
    if "$client" buildx version >/dev/null 2>&1 || [[ $("$client" version --format '{{.Client.Version}}') == 20.* ]]; then
      DOCKER_BUILDKIT=1 "$client" build --quiet "$@" >/dev/null
      return
    fi
  done
  echo "docker: this client has no BuildKit: install docker-buildx" >&2
  return 1
}
