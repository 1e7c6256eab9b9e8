-- The generation is asked for by itself, as one value: joined, the planner took the one row of `standing` for two thousand, and read
-- all verdicts for each product.
CREATE OR REPLACE VIEW verdicts_now AS
SELECT 16 * (SELECT generation FROM standing) + p.shard AS slice, p.shard, p.asin, coalesce(v.version, 0) AS version, v.announce,
       coalesce(v.state, 'PENDING') AS state, v.eligible, v.size_tier, coalesce(v.codes, '') AS codes, coalesce(v.warnings, '') AS warnings, v.facts, v.evidence,
       v.findings, v.rule_set_id, v.evaluated_at, v.cycle_id
  FROM products p
  LEFT JOIN verdict_rows v ON v.slice = 16 * (SELECT generation FROM standing) + p.shard AND v.asin = p.asin;
