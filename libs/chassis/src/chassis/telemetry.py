"""Spans, metrics and JSON logs. Without a collector nothing is exported and nothing fails."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.metrics import CallbackOptions, Meter, NoOpMeterProvider, Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import MetricReader, PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer

_MAX_LOG_VALUE_CHARACTERS = 300

_own_packages = {"chassis"}
"""Packages that keep the rule of fixed sentences; `configure_logging` adds the service's."""

_TALKERS = frozenset({"aiokafka", "uvicorn", "opentelemetry"})
"""Loggers of libraries whose values are names of hosts, topics, groups and error codes."""


class Telemetry:
    """What one process tells about itself.

    The tracer provider is its own and never the global one: a global one switches on FastAPI's built-in spans, which
    cost half the throughput and double the server span (performance.md finding 4).
    """

    def __init__(
        self,
        service_name: str,
        *,
        otlp_endpoint: str | None = None,
        sample_ratio: float = 1.0,
        span_processor: SpanProcessor | None = None,
        metric_reader: MetricReader | None = None,
    ) -> None:
        """Export to `otlp_endpoint`, or to the processor and reader of a test, or nowhere."""
        self.service_name = service_name
        resource = Resource.create({"service.name": service_name})
        # Who owns this object ends it; an exit hook of its own could block a process that wants to end.
        self._provider = TracerProvider(
            resource=resource, sampler=ParentBased(TraceIdRatioBased(sample_ratio)), shutdown_on_exit=False
        )
        readers: list[MetricReader] = []
        if otlp_endpoint:
            insecure = not otlp_endpoint.startswith("https://")
            self._provider.add_span_processor(
                BatchSpanProcessor(OTLPSpanExporter(endpoint=otlp_endpoint, insecure=insecure))
            )
            readers.append(PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=otlp_endpoint, insecure=insecure)))
        if span_processor:
            self._provider.add_span_processor(span_processor)
        if metric_reader:
            readers.append(metric_reader)
        self._meters = (
            MeterProvider(readers, resource=resource, shutdown_on_exit=False) if readers else NoOpMeterProvider()
        )
        self.tracer: Tracer = self._provider.get_tracer("nuaikit")
        self.meter: Meter = self._meters.get_meter("nuaikit")
        self.request_duration = self.meter.create_histogram("request.duration", unit="s")

    @contextmanager
    def span(
        self,
        name: str,
        *,
        kind: SpanKind = SpanKind.INTERNAL,
        parent: Context | None = None,
        attributes: Mapping[str, str | int | bool] | None = None,
    ) -> Generator[Span]:
        """One span; an exception marks it failed by its class only, since messages may hold data."""
        with self.tracer.start_as_current_span(
            name,
            context=parent,
            kind=kind,
            attributes=attributes,
            record_exception=False,
            set_status_on_exception=False,
        ) as span:
            try:
                yield span
            except Exception as exc:
                span.set_status(Status(StatusCode.ERROR, type(exc).__name__))
                raise

    def gauge(self, name: str, read: Callable[[], float], *, unit: str) -> None:
        """Report what `read` gives whenever metrics are collected."""

        def observe(_options: CallbackOptions) -> list[Observation]:
            return [Observation(read())]

        self.meter.create_observable_gauge(name, [observe], unit=unit)

    def shutdown(self) -> None:
        """Send what is left."""
        self._provider.shutdown()
        if isinstance(self._meters, MeterProvider):
            self._meters.shutdown()


def current_traceparent() -> str | None:
    """W3C trace context of the current span, for an outbox row or a call."""
    carrier: dict[str, str] = {}
    propagate.inject(carrier)
    return carrier.get("traceparent")


def context_of(traceparent: str | None) -> Context:
    """Context whose parent is `traceparent`; a new trace when there is none."""
    return propagate.extract({"traceparent": traceparent}, context=Context()) if traceparent else Context()


def current_trace_id() -> str | None:
    """Trace id in hexadecimal, for problem documents and logs."""
    context = trace.get_current_span().get_span_context()
    return format(context.trace_id, "032x") if context.is_valid else None


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, a fixed sentence, the fields given as `extra={"fields": {...}}`.

    Other people's loggers do not know our rule that data stays out of sentences. Of theirs only the first line is kept,
    and values are put into it for loggers that are known to write about connections and not about content.
    """

    def __init__(self, service_name: str) -> None:
        """Name the service in each line."""
        super().__init__()
        self._service_name = service_name

    def format(self, record: logging.LogRecord) -> str:
        """The line. An exception appears as class and place, never with its message, which may hold data."""
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "service": self._service_name,
            "logger": record.name,
            "message": self._sentence(record),
        }
        trace_id = current_trace_id()
        if trace_id:
            line["trace_id"] = trace_id
        fields: Mapping[str, object] = getattr(record, "fields", {})
        for name, value in fields.items():
            line[name] = value[:_MAX_LOG_VALUE_CHARACTERS] if isinstance(value, str) else value
        if record.exc_info and record.exc_info[1] is not None:
            line["error"] = describe_exception(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False, default=str)

    def _sentence(self, record: logging.LogRecord) -> str:
        root = record.name.partition(".")[0]
        if root in _own_packages:
            return record.getMessage()
        sentence = record.getMessage() if root in _TALKERS else str(record.msg)
        return sentence.strip().partition("\n")[0][:_MAX_LOG_VALUE_CHARACTERS]


def describe_exception(exc: BaseException) -> dict[str, str]:
    """Class of an exception and the innermost place of our own code on its way, without its message."""
    place, frame = "unknown", exc.__traceback__
    is_ours = False
    while frame is not None:
        module = str(frame.tb_frame.f_globals.get("__name__", "?"))
        if module.partition(".")[0] in _own_packages or not is_ours:
            place = f"{module}:{frame.tb_lineno}"
            is_ours = module.partition(".")[0] in _own_packages
        frame = frame.tb_next
    return {"class": f"{type(exc).__module__}.{type(exc).__qualname__}", "at": place}


def configure_logging(service_name: str, level: str, *, packages: Sequence[str] = ()) -> None:
    """Send every log line of this process to standard error as JSON; `packages` write fixed sentences."""
    _own_packages.update(packages)
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter(service_name))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for noisy in ("aiokafka", "httpx", "httpcore", "uvicorn", "asyncio", "grpc", "opentelemetry"):
        logging.getLogger(noisy).setLevel("WARNING")
