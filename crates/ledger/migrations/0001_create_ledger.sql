-- Double entry, append-only, and balanced by the database itself, whatever program writes to it.
--
-- All rules are statement-level triggers over transition tables: a batch of a thousand transactions is checked by two
-- set-based queries. They hold at the end of each statement, hence a transaction and all its postings are inserted by
-- ONE statement (two INSERTs in a WITH). There is no foreign key from postings to transactions: it would be checked
-- row by row, and `check_postings` already refuses a posting without its transaction.

CREATE TABLE ledger.transactions (
    -- Chosen by the writer: the key of idempotence.
    id        uuid PRIMARY KEY,
    -- The order in which transactions were written; gaps are normal, and commits may overtake each other.
    seq       bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    -- What happened, such as 'deposit_collected'.
    kind      text NOT NULL CHECK (kind ~ '^[a-z][a-z_]{0,63}$'),
    -- When it happened, by the clock of the business.
    occurred  timestamptz NOT NULL,
    -- The aggregate it belongs to: an order, a shipment, a refund.
    reference text NOT NULL CHECK (reference ~ '^[A-Za-z0-9_.:-]{1,64}$'),
    -- How many postings it has; all of them come with it, none later.
    postings  smallint NOT NULL CHECK (postings BETWEEN 2 AND 100)
);

CREATE INDEX transactions_by_reference ON ledger.transactions (reference);

CREATE TABLE ledger.postings (
    transaction_id uuid NOT NULL,
    -- 1 to the transaction's number of postings.
    position       smallint NOT NULL,
    -- owner:role or owner:id:role. Collation C: an account's prefix is a range of the index.
    account        text COLLATE "C" NOT NULL
                   CHECK (account ~ '^[a-z][a-z_]{0,31}(:[A-Za-z0-9_.-]{1,64})?:[a-z]{1,16}$'),
    currency       char(3) NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    -- Minor units; a debit is positive, a credit negative.
    minor          bigint NOT NULL CHECK (minor <> 0),
    PRIMARY KEY (transaction_id, position)
);

-- Balances are sums over this index. A table of running balances would make all writers wait for the few rows that
-- every transaction touches (the clearing account); so writers never wait, and reading costs what was posted.
CREATE INDEX postings_by_account ON ledger.postings (account, currency) INCLUDE (minor);

CREATE FUNCTION ledger.check_postings() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    wrong record;
BEGIN
    SELECT a.transaction_id, a.currency, sum(a.minor) AS difference INTO wrong
      FROM added a GROUP BY a.transaction_id, a.currency HAVING sum(a.minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % is out of balance by % % (minor units)',
            wrong.transaction_id, wrong.currency, wrong.difference
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_balanced',
                  HINT = 'insert all postings of a transaction, summing to zero in each currency, by one statement';
    END IF;

    -- Positions 1..n with n as declared: a later statement could only repeat them, which the primary key refuses.
    SELECT a.transaction_id INTO wrong
      FROM (SELECT transaction_id, count(*) AS n, min(position) AS first, max(position) AS last
              FROM added GROUP BY transaction_id) a
      LEFT JOIN ledger.transactions t ON t.id = a.transaction_id
     WHERE t.postings IS DISTINCT FROM a.n OR a.first <> 1 OR a.last <> a.n LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the postings of transaction % are not the ones it declares', wrong.transaction_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_complete',
                  HINT = 'postings come with their transaction, by one statement, at positions 1 to its number of postings';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER postings_are_balanced_and_complete AFTER INSERT ON ledger.postings
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_postings();

CREATE FUNCTION ledger.check_transactions() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bare uuid;
BEGIN
    SELECT a.id INTO bare FROM added a
     WHERE NOT EXISTS (SELECT FROM ledger.postings p WHERE p.transaction_id = a.id) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'transaction % has no postings', bare
            USING ERRCODE = 'check_violation', CONSTRAINT = 'ledger_complete',
                  HINT = 'insert a transaction and its postings by one statement';
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER transactions_have_postings AFTER INSERT ON ledger.transactions
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger.check_transactions();

CREATE FUNCTION ledger.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% on ledger.% is refused: the ledger is append-only', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation', CONSTRAINT = 'ledger_append_only',
              HINT = 'correct a transaction by recording its reverse';
END $$;

CREATE TRIGGER transactions_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.transactions
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
CREATE TRIGGER postings_are_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger.postings
    FOR EACH STATEMENT EXECUTE FUNCTION ledger.refuse_change();
