"""Steps about identifiers inside the use cases of other packages: look-up, sealing, opening."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.ids import uuid7
from chassis.pg import Connection, Record

from student_registry.deps import Deps
from student_registry.identifiers import store
from student_registry.identifiers.domain import Identifier, IdentifierFacts, IdentifierKind, last4, student_no
from student_registry.identifiers.errors import StudentNoFormat
from student_registry.keyring import SealBrokenError, Sealed

CONSTRAINTS = store.CONSTRAINTS


def blind_index(deps: Deps, facts: IdentifierFacts) -> bytes:
    """Keyed hash under which a checked identifier is found."""
    return deps.keyring.blind_index(*facts.index_parts)


def make(deps: Deps, facts: IdentifierFacts, *, learner_id: UUID, valid_from: date) -> Identifier:
    """A new identifier of a learner, from checked facts."""
    return Identifier(
        identifier_id=uuid7(),
        learner_id=learner_id,
        kind=facts.kind,
        blind_index=blind_index(deps, facts),
        length=len(facts.value),
        last4=last4(facts.value),
        country=facts.country,
        institution_id=facts.institution_id,
        state=facts.state,
        valid_from=valid_from,
        valid_to=None,
    )


def _context(identifier_id: UUID, kind: str) -> bytes:
    """What a sealed value is bound to: its row and kind, which a merge of learners leaves as they are."""
    return f"learner_identifier:{identifier_id}:{kind}".encode()


async def add(deps: Deps, connection: Connection, items: Sequence[tuple[Identifier, str]], *, now: datetime) -> None:
    """Seal and write new identifiers with their values."""
    sealed = [
        store.SealedIdentifier(
            identifier,
            deps.keyring.seal(value, context=_context(identifier.identifier_id, identifier.kind)),
        )
        for identifier, value in items
    ]
    await store.insert(connection, sealed, now=now)


async def owners(connection: Connection, blind_indexes: Sequence[bytes]) -> list[UUID]:
    """Learners who have or had one of these identifiers."""
    return await store.owners(connection, blind_indexes)


async def of_learners(connection: Connection, learner_ids: Sequence[UUID]) -> dict[UUID, list[Identifier]]:
    """Identifiers by learner, ended ones too."""
    found: dict[UUID, list[Identifier]] = {learner_id: [] for learner_id in learner_ids}
    for identifier in await store.of_learners(connection, learner_ids):
        found[identifier.learner_id].append(identifier)
    return found


async def verify(connection: Connection, identifiers: Iterable[Identifier]) -> None:
    """Note that documents of these were seen."""
    await store.verify(connection, [identifier.identifier_id for identifier in identifiers])


async def end(connection: Connection, identifier: Identifier, *, on_date: date) -> None:
    """End an identifier."""
    await store.end(connection, identifier.identifier_id, on_date=on_date)


async def take_up_again(connection: Connection, identifier: Identifier) -> None:
    """Make an ended identifier valid again, as when a change is undone."""
    await store.take_up_again(connection, identifier.identifier_id)


async def opened(deps: Deps, connection: Connection, identifiers: Iterable[Identifier]) -> Mapping[UUID, str]:
    """Values by identifier id, for those who may see them whole."""
    wanted = {identifier.identifier_id: identifier.kind for identifier in identifiers}
    if not wanted:
        return {}
    sealed = await store.sealed_values(connection, list(wanted))
    return {
        identifier_id: deps.keyring.open(value, context=_context(identifier_id, wanted[identifier_id]))
        for identifier_id, value in sealed.items()
    }


async def find_by_student_no(
    deps: Deps, connection: Connection, institution_id: UUID, numbers: Sequence[str], *, on_date: date
) -> dict[str, UUID]:
    """Learners by student number as asked for; numbers that are none are simply not found."""
    indexes: dict[str, bytes] = {}
    for number in numbers:
        try:
            facts = IdentifierFacts(IdentifierKind.STUDENT_NO, student_no(number), institution_id=institution_id)
        except StudentNoFormat:
            continue
        indexes[number] = blind_index(deps, facts)
    found = await store.find_student_nos(connection, institution_id, list(indexes.values()), on_date=on_date)
    return {number: found[index] for number, index in indexes.items() if index in found}


async def drift(deps: Deps, connection: Connection) -> tuple[int, int]:
    """How many identifiers were looked at, and how many do not open, or open to another index, length or ending."""
    looked_at = drifted = 0
    after = UUID(int=0)
    while page := await store.all_sealed(connection, after=after, limit=1_000):
        for row in page:
            looked_at += 1
            drifted += not _fits(deps, row)
        after = page[-1]["identifier_id"]
    return looked_at, drifted


def _fits(deps: Deps, row: Record) -> bool:
    kind = IdentifierKind(row["kind"])
    sealed = Sealed(row["sealed_value"], row["key_version"])
    try:
        value = deps.keyring.open(sealed, context=_context(row["identifier_id"], kind))
    except SealBrokenError:
        return False
    facts = IdentifierFacts(kind, value, row["country"], row["institution_id"])
    return (
        blind_index(deps, facts) == row["blind_index"]
        and len(value) == row["value_length"]
        and last4(value) == row["last4"]
    )
