"""SQL of equivalence rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.auth import Actor
from chassis.pg import Connection, Record

from credit_bank.catalogue.keys import CodeSystem, CourseKey
from credit_bank.equivalences.domain import (
    ApprovingBody,
    EquivalenceRule,
    RuleFacts,
    RuleState,
    TransferMode,
    bodies_document,
)
from credit_bank.equivalences.standing import Place
from credit_bank.provenance import Provenance

_RULE = """
    r.rule_id, r.version, r.owner_institution_id, r.target_course_id, r.mode, r.min_grade_hundredths, r.min_hours_pct,
    r.min_content_pct, r.content_pct, r.approving_bodies, r.first_year_be, r.last_year_be, r.state, r.valid_from,
    r.valid_to, r.source, r.status, r.source_version,
    array(SELECT s.group_no FROM equivalence_rule_source s WHERE s.rule_id = r.rule_id
           ORDER BY s.group_no, s.course_id) AS group_nos,
    array(SELECT s.course_id FROM equivalence_rule_source s WHERE s.rule_id = r.rule_id
           ORDER BY s.group_no, s.course_id) AS source_course_ids
"""
SQL_IN_FORCE = f"""
    SELECT {_RULE}
      FROM equivalence_rule r
     WHERE r.state IN ('PUBLISHED', 'RETIRED')
       AND (r.valid_from IS NULL OR r.valid_from <= $1) AND (r.valid_to IS NULL OR $1 <= r.valid_to)
"""
SQL_RULES_FOR_TARGETS = f"""
    {SQL_IN_FORCE}
       AND r.target_course_id = ANY($2::uuid[])
       AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)
     ORDER BY r.rule_id
"""
SQL_RULES_FOR_SOURCES = f"""
    {SQL_IN_FORCE}
       AND EXISTS (SELECT FROM equivalence_rule_source s WHERE s.rule_id = r.rule_id AND s.course_id = ANY($2::uuid[]))
       AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)
     ORDER BY r.rule_id
"""
SQL_PAGE_RULES = f"""
    {SQL_IN_FORCE}
       AND ($2 = '' OR r.target_course_id IN (SELECT c.course_id FROM course c WHERE c.code = $2))
       AND ($3 = '' OR EXISTS (SELECT FROM equivalence_rule_source s JOIN course c USING (course_id)
                                WHERE s.rule_id = r.rule_id AND c.code = $3))
       AND ($4::uuid IS NULL OR r.rule_id > $4)
     ORDER BY r.rule_id LIMIT $5
"""
# Unpublished rules are seen by those who work on rules: an agency's by all of them, an institution's by its own.
SQL_SEARCH = f"""
    SELECT {_RULE}
      FROM equivalence_rule r
      JOIN course t ON t.course_id = r.target_course_id
     WHERE r.state = ANY($1::text[])
       AND (r.state IN ('PUBLISHED', 'RETIRED')
            OR ($2 AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)))
       AND (cardinality($4::text[]) = 0 OR t.code = ANY($4::text[]))
       AND (cardinality($5::text[]) = 0
            OR EXISTS (SELECT FROM equivalence_rule_source s JOIN course c USING (course_id)
                        WHERE s.rule_id = r.rule_id AND c.code = ANY($5::text[])))
       AND ($6::text[] IS NULL OR t.code_system = ANY($6::text[]))
       AND ($7::date IS NULL
            OR ((r.valid_from IS NULL OR r.valid_from <= $7) AND (r.valid_to IS NULL OR $7 <= r.valid_to)))
       AND ($8::uuid IS NULL OR r.rule_id > $8)
     ORDER BY r.rule_id LIMIT $9
