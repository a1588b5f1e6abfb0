"""SQL of consents: one function per statement."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from chassis.pg import Connection, Record

from student_registry.consents.domain import (
    AgeRule,
    Agreement,
    Channel,
    Consent,
    ConsentText,
    Giver,
    Need,
    Purpose,
)
from student_registry.provenance import DataStatus, Provenance

SQL_VERSION = """
    SELECT version, effective_from, source, data_status FROM consent_age_rule_version
     ORDER BY effective_from <= $1::date DESC, abs(effective_from - $1::date) LIMIT 1
"""
# A purpose that has rules of its own in the version takes them, every other one the general rules.
SQL_RULES = """
    SELECT p.purpose, p.name_th, p.is_sensitive, r.age_from, r.age_below, r.need
      FROM consent_purpose p
      JOIN consent_age_rule r
        ON r.version = $1
       AND (r.purpose = p.purpose
            OR (r.purpose IS NULL
                AND NOT EXISTS (SELECT FROM consent_age_rule o WHERE o.version = $1 AND o.purpose = p.purpose)))
     ORDER BY p.purpose, r.age_from
"""
SQL_TEXTS = """
    SELECT purpose, version, text_th, effective_from, source, data_status
      FROM consent_text ORDER BY purpose, effective_from DESC, version DESC
"""
# Holding the learner's row is what makes one consent of what two callers give at once; a merge waits for it too.
SQL_BIRTH = """
    SELECT birth_date, birth_date_precision = 'YEAR' AS is_year_only
      FROM learner WHERE learner_id = $1
"""
_COLUMNS = """
    SELECT c.consent_id, c.learner_id, c.purpose, c.text_version, c.need, c.age_rule_version, c.valid_from, c.valid_to,
           c.withdrawn_at, c.withdrawn_by,
           (SELECT array_agg(ARRAY[a.giver, a.relation, a.channel, a.given_on::text] ORDER BY a.recorded_at, a.giver)
              FROM consent_agreement a WHERE a.consent_id = c.consent_id) AS agreements
      FROM consent c
"""
SQL_LOCK = f"{_COLUMNS} WHERE c.consent_id = $1 FOR UPDATE OF c"
SQL_OPEN = f"""
    {_COLUMNS}
     WHERE c.learner_id = $1 AND c.purpose = $2 AND c.text_version = $3 AND c.withdrawn_at IS NULL
       AND (c.valid_to IS NULL OR c.valid_to >= $4::date)
     ORDER BY c.consent_id LIMIT 1
"""
SQL_OF_LEARNER = f"{_COLUMNS} WHERE c.learner_id = $1 ORDER BY c.consent_id DESC"
SQL_OF_PURPOSE = f"""
    {_COLUMNS}
     WHERE c.learner_id = ANY($1::uuid[]) AND c.purpose = $2 AND c.withdrawn_at IS NULL
       AND c.valid_from <= $3::date AND (c.valid_to IS NULL OR c.valid_to >= $3::date)
     ORDER BY c.learner_id, c.consent_id
"""
SQL_INSERT = """
    INSERT INTO consent (consent_id, learner_id, purpose, text_version, need, age_rule_version, valid_from, valid_to)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
"""
SQL_COMPLETE = "UPDATE consent SET valid_from = $2 WHERE consent_id = $1 AND valid_from IS NULL"
SQL_INSERT_AGREEMENT = """
    INSERT INTO consent_agreement (consent_id, giver, relation, channel, given_on, recorded_at, recorded_by,
                                   recorder_role, institution_id)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
"""
SQL_WITHDRAW = """
    UPDATE consent SET withdrawn_at = $2, withdrawn_by = $3, withdrawn_hash = $4
     WHERE consent_id = $1 AND withdrawn_at IS NULL
