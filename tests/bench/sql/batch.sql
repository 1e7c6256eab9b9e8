-- 100 orders of two lines a transaction; each client keeps to its own SKUs: the ideal, without contention.
BEGIN;
CREATE TEMP TABLE IF NOT EXISTS batch (n int, ref uuid, sku_a int, sku_b int) ON COMMIT DELETE ROWS;
INSERT INTO batch SELECT n, gen_random_uuid(), 1 + :client_id * 6000 + (random() * 5999)::int, 1 + (random() * 99999)::int FROM generate_series(1, 100) AS n;
WITH placed AS (INSERT INTO bench_orders (order_ref, seller, destination, total_cents) SELECT ref, n, 'DE', 4999 FROM batch RETURNING id, order_ref) INSERT INTO bench_order_lines SELECT placed.id, line.n, CASE line.n WHEN 1 THEN batch.sku_a ELSE batch.sku_b END, 1, 1999 FROM placed JOIN batch ON batch.ref = placed.order_ref, (VALUES (1), (2)) AS line (n);
UPDATE bench_stock s SET reserved = reserved + wanted.units FROM (SELECT sku_a, count(*) AS units FROM batch GROUP BY sku_a) AS wanted WHERE s.sku = wanted.sku_a AND s.fc = 1 AND s.on_hand - s.reserved >= wanted.units;
INSERT INTO bench_outbox (topic, key, payload) SELECT 'order-events', '\x01'::bytea, decode(repeat('ab', 200), 'hex') FROM batch;
COMMIT;
