"""SQL of agreements, committees and offerings."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import zip_longest
from typing import Any
from uuid import UUID

from chassis.ids import uuid7
from chassis.pg import Connection, Record

from credit_bank.partnerships.domain import (
    Committee,
    CommitteeFacts,
    Confirmation,
    ConfirmationStatus,
    Mandate,
    Member,
    Offering,
    OfferingFacts,
    OutsideParty,
    OutsidePartyKind,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
    Proposal,
    ProposalOutcome,
    Tier,
    course_document,
    course_of_document,
    facts_of_document,
    partnership_document,
    signatory_document,
    signatory_of_document,
)
from credit_bank.provenance import Provenance

SQL_LOCK_KEYS = "SELECT pg_advisory_xact_lock(hashtextextended(key, 0)) FROM unnest($1::text[]) AS k(key) ORDER BY key"

_COMMITTEE = """
    SELECT c.committee_id, c.institution_id, c.mandates, c.order_no, c.quorum, c.valid_from, c.valid_to, c.tier,
           c.source, c.status, c.source_version, c.content_hash,
           array(SELECT m.assignment_id FROM committee_member m WHERE m.committee_id = c.committee_id
                  ORDER BY m.assignment_id) AS member_ids,
           array(SELECT m.is_chair FROM committee_member m WHERE m.committee_id = c.committee_id
                  ORDER BY m.assignment_id) AS member_is_chair
      FROM committee c
"""
SQL_READ_COMMITTEES = f"{_COMMITTEE} WHERE c.committee_id = ANY($1::uuid[])"
SQL_COMMITTEES_BY_ORDER = f"""
    {_COMMITTEE} JOIN unnest($1::uuid[], $2::text[]) AS k(institution_id, order_no)
        ON c.institution_id = k.institution_id AND c.order_no = k.order_no
"""
SQL_INSERT_COMMITTEES = """
    INSERT INTO committee (committee_id, institution_id, mandates, order_no, quorum, valid_from, valid_to, source,
                           status, source_version, content_hash, tier, registered_at)
    SELECT committee_id, institution_id, array(SELECT jsonb_array_elements_text(mandates::jsonb)), order_no, quorum,
           valid_from, valid_to, source, status, source_version, content_hash, tier, $13::timestamptz
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::integer[], $6::date[], $7::date[], $8::text[],
                  $9::text[], $10::text[], $11::bytea[], $12::text[])
           AS i(committee_id, institution_id, mandates, order_no, quorum, valid_from, valid_to, source, status,
                source_version, content_hash, tier)
"""
SQL_END_COMMITTEES = """
    UPDATE committee c SET valid_to = i.valid_to, content_hash = i.content_hash, ended_at = $4, ended_by = $5
      FROM unnest($1::uuid[], $2::date[], $3::bytea[]) AS i(committee_id, valid_to, content_hash)
     WHERE c.committee_id = i.committee_id
"""
SQL_PAGE_COMMITTEES = f"""
    {_COMMITTEE}
     WHERE c.institution_id = $1 AND ($2 = '' OR $2 = ANY(c.mandates))
       AND ($3::date IS NULL OR (c.valid_from <= $3 AND (c.valid_to IS NULL OR c.valid_to >= $3)))
       AND ($4::uuid IS NULL OR c.committee_id > $4)
     ORDER BY c.committee_id LIMIT $5
"""
SQL_INSERT_MEMBERS = """
    INSERT INTO committee_member (committee_id, assignment_id, is_chair)
    SELECT committee_id, assignment_id, is_chair
      FROM unnest($1::uuid[], $2::uuid[], $3::boolean[]) AS i(committee_id, assignment_id, is_chair)