"""


def _provenance(row: Record) -> Provenance:
    return Provenance(row["source"], DataStatus(row["data_status"]), row["effective_from"], row["version"])


async def purposes(connection: Connection, *, on_date: date) -> dict[str, Purpose]:
    """Every purpose by code, with its texts and with the age rules of a day."""
    version = await connection.fetchrow(SQL_VERSION, on_date)
    assert version is not None, "a migration seeds the first version"
    texts: dict[str, list[ConsentText]] = {}
    for row in await connection.fetch(SQL_TEXTS):
        text = ConsentText(row["version"], row["text_th"], row["effective_from"], _provenance(row))
        texts.setdefault(row["purpose"], []).append(text)
    rules: dict[str, list[AgeRule]] = {}
    facts: dict[str, tuple[str, bool]] = {}
    for row in await connection.fetch(SQL_RULES, version["version"]):
        facts[row["purpose"]] = (row["name_th"], row["is_sensitive"])
        rules.setdefault(row["purpose"], []).append(AgeRule(row["age_from"], row["age_below"], Need(row["need"])))
    return {
        name: Purpose(
            purpose=name,
            name_th=name_th,
            is_sensitive=is_sensitive,
            texts=tuple(texts.get(name, ())),
            age_rules=tuple(rules[name]),
            age_rule_version=version["version"],
            age_rule_provenance=_provenance(version),
        )
        for name, (name_th, is_sensitive) in facts.items()
    }


async def birth_of(connection: Connection, learner_id: UUID) -> tuple[date | None, bool]:
    """A learner's birth date, and whether only its year is known."""
    row = await connection.fetchrow(SQL_BIRTH, learner_id)
    assert row is not None, "the learner was visible and is never deleted"
    return row["birth_date"], bool(row["is_year_only"])


def _consent(row: Record) -> Consent:
    return Consent(
        consent_id=row["consent_id"],
        learner_id=row["learner_id"],
        purpose=row["purpose"],
        text_version=row["text_version"],
        need=Need(row["need"]),
        age_rule_version=row["age_rule_version"],
        agreements=tuple(
            Agreement(Giver(giver), relation, Channel(channel), date.fromisoformat(given_on))
            for giver, relation, channel, given_on in row["agreements"] or ()
        ),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        withdrawn_at=row["withdrawn_at"],
        withdrawn_by=None if row["withdrawn_by"] is None else Giver(row["withdrawn_by"]),
    )


async def lock(connection: Connection, consent_id: UUID) -> Consent | None:
    """A consent, held until the transaction ends; None when there is none."""
    row = await connection.fetchrow(SQL_LOCK, consent_id)
    return None if row is None else _consent(row)


async def open_one(
    connection: Connection, learner_id: UUID, *, purpose: str, text_version: str, today: date
) -> Consent | None:
    """The learner's consent to a text that was neither withdrawn nor is over."""
    row = await connection.fetchrow(SQL_OPEN, learner_id, purpose, text_version, today)
    return None if row is None else _consent(row)


async def of_learner(connection: Connection, learner_id: UUID) -> list[Consent]:
    """Every consent of a learner, newest first."""
    return [_consent(row) for row in await connection.fetch(SQL_OF_LEARNER, learner_id)]


async def of_purpose(
    connection: Connection, learner_ids: Sequence[UUID], *, purpose: str, on_date: date
) -> list[Consent]:
    """Consents of these learners to a purpose that hold on a day."""
    return [_consent(row) for row in await connection.fetch(SQL_OF_PURPOSE, learner_ids, purpose, on_date)]


async def insert(connection: Connection, consent: Consent) -> None:
    """Add a consent without its agreements."""
    await connection.execute(
        SQL_INSERT,
        consent.consent_id,
        consent.learner_id,
        consent.purpose,
        consent.text_version,
        consent.need.value,
        consent.age_rule_version,
        consent.valid_from,
        consent.valid_to,
    )


async def complete(connection: Connection, consent: Consent) -> None:
    """Note from when a consent holds that waited."""
    status = await connection.execute(SQL_COMPLETE, consent.consent_id, consent.valid_from)
    assert status == "UPDATE 1", "the learner is locked and the consent waited"


async def insert_agreement(
    connection: Connection,
    consent_id: UUID,
    agreement: Agreement,
    *,
    now: datetime,
    recorded_by: str,
    recorder_role: str,
    institution_id: UUID | None,
) -> None:
    """Add one giver's agreement."""
    await connection.execute(
        SQL_INSERT_AGREEMENT,
        consent_id,
        agreement.giver.value,
        agreement.relation,
        agreement.channel.value,
        agreement.given_on,
        now,
        recorded_by,
        recorder_role,
        institution_id,
    )


async def withdraw(connection: Connection, consent_id: UUID, *, by: Giver, now: datetime, entered_by: str) -> None:
    """Withdraw a consent that was not."""
    status = await connection.execute(SQL_WITHDRAW, consent_id, now, by.value, entered_by)
    assert status == "UPDATE 1", "the consent is locked and was not withdrawn"
