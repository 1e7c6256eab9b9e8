#!/usr/bin/env bash
# `make clean-local`: removes what runs and setups have left on this machine. Runs that still go on are left alone.
. "$(dirname "$0")/common.sh"

for run in /var/tmp/fba-export-"$(id -u)"/run-*; do
  [ -d "$run" ] || continue
  # run-<process>-<start of the process>-<number>; the start is field 22 of stat, the 20th after the command.
  IFS=- read -r _ process start _ <<<"${run##*/}"
  if [ "$(sed 's/.*) //' "/proc/$process/stat" 2>/dev/null | cut -d ' ' -f 20)" = "$start" ]; then
    echo "clean-local: $run is in use by process $process"
  else
    echo "clean-local: ending what $run has left"
    (cd "$run" && sh "$OLDPWD/deploy/local/janitor.sh" sweep)
  fi
done

if command -v docker >/dev/null && docker version >/dev/null 2>&1; then
  docker image ls -q 'fba-export/*' | xargs -r docker image rm -f
fi
echo "clean-local: removing $cache and out/"
rm -rf "$cache" out
