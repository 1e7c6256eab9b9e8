-- Events on their way to Kafka. Columns that Debezium's outbox router knows have its names: aggregatetype (the topic
-- without its prefix), aggregateid (the event's subject), type, payload; change-data-capture can replace our relay.
--
-- CACHE 1: seq is handed out one by one, so that a later change of a locked aggregate always has the higher number.
CREATE SEQUENCE messaging.outbox_seq AS bigint CACHE 1;

CREATE TABLE messaging.outbox (
    lane          smallint    NOT NULL CHECK (lane >= 0),
    seq           bigint      NOT NULL DEFAULT nextval('messaging.outbox_seq'),
    id            uuid        NOT NULL,
    aggregatetype text        NOT NULL,
    aggregateid   text        NOT NULL,
    type          text        NOT NULL,
    key           text        NOT NULL,
    -- A larger one would be refused by the brokers and stop its lane for good; so its writer is refused.
    payload       bytea       NOT NULL CONSTRAINT outbox_payload_fits CHECK (octet_length(payload) <= 1000000),
    source        text        NOT NULL,
    time          timestamptz NOT NULL,
    sequence      bigint      NOT NULL,
    traceparent   text,
    -- The machine's time, for the age of what waits.
    created_at    timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (lane, seq)
)
-- Every row is deleted soon after it was written: vacuum by count, not by a share of an almost empty table.
WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
      autovacuum_vacuum_insert_threshold = 50000, autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 50000);
