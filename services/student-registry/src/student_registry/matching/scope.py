"""Whom staff may compare and merge: the learners of their institution and of those that report to it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection

from student_registry.assignments.domain import BOOTSTRAP
from student_registry.institutions.use_cases import subtree
from student_registry.matching import store

TREE = "administration"
"""The line of command: an area office answers for the identities in its schools (credit-bank.md b)."""


async def reach(connection: Connection, actor: Actor, *, today: date) -> list[UUID] | None:
    """Institutions for whose learners the actor answers; None: all.

    Raises:
        PermissionMissing: The actor acts for no institution.
    """
    if actor.role == BOOTSTRAP and actor.institution_id is None:
        return None
    return await subtree(connection, actor.at(), tree=TREE, on_date=today)


async def within_reach(
    connection: Connection, actor: Actor, learner_ids: Collection[UUID], *, today: date
) -> set[UUID]:
    """Which of these learners exist for the actor."""
    institution_ids = await reach(connection, actor, today=today)
    if institution_ids is None:
        return set(learner_ids)
    return await store.within(connection, learner_ids, institution_ids=institution_ids, today=today)
