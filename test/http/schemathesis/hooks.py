"""What JSON Schema cannot say about Seatkeeper's API, told to schemathesis.

Formats: how to make values of those that the document names and schemathesis does not know, or knows too widely.
Excuses: the only refusals of schema-valid requests that are no finding, each with its reason. They are recognised by
the problem that was answered; a refusal for any other cause still fails the run.
"""
import datetime
import itertools
import re

import schemathesis
from hypothesis import strategies as st

# The contract takes the years 1970 to 2999; and `occurredAt` is best from the past.
PAST = st.datetimes(datetime.datetime(1970, 1, 2), datetime.datetime(2020, 1, 1))
schemathesis.openapi.format("date-time", PAST.map(lambda time: time.isoformat(timespec="milliseconds") + "Z"))
schemathesis.openapi.format("date", PAST.map(lambda time: time.date().isoformat()))

# ISO 8601 without years and months, whose length varies, and at most ten years.
SECONDS, DAYS = st.integers(1, 86_400 * 300), st.integers(1, 3_650)
schemathesis.openapi.format("duration", SECONDS.map("PT{}S".format) | DAYS.map("P{}D".format))

schemathesis.openapi.format("time-zone", st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata"]))

counter = itertools.count()


@schemathesis.hook
def before_call(_context, case, _kwargs) -> None:
    """No key twice in a story of calls: its answer is repeated, about a thing that may be deleted since.

    That repetition has its own tests (idempotency.test.ts). The other phases look at single calls.
    """
    key = (case.headers or {}).get("Idempotency-Key")
    if case.meta.phase.name == "stateful" and isinstance(key, str) and re.fullmatch("[!-~]{1,200}", key):
        case.headers["Idempotency-Key"] = f"{key}-{next(counter)}"


UNKNOWN = {"unknown_person", "unknown_group"}


def is_excused(problem: dict) -> str | None:
    if problem.get("code") == "occurred_in_future":
        return "what time it is now is no matter of a schema"
    errors = problem.get("errors", [])
    if problem.get("code") in UNKNOWN:
        return "who is in the directory is no matter of a schema (interface.md: naming unknown ones is 422)"
    if problem.get("code") == "bad_request" and errors and all(error["field"] == "cursor" for error in errors):
        return "a cursor is opaque: only the page before can give one, and a wrong one must not begin at the top again"
    if problem.get("code") == "invalid" and errors and all(error["detail"] == "must name another event" for error in errors):
        return "that two fields must differ cannot be said in a schema"
    return None


@schemathesis.hook
def filter_failure(_context, failure, _case, response) -> bool:
    """False drops the failure."""
    if failure.code != "ST202" or response.status_code not in (400, 422):
        return True
    return is_excused(response.json()) is None
