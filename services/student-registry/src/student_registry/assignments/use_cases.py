"""Assigning staff, and answering what a signed-in person may do."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from chassis import idempotency, outbox
from chassis.assignments import AssignmentUnknown, service_actor
from chassis.auth import Actor, Credentials
from chassis.envelope import NewEvent
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.outcomes import Outcome, check_size, outcomes_from_answer, outcomes_to_answer
from chassis.pg import Connection, transaction

from student_registry.assignments import events, store
from student_registry.assignments.domain import (
    BOOTSTRAP,
    LEARNER,
    UNASSIGNED,
    Assignment,
    AssignmentFacts,
    OwnAssignment,
    PermissionVersion,
    Rights,
    checked,
)
from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.limits import ITEMS_MAX
from student_registry.races import rerun_on
from student_registry.summary import summary

log = logging.getLogger(__name__)

MANAGE = "registry.staff.manage"
CONSTRAINTS = store.CONSTRAINTS
"""For other packages that assign inside their own transaction."""
_SCOPES_OF_THE_REGISTRY = "registry."


@dataclass(frozen=True, slots=True)
class AssignStaff:
    """People to assign."""

    request_id: UUID
    assignments: tuple[AssignmentFacts, ...]


async def assign_staff(deps: Deps, command: AssignStaff, *, actor: Actor, now: datetime) -> list[Outcome]:
    """Assign people to institutions; the same assignment stated again is already done, with a last day it ends.

    Raises:
        PermissionMissing: The actor may not manage staff.
        TooManyItems: More than 1,000.
        RequestMismatch: The request id was used with other content.
        LostRace: Others assigned the same people at the same time, several times over.
    """
    actor.require(MANAGE)
    check_size(command.assignments, ITEMS_MAX, field="assignments")

    async def work() -> list[Outcome]:
        async with transaction(deps.pool) as connection:
            content = deps.keyring.fingerprint(command)
            answer = await idempotency.claim(connection, command.request_id, caller=actor.caller, content=content)
            if answer is not None:
                return outcomes_from_answer(answer)
            outcomes = await assign_all(deps, connection, command.assignments, actor=actor, now=now)
            await idempotency.finish(
                connection, command.request_id, caller=actor.caller, answer=outcomes_to_answer(outcomes)
            )
        log.info("Assigned staff", extra={"fields": summary(outcomes, request_id=command.request_id)})
        return outcomes

    return await rerun_on(store.CONSTRAINTS, work)


async def assign_all(
    deps: Deps, connection: Connection, stated: Sequence[AssignmentFacts], *, actor: Actor, now: datetime
) -> list[Outcome]:
    """Assign people inside the caller's transaction, which also claims its request id; its last writes are these.

    Run it by `rerun_on(CONSTRAINTS, …)`: others may assign the same people at the same time.

    Raises:
        PermissionMissing: The actor may not manage staff.
    """
    actor.require(MANAGE)
    today = today_in_thailand(now)
    outcomes, added, ended = await _decide(deps, connection, stated, today=today)
    if added:
        await store.insert(connection, added, now=now, assigned_by=actor.subject_hash)
    if ended:
        await store.set_ends(connection, ended, now=now, assigned_by=actor.subject_hash)
    await outbox.add(connection, await changed_events(connection, [*added, *ended], today=today))
    return outcomes


async def list_assignments(
    connection: Connection, institution_ids: Sequence[UUID], *, on_date: date
) -> list[Assignment]:
    """Assignments of institutions that hold on a day, for other packages inside their transaction."""
    return await store.at_institutions(connection, institution_ids, on_date=on_date)


async def _decide(
    deps: Deps, connection: Connection, stated: Sequence[AssignmentFacts], *, today: date
) -> tuple[list[Outcome], list[Assignment], list[Assignment]]:
    """Outcome of each item, the assignments to add, and known ones whose end is set."""
    roles = await store.roles(connection, [facts.role for facts in stated])
    institutions = await institutions_by_id(connection, [facts.institution_id for facts in stated], on_date=today)
    hashes = sorted({deps.hash_subject(facts.subject) for facts in stated})
    known = {item.assignment_id: item for item in await store.lock_of_subjects(connection, hashes)}
    before = dict(known)
    outcomes: list[Outcome] = []
    for index, facts in enumerate(stated):
        try:
            institution = institutions.get(facts.institution_id)
            if institution is None:
                raise InstitutionNotFound(field="institution_id")
            right = checked(facts, roles.get(facts.role), institution.facts.kind)
            assignment = _assignment(right, deps.hash_subject(facts.subject))
            same = assignment.restated([item for item in known.values() if item.place == assignment.place])
        except ServiceError as error:
            outcomes.append(Outcome.failed(index, error))
            continue
        is_known = same is not None and same.valid_to == known[same.assignment_id].valid_to
        if same is not None and not is_known:
            same = replace(same, provenance=assignment.provenance)
        kept = same or assignment
        known[kept.assignment_id] = known[kept.assignment_id] if is_known else kept
        outcomes.append(Outcome(index, str(kept.assignment_id), already_done=is_known))
    added = [item for item in known.values() if item.assignment_id not in before]
    ended = [item for item in known.values() if item != before.get(item.assignment_id, item)]
    return outcomes, added, ended


def _assignment(facts: AssignmentFacts, subject_hash: str) -> Assignment:
    return Assignment(
        assignment_id=uuid7(),
        subject_hash=subject_hash,
        institution_id=facts.institution_id,
        role=facts.role,
        classroom=facts.classroom,
        valid_from=facts.valid_from,
        valid_to=facts.valid_to,
        provenance=facts.provenance,
        teaching_subject=facts.teaching_subject,
    )


async def changed_events(connection: Connection, changed: Sequence[Assignment], *, today: date) -> list[NewEvent]:
    """What others are told of these assignments: all that holds of them now, in their order."""
    version = (await store.version_in_force(connection, on_date=today)).version
    rights = await store.permissions(connection, version, sorted({item.role for item in changed}))
    followed = await store.successions(connection, [item.assignment_id for item in changed])
    return [
        events.assignment_changed(
            item,
            permissions=rights.get(item.role, ()),
            version=version,
            successor_id=followed[item.assignment_id].successor_assignment_id
            if item.assignment_id in followed
            else None,
        )
        for item in changed
    ]


async def resolve_rights(deps: Deps, subject: str, assignment_id: UUID | None, *, now: datetime) -> Rights:
    """What a signed-in person may do now, under an assignment of his or for himself.

    Raises:
        AssignmentUnknown: He has no such assignment today.
    """
    today = today_in_thailand(now)
    hashed = deps.hash_subject(subject)
    async with deps.pool.acquire() as connection:
        if assignment_id is not None:
            rights = await store.resolve_assignment(connection, assignment_id, subject_hash=hashed, on_date=today)
            if rights is None:
                raise AssignmentUnknown
            return rights
        is_bootstrap = hashed == deps.bootstrap_subject_hash
        learner_id, permissions, version = await store.resolve_self(
            connection, hashed, on_date=today, is_bootstrap=is_bootstrap
        )
    role = BOOTSTRAP if is_bootstrap else LEARNER if learner_id else UNASSIGNED
    return Rights(role=role, permissions=permissions, permission_version=version, learner_id=learner_id)


async def list_own_assignments(
    deps: Deps, subject: str, *, now: datetime
) -> tuple[list[OwnAssignment], PermissionVersion]:
    """A person's assignments valid today, and the version of the role-permission table in force."""
    today = today_in_thailand(now)
    async with deps.pool.acquire() as connection:
        assignments = await store.own(connection, deps.hash_subject(subject), on_date=today)
        return assignments, await store.version_in_force(connection, on_date=today)


