"""Which questions are asked of a container, where, and how patiently."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator

from tests.deploy.policy.model import LONG_RUNNING, Rendered, What, Where, each_container, port_number, rule

PROBES = ("startupProbe", "readinessProbe", "livenessProbe")


@rule
def ports_are_possible(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """In 1024 to 65535 (an ordinary user binds no lower one), each once, named in 15 characters or fewer."""
    for _, container, where in each_container(rendered):
        numbers = [port.get("containerPort") for port in container.get("ports", [])]
        names = [port.get("name", "") for port in container.get("ports", [])]
        for number in numbers:
            if not isinstance(number, int) or not 1024 <= number <= 65535:
                yield where, f"port {number} is impossible"
        if len(set(numbers)) != len(numbers) or len(set(names)) != len(names):
            yield where, "a port or its name is declared twice"
        for name in names:
            if not re.fullmatch(r"[a-z][a-z0-9-]{0,14}", name):
                yield where, f"port name {name!r} is not one"


@rule
def long_running_containers_have_probes(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Started, ready, alive: three questions, each asked."""
    for workload, container, where in each_container(rendered):
        if workload.kind in LONG_RUNNING:
            for probe in PROBES:
                if not container.get(probe):
                    yield where, f"has no {probe}"


@rule
def probes_ask_declared_ports(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Exactly one question each, on a port that the container declares."""
    for _, container, where in each_container(rendered):
        for probe in PROBES:
            asked = container.get(probe) or {}
            ways = [way for way in ("httpGet", "grpc", "tcpSocket", "exec") if way in asked]
            if asked and len(ways) != 1:
                yield where, f"{probe} asks in {len(ways)} ways"
            for way in ways:
                port = asked[way].get("port") if way != "exec" else None
                if way != "exec" and port_number(container, port) is None:
                    yield where, f"{probe} asks port {port}, which the container does not declare"
                if way == "grpc" and not isinstance(port, int):
                    yield where, f"{probe}: a grpc probe takes a number, not {port!r}"


@rule
def probe_times_make_sense(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """An answer may not take longer than the time until the next question; a restart is slower than being unready."""
    for workload, container, where in each_container(rendered):
        if workload.kind not in LONG_RUNNING:
            continue
        patience: dict[str, int] = {}
        for probe in PROBES:
            asked = container.get(probe) or {}
            period, timeout = asked.get("periodSeconds", 10), asked.get("timeoutSeconds", 1)
            patience[probe] = period * asked.get("failureThreshold", 3)
            if timeout > period:
                yield where, f"{probe}: timeoutSeconds {timeout} is above periodSeconds {period}"
        if patience["livenessProbe"] < 2 * patience["readinessProbe"]:
            yield where, "is restarted before it was unready for a while"
        if patience["startupProbe"] < 60:
            yield where, "is given less than a minute to start"


@rule
def services_answer_the_right_questions(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Ours: ready is /readyz (schema current, pool answers), alive asks no dependency, gRPC is asked natively."""
    for workload, container, where in each_container(rendered):
        if workload.service is None or workload.kind not in LONG_RUNNING:
            continue
        if container.get("readinessProbe", {}).get("httpGet", {}).get("path") != "/readyz":
            yield where, "readiness is not GET /readyz"
        serves_grpc = port_number(container, "grpc") is not None
        for probe in ("startupProbe", "livenessProbe"):
            asked = container.get(probe) or {}
            if serves_grpc and "grpc" not in asked:
                yield where, f"serves gRPC and {probe} does not ask it"
            if not serves_grpc and asked.get("httpGet", {}).get("path") != "/livez":
                yield where, f"{probe} is not GET /livez"


@rule
def there_is_time_to_drain(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """terminationGracePeriodSeconds covers the wait before SIGTERM and the drain of chassis.service."""
    grace = importlib.import_module("chassis.service").GRACE_S
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        sleep = max(
            (c.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for c in workload.containers),
            default=0,
        )
        if workload.labels.get("app.kubernetes.io/component") == "api" and sleep < 3:
            yield workload.name, "stops accepting before its endpoints are withdrawn (preStop sleep)"
        # gRPC calls in flight, then HTTP, consumer and relay: GRACE_S and GRACE_S + 10 (Running.stop).
        needed = sleep + 2 * grace + 10
        if workload.pod.get("terminationGracePeriodSeconds", 30) < needed + 5:
            yield workload.name, f"needs {needed:.0f} s to drain, with 5 s to spare"
