-- Who takes part, what they authorised, what they excluded, and everything that ever changed of it.

CREATE TABLE sellers (
    seller_id               text COLLATE "C" PRIMARY KEY,
    marketplace_id          text NOT NULL,
    registered_at           timestamptz NOT NULL,
    state                   text NOT NULL CHECK (state IN ('ENABLED', 'DISABLED', 'NOT_ENROLLED')),
    -- Since when, by whom and why the state holds.
    state_since             timestamptz NOT NULL,
    state_by                text NOT NULL,
    state_reason            text NOT NULL,
    -- The authority in force.
    authority_id            uuid,
    -- Alpha-2 codes, sorted, joined by |.
    excluded_countries      text NOT NULL DEFAULT '',
    product_exclusion_count bigint NOT NULL DEFAULT 0 CHECK (product_exclusion_count >= 0),
    -- Number of changes, each of which is one event: ce_sequence of the last one.
    settings_version        bigint NOT NULL CHECK (settings_version >= 1),
    CHECK ((state = 'ENABLED') = (authority_id IS NOT NULL))
);

-- The authority ledger: an authority is granted once, ends at most once, is revoked at most once.
CREATE TABLE authority_ledger (
    authority_id  uuid NOT NULL,
    entry         text NOT NULL CHECK (entry IN ('GRANTED', 'ENDED', 'REVOKED')),
    seller_id     text COLLATE "C" NOT NULL REFERENCES sellers,
    -- The seller's settings_version that the entry belongs to.
    version       bigint NOT NULL,
    at            timestamptz NOT NULL,
    -- Principal who did it.
    by            text NOT NULL,
    reason        text NOT NULL,
    -- The terms the seller accepted, by version and digest (hex); of a grant only.
    terms_version text,
    terms_sha256  text CHECK (terms_sha256 ~ '^[0-9a-f]{64}$'),
    PRIMARY KEY (authority_id, entry),
    CHECK ((entry = 'GRANTED') = (terms_version IS NOT NULL)),
    CHECK ((entry = 'GRANTED') = (terms_sha256 IS NOT NULL))
);

CREATE INDEX authority_ledger_by_seller ON authority_ledger (seller_id, version);

-- Products a seller does not export.
CREATE TABLE product_exclusions (
    seller_id  text COLLATE "C" NOT NULL REFERENCES sellers,
    asin       text COLLATE "C" NOT NULL,
    -- Alpha-2 codes, sorted, joined by |; empty = all destinations.
    countries  text NOT NULL,
    reason     text NOT NULL,
    changed_at timestamptz NOT NULL,
    changed_by text NOT NULL,
    PRIMARY KEY (seller_id, asin)
);

-- Every change of a seller's settings: who, when, why, before and after.
CREATE TABLE history (
    seller_id text COLLATE "C" NOT NULL REFERENCES sellers,
    version   bigint NOT NULL,
    change    text NOT NULL,
    at        timestamptz NOT NULL,
    by        text NOT NULL,
    reason    text NOT NULL,
    before    jsonb NOT NULL,
    after     jsonb NOT NULL,
    PRIMARY KEY (seller_id, version)
);

CREATE FUNCTION refuse_change_of_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'insert a new row that corrects the old one';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON authority_ledger
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_the_past();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON history
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_the_past();
