#!/bin/sh
# Ends what one run of `backing` started and removes its folder, which is the current folder when this starts.
#   janitor.sh sweep    now
#   janitor.sh watch    when standard input ends: the run holds the other end of that pipe, so it ends with the
#                       run however the run ends: by its own will, by Ctrl-C, by a panic, by `kill -9`
# A server of the run is known by its command line, which names the folder; its containers are listed in a file there.
set -u
run=$(pwd -P)
cd /
[ "$1" = watch ] && cat >/dev/null

# Only programs that `backing` starts: somebody may be reading a log of this folder just now.
servers() {
  # The pattern comes through a pipe, so that neither grep nor this script names the folder itself.
  for pid in $(printf '%s' "$run/" | grep -lsaF -f - /proc/[0-9]*/cmdline | cut -d / -f 3); do
    case $(cat "/proc/$pid/comm" 2>/dev/null) in
      postgres | initdb | java | sh) echo "$pid" ;;
    esac
  done
}

empty=0
for attempt in $(seq 100); do
  pids=$(servers)
  # Twice empty: a server that was forked but had not yet taken its own command line is seen the second time.
  [ -z "$pids" ] && empty=$((empty + 1)) && [ $empty -ge 2 ] && break
  for pid in $pids; do
    # SIGQUIT is PostgreSQL's immediate shutdown: its backends go with it, its shared memory is given back.
    [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = postgres ] && [ "$attempt" -lt 50 ] && signal=QUIT || signal=KILL
    kill -s $signal "$pid" 2>/dev/null
  done
  sleep 0.1
done

if [ -e "$run/containers" ]; then
  while read -r container; do
    if command -v docker >/dev/null; then
      docker rm -f -v "$container"
    else
      curl -s -X DELETE --unix-socket /var/run/docker.sock "http://docker/containers/$container?force=true&v=true"
    fi
  done <"$run/containers" >/dev/null 2>&1
fi
rm -rf "$run"
