"""The program of a service: `serve`, `relay`, `consume`, `all`, `migrate`, `audit`; start order and drain order."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import logging
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import httpx
import uvicorn
from fastapi import APIRouter
from pydantic import ValidationError

from chassis import migrate
from chassis.auth import ActorResolver, Identifier, ServiceToken, TokenVerifier
from chassis.config import BaseServiceSettings, UnknownSettingError
from chassis.consumer import Runner, Subscription
from chassis.grpc_client import Peer
from chassis.grpc_server import GrpcServer, Servicer
from chassis.http import create_http
from chassis.kafka import KafkaAccess
from chassis.messages import Messages
from chassis.outbox import Relay
from chassis.pg import TRANSIENT, Pool, create_pool
from chassis.telemetry import Telemetry, configure_logging

log = logging.getLogger(__name__)

S = TypeVar("S", bound=BaseServiceSettings)

GRACE_S = 10.0
"""How long calls in flight may take to finish at a stop."""


@dataclass(slots=True)
class Resources(Generic[S]):
    """What a service's composition root may use."""

    settings: S
    pool: Pool
    telemetry: Telemetry
    messages: Messages
    http: httpx.AsyncClient
    service_token: ServiceToken | None
    peers: list[Peer] = field(default_factory=list[Peer])

    def peer(self, address: str) -> Peer:
        """A connection to another service, closed at the stop."""
        peer = Peer(
            address,
            telemetry=self.telemetry,
            token=self.service_token,
            timeout_s=self.settings.rpc_timeout_ms / 1000,
        )
        self.peers.append(peer)
        return peer


@dataclass(frozen=True, slots=True)
class Composition:
    """What a service serves, consumes and checks."""

    resolver: ActorResolver
    routers: Sequence[APIRouter] = ()
    servicers: Callable[[Identifier], Sequence[Servicer]] = lambda _identifier: ()
    subscription: Subscription | None = None
    has_outbox: bool = True
    audit: Callable[[], Awaitable[dict[str, int]]] | None = None


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """One service of the platform."""

    name: str
    package: str
    settings: type[S]
    compose: Callable[[Resources[S]], Composition]


class SchemaOutdatedError(Exception):
    """The database lacks migrations that this code needs; run `migrate` first."""


@contextlib.asynccontextmanager
async def open_resources(service: Service[S], settings: S, *, telemetry: Telemetry | None = None):  # noqa: ANN201  # the generator's type is long and inferred
    """Open pool, clients and telemetry of a service, and close them in order."""
    own = telemetry or Telemetry(
        service.name, otlp_endpoint=settings.otlp_endpoint, sample_ratio=settings.trace_sample_ratio
    )
    pool = await create_pool(
        settings.database_dsn.get_secret_value(),
        size_max=settings.database_pool_size_max,
        application_name=service.name,
    )
    http = httpx.AsyncClient(timeout=5.0)
    token = None
    if settings.client_id and settings.client_secret:
        token = ServiceToken(
            settings.oidc_issuer,
            client_id=settings.client_id,
            client_secret=settings.client_secret.get_secret_value(),
            http=http,
        )
    resources = Resources(settings, pool, own, Messages(service.package), http, token)
    try:
        yield resources
    finally:
        for peer in resources.peers:
            await peer.close()
        await http.aclose()
        await pool.close()
        if telemetry is None:
            own.shutdown()


