-- Events that a consumer has dealt with. Rows go after a retention time: later repeats are caught by aggregate versions.
CREATE TABLE messaging.inbox (
    event_id    uuid        NOT NULL,
    consumer    text        NOT NULL,
    -- The machine's time.
    received_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (event_id, consumer)
);
CREATE INDEX inbox_received_at ON messaging.inbox (received_at);