"""
# Which of the codes asked for stand in any of the rules that are searched, whatever the page.
SQL_CODES_WITH_RULE = """
    SELECT DISTINCT side, code
      FROM (SELECT 'target' AS side, t.code
              FROM equivalence_rule r JOIN course t ON t.course_id = r.target_course_id
             WHERE t.code = ANY($4::text[]) AND r.state = ANY($1::text[])
               AND (r.state IN ('PUBLISHED', 'RETIRED')
                    OR ($2 AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)))
               AND ($6::date IS NULL
                    OR ((r.valid_from IS NULL OR r.valid_from <= $6) AND (r.valid_to IS NULL OR $6 <= r.valid_to)))
            UNION ALL
            SELECT 'source', c.code
              FROM equivalence_rule r JOIN equivalence_rule_source s USING (rule_id) JOIN course c USING (course_id)
             WHERE c.code = ANY($5::text[]) AND r.state = ANY($1::text[])
               AND (r.state IN ('PUBLISHED', 'RETIRED')
                    OR ($2 AND (r.owner_institution_id IS NULL OR r.owner_institution_id = $3)))
               AND ($6::date IS NULL
                    OR ((r.valid_from IS NULL OR r.valid_from <= $6) AND (r.valid_to IS NULL OR $6 <= r.valid_to)))
           ) AS found
"""
SQL_RULE_VERSIONS = """
    SELECT rule_id, signature, version, valid_from, valid_to, content_hash, state
      FROM equivalence_rule WHERE signature = ANY($1::bytea[]) ORDER BY signature, version
"""
# Whatever their days: what was retired still answers for days that a new rule may name.
SQL_STANDING = f"""
    SELECT {_RULE}, r.signature
      FROM equivalence_rule r
     WHERE r.state IN ('PUBLISHED', 'RETIRED') AND r.target_course_id = ANY($1::uuid[])
       AND r.owner_institution_id IS NOT DISTINCT FROM $2
     ORDER BY r.rule_id
"""
SQL_NAMED = """
    SELECT r.rule_id, r.signature, r.proposed_by, c.course_id, c.code_system, c.code, c.curriculum_version,
           c.owner_institution_id
      FROM equivalence_rule r JOIN course c ON c.course_id = r.target_course_id
     WHERE r.rule_id = ANY($1::uuid[])
"""
SQL_KEYS = """
    SELECT course_id, code_system, code, curriculum_version, owner_institution_id
      FROM course WHERE course_id = ANY($1::uuid[])
"""
SQL_READ = f"SELECT {_RULE} FROM equivalence_rule r WHERE r.rule_id = ANY($1::uuid[]) ORDER BY r.rule_id"
SQL_LOCK = "SELECT rule_id FROM equivalence_rule WHERE rule_id = ANY($1::uuid[]) ORDER BY rule_id FOR UPDATE"
SQL_INSERT_RULES = """
    INSERT INTO equivalence_rule (rule_id, signature, version, owner_institution_id, target_course_id, mode,
                                  min_grade_hundredths, min_hours_pct, min_content_pct, content_pct, approving_bodies,
                                  first_year_be, last_year_be, state, valid_from, valid_to, source, status,
                                  source_version, content_hash, proposed_by, published_at)
    SELECT rule_id, signature, version, owner_institution_id, target_course_id, mode, min_grade_hundredths,
           min_hours_pct, min_content_pct, content_pct, approving_bodies, first_year_be, last_year_be, state,
           valid_from, valid_to, source, status, source_version, content_hash, $2,
           CASE WHEN state = 'PUBLISHED' THEN $3::timestamptz END
      FROM jsonb_to_recordset($1::text::jsonb)
           AS i(rule_id uuid, signature bytea, version integer, owner_institution_id uuid, target_course_id uuid,
                mode text, min_grade_hundredths integer, min_hours_pct integer, min_content_pct integer,
                content_pct integer, approving_bodies jsonb, first_year_be integer, last_year_be integer, state text,
                valid_from date, valid_to date, source text, status text, source_version text, content_hash bytea)
"""
SQL_INSERT_RULE_SOURCES = """
    INSERT INTO equivalence_rule_source (rule_id, group_no, course_id)
    SELECT rule_id, group_no, course_id FROM unnest($1::uuid[], $2::smallint[], $3::uuid[])
                                             AS i(rule_id, group_no, course_id)
"""
SQL_END_RULES = """
    UPDATE equivalence_rule r SET valid_to = i.last_day FROM unnest($1::uuid[], $2::date[]) AS i(rule_id, last_day)
     WHERE r.rule_id = i.rule_id AND (r.valid_to IS NULL OR r.valid_to > i.last_day)
