"""Reading a learner's averages."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection, Pool

from credit_bank.access import use_cases as access
from credit_bank.access.domain import Ground, Read
from credit_bank.averages import store
from credit_bank.averages.awards import StandingRow, award_row
from credit_bank.averages.domain import (
    AveragePolicy,
    GradedRow,
    RetakePolicy,
    Rounding,
    ScopedAverage,
    scoped_averages,
    without_rule,
)
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.equivalences.domain import TransferMode
from credit_bank.ledger.duplicates import Duplicates, find_duplicates
from credit_bank.people.merges import Family, families
from credit_bank.recording import use_cases as recording
from credit_bank.recording.domain import Entry
from credit_bank.rules.domain import PolicyBook, Rule, RuleKey
from credit_bank.rules.use_cases import policy_book
from credit_bank.statements.use_cases import admit_to_person, require_reader
from credit_bank.transcripts.domain import graded

TRANSCRIPT_QUERY: Final = "TRANSCRIPT_QUERY"
DOCUMENT_KINDS: Final = (TRANSCRIPT_QUERY, "PP1", "RB1")
RESOURCE: Final = "averages"
KEYS: Final = (RuleKey.ROUNDING, RuleKey.RETAKE, RuleKey.COUNTS_IN_GPA)
METHOD_TH: Final = (
    "ผลรวมของ (หน่วยกิต × ระดับผลการเรียน) หารด้วยผลรวมหน่วยกิต นับทุกประเภทรายวิชาทั้งตัวตั้งและตัวหาร "
    "ผลการเรียน 0 นับเป็นตัวหาร รหัสที่ไม่ใช่ตัวเลขไม่นับ ค่าเฉลี่ยสะสมคิดจากทุกภาคเรียนรวมกัน ไม่ใช่เฉลี่ยของค่าเฉลี่ย "
    "หน่วยกิตคนละหน่วยและคนละระดับการศึกษาคิดแยกกัน รายวิชาที่ได้จากการเทียบโอนนับในค่าเฉลี่ยสะสมตามวิธีที่เทียบโอน "
    "แต่ไม่อยู่ในภาคเรียนใด รูปแบบการศึกษาที่ยังไม่มีประกาศหลักเกณฑ์ไม่นำมาคิดและแสดงไว้แยกต่างหาก"
)
"""What the figures mean, for people."""

_STATUS_ORDER: Final = ("demonstration", "assumed", "confirmed")


@dataclass(frozen=True, slots=True)
class AverageReport:
    """Averages of a learner and how they were computed.

    Attributes:
        rules: By which they were computed, each as `Rule.named` says it.
        status: Weakest status of these rules; empty when there was none to use.
        unannounced: What is left out because no rule was announced for it, as `unannounced` says it.
    """

    learner_id: UUID
    as_of: datetime
    averages: tuple[ScopedAverage, ...]
    rules: tuple[str, ...]
    status: str
    unannounced: tuple[str, ...] = ()


async def get_averages(
    pool: Pool,
    registry: Registry,
    learner_id: UUID,
    *,
    purpose: str,
    document_kind: str,
    as_of: datetime | None,
    actor: Actor,
    now: datetime,
) -> AverageReport:
    """Averages of verified results and transferred courses at an instant; whoever reads leaves an access row.

    A form and level for which no rule of rounding or retakes was announced has no average, which is said.

    Args:
        pool: Connections.
        registry: Asked about share grants when nothing else allows the read.
        learner_id: Whose; all records of the person.
        purpose: Purpose code; not needed of the learner himself.
        document_kind: One of `DOCUMENT_KINDS`; empty: the first.
        as_of: Instant, UTC; None: now.
        actor: The learner (`own.read`), or one with `credit.read` whose institution is tied to the learner.
        now: UTC.

    Raises:
        InvalidField: The kind of document.
        PermissionMissing, NotFound, PurposeMissing, Unavailable: As with the statement.
    """
    kind = document_kind or DOCUMENT_KINDS[0]
    if kind not in DOCUMENT_KINDS:
        raise InvalidField(field="document_kind", expected=", ".join(DOCUMENT_KINDS))
    require_reader(actor)
    learner_id, admittance = await admit_to_person(pool, registry, learner_id, purpose=purpose, actor=actor, now=now)
    until = as_of or now
    async with pool.acquire(timeout=10) as connection, connection.transaction(isolation="repeatable_read"):
        report = await _report(connection, learner_id, kind, until)
        if admittance.ground is not Ground.SELF:
            read = Read(learner_id, RESOURCE, purpose, admittance.ground, admittance.ground_id)
            await access.record_reads(connection, [read], actor=actor, now=now)
    return report


async def _report(connection: Connection, learner_id: UUID, kind: str, until: datetime) -> AverageReport:
    family = (await families(connection, [learner_id]))[learner_id]
    twice = await find_duplicates(connection, family, until=until)
    read = await recording.read_verified_entries(connection, family.members, as_of=until)
    entries = [entry for entry in read if entry.entry_root_id not in twice.kept_roots]
    posted = await posted_rows(connection, {learner_id: family}, {learner_id: twice}, entries, until=until)
    rows = [*map(graded, entries), *posted[learner_id]]
    book = await policy_book(connection, KEYS)
    policies, rules = policies_of({(row.form, row.level) for row in rows}, book, kind=kind, on=thai_date(until))
    found = scoped_averages(rows, policies)
    used = {
        rule.named(): rule.provenance.status
        for pair in {(form, one.level) for one in found for form in one.forms}
        for rule in rules[pair]
    }
    status = min(used.values(), key=_STATUS_ORDER.index, default="")
    left_out = unannounced(without_rule(rows, policies), policies)
    return AverageReport(learner_id, until, tuple(found), tuple(sorted(used)), status, left_out)


async def posted_rows(
    connection: Connection,
    persons: Mapping[UUID, Family],
    twice: Mapping[UUID, Duplicates],
    own: Collection[Entry],
    *,
    until: datetime | None,
) -> dict[UUID, list[GradedRow]]:
    """Grades of what transfers awarded to persons, by the key under which each is asked for.

    Two institutions that award the same course for the same learning make one row, with the grade that was judged last.
    What a course was awarded for in its own unit and level is in that average with its own grade, and not once more.

    Args:
        connection: In one snapshot.
        persons: All records of each.
        twice: What these hold twice.
        own: Verified results of the persons that are in the same averages.
        until: Instant, UTC; None: now.
    """
    counted = {entry.entry_root_id: (entry.unit, str(entry.placing.level or "")) for entry in own}
    person_of = {member: key for key, family in persons.items() for member in family.members}
    awards = [
        award
        for award in await store.standing(connection, person_of, until=until)
        if award.line_id is not None and award.journal_id not in twice[person_of[award.learner_id]].journals
    ]
    judged = await recording.read_entries(connection, {one for award in awards for one in award.judged_entry_ids})
    found: dict[UUID, dict[tuple[object, ...], GradedRow | None]] = {key: {} for key in persons}
    for award in awards:
        key = person_of[award.learner_id]
        kept = twice[key].kept_roots
        roots = tuple(sorted({kept.get(root, root) for root in award.source_roots}))
        if (award.unit, award.level) in {counted[root] for root in roots if root in counted}:
            continue
        found[key][award.course, award.level, roots] = award_row(award, judged)
    return {key: [row for row in rows.values() if row is not None] for key, rows in found.items()}


async def standing_awards(connection: Connection, learner_ids: Collection[UUID]) -> list[StandingRow]:
    """What stands as awarded in the learners' accounts, for whoever audits them."""
    return await store.standing(connection, learner_ids, until=None)


