#!/usr/bin/env bash
# `make manifests`: renders every overlay to out/manifests and checks what it can without a cluster: that they render, and
# that names, ports, probes, variables and topics are those of the programs (tests/deploy). With a cluster at hand
# (KUBECONFIG), its API server judges each object of the local overlay too.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
mkdir -p out/manifests
for overlay in deploy/kubernetes/overlays/*; do
  render "$overlay" >"out/manifests/$(basename "$overlay").yaml"
  say "out/manifests/$(basename "$overlay").yaml has $(grep -c '^kind:' "out/manifests/$(basename "$overlay").yaml") objects"
done
cargo test --workspace --test deploy
if kubectl version >/dev/null 2>&1; then
  # A dry run puts nothing anywhere, but a namespace that is not there cannot hold even that.
  kubectl apply --dry-run=server --filename deploy/kubernetes/overlays/local/namespace.yaml >/dev/null
  if kubectl get namespace "$namespace" >/dev/null 2>&1; then
    kubectl apply --dry-run=server --filename out/manifests/local.yaml >/dev/null
    say "the API server takes every object of the local overlay"
  else
    say "not asked the API server: it judges objects only where the namespace $namespace is (make cluster-run)"
  fi
else
  say "no cluster answers: no API server was asked"
fi
