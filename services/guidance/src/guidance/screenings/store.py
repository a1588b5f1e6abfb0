"""SQL of screenings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from chassis.pg import Connection

from guidance.screenings.domain import Screening

SQL_KNOWN_FORMS = """
    SELECT client_id, screening_id, content_mac
      FROM screening WHERE institution_id = $1 AND client_id = ANY($2::uuid[])
"""
SQL_INSERT = """
    INSERT INTO screening (
        screening_id, institution_id, learner_id, instrument_code, instrument_version, instrument_status, norm_version,
        informant, year_be, term, observed_on, answers_sealed, answers_key_id, answered_item_count, judged_group,
        computed_group, client_id, content_mac, recorded_by, assignment_id, submitted_at)
    SELECT i.screening_id, $1, i.learner_id, i.instrument_code, i.instrument_version, i.instrument_status,
           i.norm_version, i.informant, i.year_be, i.term, i.observed_on, i.answers_sealed, $2, i.answered_item_count,
           i.judged_group, i.computed_group, i.client_id, i.content_mac, $3, $4, $5
      FROM unnest($6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::int[],
                  $14::int[], $15::date[], $16::bytea[], $17::int[], $18::text[], $19::text[], $20::uuid[],
                  $21::bytea[])
           AS i(screening_id, learner_id, instrument_code, instrument_version, instrument_status, norm_version,
                informant, year_be, term, observed_on, answers_sealed, answered_item_count, judged_group,
                computed_group, client_id, content_mac)
     ORDER BY i.client_id
    ON CONFLICT ON CONSTRAINT screening_form DO NOTHING
    RETURNING screening_id
"""
SQL_OF_LEARNER = """
    SELECT screening_id, institution_id, learner_id, instrument_code, instrument_version, instrument_status,
           norm_version, informant, year_be, term, observed_on, answered_item_count, judged_group, computed_group,
           submitted_at
      FROM screening WHERE learner_id = ANY($1::uuid[]) AND ($2::uuid IS NULL OR institution_id = $2)
     ORDER BY submitted_at DESC, screening_id DESC LIMIT $3
"""


@dataclass(frozen=True, slots=True)
class SealedScreening:
    """A screening with its sealed answers, as it goes into the table."""

    screening: Screening
    client_id: UUID
    answers_sealed: bytes = field(repr=False)
    content_mac: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class KnownForm:
    """A form that is kept already."""

    screening_id: UUID
    content_mac: bytes = field(repr=False)


async def known_forms(
    connection: Connection, institution_id: UUID, client_ids: Sequence[UUID]
) -> dict[UUID, KnownForm]:
    """Forms of an institution that are kept already, by the device's id."""
    rows = await connection.fetch(SQL_KNOWN_FORMS, institution_id, list(client_ids))
    return {row["client_id"]: KnownForm(row["screening_id"], row["content_mac"]) for row in rows}


async def insert(
    connection: Connection,
    institution_id: UUID,
    screenings: Sequence[SealedScreening],
    *,
    key_id: str,
    recorded_by: str,
    assignment_id: UUID,
) -> set[UUID]:
    """Keep screenings of one call; gives the ids kept now, without forms that another call kept first."""
    if not screenings:
        return set()
    kept = [sealed.screening for sealed in screenings]
    rows = await connection.fetch(
        SQL_INSERT,
        institution_id,
        key_id,
        recorded_by,
        assignment_id,
        kept[0].submitted_at,
        [item.screening_id for item in kept],
        [item.learner_id for item in kept],
        [item.instrument_code for item in kept],
        [item.instrument_version for item in kept],
        [item.instrument_status for item in kept],
        [item.norm_version for item in kept],
        [item.informant for item in kept],
        [item.year_be for item in kept],
        [item.term for item in kept],
        [item.observed_on for item in kept],
        [sealed.answers_sealed for sealed in screenings],
        [item.answered_item_count for item in kept],
        [item.judged_group for item in kept],
        [item.computed_group for item in kept],
        [sealed.client_id for sealed in screenings],
        [sealed.content_mac for sealed in screenings],
    )
    return {row["screening_id"] for row in rows}


async def of_learner(
    connection: Connection, records: Sequence[UUID], *, institution_id: UUID | None, limit: int
) -> list[Screening]:
    """Screenings of the records of one person, newest first; of one institution, or of all when None."""
    rows = await connection.fetch(SQL_OF_LEARNER, records, institution_id, limit)
    return [Screening(**dict(row)) for row in rows]
