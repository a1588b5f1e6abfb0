"""Reading profiles: what holds, what was ever recorded, photographs, and whose contact data are old."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import InvalidField
from chassis.pg import Connection, transaction

from student_registry.access.domain import Ground, GroundKind, Resource, Visible
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import READ_LEARNERS, READ_OWN, record_reads, visible_learners
from student_registry.calendar_th import today_in_thailand
from student_registry.codes import codes_on
from student_registry.deps import Deps
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.keyring import Sealed
from student_registry.learners.domain import PersonName
from student_registry.learners.errors import NotRegistrar
from student_registry.limits import check_ids, check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.profiles import sealing, store
from student_registry.profiles.domain import (
    RESTRICTED_KINDS,
    Completeness,
    Fact,
    Photo,
    ProfileKind,
    completeness,
    order_of_facts,
    profile_on,
    weights_of,
)
from student_registry.profiles.errors import FactNotFound
from student_registry.rules import Rule, rules_on

READ_RESTRICTED = "registry.restricted.read"
STALE_DAYS = "CONTACT_STALE_DAYS"
WEIGHTS = "PROFILE_WEIGHTS"
ITEMS = "PROFILE_ITEM"
STALE_PURPOSE = "CONTACT_STALE_LIST"
"""Purpose of a list of one's own institution when the caller states none."""


@dataclass(frozen=True, slots=True)
class BatchGetProfiles:
    """Whose profiles to read, and whether with what is restricted."""

    learner_ids: tuple[UUID, ...]
    purpose: str
    with_restricted: bool = False
    on_date: date | None = None