"""
SQL_MOVE_RULES = """
    UPDATE equivalence_rule r
       SET state = i.state, valid_to = coalesce(i.valid_to, r.valid_to),
           approving_bodies = coalesce(nullif(i.approving_bodies, 'null'), r.approving_bodies),
           published_at = CASE WHEN i.state = 'PUBLISHED' THEN $2::timestamptz ELSE r.published_at END
      FROM jsonb_to_recordset($1::text::jsonb) AS i(rule_id uuid, state text, valid_to date, approving_bodies jsonb)
     WHERE r.rule_id = i.rule_id
"""
SQL_INSERT_STEPS = """
    INSERT INTO equivalence_rule_step (rule_id, step_no, state, subject_hash, role, institution_id, assignment_id,
                                       reason_th, done_at)
    SELECT i.rule_id,
           i.offset_no - 1
           + (SELECT count(*) FROM equivalence_rule_step s WHERE s.rule_id = i.rule_id)::smallint,
           i.state, $4, $5, $6, $7, i.reason_th, $8
      FROM (SELECT rule_id, state, reason_th, row_number() OVER (PARTITION BY rule_id ORDER BY ordinal) AS offset_no
              FROM unnest($1::uuid[], $2::text[], $3::text[]) WITH ORDINALITY
                   AS u(rule_id, state, reason_th, ordinal)) AS i
"""
SQL_STEPS = """
    SELECT state, role, institution_id, reason_th, done_at
      FROM equivalence_rule_step WHERE rule_id = $1 ORDER BY step_no
"""


@dataclass(frozen=True, slots=True)
class Sight:
    """Whose unpublished rules a caller sees; without `is_worker` nobody's."""

    is_worker: bool
    institution_id: UUID | None


