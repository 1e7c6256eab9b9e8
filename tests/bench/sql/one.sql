-- One order a transaction, as one statement.
\set seller random(1, 10000)
\set sku_a random(1, 100000)
\set sku_b random(1, 100000)
WITH placed AS (INSERT INTO bench_orders (order_ref, seller, destination, total_cents) VALUES (gen_random_uuid(), :seller, 'DE', 4999) RETURNING id), lines AS (INSERT INTO bench_order_lines SELECT placed.id, line.n, line.sku, 1, 1999 FROM placed, (VALUES (1, (:sku_a)::int), (2, (:sku_b)::int)) AS line (n, sku)), reserved AS (UPDATE bench_stock SET reserved = reserved + 1 WHERE sku = :sku_a AND fc = 1 AND on_hand - reserved >= 1 RETURNING 1) INSERT INTO bench_outbox (topic, key, payload) SELECT 'order-events', '\x01'::bytea, decode(repeat('ab', 200), 'hex') FROM reserved;
