"""The platform's services as parts of the runtime, and the issuer they trust.

Which setting a service gets is data here; what it means is in the service's own `config.py`. Secrets go through files
in a folder that only we read; the rest through the environment.
"""

import asyncio
import importlib.util
import os
import signal
import sys
from collections.abc import Mapping
from importlib import metadata

from nuaikit_local import issuer_store, processes
from nuaikit_local.accounts import CLIENT_READER, read_directory
from nuaikit_local.definitions import Definition, url
from nuaikit_local.kafka import SECURITY_PROTOCOL
from nuaikit_local.layout import Layout
from nuaikit_local.parts import NotReady
from nuaikit_local.problems import Problem
from nuaikit_local.processes import LOOPBACK, Command
from nuaikit_local.stack import log_tail
from nuaikit_local.vault import Vault, key_base64, password

DRAIN_S = 30.0  # chassis drains for 10 s, then waits 10 s more
MIGRATE_TIMEOUT_S = 300.0
PROBE_TIMEOUT_S = 2.0
PROBE_BYTES_MAX = 4096


class Issuer:
    """The demonstration issuer as a part."""

    name = "issuer"
    needs_to_prepare: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stop_rank = 1
    version = metadata.version("nuaikit-local")
    ready_within_s = 60.0

    def __init__(self, layout: Layout, vault: Vault, *, ports: Mapping[str, int]) -> None:
        """Describe the issuer; `ports` by name."""
        self.ports = {"ISSUER": ports["ISSUER"]}
        self._port = ports["ISSUER"]
        self._portal_url = url(ports["PORTAL"])
        self._layout = layout
        self._vault = vault

    @property
    def address(self) -> str:
        """Its URL, which is the `iss` of its tokens."""
        return url(self._port)

    async def prepare(self) -> None:
        """Make its key and everybody's secrets."""
        issuer_store.prepare(self._layout.issuer, read_directory(), self._vault)

    def command(self) -> Command:
        """Run its program."""
        arguments = (str(self._layout.issuer), str(self.ports["ISSUER"]), self._portal_url)
        return Command(
            argv=(sys.executable, "-m", "nuaikit_local.issuer", *arguments),
            env={},
            cwd=self._layout.issuer,
            stop_signals=((signal.SIGTERM, 10.0),),
        )

    async def probe(self) -> None:
        """Ask whether it serves."""
        await _probe_ready(self._port)

    async def complete(self) -> None:
        """Nothing: it keeps no content."""


