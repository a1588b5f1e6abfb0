"""Reading transcripts: who may, what for, and what is kept of it.

Whether a learner exists for the caller is decided by the same steps, in the same order, for learners whom nobody knows
and for those whom the caller may not see: ties, then grants, then nothing. Neither answer nor time tells them apart.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from uuid import UUID

from chassis import outbox
from chassis.auth import Actor
from chassis.errors import InvalidField, PurposeMissing, ServiceError
from chassis.outcomes import check_size
from chassis.pg import Connection, Pool, transaction

from credit_bank.access.domain import Admittance, Ground, Read
from credit_bank.access.use_cases import SITS_IN_COMMITTEE, find_grounds, record_reads
from credit_bank.averages.use_cases import KEYS, TRANSCRIPT_QUERY, policies_of, posted_rows
from credit_bank.calendar_th import thai_date
from credit_bank.clients import Registry
from credit_bank.ledger import copies, merged
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.copies import Shown
from credit_bank.ledger.duplicates import Duplicates
from credit_bank.ledger.flags import Decider
from credit_bank.people import use_cases as people
from credit_bank.people.domain import Identity
from credit_bank.people.merges import families
from credit_bank.recording import use_cases as recording
from credit_bank.recording.domain import Entry, EntryState
from credit_bank.rules.use_cases import policy_book
from credit_bank.transcripts import errors, store
from credit_bank.transcripts.domain import ExistingClaim, Transcript, compose

LEARNERS_MAX = 200
"""Most learners of a call."""

REGISTRY_CALLS_MAX = 8
"""Questions to the registry at the same time."""

RESOURCE = "transcript"
GRANT_SCOPE = "TRANSCRIPT"
ISSUER = "ISSUER"
"""Ground of the registry for whoever once issued a result."""
NO_HASH = bytes(32)

END_OF_TIME = datetime.max.replace(tzinfo=UTC)
"""Until when results count that are asked for without an instant: a neighbour's clock may be a little ahead."""


class Purpose(StrEnum):
    """What transcripts are read for."""

    TRANSFER_ASSESSMENT = "TRANSFER_ASSESSMENT"
    ADMISSION = "ADMISSION"
    OWN_RECORD = "OWN_RECORD"
    GUIDANCE = "GUIDANCE"


@dataclass(frozen=True, slots=True)
class TranscriptQuery:
    """Which transcripts.

    Attributes:
        purpose: A code of `Purpose`.
        as_of: Results as posted until then; None: now.
        curriculum_version: Only results of this one; empty: all.
    """

    learner_ids: tuple[UUID, ...]
    purpose: str
    as_of: datetime | None = None
    curriculum_version: str = ""


async def get_transcript(
    pool: Pool, registry: Registry, query: TranscriptQuery, *, actor: Actor, now: datetime
) -> Transcript:
    """Read one learner's transcript.

    Args:
        pool: Connections.
        registry: Says who the learner is; without its answer there is no transcript.
        query: Names one learner.
        actor: Staff with `transcript.read`, or the learner with `own.read`; resolved freshly.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        PurposeMissing, PurposeUnknown: A purpose is needed.
        InvalidField: `as_of` lies in the future.
        TranscriptNotFound: There is no such learner for the caller.
        Unavailable: The registry does not answer.
    """
    found = await query_transcripts(pool, registry, query, actor=actor, now=now)
    if not found:
        raise errors.TranscriptNotFound
    return found[0]


