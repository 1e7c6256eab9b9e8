"""May these items be exported? `check.py SELLER,SKU,COUNTRY...` prints one line for each.

FBA_ELIGIBILITY_URL is where eligibility answers, FBA_TOKEN_FILE holds the token. Exit codes: 0 all may go, 1 some may
not, 3 the service did not answer or refused.
"""

import os
import random
import sys
import time
from pathlib import Path

import grpc
from google.rpc.error_details_pb2 import ErrorInfo, RetryInfo
from grpc_status import rpc_status

from fbaexport.eligibility.v1.eligibility_service_pb2 import CheckEligibilityRequest, EligibilityLine
from fbaexport.eligibility.v1.eligibility_service_pb2_grpc import EligibilityServiceStub

MAX_LINES = 2_000  # of one call, by the contract
MAX_ANSWER = 16 * 1024 * 1024  # 2,000 lines with many reasons each come near gRPC's default of 4 MiB
DEADLINE = 5.0  # seconds, for each attempt
ATTEMPTS = 4
FIRST_PAUSE = 0.25  # seconds, doubled after each attempt
PASSING_CODES = {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED}


def bearer():
    # Read for each attempt: the file is replaced before its token expires.
    token = Path(os.environ["FBA_TOKEN_FILE"]).read_text().strip()
    return [("authorization", f"Bearer {token}")]


def explain(error):
    """The reason in an error ("" when it is not the service's own) and how many seconds to wait at least."""
    info, retry = ErrorInfo(), RetryInfo()
    status = rpc_status.from_call(error)
    for detail in status.details if status else []:
        detail.Unpack(info) or detail.Unpack(retry)
    reason = info.reason if info.domain == "fba-export" else ""
    return reason, retry.retry_delay.ToTimedelta().total_seconds()


def ask(stub, request):
    """Calls until there is an answer or an error that a repeat cannot mend."""
    pause = FIRST_PAUSE
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return stub.CheckEligibility(request, timeout=DEADLINE, metadata=bearer())
        except grpc.RpcError as error:
            reason, at_least = explain(error)
            passes = error.code() in PASSING_CODES or reason == "OVERLOADED"
            if not passes or attempt == ATTEMPTS:
                raise
            wait = max(at_least, pause * random.uniform(0.5, 1.5))
            print(f"{error.code().name}: attempt {attempt + 1} in {wait:.1f} s", file=sys.stderr)
            time.sleep(wait)
            pause *= 2


def check(stub, lines):
    """Yields each line with its result; the results of a call are in the order of its lines."""
    for start in range(0, len(lines), MAX_LINES):
        batch = lines[start : start + MAX_LINES]
        yield from zip(batch, ask(stub, CheckEligibilityRequest(lines=batch)).results)


def parse(text):
    # A SKU may contain commas: it is what stands between the first and the last.
    seller, _, rest = text.partition(",")
    sku, _, country = rest.rpartition(",")
    return EligibilityLine(seller_id=seller, sku=sku, country_code=country)


def main():
    address = os.environ["FBA_ELIGIBILITY_URL"].removeprefix("http://")
    options = [("grpc.max_receive_message_length", MAX_ANSWER)]
    all_eligible = True
    with grpc.insecure_channel(address, options) as channel:
        for line, result in check(EligibilityServiceStub(channel), [parse(text) for text in sys.argv[1:]]):
            codes = " ".join(reason.code for reason in result.reasons)
            verdict = "yes" if result.eligible else f"no {codes}"
            print(f"{line.seller_id},{line.sku},{line.country_code} {verdict}")
            all_eligible &= result.eligible
    return 0 if all_eligible else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except grpc.RpcError as error:
        reason, _ = explain(error)
        page = f" (docs/errors/{reason}.md)" if reason else ""
        print(f"{reason or error.code().name}: {error.details()}{page}", file=sys.stderr)
        sys.exit(3)
