-- HS codes that are suggested of products for which nobody has said one: customs estimates by them.

-- Products whose texts or codes have changed, or that have not been looked at yet. Rows are only added, also of a product that
-- waits already, so that intake waits for nobody, and each row is seen with the change that it came with.
CREATE TABLE suggestion_queue (
    number bigint GENERATED ALWAYS AS IDENTITY,
    asin   text COLLATE "C" NOT NULL,
    -- The machine's time.
    due_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (due_at, number)
);

-- What was told last of a product. Whoever suggests holds the row.
CREATE TABLE suggestions (
    asin       text COLLATE "C" PRIMARY KEY,
    -- Counts what was told; 0: nothing yet.
    version    bigint NOT NULL DEFAULT 0 CHECK (version >= 0),
    -- NULL: no code is likely enough.
    hs_code    text CHECK (hs_code ~ '^[0-9]{6}$'),
    -- Of 1,000.
    confidence integer NOT NULL DEFAULT 0 CHECK (confidence BETWEEN 0 AND 1000),
    CHECK ((hs_code IS NULL) = (confidence = 0))
);

-- What is there already, in an hour: by then no older version runs beside this one any more, whose changes are not queued.
INSERT INTO suggestion_queue (asin, due_at) SELECT asin, now() + interval '1 hour' FROM products ORDER BY shard, asin;
