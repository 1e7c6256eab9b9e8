-- HS codes that eligibility was told for an ASIN. A product that an older version has taken has no ASIN until it is listed
-- anew: the code that it declares counts for it.
ALTER TABLE items ADD COLUMN asin text COLLATE "C";

CREATE TABLE confirmed_codes (
    asin    text COLLATE "C" PRIMARY KEY,
    -- A lower or equal version is ignored.
    version bigint NOT NULL CHECK (version > 0),
    hs_code text NOT NULL CHECK (hs_code ~ '^([0-9]{6}|[0-9]{8}|[0-9]{10})$')
);
