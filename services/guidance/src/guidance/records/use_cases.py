"""Shows a learner's guidance record, and keeps what the credit bank recognised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Pool, transaction

from guidance.access.domain import access_row, checked_purpose
from guidance.access.use_cases import note_read
from guidance.activities.use_cases import activities_of
from guidance.clients import Registry
from guidance.copies.use_cases import LearnerUnknown, enrolments_at, records_of
from guidance.records import store
from guidance.records.domain import ROWS_MAX, GuidanceRecord, RecognisedLearning
from guidance.screenings.use_cases import screenings_of
from guidance.thai_time import thai_date

READ = "guidance.read"
OWN = "own.read"
RESOURCE = "GUIDANCE_RECORD"


@dataclass(frozen=True, slots=True)
class Records:
    """What reading needs: database, and registry for learners without a copy."""

    pool: Pool
    registry: Registry


async def get_guidance_record(
    deps: Records, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime
) -> GuidanceRecord:
    """A learner's record, for a teacher of the class or school and for the learner; every read leaves a row.

    A school sees its own screenings and activities; what the credit bank recognised is shown whole. To another school
    or class the learner does not exist.

    Raises:
        PermissionMissing: The role reads no guidance records.
        PurposeMissing: The read states no purpose.
        NotFound: Another learner, class or school.
        Unavailable: The enrolment is not known here, and the registry does not answer.
    """
    ground, institution_id = await _ground(deps, learner_id, actor=actor, now=now)
    row = access_row(actor, learner_id, resource=RESOURCE, purpose=checked_purpose(purpose), ground=ground, now=now)
    async with transaction(deps.pool) as connection:
        await note_read(connection, row)
        records = await records_of(connection, learner_id)
        return GuidanceRecord(
            learner_id,
            await store.of_learner(connection, records, limit=ROWS_MAX),
            await screenings_of(connection, records, institution_id=institution_id, limit=ROWS_MAX),
            await activities_of(connection, records, institution_id=institution_id, limit=ROWS_MAX),
        )


async def _ground(deps: Records, learner_id: UUID, *, actor: Actor, now: datetime) -> tuple[str, UUID | None]:
    """What allows the read, and whose screenings are shown: one institution's, or all when None."""
    if not actor.may(READ):
        actor.require(OWN)
        async with deps.pool.acquire(timeout=10) as connection:
            if actor.learner_id not in await records_of(connection, learner_id):
                raise LearnerUnknown
        return "SELF", None
    institution_id = actor.at()
    enrolments = await enrolments_at(deps.pool, deps.registry, [learner_id], institution_id=institution_id)
    problem = enrolments.refusal(actor, learner_id, on=thai_date(now))
    if problem is not None:
        raise problem
    return "OWN_INSTITUTION", institution_id


async def keep_recognised_learning(connection: Connection, learning: RecognisedLearning) -> None:
    """Keep what an event of the credit bank tells, in the consumer's transaction."""
    await store.keep(connection, learning)
