-- HS codes that eligibility suggests of an ASIN, for estimates.
CREATE TABLE suggested_codes (
    asin       text COLLATE "C" PRIMARY KEY,
    -- A lower or equal version is ignored.
    version    bigint NOT NULL CHECK (version > 0),
    -- NULL: none is likely enough.
    hs_code    text CHECK (hs_code ~ '^[0-9]{6}$'),
    -- Of 1,000.
    confidence integer NOT NULL CHECK (confidence BETWEEN 0 AND 1000)
);
