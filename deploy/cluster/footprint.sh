#!/usr/bin/env bash
# Prints how large the images are, and how much memory each pod of the programme uses as its node counts it.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh

kubectl get nodes --output go-template='{{range .items}}{{range .status.images}}{{range .names}}{{.}}{{" "}}{{end}}{{.sizeBytes}}{{"\n"}}{{end}}{{end}}' |
  awk '{ for (i = 1; i < NF; i++) if ($i ~ /fba-export\/[a-z]*:/) { sub(/.*fba-export\//, "", $i); printf "image %-40s %6.1f MB\n", $i, $NF / 1e6 } }' |
  sort --unique

pods() {
  local node
  for node in $(kubectl get nodes --output jsonpath='{.items[*].metadata.name}'); do
    kubectl get --raw "/api/v1/nodes/$node/proxy/metrics/resource"
  done | sed -n "s/^pod_memory_working_set_bytes{namespace=\"$namespace\",pod=\"\([^\"]*\)\"} \([^ ]*\).*/\1 \2/p"
}

# A node counts every some seconds: what it has not counted yet it gives as 0.
for _ in $(seq 30); do
  memory=$(pods)
  grep -q ' 0$' <<<"$memory" || break
  sleep 2
done
awk '{ printf "pod   %-40s %6.1f MB\n", $1, $2 / 1e6 }' <<<"$memory" | sort
