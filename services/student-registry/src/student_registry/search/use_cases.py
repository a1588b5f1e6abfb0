"""Finding learners whom the caller may see, and noting who was found.

Who may be searched: the learners of the caller's own institution; for who works at the desk of an area office, those of
every institution below it. The others do not exist. Each answer notes whom it showed in the same transaction, unless
the reader's institution keeps the record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from uuid import UUID

from chassis.auth import Actor
from chassis.errors import ServiceError
from chassis.pg import Connection, transaction

from student_registry.access.domain import Ground, GroundKind, Resource, Visible, stated_ground
from student_registry.access.errors import LearnerNotFound
from student_registry.access.use_cases import (
    READ_LEARNERS,
    READ_OWN,
    learners_on_ground,
    record_own_institution_reads,
    record_reads,
    visible_learners,
)
from student_registry.calendar_th import today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments.domain import DeliverySystem, EnrolmentRole
from student_registry.identifiers import use_cases as identifiers
from student_registry.identifiers.domain import IdentifierFacts, IdentifierKind, student_no
from student_registry.identifiers.domain import checked as checked_identifier
from student_registry.identifiers.errors import StudentNoFormat
from student_registry.institutions.errors import InstitutionNotFound
from student_registry.institutions.use_cases import subtree
from student_registry.limits import check_ids, check_purpose, page_size
from student_registry.matching.use_cases import surviving
from student_registry.search import store
from student_registry.search.domain import (
    History,
    LearnerHit,
    NameMatch,
    name_patterns,
    names_on,
    statuses_on,
)
from student_registry.search.errors import ClassMissing
from student_registry.text import ascii_digits, clean

OVERSEE = "registry.area_desk.read"
"""Who has this besides reading learners sees those of the institutions below his own."""
SEARCH_PURPOSE = "SEARCH"
CLASS_LIST_PURPOSE = "CLASS_LIST"
"""Purposes of lists of one's own institution when the caller states none."""
CLASS_LEARNERS_MAX = 1_000


@dataclass(frozen=True, slots=True)
class ResolveLearners:
    """Numbers to look up, why, and on what ground when the caller's own right does not reach."""

    identifiers: tuple[IdentifierFacts, ...]
    purpose: str
    ground: str = ""
    ground_id: str = ""


@dataclass(frozen=True, slots=True)
class SearchLearners:
    """Whom to look for; empty filters mean all.

    Attributes:
        institution_id: Top of what is searched; None: the caller's own institution.
        on_date: Day for which enrolments and statuses hold; None: today.
    """

    name: str = field(default="", repr=False)
    match: NameMatch = NameMatch.PREFIX
    student_no: str = field(default="", repr=False)
    institution_id: UUID | None = None
    grade_label: str = ""
    classroom: str = ""
    roles: tuple[EnrolmentRole, ...] = ()
    delivery_systems: tuple[DeliverySystem, ...] = ()
    statuses: tuple[str, ...] = ()
    on_date: date | None = None
    purpose: str = ""
    page_size: int = 0
    after: UUID | None = None


@dataclass(frozen=True, slots=True)
class ListClass:
    """Which class to list; an empty classroom means the whole grade."""

    grade_label: str
    classroom: str = ""
    institution_id: UUID | None = None
    on_date: date | None = None
    purpose: str = ""


async def overseen(connection: Connection, actor: Actor, asked: UUID | None, *, on_date: date) -> list[UUID]:
    """Institutions whose learners the caller may look for: those at and below the one asked for.

    Raises:
        InstitutionNotFound: It is neither his own nor below it.
    """
    own = actor.at()
    if not actor.may(OVERSEE):
        if asked not in (None, own):
            raise InstitutionNotFound(field="institution_id")
        return [own]
    below = await subtree(connection, own, tree="administration", on_date=on_date)
    if asked is None or asked == own:
        return below
    if asked not in below:
        raise InstitutionNotFound(field="institution_id")
    return await subtree(connection, asked, tree="administration", on_date=on_date)


