#!/usr/bin/env bash
# `make cluster-faults`: on what `make cluster-run` brought up anew (PLAY=no leaves the month out), orders flow at a steady rate
# while everything is restarted and killed, one after the other. Prints the longest time without an answer for each, proves
# the end state, and exits by the checks.
#   RATE     orders a second (200)
#   PAUSE    seconds between two faults (25); twice as long after that of a store, which needs a while to be back
#   ONLY     a word: only faults that have it in their name (`killed`, `restart`, `fulfillment`)
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
. deploy/cluster/play.sh
rate=${RATE:-200}
pause=${PAUSE:-25}
services=(enrollment eligibility fulfillment customs returns)
record=out/cluster/faults.txt

# Makes one fault. One that could not be made breaks the run: it would prove nothing.
#   inject PAUSE NAME COMMAND...
inject() {
  local pause=$1 name=$2
  shift 2
  echo "$(date +%s) $name" >>$record
  say "$name"
  "$@" >/dev/null 2>&1 || { say "could not be made: $name"; held=1; }
  sleep "$pause"
}

restart() { in_namespace rollout restart "deployment/$1-server" && in_namespace rollout status --timeout=2m "deployment/$1-server"; }

delete_one() {
  local pod
  pod=$(in_namespace get pods --selector "app.kubernetes.io/name=$1,app.kubernetes.io/component=server" --output name | head -n 1)
  in_namespace delete --grace-period=0 --force "$pod"
}

restarts() { in_namespace get pod "$1" --output jsonpath='{.status.containerStatuses[0].restartCount}'; }

# Kills the program of a name in a pod, by what /proc says: the images have no ps. Done when the node has noticed; the shell
# that kills may die with it.
kill_in() {
  local before
  before=$(restarts "$1")
  in_namespace exec "$1" -- sh -c '
    for process in /proc/[0-9]*; do
      [ "$(cat "$process/comm" 2>/dev/null)" = '"$2"' ] && kill -9 "${process#/proc/}"
    done' || true
  for _ in $(seq 60); do
    [ "$(restarts "$1")" = "$before" ] || return 0
    sleep 1
  done
  return 1
}

scale() {
  in_namespace scale --replicas="$1" deployment/fulfillment-server && in_namespace rollout status --timeout=2m deployment/fulfillment-server
}

# Fault by fault, `PAUSE NAME=COMMAND`.
list_faults() {
  local service
  echo "$pause fulfillment scaled to four=scale 4"
  echo "$pause fulfillment scaled back to two=scale 2"
  for service in "${services[@]}"; do echo "$pause rollout restart of $service=restart $service"; done
  for service in "${services[@]}"; do echo "$pause a pod of $service deleted by force=delete_one $service"; done
  echo "$((2 * pause)) Kafka killed with -9=kill_in kafka-0 java"
  echo "$((2 * pause)) PostgreSQL killed with -9=kill_in postgres-0 postgres"
}

# The longest run of seconds without an answer from each fault to the next, from the simulator's own list.
gaps() {
  local begun
  begun=$(in_namespace logs --timestamps job/simulator | sed -n 's/^\([^ ]*\) .*the steady flow begins.*/\1/p' | head -n 1)
  in_namespace logs job/simulator | sed -n 's/.*answers by second: *//p' | tr ' ' '\n' |
    awk -F: -v begun="$(date --date="$begun" +%s)" -v record=$record '
      { answered[begun + $1] = 1 }
      END {
        while ((getline line < record) > 0) { split(line, parts, " "); at[++n] = parts[1]; name[n] = substr(line, length(parts[1]) + 2) }
        for (i = 1; i <= n; i++) {
          end = i < n ? at[i + 1] : at[i] + '"$((2 * pause))"'
          longest = run = 0
          for (second = at[i]; second < end; second++) { run = second in answered ? 0 : run + 1; if (run > longest) longest = run }
          printf "%-45s %3d s without an answer\n", name[i], longest
        }
      }'
}

need_cluster
need_unplayed
mapfile -t faults < <(list_faults | grep -- "${ONLY:-}")
[ ${#faults[@]} -gt 0 ] || fail "no fault has \"$ONLY\" in its name: see list_faults in deploy/cluster/faults.sh"
mkdir -p out/cluster && : >$record
deploy/cluster/sharing.sh
start_flow "$rate" $((${#faults[@]} * (pause + 15) + 2 * pause + 60))
for fault in "${faults[@]}"; do
  read -r rest name <<<"${fault%=*}"
  read -ra command <<<"${fault#*=}"
  inject "$rest" "$name" "${command[@]}"
  case $name in *scaled*) deploy/cluster/sharing.sh ;; esac
done
play simulator || held=1
gaps
prove
