-- One order a transaction, in six statements: how it is usually written.
\set seller random(1, 10000)
\set sku_a random(1, 100000)
\set sku_b random(1, 100000)
BEGIN;
INSERT INTO bench_orders (order_ref, seller, destination, total_cents) VALUES (gen_random_uuid(), :seller, 'DE', 4999) RETURNING id \gset
INSERT INTO bench_order_lines VALUES (:id, 1, :sku_a, 1, 1999);
INSERT INTO bench_order_lines VALUES (:id, 2, :sku_b, 2, 1500);
UPDATE bench_stock SET reserved = reserved + 1 WHERE sku = :sku_a AND fc = 1 AND on_hand - reserved >= 1;
INSERT INTO bench_outbox (topic, key, payload) VALUES ('order-events', '\x01'::bytea, decode(repeat('ab', 200), 'hex'));
COMMIT;
