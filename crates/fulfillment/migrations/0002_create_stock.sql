-- Units of a seller's FNSKU in a center. Rows are always locked in the order (fc, fnsku, seller_id).
-- The checks are the last word on overselling: no transaction can commit past them.
CREATE TABLE stock (
    fc         text   NOT NULL,
    fnsku      text   NOT NULL,
    -- Commingled labels hold units of several sellers.
    seller_id  text   NOT NULL,
    sku        text   NOT NULL,
    received   bigint NOT NULL DEFAULT 0 CHECK (received >= 0),
    restocked  bigint NOT NULL DEFAULT 0 CHECK (restocked >= 0),
    dispatched bigint NOT NULL DEFAULT 0 CHECK (dispatched >= 0),
    reserved   bigint NOT NULL DEFAULT 0,
    on_hand    bigint NOT NULL GENERATED ALWAYS AS (received + restocked - dispatched) STORED,
    CONSTRAINT stock_not_oversold CHECK (0 <= reserved AND reserved <= received + restocked - dispatched),
    PRIMARY KEY (seller_id, fnsku, fc)
) WITH (fillfactor = 50);

-- Every arrival of units, once: a receipt of the seller's goods by its receipt_id, a restocked unit by its LPN.
CREATE TABLE stock_arrivals (
    kind       text        NOT NULL CHECK (kind IN ('RECEIPT', 'RESTOCK')),
    arrival_id text        NOT NULL,
    fc         text        NOT NULL,
    fnsku      text        NOT NULL,
    seller_id  text        NOT NULL,
    units      bigint      NOT NULL CHECK (units > 0),
    -- Business time.
    arrived_at timestamptz NOT NULL,
    PRIMARY KEY (kind, arrival_id)
);
