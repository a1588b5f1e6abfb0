"""The roster of one's own institution as a bundle; one comes in as every learner file does (`importing`)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import date, datetime
from typing import IO
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.exporting.domain import ExportRow
from student_registry.exporting.use_cases import ExportLearners
from student_registry.exporting.use_cases import rows as exported_rows
from student_registry.institutions.domain import Institution
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.matching.domain import Precision
from student_registry.oneroster import layout
from student_registry.oneroster.bundles import BundleWriter

log = logging.getLogger(__name__)


async def export_bundle(
    deps: Deps, institution_id: UUID, *, on_date: date | None, actor: Actor, now: datetime
) -> IO[bytes]:
    """The roster of the caller's institution on a day as a bundle, which the caller closes.

    Raises:
        PermissionMissing: The caller may not export learners.
        InstitutionNotFound: Another institution.
    """
    day = on_date or today_in_thailand(now)
    pages = exported_rows(deps, ExportLearners(institution_id, day), actor=actor, now=now)
    first = await anext(pages)
    writer = BundleWriter((layout.MANIFEST, *layout.FILES))
    for row in layout.manifest():
        writer.add_row(layout.MANIFEST, row)
    async with transaction(deps.pool) as connection:
        places = await _with_parent(connection, institution_id, on_date=day)
    year_be, start, end = layout.academic_year(day)
    session = f"year-{year_be}"
    writer.add(
        layout.ACADEMIC_SESSIONS,
        sourcedId=session,
        title=f"ปีการศึกษา {year_be}",
        type="schoolYear",
        startDate=start.isoformat(),
        endDate=end.isoformat(),
        schoolYear=str(end.year),
    )
    for place in places:
        _add_org(writer, place, known={item.institution_id for item in places})
    seen: set[str] = set()
    _add_page(writer, first, institution_id, session=session, seen=seen)
    async for page in pages:
        _add_page(writer, page, institution_id, session=session, seen=seen)
    return await asyncio.to_thread(writer.close)


async def _with_parent(connection: Connection, institution_id: UUID, *, on_date: date) -> list[Institution]:
    found = await institutions_by_id(connection, [institution_id], on_date=on_date)
    parent = found[institution_id].facts.parent_institution_id
    above = await institutions_by_id(connection, [parent], on_date=on_date) if parent else {}
    return [*above.values(), *found.values()]


def _add_org(writer: BundleWriter, place: Institution, *, known: set[UUID]) -> None:
    parent = place.facts.parent_institution_id
    writer.add(
        layout.ORGS,
        sourcedId=str(place.institution_id),
        name=place.facts.name_th,
        type=layout.org_type(place.facts.kind),
        identifier=place.facts.official_code or place.facts.local_alias,
        parentSourcedId=str(parent) if parent in known else "",
    )


def _add_page(
    writer: BundleWriter, page: Sequence[ExportRow], institution_id: UUID, *, session: str, seen: set[str]
) -> None:
    """Rows of one page; what several rows share (course, class, user) is written when it is first met."""
    school = str(institution_id)
    for row in page:
        room = f"{row.grade_label}/{row.classroom}" if row.classroom else row.grade_label
        course, group, user = f"grade-{row.grade_label}", f"class-{room}", str(row.learner_id)
        if course not in seen:
            seen.add(course)
            writer.add(
                layout.COURSES,
                sourcedId=course,
                schoolYearSourcedId=session,
                title=row.grade_label or "-",
                courseCode=row.grade_label,
                grades=row.grade_label,
                orgSourcedId=school,
            )
        if group not in seen:
            seen.add(group)
            writer.add(
                layout.CLASSES,
                sourcedId=group,
                title=room or "-",
                grades=row.grade_label,
                courseSourcedId=course,
                classCode=room,
                classType=layout.HOMEROOM,
                schoolSourcedId=school,
                termSourcedIds=session,
            )
        if user not in seen:
            seen.add(user)
            _add_user(writer, row, school)
        writer.add_cells(
            layout.ENROLLMENTS,
            {
                "sourcedId": str(row.enrolment_id),
                "classSourcedId": group,
                "schoolSourcedId": school,
                "userSourcedId": user,
                "role": layout.STUDENT,
                "beginDate": row.valid_from.isoformat(),
                layout.ROLE: row.role.value,
                layout.DELIVERY_SYSTEM: row.delivery_system.value,
                layout.PROGRAMME: row.programme_code,
            },
        )


def _add_user(writer: BundleWriter, row: ExportRow, school: str) -> None:
    user = str(row.learner_id)
    writer.add_cells(
        layout.USERS,
        {
            "sourcedId": user,
            "enabledUser": "true",
            "username": user,
            "userIds": f"{{studentNo:{row.student_no}}}" if row.student_no else "",
            "givenName": row.name.given,
            "familyName": row.name.family,
            "identifier": row.student_no,
            "grades": row.grade_label,
            "primaryOrgSourcedId": school,
            layout.TITLE: row.name.title,
        },
    )
    writer.add(
        layout.ROLES,
        sourcedId=f"role-{user}",
        userSourcedId=user,
        roleType="primary",
        role=layout.STUDENT,
        orgSourcedId=school,
    )
    is_day = row.birth is not None and row.birth.precision is Precision.DAY
    writer.add(
        layout.DEMOGRAPHICS,
        sourcedId=user,
        birthDate=row.birth.value.isoformat() if row.birth is not None and is_day else "",
        sex=layout.SEXES[row.sex] if row.sex else "unspecified",
    )
