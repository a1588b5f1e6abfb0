"""Who acts: one resolver for every service that keeps copies of assignments.

A service that decides about people for itself keeps a copy of each assignment, fed by `AssignmentChanged`. The copy
answers first, so that work goes on while the registry is away; the registry answers where the copy cannot, and always
where a fresh answer is needed, and then the call fails when it does not answer.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Literal, Protocol
from uuid import UUID

from google.type.date_pb2 import Date

from chassis.auth import Actor, Credentials, subject_hash
from chassis.errors import Forbidden, Unavailable
from chassis.ids import date_from_pb, parse_uuid
from chassis.pg import Connection, Pool
from chassis.reads import SharedReads

KEEP_S = 30.0
"""How long an answer of the registry serves where no copy can: a learner's rights, an assignment too new for a copy."""

KEPT_MAX = 10_000
_ACQUIRE_TIMEOUT_S = 10
_THAILAND = timezone(timedelta(hours=7))  # assignments begin and end at Thai midnight


class AssignmentUnknown(Forbidden):
    """The person has no such assignment today."""

    reason = "ASSIGNMENT_UNKNOWN"


@dataclass(frozen=True, slots=True)
class Assignment:
    """Copy of an assignment: who acts where, in which role, from when to when; the person only as a keyed hash."""

    assignment_id: UUID
    subject_hash: str
    institution_id: UUID
    role: str
    classroom: str
    permissions: frozenset[str]
    permission_version: str
    valid_from: date
    valid_to: date | None

    def is_valid_on(self, day: date) -> bool:
        """Whether it holds on a day; first and last day count."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


ReadCopies = Callable[[Connection, Sequence[UUID]], Awaitable[Mapping[UUID, Assignment]]]
"""Reads a service's copies of assignments, by id."""

AskRegistry = Callable[[Credentials], Awaitable[Actor]]
"""Asks the registry what the person of the credentials may do now."""


class ResolvedActor(Protocol):
    """The registry's answer about a person, whatever contract carries it; empty texts mean none."""

    subject_hash: str
    assignment_id: str
    institution_id: str
    role: str
    classroom: str
    permission_version: str
    learner_id: str

    @property
    def permissions(self) -> Sequence[str]:
        """What the role may do."""
        ...


def actor_of_answer(answer: ResolvedActor, credentials: Credentials) -> Actor:
    """The actor that the registry's answer describes."""
    return Actor(
        subject_hash=answer.subject_hash,
        role=answer.role,
        institution_id=_optional_uuid(answer.institution_id, field="institution_id"),
        assignment_id=_optional_uuid(answer.assignment_id, field="assignment_id"),
        classroom=answer.classroom,
        permissions=frozenset(answer.permissions),
        permission_version=answer.permission_version,
        learner_id=_optional_uuid(answer.learner_id, field="learner_id"),
        service=credentials.service,
        token=credentials.token,
    )


class AssignmentEvent(Protocol):
    """The registry's event about an assignment, whatever contract carries it."""

    assignment_id: str
    subject_hash: str
    institution_id: str
    role: str
    classroom: str
    permission_version: str

    @property
    def permissions(self) -> Sequence[str]:
        """What the role may do."""
        ...

    @property
    def valid_from(self) -> Date:
        """First day."""
        ...

    @property
    def valid_to(self) -> Date:
        """Last day, where the field is set."""
        ...

    def HasField(self, field_name: Literal["valid_to"], /) -> bool:  # noqa: N802  # protobuf's name
        """Whether an optional field is set."""
        ...


def assignment_of_event(event: AssignmentEvent) -> Assignment:
    """The copy that an event makes."""
    return Assignment(
        assignment_id=parse_uuid(event.assignment_id, field="assignment_id"),
        subject_hash=event.subject_hash,
        institution_id=parse_uuid(event.institution_id, field="institution_id"),
        role=event.role,
        classroom=event.classroom,
        permissions=frozenset(event.permissions),
        permission_version=event.permission_version,
        valid_from=date_from_pb(event.valid_from, field="valid_from"),
        valid_to=date_from_pb(event.valid_to, field="valid_to") if event.HasField("valid_to") else None,
    )


def bearer(credentials: Credentials) -> Actor:
    """An actor that only carries the person's token, for the call that resolves him."""
    return Actor(
        subject_hash="",
        role="",
        institution_id=None,
        assignment_id=credentials.assignment_id,
        classroom="",
        permissions=frozenset(),
        permission_version="",
        token=credentials.token,
    )


