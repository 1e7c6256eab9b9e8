-- A cycle looks at what was touched shard by shard, in the order of its verdicts: pages are found beside each other, and nothing is
-- sorted.
CREATE INDEX touched_by_shard ON touched (shard, asin);
