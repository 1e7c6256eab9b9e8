-- Answers to calls that carry a request_id, so that a repeat is answered and not done again.
CREATE TABLE messaging.requests (
    principal    text        NOT NULL,
    method       text        NOT NULL,
    request_id   text        NOT NULL,
    -- SHA-256 of the request: another content under the same id is an error.
    content_hash bytea       NOT NULL CHECK (octet_length(content_hash) = 32),
    -- Null only inside the transaction that does the work.
    response     bytea,
    -- Business time.
    made_time    timestamptz NOT NULL,
    PRIMARY KEY (principal, method, request_id)
);
CREATE INDEX requests_made_time ON messaging.requests (made_time);
