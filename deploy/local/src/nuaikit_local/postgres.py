"""PostgreSQL 18 as a process: durable, loopback only, SCRAM only, one role and one database per service.

Source: architecture.md 3 for initdb's options and for collations (`th-x-icu` for what people read, `C` for what
machines compare).
"""

import os
import secrets
import shutil
import signal
import tempfile
from collections.abc import AsyncGenerator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg

from nuaikit_local import processes
from nuaikit_local.artifacts import Artifacts
from nuaikit_local.jars import POSTGRES_VERSION
from nuaikit_local.layout import Identity, Layout, check_reachable, initdb_identity, postgres_identity
from nuaikit_local.parts import NotReady
from nuaikit_local.problems import Problem, disk_space_told
from nuaikit_local.processes import LOOPBACK, Command
from nuaikit_local.vault import Vault, postgres_verifier, write_private

MAJOR = POSTGRES_VERSION.partition(".")[0]
SUPERUSER = "postgres"
PROBE_TIMEOUT_S = 2.0
INITDB_TIMEOUT_S = 300.0

# What differs from PostgreSQL's defaults, or is a promise that must not depend on a default.
SETTINGS = {
    "listen_addresses": f"'{LOOPBACK}'",
    "unix_socket_directories": "''",  # one way in, and that one asks for a password
    "max_connections": 200,  # five services with their pools, and as many test databases
    "shared_buffers": "256MB",
    "maintenance_work_mem": "128MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "1GB",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "wal_level": "replica",
    "password_encryption": "scram-sha-256",
    "jit": "off",  # compiles for longer than our short statements run
    "timezone": "'UTC'",
    "log_timezone": "'UTC'",
    "logging_collector": "off",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
    # Rejected rows hold names and answers of learners: no statements, parameters or "Key (…)=(…)" details in logs.
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": 0,
    "log_error_verbosity": "terse",
    "idle_in_transaction_session_timeout": "'5min'",
}
HOST_RULES = f"host all all {LOOPBACK}/32 scram-sha-256\n"


