-- A cycle decides about millions of products: it reads what products show, writes its verdicts into fresh tables, one a
-- shard, and changes over to all of them at once by a number. Updating in place took five times as long.

-- The shard of a product: the low half of the first byte of its ASIN's SHA-256.
CREATE FUNCTION shard_of(asin text) RETURNS integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN get_byte(sha256(convert_to(asin, 'UTF8')), 0) % 16;

-- The tables by which facts were found.
CREATE TABLE detectors (
    detector_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version     text NOT NULL UNIQUE
);

-- Every ASIN that was ever listed, and what its listed offers together show.
CREATE TABLE products (
    shard       integer NOT NULL,
    asin        text COLLATE "C" NOT NULL,
    -- NULL: its facts are to be found again.
    detector_id integer REFERENCES detectors,
    -- One bit a fact; NULL: no offer describes it.
    facts       bytea CHECK (octet_length(facts) = 32),
    -- Empty while unknown.
    size_tier   text NOT NULL DEFAULT '',
    -- A line for each fact: its number, a blank, the evidence.
    evidence    text NOT NULL DEFAULT '',
    PRIMARY KEY (shard, asin)
) PARTITION BY LIST (shard);

-- Products that are new or changed since a cycle looked at them, with the transaction that changed them last.
CREATE TABLE touched (
    asin  text COLLATE "C" PRIMARY KEY,
    shard integer NOT NULL,
    xid   xid8 NOT NULL DEFAULT pg_current_xact_id()
);

-- Products that a version before this one has written, which knows no facts: they are taken over soon.
CREATE TABLE unsettled (
    asin text COLLATE "C" PRIMARY KEY
);

-- Which verdicts hold: those of the newest generation that was completed. Who changes a verdict holds this row FOR SHARE,
-- who completes a generation FOR UPDATE.
CREATE TABLE standing (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    generation  integer NOT NULL,
    -- By which all its verdicts were made but those that were tightened since; NULL before the first cycle.
    rule_set_id integer REFERENCES rule_sets
);
INSERT INTO standing (generation) VALUES (0);
CREATE SEQUENCE generations AS integer;

-- Verdicts by generation and shard: slice = 16 * generation + shard.
CREATE TABLE verdict_rows (
    slice        integer NOT NULL,
    asin         text COLLATE "C" NOT NULL,
    -- Number of events about it.
    version      bigint NOT NULL,
    -- The event of this version waits in `announcements`.
    announce     boolean NOT NULL,
    state        text NOT NULL CHECK (state IN ('EXPORTABLE', 'NOT_EXPORTABLE', 'NEEDS_REVIEW')),
    eligible     bytea NOT NULL CHECK (octet_length(eligible) = 85),
    -- Empty while unknown.
    size_tier    text NOT NULL,
    -- Codes of reasons and of warnings, joined by |.
    codes        text NOT NULL,
    warnings     text NOT NULL,
    facts        bytea NOT NULL CHECK (octet_length(facts) = 32),
    evidence     text NOT NULL,
    -- Of a verdict of a version before this one: [[rule id, evidence], …], in place of facts.
    findings     jsonb,
    rule_set_id  integer NOT NULL,
    evaluated_at timestamptz NOT NULL,
    -- The cycle that evaluated it last.
    cycle_id     uuid,
    PRIMARY KEY (slice, asin)
) PARTITION BY LIST (slice);

-- Slices whose verdicts are being told, and how far that has come.
CREATE TABLE announcements (
    slice      integer PRIMARY KEY,
    after_asin text COLLATE "C" NOT NULL DEFAULT ''
);

DO $$ BEGIN
    FOR shard IN 0..15 LOOP
        EXECUTE format('CREATE TABLE products_%s PARTITION OF products FOR VALUES IN (%s)', shard, shard);
        EXECUTE format('CREATE TABLE verdict_rows_%s PARTITION OF verdict_rows FOR VALUES IN (%s)', shard, shard);
    END LOOP;
END $$;

-- What holds of each product, before its first evaluation as of after it.
CREATE VIEW verdicts_now AS
SELECT 16 * s.generation + p.shard AS slice, p.shard, p.asin, coalesce(v.version, 0) AS version, v.announce,
       coalesce(v.state, 'PENDING') AS state, v.eligible, v.size_tier, coalesce(v.codes, '') AS codes, coalesce(v.warnings, '') AS warnings, v.facts, v.evidence,
       v.findings, v.rule_set_id, v.evaluated_at, v.cycle_id
  FROM standing s
 CROSS JOIN products p
  LEFT JOIN verdict_rows v ON v.slice = 16 * s.generation + p.shard AND v.asin = p.asin;

-- The fact that a rule is about, and its place in the rule set; unknown of rule sets of versions before this one.
ALTER TABLE rules
    ADD COLUMN fact smallint,
    ADD COLUMN place integer NOT NULL DEFAULT 0;

-- FULL: every product is evaluated, shard by shard. CHANGED: those that were touched.
ALTER TABLE cycles
    ADD COLUMN mode text NOT NULL DEFAULT 'CHANGED' CHECK (mode IN ('FULL', 'CHANGED')),
    -- Counts up whenever the cycle begins anew: after it was cancelled, or as other rules came.
    ADD COLUMN attempt integer NOT NULL DEFAULT 1,
    -- The generation that it makes, if it is FULL.
    ADD COLUMN generation integer NOT NULL DEFAULT 0,
    ADD COLUMN total bigint NOT NULL DEFAULT 0,
    ADD COLUMN cancelled_at timestamptz,
    ADD COLUMN cancelled_by text;

-- The shards of a cycle that evaluates everything.
CREATE TABLE cycle_shards (
    cycle_id       uuid NOT NULL REFERENCES cycles,
    attempt        integer NOT NULL,
    shard          integer NOT NULL,
    done           boolean NOT NULL DEFAULT false,
    -- Whatever a transaction from this one on has changed was not seen.
    seen           xid8,
    exportable     bigint NOT NULL DEFAULT 0,
    not_exportable bigint NOT NULL DEFAULT 0,
    needs_review   bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (cycle_id, attempt, shard)
);

-- What the version before has decided.
INSERT INTO products (shard, asin) SELECT shard_of(asin), asin FROM verdicts;
INSERT INTO unsettled (asin) SELECT asin FROM verdicts;
INSERT INTO touched (asin, shard) SELECT asin, shard_of(asin) FROM verdicts WHERE changed;
INSERT INTO verdict_rows (slice, asin, version, announce, state, eligible, size_tier, codes, warnings, facts, evidence,
                          findings, rule_set_id, evaluated_at, cycle_id)
SELECT shard_of(asin), asin, version, false, state, eligible, coalesce(size_tier, ''), codes, warnings,
       decode(repeat('00', 32), 'hex'), '', findings, rule_set_id, evaluated_at, cycle_id
  FROM verdicts WHERE eligible IS NOT NULL;

-- The table `verdicts` is the older version's alone from here on. What it writes while it runs beside this one is taken over
-- from the offers.
CREATE FUNCTION unsettle() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO unsettled (asin) SELECT asin FROM written ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER unsettle_inserted AFTER INSERT ON verdicts
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION unsettle();
CREATE TRIGGER unsettle_updated AFTER UPDATE ON verdicts
    REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION unsettle();
