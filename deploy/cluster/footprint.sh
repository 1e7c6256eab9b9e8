#!/usr/bin/env bash
# Prints how large the images are and how much memory each pod of the programme uses, as its node's kubelet counts it.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh

for node in $(kubectl get nodes --output name); do
  kubectl get "$node" --output json
done | python3 -c '
import json, sys
decoder, text = json.JSONDecoder(), sys.stdin.read().strip()
while text:
    node, end = decoder.raw_decode(text)
    text = text[end:].strip()
    for image in node["status"]["images"]:
        named = [name for name in image["names"] if "fba-export/" in name and ":" in name and "@" not in name]
        for name in named:
            print("%-45s %6.1f MB" % ("image " + name.split("fba-export/")[1], image["sizeBytes"] / 1e6))
' | sort
for node in $(kubectl get nodes --output jsonpath='{.items[*].metadata.name}'); do
  kubectl get --raw "/api/v1/nodes/$node/proxy/stats/summary"
done | python3 -c '
import json, sys
decoder, text = json.JSONDecoder(), sys.stdin.read().strip()
while text:
    summary, end = decoder.raw_decode(text)
    text = text[end:].strip()
    for pod in summary["pods"]:
        if pod["podRef"]["namespace"] == sys.argv[1]:
            for container in pod.get("containers", []):
                memory = container.get("memory", {}).get("workingSetBytes", 0)
                print("%-45s %6.1f MB" % ("pod " + pod["podRef"]["name"], memory / 1e6))
' "$namespace" | sort
