-- The state topic: what is to be published anew. Marked by triggers, so that what an older version changes beside this one is
-- published, too.

-- The chunk of the state topic that a product is in, of 2,048: the first eleven bits of the MD5 of its ASIN. A change would leave
-- products in two chunks. So many that a chunk of a million products fits an event, though each had countries of its own.
CREATE FUNCTION chunk_of(asin text) RETURNS smallint LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT (('x' || left(md5(asin), 3))::bit(12)::int >> 1)::smallint
$$;

CREATE INDEX product_exclusions_by_chunk ON product_exclusions (seller_id, chunk_of(asin));

CREATE TABLE state_due (
    seller_id text COLLATE "C" NOT NULL,
    -- -1 stands for the settings. It is there while a chunk is, is locked before a chunk is marked, and taken first: so there is
    -- one order, and nobody waits for two.
    chunk     smallint NOT NULL CHECK (chunk BETWEEN -1 AND 2047),
    PRIMARY KEY (seller_id, chunk)
) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);

CREATE INDEX state_due_settings ON state_due (seller_id) WHERE chunk = -1;

-- What is marked already is marked again: whoever publishes it at this moment waits for what is being changed.
CREATE FUNCTION settings_are_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO state_due (seller_id, chunk)
    SELECT DISTINCT seller_id, -1 FROM changed ORDER BY seller_id
    ON CONFLICT (seller_id, chunk) DO UPDATE SET chunk = excluded.chunk;
    RETURN NULL;
END
$$;

CREATE FUNCTION products_are_due() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO state_due (seller_id, chunk)
    SELECT DISTINCT seller_id, -1 FROM changed ORDER BY seller_id
    ON CONFLICT (seller_id, chunk) DO UPDATE SET chunk = excluded.chunk;
    INSERT INTO state_due (seller_id, chunk)
    SELECT DISTINCT seller_id, chunk_of(asin) AS chunk FROM changed ORDER BY seller_id, chunk
    ON CONFLICT (seller_id, chunk) DO UPDATE SET chunk = excluded.chunk;
    RETURN NULL;
END
$$;

CREATE TRIGGER settings_added AFTER INSERT ON sellers
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION settings_are_due();
CREATE TRIGGER settings_changed AFTER UPDATE ON sellers
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION settings_are_due();
CREATE TRIGGER products_added AFTER INSERT ON product_exclusions
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION products_are_due();
CREATE TRIGGER products_changed AFTER UPDATE ON product_exclusions
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION products_are_due();
CREATE TRIGGER products_removed AFTER DELETE ON product_exclusions
    REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION products_are_due();

-- What is there already.
INSERT INTO state_due (seller_id, chunk) SELECT seller_id, -1 FROM sellers;
INSERT INTO state_due (seller_id, chunk) SELECT DISTINCT seller_id, chunk_of(asin) FROM product_exclusions;
