-- Products that sellers asked to have evaluated before the next cycle. Times are business time.
CREATE TABLE reviews (
    review_id    uuid PRIMARY KEY,
    -- The order in which they were asked for.
    number       bigint GENERATED ALWAYS AS IDENTITY,
    seller_id    text COLLATE "C" NOT NULL,
    asin         text COLLATE "C" NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    -- NULL while it waits.
    evaluated_at timestamptz,
    -- Number of the product's last event after it, and whether that tells what the review found.
    version      bigint,
    changed      boolean,
    CHECK ((evaluated_at IS NULL) = (version IS NULL)),
    CHECK ((evaluated_at IS NULL) = (changed IS NULL))
);

CREATE INDEX reviews_of_seller ON reviews (seller_id, created_at);
-- Who asks again while one waits is answered with that one.
CREATE UNIQUE INDEX reviews_waiting_of_product ON reviews (seller_id, asin) WHERE evaluated_at IS NULL;
CREATE INDEX reviews_waiting ON reviews (number) WHERE evaluated_at IS NULL;
CREATE INDEX reviews_to_forget ON reviews (evaluated_at);

-- The transaction that has evaluated the product since. Where it is `xid` nothing has changed after it. The row stays all the
-- same: a cycle that is running has read the verdict of before.
ALTER TABLE touched ADD COLUMN reviewed xid8;
