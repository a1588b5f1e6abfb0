"""Connections to PostgreSQL."""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import asyncpg

from chassis.errors import Conflict, Invalid, ServiceError, Unavailable

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

    _Base = asyncpg.Connection[asyncpg.Record]
    Record = asyncpg.Record
    Connection = asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]
    Pool = asyncpg.Pool[asyncpg.Record]
else:  # generic in the stubs only
    _Base = asyncpg.Connection
    Record, Connection, Pool = asyncpg.Record, asyncpg.Connection, asyncpg.Pool


class ServiceConnection(_Base):
    """A pooled connection without the reset query.

    The query is one more round trip at every release (performance.md finding 3). Leaving it out is safe only because
    services use no LISTEN, no session lock and only SET LOCAL on pooled connections; a test holds them to it.
    """

    def get_reset_query(self) -> str:
        """No query at release."""
        return ""


OUTAGE: tuple[type[Exception], ...] = (
    OSError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection that the server has ended and asyncpg has not yet noticed
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
)
"""The database is away or cannot work; no statement is to blame, and waiting helps."""

CONTENTION: tuple[type[Exception], ...] = (
    TimeoutError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
    asyncpg.QueryCanceledError,
    asyncpg.LockNotAvailableError,
    asyncpg.InvalidCachedStatementError,  # a migration changed a table under a running statement
    asyncpg.OutdatedSchemaCacheError,
)
"""This transaction did not get through; another try may, but a statement that never does is to blame itself."""

TRANSIENT = (*OUTAGE, *CONTENTION)
"""Failures of the database that may pass. In a handler, ask `is_transient` too: asyncpg's errors about wrong arguments
derive from InterfaceError."""


def is_transient(exc: BaseException) -> bool:
    """Whether the same call may succeed a little later; everything else is a fault of the statement or the data."""
    return isinstance(exc, TRANSIENT) and not isinstance(exc, ValueError)


async def set_codecs(connection: Any) -> None:
    """Read and write `jsonb` as Python values."""
    await connection.set_type_codec("jsonb", schema="pg_catalog", encoder=json.dumps, decoder=json.loads)


async def connect(*arguments: Any, **options: Any) -> Any:
    """Connect as asyncpg does, with every refusal of the server as one kind of outage.

    Which error a server that starts, stops, fails over or changes passwords gives at the door says nothing about any
    statement; nobody who works through outages may end because of it.

    Raises:
        OSError: No connection now.
    """
    try:
        return await asyncpg.connect(*arguments, **options)
    except asyncpg.PostgresError as exc:
        raise ConnectionError(f"the database does not let us in: {type(exc).__name__}") from exc


async def create_pool(dsn: str, *, size_max: int, application_name: str) -> Pool:
    """Open a pool whose sessions are in UTC and never sit idle in a transaction."""
    return await asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=size_max,
        connection_class=ServiceConnection,
        connect=connect,
        init=set_codecs,
        command_timeout=35,
        server_settings={
            "application_name": application_name,
            "TimeZone": "UTC",
            # A process that hangs must not keep locks; a command that hangs ends before its caller's patience does.
            "idle_in_transaction_session_timeout": "15s",
            "statement_timeout": "30s",
        },
    )


def translate_unique(exc: asyncpg.UniqueViolationError, known: dict[str, Callable[[], ServiceError]]) -> NoReturn:
    """Raise the refusal that a constraint stands for; any other constraint is a fault and is raised as it is."""
    make = known.get(exc.constraint_name or "")
    if make is None:
        raise exc
    raise make() from exc


class TextNotStorable(Invalid):
    """A text holds a character that no text can hold here (NUL)."""

    reason = "TEXT_NOT_STORABLE"


class DateOutOfRange(Invalid):
    """A date is the first or last that there is, which the database takes for no day at all."""

    reason = "DATE_OUT_OF_RANGE"


TRANSLATED = (*TRANSIENT, asyncpg.CharacterNotInRepertoireError, asyncpg.DatetimeFieldOverflowError)
"""What of the database `translate` may tell a caller about."""


def translate(exc: BaseException) -> ServiceError | None:
    """What the caller is told of a failure of the database; None when the fault is ours and he learns nothing of it."""
    if isinstance(exc, asyncpg.CharacterNotInRepertoireError):
        return TextNotStorable()
    if isinstance(exc, asyncpg.DatetimeFieldOverflowError):
        return DateOutOfRange()
    if not is_transient(exc):
        return None
    if isinstance(exc, CONTENTION) and not isinstance(exc, TimeoutError | asyncpg.QueryCanceledError):
        return Conflict("The database chose another transaction.", cause=type(exc).__name__)
    return Unavailable("The database does not answer.", cause=type(exc).__name__)


@asynccontextmanager
async def transaction(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection with one transaction: the frame of every use case."""
    async with pool.acquire(timeout=10) as connection, connection.transaction():
        yield connection