"""

_PARTNERSHIP = """
    SELECT p.partnership_id, p.reference, p.programme, p.state, p.signed_on, p.valid_from, p.valid_to, p.committee_id,
           p.source, p.status, p.effective_from, p.source_version, p.content_hash, p.version, p.outside_parties,
           p.signatories, p.courses, p.file_sha256, p.outside_evidence, p.terms_version, p.proposed_state,
           (SELECT coalesce(jsonb_agg(one ORDER BY one.institution_id), '[]')
              FROM (SELECT DISTINCT ON (c.institution_id) c.institution_id, c.version, c.assignment_id, c.confirmed_at,
                           c.status, c.confirmed_by
                      FROM partnership_consent c
                     WHERE c.partnership_id = p.partnership_id AND c.version >= p.terms_version
                     ORDER BY c.institution_id, c.status = 'confirmed' DESC, c.version DESC) one) AS confirmations,
           array(SELECT y.institution_id FROM partnership_party y WHERE y.partnership_id = p.partnership_id
                  ORDER BY y.party_no) AS parties,
           greatest(p.version, (SELECT max(v.version) FROM partnership_version v
                                 WHERE v.partnership_id = p.partnership_id)) AS last_version,
           (SELECT jsonb_build_object(
                       'version', o.version, 'proposed_for', o.proposed_for, 'proposed_at', v.changed_at,
                       'facts', v.facts, 'confirmations',
                       (SELECT jsonb_agg(c ORDER BY c.confirmation_id) FROM partnership_confirmation c
                         WHERE c.partnership_id = o.partnership_id AND c.version = o.version))
              FROM partnership_proposal o JOIN partnership_version v USING (partnership_id, version)
             WHERE o.partnership_id = p.partnership_id AND o.outcome IS NULL) AS proposal
      FROM partnership p
"""
SQL_READ_PARTNERSHIPS = f"{_PARTNERSHIP} WHERE p.partnership_id = ANY($1::uuid[])"
SQL_PARTNERSHIPS_BY_KEY = f"{_PARTNERSHIP} WHERE p.natural_key = ANY($1::text[])"
SQL_PAGE_PARTNERSHIPS = f"""
    {_PARTNERSHIP}
     WHERE p.partnership_id IN (SELECT y.partnership_id FROM partnership_party y WHERE y.institution_id = $1)
       AND ($2::uuid IS NULL OR p.partnership_id > $2) AND ($3::text IS NULL OR p.state = $3)
       AND ($4::date IS NULL OR p.valid_to < $4)
       AND (NOT $6::boolean
            OR (p.state = 'SIGNED' OR p.proposed_state IS NOT NULL)
           AND NOT EXISTS (SELECT FROM partnership_consent c
                            WHERE c.partnership_id = p.partnership_id AND c.institution_id = $1
                              AND c.version >= p.terms_version)
            OR EXISTS (SELECT FROM partnership_proposal o
                        WHERE o.partnership_id = p.partnership_id AND o.outcome IS NULL
                          AND NOT EXISTS (SELECT FROM partnership_confirmation c
                                           WHERE c.partnership_id = o.partnership_id AND c.version = o.version
                                             AND c.institution_id = $1)))
     ORDER BY p.partnership_id LIMIT $5
"""
SQL_KEEP_PARTNERSHIPS = """
    INSERT INTO partnership (partnership_id, natural_key, reference, programme, state, signed_on, valid_from, valid_to,
                             committee_id, source, status, effective_from, source_version, content_hash, version,
                             outside_parties, signatories, courses, file_sha256, outside_evidence, terms_version,
                             proposed_state, changed_at)
    SELECT partnership_id, natural_key, reference, programme, state, signed_on, valid_from, valid_to, committee_id,
           source, status, effective_from, source_version, content_hash, version, outside_parties::jsonb,
           signatories::jsonb, courses::jsonb, file_sha256, outside_evidence::jsonb, terms_version, proposed_state,
           $20::timestamptz
      FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::date[], $7::date[], $8::date[],
                  $9::uuid[], $10::text[], $11::text[], $12::date[], $13::text[], $14::bytea[], $15::integer[],
                  $16::text[], $17::text[], $18::text[], $19::bytea[], $21::text[], $22::integer[], $23::text[])
           AS i(partnership_id, natural_key, reference, programme, state, signed_on, valid_from, valid_to, committee_id,
                source, status, effective_from, source_version, content_hash, version, outside_parties, signatories,
                courses, file_sha256, outside_evidence, terms_version, proposed_state)
    ON CONFLICT (partnership_id) DO UPDATE
       SET state = EXCLUDED.state, signed_on = EXCLUDED.signed_on, valid_from = EXCLUDED.valid_from,
           valid_to = EXCLUDED.valid_to, committee_id = EXCLUDED.committee_id, source = EXCLUDED.source,
           status = EXCLUDED.status, effective_from = EXCLUDED.effective_from,
           source_version = EXCLUDED.source_version, content_hash = EXCLUDED.content_hash,
           version = EXCLUDED.version, outside_parties = EXCLUDED.outside_parties,
           signatories = EXCLUDED.signatories, courses = EXCLUDED.courses, file_sha256 = EXCLUDED.file_sha256,
           outside_evidence = EXCLUDED.outside_evidence, terms_version = EXCLUDED.terms_version,
           proposed_state = EXCLUDED.proposed_state, changed_at = EXCLUDED.changed_at
