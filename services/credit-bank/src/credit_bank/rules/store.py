"""SQL of policy rules."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from chassis.pg import Connection, Record

from credit_bank.provenance import Provenance
from credit_bank.rules.domain import EducationForm, EducationLevel, Rule

_RULE = """
    r.rule_id, r.key, r.reference, r.title_th, r.value, r.forms, r.levels, r.source, r.status,
    r.effective_from, r.version
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


async def rule_in_force(connection: Connection, key: str, *, form: str, level: str, on_date: date) -> Rule | None:
    """The rule that holds on a day for one form and level."""
    row = await connection.fetchrow(SQL_IN_FORCE, key, form, level, on_date)
    return None if row is None else _rule(row)


async def rules_of(connection: Connection, keys: Sequence[str]) -> list[Rule]:
    """Every version of some rules."""
    return [_rule(row) for row in await connection.fetch(SQL_OF_KEYS, list(keys))]


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
    )