class ServicePart:
    """One of the platform's services, api, relay and consumer in one process."""

    needs_to_prepare: tuple[str, ...]
    needs: tuple[str, ...]
    ports: dict[str, int]
    stop_rank = 0
    ready_within_s = 90.0

    def __init__(self, definition: Definition, layout: Layout, vault: Vault, *, ports: Mapping[str, int]) -> None:
        """Describe the service; `ports` holds every part's, by name."""
        self.name = definition.name
        self.needs_to_prepare = ("postgres",) if definition.has_database else ()
        self.needs = (*self.needs_to_prepare, "kafka", "issuer")
        self.ports = {name: ports[name] for name in definition.port_names}
        self._definition = definition
        self._layout = layout
        self._vault = vault
        self._all_ports = ports
        self._port = ports[definition.package.upper()]
        self._is_migrated = False
        try:
            self.version = metadata.version(f"nuaikit-{definition.name}")
        except metadata.PackageNotFoundError:
            self.version = "-"

    @property
    def address(self) -> str:
        """Its HTTP address."""
        return url(self._port)

    async def prepare(self) -> None:
        """Write its secrets and bring its database up to date.

        Raises:
            Problem: `SERVICE_ABSENT`, `MIGRATION_FAILED`.
        """
        package = self._definition.package
        if importlib.util.find_spec(package) is None or importlib.util.find_spec(f"{package}.__main__") is None:
            raise Problem("SERVICE_ABSENT", part=self.name, package=package)
        self.write_secrets()
        # Once in a supervisor's life: a restarted process finds the schema its predecessor worked on.
        if self._definition.has_database and not self._is_migrated:
            await self._migrate()
            self._is_migrated = True

    def write_secrets(self) -> None:
        """Put every secret setting where the service reads it; derived ones anew, since ports may have moved."""
        definition = self._definition
        lower = definition.prefix.lower()
        values = {"client_secret": self._vault.get(CLIENT_READER, definition.name)}
        if definition.has_database:
            values["subject_hash_key"] = self._vault.get("infrastructure", "subject_hash_key", key_base64)
            role = definition.package
            word = self._vault.need("infrastructure", f"postgres_{role}")
            address = f"{LOOPBACK}:{self._all_ports['POSTGRES']}"
            values["database_dsn"] = f"postgresql://{role}:{word}@{address}/{role}"
            values["kafka_password"] = self._vault.get("infrastructure", f"kafka_{definition.name}", password)
        for name, value in values.items():
            self._vault.put(definition.name, lower + name, value)
        for name in definition.keys:
            self._vault.get(definition.name, lower + name, key_base64)

    def environment(self) -> dict[str, str]:
        """Its settings that are no secrets, and whatever the caller set under the service's own prefix."""
        definition = self._definition
        ports = self._all_ports
        settings = {
            "SECRETS_DIR": str(self._vault.reader_folder(definition.name)),
            "HTTP_ADDRESS": f"{LOOPBACK}:{ports[definition.package.upper()]}",
            "OIDC_ISSUER": url(ports["ISSUER"]),
            "CLIENT_ID": definition.name,
            **definition.settings,
            **{name: f"file://{self._layout.home / folder}" for name, folder in definition.folders.items()},
        }
        if definition.has_database:
            settings |= {
                "KAFKA_BOOTSTRAP": f"{LOOPBACK}:{ports['KAFKA']}",
                "KAFKA_SECURITY_PROTOCOL": SECURITY_PROTOCOL,
                "KAFKA_USERNAME": definition.name,
            }
        else:
            settings |= {"PUBLIC_URL": self.address, "INDICATORS_URL": url(ports["INDICATORS"])}
        if definition.has_grpc:
            settings["GRPC_ADDRESS"] = f"{LOOPBACK}:{ports[definition.package.upper() + '_GRPC']}"
        settings |= {name: f"{LOOPBACK}:{ports[port]}" for name, port in definition.peers.items()}
        own = {name: value for name, value in os.environ.items() if name.startswith(definition.prefix)}
        return {definition.prefix + name: value for name, value in settings.items()} | own

    def program(self, *arguments: str) -> Command:
        """The service's program with a command of its own."""
        return Command(
            argv=(sys.executable, "-m", self._definition.package, *arguments),
            env=self.environment(),
            cwd=self._layout.home,
            stop_signals=((signal.SIGTERM, DRAIN_S),),
        )

    async def _migrate(self) -> None:
        try:
            command = self.program("migrate")
            code, output = await processes.run(self.name, command, self._layout, seconds=MIGRATE_TIMEOUT_S)
        except TimeoutError:
            code, output = -1, f"migrate took longer than {MIGRATE_TIMEOUT_S:.0f} s\n"
        with (self._layout.logs / f"{self.name}.log").open("a", encoding="utf-8") as log:
            log.write(output)
        if code != 0:
            path = self._layout.logs / f"{self.name}.log"
            raise Problem(
                "MIGRATION_FAILED", part=self.name, code=code, log=path, tail=log_tail(self._layout, self.name)
            )

    def command(self) -> Command:
        """Run everything of the service in one process."""
        return self.program("all")

    async def probe(self) -> None:
        """Ask whether it is ready for traffic."""
        await _probe_ready(self._port)

    async def complete(self) -> None:
        """Nothing: content comes through its interfaces."""


async def _probe_ready(port: int) -> None:
    """Ask `/readyz` on loopback.

    By hand: this runs twenty times a second for every starting part, and an HTTP client that loads its certificate
    authorities each time would take the processor from the very parts it waits for.
    """
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            try:
                writer.write(f"GET /readyz HTTP/1.1\r\nHost: {LOOPBACK}\r\nConnection: close\r\n\r\n".encode())
                answer = (await reader.read(PROBE_BYTES_MAX)).decode(errors="replace")
            finally:
                writer.close()
    except (OSError, TimeoutError) as error:
        raise NotReady(type(error).__name__) from error
    if not answer.startswith("HTTP/1.1 200 "):
        raise NotReady(answer.replace("\r\n", " ")[:200] or "it closed the connection")