"""
SQL_INSERT_VERSIONS = """
    INSERT INTO partnership_version (partnership_id, version, facts, changed_by, changed_at)
    SELECT partnership_id, version, facts, $4, $5
      FROM unnest($1::uuid[], $2::integer[], $3::jsonb[]) AS i(partnership_id, version, facts)
"""
SQL_INSERT_PROPOSALS = """
    INSERT INTO partnership_proposal (partnership_id, version, proposed_for)
    SELECT * FROM unnest($1::uuid[], $2::integer[], $3::uuid[])
"""
SQL_END_PROPOSALS = """
    UPDATE partnership_proposal o SET outcome = i.outcome, ended_for = $4, ended_by = $5, ended_at = $6
      FROM unnest($1::uuid[], $2::integer[], $3::text[]) AS i(partnership_id, version, outcome)
     WHERE o.partnership_id = i.partnership_id AND o.version = i.version AND o.outcome IS NULL RETURNING true
"""
SQL_INSERT_CONFIRMATIONS = """
    INSERT INTO partnership_confirmation (confirmation_id, partnership_id, institution_id, version, status,
                                          confirmed_by, assignment_id, confirmed_at)
    SELECT confirmation_id, partnership_id, institution_id, version, 'confirmed', confirmed_by, assignment_id, $7
      FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::integer[], $5::uuid[], $6::text[])
           AS i(confirmation_id, partnership_id, institution_id, version, assignment_id, confirmed_by)
"""
SQL_COME_INTO_FORCE = """
    UPDATE partnership SET state = 'ACTIVE', proposed_state = NULL, changed_at = $2
     WHERE partnership_id = ANY($1::uuid[])
"""
SQL_INSERT_PARTIES = """
    INSERT INTO partnership_party (partnership_id, institution_id, party_no)
    SELECT partnership_id, institution_id, party_no
      FROM unnest($1::uuid[], $2::uuid[], $3::smallint[]) AS i(partnership_id, institution_id, party_no)
    ON CONFLICT (partnership_id, institution_id) DO NOTHING
"""

_OFFERING = """
    SELECT o.offering_id, o.reference, o.course_id, o.institution_id, o.partnership_id, o.year_be, o.term,
           o.content_hash
      FROM offering o
"""
SQL_READ_OFFERINGS = f"{_OFFERING} WHERE o.offering_id = ANY($1::uuid[])"
SQL_OFFERINGS_BY_REFERENCE = f"{_OFFERING} WHERE o.institution_id = $1 AND o.reference = ANY($2::text[])"
SQL_INSERT_OFFERINGS = """
    INSERT INTO offering (offering_id, institution_id, reference, course_id, partnership_id, year_be, term, source,
                          status, effective_from, source_version, content_hash, scheduled_at)
    SELECT offering_id, institution_id, reference, course_id, partnership_id, year_be, term, source, status,
           effective_from, source_version, content_hash, $13::timestamptz
      FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::uuid[], $6::smallint[], $7::smallint[],
                  $8::text[], $9::text[], $10::date[], $11::text[], $12::bytea[])
           AS i(offering_id, institution_id, reference, course_id, partnership_id, year_be, term, source, status,
                effective_from, source_version, content_hash)
"""


async def lock_keys(connection: Connection, keys: Collection[str]) -> None:
    """Keep others from writing under the same keys until the transaction ends; sorted, so that no ring forms."""
    await connection.fetch(SQL_LOCK_KEYS, sorted(set(keys)))


# ---- committees -----------------------------------------------------------------------------------------------------


async def read_committees(connection: Connection, committee_ids: Collection[UUID]) -> dict[UUID, Committee]:
    """Committees by id."""
    rows = await connection.fetch(SQL_READ_COMMITTEES, sorted(set(committee_ids)))
    return {row["committee_id"]: _committee(row) for row in rows}


async def committees_by_order(
    connection: Connection, orders: Sequence[tuple[UUID, str]]
) -> dict[tuple[UUID, str], tuple[UUID, bytes]]:
    """Id and content's hash of committees by institution and order number."""
    rows = await connection.fetch(
        SQL_COMMITTEES_BY_ORDER, [institution_id for institution_id, _ in orders], [order_no for _, order_no in orders]
    )
    return {(row["institution_id"], row["order_no"]): (row["committee_id"], row["content_hash"]) for row in rows}


