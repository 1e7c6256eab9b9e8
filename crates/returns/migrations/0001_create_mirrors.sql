-- What returns keeps of others' events.

-- Offers (catalog): what a unit is, for fees and the report. A lower item_version never replaces a higher one.
CREATE TABLE items (
    seller_id    text   NOT NULL,
    sku          text   NOT NULL,
    item_version bigint NOT NULL,
    asin         text   NOT NULL,
    category     text   NOT NULL,
    weight_mg    bigint,
    longest_um   bigint,
    median_um    bigint,
    shortest_um  bigint,
    PRIMARY KEY (seller_id, sku)
);

-- Size tiers (eligibility's verdicts).
CREATE TABLE size_tiers (
    asin      text PRIMARY KEY,
    size_tier text NOT NULL
);

-- Shipments (fulfillment): what was sold and how far it came.
CREATE TABLE shipments (
    shipment_id  uuid        PRIMARY KEY,
    order_id     text        NOT NULL,
    seller_id    text        NOT NULL,
    bought_at    timestamptz NOT NULL,
    state        text        NOT NULL CHECK (state IN ('UNDERWAY', 'DELIVERED', 'LOST', 'RETURNED', 'CANCELLED')),
    delivered_at timestamptz,
    -- Events published with the shipment as subject: its loss.
    version      bigint      NOT NULL DEFAULT 0
);
CREATE INDEX shipments_by_order ON shipments (order_id);

CREATE TABLE shipment_lines (
    shipment_id uuid   NOT NULL REFERENCES shipments,
    line_no     int    NOT NULL,
    sku         text   NOT NULL,
    asin        text   NOT NULL,
    fnsku       text   NOT NULL,
    quantity    int    NOT NULL CHECK (quantity > 0),
    -- Price paid for these units, US cents.
    paid_minor  bigint NOT NULL CHECK (paid_minor >= 0),
    authorised  int    NOT NULL DEFAULT 0 CHECK (authorised BETWEEN 0 AND quantity),
    PRIMARY KEY (shipment_id, line_no)
);
