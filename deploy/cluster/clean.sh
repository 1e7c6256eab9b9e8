#!/usr/bin/env bash
# `make cluster-clean`: removes what `make cluster-run` made, with all its data.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh

need_cluster
kubectl delete namespace "$namespace" --ignore-not-found --timeout=5m
