"""SQL of statements: what is shown of the results and accounts that a page of journals names."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from chassis.pg import Connection

from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.statements.domain import EntryShown

SQL_ENTRIES = """
    SELECT entry_id, version, issuer_institution_id, issuing_body, form, learning_type, coalesce(level, '') AS level,
           code_system, code, curriculum_version, owner_institution_id, title_th, source_mode, state
      FROM entry WHERE entry_id = ANY($1::uuid[]) ORDER BY entry_id
"""
SQL_STATES = "SELECT account_id, state FROM account WHERE account_id = ANY($1::uuid[])"


async def read_entries(connection: Connection, entry_ids: Collection[UUID]) -> list[EntryShown]:
    """Results by id, with form, type, level and issuing body."""
    return [
        EntryShown(
            entry_id=row["entry_id"],
            version=row["version"],
            issuer_institution_id=row["issuer_institution_id"],
            issuing_body=row["issuing_body"],
            form=row["form"],
            learning_type=row["learning_type"],
            level=row["level"],
            course=CourseKey(
                CodeSystem(row["code_system"]), row["code"], row["curriculum_version"], row["owner_institution_id"]
            ),
            course_title_th=row["title_th"],
            source_mode=row["source_mode"],
            state=row["state"],
        )
        for row in await connection.fetch(SQL_ENTRIES, sorted(entry_ids))
    ]


async def account_states(connection: Connection, account_ids: Collection[UUID]) -> dict[UUID, str]:
    """States of accounts as they are now."""
    return {row["account_id"]: row["state"] for row in await connection.fetch(SQL_STATES, sorted(account_ids))}
