-- The least an order system must store, for the baselines beside `order-intake`.
DROP TABLE IF EXISTS bench_order_lines, bench_orders, bench_stock, bench_outbox;
CREATE TABLE bench_orders (
    id          bigint      GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    order_ref   uuid        NOT NULL UNIQUE,
    seller      int         NOT NULL,
    destination char(2)     NOT NULL,
    total_cents bigint      NOT NULL,
    placed_at   timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE bench_order_lines (
    order_id bigint   NOT NULL REFERENCES bench_orders,
    line_no  smallint NOT NULL,
    sku      int      NOT NULL,
    quantity int      NOT NULL,
    cents    bigint   NOT NULL,
    PRIMARY KEY (order_id, line_no)
);
CREATE TABLE bench_stock (
    sku      int      NOT NULL,
    fc       smallint NOT NULL,
    on_hand  int      NOT NULL,
    reserved int      NOT NULL CHECK (reserved <= on_hand),
    PRIMARY KEY (sku, fc)
) WITH (fillfactor = 70);
INSERT INTO bench_stock SELECT sku, 1, 1000000000, 0 FROM generate_series(1, 100000) AS sku;
CREATE TABLE bench_outbox (
    id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic   text   NOT NULL,
    key     bytea  NOT NULL,
    payload bytea  NOT NULL
);
VACUUM ANALYZE bench_stock;
