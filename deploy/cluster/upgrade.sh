#!/usr/bin/env bash
# `make cluster-upgrade`: from the version that `make cluster-run PLAY=no` brought up to that of this tree, with orders flowing.
# The migrations of the new version run while the old one serves; then each service's rollout is stopped half way, so that both
# versions work side by side; then it goes on. Proves the end state, and exits by the checks.
#   RATE     orders a second (20)
#   BESIDE   seconds that both versions work side by side (60)
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
. deploy/cluster/play.sh
. deploy/images/engine.sh
. deploy/images/names.sh
rate=${RATE:-20}
beside=${BESIDE:-60}
# Eligibility first: it hears of exclusions that enrollment learns to publish.
services=(eligibility enrollment fulfillment customs returns)

# How many pods run which image.
versions() {
  in_namespace get pods --selector app.kubernetes.io/component=server --output jsonpath="{range .items[*]}{.spec.containers[0].image}{'\n'}{end}" |
    sort | uniq -c
}

need_cluster
[ -n "${LOAD_IMAGES:-}" ] || fail "set LOAD_IMAGES to the command that brings image archives to the nodes"
need_unplayed
old=$(in_namespace get deployment/fulfillment-server --output jsonpath='{.spec.template.spec.containers[0].image}')
[ "$old" != "fba-export/fulfillment:$version" ] || fail "version $version runs already: bring up the one before, from its own tree"

need_engine
deploy/images/save.sh
stop_engine
$LOAD_IMAGES out/images/programs.tar >/dev/null
rendered=$(mktemp)
render "$overlay" >"$rendered"

start_flow "$rate" $((beside + 240))
say "the migrations of $version, while ${old#*:} serves"
objects "$rendered" ConfigMap | kubectl apply --filename - >/dev/null
kubectl apply --filename "$rendered" --selector app.kubernetes.io/component=migrate >/dev/null
in_namespace wait --for=condition=complete --timeout=5m job --selector app.kubernetes.io/component=migrate >/dev/null || held=1
say "each rollout is stopped when its first pod is ready"
for service in "${services[@]}"; do
  objects "$rendered" Deployment "$service-server" | kubectl apply --filename - >/dev/null
  in_namespace wait --for=jsonpath='{.status.updatedReplicas}'=1 --timeout=2m "deployment/$service-server" >/dev/null
  in_namespace rollout pause "deployment/$service-server" >/dev/null
done
for service in "${services[@]}"; do
  in_namespace wait --for=jsonpath='{.status.readyReplicas}'=3 --timeout=2m "deployment/$service-server" >/dev/null || held=1
done
versions
deploy/cluster/sharing.sh
sleep "$beside"
say "the rollouts go on"
kubectl apply --filename "$rendered" >/dev/null
for service in "${services[@]}"; do
  in_namespace rollout resume "deployment/$service-server" >/dev/null
  in_namespace rollout status --timeout=5m "deployment/$service-server" >/dev/null || held=1
done
versions
play simulator || held=1
prove
