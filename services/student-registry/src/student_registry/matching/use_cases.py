"""Who stands for whom after merges."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.pg import Connection

from student_registry.matching import store


async def surviving(connection: Connection, learner_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Under whose id each of these learners is known now: his own, or that of the one he was merged into.

    The facts of a merged learner are rows of the surviving one, so a reader resolves ids and then reads as if there
    were no merges. A writer locks the learner and resolves after that: a merge waits for the same lock.

    Args:
        connection: Of the caller's transaction.
        learner_ids: Ids as they came in, perhaps of merged learners.

    Returns:
        By each id as asked for, the id to read and write; an id that nobody knows leads to itself.
    """
    asked = sorted(set(learner_ids))
    return {learner_id: learner_id for learner_id in asked} | await store.surviving(connection, asked)
