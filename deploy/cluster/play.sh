# For the scripts of this folder, after common.sh: playing months and steady flows of orders, and proving how they ended.
held=0

# Follows a Job to its end, whichever it is.
play() {
  local job=$1
  in_namespace wait --for=jsonpath='{.status.ready}'=1 --timeout=2m "job/$job" >/dev/null 2>&1 || true
  in_namespace logs --follow "job/$job" || true
  until in_namespace get "job/$job" --output jsonpath='{.status.conditions[*].type}' | grep -qE 'Complete|Failed'; do
    sleep 1
  done
  in_namespace get "job/$job" --output jsonpath='{.status.conditions[*].type}' | grep -q Complete
}

need_unplayed() {
  in_namespace get job/databases >/dev/null 2>&1 || fail "nothing is up: \`make cluster-run PLAY=no\` first"
  ! in_namespace get job/simulator >/dev/null 2>&1 ||
    fail "a month was played there already: \`make cluster-clean\`, then \`make cluster-run PLAY=no\`"
}

# start_flow RATE SECONDS: returns when orders have flowed for a while.
start_flow() {
  say "$1 orders a second for $2 s"
  render "$overlay/month" |
    sed "s/^\( *\)- --log=warn/\1- --orders-per-second=$1\n\1- --seconds=$2\n&/" | in_namespace apply --filename - >/dev/null
  until in_namespace logs job/simulator 2>/dev/null | grep -q "the steady flow begins"; do sleep 1; done
  sleep 10
}

# Exits by the checks; `held` is 1 if something failed before.
prove() {
  in_namespace patch job/reconcile --patch '{"spec":{"suspend":false}}' >/dev/null
  play reconcile || held=1
  [ $held = 0 ] && say "every check held" || say "a check did not hold, or a job failed: see above"
  exit $held
}
