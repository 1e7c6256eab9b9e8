#!/usr/bin/env bash
# `make cluster-cycle`: on what `make cluster-run` has left behind, the catalogue is repeated under new ASINs, and two monthly cycles
# evaluate all of it: the first by one pod of eligibility, the second by four, of which one is deleted by force when a quarter of the
# shards is done. Prints who evaluated which shards, and exits 0 only if both cycles came to the same verdicts.
#   PRODUCTS   how many products there are at least (2000000)
. "$(dirname "$0")/../common.sh"
. deploy/cluster/common.sh
products=${PRODUCTS:-2000000}
selector=app.kubernetes.io/name=eligibility,app.kubernetes.io/component=server

sql() {
  in_namespace exec --stdin postgres-0 -- \
    psql --host=127.0.0.1 --username=postgres --dbname=eligibility --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 <<<"$1"
}

scale() {
  in_namespace scale --replicas="$1" deployment/eligibility-server >/dev/null
  in_namespace rollout status --timeout=2m deployment/eligibility-server >/dev/null
  # One that goes has still got its share of the work.
  until [ "$(in_namespace get pods --selector "$selector" --output name | wc -l)" = "$1" ]; do sleep 1; done
}

# New ASINs that show what the others show.
repeat_catalogue() {
  sql "INSERT INTO products (shard, asin, detector_id, facts, size_tier, evidence)
       SELECT shard_of(new.asin), new.asin, p.detector_id, p.facts, p.size_tier, p.evidence
         FROM (SELECT row_number() OVER (ORDER BY asin) AS n, count(*) OVER () AS kinds, * FROM products WHERE facts IS NOT NULL) AS p,
              LATERAL (SELECT 'Z' || lpad(i::text, 9, '0') AS asin FROM generate_series(p.n, $products, p.kinds) AS i) AS new
       ON CONFLICT DO NOTHING;
       ANALYZE products;"
}

# Everything was touched, and business time goes to the middle of the month after the newest cycle's, at whose beginning a cycle is due.
next_month() {
  month=$(date --utc --date="$(sql 'SELECT max(month) FROM cycles')-15 1 month" +%Y-%m)
  sql "INSERT INTO touched (asin, shard) SELECT asin, shard FROM products ON CONFLICT DO NOTHING"
  in_namespace delete job/tick --ignore-not-found >/dev/null
  render "$overlay/month" | objects /dev/stdin Job simulator |
    sed "s/^  name: simulator$/  name: tick/; s/^\( *\)- --log=warn/\1- --tick=$month-15T00:00:00Z\n&/" | in_namespace apply --filename - >/dev/null
  in_namespace wait --for=condition=complete --timeout=2m job/tick >/dev/null
}

done_shards() {
  sql "SELECT count(*) FROM cycle_shards JOIN cycles USING (cycle_id, attempt) WHERE month = '$month' AND done"
}

# Waits until a query answers true.
until_true() {
  local end=$((SECONDS + 600))
  until [ "$(sql "$1")" = t ]; do
    [ $SECONDS -lt $end ] || fail "not within ten minutes: $1"
    sleep 0.2
  done
}

# Waits for the end of the month's cycle.
complete() { until_true "SELECT completed_at IS NOT NULL FROM cycles WHERE month = '$month'"; }

# What it came to. Numbers of events and the time of evaluation differ from cycle to cycle.
outcome() {
  sql "SELECT count(*) || ' verdicts, ' || count(*) FILTER (WHERE state = 'EXPORTABLE') || ' exportable, digest '
              || md5(sum(hashtextextended(concat_ws('|', asin, state, eligible, size_tier, codes, warnings, facts, evidence), 0))::text)
         FROM verdict_rows WHERE slice / 16 = (SELECT generation FROM standing)"
}

# Shards by pod since a time, as far as the pods are still there to tell.
who() {
  in_namespace logs --prefix --tail=-1 --since-time="$1" --selector "$selector" --max-log-requests=8 --ignore-errors 2>/dev/null |
    sed -n '/cycle\.shard/s/^\[pod\/\([^/]*\).*/\1/p' | sort | uniq -c || true
}

seconds() { echo "$(date +%s.%N) - $1" | bc; }

need_cluster
in_namespace get job/simulator >/dev/null 2>&1 || fail "no month was played there: \`make cluster-run\` first"
say "one pod, $products products"
trap 'in_namespace scale --replicas=2 deployment/eligibility-server >/dev/null' EXIT
scale 1
repeat_catalogue
next_month
begun=$(date +%s.%N)
complete
say "one pod took $(seconds "$begun") s"
first=$(outcome)
say "$first"
say "waiting until all of it is told"
until_true "SELECT NOT EXISTS (SELECT FROM announcements)"
scale 4
deploy/cluster/sharing.sh | grep eligibility
since=$(date --utc +%Y-%m-%dT%H:%M:%SZ)
next_month
begun=$(date +%s.%N)
until_true "SELECT count(*) >= 4 FROM cycle_shards JOIN cycles USING (cycle_id, attempt) WHERE month = '$month' AND done"
victim=pod/$(in_namespace get pods --selector "$selector" --output jsonpath='{.items[0].metadata.name}')
who "$since"
in_namespace delete --grace-period=0 --force "$victim" >/dev/null 2>&1
say "${victim#pod/} was deleted by force with $(done_shards) shards done"
complete
say "four pods, one of them deleted, took $(seconds "$begun") s"
who "$since"
second=$(outcome)
say "$second"
[ "$first" = "$second" ] || fail "the verdicts differ"
say "the verdicts are the same"