async def resolve_learners(
    deps: Deps, query: ResolveLearners, *, actor: Actor, now: datetime
) -> list[tuple[int, UUID]]:
    """Learners by their numbers: position of the number and the learner, of those who exist for the caller.

    A number that is malformed is simply not found: the answer tells nothing of numbers that are not the caller's.

    Raises:
        PermissionMissing: The caller may read no learners.
        TooManyItems: More than 1,000.
        PurposeMissing: No purpose.
        GroundInvalid: Not a ground that can be stated.
        GroundNotAllowed: A ground from someone who is no service with that scope.
    """
    ground = stated_ground(query.ground, query.ground_id)
    if ground is None:
        actor.require(READ_LEARNERS)
    check_ids(query.identifiers, field="identifiers")
    check_purpose(query.purpose)
    today = today_in_thailand(now)
    stated: dict[int, IdentifierFacts] = {}
    for index, facts in enumerate(query.identifiers):
        try:
            stated[index] = checked_identifier(facts)
        except ServiceError:
            continue
    async with transaction(deps.pool) as connection:
        indexes = {index: deps.keyring.blind_indexes(*facts.index_parts) for index, facts in stated.items()}
        owners = await store.owners(connection, [item for items in indexes.values() for item in items], on_date=today)
        alive = await surviving(connection, owners.values())
        found = {
            index: alive[owner]
            for index, items in indexes.items()
            for owner in [next((owners[item] for item in items if item in owners), None)]
            if owner is not None
        }
        wanted = list(dict.fromkeys(found.values()))
        if ground is None:
            seen = await _seen(connection, actor, wanted, today=today)
            shown = set(seen)
            await _note(connection, actor, [seen[item] for item in wanted if item in seen], query.purpose, now=now)
        else:
            shown = await learners_on_ground(connection, actor, wanted, ground=ground, today=today)
            await record_reads(
                connection,
                actor,
                [item for item in wanted if item in shown],
                resource=Resource.IDENTITY,
                purpose=query.purpose,
                ground=ground,
                now=now,
            )
    return [(index, learner_id) for index, learner_id in found.items() if learner_id in shown]


async def _seen(
    connection: Connection, actor: Actor, learner_ids: Sequence[UUID], *, today: date
) -> dict[UUID, Visible]:
    """Which of these learners exist for the caller, by his own institution or by those he oversees."""
    seen = await visible_learners(connection, actor, learner_ids, today=today)
    if actor.may(OVERSEE) and actor.may(READ_LEARNERS) and len(seen) < len(learner_ids):
        below = await subtree(connection, actor.at(), tree="administration", on_date=today)
        found = await store.in_scope(
            connection, learner_ids, institution_ids=below, own_institution_id=actor.at(), today=today
        )
        seen = found | seen
    return seen


async def _note(connection: Connection, actor: Actor, shown: Sequence[Visible], purpose: str, *, now: datetime) -> None:
    """Note reads of learners whose record another institution keeps."""
    if not actor.may(OVERSEE):
        await record_own_institution_reads(connection, actor, shown, purpose=purpose, now=now)
        return
    await record_reads(
        connection,
        actor,
        [item.learner_id for item in shown if not item.is_registrar],
        resource=Resource.IDENTITY,
        purpose=purpose,
        ground=Ground(GroundKind.OVERSIGHT),
        now=now,
    )


async def search_learners(
    deps: Deps, query: SearchLearners, *, actor: Actor, now: datetime
) -> tuple[list[LearnerHit], UUID | None]:
    """A page of learners in Thai dictionary order, and the one after whom the next page begins.

    Raises:
        PermissionMissing: The caller may read no learners.
        InstitutionNotFound: The institution is not the caller's to search.
        SearchTextTooShort: One letter inside a name.
        SearchTextTooLong: More than sixty letters.
        InvalidField: The page size is outside its limits, or the purpose is no code.
    """
    actor.require(READ_LEARNERS)
    patterns = name_patterns(query.name, query.match)
    purpose = query.purpose or SEARCH_PURPOSE
    check_purpose(purpose)
    limit = page_size(query.page_size)
    on_date = query.on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        institution_ids = await overseen(connection, actor, query.institution_id, on_date=on_date)
        wanted = store.Wanted(
            institution_ids=institution_ids,
            own_institution_id=actor.at(),
            on_date=on_date,
            grade_label=clean(query.grade_label),
            classroom=clean(query.classroom),
            limited_to=actor.classroom,
            roles=[role.value for role in query.roles],
            delivery_systems=[system.value for system in query.delivery_systems],
            statuses=query.statuses,
        )
        if query.student_no:
            owners = await _owners_of_student_no(deps, connection, query.student_no, institution_ids, on_date=on_date)
            found = await store.search_ids(connection, wanted, owners, patterns, after=query.after, limit=limit + 1)
        elif patterns is not None:
            found = await store.search_names(connection, wanted, patterns, after=query.after, limit=limit + 1)
        else:
            found = await store.search(connection, wanted, after=query.after, limit=limit + 1)
        shown = found[:limit]
        await _note(connection, actor, shown, purpose, now=now)
        hits = await _hits(deps, connection, shown, institution_ids=institution_ids, actor=actor, on_date=on_date)
    return hits, shown[-1].learner_id if len(found) > limit else None


