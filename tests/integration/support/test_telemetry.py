"""Reading spans, metrics and log lines back."""

import logging

import pytest


def test_spans_of_two_services_in_one_trace_then_found_together(telemetry):
    with (
        telemetry.of("credit-bank").span("credit_bank.verify", attributes={"entries": 2}),
        telemetry.of("guidance").span("guidance.apply"),
    ):
        pass
    verify = telemetry.span("credit_bank.verify")
    assert verify.attributes == {"entries": 2}
    assert {span.resource.attributes["service.name"] for span in telemetry.trace(verify)} == {"credit-bank", "guidance"}


def test_span_that_is_not_there_then_failure_names_those_that_are(telemetry):
    with telemetry.of("credit-bank").span("credit_bank.verify"):
        pass
    with pytest.raises(AssertionError, match=r"0 spans .* among \['credit_bank.verify'\]"):
        telemetry.span("credit_bank.post")


def test_metric_then_its_points_are_read_back(telemetry):
    telemetry.of("credit-bank").gauge("outbox.oldest_unpublished.age", lambda: 1.5, unit="s")
    assert [point.value for point in telemetry.metric("credit-bank", "outbox.oldest_unpublished.age")] == [1.5]
    assert telemetry.metric("credit-bank", "never.observed") == []


def test_log_lines_then_read_back_as_services_write_them(telemetry, logs):
    with telemetry.of("credit-bank").span("credit_bank.verify") as span:
        logging.getLogger("credit_bank.recording").info("Verified achievement", extra={"fields": {"entries": 2}})
    [line] = logs.saying("Verified achievement")
    assert (line["entries"], line["level"]) == (2, "INFO")
    assert line["trace_id"] == format(span.get_span_context().trace_id, "032x")


def test_log_of_an_exception_then_its_message_is_nowhere(logs):
    try:
        int("สมชาย ใจดี")
    except ValueError:
        logging.getLogger("credit_bank").exception("Refused a row")
    assert logs.saying("Refused a row")[0]["error"]["class"] == "builtins.ValueError"
    assert "สมชาย" not in "".join(logs.texts)
