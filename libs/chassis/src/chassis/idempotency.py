"""A request id has one effect and one answer."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from uuid import UUID

from chassis.errors import RequestMismatch
from chassis.pg import Connection

KEEP = timedelta(hours=72)
"""How long an answer is kept (CB c.5); effects are guarded for ever by natural keys."""

RequestKey = tuple[str, UUID]
"""A caller and the id of his request; ids of different callers never meet."""

SQL_CLAIM = """
    INSERT INTO request (caller, request_id, fingerprint) VALUES ($1, $2, $3)
    ON CONFLICT DO NOTHING RETURNING true
"""
SQL_READ = "SELECT fingerprint, answer FROM request WHERE caller = $1 AND request_id = $2"
SQL_CLAIM_NEW = """
    INSERT INTO request (caller, request_id, fingerprint)
    SELECT i.caller, i.request_id, i.fingerprint
      FROM unnest($1::text[], $2::uuid[], $3::bytea[]) AS i(caller, request_id, fingerprint)
     ORDER BY i.caller, i.request_id
    ON CONFLICT DO NOTHING RETURNING caller, request_id
"""
SQL_FINISH_MANY = """
    UPDATE request r SET answer = i.answer
      FROM unnest($1::text[], $2::uuid[], $3::bytea[]) AS i(caller, request_id, answer)
     WHERE r.caller = i.caller AND r.request_id = i.request_id
"""
SQL_FINISH = "UPDATE request SET answer = $3 WHERE caller = $1 AND request_id = $2"
SQL_RELEASE = "DELETE FROM request WHERE caller = $1 AND request_id = $2 AND answer IS NULL"
SQL_FORGET = "DELETE FROM request WHERE created_at < now() - $1::interval"


def fingerprint(command: object) -> bytes:
    """SHA-256 of a command's content, the same whichever transport carried it.

    Args:
        command: A dataclass instance, or lists and values of JSON, dates, UUIDs and decimals.
    """
    text = json.dumps(command, default=_plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{type(command).__name__}:{text}".encode()).digest()


@lru_cache(maxsize=1_024)
def _field_names(kind: type) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind)) if dataclasses.is_dataclass(kind) else ()


def _plain(value: object) -> object:
    names = _field_names(type(value))
    if names:
        # One level; the encoder comes back for what is inside. `asdict` would copy everything first.
        return {name: getattr(value, name) for name in names}
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")  # 1.0 and 1.00 are one amount
    if isinstance(value, frozenset | set):
        return sorted(str(item) for item in value)  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType]  # any set of a command
    return str(value)


async def claim(connection: Connection, request_id: UUID, *, caller: str, content: bytes) -> bytes | None:
    """Take the request id, or give the answer that it already has.

    A second caller with the same id waits here until the first has committed. Call it after the permission check,
    so that answers do not leak, and first of all locks.

    Args:
        connection: Inside the use case's transaction.
        request_id: The caller's id.
        caller: Who asks; ids of different callers never meet.
        content: `fingerprint` of the command.

    Raises:
        RequestMismatch: The id was used for other content.
    """
    if await connection.fetchval(SQL_CLAIM, caller, request_id, content):
        return None
    row = await connection.fetchrow(SQL_READ, caller, request_id)
    assert row is not None, "a conflicting request row is visible once its transaction ended"
    if row["fingerprint"] != content:
        raise RequestMismatch(request_id=request_id)
    # Doing it again would be a second effect: whoever claims must finish or release in the same transaction.
    assert row["answer"] is not None, "the request id was committed without an answer"
    return row["answer"]


async def claim_new(connection: Connection, claims: Mapping[RequestKey, bytes]) -> set[RequestKey]:
    """Take those of some request ids that are new, in one statement; the others have an answer, or had one.

    Args:
        connection: Inside the use case's transaction, before all other locks.
        claims: `fingerprint` by caller and request id.
    """
    callers, request_ids = [caller for caller, _ in claims], [request_id for _, request_id in claims]
    rows = await connection.fetch(SQL_CLAIM_NEW, callers, request_ids, list(claims.values()))
    return {(row["caller"], row["request_id"]) for row in rows}


async def finish_many(connection: Connection, answers: Mapping[RequestKey, bytes]) -> None:
    """Keep the answers of several requests, in the same transaction as their effects."""
    callers, request_ids = [caller for caller, _ in answers], [request_id for _, request_id in answers]
    await connection.execute(SQL_FINISH_MANY, callers, request_ids, list(answers.values()))


async def finish(connection: Connection, request_id: UUID, *, caller: str, answer: bytes) -> None:
    """Keep the answer, in the same transaction as the effect."""
    await connection.execute(SQL_FINISH, caller, request_id, answer)


async def release(connection: Connection, request_id: UUID, *, caller: str) -> None:
    """Give a claimed id back in the transaction that claimed it, so that the same request may be sent again.

    For a list call whose items failed only because a neighbour was away; the items that were carried out must be
    known again by natural keys of their own.
    """
    await connection.execute(SQL_RELEASE, caller, request_id)


async def forget_old(connection: Connection) -> None:
    """Drop answers older than `KEEP`; the relay does so now and then."""
    await connection.execute(SQL_FORGET, KEEP)
