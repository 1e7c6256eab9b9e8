-- Records that were refused, until an operator replays or drops them.
CREATE TABLE messaging.dead_letters (
    -- Follows from consumer and origin: the same record is kept once.
    id            uuid        PRIMARY KEY,
    -- Pages are cut by it.
    number        bigint      GENERATED ALWAYS AS IDENTITY UNIQUE,
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    key           text        NOT NULL,
    event_type    text        NOT NULL,
    -- [[name, value], ...] in the record's order.
    headers       jsonb       NOT NULL,
    payload       bytea       NOT NULL,
    reason        text        NOT NULL,
    detail        text        NOT NULL,
    -- Business time.
    failed_time   timestamptz NOT NULL,
    attempts      integer     NOT NULL CHECK (attempts > 0)
);

-- Who gave which record up, and why.
CREATE TABLE messaging.dropped_letters (
    id            uuid        PRIMARY KEY,
    consumer      text        NOT NULL,
    topic         text        NOT NULL,
    partition     integer     NOT NULL,
    record_offset bigint      NOT NULL,
    key           text        NOT NULL,
    event_type    text        NOT NULL,
    reason        text        NOT NULL,
    detail        text        NOT NULL,
    failed_time   timestamptz NOT NULL,
    attempts      integer     NOT NULL,
    dropped_by    text        NOT NULL,
    dropped_time  timestamptz NOT NULL,
    drop_reason   text        NOT NULL
);