async def end_committees(
    connection: Connection, committees: Sequence[tuple[Committee, bytes]], *, ended_by: str, now: datetime
) -> None:
    """Write the last days of committees that end earlier than their orders said."""
    await connection.execute(
        SQL_END_COMMITTEES,
        [committee.committee_id for committee, _ in committees],
        [committee.facts.valid_to for committee, _ in committees],
        [content_hash for _, content_hash in committees],
        now,
        ended_by,
    )


async def page_committees(
    connection: Connection,
    institution_id: UUID,
    *,
    mandate: Mandate | None,
    valid_on: date | None,
    after: UUID | None,
    limit: int,
) -> list[Committee]:
    """Committees of an institution behind `after`, oldest first."""
    rows = await connection.fetch(SQL_PAGE_COMMITTEES, institution_id, str(mandate or ""), valid_on, after, limit)
    return [_committee(row) for row in rows]


async def insert_committees(
    connection: Connection, committees: Sequence[tuple[Committee, bytes]], *, now: datetime
) -> None:
    """Write committees with their members."""
    if not committees:
        return
    facts = [committee.facts for committee, _ in committees]
    await connection.execute(
        SQL_INSERT_COMMITTEES,
        [committee.committee_id for committee, _ in committees],
        [item.institution_id for item in facts],
        [json.dumps(sorted(item.mandates)) for item in facts],
        [item.order_no for item in facts],
        [item.quorum for item in facts],
        [item.valid_from for item in facts],
        [item.valid_to for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.version for item in facts],
        [content_hash for _, content_hash in committees],
        [str(item.tier) for item in facts],
        now,
    )
    members = [(committee.committee_id, member) for committee, _ in committees for member in committee.facts.members]
    await connection.execute(
        SQL_INSERT_MEMBERS,
        [committee_id for committee_id, _ in members],
        [member.assignment_id for _, member in members],
        [member.is_chair for _, member in members],
    )


def _committee(row: Record) -> Committee:
    facts = CommitteeFacts(
        institution_id=row["institution_id"],
        mandates=frozenset(Mandate(name) for name in row["mandates"]),
        order_no=row["order_no"],
        quorum=row["quorum"],
        members=tuple(
            Member(assignment_id, is_chair)
            for assignment_id, is_chair in zip(row["member_ids"], row["member_is_chair"], strict=True)
        ),
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        provenance=Provenance(row["source"], row["status"], row["valid_from"], row["source_version"]),
        tier=Tier(row["tier"]),
    )
    return Committee(row["committee_id"], facts)


# ---- partnerships ---------------------------------------------------------------------------------------------------


async def read_partnerships(connection: Connection, partnership_ids: Collection[UUID]) -> dict[UUID, Partnership]:
    """Partnerships by id."""
    rows = await connection.fetch(SQL_READ_PARTNERSHIPS, sorted(set(partnership_ids)))
    return {row["partnership_id"]: _partnership(row) for row in rows}


async def partnerships_by_key(
    connection: Connection, natural_keys: Collection[str]
) -> dict[str, tuple[Partnership, bytes]]:
    """Partnerships by natural key, each with the hash of its content."""
    rows = await connection.fetch(SQL_PARTNERSHIPS_BY_KEY, sorted(set(natural_keys)))
    found = [(_partnership(row), row["content_hash"]) for row in rows]
    return {partnership.facts.natural_key: (partnership, content_hash) for partnership, content_hash in found}


async def page_partnerships(
    connection: Connection,
    institution_id: UUID,
    *,
    state: PartnershipState | None,
    ends_before: date | None,
    is_awaited: bool,
    after: UUID | None,
    limit: int,
) -> list[Partnership]:
    """Partnerships of which an institution is a party, behind `after`, oldest first; or those that await it."""
    wanted = None if state is None else str(state)
    rows = await connection.fetch(SQL_PAGE_PARTNERSHIPS, institution_id, after, wanted, ends_before, limit, is_awaited)
    return [_partnership(row) for row in rows]


