# For the scripts of this folder, after common.sh: following a Job to its end, whichever it is.
play() {
  local job=$1
  in_namespace wait --for=jsonpath='{.status.ready}'=1 --timeout=2m "job/$job" >/dev/null 2>&1 || true
  in_namespace logs --follow "job/$job" || true
  until in_namespace get "job/$job" --output jsonpath='{.status.conditions[*].type}' | grep -qE 'Complete|Failed'; do
    sleep 1
  done
  in_namespace get "job/$job" --output jsonpath='{.status.conditions[*].type}' | grep -q Complete
}
