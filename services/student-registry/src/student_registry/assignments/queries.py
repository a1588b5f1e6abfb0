"""Reading who works at an institution, and what roles may do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor

from student_registry.assignments import store
from student_registry.assignments.domain import PermissionVersion, RoleRights, StaffMember
from student_registry.assignments.use_cases import MANAGE
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.limits import check_ids, page_size

HANDOVER = "registry.staff.handover"
"""Directors and registrars see the staff of their own institution, end assignments and name who follows."""


@dataclass(frozen=True, slots=True)
class ListStaff:
    """Whose staff to list.

    Attributes:
        on_date: Day on which they are assigned; None: today.
        is_every_time: Past assignments and those to come too.
    """

    institution_id: UUID
    roles: tuple[str, ...] = ()
    classroom: str = ""
    on_date: date | None = None
    is_every_time: bool = False
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class StaffPage:
    """A page of staff, where the next begins, and how many all pages hold."""

    staff: list[StaffMember]
    after: UUID | None
    total: int


def require_staff_of(actor: Actor, institution_id: UUID) -> None:
    """Let only those in who look after the staff of an institution.

    Raises:
        PermissionMissing: The actor looks after no staff.
        InstitutionNotFound: He does, of another institution.
    """
    if actor.may(MANAGE):
        return
    actor.require(HANDOVER)
    if actor.at() != institution_id:
        raise InstitutionNotFound(field="institution_id")


async def list_staff(deps: Deps, query: ListStaff, *, actor: Actor, now: datetime) -> StaffPage:
    """A page of an institution's assignments, by role, classroom and subject in Thai dictionary order.

    Raises:
        PermissionMissing: The actor looks after no staff.
        InstitutionNotFound: He does, of another institution.
        InvalidField: The page size is outside its limits.
    """
    require_staff_of(actor, query.institution_id)
    check_ids(query.roles, field="roles")
    limit = page_size(query.page_size)
    on_date = None if query.is_every_time else query.on_date or today_in_thailand(now)
    async with deps.pool.acquire() as connection:
        found, total = await store.staff(
            connection,
            query.institution_id,
            roles=query.roles,
            classroom=query.classroom,
            on_date=on_date,
            after=query.after,
            limit=limit + 1,
        )
    page = found[:limit]
    return StaffPage(page, page[-1].assignment.assignment_id if len(found) > limit else None, total)


@dataclass(frozen=True, slots=True)
class Roles:
    """Roles in one version of the role-permission table, and all versions."""

    roles: list[RoleRights]
    version: PermissionVersion
    versions: list[PermissionVersion]


async def list_roles(deps: Deps, *, on_date: date | None, now: datetime) -> Roles:
    """What each role may do on a day; before the first version, what it says."""
    async with deps.pool.acquire() as connection:
        versions = await store.versions(connection)
        day = on_date or today_in_thailand(now)
        version = next((item for item in versions if item.effective_from <= day), versions[-1])
        return Roles(await store.all_roles(connection, version.version), version, versions)