def service_actor(credentials: Credentials, *, subject_hash: str) -> Actor:
    """A service calling for itself: it may do what its scopes say."""
    return Actor(
        subject_hash=subject_hash,
        role="service",
        institution_id=None,
        assignment_id=None,
        classroom="",
        permissions=credentials.scopes,
        permission_version="",
        service=credentials.service,
        token=credentials.token,
    )


class CopyResolver:
    """Resolves credentials from the copies, and from the registry where those cannot tell.

    An answer of the registry is kept for `KEEP_S` and used again only while there is no copy of the assignment: the
    event that brings the copy, here or in another process of the service, ends it. An actor from a copy or from a kept
    answer is not fresh.
    """

    def __init__(
        self,
        pool: Pool,
        read_copies: ReadCopies,
        *,
        subject_hash_key: bytes,
        ask: AskRegistry | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Read copies with `pool`; subjects are compared as hashes under the key.

        Args:
            pool: The service's own database.
            read_copies: Reads copies.
            subject_hash_key: Key of the hashes, the same in every service.
            ask: Asks the registry; None for a service that reads aggregates only and asks nobody.
            clock: Seconds; for tests.
        """
        self._pool = pool
        self._read_copies = read_copies
        self._copies = SharedReads[UUID, Assignment](self._read)
        self._key = subject_hash_key
        self._ask = ask
        self._clock = clock
        self._kept: OrderedDict[tuple[str, UUID | None], tuple[float, Actor]] = OrderedDict()

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor.

        Raises:
            AssignmentUnknown: The subject has no such assignment today.
            Unavailable: Only the registry can tell, and it does not answer or is never asked.
        """
        hashed = subject_hash(credentials.subject, self._key)
        if credentials.is_service:
            return service_actor(credentials, subject_hash=hashed)
        if is_fresh_needed:
            return await self._fresh(credentials, hashed)
        copy = await self._copy(credentials)
        if copy is None:
            kept = self._kept_answer(credentials, hashed)
            return kept or await self._asked(credentials, hashed)
        if copy.subject_hash == hashed and copy.is_valid_on(datetime.now(UTC).astimezone(_THAILAND).date()):
            return _actor(copy, credentials)
        # Not this person's, or not valid: the registry says so with its own reason, and knows if the copy is late.
        return await self._asked(credentials, hashed)

    async def _copy(self, credentials: Credentials) -> Assignment | None:
        # Every request begins here: those that come at the same moment share the statement.
        return None if credentials.assignment_id is None else await self._copies.get(credentials.assignment_id)

    async def _read(self, assignment_ids: Sequence[UUID]) -> Mapping[UUID, Assignment]:
        async with self._pool.acquire(timeout=_ACQUIRE_TIMEOUT_S) as connection:
            return await self._read_copies(connection, assignment_ids)

    async def _asked(self, credentials: Credentials, hashed: str) -> Actor:
        if self._ask is None:
            raise AssignmentUnknown
        return await self._fresh(credentials, hashed)

    async def _fresh(self, credentials: Credentials, hashed: str) -> Actor:
        if self._ask is None:
            raise Unavailable("This service has no fresh answer.")
        key = (hashed, credentials.assignment_id)
        self._kept.pop(key, None)  # whatever the registry says now, the older answer is over
        actor = await self._ask(credentials)
        self._kept[key] = (self._clock() + KEEP_S, replace(actor, is_fresh=False))
        while len(self._kept) > KEPT_MAX:
            self._kept.popitem(last=False)
        return actor

    def _kept_answer(self, credentials: Credentials, hashed: str) -> Actor | None:
        ends_at, actor = self._kept.get((hashed, credentials.assignment_id), (0.0, None))
        if actor is None or self._clock() >= ends_at:
            return None
        # Another token of the same person, and perhaps another service that brings it.
        return replace(actor, service=credentials.service, token=credentials.token)


def _actor(copy: Assignment, credentials: Credentials) -> Actor:
    return Actor(
        subject_hash=copy.subject_hash,
        role=copy.role,
        institution_id=copy.institution_id,
        assignment_id=copy.assignment_id,
        classroom=copy.classroom,
        permissions=copy.permissions,
        permission_version=copy.permission_version,
        service=credentials.service,
        is_fresh=False,
        token=credentials.token,
    )


def _optional_uuid(text: str, *, field: str) -> UUID | None:
    return parse_uuid(text, field=field) if text else None
