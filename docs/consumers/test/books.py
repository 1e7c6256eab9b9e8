"""What fulfillment's own books say, for deploy/test-consumers.sh: events published for orders, orders accepted, their value."""

import os
from pathlib import Path

import grpc

from fbaexport.ops.v1.ops_service_pb2 import StreamFactsRequest
from fbaexport.ops.v1.ops_service_pb2_grpc import AuditServiceStub

token = Path(os.environ["FBA_TOKEN_FILE"]).read_text().strip()
with grpc.insecure_channel(os.environ["FBA_FULFILLMENT_URL"].removeprefix("http://")) as channel:
    answers = AuditServiceStub(channel).StreamFacts(
        StreamFactsRequest(), timeout=60, metadata=[("authorization", f"Bearer {token}")])
    orders = [fact for answer in answers for fact in answer.facts if fact.kind == "order"]
due = [fact.amounts["amount_due"].minor_units for fact in orders]
print(sum(fact.version for fact in orders), sum(value > 0 for value in due), sum(due))