async def rules_for_targets(
    connection: Connection, target_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day for these targets: agencies' rules and the institution's own."""
    rows = await connection.fetch(SQL_RULES_FOR_TARGETS, on, sorted(set(target_course_ids)), institution_id)
    return await _rules(connection, rows)


async def rules_for_sources(
    connection: Connection, source_course_ids: Collection[UUID], *, on: date, institution_id: UUID | None
) -> list[EquivalenceRule]:
    """Rules in force on a day that use one of these courses: agencies' rules and the institution's own."""
    rows = await connection.fetch(SQL_RULES_FOR_SOURCES, on, sorted(set(source_course_ids)), institution_id)
    return await _rules(connection, rows)


async def page_rules(
    connection: Connection, *, target_code: str, source_code: str, on: date, after: UUID | None, limit: int
) -> list[EquivalenceRule]:
    """Rules in force on a day behind `after`, oldest first."""
    return await _rules(connection, await connection.fetch(SQL_PAGE_RULES, on, target_code, source_code, after, limit))


async def search(
    connection: Connection,
    *,
    states: Sequence[RuleState],
    sight: Sight,
    target_codes: Sequence[str],
    source_codes: Sequence[str],
    target_systems: Sequence[str] | None,
    on: date | None,
    after: UUID | None,
    limit: int,
) -> list[EquivalenceRule]:
    """Rules that a caller may see, behind `after`, oldest first."""
    rows = await connection.fetch(
        SQL_SEARCH,
        [str(state) for state in states],
        sight.is_worker,
        sight.institution_id,
        list(target_codes),
        list(source_codes),
        target_systems,
        on,
        after,
        limit,
    )
    return await _rules(connection, rows)


async def codes_with_rule(
    connection: Connection,
    *,
    states: Sequence[RuleState],
    sight: Sight,
    target_codes: Sequence[str],
    source_codes: Sequence[str],
    on: date | None,
) -> set[tuple[str, str]]:
    """Side and code of those for which there is any rule that the caller may see."""
    rows = await connection.fetch(
        SQL_CODES_WITH_RULE,
        [str(state) for state in states],
        sight.is_worker,
        sight.institution_id,
        list(target_codes),
        list(source_codes),
        on,
    )
    return {(row["side"], row["code"]) for row in rows}


async def read_rules(connection: Connection, rule_ids: Collection[UUID]) -> dict[UUID, EquivalenceRule]:
    """Rules by id, whatever their state."""
    rows = await connection.fetch(SQL_READ, sorted(set(rule_ids)))
    return {rule.rule_id: rule for rule in await _rules(connection, rows)}


async def standing_rules(
    connection: Connection, target_course_ids: Collection[UUID], *, owner: UUID | None
) -> list[Place]:
    """What an owner's rules by which may be decided answer for these targets, and when."""
    rows = await connection.fetch(SQL_STANDING, sorted(set(target_course_ids)), owner)
    return [
        Place(
            rule.rule_id, row["signature"], rule.facts.source_groups, rule.facts.target, rule.valid_from, rule.valid_to
        )
        for row, rule in zip(rows, await _rules(connection, rows), strict=True)
    ]


async def lock_rules(connection: Connection, rule_ids: Collection[UUID]) -> None:
    """Hold rules until the transaction ends."""
    await connection.fetch(SQL_LOCK, sorted(set(rule_ids)))


@dataclass(frozen=True, slots=True)
class Named:
    """What never changes about a rule.

    Attributes:
        signature: What its versions share.
        proposed_by: Pseudonym; empty: an announced rule was entered directly.
    """

    signature: bytes
    proposed_by: str
    target: CourseKey
    target_course_id: UUID


async def signatures(connection: Connection, rule_ids: Collection[UUID]) -> dict[UUID, Named]:
    """Signature, proposer and target of each rule."""
    rows = await connection.fetch(SQL_NAMED, sorted(set(rule_ids)))
    return {row["rule_id"]: Named(row["signature"], row["proposed_by"], _key(row), row["course_id"]) for row in rows}


def _key(row: Record) -> CourseKey:
    return CourseKey(
        CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
    )


async def _rules(connection: Connection, rows: Sequence[Record]) -> list[EquivalenceRule]:
    course_ids = {course_id for row in rows for course_id in (row["target_course_id"], *row["source_course_ids"])}
    keys = {row["course_id"]: _key(row) for row in await connection.fetch(SQL_KEYS, sorted(course_ids))}
    return [_rule(row, keys) for row in rows]


def _rule(row: Record, keys: Mapping[UUID, CourseKey]) -> EquivalenceRule:
    groups: dict[int, set[CourseKey]] = {}
    for group_no, course_id in zip(row["group_nos"], row["source_course_ids"], strict=True):
        groups.setdefault(group_no, set()).add(keys[course_id])
    facts = RuleFacts(
        source_groups=tuple(frozenset(groups[group_no]) for group_no in sorted(groups)),
        target=keys[row["target_course_id"]],
        mode=TransferMode(row["mode"]),
        min_grade_hundredths=row["min_grade_hundredths"],
        min_hours_pct=row["min_hours_pct"],
        version=row["version"],
        provenance=Provenance(row["source"], row["status"], row["valid_from"], row["source_version"]),
        min_content_pct=row["min_content_pct"],
        content_pct=row["content_pct"],
        approving_bodies=tuple(_body(body) for body in row["approving_bodies"]),
        first_year_be=row["first_year_be"],
        last_year_be=row["last_year_be"],
    )
    return EquivalenceRule(
        row["rule_id"], row["owner_institution_id"], facts, row["valid_from"], row["valid_to"], RuleState(row["state"])
    )


def _body(values: Mapping[str, Any]) -> ApprovingBody:
    day = values["approved_on"]
    return ApprovingBody(values["body_th"], values["reference"], None if day is None else date.fromisoformat(day))


async def rule_versions(connection: Connection, signatures: Collection[bytes]) -> dict[bytes, list[Record]]:
    """Versions of rules by signature, oldest first."""
    found: dict[bytes, list[Record]] = {}
    for row in await connection.fetch(SQL_RULE_VERSIONS, sorted(set(signatures))):
        found.setdefault(row["signature"], []).append(row)
    return found


@dataclass(frozen=True, slots=True)
class NewRule:
    """A rule to write, with what names it among versions and its content's hash."""

    rule: EquivalenceRule
    signature: bytes
    content_hash: bytes


async def insert_rules(
    connection: Connection,
    rules: Sequence[NewRule],
    *,
    courses: Mapping[CourseKey, UUID],
    proposed_by: str,
    now: datetime,
) -> None:
    """Write rules with their source groups."""
    if not rules:
        return
    rows = json.dumps([_rule_values(new, courses) for new in rules], ensure_ascii=False)
    await connection.execute(SQL_INSERT_RULES, rows, proposed_by, now)
    sources = [
        (new.rule.rule_id, number, courses[key])
        for new in rules
        for number, group in enumerate(new.rule.facts.source_groups)
        for key in group
    ]
    await connection.execute(
        SQL_INSERT_RULE_SOURCES,
        [rule_id for rule_id, _, _ in sources],
        [number for _, number, _ in sources],
        [course_id for _, _, course_id in sources],
    )


def _rule_values(new: NewRule, courses: Mapping[CourseKey, UUID]) -> dict[str, Any]:
    rule, facts = new.rule, new.rule.facts
    owner = rule.owner_institution_id
    return {
        "rule_id": str(rule.rule_id),
        "signature": f"\\x{new.signature.hex()}",
        "version": facts.version,
        "owner_institution_id": None if owner is None else str(owner),
        "target_course_id": str(courses[facts.target]),
        "mode": str(facts.mode),
        "min_grade_hundredths": facts.min_grade_hundredths,
        "min_hours_pct": facts.min_hours_pct,
        "min_content_pct": facts.min_content_pct,
        "content_pct": facts.content_pct,
        "approving_bodies": [bodies_document(body) for body in facts.approving_bodies],
        "first_year_be": facts.first_year_be,
        "last_year_be": facts.last_year_be,
        "state": str(rule.state),
        "valid_from": None if rule.valid_from is None else rule.valid_from.isoformat(),
        "valid_to": None if rule.valid_to is None else rule.valid_to.isoformat(),
        "source": facts.provenance.source,
        "status": facts.provenance.status,
        "source_version": facts.provenance.version,
        "content_hash": f"\\x{new.content_hash.hex()}",
    }


async def end_rules(connection: Connection, last_days: Mapping[UUID, date]) -> None:
    """Versions end where the next ones begin; one that ends earlier keeps its last day."""
    await connection.execute(SQL_END_RULES, list(last_days), list(last_days.values()))


@dataclass(frozen=True, slots=True)
class Moved:
    """A rule that moved on.

    Attributes:
        last_day: New last day; None: as it was.
        approving_bodies: Who approved it; None: as it was.
    """

    rule_id: UUID
    state: RuleState
    reason_th: str
    last_day: date | None = None
    approving_bodies: tuple[ApprovingBody, ...] | None = None


async def move_rules(connection: Connection, moves: Sequence[Moved], *, now: datetime) -> None:
    """Write where rules stand now."""
    rows = [
        {
            "rule_id": str(move.rule_id),
            "state": str(move.state),
            "valid_to": None if move.last_day is None else move.last_day.isoformat(),
            "approving_bodies": None
            if move.approving_bodies is None
            else [bodies_document(body) for body in move.approving_bodies],
        }
        for move in moves
    ]
    await connection.execute(SQL_MOVE_RULES, json.dumps(rows, ensure_ascii=False), now)


async def insert_steps(connection: Connection, moves: Sequence[Moved], *, actor: Actor, now: datetime) -> None:
    """Keep who did what."""
    await connection.execute(
        SQL_INSERT_STEPS,
        [move.rule_id for move in moves],
        [str(move.state) for move in moves],
        [move.reason_th for move in moves],
        actor.subject_hash,
        actor.role,
        actor.institution_id,
        actor.assignment_id,
        now,
    )


@dataclass(frozen=True, slots=True)
class RuleStep:
    """What somebody did with a rule."""

    state: RuleState
    role: str
    institution_id: UUID | None
    reason_th: str
    done_at: datetime


async def steps(connection: Connection, rule_id: UUID) -> list[RuleStep]:
    """Steps of a rule, oldest first."""
    return [
        RuleStep(RuleState(row["state"]), row["role"], row["institution_id"], row["reason_th"], row["done_at"])
        for row in await connection.fetch(SQL_STEPS, rule_id)
    ]