class TableResolver:
    """Resolves actors from this service's own tables, fresh at every call."""

    def __init__(self, deps: Deps) -> None:
        """Resolve from the tables of `deps`."""
        self._deps = deps

    async def resolve(self, credentials: Credentials, *, is_fresh_needed: bool) -> Actor:
        """The actor of a call; a service adds its own registry scopes to the rights of the person it acts for.

        Those scopes allow what the service answers for (facts without names, reads on a ground); the rights of the
        person allow everything else, and `ResolveActor` tells only of them.

        Raises:
            AssignmentUnknown: The subject has no such assignment today.
        """
        del is_fresh_needed  # the tables are always fresh
        hashed = self._deps.hash_subject(credentials.subject)
        is_bootstrap = hashed == self._deps.bootstrap_subject_hash
        if credentials.is_service and not is_bootstrap:
            return service_actor(credentials, subject_hash=hashed)
        rights = await resolve_rights(self._deps, credentials.subject, credentials.assignment_id, now=now_utc())
        added = [scope for scope in credentials.scopes if scope.startswith(_SCOPES_OF_THE_REGISTRY)]
        return Actor(
            subject_hash=hashed,
            role=rights.role,
            institution_id=rights.institution_id,
            assignment_id=rights.assignment_id,
            classroom=rights.classroom,
            permissions=frozenset({*rights.permissions, *added}),
            permission_version=rights.permission_version,
            learner_id=rights.learner_id,
            service=credentials.service,
            token=credentials.token,
        )
