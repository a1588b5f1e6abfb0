"""The program of a service: `serve`, `relay`, `consume`, `all`, `migrate`, `audit`; start order and drain order."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import gc
import json
import logging
import signal
import socket
import sys
import threading
from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import asyncpg
import httpx
import uvicorn
from fastapi import APIRouter, FastAPI
from pydantic import ValidationError
from uvicorn.loops.auto import auto_loop_factory

from chassis import migrate
from chassis.auth import ActorResolver, Identifier, ServiceToken, TokenVerifier
from chassis.config import BaseServiceSettings, EdgeSettings, UnknownSettingError
from chassis.consumer import Runner, Subscription
from chassis.grpc_client import Peer
from chassis.grpc_server import GrpcServer, Servicer
from chassis.http import create_http
from chassis.kafka import KafkaAccess
from chassis.lifecycle import pause
from chassis.messages import Messages
from chassis.openapi import words_of
from chassis.outbox import Relay
from chassis.pg import TRANSIENT, Pool, create_pool
from chassis.telemetry import Telemetry, configure_logging
from chassis.working import keep_working

log = logging.getLogger(__name__)

S = TypeVar("S", bound=EdgeSettings)

Chore = Callable[[], Awaitable[None]]
"""Work that time alone brings about, such as a rule that takes effect at midnight. It runs beside the relay, of which
there is one, every `CHORE_EVERY_S`; it must do nothing when there is nothing to do, and go on after being cut short."""

CHORE_EVERY_S = 60.0

Worker = Callable[[asyncio.Event], Awaitable[None]]
"""Work that goes on until the event is set, such as files that take longer than a call; it runs beside the relay. What
it has begun lies in the database, so that another process goes on with it; it bears outages, and ends only at the
stop."""

GRACE_S = 10.0
"""How long calls in flight may take to finish at a stop, and then the batches of consumer and relay."""

START_TIMEOUT_S = 30.0
TELEMETRY_STOP_TIMEOUT_S = 3.0


class CannotStartError(Exception):
    """The process cannot begin its work; the message says why and holds no secret."""


class SchemaOutdatedError(CannotStartError):
    """The database lacks migrations that this code needs; run `migrate` first."""


@dataclass(slots=True)
class Resources(Generic[S]):
    """What a service's composition root may use."""

    settings: S
    database: Pool | None
    telemetry: Telemetry
    messages: Messages
    http: httpx.AsyncClient
    service_token: ServiceToken | None
    peers: list[Peer] = field(default_factory=list[Peer])

    @property
    def pool(self) -> Pool:
        """The service's own database."""
        assert self.database is not None, "a service with EdgeSettings has no database"
        return self.database

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

    resolver: ActorResolver | None
    routers: Sequence[APIRouter] = ()
    servicers: Callable[[Identifier], Sequence[Servicer]] = lambda _identifier: ()
    subscription: Subscription | None = None
    has_outbox: bool = True
    chore: Chore | None = None
    workers: Sequence[Worker] = ()
    audit: Callable[[], Awaitable[dict[str, int]]] | None = None