class Running(Generic[S]):
    """A started service; tests start one in their own loop, `main` runs one until a signal.

    Drain order: report not ready and not serving, stop accepting, finish calls in flight, stop consumer and relay, then
    close clients and pool.
    """

    def __init__(self, service: Service[S], resources: Resources[S], *, parts: frozenset[str]) -> None:
        """Prepare `parts` of the service: `serve`, `relay`, `consume`."""
        self._service = service
        self._resources = resources
        self._parts = parts
        self._is_draining = False
        self._tasks: list[asyncio.Task[None]] = []
        self._grpc: GrpcServer | None = None
        self._web: uvicorn.Server | None = None
        self.http_port = 0
        self.grpc_port = 0
        self.failed = asyncio.Event()
        composition = service.compose(resources)
        settings = resources.settings
        access = KafkaAccess.of(settings)
        verifier = TokenVerifier(settings.oidc_issuer, settings.oidc_audience, http=resources.http)
        self.identifier = Identifier(verifier, composition.resolver)
        self._composition = composition
        self.relay = (
            Relay(
                settings.database_dsn.get_secret_value(),
                access,
                service_name=settings.topic_prefix + service.name,
                telemetry=resources.telemetry,
                poll_ms=settings.relay_poll_ms,
                batch_rows_max=settings.relay_batch_rows_max,
            )
            if "relay" in parts and composition.has_outbox
            else None
        )
        self.runner = (
            Runner(
                resources.pool,
                access,
                composition.subscription,
                group=settings.group,
                telemetry=resources.telemetry,
                batch_records_max=settings.consume_batch_records_max,
            )
            if "consume" in parts and composition.subscription is not None
            else None
        )

    async def start(self) -> None:
        """Start what was asked for; raises when the schema is too old or an address is taken."""
        lacking = await migrate.missing(self._resources.pool, self._service.package)
        if lacking:
            raise SchemaOutdatedError(f"run `migrate` first: {', '.join(lacking)}")
        settings = self._resources.settings
        is_serving = "serve" in self._parts
        if is_serving and settings.grpc_address:
            self._grpc = GrpcServer(
                self._composition.servicers(self.identifier),
                telemetry=self._resources.telemetry,
                service_name=self._service.name,
            )
            self.grpc_port = await self._grpc.start(settings.grpc_address)
        app = create_http(
            self._service.name,
            self._composition.routers if is_serving else (),
            telemetry=self._resources.telemetry,
            messages=self._resources.messages,
            identifier=self.identifier,
            ready=self._not_ready,
        )
        await self._start_web(app)
        if self.relay:
            self._spawn(self.relay.run())
        if self.runner:
            self._spawn(self.runner.run())
        log.info(
            "Started", extra={"fields": {"parts": sorted(self._parts), "http": self.http_port, "grpc": self.grpc_port}}
        )

    async def stop(self) -> None:
        """Drain in order."""
        self._is_draining = True
        if self._grpc:
            await self._grpc.stop(grace_s=GRACE_S)
        if self._web:
            self._web.should_exit = True
        if self.runner:
            self.runner.stop()
        if self.relay:
            self.relay.stop()
        _, late = await asyncio.wait(self._tasks, timeout=GRACE_S + 10) if self._tasks else ((), ())
        for task in late:
            task.cancel()
        log.info("Stopped", extra={"fields": {"cancelled": len(late)}})

    async def _not_ready(self) -> list[str]:
        if self._is_draining:
            return ["DRAINING"]
        try:
            lacking = await migrate.missing(self._resources.pool, self._service.package)
        except TRANSIENT:
            return ["DATABASE_UNAVAILABLE"]
        return ["SCHEMA_OUTDATED"] if lacking else []

    async def _start_web(self, app: Any) -> None:
        host, _, port = self._resources.settings.http_address.rpartition(":")
        config = uvicorn.Config(
            app, host=host, port=int(port), log_config=None, access_log=False, timeout_graceful_shutdown=int(GRACE_S)
        )
        self._web = _Web(config)
        self._spawn(self._web.serve())
        while not self._web.started:
            if self.failed.is_set():
                raise OSError(f"cannot listen on {self._resources.settings.http_address}")
            await asyncio.sleep(0.01)
        self.http_port = self._web.servers[0].sockets[0].getsockname()[1]

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        task.add_done_callback(self._note_end)
        self._tasks.append(task)

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if self._is_draining or task.cancelled():
            return
        exc = task.exception()
        log.critical("A part ended by itself", exc_info=exc)
        self.failed.set()


