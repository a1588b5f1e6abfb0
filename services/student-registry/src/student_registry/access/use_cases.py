"""Deciding who sees whom, noting reads, and showing a learner who read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.ids import uuid7
from chassis.pg import Connection, transaction

from student_registry.access import store
from student_registry.access.domain import AccessRecord, Ground, GroundKind, ProcessingRecord, Resource, Visible
from student_registry.access.errors import GroundNotAllowed, LearnerNotFound
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.limits import page_size
from student_registry.matching.use_cases import surviving

READ_LEARNERS = "registry.learners.read"
READ_OWN = "own.read"
READ_ACCESS = "access.read"
READ_PROCESSING = "registry.processing.read"
RESOLVE = "registry.resolve"
"""Scope of a service that may ask for facts without names about any learner."""
READ_IDENTITY = "registry.identity.read"
"""Scope of a service that may read identity on a ground which it checked."""
AUDIT_PURPOSE = "AUDIT"
"""Purpose of an auditor's look into an access list; the call itself has no field for one."""


async def visible_learners(
    connection: Connection, actor: Actor, learner_ids: Sequence[UUID], *, today: date
) -> dict[UUID, Visible]:
    """Which of these learners exist for the caller by his own right.

    Raises:
        PermissionMissing: The caller may read neither learners nor himself.
    """
    if actor.learner_id is not None and actor.may(READ_OWN):
        return {item: Visible(item, is_registrar=True) for item in learner_ids if item == actor.learner_id}
    actor.require(READ_LEARNERS)
    return await store.visible(
        connection, learner_ids, institution_id=actor.at(), classroom=actor.classroom, today=today
    )


async def learners_on_ground(
    connection: Connection, actor: Actor, learner_ids: Sequence[UUID], *, ground: Ground, today: date
) -> set[UUID]:
    """Which of these learners a service may read for the person it acts for, on a ground that it has checked.

    Partnerships, cases and what an institution issued are the service's to check; a share is kept here and is checked
    here too. Whoever issued something is named by his institution's id. Nobody is read on a ground whose data are
    restricted.

    Raises:
        GroundNotAllowed: The call does not come from such a service, or it acts for nobody of an institution.
    """
    if actor.service is None or actor.institution_id is None or not actor.may(READ_IDENTITY):
        raise GroundNotAllowed
    if ground.kind is GroundKind.ISSUER and ground.ground_id != str(actor.institution_id):
        raise GroundNotAllowed
    if ground.kind is GroundKind.GRANT:
        grant_id = ground.ground_id or ""
        return await store.granted(
            connection, learner_ids, grant_id=grant_id, institution_id=actor.institution_id, today=today
        )
    return await store.unrestricted(connection, learner_ids)


async def record_reads(
    connection: Connection,
    actor: Actor,
    learner_ids: Iterable[UUID],
    *,
    resource: Resource,
    purpose: str,
    ground: Ground,
    now: datetime,
) -> None:
    """Note reads of individuals in the transaction that makes them."""
    rows = [(uuid7(), learner_id) for learner_id in learner_ids]
    if not rows:
        return
    await store.insert(
        connection,
        rows,
        read_at=now,
        institution_id=actor.institution_id,
        role=actor.role,
        reader=actor.subject_hash,
        service=actor.service,
        resource=resource,
        purpose=purpose,
        ground=ground,
    )


async def record_own_institution_reads(
    connection: Connection, actor: Actor, seen: Iterable[Visible], *, purpose: str, now: datetime
) -> None:
    """Note reads by an institution where the learner is enrolled but which does not keep his record."""
    await record_reads(
        connection,
        actor,
        [item.learner_id for item in seen if not item.is_registrar],
        resource=Resource.IDENTITY,
        purpose=purpose,
        ground=Ground(GroundKind.OWN_INSTITUTION),
        now=now,
    )


async def list_access(
    deps: Deps, learner_id: UUID, *, size: int, after: UUID | None, actor: Actor, now: datetime
) -> tuple[list[AccessRecord], UUID | None]:
    """A page of reads of one learner's data, newest first, and the row before which the next page begins.

    Raises:
        LearnerNotFound: The caller is neither this learner nor an auditor, or there is no such learner.
        InvalidField: The page size is outside its limits.
    """
    limit = page_size(size)
    is_self = actor.learner_id == learner_id and actor.may(READ_OWN)
    if not is_self and not actor.may(READ_ACCESS):
        raise LearnerNotFound
    async with transaction(deps.pool) as connection:
        if learner_id not in await store.existing(connection, [learner_id]):
            raise LearnerNotFound
        alive = (await surviving(connection, [learner_id]))[learner_id]
        found = await store.list_page(connection, alive, after=after, limit=limit + 1)
        if not is_self:
            ground = Ground(GroundKind.AUDIT)
            await record_reads(
                connection,
                actor,
                [alive],
                resource=Resource.ACCESS_LOG,
                purpose=AUDIT_PURPOSE,
                ground=ground,
                now=now,
            )
    page = found[:limit]
    return page, page[-1].access_id if len(found) > limit else None


async def require_visible(connection: Connection, actor: Actor, learner_id: UUID, *, now: datetime) -> Visible:
    """The learner as the caller sees him, under the id by which he is known after merges.

    Raises:
        LearnerNotFound: He does not exist for the caller.
    """
    survivor = (await surviving(connection, [learner_id]))[learner_id]
    seen = await visible_learners(connection, actor, [survivor], today=today_in_thailand(now))
    if survivor not in seen:
        raise LearnerNotFound
    return seen[survivor]


async def hold_visible(connection: Connection, actor: Actor, learner_id: UUID, *, now: datetime) -> Visible:
    """`require_visible`, with the learner held until the transaction ends: no merge takes what is written now from him.

    Raises:
        LearnerNotFound: He does not exist for the caller.
    """
    while True:
        seen = await require_visible(connection, actor, learner_id, now=now)
        await store.hold(connection, seen.learner_id)
        if (await surviving(connection, [learner_id]))[learner_id] == seen.learner_id:
            return seen


async def list_processing_records(
    deps: Deps, *, on_date: date | None, actor: Actor, now: datetime
) -> list[ProcessingRecord]:
    """What this service does with personal data, for the record of processing; names nobody.

    Raises:
        PermissionMissing: The actor may not read it.
    """
    actor.require(READ_PROCESSING)
    async with deps.pool.acquire() as connection:
        return await store.processing_records(connection, on_date=on_date or today_in_thailand(now))


async def own_reads(connection: Connection, learner_id: UUID, *, limit: int) -> list[AccessRecord]:
    """The newest reads of a learner, for other packages inside their transaction."""
    return await store.list_page(connection, learner_id, after=None, limit=limit)
