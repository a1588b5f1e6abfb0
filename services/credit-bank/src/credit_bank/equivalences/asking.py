"""Asking whether something will transfer: for a learner, or for courses that somebody thinks of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField, TooManyItems
from chassis.pg import Connection, Pool

from credit_bank import limits
from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.calendar_th import thai_date
from credit_bank.catalogue import use_cases as catalogue
from credit_bank.catalogue.keys import CourseKey
from credit_bank.clients import Registry
from credit_bank.equivalences import use_cases as equivalences
from credit_bank.equivalences.checks import GRADE_MAX
from credit_bank.equivalences.previewing import (
    POLICY_KEYS,
    Preview,
    PreviewGround,
    PreviewLine,
    PreviewSource,
    Verdict,
    barred,
    preview,
)
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AccountKey, Claim, ClaimState
from credit_bank.ledger.errors import CourseAlreadyAwarded, QualificationUnknown
from credit_bank.people.merges import families
from credit_bank.qualifications import use_cases as qualifications
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.rules import CATEGORY_WITHIN
from credit_bank.recording import reading as recording
from credit_bank.rules import use_cases as rules
from credit_bank.rules.domain import EducationForm
from credit_bank.statements.use_cases import admit_to_person, require_reader

RESOURCE: Final = "transfer preview"


@dataclass(frozen=True, slots=True)
class ImaginedResult:
    """A course that somebody has or thinks of taking; grade points in 1/100, None when not known yet."""

    course: CourseKey
    point_hundredths: int | None


@dataclass(frozen=True, slots=True)
class AskPreview:
    """What is asked.

    Attributes:
        learner_id: Whose verified results are looked at; None: only the imagined ones.
        institution_id: The receiving institution; None: agencies' rules alone.
        qualification_code: Empty: any.
        targets: Empty: every target that a rule reaches.
        on: Day; None: today.
    """

    learner_id: UUID | None
    imagined: tuple[ImaginedResult, ...]
    institution_id: UUID | None
    qualification_code: str
    qualification_version: str
    targets: tuple[CourseKey, ...]
    form: EducationForm
    on: date | None
    purpose: str


async def preview_transfer(
    pool: Pool, registry: Registry, asked: AskPreview, *, actor: Actor, now: datetime
) -> Preview:
    """Say how learning would fare; nothing is asked for by it, and a committee decides in the end.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read of a learner.
        asked: The question.
        actor: Anybody for imagined courses; for a learner the learner himself, or one with `credit.read` and a ground.
        now: UTC.

    Raises:
        InvalidField: Neither learner nor courses, or grade points out of range.
        TooManyItems: More than 100 courses or targets.
        QualificationUnknown: It is not published.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the learner's statement.
    """
    _check(asked)
    if asked.learner_id is None:
        async with pool.acquire(timeout=10) as connection:
            return await _answer(connection, asked, [], now=now)
    require_reader(actor)
    learner_id, admittance = await admit_to_person(
        pool, registry, asked.learner_id, purpose=asked.purpose, actor=actor, now=now
    )
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        family = (await families(connection, [learner_id]))[learner_id]
        own = await _verified_of(connection, family.members, as_of=now)
        answer = await _answer(connection, asked, own, now=now)
        answer = await _beside_accounts(connection, asked, answer, learner_id, now=now)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, asked.purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return answer


def _check(asked: AskPreview) -> None:
    for field, items in (("imagined", asked.imagined), ("targets", asked.targets)):
        if len(items) > limits.FEW_ITEMS_MAX:
            raise TooManyItems(field=field, limit=limits.FEW_ITEMS_MAX, got=len(items))
    if asked.learner_id is None and not asked.imagined:
        raise InvalidField(field="imagined", expected="a learner or at least one course")
    if not all(0 <= (result.point_hundredths or 0) <= GRADE_MAX for result in asked.imagined):
        raise InvalidField(field="point_hundredths", expected="0 to 400")


async def _verified_of(connection: Connection, members: Sequence[UUID], *, as_of: datetime) -> list[PreviewSource]:
    entries = await recording.read_verified_entries(connection, members, as_of=as_of)
    circular = await ledger.transferred_entries(connection, {entry.entry_id: entry.learner_id for entry in entries})
    return [
        PreviewSource(
            course=entry.course.key,
            hours_total=entry.course.facts.hours_total,
            point_hundredths=entry.grade.point_hundredths,
            entry_id=entry.entry_id,
            form=str(entry.placing.form),
            entry_root_id=entry.entry_root_id,
            is_transferred=entry.entry_id in circular,
            record=entry.learner_id,
        )
        for entry in entries
    ]


async def _answer(connection: Connection, asked: AskPreview, own: Sequence[PreviewSource], *, now: datetime) -> Preview:
    on = asked.on or thai_date(now)
    imagined_keys = {result.course for result in asked.imagined}
    courses = await catalogue.find_courses(
        connection, {*imagined_keys, *asked.targets, *(source.course for source in own)}
    )
    imagined = [
        PreviewSource(
            course=result.course,
            hours_total=courses[result.course].facts.hours_total if result.course in courses else None,
            point_hundredths=result.point_hundredths,
            entry_id=None,
            form=str(asked.form),
        )
        for result in asked.imagined
    ]
    sources = [*own, *imagined]
    source_ids = [courses[source.course].course_id for source in sources if source.course in courses]
    found = await equivalences.rules_from(connection, source_ids, on=on, institution_id=asked.institution_id)
    if asked.targets:
        target_ids = [courses[key].course_id for key in asked.targets if key in courses]
        wanted = await equivalences.rules_for(connection, target_ids, on=on, institution_id=asked.institution_id)
        found = list({rule.rule_id: rule for rule in (*found, *wanted)}.values())
    targets = await catalogue.find_courses(connection, {rule.facts.target for rule in found} | set(asked.targets))
    return preview(
        sources,
        asked.targets,
        PreviewGround(
            on=on,
            rules=found,
            courses=targets,
            policies=await rules.policy_book(connection, POLICY_KEYS),
            qualification=await _qualification(connection, asked),
            within=CATEGORY_WITHIN,
        ),
    )


async def _beside_accounts(
    connection: Connection, asked: AskPreview, found: Preview, learner_id: UUID, *, now: datetime
) -> Preview:
    """The lines with what the learner's account at the receiving institution says, where that account is named."""
    if asked.institution_id is None or not asked.qualification_code:
        return found
    version = (asked.qualification_code, asked.qualification_version)
    account = AccountKey.qualification(learner_id, *version, asked.institution_id)
    held = [line for line in found.lines if line.target is not None and line.verdict is not Verdict.NO_RULE]
    targets = [(account, line.target.course_id) for line in held if line.target is not None]
    if not held:
        return found
    awarded = {course_id for _, course_id in await ledger.awarded_courses(connection, targets)}
    groups = [
        [
            Claim(source.entry_root_id, account, ClaimState.RESERVED)
            for source in line.sources
            if source.entry_root_id is not None
        ]
        for line in held
    ]
    refusals = await ledger.claim_refusals(connection, groups, now=now)
    against: dict[CourseKey, str] = {}
    for line, refusal in zip(held, refusals, strict=True):
        if line.target is not None and line.target.course_id in awarded:
            against[line.key] = CourseAlreadyAwarded.reason
        elif refusal is not None:
            against[line.key] = refusal.reason
    lines: list[PreviewLine] = [
        barred(line, against[line.key]) if line.key in against else line for line in found.lines
    ]
    return Preview(lines, found.sources_without_rule)


async def _qualification(connection: Connection, asked: AskPreview) -> Qualification | None:
    if not asked.qualification_code:
        return None
    key = (asked.qualification_code, asked.qualification_version)
    qualification = (await qualifications.read_qualifications(connection, [key])).get(key)
    if qualification is None:
        raise QualificationUnknown(qualification=key[0], version=key[1])
    return qualification