def unannounced(rows: Collection[GradedRow], policies: Mapping[tuple[str, str], AveragePolicy]) -> tuple[str, ...]:
    """Form and level of rows without a rule, `NONFORMAL UPPER_SECONDARY`; with the mode where only that has none."""
    return tuple(
        sorted(
            {
                f"{row.form} {row.level or '-'}" + (f" {row.mode}" if (row.form, row.level) in policies else "")
                for row in rows
            }
        )
    )


def policies_of(
    pairs: Collection[tuple[str, str]], book: PolicyBook, *, kind: str, on: date
) -> tuple[dict[tuple[str, str], AveragePolicy], dict[tuple[str, str], list[Rule]]]:
    """How averages are computed by form and level, and by which rules; what has no announced rule is left out.

    No form borrows the rule of another (R-14).

    Args:
        pairs: Form and level of the results.
        book: Versions of the rules of `KEYS`.
        kind: One of `DOCUMENT_KINDS`.
        on: Day on which the rules must be in force.
    """
    policies: dict[tuple[str, str], AveragePolicy] = {}
    rules: dict[tuple[str, str], list[Rule]] = {}
    for form, level in pairs:
        rounding = book.policy(RuleKey.ROUNDING, form=form, level=level, on_date=on)
        retake = book.policy(RuleKey.RETAKE, form=form, level=level, on_date=on)
        counting = book.policy(RuleKey.COUNTS_IN_GPA, form=form, level=level, on_date=on)
        if rounding is None or retake is None or kind not in rounding.table:
            continue
        policies[form, level] = AveragePolicy(
            rounding=Rounding(rounding.table[kind]),
            retake_policy=RetakePolicy(str(retake.value)),
            version=rounding.version,
            status=rounding.provenance.status,
            source=rounding.provenance.source,
            effective_from=rounding.provenance.effective_from,
            modes_left_out=frozenset() if counting is None else _left_out(counting),
            modes_without_rule=frozenset(TransferMode) if counting is None else frozenset(),
        )
        rules[form, level] = [rounding, retake, *([] if counting is None else [counting])]
    return policies, rules


def _left_out(counting: Rule) -> frozenset[str]:
    return frozenset(mode for mode, does_count in counting.table.items() if not does_count)
