"""The copy of a learner's data that answers a request to see or copy them: made anew at every look, never kept."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import PermissionMissing
from chassis.pg import Connection, transaction

from student_registry.access.domain import Ground, GroundKind, Resource
from student_registry.access.use_cases import READ_OWN, record_reads, require_visible
from student_registry.deps import Deps
from student_registry.profiles.json_models import FactJson
from student_registry.profiles.queries import BatchGetProfiles, get_history
from student_registry.requests import store
from student_registry.requests.errors import DataCopyNotAsked
from student_registry.requests.use_cases import READ_PURPOSE, request_for_copy

FORMAT = "nuaikit-data-copy-1"
ROWS_MAX = 10_000
"""Rows of one section; nobody has as many, and a section that is cut says so."""

_SECTIONS = {
    "learner": "ข้อมูลหลัก",
    "learner_history": "ข้อมูลหลักที่เคยเป็น",
    "learner_name": "ชื่อ",
    "learner_identifier": "เลขประจำตัว (แสดงเฉพาะตัวท้าย)",
    "profile_fact": "ข้อมูลเพิ่มเติมที่บันทึกไว้",
    "enrolment": "การเข้าเรียน",
    "learner_status": "สถานะ",
    "outside_activity": "กิจกรรมนอกสถานศึกษา",
    "movement": "การย้าย",
    "leaver": "การจบช่วงชั้นและที่เรียนต่อ",
    "year_end_line": "การเลื่อนชั้น",
    "share_grant": "การแบ่งปันข้อมูล",
    "consent": "ความยินยอม",
    "data_request": "คำขอของเจ้าของข้อมูล",
    "learner_restriction": "การจำกัดการใช้ข้อมูล",
    "access_record": "ผู้ที่เปิดดูข้อมูล",
}
"""Thai titles of the sections that have one; any other section is named as its table."""


async def get_data_copy(deps: Deps, data_request_id: UUID | None, *, actor: Actor, now: datetime) -> str:
    """A copy of all that the registry states about a learner, as JSON: his own, or the one that a request asks for.

    Identifiers show their last four characters, as everywhere. A look by another institution than the one that keeps
    the record leaves an access row.

    Raises:
        PermissionMissing: The caller may neither read himself nor answer requests.
        DataRequestNotFound: There is no such request for him.
        DataCopyNotAsked: The request asks for no copy, or was refused.
        LearnerNotFound: The learner does not exist for the caller.
    """
    async with transaction(deps.pool) as connection:
        if data_request_id is None:
            actor.require(READ_OWN)
            if actor.learner_id is None:
                raise PermissionMissing(permission=READ_OWN, role=actor.role)
            learner_id = actor.learner_id
        else:
            request = await request_for_copy(connection, data_request_id, actor=actor)
            if not request.has_copy:
                raise DataCopyNotAsked
            learner_id = request.learner_id
        learner = await require_visible(connection, actor, learner_id, now=now)
        sections = await _sections(connection, learner.learner_id)
        await record_reads(
            connection,
            actor,
            [] if learner.is_registrar else [learner.learner_id],
            resource=Resource.DATA_COPY,
            purpose=READ_PURPOSE,
            ground=Ground(GroundKind.OWN_INSTITUTION),
            now=now,
        )
    await _open_profile(deps, sections, learner.learner_id, actor=actor, now=now)
    document = {
        "format": FORMAT,
        "learner_id": str(learner.learner_id),
        "made_at": now.isoformat(),
        "sections": sections,
    }
    return json.dumps(document, ensure_ascii=False, indent=1, default=str)


async def _open_profile(
    deps: Deps, sections: list[dict[str, Any]], learner_id: UUID, *, actor: Actor, now: datetime
) -> None:
    """Put the values of the profile, which are sealed, in the place of the rows without them.

    In a transaction of its own, after the other: it notes its own reads, as every look into restricted facts does.
    """
    query = BatchGetProfiles((learner_id,), READ_PURPOSE, with_restricted=True)
    facts = await get_history(deps, query, actor=actor, now=now)
    rows = [FactJson.of(fact).model_dump(mode="json", exclude_none=True) for fact in facts]
    for section in sections:
        if section["name"] == "profile_fact":
            section["rows"] = rows[:ROWS_MAX]


async def _sections(connection: Connection, learner_id: UUID) -> list[dict[str, Any]]:
    tables = await store.tables_about_learners(connection)
    order = {name: place for place, name in enumerate(_SECTIONS)}
    sections: list[dict[str, Any]] = []
    for name in sorted(tables, key=lambda table: (order.get(table, len(order)), table)):
        rows = await store.rows_about(connection, name, learner_id, left_out=tables[name], limit=ROWS_MAX + 1)
        section = {"name": name, "title_th": _SECTIONS.get(name, name), "rows": rows[:ROWS_MAX]}
        sections.append(section | {"is_cut": len(rows) > ROWS_MAX})
    return sections
