#!/usr/bin/env bash
# Makes what a local cluster needs to be secret: a key that signs tokens, tokens, and where each database is. Production
# has an issuer of its own and gets its secrets from elsewhere.
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
. deploy/images/engine.sh
. deploy/images/names.sh
work=$(mktemp -d)
trap 'rm -rf "$work"; stop_engine' EXIT

fbactl() { docker run --rm --user "$(id -u):$(id -g)" --volume "$work:/keys" "fba-export/fbactl:$version" "$@"; }
token() { fbactl token make --key /keys/key.pem --role "$1" --subject "$2" --ttl 90d >"$work/$3"; }

# Replaces a Secret or ConfigMap, or makes it.
put() { in_namespace create "$@" --dry-run=client --output yaml | in_namespace apply --filename - >/dev/null; }

need_engine
fbactl key new --out /keys/key.pem --jwks /keys/jwks.json >/dev/null
put configmap issuer-keys --from-file=jwks.json="$work/jwks.json"
for service in enrollment eligibility fulfillment customs returns; do
  token service "service:$service" "$service.token"
  put secret generic "$service-secrets" --from-literal=database-url="postgres://$service@postgres:5432/$service" \
    --from-file=service-token="$work/$service.token"
done
token operator operator:monthly-cycle operator.token
put secret generic operator-secrets --from-file=token="$work/operator.token"
token auditor auditor:reconcile auditor.token
put secret generic reconcile-secrets --from-file=token="$work/auditor.token"
put secret generic simulator-secrets --from-file=signing-key.pem="$work/key.pem"
