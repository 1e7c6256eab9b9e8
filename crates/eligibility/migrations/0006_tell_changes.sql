-- Replicas remember what they have read of offers (src/memory). Whatever changes it, of this version or an older one, says so
-- on a channel, in the transaction of the change: ids of sellers and products, one a line, or * for everything.

CREATE FUNCTION tell_changes(ids text[]) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
    IF cardinality(ids) > 5000 THEN
        PERFORM pg_notify('eligibility_changed', '*');
    ELSE
        -- A notice has at most 8,000 bytes; an id has 16.
        PERFORM pg_notify('eligibility_changed', string_agg(id, E'\n'))
           FROM (SELECT id, row_number() OVER () / 400 AS part FROM (SELECT DISTINCT unnest(ids)) AS d (id)) AS parts
          GROUP BY part;
    END IF;
END $$;

-- Of `old_rows` what it is about. Nothing is remembered of what is not there yet.
CREATE FUNCTION tell_sellers() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM tell_changes(ARRAY(SELECT seller_id FROM old_rows LIMIT 5001));
    RETURN NULL;
END $$;
CREATE FUNCTION tell_products() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM tell_changes(ARRAY(SELECT asin FROM old_rows WHERE asin IS NOT NULL LIMIT 5001));
    RETURN NULL;
END $$;
CREATE FUNCTION tell_all() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    PERFORM pg_notify('eligibility_changed', '*');
    RETURN NULL;
END $$;

CREATE TRIGGER tell_updated AFTER UPDATE ON sellers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_sellers();
CREATE TRIGGER tell_deleted AFTER DELETE ON sellers
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_sellers();
CREATE TRIGGER tell_updated AFTER UPDATE ON items
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_deleted AFTER DELETE ON items
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
-- A product that was not excluded is remembered as such.
CREATE TRIGGER tell_inserted AFTER INSERT ON product_exclusions
    REFERENCING NEW TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_updated AFTER UPDATE ON product_exclusions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_deleted AFTER DELETE ON product_exclusions
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_updated AFTER UPDATE ON verdict_rows
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_deleted AFTER DELETE ON verdict_rows
    REFERENCING OLD TABLE AS old_rows FOR EACH STATEMENT EXECUTE FUNCTION tell_products();
CREATE TRIGGER tell_updated AFTER UPDATE ON standing
    FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
-- Emptied tables: of tests and of an operator who begins anew.
CREATE TRIGGER tell_emptied AFTER TRUNCATE ON items FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
CREATE TRIGGER tell_emptied AFTER TRUNCATE ON sellers FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
CREATE TRIGGER tell_emptied AFTER TRUNCATE ON product_exclusions FOR EACH STATEMENT EXECUTE FUNCTION tell_all();
