"""Accreditation of learning sources and of courses: proposed by one person, decided by another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from chassis import idempotency, outbox
from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer
from chassis.pg import Pool, transaction

from credit_bank import limits, settled
from credit_bank.canonical import digest
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.errors import CourseUnknown, DuplicateItem
from credit_bank.catalogue.keys import CourseKey, key_text
from credit_bank.equivalences import events, store_accreditation
from credit_bank.equivalences.accreditation import (
    Accreditation,
    AccreditationFacts,
    AccreditationKind,
    AccreditationState,
    accreditation_fault,
)
from credit_bank.equivalences.errors import (
    AccreditationInvalid,
    AccreditationSameActor,
    AccreditationStateWrong,
    AccreditationUnknown,
    RuleReasonRequired,
)
from credit_bank.provenance import provenance_document

FROM: Final = {
    AccreditationState.ACCREDITED: AccreditationState.PROPOSED,
    AccreditationState.REFUSED: AccreditationState.PROPOSED,
    AccreditationState.WITHDRAWN: AccreditationState.ACCREDITED,
}
"""From where an accreditation may go where."""


@dataclass(frozen=True, slots=True)
class ProposeAccreditations:
    """Accreditations to propose."""

    request_id: UUID
    accreditations: tuple[AccreditationFacts, ...]


async def propose_accreditations(
    pool: Pool, command: ProposeAccreditations, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Propose that sources of learning or courses be accredited.

    Args:
        pool: Connections.
        command: At most 1,000 accreditations.
        actor: Needs `rule.propose`.
        now: UTC.

    Raises:
        PermissionMissing: The role proposes nothing.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.propose")
    check_size(command.accreditations, limits.ITEMS_MAX, field="accreditations")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        hashes = [digest(_document(facts)) for facts in command.accreditations]
        await catalogue.lock_keys(connection, {f"accreditation:{content.hex()}" for content in hashes})
        courses = await catalogue.find_courses(
            connection, {facts.course for facts in command.accreditations if facts.course is not None}
        )
        known = await store_accreditation.open_by_content(connection, hashes)
        outcomes: list[Outcome] = []
        new: list[tuple[Accreditation, bytes]] = []
        for index, (facts, content) in enumerate(zip(command.accreditations, hashes, strict=True)):
            refusal = _refusal(facts, courses)
            if content in known:
                outcomes.append(Outcome(index, str(known[content]), already_done=True))
            elif refusal is not None:
                outcomes.append(Outcome.failed(index, refusal))
            else:
                accreditation = Accreditation(uuid7(), facts, AccreditationState.PROPOSED)
                known[content] = accreditation.accreditation_id
                new.append((accreditation, content))
                outcomes.append(Outcome(index, str(accreditation.accreditation_id)))
        await store_accreditation.insert(
            connection,
            new,
            courses={key: course.course_id for key, course in courses.items()},
            proposed_by=actor.subject_hash,
            now=now,
        )
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.accreditation_changed(item, now=now) for item, _ in new])
    return outcomes


def _refusal(facts: AccreditationFacts, courses: Mapping[CourseKey, Course]) -> ServiceError | None:
    fault = accreditation_fault(facts)
    if fault:
        return AccreditationInvalid(field=fault[0], expected=fault[1])
    if facts.course is not None and facts.course not in courses:
        return CourseUnknown(code=facts.course.code)
    return None


def _document(facts: AccreditationFacts) -> dict[str, Any]:
    return {
        "kind": str(facts.kind),
        "source_institution_id": None if facts.source_institution_id is None else str(facts.source_institution_id),
        "source_name_th": facts.source_name_th,
        "course": None if facts.course is None else key_text(facts.course),
        "body_th": facts.body_th,
        "reference": facts.reference,
        "valid_from": facts.valid_from.isoformat(),
        "valid_to": None if facts.valid_to is None else facts.valid_to.isoformat(),
        **provenance_document(facts.provenance),
    }


@dataclass(frozen=True, slots=True)
class AccreditationDecision:
    """One decision; refusing and withdrawing need a reason."""

    accreditation_id: UUID
    to_state: AccreditationState
    reason_th: str = ""


@dataclass(frozen=True, slots=True)
class DecideAccreditations:
    """Decisions."""

    request_id: UUID
    decisions: tuple[AccreditationDecision, ...]


async def decide_accreditations(
    pool: Pool, command: DecideAccreditations, *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Give, refuse or withdraw accreditations; never the person who proposed them.

    Args:
        pool: Connections.
        command: At most 1,000 decisions, one an accreditation.
        actor: Needs `rule.review`.
        now: UTC.

    Raises:
        PermissionMissing: The role decides nothing.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used for other content.
    """
    actor.require("rule.review")
    check_size(command.decisions, limits.ITEMS_MAX, field="decisions")
    async with transaction(pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=idempotency.fingerprint(command)
        )
        if answer is not None:
            return outcomes_from_answer(answer)
        found = await store_accreditation.lock(connection, {item.accreditation_id for item in command.decisions})
        outcomes: list[Outcome] = []
        decided: list[tuple[Accreditation, str]] = []
        for index, decision in enumerate(command.decisions):
            known = found.get(decision.accreditation_id)
            if known is not None and known[0].state is decision.to_state:
                outcomes.append(Outcome(index, str(decision.accreditation_id), already_done=True))
                continue
            is_twice = any(item.accreditation_id == decision.accreditation_id for item, _ in decided)
            refusal = DuplicateItem() if is_twice else _decision_refusal(decision, known, actor)
            if refusal is not None or known is None:
                outcomes.append(Outcome.failed(index, refusal or AccreditationUnknown()))
                continue
            decided.append((replace(known[0], state=decision.to_state), decision.reason_th.strip()))
            outcomes.append(Outcome(index, str(decision.accreditation_id)))
        await store_accreditation.decide(connection, decided, actor=actor, now=now)
        await settled.finish(connection, command.request_id, caller=actor.caller, outcomes=outcomes)
        await outbox.add(connection, [events.accreditation_changed(item, now=now) for item, _ in decided])
    return outcomes


