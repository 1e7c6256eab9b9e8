"""Puts records into fulfillment's topic that a consumer must bear: for deploy/test-consumers.sh, never on a real system.

One event that came before, one of a type of a later version, one that is no event, one without an id, and one order in
a transaction that is aborted.
"""

import os
import sys
import uuid

from confluent_kafka import Consumer, Producer

from fbaexport.fulfillment.events.v1.fulfillment_events_pb2 import FulfillmentEvent

TOPIC = os.environ.get("FBA_TOPIC_PREFIX", "") + "fbaexport.fulfillment.events.v1"
BROKERS = {"bootstrap.servers": os.environ["FBA_KAFKA_BROKERS"]}


def any_record():
    consumer = Consumer({**BROKERS, "group.id": f"odd-{uuid.uuid4()}", "auto.offset.reset": "earliest",
                         "isolation.level": "read_committed", "enable.auto.commit": False})
    consumer.subscribe([TOPIC])
    record = consumer.poll(60)
    consumer.close()
    if record is None or record.error():
        sys.exit(f"{TOPIC} cannot be read: {record and record.error()}")
    return record


def headers(name, subject):
    return {"ce_specversion": "1.0", "ce_id": str(uuid.uuid4()), "ce_source": "test", "ce_subject": subject,
            "ce_type": f"fbaexport.fulfillment.events.v1.{name}", "ce_time": "2026-01-01T00:00:00Z", "ce_sequence": "1"}


def order():
    event = FulfillmentEvent()
    event.order_accepted.destination_country_code = "AQ"
    event.order_accepted.amount_due.currency_code = "USD"
    event.order_accepted.amount_due.minor_units = 1
    return event.SerializeToString()


def main():
    known = any_record()
    producer = Producer({**BROKERS, "enable.idempotence": True})
    producer.produce(TOPIC, key=known.key(), value=known.value(), headers=known.headers())
    # Field 1000 of the envelope, which no version has: a message with nothing in it.
    producer.produce(TOPIC, key="odd-1", value=b"\xc2\x3e\x00", headers=headers("OrderDreamtOf", "odd-1"))
    producer.produce(TOPIC, key="odd-2", value=b"no event", headers=headers("OrderAccepted", "odd-2"))
    without_id = headers("OrderAccepted", "odd-3")
    del without_id["ce_id"]
    producer.produce(TOPIC, key="odd-3", value=order(), headers=without_id)
    left = producer.flush(60)

    aborted = Producer({**BROKERS, "transactional.id": f"odd-{uuid.uuid4()}"})
    aborted.init_transactions(60)
    aborted.begin_transaction()
    aborted.produce(TOPIC, key="odd-4", value=order(), headers=headers("OrderAccepted", "odd-4"))
    left += aborted.flush(60)
    aborted.abort_transaction(60)
    return left


if __name__ == "__main__":
    sys.exit(main())
