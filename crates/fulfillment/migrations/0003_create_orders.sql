-- The order aggregate. Every table of it is keyed by order_id, so that it can be partitioned by it. There are no foreign
-- keys between them: the aggregate is always written whole, under the lock of its orders row. Amounts are US cents.

CREATE TABLE orders (
    order_id       text        PRIMARY KEY,
    seller_id      text        NOT NULL,
    state          text        NOT NULL CHECK (state IN ('REJECTED', 'ACCEPTED', 'PAID', 'CANCELLED', 'CLOSED')),
    destination    text        NOT NULL,
    service_level  text        NOT NULL,
    purchased_at   timestamptz NOT NULL,
    decided_at     timestamptz NOT NULL,
    -- Null when rejected.
    authority_id   uuid,
    quote_id       uuid        NOT NULL,
    -- [{line_no, sku, asin, quantity, unit_price, discount, reasons}]; never changes after the decision.
    lines          jsonb       NOT NULL,
    -- [{code, detail}] against the order as a whole; null when there are none.
    reasons        jsonb,
    shipping_price bigint      NOT NULL,
    deposit        bigint      NOT NULL,
    paid_at        timestamptz,
    captured       bigint      NOT NULL,
    payment_due    timestamptz,
    -- Number of published events.
    version        bigint      NOT NULL,
    history_length integer     NOT NULL
) WITH (fillfactor = 75);

-- Pages of all orders, and of a seller's, newest first.
CREATE INDEX orders_by_time ON orders (purchased_at, order_id);
CREATE INDEX orders_by_seller ON orders (seller_id, purchased_at, order_id);

CREATE TABLE shipments (
    order_id              text        NOT NULL,
    -- Place in the order, from 0.
    position              smallint    NOT NULL,
    shipment_id           uuid        NOT NULL,
    fc                    text        NOT NULL,
    gateway               text        NOT NULL,
    carrier               text        NOT NULL,
    service               text        NOT NULL,
    route_cost            bigint      NOT NULL,
    -- [{line_no, fnsku, quantity, discount}]; never changes.
    lines                 jsonb       NOT NULL,
    shipping_share        bigint      NOT NULL,
    deposit_share         bigint      NOT NULL,
    stage                 text        NOT NULL CHECK (stage IN ('PLANNED', 'RELEASED', 'PACKED', 'READY', 'DISPATCHED',
                                          'REFUSED', 'DELIVERED', 'LOST', 'RETURNED', 'CANCELLED')),
    cleared               boolean     NOT NULL,
    customs_hold_reason   text,
    customs_hold_remedy   text,
    customs_hold_deadline timestamptz,
    -- The seller let it finish although the authority was revoked.
    authority_allowed     boolean     NOT NULL,
    -- Held by a revocation until then.
    authority_deadline    timestamptz,
    invoice               text,
    -- [{tracking, contents, scan, scanned_at}]; null before packing.
    parcels               jsonb,
    due                   timestamptz,
    planned_at            timestamptz NOT NULL,
    dispatched_at         timestamptz,
    ended_at              timestamptz,
    PRIMARY KEY (order_id, position)
) WITH (fillfactor = 60);

CREATE UNIQUE INDEX shipments_by_id ON shipments (shipment_id);
-- The shipments report.
CREATE INDEX shipments_by_dispatch ON shipments (dispatched_at, shipment_id) WHERE dispatched_at IS NOT NULL;

-- What happened to an order, oldest first.
CREATE TABLE history (
    order_id    text        NOT NULL,
    -- Counted on the order, from 1.
    entry       integer     NOT NULL,
    at          timestamptz NOT NULL,
    event       text        NOT NULL,
    actor       text        NOT NULL,
    shipment_id uuid,
    detail      text        NOT NULL,
    PRIMARY KEY (order_id, entry)
);

-- Personal data: who receives an accepted order. Nothing else of fulfillment holds any.
CREATE TABLE consignees (
    order_id    text PRIMARY KEY,
    name        text NOT NULL,
    line_1      text NOT NULL,
    line_2      text,
    line_3      text,
    city        text NOT NULL,
    region      text NOT NULL,
    postal_code text NOT NULL,
    country     text NOT NULL,
    phone       text NOT NULL,
    email       text NOT NULL,
    tax_id      text
);
