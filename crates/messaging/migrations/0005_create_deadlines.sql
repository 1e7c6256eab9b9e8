-- What is to be done when a time of the business clock is reached.
CREATE TABLE messaging.deadlines (
    kind       text        NOT NULL,
    subject    text        NOT NULL,
    -- Business time.
    due        timestamptz NOT NULL,
    -- A deadline that cannot be fired for a fault of ours waits until then, by the machine's time.
    retry_at   timestamptz,
    attempts   integer     NOT NULL DEFAULT 0,
    PRIMARY KEY (kind, subject)
);
CREATE INDEX deadlines_due ON messaging.deadlines (due);
