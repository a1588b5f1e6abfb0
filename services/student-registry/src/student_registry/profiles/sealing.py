"""Facts between the domain, which knows values, and the store, which holds them sealed."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from uuid import UUID

from student_registry.deps import Deps
from student_registry.keyring import Keyring, Sealed
from student_registry.profiles.domain import (
    VALUE_TYPES,
    Address,
    Coded,
    Fact,
    Photo,
    ProfileKind,
    Reach,
    Relative,
    Schooling,
    Stated,
    Value,
)
from student_registry.profiles.store import SealedFact


def context(fact_id: UUID, kind: str) -> bytes:
    """What a sealed value is bound to: its row and kind, which a merge of learners leaves as they are."""
    return f"profile_fact:{fact_id}:{kind}".encode()


def photo_context(fact_id: UUID) -> bytes:
    """What the bytes of a photograph are bound to."""
    return f"profile_photo:{fact_id}".encode()


def code_indexes(keyring: Keyring, kind: ProfileKind, code: str) -> list[bytes]:
    """Every keyed hash under which a code of a kind may lie, that of the current key first."""
    return keyring.blind_indexes("profile_code", kind.value, code)


def code_index(keyring: Keyring, kind: ProfileKind, value: Value) -> bytes | None:
    """Keyed hash under which a coded fact is counted; None for the others."""
    return code_indexes(keyring, kind, value.code)[0] if isinstance(value, Coded) else None


def seal(deps: Deps, fact_id: UUID, stated: Stated, *, learner_id: UUID) -> SealedFact:
    """A new fact as it is written."""
    text = json.dumps(asdict(stated.value), default=str, ensure_ascii=False, sort_keys=True)
    return SealedFact(
        fact_id=fact_id,
        learner_id=learner_id,
        kind=stated.kind,
        sealed=deps.keyring.seal(text, context=context(fact_id, stated.kind)),
        code_index=code_index(deps.keyring, stated.kind, stated.value),
        about_fact_id=stated.about_fact_id,
        valid_from=stated.valid_from,
        valid_to=stated.valid_to,
        confirmed_on=stated.confirmed_on,
        source=stated.source,
        status=stated.status,
        replaces_fact_id=stated.replaces_fact_id,
    )


def opened(deps: Deps, facts: Iterable[SealedFact]) -> list[Fact]:
    """Facts with their values.

    Raises:
        SealBrokenError: One does not open.
    """
    return [_opened(deps.keyring, fact) for fact in facts]


def _opened(keyring: Keyring, fact: SealedFact) -> Fact:
    assert fact.recorded is not None, "a fact that was read says who recorded it"
    return Fact(
        fact_id=fact.fact_id,
        stated=Stated(
            learner_id=fact.learner_id,
            kind=fact.kind,
            value=value_of(keyring, fact.fact_id, fact.kind, fact.sealed),
            source=fact.source,
            status=fact.status,
            about_fact_id=fact.about_fact_id,
            valid_from=fact.valid_from,
            valid_to=fact.valid_to,
            confirmed_on=fact.confirmed_on,
            replaces_fact_id=fact.replaces_fact_id,
        ),
        recorded=fact.recorded,
        ended=fact.ended,
        end_reason=fact.end_reason,
    )


def value_of(keyring: Keyring, fact_id: UUID, kind: ProfileKind, sealed: Sealed) -> Value:
    """The value of one fact.

    Raises:
        SealBrokenError: It does not open.
    """
    found: dict[str, Any] = json.loads(keyring.open(sealed, context=context(fact_id, kind)))
    of_kind = VALUE_TYPES[kind]
    if of_kind is Coded:
        return Coded(**found)
    if of_kind is Reach:
        return Reach(**found)
    if of_kind is Address:
        return Address(**found)
    if of_kind is Relative:
        return Relative(**found)
    if of_kind is Schooling:
        previous = found["previous_institution_id"]
        found["institution_id"] = UUID(found["institution_id"])
        found["previous_institution_id"] = UUID(previous) if previous else None
        found["admitted_on"] = date.fromisoformat(found["admitted_on"])
        found["left_on"] = _day(found["left_on"])
        return Schooling(**found)
    found["taken_on"] = _day(found["taken_on"])
    return Photo(**found)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