async def keep_partnerships(
    connection: Connection, partnerships: Sequence[tuple[Partnership, bytes]], *, now: datetime
) -> None:
    """Write new partnerships and new states of known ones, each with the hash of what was stated."""
    if not partnerships:
        return
    facts = [partnership.facts for partnership, _ in partnerships]
    await connection.execute(
        SQL_KEEP_PARTNERSHIPS,
        [partnership.partnership_id for partnership, _ in partnerships],
        [item.natural_key for item in facts],
        [item.reference for item in facts],
        [str(item.programme) for item in facts],
        [str(item.state) for item in facts],
        [item.signed_on for item in facts],
        [item.valid_from for item in facts],
        [item.valid_to for item in facts],
        [item.committee_id for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.effective_from for item in facts],
        [item.provenance.version for item in facts],
        [content_hash for _, content_hash in partnerships],
        [partnership.version for partnership, _ in partnerships],
        [json.dumps([[str(party.kind), party.name_th] for party in item.outside_parties]) for item in facts],
        [json.dumps([signatory_document(one) for one in item.signatories]) for item in facts],
        [json.dumps([course_document(key) for key in item.courses]) for item in facts],
        [item.file_sha256 for item in facts],
        now,
        [json.dumps([party.evidence_th for party in item.outside_parties]) for item in facts],
        [partnership.terms_version for partnership, _ in partnerships],
        [partnership.proposed_state for partnership, _ in partnerships],
    )
    parties = [
        (partnership.partnership_id, number, party)
        for partnership, _ in partnerships
        for number, party in enumerate(partnership.facts.party_institution_ids)
    ]
    await connection.execute(
        SQL_INSERT_PARTIES,
        [partnership_id for partnership_id, _, _ in parties],
        [party for _, _, party in parties],
        [number for _, number, _ in parties],
    )


async def insert_versions(
    connection: Connection,
    versions: Sequence[tuple[UUID, int, PartnershipFacts]],
    *,
    changed_by: str,
    now: datetime,
) -> None:
    """Keep for ever what was stated of partnerships, whether it came to hold or not."""
    if not versions:
        return
    await connection.execute(
        SQL_INSERT_VERSIONS,
        [partnership_id for partnership_id, _, _ in versions],
        [version for _, version, _ in versions],
        [partnership_document(facts) for _, _, facts in versions],
        changed_by,
        now,
    )


async def insert_proposals(connection: Connection, proposals: Sequence[tuple[UUID, int, UUID]]) -> None:
    """Write which versions stand beside partnerships in force, and whose they are."""
    if proposals:
        await connection.execute(SQL_INSERT_PROPOSALS, *([row[column] for row in proposals] for column in range(3)))


async def end_proposals(
    connection: Connection,
    ended: Sequence[tuple[UUID, int, ProposalOutcome]],
    *,
    institution_id: UUID,
    ended_by: str,
    now: datetime,
) -> None:
    """Write what became of proposed versions, and by whom."""
    if not ended:
        return
    done = await connection.fetch(
        SQL_END_PROPOSALS,
        [partnership_id for partnership_id, _, _ in ended],
        [version for _, version, _ in ended],
        [str(outcome) for _, _, outcome in ended],
        institution_id,
        ended_by,
        now,
    )
    assert len(done) == len(ended), "decided while the keys of the partnerships were held"


async def keep_confirmations(
    connection: Connection,
    confirmations: Sequence[tuple[UUID, Confirmation]],
    *,
    in_force: Collection[UUID],
    now: datetime,
) -> None:
    """Write what was confirmed of which partnerships, and that some are in force by it."""
    if not confirmations:
        return
    await connection.execute(
        SQL_INSERT_CONFIRMATIONS,
        [uuid7() for _ in confirmations],
        [partnership_id for partnership_id, _ in confirmations],
        [one.institution_id for _, one in confirmations],
        [one.version for _, one in confirmations],
        [one.assignment_id for _, one in confirmations],
        [one.confirmed_by for _, one in confirmations],
        now,
    )
    if in_force:
        await connection.execute(SQL_COME_INTO_FORCE, sorted(in_force), now)


