-- Returns, the units they expect and the units that came.

CREATE TABLE returns (
    rma_id        uuid        PRIMARY KEY,
    order_id      text        NOT NULL,
    seller_id     text        NOT NULL,
    state         text        NOT NULL CHECK (state IN ('AUTHORISED', 'RECEIVING', 'CLOSED')),
    -- Events published for it.
    version       bigint      NOT NULL DEFAULT 0,
    authorised_at timestamptz NOT NULL,
    authorised_by text        NOT NULL,
    exception     text        NOT NULL,
    deadline      timestamptz NOT NULL
);
CREATE INDEX returns_by_order ON returns (order_id);
CREATE INDEX returns_by_time ON returns (authorised_at DESC, rma_id DESC);

CREATE TABLE return_lines (
    rma_id       uuid     NOT NULL REFERENCES returns,
    position     int      NOT NULL,
    shipment_id  uuid     NOT NULL,
    line_no      int      NOT NULL,
    reason_code  text     NOT NULL,
    -- Which units of the shipment's line: their prices follow from what was paid for the line.
    first_unit   int      NOT NULL,
    quantity     int      NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (rma_id, position),
    FOREIGN KEY (shipment_id, line_no) REFERENCES shipment_lines
);

CREATE TABLE return_units (
    lpn              text   PRIMARY KEY,
    rma_id           uuid   NOT NULL REFERENCES returns,
    -- Order in which they came in.
    position         int    NOT NULL,
    line_no          int    NOT NULL,
    fc               text   NOT NULL,
    price_minor      bigint NOT NULL,
    postage_minor    bigint,
    postage_currency text,
    -- Empty until it is judged.
    disposition      text   NOT NULL,
    -- What followed: US cents; the reimbursement, when one is owed.
    refund_minor     bigint NOT NULL DEFAULT 0,
    postage_refund_minor bigint NOT NULL DEFAULT 0,
    reimbursement_id uuid,
    UNIQUE (rma_id, position)
);