@dataclass(frozen=True, slots=True)
class Command(Generic[S]):
    """A command of a service's program beside those that every service has; it ends by itself.

    Attributes:
        help: One line for the list of commands.
        configure: Adds the command's arguments.
        run: Does the work and gives the exit code.
    """

    name: str
    help: str
    configure: Callable[[argparse.ArgumentParser], None]
    run: Callable[[Resources[S], argparse.Namespace], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """One service of the platform."""

    name: str
    package: str
    settings: type[S]
    compose: Callable[[Resources[S]], Composition]
    commands: Sequence[Command[S]] = ()


@contextlib.asynccontextmanager
async def open_resources(
    service: Service[S], settings: S, *, telemetry: Telemetry | None = None
) -> AsyncGenerator[Resources[S]]:
    """Open pool, clients and telemetry of a service, and close them in order.

    Raises:
        CannotStartError: The database does not let the service in.
    """
    async with contextlib.AsyncExitStack() as stack:
        if telemetry is None:
            telemetry = Telemetry(
                service.name, otlp_endpoint=settings.otlp_endpoint, sample_ratio=settings.trace_sample_ratio
            )
            stack.push_async_callback(_shut_down, telemetry)
        database = await _open_database(service, settings, stack) if isinstance(settings, BaseServiceSettings) else None
        # What runs on this machine is reached directly, whatever proxy the environment names.
        direct = {"all://127.0.0.1": None, "all://localhost": None, "all://[::1]": None}
        http = await stack.enter_async_context(httpx.AsyncClient(timeout=5.0, mounts=direct))
        token = None
        if settings.client_id and settings.client_secret:
            token = ServiceToken(
                settings.oidc_issuer,
                client_id=settings.client_id,
                client_secret=settings.client_secret.get_secret_value(),
                http=http,
            )
        resources = Resources(settings, database, telemetry, Messages(service.package), http, token)
        try:
            yield resources
        finally:
            for peer in resources.peers:
                await peer.close()


async def _open_database(service: Service[S], settings: BaseServiceSettings, stack: contextlib.AsyncExitStack) -> Pool:
    try:
        async with asyncio.timeout(START_TIMEOUT_S):
            pool = await create_pool(
                settings.database_dsn.get_secret_value(),
                size_max=settings.database_pool_size_max,
                application_name=service.name,
            )
    except (OSError, asyncpg.InterfaceError) as exc:
        raise CannotStartError(f"no connection to the database: {type(exc).__name__}: {exc}") from exc
    stack.push_async_callback(_close_pool, pool)
    return pool


async def _close_pool(pool: Pool) -> None:
    try:
        async with asyncio.timeout(GRACE_S):
            await pool.close()
    except TimeoutError:
        pool.terminate()


async def _shut_down(telemetry: Telemetry) -> None:
    """Send what is left; exporters wait and block, and a collector that is away must not hold up the stop."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()

    def work() -> None:
        telemetry.shutdown()
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any longer
            loop.call_soon_threadsafe(done.set)

    threading.Thread(target=work, daemon=True).start()
    await pause(done, TELEMETRY_STOP_TIMEOUT_S)


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
        self._is_schema_current = False
        self._workers: list[asyncio.Task[None]] = []
        self._grpc: GrpcServer | None = None
        self._web: _Web | None = None
        self._web_task: asyncio.Task[None] | None = None
        self.http_port = 0
        self.grpc_port = 0
        self.failed = asyncio.Event()
        self._composition = service.compose(resources)
        settings = resources.settings
        verifier = TokenVerifier(settings.oidc_issuer, settings.oidc_audience, http=resources.http)
        resolver = self._composition.resolver
        self.identifier = Identifier(verifier, resolver) if resolver else None
        self._stopping = asyncio.Event()
        self.relay: Relay | None = None
        self.runner: Runner | None = None
        if isinstance(settings, BaseServiceSettings):
            self._prepare_workers(settings)

    def _prepare_workers(self, settings: BaseServiceSettings) -> None:
        access = KafkaAccess.of(settings)
        telemetry = self._resources.telemetry
        if "relay" in self._parts and self._composition.has_outbox:
            self.relay = Relay(
                settings.database_dsn.get_secret_value(),
                access,
                service_name=self._service.name,
                telemetry=telemetry,
                poll_ms=settings.relay_poll_ms,
                batch_rows_max=settings.relay_batch_rows_max,
            )
        if "consume" in self._parts and self._composition.subscription is not None:
            self.runner = Runner(
                self._resources.pool,
                access,
                self._composition.subscription,
                group=settings.group,
                telemetry=telemetry,
                batch_records_max=settings.consume_batch_records_max,
            )

    async def start(self) -> None:
        """Start what was asked for.

        Raises:
            CannotStartError: The schema is too old, or an address is taken.
        """
        lacking = await self._lacking_migrations()
        if lacking:
            raise SchemaOutdatedError(f"run `migrate` first: {', '.join(lacking)}")
        settings = self._resources.settings
        is_serving = "serve" in self._parts
        for address in filter(None, (settings.http_address, settings.grpc_address if is_serving else None)):
            _check_free(address)
        app = create_http(
            self._service.name,
            self._composition.routers if is_serving else (),
            telemetry=self._resources.telemetry,
            messages=self._resources.messages,
            identifier=self.identifier,
            words=words_of(self._service.package),
            ready=self._not_ready,
        )
        await self._start_web(app)
        if is_serving and settings.grpc_address and self.identifier:
            self._grpc = GrpcServer(
                self._composition.servicers(self.identifier),
                telemetry=self._resources.telemetry,
                service_name=self._service.name,
            )
            try:
                self.grpc_port = await self._grpc.start(settings.grpc_address)
            except OSError as exc:
                raise CannotStartError(str(exc)) from exc
        for worker in (self.relay, self.runner):
            if worker:
                self._workers.append(self._watch(worker.run()))
        if self._composition.chore is not None and "relay" in self._parts:
            self._workers.append(self._watch(self._do_chores(self._composition.chore)))
        if "relay" in self._parts:
            self._workers.extend(self._watch(_worked(worker, self._stopping)) for worker in self._composition.workers)
        fields = {"parts": sorted(self._parts), "http": self.http_port, "grpc": self.grpc_port}
        log.info("Started", extra={"fields": fields})

    async def stop(self) -> None:
        """Drain in order; each step has its time, and what is late is cancelled."""
        self._is_draining = True
        self._stopping.set()
        if self._web:
            self._web.should_exit = True
        if self._grpc:
            await self._grpc.stop(grace_s=GRACE_S)
        late = await _finish([self._web_task] if self._web_task else [])
        for worker in (self.runner, self.relay):
            if worker:
                worker.stop()
        late += await _finish(self._workers)
        log.info("Stopped", extra={"fields": {"cancelled": late}})

    async def _do_chores(self, chore: Chore) -> None:
        """Do the chore now and then until the stop; what goes wrong is told and tried again."""

        async def work() -> bool:
            await chore()
            return False

        await keep_working(work, self._stopping, name="chores", every_s=CHORE_EVERY_S)

    async def _lacking_migrations(self) -> list[str]:
        if self._resources.database is None:
            return []
        return await migrate.missing(self._resources.database, self._service.package)

    async def _not_ready(self) -> list[str]:
        if self._is_draining:
            return ["DRAINING"]
        try:
            async with asyncio.timeout(2):
                if self._is_schema_current and self._resources.database:
                    await self._resources.database.fetchval("SELECT 1")
                self._is_schema_current = self._is_schema_current or not await self._lacking_migrations()
        except TRANSIENT:
            return ["DATABASE_UNAVAILABLE"]
        return [] if self._is_schema_current else ["SCHEMA_OUTDATED"]

    async def _start_web(self, app: FastAPI) -> None:
        address = self._resources.settings.http_address
        host, _, port = address.rpartition(":")
        config = uvicorn.Config(
            app,
            host=host.strip("[]"),
            port=int(port),
            log_config=None,
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=int(GRACE_S),
        )
        self._web = _Web(config)
        self._web_task = self._watch(self._web.serve())
        while not self._web.started:
            if self.failed.is_set():
                raise CannotStartError(f"cannot listen on {address}")
            await asyncio.sleep(0.01)
        self.http_port = self._web.servers[0].sockets[0].getsockname()[1]

    def _watch(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        task.add_done_callback(self._note_end)
        return task

    def _note_end(self, task: asyncio.Task[None]) -> None:
        if task.cancelled():
            return
        exc = task.exception()
        if not self._is_draining or exc is not None:
            log.critical("A part ended by itself", exc_info=exc)
            self.failed.set()


async def _worked(worker: Worker, stopping: asyncio.Event) -> None:
    await worker(stopping)


def _check_free(address: str) -> None:
    """Refuse a taken address before anything is begun: a gRPC server that never served does not end quietly."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host.strip("[]"), int(port)), family=family).close()
    except OSError as exc:
        raise CannotStartError(f"cannot listen on {address}") from exc


async def _finish(tasks: Sequence[asyncio.Task[None]]) -> int:
    """Wait for tasks, then cancel those that are late; how many were."""
    if not tasks:
        return 0
    _, late = await asyncio.wait(tasks, timeout=GRACE_S)
    for task in late:
        task.cancel()
    if late:
        await asyncio.wait(late, timeout=1)
    return len(late)


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
async def running(
    service: Service[S], settings: S, *, parts: frozenset[str], telemetry: Telemetry | None = None
) -> AsyncGenerator[Running[S]]:
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
    own = {command.name: command for command in service.commands}
    for command in own.values():
        command.configure(commands.add_parser(command.name, help=command.help, description=command.help))
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
    configure_logging(service.name, settings.log_level, packages=("chassis", service.package))
    command = own.get(arguments.command)
    work = _run(service, settings, arguments) if command is None else _run_own(service, settings, command, arguments)
    try:
        with asyncio.Runner(loop_factory=auto_loop_factory()) as runner:
            return runner.run(work)
    except (CannotStartError, migrate.MigrationError) as exc:
        log.critical("Could not start", extra={"fields": {"reason": str(exc)}})
        return 1
    except Exception:
        # Python's own way out would print the message, which may hold data.
        log.critical("Ended by an error", exc_info=True)
        return 1


async def _run(service: Service[S], settings: S, arguments: argparse.Namespace) -> int:
    command: str = arguments.command
    if command == "migrate":
        applied: list[str] = []
        if isinstance(settings, BaseServiceSettings):
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
        spare_what_stays()
        ends = [asyncio.create_task(stop.wait()), asyncio.create_task(started.failed.wait())]
        await asyncio.wait(ends, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        has_failed = started.failed.is_set()
    return 1 if has_failed else 0


def spare_what_stays() -> None:
    """Leave what a service is made of out of garbage collection, for good.

    Routes, models and contracts are a quarter of a million objects that live as long as the process. Going through all
    of them stops everything for some 50 ms each time, and finds nothing.
    """
    gc.collect()
    gc.freeze()


async def _run_own(service: Service[S], settings: S, command: Command[S], arguments: argparse.Namespace) -> int:
    async with open_resources(service, settings) as resources:
        if isinstance(settings, BaseServiceSettings):
            lacking = await migrate.missing(resources.pool, service.package)
            if lacking:
                raise SchemaOutdatedError(f"run `migrate` first: {', '.join(lacking)}")
        return await command.run(resources, arguments)


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
