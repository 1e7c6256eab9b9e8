#!/usr/bin/env bash
# `make cluster-run`: the main job on a Kubernetes cluster. KUBECONFIG names it; LOAD_IMAGES is a command that is given
# archives of images and brings them to its nodes (`kind load image-archive`, for one). Exits by the checks. PLAY=no only
# brings everything up.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
. deploy/cluster/play.sh
. deploy/images/engine.sh
. deploy/images/names.sh

# What somebody would look at first, when it does not come up.
diagnose() {
  in_namespace get pods --output wide
  in_namespace get events --field-selector type=Warning --sort-by=.lastTimestamp | tail -n 15
  say "it did not come up: see the pods and events above"
}

# Kafka and PostgreSQL first: nothing else could start without them.
apply_overlay() {
  local rendered=$1
  kubectl apply --filename "$rendered" --selector app.kubernetes.io/part-of=stores >/dev/null
  say "waiting for Kafka and PostgreSQL"
  in_namespace rollout status --timeout=3m statefulset/postgres statefulset/kafka >/dev/null
  in_namespace wait --for=condition=complete --timeout=2m job/databases >/dev/null
  kubectl apply --filename "$rendered" >/dev/null
}

wait_for_services() {
  say "waiting for the migrations and for two replicas of each service"
  in_namespace wait --for=condition=complete --timeout=5m job --selector app.kubernetes.io/component=migrate >/dev/null
  local deployment
  for deployment in $(in_namespace get deployments --output name); do
    in_namespace rollout status --timeout=5m "$deployment" >/dev/null
  done
}

need_cluster
! kubectl get namespace "$namespace" >/dev/null 2>&1 ||
  fail "there is a namespace $namespace already: \`make cluster-clean\` removes it with all its data"
[ -n "${LOAD_IMAGES:-}" ] || fail "set LOAD_IMAGES to the command that brings image archives to the nodes"
need_engine
deploy/images/save.sh
kubectl apply --filename "$overlay/namespace.yaml" >/dev/null
deploy/cluster/secrets.sh
stop_engine
say "loading the images"
$LOAD_IMAGES out/images/servers.tar out/images/programs.tar >/dev/null

rendered=out/cluster/local.yaml
mkdir -p out/cluster
render "$overlay" >$rendered
trap diagnose EXIT
apply_overlay $rendered
wait_for_services
trap - EXIT
in_namespace get pods --output wide
deploy/cluster/footprint.sh

if [ "${PLAY:-}" = no ]; then
  say "it is up; no month is played"
  exit 0
fi
render "$overlay/month" | kubectl apply --filename - >/dev/null
say "playing a month"
play simulator || held=1
prove
