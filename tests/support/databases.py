"""A database per test: migrated once per session, copied as often as wanted.

Each service has its own role, as in production: it owns its databases and is no superuser, so what tests see of
privileges and row-level security is what production sees.
"""

import asyncio
import hashlib
import threading
from collections.abc import AsyncIterator, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import asyncpg
from chassis import migrate

from tests.support.infrastructure import Infrastructure

Result = TypeVar("Result")

LOCK_KEY = 0x7465_7374  # "test": workers make a template one after the other


def blocking(work: Coroutine[Any, Any, Result]) -> Result:
    """Run a coroutine to its end in a loop of its own, also where a loop is running already.

    Fixtures built on this serve plain tests, Hypothesis machines and coroutines alike.
    """
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, work).result()


def with_database(dsn: str, name: str, *, user: str | None = None, password: str | None = None) -> str:
    """The same server, another database, and another user where one is given."""
    parts = urlsplit(dsn)
    place = parts.netloc.rpartition("@")[2]
    signed = f"{user}:{password}@{place}" if user else parts.netloc
    return urlunsplit(parts._replace(netloc=signed, path=f"/{name}"))


async def spare_the_disk(dsn: str) -> None:
    """Let PostgreSQL leave the disk to the kernel, in a session whose servers end with it.

    Dropping a test's database waits until all others are on disk. No test pulls a machine's plug, and what a killed
    server wrote the kernel still has.
    """
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute("ALTER SYSTEM SET fsync = off")
        await connection.execute("SELECT pg_reload_conf()")
    finally:
        await connection.close()


@dataclass
class Databases:
    """Makes and drops databases on the session's server.

    Attributes:
        servers: The session's servers.
    """

    servers: Infrastructure
    _ready: set[tuple[str, bool]] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def create(self, service: str, *, migrated: bool = True) -> str:
        """Make a database for a service.

        Args:
            service: Name as in `services/`, such as `credit-bank`; its package holds the migrations.
            migrated: With the service's schema; else empty, for tests of the migrations themselves.

        Returns:
            The connection of the service's own role.
        """
        with self._lock:  # one template at a time, also when several threads of one test ask
            return blocking(self._create(service.replace("-", "_"), migrated=migrated))

    def drop(self, dsn: str) -> None:
        """Drop a database that `create` made; connections that a test left open are ended."""
        name = urlsplit(dsn).path.removeprefix("/")
        assert name.startswith(self.servers.session), f"{name} is not of this session"
        blocking(self._drop(name))

    def drop_everything(self) -> None:
        """Drop what this session made on servers that outlive it: databases, templates, roles."""
        blocking(self._drop_everything())

    async def _create(self, package: str, *, migrated: bool) -> str:
        role = self._role(package)
        name = f"{role}_{uuid4().hex[:8]}"
        async with self._connection() as connection:
            if (package, migrated) not in self._ready:
                await self._prepare(connection, package, migrated=migrated)
                self._ready.add((package, migrated))
            template = self._template(package) if migrated else "template0"
            await connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER "{role}"')
            await connection.execute(f'REVOKE CONNECT, TEMPORARY ON DATABASE "{name}" FROM PUBLIC')
        return self._dsn(package, name)

    async def _prepare(self, connection: asyncpg.Connection, package: str, *, migrated: bool) -> None:
        """Make the service's role and template, unless another worker of the session has made them."""
        role, template = self._role(package), self._template(package)
        await connection.execute("SELECT pg_advisory_lock($1)", LOCK_KEY)
        try:
            if not await connection.fetchval("SELECT count(*) FROM pg_roles WHERE rolname = $1", role):
                # The password is our own hexadecimal digest, so it cannot break out of the quotes.
                await connection.execute(f"CREATE ROLE \"{role}\" LOGIN PASSWORD '{self._password(package)}'")
            known = await connection.fetchval("SELECT count(*) FROM pg_database WHERE datname = $1", template)
            if migrated and not known:
                # Renamed when complete: a migration that fails leaves no template that looks usable.
                draft = f"{template}_{uuid4().hex[:8]}"
                await connection.execute(f'CREATE DATABASE "{draft}" TEMPLATE template0 OWNER "{role}"')
                await migrate.run(self._dsn(package, draft), package)
                await connection.execute(f'ALTER DATABASE "{draft}" RENAME TO "{template}"')
        finally:
            await connection.execute("SELECT pg_advisory_unlock($1)", LOCK_KEY)

    async def _drop_everything(self) -> None:
        mine = f"{self.servers.session}\\_%"
        async with self._connection() as connection:
            for row in await connection.fetch("SELECT datname FROM pg_database WHERE datname LIKE $1", mine):
                await connection.execute(f'DROP DATABASE IF EXISTS "{row["datname"]}" WITH (FORCE)')
            for row in await connection.fetch("SELECT rolname FROM pg_roles WHERE rolname LIKE $1", mine):
                await connection.execute(f'DROP ROLE IF EXISTS "{row["rolname"]}"')

    def _role(self, package: str) -> str:
        return f"{self.servers.session}_{package}"

    def _template(self, package: str) -> str:
        return f"{self.servers.session}_template_{package}"

    def _dsn(self, package: str, name: str) -> str:
        return with_database(
            self.servers.postgres_dsn, name, user=self._role(package), password=self._password(package)
        )

    def _password(self, package: str) -> str:
        """The same in every worker of the session, and as secret as the superuser's password in the connection."""
        return hashlib.sha256(f"{self.servers.postgres_dsn} {self._role(package)}".encode()).hexdigest()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[asyncpg.Connection]:
        connection = await asyncpg.connect(self.servers.postgres_dsn)
        try:
            yield connection
        finally:
            await connection.close()

    async def _drop(self, name: str) -> None:
        async with self._connection() as connection:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
