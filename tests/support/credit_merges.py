"""Merges of learners as student-registry tells them to the credit bank."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from chassis.envelope import Envelope, new_event_id
from chassis.ids import time_to_pb
from chassis.pg import transaction
from credit_bank import consumers
from nuaikit.student_registry.v1 import events_pb2

from tests.support.credit_world import World

AT = datetime(2026, 11, 21, 3, tzinfo=UTC)
"""When the registry did it."""


async def tell(world: World, event: Any, *, at: datetime | None = None) -> None:
    """Apply an event as the consumer does: in one transaction, with its envelope."""
    handler = consumers.subscription().handlers[event.DESCRIPTOR.full_name]
    async with transaction(world.pool) as connection:
        await handler.apply(connection, event, envelope(event, at=at))


def envelope(event: Any, *, at: datetime | None = None) -> Envelope:
    """As the registry sends an event about a learner."""
    return Envelope(
        event_id=new_event_id(),
        type=event.DESCRIPTOR.full_name,
        source="tests",
        time=at or datetime.now(UTC),
        topic=consumers.LEARNERS,
        key=getattr(event, "merged_learner_id", "") or event.learner_id,
        sequence=1,
        traceparent=None,
    )


async def merge(world: World, kept: UUID, other: UUID, merge_id: UUID | None = None) -> UUID:
    """Two records are found to be of one person, who goes on under the id of the first."""
    merge_id = merge_id or uuid4()
    world.registry.merged[str(other)] = str(kept)
    await tell(
        world,
        events_pb2.LearnersMerged(
            merge_id=str(merge_id),
            surviving_learner_id=str(kept),
            merged_learner_id=str(other),
            merged_at=time_to_pb(AT),
        ),
    )
    return merge_id


async def unmerge(world: World, kept: UUID, other: UUID, merge_id: UUID) -> None:
    """That was wrong."""
    world.registry.merged.pop(str(other), None)
    await tell(
        world,
        events_pb2.LearnersUnmerged(
            merge_id=str(merge_id),
            surviving_learner_id=str(kept),
            merged_learner_id=str(other),
            unmerged_at=time_to_pb(AT),
        ),
    )
