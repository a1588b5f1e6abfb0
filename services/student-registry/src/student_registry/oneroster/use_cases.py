"""Bundles of one's own institution, out and in."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import AsyncGenerator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import IO
from uuid import UUID

from chassis import idempotency
from chassis.auth import Actor
from chassis.outcomes import Outcome
from chassis.pg import Connection, Pool, transaction

from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.exporting.domain import ExportRow
from student_registry.exporting.use_cases import ExportLearners
from student_registry.exporting.use_cases import rows as exported_rows
from student_registry.institutions.domain import Institution
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import institutions_by_id
from student_registry.learners.use_cases import CONSTRAINTS, REGISTER, register_all
from student_registry.matching.domain import Precision
from student_registry.oneroster import layout
from student_registry.oneroster.bundles import BundleWriter, read_bundle
from student_registry.oneroster.reading import Fault, Place, Roster, Stated, faults_by_row, read_roster
from student_registry.provenance import Provenance
from student_registry.races import rerun_on

log = logging.getLogger(__name__)

CHUNK_ROWS = 1_000


@dataclass(frozen=True, slots=True)
class ImportBundle:
    """A bundle to import; its digest stands for it in the fingerprint."""

    request_id: UUID
    institution_id: UUID
    content: bytes = field(repr=False)
    is_dry_run: bool
    provenance: Provenance

    def fingerprint(self) -> bytes:
        """Fingerprint of the command."""
        digest = hashlib.sha256(self.content).hexdigest()
        return idempotency.fingerprint(
            ["ImportBundle", str(self.institution_id), digest, self.is_dry_run, self.provenance]
        )


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What became of a bundle.

    Attributes:
        row_count: Rows of students in homerooms.
        accepted: Rows that added or changed something, or would have in a dry run.
        already_known: Rows that said nothing new.
        rejected: Rows that were refused.
        ignored: Rows of other people, and of classes that are no homeroom.
    """

    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    ignored: int
    faults: tuple[Fault, ...]


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


async def import_bundle(deps: Deps, command: ImportBundle, *, actor: Actor, now: datetime) -> BundleReport:
    """Import the roster of the caller's institution: checked whole, then its good rows are applied in chunks.

    Raises:
        PermissionMissing: The actor may not register learners.
        InstitutionNotFound: The bundle is for another institution.
        BundleUnreadable: It cannot be read.
        BundleTooLarge: It unfolds to too much.
        BundleVersion: Not a whole roster of OneRoster 1.2.
        RequestMismatch: The request id was used with other content.
        LostRace: Others registered the same people at the same time, several times over.
    """
    actor.require(REGISTER)
    if command.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    today = today_in_thailand(now)
    async with _without_effect(deps.pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=command.fingerprint()
        )
        if answer is not None:
            return _from_answer(answer)
        own = await institutions_by_id(connection, [command.institution_id], on_date=today)
    codes = frozenset(own[command.institution_id].facts.codes)
    # Reading and checking is work of the processor: the loop must go on serving others.
    roster = await asyncio.to_thread(_read, command.content, Place(command.institution_id, codes), command.provenance)
    faults = list(roster.faults)
    accepted = already_known = 0
    for start in range(0, len(roster.stated), CHUNK_ROWS):
        chunk = roster.stated[start : start + CHUNK_ROWS]
        for outcome in await _apply(deps, chunk, is_dry_run=command.is_dry_run, actor=actor, now=now):
            if outcome.problem is not None:
                faults.append(Fault(layout.ENROLLMENTS, chunk[outcome.index].row, None, outcome.problem.reason))
            elif outcome.already_done:
                already_known += 1
            else:
                accepted += 1
    report = BundleReport(
        is_dry_run=command.is_dry_run,
        row_count=roster.row_count,
        accepted=accepted,
        already_known=already_known,
        rejected=roster.row_count - accepted - already_known,
        ignored=roster.ignored,
        faults=tuple(faults_by_row(faults)),
    )
    return await _keep(deps, command, report, actor=actor)


def _read(content: bytes, place: Place, provenance: Provenance) -> Roster:
    return read_roster(read_bundle(content), place, provenance)


@contextlib.asynccontextmanager
async def _without_effect(pool: Pool) -> AsyncGenerator[Connection]:
    """One connection with a transaction that is always rolled back: to ask, and for a dry run."""
    async with pool.acquire(timeout=10) as connection:
        dry = connection.transaction()
        await dry.start()
        try:
            yield connection
        finally:
            await dry.rollback()


async def _apply(
    deps: Deps, chunk: Sequence[Stated], *, is_dry_run: bool, actor: Actor, now: datetime
) -> list[Outcome]:
    registrations = [item.registration for item in chunk]

    async def work() -> list[Outcome]:
        frame = _without_effect if is_dry_run else transaction
        async with frame(deps.pool) as connection:
            return await register_all(deps, connection, registrations, actor=actor, now=now)

    return await rerun_on(CONSTRAINTS, work)


async def _keep(deps: Deps, command: ImportBundle, report: BundleReport, *, actor: Actor) -> BundleReport:
    """Keep the report as the answer; of two that ran with one request id, the first one's is the answer of both."""
    async with transaction(deps.pool) as connection:
        answer = await idempotency.claim(
            connection, command.request_id, caller=actor.caller, content=command.fingerprint()
        )
        if answer is not None:
            return _from_answer(answer)
        content = json.dumps(asdict(report)).encode()
        await idempotency.finish(connection, command.request_id, caller=actor.caller, answer=content)
    fields = {
        name: getattr(report, name)
        for name in ("is_dry_run", "row_count", "accepted", "already_known", "rejected", "ignored")
    }
    log.info("Imported a roster", extra={"fields": fields | {"request_id": str(command.request_id)}})
    return report


def _from_answer(answer: bytes) -> BundleReport:
    stated = json.loads(answer)
    return BundleReport(**(stated | {"faults": tuple(Fault(**fault) for fault in stated["faults"])}))