async def query_transcripts(
    pool: Pool, registry: Registry, query: TranscriptQuery, *, actor: Actor, now: datetime
) -> list[Transcript]:
    """Read transcripts of many learners, in the order asked for; those the caller may not see are left out.

    Each read writes its access row in the transaction of the read. What an institution is told of results that others
    issued is kept as its copy, so that a later correction reaches it (CB-I15).

    Args:
        pool: Connections.
        registry: Says who the learners are and which grants hold; without its answer there is no transcript.
        query: At most 200 learners.
        actor: Staff with `transcript.read`, or the learner with `own.read`; resolved freshly.
        now: When, UTC.

    Raises:
        PermissionMissing: The role does not allow it.
        PurposeMissing, PurposeUnknown: A purpose is needed.
        InvalidField, TooManyItems: No learner, more than 200, or `as_of` in the future.
        Unavailable: The registry does not answer.
    """
    is_self = actor.learner_id is not None and actor.institution_id is None
    actor.require("own.read" if is_self else "transcript.read")
    assert actor.is_fresh, "transcripts rest on a fresh answer of the registry"
    _check(query, now)
    async with pool.acquire(timeout=10) as connection:
        persons = await families(connection, query.learner_ids)
    learner_ids = list(dict.fromkeys(persons[learner_id].surviving_id for learner_id in query.learner_ids))
    today = thai_date(now)
    grounds, grants = await _grounds(pool, registry, learner_ids, actor=actor, today=today)
    identities = await _identities(registry, grounds, purpose=query.purpose, actor=actor)
    async with transaction(pool) as connection:
        if actor.institution_id is not None:
            # A correction either is read here, or finds the copy that is kept here.
            await ledger.lock_learners(connection, sorted(grounds))
        # Once more, in the transaction that reads: what allowed it a moment ago may have ended.
        grounds = await find_grounds(connection, learner_ids, actor=actor, grants=grants, today=today)
        shown = {
            learner_id: (identities[learner_id], grounds[learner_id])
            for learner_id in learner_ids
            if learner_id in grounds and learner_id in identities
        }
        transcripts = await _read(connection, shown, query, actor=actor, now=now)
        reads = [
            Read(learner_id, RESOURCE, query.purpose, ground.ground, ground.ground_id)
            for learner_id, (_, ground) in shown.items()
        ]
        await record_reads(connection, reads, actor=actor, now=now)
        if actor.institution_id is not None:
            # Who sees own rows only is told nothing of others, and holds what it was told before.
            told = {learner_id for learner_id, (_, ground) in shown.items() if not ground.is_own_rows_only}
            transcripts = await _keep(connection, transcripts, told, query, actor=actor, now=now)
    return transcripts


async def _keep(
    connection: Connection,
    transcripts: Sequence[Transcript],
    told: Collection[UUID],
    query: TranscriptQuery,
    *,
    actor: Actor,
    now: datetime,
) -> list[Transcript]:
    """Transcripts with the copies that the caller's institution holds of them; own results alone are no copy.

    What was shown of an earlier instant is kept as far as it stands today; what was corrected since then was corrected
    already when it was read.
    """
    persons = await families(connection, told)
    is_whole = query.as_of is None and not query.curriculum_version
    shown: list[Shown] = []
    for one in transcripts:
        if one.learner_id not in persons:
            continue
        standing = [entry for entry in (*one.rows, *one.activities) if entry.state is EntryState.VERIFIED]
        is_told = any(entry.issuer_institution_id != actor.institution_id for entry in standing)
        entries = {entry.entry_root_id: entry.entry_id for entry in standing} if is_told else {}
        shown.append(Shown(one.learner_id, persons[one.learner_id].members, entries, is_whole))
    by = Decider(actor.subject_hash, actor.assignment_id)
    kept, events = await copies.issue(
        connection, shown, institution_id=actor.at(), purpose=query.purpose, by=by, now=now
    )
    await outbox.add(connection, events)
    return [replace(one, transcript_id=kept.get(one.learner_id)) for one in transcripts]


def _check(query: TranscriptQuery, now: datetime) -> None:
    check_size(query.learner_ids, LEARNERS_MAX, field="learner_ids")
    if not query.purpose:
        raise PurposeMissing
    if query.purpose not in set(Purpose):
        raise errors.PurposeUnknown(field="purpose", known=", ".join(Purpose))
    if query.as_of is not None and query.as_of > now:
        raise InvalidField(field="as_of", expected="now or earlier")


async def _grounds(
    pool: Pool, registry: Registry, learner_ids: list[UUID], *, actor: Actor, today: date
) -> tuple[dict[UUID, Admittance], dict[UUID, UUID]]:
    """On which ground each learner may be read, and the grants that the registry confirmed for it."""
    async with pool.acquire(timeout=10) as connection:
        grounds = await find_grounds(connection, learner_ids, actor=actor, grants={}, today=today)
    asked = [
        learner_id for learner_id in learner_ids if learner_id not in grounds or grounds[learner_id].is_own_rows_only
    ]
    if not asked or actor.institution_id is None or actor.may(SITS_IN_COMMITTEE):
        return grounds, {}
    found = await registry.list_share_grants(asked, recipient_institution_id=actor.institution_id, actor=actor)
    grants = {
        grant.learner_id: grant.grant_id for grant in found if grant.scope == GRANT_SCOPE and grant.is_valid_on(today)
    }
    granted = {learner_id: Admittance(Ground.GRANT, grant_id) for learner_id, grant_id in grants.items()}
    return grounds | granted, grants


