-- What other areas told us, as far as fulfillment needs it.

CREATE TABLE sellers (
    seller_id        text   PRIMARY KEY,
    -- The authority in force; null while the seller does not take part.
    authority_id     uuid,
    -- Enrollment's count of the seller's changes: an older event changes nothing.
    settings_version bigint NOT NULL
);

-- Authorities that were explicitly revoked: what was accepted under them is held until the seller chooses.
CREATE TABLE revoked_authorities (
    authority_id uuid        PRIMARY KEY,
    seller_id    text        NOT NULL,
    revoked_at   timestamptz NOT NULL
);

CREATE TABLE items (
    seller_id    text    NOT NULL,
    sku          text    NOT NULL,
    asin         text    NOT NULL,
    fnsku        text    NOT NULL,
    title        text    NOT NULL,
    -- Of one packaged unit; null = unknown, never guessed.
    weight_mg    bigint  CHECK (weight_mg >= 0),
    longest_um   bigint  CHECK (longest_um > 0),
    median_um    bigint  CHECK (median_um > 0),
    shortest_um  bigint  CHECK (shortest_um > 0),
    hs_code      text,
    delisted     boolean NOT NULL,
    -- The catalogue's count of the item's changes: an older event changes nothing.
    item_version bigint  NOT NULL,
    PRIMARY KEY (seller_id, sku)
);