def _decision_refusal(
    decision: AccreditationDecision, known: tuple[Accreditation, str] | None, actor: Actor
) -> ServiceError | None:
    if known is None:
        return AccreditationUnknown(accreditation_id=decision.accreditation_id)
    accreditation, proposed_by = known
    if accreditation.state is not FROM.get(decision.to_state):
        return AccreditationStateWrong(state=accreditation.state, wanted=decision.to_state)
    if proposed_by == actor.subject_hash:
        return AccreditationSameActor()
    if decision.to_state is not AccreditationState.ACCREDITED and not decision.reason_th.strip():
        return RuleReasonRequired(field="reason_th")
    return None


@dataclass(frozen=True, slots=True)
class AccreditationPage:
    """A page of accreditations; the token is empty on the last one."""

    accreditations: list[Accreditation]
    next_page_token: str


async def list_accreditations(
    pool: Pool,
    *,
    kind: AccreditationKind | None,
    state: AccreditationState | None,
    source_institution_id: UUID | None,
    course_code: str,
    page_size: int = 0,
    page_token: str = "",
    actor: Actor,
) -> AccreditationPage:
    """A page of accreditations, which are public to whoever is signed in.

    Raises:
        InvalidField: Page size or token.
    """
    del actor  # being somebody is all that is needed
    limit, after = limits.page_size(page_size), limits.page_after(page_token)
    async with pool.acquire(timeout=10) as connection:
        found = await store_accreditation.page(
            connection,
            kind=kind,
            state=state,
            source_institution_id=source_institution_id,
            course_code=course_code,
            after=after,
            limit=limit + 1,
        )
    has_more = len(found) > limit
    found = found[:limit]
    return AccreditationPage(found, str(found[-1].accreditation_id) if has_more else "")
