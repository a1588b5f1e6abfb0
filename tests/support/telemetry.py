"""Spans, metrics and log lines of the code under test, read back: a promised attribute is an asserted attribute."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chassis.telemetry import JsonFormatter, Telemetry
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter


class RecordedTelemetry:
    """A service's telemetry that keeps everything in memory; several services of one test share one record.

    record = RecordedTelemetry()
    app = create_app(telemetry=record.of("credit-bank"))
    ...
    assert record.span("credit_bank.verify").attributes["entry_id"] == str(entry_id)
    """

    def __init__(self) -> None:
        self._exporter = InMemorySpanExporter()
        self._readers: dict[str, InMemoryMetricReader] = {}
        self._services: dict[str, Telemetry] = {}

    def of(self, service_name: str) -> Telemetry:
        """The telemetry to hand to a service; every trace is sampled."""
        if service_name not in self._services:
            self._readers[service_name] = InMemoryMetricReader()
            self._services[service_name] = Telemetry(
                service_name,
                sample_ratio=1.0,
                span_processor=SimpleSpanProcessor(self._exporter),
                metric_reader=self._readers[service_name],
            )
        return self._services[service_name]

    @property
    def spans(self) -> list[ReadableSpan]:
        """Ended spans, in the order they ended."""
        return list(self._exporter.get_finished_spans())

    def span(self, name: str) -> ReadableSpan:
        """The one span of that name.

        Raises:
            AssertionError: None, or several; the message names what there is.
        """
        found = [span for span in self.spans if span.name == name]
        assert len(found) == 1, f"{len(found)} spans {name!r} among {[span.name for span in self.spans]}"
        return found[0]

    def trace(self, span: ReadableSpan) -> list[ReadableSpan]:
        """Every ended span of the same trace, whichever service ended it."""
        wanted = span.get_span_context().trace_id
        return [other for other in self.spans if other.get_span_context().trace_id == wanted]

    def metric(self, service_name: str, name: str) -> list[Any]:
        """The data points of a metric now; empty when it was never observed."""
        data = self._readers[service_name].get_metrics_data()
        return [
            point
            for resource in (data.resource_metrics if data else ())
            for scope in resource.scope_metrics
            for metric in scope.metrics
            if metric.name == name
            for point in metric.data.data_points
        ]

    def clear(self) -> None:
        """Forget the spans so far."""
        self._exporter.clear()

    def shutdown(self) -> None:
        """End the exporters and readers."""
        for telemetry in self._services.values():
            telemetry.shutdown()


@dataclass
class LogLines(logging.Handler):
    """Log lines exactly as a service writes them, kept as text and readable as objects.

    Attributes:
        texts: The JSON lines, for searching what must never appear in them.
    """

    service_name: str
    texts: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(JsonFormatter(self.service_name))

    __hash__ = logging.Handler.__hash__  # logging keeps handlers in weak sets

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.texts.append(self.format(record))

    @property
    def lines(self) -> list[dict[str, Any]]:
        """Each line as an object."""
        return [json.loads(text) for text in self.texts]

    def saying(self, message: str) -> list[dict[str, Any]]:
        """The lines with that sentence."""
        return [line for line in self.lines if line["message"] == message]


@contextmanager
def captured_logs(service_name: str = "test", *, level: int = logging.DEBUG) -> Iterator[LogLines]:
    """Capture every logger's lines in the block, in the format of the services' logs."""
    handler = LogLines(service_name)
    root = logging.getLogger()
    usual = root.level
    root.addHandler(handler)
    root.setLevel(level)
    try:
        yield handler
    finally:
        root.removeHandler(handler)
        root.setLevel(usual)
