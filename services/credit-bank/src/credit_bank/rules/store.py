"""SQL of policy rules."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from credit_bank.provenance import Provenance
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule, rule_document

_RULE = """
    r.rule_id, r.key, r.reference, r.title_th, r.value, r.forms, r.levels, r.source, r.status,
    r.effective_from, r.version, r.is_repeal
"""
SQL_IN_FORCE = f"""
    SELECT {_RULE}
      FROM policy_rule r
     WHERE r.key = $1 AND $2 = ANY(r.forms) AND $3 = ANY(r.levels)
       AND (r.effective_from IS NULL OR r.effective_from <= $4)
     ORDER BY r.effective_from DESC NULLS LAST, r.rule_id DESC
     LIMIT 1
"""
SQL_OF_KEYS = f"SELECT {_RULE} FROM policy_rule r WHERE r.key = ANY($1::text[]) ORDER BY r.rule_id"
SQL_LOCK_KEYS = """
    SELECT pg_advisory_xact_lock(hashtextextended('policy:' || key, 0)) FROM unnest($1::text[]) AS k(key) ORDER BY key
"""
SQL_PAGE = f"""
    SELECT {_RULE}
      FROM policy_rule r
     WHERE ($1 = '' OR r.key = $1) AND ($2 = '' OR $2 = ANY(r.forms)) AND ($3 = '' OR $3 = ANY(r.levels))
       AND ($4::date IS NULL OR r.effective_from IS NULL OR r.effective_from <= $4)
       AND ($5::uuid IS NULL OR r.rule_id > $5)
     ORDER BY r.rule_id LIMIT $6
"""
SQL_INSERT = """
    INSERT INTO policy_rule (rule_id, key, reference, title_th, value, forms, levels, effective_from, version, source,
                             status, is_repeal, published_by, published_at)
    SELECT rule_id, key, reference, title_th, coalesce(value, 'null'::jsonb), forms, levels, effective_from,
           version, source, status, coalesce(is_repeal, false), $2, $3
      FROM jsonb_to_recordset($1::text::jsonb)
           AS i(rule_id uuid, key text, reference text, title_th text, value jsonb, forms text[], levels text[],
                effective_from date, version text, source text, status text, is_repeal boolean)
"""


async def rule_in_force(connection: Connection, key: str, *, form: str, level: str, on_date: date) -> Rule | None:
    """The rule that holds on a day for one form and level."""
    row = await connection.fetchrow(SQL_IN_FORCE, key, form, level, on_date)
    return None if row is None or row["is_repeal"] else _rule(row)


async def rules_of(connection: Connection, keys: Sequence[str]) -> list[Rule]:
    """Every version of some rules."""
    return [_rule(row) for row in await connection.fetch(SQL_OF_KEYS, list(keys))]


async def lock_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep others from publishing rules of the same keys until the transaction ends."""
    await connection.fetch(SQL_LOCK_KEYS, sorted(set(keys)))


async def page_rules(
    connection: Connection, *, key: str, form: str, level: str, on: date | None, after: UUID | None, limit: int
) -> list[Rule]:
    """Rules behind `after`, oldest first."""
    return [_rule(row) for row in await connection.fetch(SQL_PAGE, key, form, level, on, after, limit)]


async def insert_rules(connection: Connection, rules: Sequence[Rule], *, published_by: str, now: datetime) -> None:
    """Write new versions."""
    if not rules:
        return
    rows = [rule_document(rule) | {"rule_id": str(rule.rule_id), "version": rule.version} for rule in rules]
    await connection.execute(SQL_INSERT, json.dumps(rows, ensure_ascii=False), published_by, now)


def _rule(row: Record) -> Rule:
    return Rule(
        rule_id=row["rule_id"],
        key=row["key"],
        reference=row["reference"],
        title_th=row["title_th"],
        value=row["value"],
        forms=frozenset(EducationForm(form) for form in row["forms"]),
        levels=frozenset(EducationLevel(level) for level in row["levels"]),
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["version"]),
        is_repeal=row["is_repeal"],
    )