@dataclass(frozen=True, slots=True)
class MissingItem:
    """What a profile lacks, in a code and in Thai."""

    code: str
    name_th: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What holds of a learner on a day, and how complete it is.

    Attributes:
        weights: The rule by which completeness was computed.
    """

    learner_id: UUID
    facts: list[Fact]
    completeness: Completeness
    missing: list[MissingItem]
    weights: Rule


@dataclass(frozen=True, slots=True)
class ListStaleContacts:
    """Of which institution, from where on."""

    institution_id: UUID
    page_size: int = 0
    after: str = ""


@dataclass(frozen=True, slots=True)
class StaleLearner:
    """A learner whose contact data nobody has confirmed for longer than the rule allows; None: never."""

    learner_id: UUID
    name: PersonName
    confirmed_on: date | None


@dataclass(frozen=True, slots=True)
class StalePage:
    """A page of them, longest first, with the rule."""

    learners: list[StaleLearner]
    after: str
    total: int
    rule: Rule


async def batch_get_profiles(deps: Deps, query: BatchGetProfiles, *, actor: Actor, now: datetime) -> list[Profile]:
    """Profiles of learners that exist for the caller, in the order asked for; the others are left out.

    Every read of restricted facts by another than the learner leaves an access row in the same transaction, and so
    does any read by an institution that does not keep the record.

    Raises:
        PermissionMissing: The caller may read no learners, or no restricted facts.
        TooManyItems: More than 1,000.
        PurposeMissing: No purpose.
    """
    _require_reading(actor, with_restricted=query.with_restricted)
    check_ids(query.learner_ids, field="learner_ids")
    check_purpose(query.purpose)
    today = today_in_thailand(now)
    day = query.on_date or today
    async with transaction(deps.pool) as connection:
        known_as = await surviving(connection, query.learner_ids)
        wanted = list(dict.fromkeys(known_as[item] for item in query.learner_ids))
        seen = await visible_learners(connection, actor, wanted, today=today)
        shown = [item for item in wanted if item in seen]
        await _record(connection, actor, [seen[item] for item in shown], query, now=now)
        kinds = set(ProfileKind) if query.with_restricted else set(ProfileKind) - RESTRICTED_KINDS
        facts = await _facts(deps, connection, shown, kinds)
        rules = await rules_on(connection, [STALE_DAYS, WEIGHTS], on_date=today)
        names = {code: item.name_th for code, item in (await codes_on(connection, ITEMS, on_date=today)).items()}
        present = await store.presence(connection, shown, on_date=today)
    profiles: list[Profile] = []
    for learner_id in shown:
        found = completeness(
            present[learner_id],
            weights=weights_of(rules[WEIGHTS].words),
            today=today,
            stale_days=rules[STALE_DAYS].number,
        )
        missing = [MissingItem(item, names.get(item, item)) for item in found.missing]
        profiles.append(Profile(learner_id, profile_on(facts[learner_id], day), found, missing, rules[WEIGHTS]))
    return profiles


async def get_profile(deps: Deps, query: BatchGetProfiles, *, actor: Actor, now: datetime) -> Profile:
    """One learner's profile.

    Raises:
        LearnerNotFound: He does not exist for the caller.
    """
    found = await batch_get_profiles(deps, query, actor=actor, now=now)
    if not found:
        raise LearnerNotFound
    return found[0]


async def get_history(deps: Deps, query: BatchGetProfiles, *, actor: Actor, now: datetime) -> list[Fact]:
    """Everything that was ever recorded of one learner's profile, by kind, the newest first.

    Raises:
        PermissionMissing: The caller may read no learners, or no restricted facts.
        PurposeMissing: No purpose.
        LearnerNotFound: The learner does not exist for the caller.
        NotRegistrar: Another institution keeps the record.
    """
    _require_reading(actor, with_restricted=query.with_restricted)
    check_purpose(query.purpose)
    async with transaction(deps.pool) as connection:
        seen = await _one(connection, actor, query.learner_ids[0], now=now)
        if not seen.is_registrar:
            raise NotRegistrar(field="learner_id")
        await _record(connection, actor, [seen], query, now=now)
        kinds = set(ProfileKind) if query.with_restricted else set(ProfileKind) - RESTRICTED_KINDS
        facts = await _facts(deps, connection, [seen.learner_id], kinds)
    return list(order_of_facts(facts[seen.learner_id]))


async def get_photo(deps: Deps, learner_id: UUID, *, purpose: str, actor: Actor, now: datetime) -> tuple[Photo, bytes]:
    """The photograph of a learner, with its bytes.

    Raises:
        PermissionMissing: The caller may read no learners.
        PurposeMissing: No purpose.
        LearnerNotFound: The learner does not exist for the caller.
        FactNotFound: There is no photograph of him.
    """
    _require_reading(actor, with_restricted=False)
    check_purpose(purpose)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        seen = await _one(connection, actor, learner_id, now=now)
        query = BatchGetProfiles((learner_id,), purpose)
        await _record(connection, actor, [seen], query, now=now)
        facts = await _facts(deps, connection, [seen.learner_id], {ProfileKind.PHOTO})
        current = [fact for fact in facts[seen.learner_id] if fact.holds_on(today)]
        if not current:
            raise FactNotFound
        sealed = await store.photo(connection, current[-1].fact_id)
    photo = current[-1].stated.value
    assert isinstance(photo, Photo), "a fact of that kind has that value"
    context = sealing.photo_context(current[-1].fact_id)
    return photo, deps.keyring.open_bytes(Sealed(sealed.ciphertext, sealed.key_version), context=context)


async def list_stale_contacts(deps: Deps, query: ListStaleContacts, *, actor: Actor, now: datetime) -> StalePage:
    """Learners enrolled in the caller's institution whose contact data must be confirmed again, longest first.

    Raises:
        PermissionMissing: The caller may read no learners.
        InstitutionNotFound: Another institution; its learners do not exist for the caller.
        InvalidField: The page size or token is no such.

    Source: seeds.md R-62, R-78.
    """
    actor.require(READ_LEARNERS)
    if query.institution_id != actor.at():
        raise InstitutionNotFound(field="institution_id")
    limit = page_size(query.page_size)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        rule = (await rules_on(connection, [STALE_DAYS], on_date=today))[STALE_DAYS]
        found, total = await store.stale(
            connection,
            query.institution_id,
            today=today,
            confirmed_before=today - timedelta(days=rule.number),
            classroom=actor.classroom,
            after=_token(query.after),
            limit=limit + 1,
        )
        page = found[:limit]
        reads = [Visible(item.learner_id, item.is_registrar) for item in page]
        await _record(connection, actor, reads, BatchGetProfiles((), STALE_PURPOSE), now=now)
    after = ""
    if len(found) > limit:
        last = page[-1]
        after = f"{last.confirmed_on.isoformat() if last.confirmed_on else 'never'}.{last.learner_id}"
    learners = [
        StaleLearner(item.learner_id, PersonName(item.title, item.given, item.family), item.confirmed_on)
        for item in page
    ]
    return StalePage(learners, after, total, rule)


async def stale_counts(
    connection: Connection, institution_ids: Sequence[UUID], *, today: date
) -> Mapping[UUID, tuple[int, int]]:
    """By institution: learners whose record it keeps, and how many of them have old contact data; for the area desk."""
    rule = (await rules_on(connection, [STALE_DAYS], on_date=today))[STALE_DAYS]
    return await store.stale_counts(
        connection, institution_ids, today=today, confirmed_before=today - timedelta(days=rule.number)
    )


def _require_reading(actor: Actor, *, with_restricted: bool) -> None:
    """Whoever may read; a learner reads all of his own.

    Raises:
        PermissionMissing: The caller may not.
    """
    if actor.learner_id is not None and actor.may(READ_OWN):
        return
    actor.require(READ_LEARNERS)
    if with_restricted:
        actor.require(READ_RESTRICTED)


async def _one(connection: Connection, actor: Actor, learner_id: UUID, *, now: datetime) -> Visible:
    known_as = (await surviving(connection, [learner_id]))[learner_id]
    seen = await visible_learners(connection, actor, [known_as], today=today_in_thailand(now))
    if known_as not in seen:
        raise LearnerNotFound
    return seen[known_as]


async def _record(
    connection: Connection, actor: Actor, seen: Sequence[Visible], query: BatchGetProfiles, *, now: datetime
) -> None:
    """Note these reads: of what is restricted always, of the rest when another institution keeps the record."""
    if actor.learner_id is not None and actor.institution_id is None:
        return
    noted = [item.learner_id for item in seen if query.with_restricted or not item.is_registrar]
    await record_reads(
        connection,
        actor,
        noted,
        resource=Resource.RESTRICTED_PROFILE if query.with_restricted else Resource.PROFILE,
        purpose=query.purpose,
        ground=Ground(GroundKind.OWN_INSTITUTION),
        now=now,
    )


async def _facts(
    deps: Deps, connection: Connection, learner_ids: Sequence[UUID], kinds: set[ProfileKind]
) -> dict[UUID, list[Fact]]:
    facts: dict[UUID, list[Fact]] = {learner_id: [] for learner_id in learner_ids}
    sealed = await store.of_learners(connection, learner_ids, sorted(kinds), with_history=True)
    for fact in sealing.opened(deps, sealed):
        facts[fact.stated.learner_id].append(fact)
    return facts


def _token(text: str) -> tuple[date | None, UUID | None]:
    """Where a page begins: day of the last confirmation and learner.

    Raises:
        InvalidField: It is no such token.
    """
    if not text:
        return None, None
    day, _, learner_id = text.partition(".")
    try:
        return None if day == "never" else date.fromisoformat(day), UUID(learner_id)
    except ValueError:
        raise InvalidField(field="page_token", expected="a token of the page before") from None
