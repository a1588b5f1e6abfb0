"""Who acts: the copy first, the registry where it cannot tell, nobody where a fresh answer is needed and missing."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.assignments import KEEP_S, KEPT_MAX, Assignment, AssignmentUnknown, CopyResolver, actor_of_answer
from chassis.auth import Actor, Credentials, subject_hash
from chassis.errors import Unavailable
from chassis.pg import Connection, Pool

from tests.support.plumbing import opened

KEY = b"key"
SCHOOL = uuid4()


@pytest.fixture
async def pool(database: Callable[..., str]) -> AsyncIterator[Pool]:
    """A database; what the copies hold, the tests say."""
    async with opened(database("chassis")) as ready:
        yield ready


@dataclass
class Registry:
    """The registry and the copies, as a test wants them."""

    copies: dict[UUID, Assignment] = field(default_factory=dict)
    asked: list[Credentials] = field(default_factory=list)
    refusal: Exception | None = None
    now: float = 0.0
    fails: bool = False
    read: list[list[UUID]] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    begun: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        self.gate.set()

    async def copies_of(self, _connection: Connection, assignment_ids: Sequence[UUID]) -> dict[UUID, Assignment]:
        """Copies of assignments."""
        self.read.append(list(assignment_ids))
        if self.fails:
            raise ConnectionError
        found = {one: self.copies[one] for one in assignment_ids if one in self.copies}
        self.begun.set()
        await self.gate.wait()
        return found

    async def ask(self, credentials: Credentials) -> Actor:
        """What the registry says."""
        self.asked.append(credentials)
        if self.refusal is not None:
            raise self.refusal
        answer = SimpleNamespace(
            subject_hash=subject_hash(credentials.subject, KEY),
            assignment_id=str(credentials.assignment_id or ""),
            institution_id=str(SCHOOL) if credentials.assignment_id else "",
            role="recorder" if credentials.assignment_id else "learner",
            classroom="",
            permissions=["note"],
            permission_version="2",
            learner_id="" if credentials.assignment_id else str(UUID(int=7)),
        )
        return actor_of_answer(answer, credentials)


@pytest.fixture
def registry() -> Registry:
    """A registry that answers, and no copies."""
    return Registry()


@pytest.fixture
def resolver(pool: Pool, registry: Registry) -> CopyResolver:
    """Under test."""
    return CopyResolver(pool, registry.copies_of, subject_hash_key=KEY, ask=registry.ask, clock=lambda: registry.now)


def today() -> date:
    return (datetime.now(UTC) + timedelta(hours=7)).date()


def credentials(assignment_id: UUID | None = None, **changes: Any) -> Credentials:
    return replace(Credentials("somebody", frozenset(), assignment_id, "token"), **changes)


def copy_of(assignment_id: UUID, **changes: Any) -> Assignment:
    usual = Assignment(
        assignment_id, subject_hash("somebody", KEY), SCHOOL, "recorder", "", frozenset({"a"}), "1", today(), today()
    )
    return replace(usual, **changes)


async def test_copy_answers_without_asking_and_is_not_fresh(resolver: CopyResolver, registry: Registry) -> None:
    assignment_id = uuid4()
    registry.copies[assignment_id] = copy_of(assignment_id)
    registry.refusal = Unavailable()
    actor = await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)
    assert (actor.role, actor.permissions, actor.is_fresh) == ("recorder", {"a"}, False)
    assert not registry.asked


async def test_fresh_answer_is_asked_for_and_fails_closed(resolver: CopyResolver, registry: Registry) -> None:
    assignment_id = uuid4()
    registry.copies[assignment_id] = copy_of(assignment_id)
    actor = await resolver.resolve(credentials(assignment_id), is_fresh_needed=True)
    assert (actor.permissions, actor.is_fresh) == ({"note"}, True)
    registry.refusal = Unavailable()
    for _ in range(2):
        with pytest.raises(Unavailable):
            await resolver.resolve(credentials(assignment_id), is_fresh_needed=True)
    with pytest.raises(Unavailable):
        await resolver.resolve(credentials(), is_fresh_needed=True)


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_hash": "0" * 64},
        {"valid_to": today() - timedelta(days=1), "valid_from": date(2020, 1, 1)},
        {"valid_from": today() + timedelta(days=1), "valid_to": None},
    ],
    ids=["of another person", "over", "to come"],
)
async def test_copy_that_does_not_hold_leaves_the_word_to_the_registry(
    resolver: CopyResolver, registry: Registry, changes: dict[str, Any]
) -> None:
    assignment_id = uuid4()
    registry.copies[assignment_id] = copy_of(assignment_id, **changes)
    registry.refusal = AssignmentUnknown()
    with pytest.raises(AssignmentUnknown):
        await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)


async def test_answer_of_the_registry_serves_again_for_a_while_and_is_then_asked_anew(
    resolver: CopyResolver, registry: Registry
) -> None:
    first = await resolver.resolve(credentials(), is_fresh_needed=False)
    second = await resolver.resolve(credentials(token="another"), is_fresh_needed=False)
    assert (first.is_fresh, second.is_fresh, second.token, second.learner_id) == (True, False, "another", UUID(int=7))
    assert len(registry.asked) == 1
    registry.now = KEEP_S
    registry.refusal = Unavailable()
    with pytest.raises(Unavailable):
        await resolver.resolve(credentials(), is_fresh_needed=False)


async def test_event_that_brings_a_copy_ends_a_kept_answer(resolver: CopyResolver, registry: Registry) -> None:
    assignment_id = uuid4()
    assert (await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)).permissions == {"note"}
    registry.copies[assignment_id] = copy_of(assignment_id, permissions=frozenset({"changed"}))
    assert (await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)).permissions == {"changed"}
    registry.copies[assignment_id] = copy_of(assignment_id, valid_from=date(2020, 1, 1), valid_to=date(2020, 1, 2))
    registry.refusal = AssignmentUnknown()
    with pytest.raises(AssignmentUnknown):
        await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)


async def test_refusal_ends_a_kept_answer(resolver: CopyResolver, registry: Registry) -> None:
    assignment_id = uuid4()
    await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)
    registry.refusal = AssignmentUnknown()
    for is_fresh_needed in (True, False):
        with pytest.raises(AssignmentUnknown):
            await resolver.resolve(credentials(assignment_id), is_fresh_needed=is_fresh_needed)


async def test_kept_answers_of_two_people_and_of_two_assignments_never_meet(
    resolver: CopyResolver, registry: Registry
) -> None:
    one, other = uuid4(), uuid4()
    wanted = [credentials(one), credentials(other), credentials(), credentials(one, subject="another")]
    await asyncio.gather(*(resolver.resolve(item, is_fresh_needed=False) for item in wanted))
    again = [await resolver.resolve(item, is_fresh_needed=False) for item in wanted]
    assert [actor.assignment_id for actor in again] == [one, other, None, one]
    assert again[0].subject_hash != again[3].subject_hash
    assert len(registry.asked) == len(wanted)


async def test_kept_answers_are_bounded(resolver: CopyResolver) -> None:
    for number in range(KEPT_MAX + 10):
        await resolver.resolve(credentials(subject=str(number)), is_fresh_needed=False)
    assert len(resolver._kept) == KEPT_MAX


async def test_service_calling_for_itself_has_its_scopes(resolver: CopyResolver, registry: Registry) -> None:
    itself = credentials(subject="guidance", service="guidance", scopes=frozenset({"registry.resolve"}))
    for is_fresh_needed in (True, False):
        actor = await resolver.resolve(itself, is_fresh_needed=is_fresh_needed)
        assert (actor.role, actor.permissions, actor.institution_id) == ("service", {"registry.resolve"}, None)
    assert not registry.asked


async def test_service_that_asks_nobody_knows_copies_only(pool: Pool, registry: Registry) -> None:
    resolver = CopyResolver(pool, registry.copies_of, subject_hash_key=KEY, ask=None)
    assignment_id = uuid4()
    for unknown in (credentials(), credentials(assignment_id)):
        with pytest.raises(AssignmentUnknown):
            await resolver.resolve(unknown, is_fresh_needed=False)
    registry.copies[assignment_id] = copy_of(assignment_id)
    assert (await resolver.resolve(credentials(assignment_id), is_fresh_needed=False)).role == "recorder"
    with pytest.raises(Unavailable):
        await resolver.resolve(credentials(assignment_id), is_fresh_needed=True)


async def test_those_who_come_at_the_same_moment_share_a_read_that_began_after_they_asked(
    resolver: CopyResolver, registry: Registry
) -> None:
    ids = [uuid4() for _ in range(5)]
    registry.copies = {one: copy_of(one) for one in ids}
    registry.gate.clear()

    def ask(assignment_id: UUID) -> asyncio.Task[Actor]:
        return asyncio.create_task(resolver.resolve(credentials(assignment_id), is_fresh_needed=False))

    first = ask(ids[0])
    await registry.begun.wait()
    others = [ask(one) for one in (*ids[1:], ids[0], ids[4])]
    left = ask(uuid4())
    await asyncio.sleep(0)
    left.cancel()
    del registry.copies[ids[0]]  # it ends while the first one reads: whoever asks from now on does not see it
    registry.copies[ids[1]] = copy_of(ids[1], role="director")
    registry.gate.set()
    assert (await first).role == "recorder"
    actors = await asyncio.gather(*others)
    assert [actor.assignment_id for actor in actors] == [*ids[1:], ids[0], ids[4]]
    assert actors[0].role == "director"
    assert [one.assignment_id for one in registry.asked] == [ids[0]]
    assert registry.read == [[ids[0]], [*ids[1:], ids[0]]]


async def test_read_that_fails_fails_for_all_who_waited_and_for_nobody_else(
    resolver: CopyResolver, registry: Registry
) -> None:
    assignment_id = uuid4()
    registry.copies[assignment_id] = copy_of(assignment_id)

    async def twice() -> list[Actor | BaseException]:
        asked = (resolver.resolve(credentials(assignment_id), is_fresh_needed=False) for _ in range(2))
        return list(await asyncio.gather(*asked, return_exceptions=True))

    registry.fails = True
    assert [type(one) for one in await twice()] == [ConnectionError, ConnectionError]
    registry.fails = False
    assert [getattr(one, "role", "") for one in await twice()] == ["recorder", "recorder"]
