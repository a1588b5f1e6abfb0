"""Correcting learners already registered, and showing what was recorded of them before."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import READ_LEARNERS, READ_OWN, visible_learners
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import CodeUnknown, codes_on
from student_registry.deps import Deps
from student_registry.learners import store
from student_registry.learners.errors import NameRepeated, NotRegistrar
from student_registry.learners.events import learner_changed
from student_registry.learners.versions import (
    Change,
    Correction,
    Current,
    IdentityVersions,
    checked_correction,
    decide,
)
from student_registry.limits import ITEMS_MAX, check_purpose
from student_registry.matching.use_cases import surviving
from student_registry.races import LostRace, rerun_on
from student_registry.rules import rules_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

CORRECT = "registry.learners.correct"
REASONS = "LEARNER_CHANGE_REASON"
ERRORS = "LEARNER_CHANGE_REASON_ERROR"
"""Rule: reasons that say that what was recorded before had been wrong."""


@dataclass(frozen=True, slots=True)
class CorrectLearners:
    """Corrections as the institution that keeps the records states them."""

    request_id: UUID
    corrections: tuple[Correction, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Held:
    """A learner held until the transaction ends, as far as he exists for the caller."""

    learner_id: UUID
    current: Current | None
    is_registrar: bool


async def correct_learners(deps: Deps, command: CorrectLearners, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Correct names, birth dates and sexes; what was recorded before stays in the history.

    Raises:
        PermissionMissing: The actor may not correct learners.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Learners were merged at the same time, several times over.
    """
    actor.require(CORRECT)
    check_size(command.corrections, ITEMS_MAX, field="corrections")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await _correct_all(connection, command.corrections, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Corrected learners", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(frozenset(), work)


async def _correct_all(
    connection: Connection, corrections: Sequence[Correction], *, actor: Actor, now: datetime
) -> list[Outcome]:
    today = today_in_thailand(now)
    reasons = await codes_on(connection, REASONS, on_date=today)
    errors = (await rules_on(connection, [ERRORS], on_date=today))[ERRORS].words
    held = await hold(connection, [item.learner_id for item in corrections], actor=actor, today=today)
    outcomes: list[Outcome] = []
    changes: dict[UUID, tuple[Change, Correction]] = {}
    for index, stated in enumerate(corrections):
        try:
            correction = checked_correction(stated, today=today)
            if correction.reason_code not in reasons:
                raise CodeUnknown(field="reason_code")
            learner = _require_registrar(held[stated.learner_id])
            if learner.learner_id in changes:
                raise NameRepeated(field="learner_id")
            change = decide(learner, correction, is_error=correction.reason_code in errors)
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        changes[learner.learner_id] = (change, correction)
        outcomes.append(Outcome(index, str(learner.learner_id), already_done=not change.kinds))
    await _write(connection, list(changes.values()), actor=actor, now=now)
    return outcomes


async def hold(connection: Connection, learner_ids: Sequence[UUID], *, actor: Actor, today: date) -> dict[UUID, Held]:
    """Hold learners until the transaction ends, by the ids asked for, which may be those of merged learners.

    Raises:
        PermissionMissing: The caller may read neither learners nor himself.
        LostRace: One of them was merged meanwhile.
    """
    known_as = await surviving(connection, learner_ids)
    locked = await store.lock_for_correction(connection, sorted(set(known_as.values())))
    if await surviving(connection, learner_ids) != known_as:
        raise LostRace
    seen = await visible_learners(connection, actor, sorted(locked), today=today)
    return {
        asked: Held(
            learner_id,
            locked[learner_id][0] if learner_id in seen else None,
            is_registrar=learner_id in seen and seen[learner_id].is_registrar,
        )
        for asked, learner_id in known_as.items()
    }


def _require_registrar(held: Held) -> Current:
    """What is known of a learner whose record the caller's institution keeps.

    Raises:
        LearnerNotFound: He does not exist for the caller.
        NotRegistrar: Another institution keeps his record.
    """
    if held.current is None:
        raise LearnerNotFound(field="learner_id")
    if not held.is_registrar:
        raise NotRegistrar(field="learner_id")
    return held.current


async def _write(
    connection: Connection, changes: Sequence[tuple[Change, Correction]], *, actor: Actor, now: datetime
) -> None:
    by = store.By(actor.subject_hash, actor.role, actor.institution_id, now)
    ended = [name for change, _ in changes for name in change.ended]
    if ended:
        await store.end_names(connection, ended, now=now)
    added = [
        (uuid7(), change.learner_id, language, name, since, correction.reason_code, correction.source)
        for change, correction in changes
        for language, name, since in change.added
    ]
    if added:
        await store.add_names(connection, added, by=by)
    facts = [
        (change, correction.reason_code, correction.source) for change, correction in changes if change.changes_facts
    ]
    if facts:
        await store.correct(connection, facts, by=by)
    await outbox.add(
        connection, [learner_changed(change.learner_id, change.kinds, now=now) for change, _ in changes if change.kinds]
    )


async def get_versions(deps: Deps, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime) -> IdentityVersions:
    """What was ever recorded of a learner, for the institution that keeps the record and for himself.

    Raises:
        PermissionMissing: The caller may read neither learners nor himself.
        PurposeMissing: No purpose.
        LearnerNotFound: The learner does not exist for the caller.
        NotRegistrar: Another institution keeps the record.
    """
    if actor.learner_id is None or not actor.may(READ_OWN):
        actor.require(READ_LEARNERS)
    check_purpose(purpose)
    async with transaction(deps.pool) as connection:
        known_as = (await surviving(connection, [learner_id]))[learner_id]
        seen = await visible_learners(connection, actor, [known_as], today=today_in_thailand(now))
        if known_as not in seen:
            raise LearnerNotFound
        if not seen[known_as].is_registrar:
            raise NotRegistrar(field="learner_id")
        return await store.versions(connection, known_as)
