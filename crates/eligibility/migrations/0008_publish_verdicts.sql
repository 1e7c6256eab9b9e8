-- Shards whose verdicts stood before the state topic of verdicts came: they are published to it once, from an hour after this
-- migration on. By then no older version runs beside this one any more, whose changes would not reach the topic.
CREATE TABLE state_backfill (
    shard      integer PRIMARY KEY,
    -- The last product that was looked at.
    after_asin text COLLATE "C" NOT NULL DEFAULT '',
    -- The machine's time.
    due_at     timestamptz NOT NULL DEFAULT now() + interval '1 hour'
);
INSERT INTO state_backfill (shard)
SELECT shard FROM generate_series(0, 15) AS shard WHERE EXISTS (SELECT FROM products);
