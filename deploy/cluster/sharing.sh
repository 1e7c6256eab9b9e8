#!/usr/bin/env bash
# Who does what: how many partitions and which lanes of the relay each pod has, by what the pods' metrics say.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh

need_cluster
pods=$(in_namespace get pods --selector app.kubernetes.io/component=server --field-selector status.phase=Running \
  --output jsonpath='{range .items[*]}{.metadata.name}{"\n"}{end}' | sort)
for pod in $pods; do
  # A pod may be on its way out.
  if ! metrics=$(kubectl get --raw "/api/v1/namespaces/$namespace/pods/$pod:9090/proxy/metrics" 2>/dev/null); then
    printf '%-40s does not answer\n' "$pod"
    continue
  fi
  awk -v pod="$pod" '
    /^messaging_partitions / { partitions = $2 }
    /^messaging_relay_lanes\{/ && $2 == 1 { split($1, parts, "\""); lanes = lanes " " parts[2] }
    END { printf "%-40s %3d partitions, lanes:%s\n", pod, partitions, lanes ? lanes : " none" }' <<<"$metrics"
done
