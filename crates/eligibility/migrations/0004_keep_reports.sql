-- Reports that sellers asked for. Their documents are in the store of documents, named by report and attempt. Times are
-- business time, where nothing else is said.
CREATE TABLE reports (
    report_id       uuid PRIMARY KEY,
    -- The order in which they were asked for; pages are cut by it.
    number          bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    seller_id       text COLLATE "C" NOT NULL,
    created_by      text NOT NULL,
    created_at      timestamptz NOT NULL,
    state           text NOT NULL CHECK (state IN ('IN_QUEUE', 'IN_PROGRESS', 'DONE', 'CANCELLED', 'FATAL')),
    -- How often it was begun, and when first.
    attempts        integer NOT NULL CHECK (attempts >= 0),
    started_at      timestamptz,
    ended_at        timestamptz,
    -- Why it was cancelled or is fatal, and who cancelled it.
    reason          text,
    cancelled_by    text NOT NULL DEFAULT '',
    -- The document of one that is done.
    attempt         integer,
    sha256          text CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    bytes           bigint CHECK (bytes > 0),
    row_count       bigint CHECK (row_count >= 0),
    next_evaluation timestamptz,
    -- When its files, and when this row are deleted.
    files_until     timestamptz,
    record_until    timestamptz,
    expired         boolean NOT NULL DEFAULT false,
    CHECK ((state IN ('DONE', 'CANCELLED', 'FATAL')) = (ended_at IS NOT NULL)),
    CHECK ((state IN ('CANCELLED', 'FATAL')) = (reason IS NOT NULL)),
    CHECK ((state = 'DONE') = (sha256 IS NOT NULL)),
    CHECK ((sha256 IS NULL) = (attempt IS NULL OR bytes IS NULL OR row_count IS NULL OR next_evaluation IS NULL)),
    CHECK ((ended_at IS NULL) = (files_until IS NULL OR record_until IS NULL))
);

CREATE INDEX reports_of_seller ON reports (seller_id, number);
CREATE INDEX reports_with_files ON reports (files_until) WHERE NOT expired;
CREATE INDEX reports_to_forget ON reports (record_until);

-- What is to be written. Whoever writes a report holds its row here locked, so that it is free again at the moment in which
-- the writer is killed; the row goes in the transaction that brings the report to its end. In a table of its own, so that
-- a report can be read and cancelled while it is written.
CREATE TABLE report_queue (
    report_id uuid PRIMARY KEY REFERENCES reports,
    number    bigint NOT NULL UNIQUE,
    -- The machine's time: how long it has waited, and until when it waits after an attempt that failed.
    queued_at timestamptz NOT NULL DEFAULT now(),
    retry_at  timestamptz
);