class Postgres:
    """The database server of one state folder."""

    name = "postgres"
    needs_to_prepare: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    stop_rank = 2
    version = POSTGRES_VERSION.removesuffix(".0")
    ready_within_s = 120.0  # recovery after a kill replays up to max_wal_size

    def __init__(
        self, layout: Layout, artifacts: Artifacts, vault: Vault, *, port: int, services: tuple[str, ...]
    ) -> None:
        """Describe the server.

        Args:
            layout: State folder.
            artifacts: Where the programs are.
            vault: Where passwords are.
            port: TCP port on loopback.
            services: Names that each get a role and a database of that name.
        """
        self.ports = {"POSTGRES": port}
        self._layout = layout
        self._programs = artifacts.postgres
        self._vault = vault
        self._services = services
        self._identity = postgres_identity()

    @property
    def address(self) -> str:
        """`host:port`."""
        return f"{LOOPBACK}:{self.ports['POSTGRES']}"

    @property
    def data(self) -> Path:
        """The data folder."""
        return self._layout.postgres / "data"

    def dsn(self, role: str, database: str) -> str:
        """Connection string of a role that has a password in the vault."""
        return f"postgresql://{role}:{self._vault.need('infrastructure', f'postgres_{role}')}@{self.address}/{database}"

    @property
    def admin_dsn(self) -> str:
        """Connection string of the superuser, to the maintenance database."""
        return self.dsn(SUPERUSER, "postgres")

    async def prepare(self) -> None:
        """Create the data folder the first time and write the configuration every time.

        Raises:
            Problem: `POSTGRES_OTHER_VERSION`, `POSTGRES_DATA_BROKEN`, `SECRETS_LOST`, `HOME_UNREACHABLE`,
                `HOME_PERMISSIONS`, `INITDB_FAILED`, `NO_DISK_SPACE`.
        """
        if self._identity:
            check_reachable(self._programs, self._identity)
        if self.data.exists():
            self._check_data()
            self._vault.need("infrastructure", f"postgres_{SUPERUSER}")
        else:
            await self._create_data()
        settings = SETTINGS | {"port": self.ports["POSTGRES"], "hba_file": "'pg_hba.conf'"}
        self._write("postgresql.conf", "".join(f"{name} = {value}\n" for name, value in settings.items()))
        self._write("pg_hba.conf", HOST_RULES)
        # A stale one names a pid that may belong to another of the user's processes by now, and PostgreSQL would then
        # refuse to start. The caller holds the state folder's lock and has ended what was left, so nobody runs here.
        (self.data / "postmaster.pid").unlink(missing_ok=True)

    def _check_data(self) -> None:
        try:
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
        except FileNotFoundError as error:
            raise Problem("POSTGRES_DATA_BROKEN", folder=self.data) from error
        except PermissionError as error:
            raise Problem("HOME_PERMISSIONS", folder=self.data, detail=str(error.strerror)) from error
        if found != MAJOR:
            raise Problem("POSTGRES_OTHER_VERSION", folder=self.data, found=found, needed=MAJOR)
        owner = self._identity.uid if self._identity else os.geteuid()
        if self.data.stat().st_uid != owner:
            raise Problem("HOME_PERMISSIONS", folder=self.data, detail=f"uid {self.data.stat().st_uid} owns it")

    async def _create_data(self) -> None:
        """Run initdb beside the final place and rename: an interrupted one leaves no half data folder."""
        password = self._vault.get("infrastructure", f"postgres_{SUPERUSER}")
        maker = initdb_identity()
        for stale in self._layout.home.glob("initdb-*"):
            shutil.rmtree(stale)  # an earlier start was killed here
        # Beside `postgres`, not in it: that folder is closed to the id that runs initdb for root.
        with (
            disk_space_told(self._layout.home),
            tempfile.TemporaryDirectory(prefix="initdb-", dir=self._layout.home) as name,
        ):
            scratch = Path(name)
            write_private(scratch / "password", password)
            _own((scratch, scratch / "password"), maker)
            await self._initdb(scratch, maker)
            _own((scratch / "data", *(scratch / "data").rglob("*")), self._identity)
            (scratch / "data").rename(self.data)

    async def _initdb(self, scratch: Path, maker: Identity | None) -> None:
        arguments = (
            "--pgdata", str(scratch / "data"), "--username", SUPERUSER, "--pwfile", str(scratch / "password"),
            "--auth=scram-sha-256", "--encoding=UTF8", "--locale-provider=icu", "--icu-locale=th-TH",
            "--locale=C.UTF-8", "--data-checksums", "--no-instructions",
        )  # fmt: skip
        command = Command(
            argv=(str(self._programs / "bin" / "initdb"), *arguments),
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=scratch,
            identity=maker,
            stop_signals=((signal.SIGTERM, 1.0),),
        )
        code, output = await processes.run(self.name, command, self._layout, seconds=INITDB_TIMEOUT_S)
        if code != 0:
            if "No space left" in output:
                raise Problem("NO_DISK_SPACE", folder=self._layout.home, needed_mib="?", free_mib=0)
            raise Problem("INITDB_FAILED", detail=output.strip()[-2000:])

    def _write(self, name: str, text: str) -> None:
        """Write a file the server's id may read and nobody else."""
        path = self._layout.postgres / name
        write_private(path, text)
        _own((path,), self._identity)

    def command(self) -> Command:
        """Run the server in the foreground; SIGINT is its fast shutdown (sessions end, everything is written)."""
        configuration = self._layout.postgres / "postgresql.conf"
        return Command(
            argv=(str(self._programs / "bin" / "postgres"), "-D", str(self.data), "-c", f"config_file={configuration}"),
            env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
            cwd=self._layout.postgres,
            identity=self._identity,
            stop_signals=((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0)),
        )

    async def probe(self) -> None:
        """Connect as superuser and ask for one row.

        Raises:
            NotReady: Not listening, or still recovering.
            Problem: `SECRETS_DIFFER` when the password is not the data folder's.
        """
        async with self._session() as connection:
            await connection.fetchval("SELECT 1", timeout=PROBE_TIMEOUT_S)

    async def complete(self) -> None:
        """Give every service its role, password and database; repeated at every start, so a lost one comes back."""
        async with self._session() as connection:
            for service in self._services:
                await self._complete_service(connection, service)
            # A role may enter its own database only: no service reads another's.
            await connection.execute("REVOKE CONNECT, TEMPORARY ON DATABASE postgres, template1 FROM PUBLIC")

    @asynccontextmanager
    async def _session(self) -> AsyncGenerator[asyncpg.Connection]:
        """A superuser's connection for a moment."""
        try:
            connection = await asyncpg.connect(self.admin_dsn, timeout=PROBE_TIMEOUT_S)
            try:
                yield connection
            finally:
                await connection.close(timeout=PROBE_TIMEOUT_S)
        except asyncpg.InvalidPasswordError as error:
            raise Problem("SECRETS_DIFFER", folder=self._layout.secrets) from error
        except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
            raise NotReady(f"{type(error).__name__}: {error}") from error

    async def _complete_service(self, connection: asyncpg.Connection, service: str) -> None:
        """Role and database of one service. Names are our own constants; the password travels as its verifier."""
        plain = self._vault.get("infrastructure", f"postgres_{service}")
        verifier = postgres_verifier(plain, secrets.token_bytes(16))
        exists = await connection.fetchval("SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = $1)", service)
        verb = "ALTER" if exists else "CREATE"
        await connection.execute(
            f'{verb} ROLE "{service}" LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS '
            f"PASSWORD '{verifier}'"
        )
        if not await connection.fetchval("SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", service):
            await connection.execute(f'CREATE DATABASE "{service}" OWNER "{service}"')
        await connection.execute(f'REVOKE CONNECT, TEMPORARY ON DATABASE "{service}" FROM PUBLIC')


def _own(paths: Iterable[Path], identity: Identity | None) -> None:
    """Hand paths to an id; nothing to do when the server runs as the user."""
    if identity:
        for path in paths:
            os.chown(path, identity.uid, identity.gid, follow_symlinks=False)
