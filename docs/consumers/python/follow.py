"""Keeps the orders accepted for export per country, in number and value, from fulfillment's events: each counted once.

FBA_KAFKA_BROKERS and FBA_TOPIC_PREFIX say where the events are. The totals are in a SQLite file, with the ids of the
events they are made of, and are printed at the end. Killed at any moment, it goes on where it was.
"""

import argparse
import os
import signal
import sqlite3
import sys
import time

from confluent_kafka import Consumer, KafkaException
from google.protobuf.message import DecodeError

from fbaexport.fulfillment.events.v1.fulfillment_events_pb2 import FulfillmentEvent

TOPIC = "fbaexport.fulfillment.events.v1"
TABLES = """
CREATE TABLE IF NOT EXISTS seen (event_id TEXT PRIMARY KEY, subject TEXT NOT NULL, sequence INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS totals (country TEXT, currency TEXT, orders INTEGER, minor_units INTEGER,
    PRIMARY KEY (country, currency));
CREATE TABLE IF NOT EXISTS set_aside (topic TEXT, part INTEGER, position INTEGER, problem TEXT, value BLOB,
    PRIMARY KEY (topic, part, position));
"""


class Unreadable(Exception):
    """A record that will never be readable, however often it is tried."""


def read(record):
    """The mark of a record, what is shown of it, and its event."""
    try:
        headers = {name: value.decode() for name, value in record.headers() or []}
        mark = (headers["ce_id"], headers["ce_subject"], int(headers["ce_sequence"]))
        shown = f"{headers['ce_type']} {headers['ce_subject']} #{headers['ce_sequence']}"
        return mark, shown, FulfillmentEvent.FromString(record.value())
    except (KeyError, ValueError, AttributeError, TypeError, DecodeError) as problem:
        raise Unreadable(repr(problem)) from problem


def take(state, record):
    """Applies one record in one transaction, and says what became of it."""
    try:
        mark, shown, event = read(record)
    except Unreadable as problem:
        where = (record.topic(), record.partition(), record.offset())
        with state:
            state.execute("INSERT OR IGNORE INTO set_aside VALUES (?, ?, ?, ?, ?)",
                          (*where, str(problem), record.value()))
        return "set aside", f"{where[0]}[{where[1]}]@{where[2]}: {problem}"
    if event.WhichOneof("event") is None:
        return "unknown", shown  # of a later version of the contract, and so not for this client
    with state:  # One transaction: mark and effect are both stored, or neither.
        if not state.execute("INSERT OR IGNORE INTO seen VALUES (?, ?, ?)", mark).rowcount:
            return "repeat", shown
        apply(state, event)
    return "taken", shown


def apply(state, event):
    """The effect. Adding is not idempotent: without the mark, a repeat would count twice."""
    if event.WhichOneof("event") == "order_accepted":
        order = event.order_accepted
        state.execute(
            "INSERT INTO totals VALUES (?, ?, 1, ?) ON CONFLICT DO UPDATE"
            " SET orders = orders + 1, minor_units = minor_units + excluded.minor_units",
            (order.destination_country_code, order.amount_due.currency_code, order.amount_due.minor_units))


def follow(consumer, state, idle):
    """Takes records until none has come for `idle` seconds; None: for ever."""
    last = time.monotonic()
    while idle is None or time.monotonic() - last < idle:
        records = consumer.consume(num_messages=100, timeout=0.5)
        for record in records:
            if record.error():
                raise KafkaException(record.error())
            print(*take(state, record), flush=True)
        if records:
            consumer.commit(asynchronous=False)  # only now: what was not applied comes again
            last = time.monotonic()


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--group", required=True, help="consumer group: its members share the partitions")
    arguments.add_argument("--state", required=True, help="SQLite file of the totals; made where it is missing")
    arguments.add_argument("--idle", type=float, help="end when no record has come for so many seconds")
    given = arguments.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # leaves the group, so that others take over at once

    # key=value,...: settings of librdkafka, for TLS; the services take the same.
    extra = os.environ.get("FBA_KAFKA_EXTRA", "")
    consumer = Consumer({
        **dict(setting.split("=", 1) for setting in extra.split(",") if setting),
        "bootstrap.servers": os.environ["FBA_KAFKA_BROKERS"],
        "group.id": given.group,
        "isolation.level": "read_committed",
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
        "session.timeout.ms": 10_000,  # after so long a killed member's partitions go to another
    })
    state = sqlite3.connect(given.state)
    state.executescript(TABLES)
    try:
        consumer.subscribe([os.environ.get("FBA_TOPIC_PREFIX", "") + TOPIC])
        follow(consumer, state, given.idle)
    finally:
        consumer.close()
    for row in state.execute("SELECT country, currency, orders, minor_units FROM totals ORDER BY 1, 2"):
        print("total", *row)


if __name__ == "__main__":
    main()
