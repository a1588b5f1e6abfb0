"""Whose learners a list is about: the own institution's, or those of everything under the own office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection

from student_registry.access.domain import Ground, GroundKind, Resource
from student_registry.access.use_cases import record_reads
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import subtree

OVERSEE = "registry.area_desk.read"
ADMINISTRATION = "administration"
TREES = frozenset({ADMINISTRATION, "network", "district", "guidance", "branch", "province"})


@dataclass(frozen=True, slots=True)
class Scope:
    """Which institutions a list covers.

    Attributes:
        institution_id: None: the caller's own.
        is_subtree: With everything below it in the tree.
    """

    institution_id: UUID | None = None
    is_subtree: bool = False
    tree: str = ADMINISTRATION


@dataclass(frozen=True, slots=True)
class Places:
    """The institutions of a scope, and on which ground the caller looks at their learners."""

    institution_ids: list[UUID]
    ground: GroundKind


async def places_of(connection: Connection, scope: Scope, *, actor: Actor, on_date: date) -> Places:
    """The institutions that a caller's scope covers.

    Raises:
        PermissionMissing: More than the own institution, and the caller oversees no others.
        InstitutionNotFound: It is neither his own nor below his own in that tree.
        InvalidField: There is no such tree.
    """
    tree = scope.tree or ADMINISTRATION
    if tree not in TREES:
        raise InvalidField(field="tree", expected=f"one of {', '.join(sorted(TREES))}")
    own = actor.at()
    top = scope.institution_id or own
    if top == own and not scope.is_subtree:
        return Places([own], GroundKind.OWN_INSTITUTION)
    actor.require(OVERSEE)
    if top != own and top not in await subtree(connection, own, tree=tree, on_date=on_date):
        raise InstitutionNotFound(field="institution_id")
    ids = await subtree(connection, top, tree=tree, on_date=on_date) if scope.is_subtree else [top]
    return Places(ids, GroundKind.OVERSIGHT)


async def note_reads(
    connection: Connection,
    actor: Actor,
    seen: Iterable[tuple[UUID, UUID]],
    *,
    places: Places,
    purpose: str,
    now: datetime,
) -> None:
    """Note which learners a list showed to an institution that does not keep their records.

    Args:
        connection: Of the transaction that reads.
        actor: Who reads.
        seen: Learner, and the institution that keeps his record.
        places: What the list covered.
        purpose: Purpose code.
        now: When.
    """
    await record_reads(
        connection,
        actor,
        dict.fromkeys(learner_id for learner_id, registrar in seen if registrar != actor.institution_id),
        resource=Resource.IDENTITY,
        purpose=purpose,
        ground=Ground(places.ground),
        now=now,
    )