async def _identities(
    registry: Registry, grounds: Mapping[UUID, Admittance], *, purpose: str, actor: Actor
) -> dict[UUID, Identity]:
    """Who the learners are, as the registry says now: one question a ground, on that ground."""
    by_ground: dict[tuple[str, UUID | None], list[UUID]] = {}
    for learner_id, ground in grounds.items():
        if ground.is_own_rows_only:
            # For the registry the learner is no longer there: it is told what the bank knows.
            by_ground.setdefault((ISSUER, actor.institution_id), []).append(learner_id)
            continue
        is_stated = ground.ground in (Ground.PARTNERSHIP, Ground.CASE, Ground.GRANT)
        key = (str(ground.ground), ground.ground_id) if is_stated else ("", None)
        by_ground.setdefault(key, []).append(learner_id)
    limit = asyncio.Semaphore(REGISTRY_CALLS_MAX)
    found: dict[UUID, Identity] = {}

    async def ask(ground: str, ground_id: UUID | None, learner_ids: list[UUID]) -> None:
        async with limit:
            found.update(
                await registry.fetch_identities(
                    learner_ids, purpose=purpose, ground=ground, ground_id=ground_id, on=None, actor=actor
                )
            )

    refusals: list[BaseException] = []
    try:
        async with asyncio.TaskGroup() as asking:
            for (ground, ground_id), learner_ids in by_ground.items():
                asking.create_task(ask(ground, ground_id, learner_ids))
    except* ServiceError as group:
        refusals.extend(group.exceptions)
    if refusals:
        raise refusals[0]
    return found


async def _read(
    connection: Connection,
    shown: Mapping[UUID, tuple[Identity, Admittance]],
    query: TranscriptQuery,
    *,
    actor: Actor,
    now: datetime,
) -> list[Transcript]:
    until = query.as_of or END_OF_TIME
    persons = await families(connection, shown)
    person_of = {member: learner_id for learner_id, family in persons.items() for member in family.members}
    kept_roots: dict[UUID, UUID] = {}
    twice: dict[UUID, Duplicates] = {}
    for learner_id, family in persons.items():
        twice[learner_id] = await merged.find_duplicates(connection, family, until=until)
        kept_roots |= twice[learner_id].kept_roots
    read = await recording.read_verified_entries(connection, sorted(person_of), as_of=until)
    # A result that stands in two merged records is shown once, with the claims on either.
    entries = [entry for entry in read if entry.entry_root_id not in kept_roots]
    claims = await store.claims(connection, person_of, kept_roots, as_of=until)
    heads = await store.head_hashes(connection, shown, as_of=until)
    names = await people.read_institutions(connection, _institutions(shown.values(), entries))
    thai_names = {key: institution.name_th for key, institution in names.items()}
    as_of = query.as_of or now
    whole = {
        learner_id: persons[learner_id]
        for learner_id, (_, ground) in shown.items()
        if not query.curriculum_version and not ground.is_own_rows_only
    }
    posted = await posted_rows(connection, whole, twice, entries, until=until)
    pairs = {(str(entry.placing.form), str(entry.placing.level or "")) for entry in entries}
    pairs |= {(row.form, row.level) for rows in posted.values() for row in rows}
    book = await policy_book(connection, KEYS)
    policies, _ = policies_of(pairs, book, kind=TRANSCRIPT_QUERY, on=thai_date(as_of))
    visible: dict[UUID, list[Entry]] = {}
    for entry in entries:
        if _is_shown(entry, query, shown[person_of[entry.learner_id]][1], actor):
            visible.setdefault(person_of[entry.learner_id], []).append(entry)
    return [
        compose(
            identity,
            visible.get(learner_id, ()),
            as_of=as_of,
            institution_names=thai_names,
            claims=_claims(claims.get(learner_id, ()), visible.get(learner_id, ())),
            head_hash=heads.get(learner_id, NO_HASH),
            policies=policies,
            posted=posted.get(learner_id, ()),
        )
        for learner_id, (identity, _) in shown.items()
    ]


def _is_shown(entry: Entry, query: TranscriptQuery, ground: Admittance, actor: Actor) -> bool:
    if query.curriculum_version not in ("", entry.course.key.curriculum_version):
        return False
    return not ground.is_own_rows_only or entry.issuer_institution_id == actor.institution_id


def _claims(claims: Iterable[store.RootClaim], entries: Iterable[Entry]) -> list[ExistingClaim]:
    """Claims on the results that are shown, by the version that is shown."""
    entry_of_root = {entry.entry_root_id: entry.entry_id for entry in entries}
    return [
        ExistingClaim(
            entry_of_root[claim.entry_root_id],
            claim.qualification_code,
            claim.awarding_institution_id,
            claim.state,
            claim.target_course_code,
        )
        for claim in claims
        if claim.entry_root_id in entry_of_root
    ]


def _institutions(shown: Iterable[tuple[Identity, Admittance]], entries: Collection[Entry]) -> set[UUID]:
    enrolled = {enrolment.institution_id for identity, _ in shown for enrolment in identity.enrolments}
    return enrolled | {entry.issuer_institution_id for entry in entries}
