"""Log lines: one JSON object each, and nobody's data in them."""

import json
import logging
from contextlib import suppress
from fractions import Fraction
from types import TracebackType
from typing import Any

import pytest
from chassis.errors import InvalidField
from chassis.ids import parse_uuid
from chassis.telemetry import (
    JsonFormatter,
    Telemetry,
    context_of,
    current_trace_id,
    current_traceparent,
    describe_exception,
)

SECRET = "สมชาย ใจดี 1-2345-67890-12-3"


def line(logger: str, message: str, *arguments: Any, error: Exception | None = None, **fields: Any) -> dict[str, Any]:
    """What a record looks like."""
    record = logging.LogRecord(logger, logging.ERROR, "x.py", 1, message, arguments, None)
    if fields:
        record.fields = fields
    if error is not None:
        record.exc_info = _raised(error)
    text = JsonFormatter("probe").format(record)
    assert "\n" not in text
    return json.loads(text)


def _raised(error: Exception) -> tuple[type[Exception], Exception, TracebackType | None]:
    with suppress(type(error)):
        _raise(error)
    return type(error), error, error.__traceback__


def _raise(error: Exception) -> None:
    raise error


def test_line_says_when_how_bad_where_and_what() -> None:
    told = line("chassis.outbox", "Relay started", key="a", count=3)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "ERROR",
        "service": "probe",
        "logger": "chassis.outbox",
        "message": "Relay started",
        "key": "a",
        "count": 3,
    }


def test_exception_appears_as_class_and_place_alone() -> None:
    told = line("credit_bank.ledger", "Could not post", error=ValueError(SECRET))
    assert told["error"]["class"] == "builtins.ValueError"
    assert told["error"]["at"].startswith("tests.unit.chassis.test_telemetry:")


def test_place_of_an_exception_is_the_innermost_of_our_own() -> None:
    with pytest.raises(InvalidField) as caught:
        parse_uuid("x", field="y")
    assert describe_exception(caught.value)["at"].startswith("chassis.ids:")
    with pytest.raises(ZeroDivisionError) as foreign:
        Fraction(1, 0)
    assert describe_exception(foreign.value)["at"].startswith("fractions:")


@pytest.mark.parametrize(
    ("logger", "message", "arguments", "expected"),
    [
        ("asyncio", f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>", (), None),
        ("asyncpg", "query failed: %s", (SECRET,), "query failed: %s"),
        ("some.library", "Bad value %r", (SECRET,), "Bad value %r"),
        ("uvicorn.error", "Exception in ASGI application\n", (), "Exception in ASGI application"),
        ("aiokafka.conn", "Unable connect to %s:%s", ("kafka", 9092), "Unable connect to kafka:9092"),
        ("credit_bank.ledger", "Posted", (), "Posted"),
    ],
)
def test_foreign_line_keeps_its_sentence_and_loses_its_values(
    logger: str, message: str, arguments: tuple[Any, ...], expected: str | None
) -> None:
    told = line(logger, message, *arguments, error=RuntimeError(SECRET))
    assert SECRET not in json.dumps(told, ensure_ascii=False)
    assert told["message"] == (expected or "Task exception was never retrieved")


def test_long_value_is_cut_and_strange_values_are_written() -> None:
    told = line("chassis", "x", long="ก" * 10_000, strange=object, none=None)
    assert len(told["long"]) == 300
    assert told["none"] is None
    assert "object" in told["strange"]


def test_line_within_a_span_names_its_trace() -> None:
    telemetry = Telemetry("probe")
    with telemetry.span("x"):
        assert line("chassis", "x")["trace_id"] == current_trace_id()
    assert "trace_id" not in line("chassis", "x")


def test_trace_goes_on_across_processes_and_nonsense_begins_a_new_one() -> None:
    telemetry = Telemetry("probe")
    with telemetry.span("first"):
        carried, trace_id = current_traceparent(), current_trace_id()
    with telemetry.span("second", parent=context_of(carried)):
        assert current_trace_id() == trace_id
    for nonsense in (None, "", "x", "00-zz-zz-01", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "ก" * 500):
        with telemetry.span("third", parent=context_of(nonsense)):
            assert current_trace_id() not in (None, trace_id)


def test_span_of_a_failure_names_its_class_and_not_its_message(telemetry: Any) -> None:
    with pytest.raises(ValueError, match="สมชาย"), telemetry.of("probe").span("x"):
        raise ValueError(SECRET)
    (span,) = telemetry.spans
    assert span.status.description == "ValueError"
    assert span.events == ()
    assert SECRET not in span.to_json(indent=None)


def test_telemetry_without_a_collector_exports_nothing_and_ends_at_once() -> None:
    telemetry = Telemetry("probe")
    telemetry.gauge("x", lambda: 1 / 0, unit="1")
    with telemetry.span("x"):
        telemetry.request_duration.record(1.0, {"method": "x"})
    telemetry.shutdown()
