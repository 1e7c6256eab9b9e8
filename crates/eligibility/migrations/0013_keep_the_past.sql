-- What held before, for who asks later why something was refused, or was not: a row of the past for each change, kept for some
-- months (data/eligibility/history.csv). Times are business time: when the transaction began that changed it; of a cycle, when it
-- began to change over.

-- Since when it is so; NULL: since before this was written down.
ALTER TABLE sellers ADD COLUMN since timestamptz;
ALTER TABLE product_exclusions ADD COLUMN since timestamptz;
-- Of being listed, of the ASIN and of the product group.
ALTER TABLE items ADD COLUMN since timestamptz;

-- When this began to be written down; no row before a process of this version knows the business time.
CREATE TABLE past_kept (
    one  boolean PRIMARY KEY DEFAULT true CHECK (one),
    since timestamptz NOT NULL
);

-- Where several changes come in one moment, the first says what held until then.
CREATE TABLE past_sellers (
    seller_id        text COLLATE "C" NOT NULL,
    enabled          boolean NOT NULL,
    excluded         bytea NOT NULL CHECK (octet_length(excluded) = 85),
    settings_version bigint NOT NULL,
    since            timestamptz,
    until            timestamptz NOT NULL,
    PRIMARY KEY (seller_id, until)
);

CREATE TABLE past_exclusions (
    seller_id text COLLATE "C" NOT NULL,
    asin      text COLLATE "C" NOT NULL,
    -- NULL = everywhere.
    countries bytea CHECK (octet_length(countries) = 85),
    since     timestamptz,
    until     timestamptz NOT NULL,
    PRIMARY KEY (seller_id, asin, until)
);

CREATE TABLE past_items (
    seller_id     text COLLATE "C" NOT NULL,
    sku           text COLLATE "C" NOT NULL,
    -- NULL: it was not listed.
    asin          text COLLATE "C",
    product_group text NOT NULL,
    since         timestamptz,
    until         timestamptz NOT NULL,
    PRIMARY KEY (seller_id, sku, until)
);
CREATE INDEX past_items_by_asin ON past_items (asin) WHERE asin IS NOT NULL;

-- Verdicts that were replaced within their generation; those that a cycle replaced all at once stay in the tables of their generation.
CREATE TABLE past_verdicts (
    slice        integer NOT NULL,
    asin         text COLLATE "C" NOT NULL,
    until        timestamptz NOT NULL,
    -- NULL, as the others then: there was none.
    state        text CHECK (state IN ('EXPORTABLE', 'NOT_EXPORTABLE', 'NEEDS_REVIEW')),
    eligible     bytea CHECK (octet_length(eligible) = 85),
    size_tier    text,
    facts        bytea CHECK (octet_length(facts) = 32),
    evidence     text,
    findings     jsonb,
    rule_set_id  integer,
    evaluated_at timestamptz,
    cycle_id     uuid,
    PRIMARY KEY (slice, asin, until)
);

-- The past is forgotten by its age.
CREATE INDEX past_sellers_by_age ON past_sellers (until);
CREATE INDEX past_exclusions_by_age ON past_exclusions (until);
CREATE INDEX past_items_by_age ON past_items (until);
CREATE INDEX past_verdicts_by_age ON past_verdicts (until);

-- The settings of a seller at a time; no row: nobody had told us of it.
CREATE FUNCTION settings_at(seller text, moment timestamptz)
    RETURNS TABLE (enabled boolean, excluded bytea, settings_version bigint, since timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT h.enabled, h.excluded, h.settings_version, h.since
      FROM ((SELECT p.enabled, p.excluded, p.settings_version, p.since, p.until
               FROM past_sellers p WHERE p.seller_id = seller AND p.until > moment ORDER BY p.until LIMIT 1)
            UNION ALL
            SELECT s.enabled, s.excluded, s.settings_version, s.since, 'infinity' FROM sellers s WHERE s.seller_id = seller
            ORDER BY until LIMIT 1) AS h
     WHERE h.since IS NULL OR h.since <= moment
$$;

-- How a seller excluded a product at a time; no row: it did not.
CREATE FUNCTION exclusion_at(seller text, product text, moment timestamptz)
    RETURNS TABLE (countries bytea, since timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT h.countries, h.since
      FROM ((SELECT p.countries, p.since, p.until FROM past_exclusions p
              WHERE p.seller_id = seller AND p.asin = product AND p.until > moment ORDER BY p.until LIMIT 1)
            UNION ALL
            SELECT x.countries, x.since, 'infinity' FROM product_exclusions x WHERE x.seller_id = seller AND x.asin = product
            ORDER BY until LIMIT 1) AS h
     WHERE h.since IS NULL OR h.since <= moment
$$;

-- What an offer was listed as at a time; no row: it was not listed.
CREATE FUNCTION item_at(seller text, stock_unit text, moment timestamptz)
    RETURNS TABLE (asin text, product_group text, since timestamptz)
    LANGUAGE sql STABLE AS $$
    SELECT h.asin, h.product_group, h.since
      FROM ((SELECT p.asin, p.product_group, p.since, p.until FROM past_items p
              WHERE p.seller_id = seller AND p.sku = stock_unit AND p.until > moment ORDER BY p.until LIMIT 1)
            UNION ALL
            SELECT CASE WHEN i.listed THEN i.asin END, i.product_group, i.since, 'infinity'
              FROM items i WHERE i.seller_id = seller AND i.sku = stock_unit
            ORDER BY until LIMIT 1) AS h
     WHERE (h.since IS NULL OR h.since <= moment) AND h.asin IS NOT NULL
$$;

-- The generation that held at a time.
CREATE FUNCTION generation_at(moment timestamptz) RETURNS integer
    LANGUAGE sql STABLE AS $$
    SELECT coalesce((SELECT generation FROM cycles WHERE mode = 'FULL' AND completed_at <= moment
                      ORDER BY completed_at DESC, generation DESC LIMIT 1), 0)
$$;

-- The verdict of a product at a time; no row: there was none.
CREATE FUNCTION verdict_at(product text, moment timestamptz)
    RETURNS TABLE (state text, eligible bytea, size_tier text, facts bytea, evidence text, findings jsonb, rule_set_id integer,
                   evaluated_at timestamptz, cycle_id uuid)
    LANGUAGE plpgsql STABLE AS $$
DECLARE
    -- Known before the query is planned: no other slice is looked at.
    here CONSTANT integer := 16 * generation_at(moment) + shard_of(product);
BEGIN
    RETURN QUERY
    SELECT h.state, h.eligible, h.size_tier, h.facts, h.evidence, h.findings, h.rule_set_id, h.evaluated_at, h.cycle_id
      FROM ((SELECT p.state, p.eligible, p.size_tier, p.facts, p.evidence, p.findings, p.rule_set_id, p.evaluated_at,
                    p.cycle_id, p.until
               FROM past_verdicts p WHERE p.slice = here AND p.asin = product AND p.until > moment ORDER BY p.until LIMIT 1)
            UNION ALL
            SELECT v.state, v.eligible, v.size_tier, v.facts, v.evidence, v.findings, v.rule_set_id, v.evaluated_at, v.cycle_id,
                   'infinity'
              FROM verdict_rows v WHERE v.slice = here AND v.asin = product
            ORDER BY until LIMIT 1) AS h
     WHERE h.state IS NOT NULL;
END $$;