def _partnership(row: Record) -> Partnership:
    facts = PartnershipFacts(
        reference=row["reference"],
        party_institution_ids=tuple(row["parties"]),
        programme=Programme(row["programme"]),
        state=PartnershipState(row["state"]),
        signed_on=row["signed_on"],
        valid_from=row["valid_from"],
        valid_to=row["valid_to"],
        committee_id=row["committee_id"],
        provenance=Provenance(row["source"], row["status"], row["effective_from"], row["source_version"]),
        outside_parties=tuple(
            OutsideParty(OutsidePartyKind(kind), name, evidence)
            for (kind, name), evidence in zip_longest(
                row["outside_parties"], row["outside_evidence"][: len(row["outside_parties"])], fillvalue=""
            )
        ),
        courses=tuple(course_of_document(key) for key in row["courses"]),
        signatories=tuple(signatory_of_document(one) for one in row["signatories"]),
        file_sha256=row["file_sha256"],
    )
    return Partnership(
        row["partnership_id"],
        facts,
        row["version"],
        terms_version=row["terms_version"],
        confirmations=tuple(_confirmation(one) for one in row["confirmations"]),
        proposed_state=None if row["proposed_state"] is None else PartnershipState(row["proposed_state"]),
        last_version=row["last_version"],
        proposal=None if row["proposal"] is None else _proposal(row["proposal"], facts),
    )


def _proposal(found: Mapping[str, Any], facts: PartnershipFacts) -> Proposal:
    return Proposal(
        version=found["version"],
        facts=facts_of_document(
            found["facts"], reference=facts.reference, party_institution_ids=facts.party_institution_ids
        ),
        proposed_for=UUID(found["proposed_for"]),
        proposed_at=datetime.fromisoformat(found["proposed_at"]),
        confirmations=tuple(_confirmation(one) for one in found["confirmations"] or ()),
    )


def _confirmation(one: Mapping[str, Any]) -> Confirmation:
    return Confirmation(
        institution_id=UUID(one["institution_id"]),
        version=one["version"],
        assignment_id=UUID(one["assignment_id"]) if one["assignment_id"] else None,
        confirmed_at=datetime.fromisoformat(one["confirmed_at"]),
        status=ConfirmationStatus(one["status"]),
        confirmed_by=one["confirmed_by"],
    )


# ---- offerings ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NewOffering:
    """An offering to write."""

    offering_id: UUID
    course_id: UUID
    facts: OfferingFacts
    content_hash: bytes


async def read_offerings(connection: Connection, offering_ids: Collection[UUID]) -> dict[UUID, Offering]:
    """Offerings by id."""
    rows = await connection.fetch(SQL_READ_OFFERINGS, sorted(set(offering_ids)))
    return {row["offering_id"]: _offering(row) for row in rows}


async def offerings_by_reference(
    connection: Connection, institution_id: UUID, references: Collection[str]
) -> Mapping[str, tuple[Offering, bytes]]:
    """Offerings of an institution by reference, each with the hash of its content."""
    rows = await connection.fetch(SQL_OFFERINGS_BY_REFERENCE, institution_id, sorted(set(references)))
    return {row["reference"]: (_offering(row), row["content_hash"]) for row in rows}


async def insert_offerings(connection: Connection, offerings: Sequence[NewOffering], *, now: datetime) -> None:
    """Write offerings."""
    if not offerings:
        return
    facts = [offering.facts for offering in offerings]
    await connection.execute(
        SQL_INSERT_OFFERINGS,
        [offering.offering_id for offering in offerings],
        [item.institution_id for item in facts],
        [item.reference for item in facts],
        [offering.course_id for offering in offerings],
        [item.partnership_id for item in facts],
        [item.year_be for item in facts],
        [item.term for item in facts],
        [item.provenance.source for item in facts],
        [item.provenance.status for item in facts],
        [item.provenance.effective_from for item in facts],
        [item.provenance.version for item in facts],
        [offering.content_hash for offering in offerings],
        now,
    )


def _offering(row: Record) -> Offering:
    return Offering(
        offering_id=row["offering_id"],
        reference=row["reference"],
        course_id=row["course_id"],
        institution_id=row["institution_id"],
        partnership_id=row["partnership_id"],
        year_be=row["year_be"],
        term=row["term"],
    )