async def _owners_of_student_no(
    deps: Deps, connection: Connection, text: str, institution_ids: Sequence[UUID], *, on_date: date
) -> list[UUID]:
    """Learners who have this number at one of these institutions on a day; nobody when it is none."""
    try:
        number = student_no(ascii_digits(clean(text)))
    except StudentNoFormat:
        return []
    facts = [
        IdentifierFacts(IdentifierKind.STUDENT_NO, number, institution_id=institution_id)
        for institution_id in institution_ids
    ]
    indexes = [index for item in facts for index in deps.keyring.blind_indexes(*item.index_parts)]
    owners = await store.owners(connection, indexes, on_date=on_date)
    return list((await surviving(connection, owners.values())).values())


async def list_class(deps: Deps, query: ListClass, *, actor: Actor, now: datetime) -> tuple[list[LearnerHit], bool]:
    """One class by classroom, number in class and name, and whether it has more than a list shows.

    Raises:
        PermissionMissing: The caller may read no learners.
        ClassMissing: No grade was named.
        InstitutionNotFound: The institution is not the caller's to search.
    """
    actor.require(READ_LEARNERS)
    grade = clean(query.grade_label)
    if not grade:
        raise ClassMissing(field="grade_label")
    purpose = query.purpose or CLASS_LIST_PURPOSE
    check_purpose(purpose)
    on_date = query.on_date or today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        institution_ids = await overseen(connection, actor, query.institution_id, on_date=on_date)
        institution_id = query.institution_id or actor.at()
        wanted = store.Wanted(
            institution_ids=institution_ids,
            own_institution_id=actor.at(),
            on_date=on_date,
            grade_label=grade,
            classroom=clean(query.classroom),
            limited_to=actor.classroom,
        )
        found = await store.of_class(connection, institution_id, wanted, limit=CLASS_LEARNERS_MAX + 1)
        shown = found[:CLASS_LEARNERS_MAX]
        await _note(connection, actor, shown, purpose, now=now)
        hits = await _hits(deps, connection, shown, institution_ids=[institution_id], actor=actor, on_date=on_date)
    return hits, len(found) > CLASS_LEARNERS_MAX


async def _hits(
    deps: Deps,
    connection: Connection,
    shown: Sequence[Visible],
    *,
    institution_ids: Sequence[UUID],
    actor: Actor,
    on_date: date,
) -> list[LearnerHit]:
    """What a list shows of learners, in their order."""
    learner_ids = [item.learner_id for item in shown]
    found = await store.hits(connection, learner_ids, on_date=on_date)
    numbers = await _student_nos(deps, connection, learner_ids, actor=actor, on_date=on_date)
    for learner_id, enrolment in await store.enrolments(
        connection, learner_ids, institution_ids=institution_ids, on_date=on_date
    ):
        own = numbers.get(learner_id, "") if enrolment.institution_id == actor.institution_id else ""
        hit = found[learner_id]
        found[learner_id] = replace(hit, enrolments=(*hit.enrolments, replace(enrolment, student_no=own)))
    return [found[learner_id] for learner_id in learner_ids]


async def _student_nos(
    deps: Deps, connection: Connection, learner_ids: Sequence[UUID], *, actor: Actor, on_date: date
) -> dict[UUID, str]:
    """Student numbers that the caller's institution gave."""
    held = await identifiers.of_learners(connection, learner_ids)
    own = [
        item
        for items in held.values()
        for item in items
        if item.kind is IdentifierKind.STUDENT_NO
        and item.institution_id == actor.institution_id
        and item.is_valid_on(on_date)
    ]
    values = await identifiers.opened(deps, connection, own)
    return {item.learner_id: values[item.identifier_id] for item in own}


async def get_history(
    deps: Deps, learner_id: UUID, *, on_date: date | None, purpose: str, actor: Actor, now: datetime
) -> History:
    """Names, enrolments and statuses of a learner as they were on a day, or all of them.

    Raises:
        PermissionMissing: The caller may read neither learners nor himself.
        LearnerNotFound: He does not exist for the caller.
        PurposeMissing: No purpose.
    """
    is_self = actor.learner_id is not None and actor.may(READ_OWN)
    if not is_self:
        actor.require(READ_LEARNERS)
    check_purpose(purpose)
    today = today_in_thailand(now)
    async with transaction(deps.pool) as connection:
        alive = (await surviving(connection, [learner_id]))[learner_id]
        seen = await _seen(connection, actor, [alive], today=today)
        if alive not in seen:
            raise LearnerNotFound
        await _note(connection, actor, [seen[alive]], purpose, now=now)
        names = await store.names(connection, alive)
        statuses = await store.statuses(connection, alive)
        enrolments = await store.enrolments_held(connection, alive, on_date=on_date)
    return History(
        learner_id=alive,
        names=tuple(names) if on_date is None else names_on(names, on_date),
        enrolments=tuple(enrolments),
        statuses=tuple(statuses) if on_date is None else statuses_on(statuses, on_date),
    )
