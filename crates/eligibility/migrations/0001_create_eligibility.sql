-- Which product may go where: offers as the catalogue lists them, sellers' settings as enrollment tells them, the rules
-- verdicts were made by, and one verdict for each ASIN.
--
-- A set of countries is 85 bytes: bit 26 * (first letter - 'A') + (second letter - 'A') of get_bit(), so that it stays
-- readable whatever countries come and go.

-- Mirror of enrollment: participation and excluded countries.
CREATE TABLE sellers (
    seller_id        text COLLATE "C" PRIMARY KEY,
    enabled          boolean NOT NULL,
    excluded         bytea NOT NULL CHECK (octet_length(excluded) = 85),
    settings_version bigint NOT NULL
);

-- Mirror of enrollment: products a seller does not export.
CREATE TABLE product_exclusions (
    seller_id text COLLATE "C" NOT NULL,
    asin      text COLLATE "C" NOT NULL,
    -- NULL = everywhere.
    countries bytea CHECK (octet_length(countries) = 85),
    PRIMARY KEY (seller_id, asin)
);

-- Offers: what of them verdicts and reports need.
CREATE TABLE items (
    seller_id           text COLLATE "C" NOT NULL,
    sku                 text COLLATE "C" NOT NULL,
    item_version        bigint NOT NULL,
    listed              boolean NOT NULL,
    -- NULL only for an offer that was delisted before it was ever seen.
    asin                text COLLATE "C",
    fnsku               text NOT NULL,
    title               text NOT NULL,
    -- One a line.
    bullet_points       text NOT NULL,
    category            text NOT NULL,
    product_group       text NOT NULL,
    -- Sides in micrometres, weight in milligrams; NULL = unknown.
    longest_um          bigint,
    median_um           bigint,
    shortest_um         bigint,
    weight_mg           bigint,
    hs_code             text,
    -- Visible characters of the longest of description and bullet points.
    content_chars       bigint NOT NULL,
    -- One a line.
    declared_families   text NOT NULL,
    dg_regulation       text NOT NULL,
    un_number           text NOT NULL,
    battery_packaging   text NOT NULL,
    battery_composition text NOT NULL,
    battery_energy_mwh  bigint,
    lithium_content_mg  bigint,
    used_oil            boolean NOT NULL,
    PRIMARY KEY (seller_id, sku),
    CHECK (asin IS NOT NULL OR NOT listed)
);

CREATE INDEX items_by_asin ON items (asin) WHERE listed;

-- Rule sets that verdicts were made by, with the rules as they were: a verdict is explained by them for as long as it
-- stands.
CREATE TABLE rule_sets (
    rule_set_id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    version     text NOT NULL UNIQUE,
    -- Destinations that were open under it.
    open        bytea NOT NULL CHECK (octet_length(open) = 85)
);

CREATE TABLE rules (
    rule_set_id integer NOT NULL REFERENCES rule_sets,
    rule_id     text NOT NULL,
    code        text NOT NULL,
    -- The country's code is appended to the reason code.
    per_country boolean NOT NULL,
    effect      text NOT NULL CHECK (effect IN ('BLOCK', 'REVIEW', 'WARN')),
    scope       bytea NOT NULL CHECK (octet_length(scope) = 85),
    source      text NOT NULL,
    remedy      text NOT NULL,
    PRIMARY KEY (rule_set_id, rule_id)
);

-- One run a month; while it runs, a deadline of kind `cycle_step` drives it.
CREATE TABLE cycles (
    cycle_id       uuid PRIMARY KEY,
    month          text COLLATE "C" NOT NULL UNIQUE CHECK (month ~ '^[0-9]{4}-[0-9]{2}$'),
    started_at     timestamptz NOT NULL,
    completed_at   timestamptz,
    rule_set       text NOT NULL,
    -- The last ASIN that was looked at.
    after_asin     text COLLATE "C" NOT NULL DEFAULT '',
    exportable     bigint NOT NULL DEFAULT 0,
    not_exportable bigint NOT NULL DEFAULT 0,
    needs_review   bigint NOT NULL DEFAULT 0
);

-- Every ASIN that was ever listed.
CREATE TABLE verdicts (
    asin         text COLLATE "C" PRIMARY KEY,
    -- New or changed since it was last evaluated by a cycle.
    changed      boolean NOT NULL DEFAULT true,
    -- Number of events published about it.
    version      bigint NOT NULL DEFAULT 0,
    state        text NOT NULL DEFAULT 'PENDING'
                 CHECK (state IN ('PENDING', 'EXPORTABLE', 'NOT_EXPORTABLE', 'NEEDS_REVIEW')),
    -- NULL before the first evaluation.
    eligible     bytea CHECK (octet_length(eligible) = 85),
    size_tier    text,
    -- Codes of reasons and of warnings, joined by |.
    codes        text NOT NULL DEFAULT '',
    warnings     text NOT NULL DEFAULT '',
    -- [[rule id, evidence], …]
    findings     jsonb NOT NULL DEFAULT '[]',
    rule_set_id  integer REFERENCES rule_sets,
    evaluated_at timestamptz,
    -- The cycle that evaluated it last.
    cycle_id     uuid REFERENCES cycles,
    CHECK ((state = 'PENDING') = (eligible IS NULL)),
    CHECK ((eligible IS NULL) = (rule_set_id IS NULL)),
    CHECK ((eligible IS NULL) = (evaluated_at IS NULL))
);
