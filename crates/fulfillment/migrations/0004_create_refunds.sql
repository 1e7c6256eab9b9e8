-- Money that goes back to buyers; final only when payments says so.
CREATE TABLE refunds (
    -- Follows from what is refunded.
    refund_id    uuid        PRIMARY KEY,
    order_id     text        NOT NULL,
    -- Null when the order as a whole is paid back.
    shipment_id  uuid,
    amount       bigint      NOT NULL CHECK (amount > 0),
    state        text        NOT NULL CHECK (state IN ('REQUESTED', 'SETTLED', 'FAILED')),
    attempts     integer     NOT NULL CHECK (attempts > 0),
    retry_due    timestamptz,
    requested_at timestamptz NOT NULL
);