class _Web(uvicorn.Server):
    """uvicorn without its own signal handlers; a taken port ends the task, not the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None]:
        """Leave signals to `main`."""
        yield

    async def startup(self, sockets: list[Any] | None = None) -> None:
        """Listen; uvicorn calls `sys.exit` when the port is taken."""
        try:
            await super().startup(sockets)
        except SystemExit as exc:
            raise OSError("cannot listen") from exc


@contextlib.asynccontextmanager
async def running(  # noqa: ANN201  # the generator's type is long and inferred
    service: Service[S], settings: S, *, parts: frozenset[str], telemetry: Telemetry | None = None
):
    """A started service, stopped at the end."""
    async with open_resources(service, settings, telemetry=telemetry) as resources:
        started = Running(service, resources, parts=parts)
        try:
            await started.start()
            yield started
        finally:
            await started.stop()


_PARTS: dict[str, frozenset[str]] = {
    "serve": frozenset({"serve"}),
    "relay": frozenset({"relay"}),
    "consume": frozenset({"consume"}),
    "all": frozenset({"serve", "relay", "consume"}),
}


def main(service: Service[S], argv: Sequence[str] | None = None) -> int:
    """Run one command of a service's program; the exit code is 0 when it did its work."""
    parser = argparse.ArgumentParser(prog=service.name, description=f"Nuaikit {service.name}")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("serve", help="serve HTTP and gRPC")
    commands.add_parser("relay", help="send the outbox to Kafka")
    consume = commands.add_parser("consume", help="apply events of other services")
    consume.add_argument("--replay-parked", action="store_true", help="try parked events again, then end")
    commands.add_parser("all", help="serve, relay and consume in one process (one machine)")
    migrating = commands.add_parser("migrate", help="bring the database schema up to date")
    migrating.add_argument("--step", choices=["pre", "post", "all"], default="all")
    commands.add_parser("audit", help="recompute what is kept and report drift; exit code 1 when there is any")
    arguments = parser.parse_args(argv)
    try:
        settings = service.settings.load()
    except (UnknownSettingError, ValidationError) as exc:
        # pydantic's message repeats values; only names and faults are shown.
        faults = (
            [f"{'.'.join(map(str, fault['loc']))}: {fault['type']}" for fault in exc.errors()]
            if isinstance(exc, ValidationError)
            else [str(exc)]
        )
        sys.stderr.write(f"{service.name}: settings are not usable: {'; '.join(faults)}\n")
        return 2
    configure_logging(service.name, settings.log_level)
    return asyncio.run(_run(service, settings, arguments))


async def _run(service: Service[S], settings: S, arguments: argparse.Namespace) -> int:
    command: str = arguments.command
    if command == "migrate":
        applied = await migrate.run(settings.database_dsn.get_secret_value(), service.package, step=arguments.step)
        sys.stdout.write(json.dumps({"applied": applied}) + "\n")
        return 0
    if command == "audit" or (command == "consume" and arguments.replay_parked):
        return await _run_once(service, settings, command)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with running(service, settings, parts=_PARTS[command]) as started:
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(started.failed.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        has_failed = started.failed.is_set()
    return 1 if has_failed else 0


async def _run_once(service: Service[S], settings: S, command: str) -> int:
    async with open_resources(service, settings) as resources:
        if command == "audit":
            audit = service.compose(resources).audit
            report = await audit() if audit else {}
            sys.stdout.write(json.dumps(report) + "\n")
            return 1 if any(report.get(name) for name in report if name.startswith("drift")) else 0
        runner = Running(service, resources, parts=_PARTS["consume"]).runner
        applied, left = await runner.replay_parked() if runner else (0, 0)
        sys.stdout.write(json.dumps({"applied": applied, "still_parked": left}) + "\n")
        return 1 if left else 0
