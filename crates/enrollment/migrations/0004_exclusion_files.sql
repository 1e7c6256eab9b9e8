-- Exclusion files: products by the million, every version of the list, what became of each line. Only adds: an older version
-- writes beside this one and knows nothing of it.

-- What the catalogue tells of offers: whose SKU is which product, and whether that is media.
CREATE TABLE offers (
    seller_id    text COLLATE "C" NOT NULL,
    sku          text COLLATE "C" NOT NULL,
    item_version bigint NOT NULL,
    -- NULL only for an offer that was delisted before it was ever seen.
    asin         text COLLATE "C",
    media        boolean NOT NULL,
    PRIMARY KEY (seller_id, sku)
);

CREATE INDEX offers_of_media ON offers (asin) WHERE media;

ALTER TABLE product_exclusions
    -- As the seller named them, countries and regions, sorted, joined by |; empty = all. NULL: as `countries`.
    ADD COLUMN destinations  text COLLATE "C",
    ADD COLUMN grounds       text CHECK (grounds IN ('DISTRIBUTION_AGREEMENT', 'RISK', 'OTHER')),
    -- The settings_version since which it stands so. NULL: an older version changed it beside this one.
    ADD COLUMN since_version bigint;

-- Exclusions that were changed or taken back: with the present ones, the list of every version.
CREATE TABLE product_exclusions_past (
    seller_id     text COLLATE "C" NOT NULL,
    asin          text COLLATE "C" NOT NULL,
    countries     text NOT NULL,
    destinations  text COLLATE "C",
    grounds       text,
    reason        text NOT NULL,
    changed_at    timestamptz NOT NULL,
    changed_by    text NOT NULL,
    since_version bigint NOT NULL,
    -- The settings_version that ended it.
    until_version bigint NOT NULL,
    PRIMARY KEY (seller_id, asin, until_version),
    CHECK (since_version < until_version)
);

-- Until now every change was of one product, and the history has it whole.
CREATE TEMP TABLE stood ON COMMIT DROP AS
SELECT seller_id, version AS since_version, at, by, reason,
       after ->> 'asin' AS asin,
       after -> 'excluded_country_codes' AS codes,
       lead(version) OVER (PARTITION BY seller_id, after ->> 'asin' ORDER BY version) AS until_version
  FROM history
 WHERE change IN ('PRODUCT_EXCLUDED', 'PRODUCT_INCLUDED');

INSERT INTO product_exclusions_past
       (seller_id, asin, countries, reason, changed_at, changed_by, since_version, until_version)
SELECT seller_id, asin,
       (SELECT coalesce(string_agg(code, '|' ORDER BY code), '') FROM jsonb_array_elements_text(codes) AS code),
       reason, at, by, since_version, until_version
  FROM stood
 WHERE until_version IS NOT NULL AND jsonb_typeof(codes) = 'array';

UPDATE product_exclusions x
   SET since_version = s.since_version
  FROM stood s
 WHERE s.seller_id = x.seller_id AND s.asin = x.asin AND s.until_version IS NULL;

-- An older version changes `countries` without the columns that it does not know.
CREATE FUNCTION forget_what_is_not_known() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.destinations := NULL;
    NEW.grounds := NULL;
    NEW.since_version := NULL;
    RETURN NEW;
END
$$;

CREATE TRIGGER changed_by_an_older_version BEFORE UPDATE ON product_exclusions
    FOR EACH ROW WHEN (NEW.since_version IS NOT DISTINCT FROM OLD.since_version)
    EXECUTE FUNCTION forget_what_is_not_known();

-- A product is excluded by a region: its countries are looked up anew every day.
ALTER TABLE sellers ADD COLUMN products_follow_regions boolean NOT NULL DEFAULT false;

-- What became of each exclusion file.
CREATE TABLE exclusion_uploads (
    upload_id          uuid PRIMARY KEY,
    seller_id          text COLLATE "C" NOT NULL REFERENCES sellers,
    -- Order of arrival.
    number             bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    request_id         text NOT NULL,
    mode               text NOT NULL CHECK (mode IN ('MERGE', 'REPLACE', 'REMOVE')),
    dry_run            boolean NOT NULL,
    accept_good_lines  boolean NOT NULL,
    expected_version   bigint NOT NULL,
    reason             text NOT NULL,
    file_name          text NOT NULL,
    by                 text NOT NULL,
    started_at         timestamptz NOT NULL,
    finished_at        timestamptz,
    -- RECEIVING and APPLYING hold while the process that does it holds the advisory lock of the upload.
    state              text NOT NULL CHECK (state IN ('RECEIVING', 'APPLYING', 'DONE', 'REFUSED')),
    -- Lines of every kind in the file.
    file_lines         bigint NOT NULL DEFAULT 0,
    -- Lines that name a product, or try to.
    lines              bigint NOT NULL DEFAULT 0,
    refused_lines      bigint NOT NULL DEFAULT 0,
    repeated_lines     bigint NOT NULL DEFAULT 0,
    added              bigint,
    changed            bigint,
    removed            bigint,
    unchanged          bigint,
    products           bigint,
    non_media_products bigint,
    settings_version   bigint,
    refusal_code       text,
    refusal_en         text,
    refusal_zh         text,
    CHECK ((state IN ('DONE', 'REFUSED')) = (finished_at IS NOT NULL)),
    CHECK ((state = 'REFUSED') = (refusal_code IS NOT NULL))
);

CREATE INDEX exclusion_uploads_by_seller ON exclusion_uploads (seller_id, number);

-- Lines of a file that were not simply accepted.
CREATE TABLE exclusion_findings (
    upload_id  uuid NOT NULL REFERENCES exclusion_uploads,
    line       bigint NOT NULL,
    -- The last of several lines with the same finding.
    until_line bigint NOT NULL,
    -- Key of data/enrollment/file_messages.csv.
    problem    text NOT NULL,
    -- The column, by name or number; empty where the whole line is meant.
    place      text NOT NULL,
    detail     text NOT NULL,
    PRIMARY KEY (upload_id, line),
    CHECK (line <= until_line)
);
