-- HS codes that people confirmed: the newest of an ASIN holds, the others are its history.
CREATE TABLE classifications (
    asin         text COLLATE "C" NOT NULL,
    -- Counts the confirmations of the ASIN, and its events.
    version      bigint NOT NULL CHECK (version >= 1),
    hs_code      text NOT NULL CHECK (hs_code ~ '^([0-9]{6}|[0-9]{8}|[0-9]{10})$'),
    confirmed_as text NOT NULL CHECK (confirmed_as IN ('SELLER', 'CLASSIFIER')),
    -- Subject of the caller.
    confirmed_by text NOT NULL,
    reason       text NOT NULL,
    confirmed_at timestamptz NOT NULL,
    PRIMARY KEY (asin, version)
);

CREATE FUNCTION refuse_change_of_the_past() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', HINT = 'insert a new row that corrects the old one';
END
$$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON classifications
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change_of_the_past();
