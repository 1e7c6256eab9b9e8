-- Tables of rules that operators brought, and which were put in force when, by whom and why. Before the first activation the tables
-- that ship with the program are in force.
CREATE TABLE rule_tables (
    digest      text PRIMARY KEY CHECK (digest ~ '^[0-9a-f]{12}$'),
    -- Text by file.
    files       jsonb NOT NULL,
    imported_by text NOT NULL,
    imported_at timestamptz NOT NULL
);

-- The newest is in force. The others are kept for good: they tell by what verdicts were made.
CREATE TABLE rule_activations (
    activation_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    -- NULL = the tables that ship with the program, whichever runs.
    digest        text REFERENCES rule_tables,
    reason        text NOT NULL,
    activated_by  text NOT NULL,
    activated_at  timestamptz NOT NULL,
    -- How far what stands was compared with them: the last product that was looked at, and what came of it.
    shard         integer NOT NULL DEFAULT 0,
    after_asin    text NOT NULL DEFAULT '',
    looked_at     bigint NOT NULL DEFAULT 0,
    tightened     bigint NOT NULL DEFAULT 0,
    completed_at  timestamptz
);
