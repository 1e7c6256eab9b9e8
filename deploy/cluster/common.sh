# For the scripts of this folder, after deploy/common.sh: what they need, and what they say.
namespace=fba-export
overlay=deploy/kubernetes/overlays/local

say() { echo "cluster: $*"; }
fail() { echo "cluster: $*" >&2; exit 1; }

need_cluster() {
  command -v kubectl >/dev/null || fail "kubectl is not installed"
  kubectl version >/dev/null 2>&1 || fail "no cluster answers: set KUBECONFIG to one you may create namespaces in"
}

# The files of an overlay also use those of deploy/local, outside of their folder.
render() { kubectl kustomize --load-restrictor=LoadRestrictionsNone "$1"; }

# Of a rendered overlay the objects of a kind, or of those only the one of a name.
#   objects FILE KIND [NAME]
objects() {
  awk -v RS='(^|\n)---\n' -v kind="kind: $2" -v name="  name: ${3:-}" '
    BEGIN { named = name != "  name: " }
    { is_kind = is_name = 0; count = split($0, lines, "\n")
      for (i = 1; i <= count; i++) { is_kind += lines[i] == kind; is_name += lines[i] == name }
      if (is_kind && (is_name || !named)) printf "---\n%s\n", $0 }' "$1"
}

in_namespace() { kubectl --namespace "$namespace" "$@"; }
