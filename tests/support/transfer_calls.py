"""Transfer cases over HTTP, step by step."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
from credit_bank.calendar_th import thai_date
from credit_bank.partnerships.domain import CommitteeFacts, Mandate, Member
from credit_bank.partnerships.use_cases import RegisterCommittees, register_committees

from tests.support import credit_calls as calls
from tests.support.credit_world import DEMONSTRATION, Person, World, ids_of

CASES = "transfer-cases"


def today() -> date:
    """The day in Thailand."""
    return thai_date(datetime.now(UTC))


def case_json(world: World, learner_id: UUID, *lines: tuple[Sequence[UUID], str], **changes: Any) -> dict[str, Any]:
    """A case to open."""
    body = {
        "learner_id": str(learner_id),
        "ground": "PARTNERSHIP",
        "partnership_id": str(world.partnership_id),
        "committee_id": str(world.committee_id),
        "requested_on": today().isoformat(),
        "requested_by": "LEARNER",
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
        "lines": [
            {"source_entry_ids": [str(entry_id) for entry_id in sources], "target": calls.key_json(target)}
            for sources, target in lines
        ],
    }
    return {name: value for name, value in (body | changes).items() if value is not None}


async def step(world: World, path: str, name: str, items: list[Any], who: Person | str) -> list[dict[str, Any]]:
    """Results of a list call on cases."""
    return await calls.posted(world, f"{CASES}/{path}".rstrip("/"), {name: items}, who)


async def done(world: World, path: str, name: str, items: list[Any], who: Person | str) -> list[dict[str, Any]]:
    """The same, in which nothing fails."""
    found = await step(world, path, name, items, who)
    assert calls.reasons(found) == [None] * len(items), found
    return found


async def read(world: World, case_id: Any, who: Person | str = "college-registrar") -> dict[str, Any]:
    """One case."""
    answer = await calls.get(world, f"{CASES}/{case_id}", who)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def opened(world: World, *courses: tuple[str, str], lines: Sequence[tuple[Sequence[int], str]]) -> Any:
    """A learner with results, and a case for them: learner, entries, case id."""
    learner_id = await world.learner()
    [entries] = await world.results([learner_id], *courses)
    wanted = case_json(world, learner_id, *(([entries[n] for n in sources], target) for sources, target in lines))
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    return learner_id, entries, item["id"]


async def simple(world: World) -> Any:
    """A case with one line."""
    return await opened(world, ("ท31101", "3"), lines=[([0], "20000-1101")])


async def review(world: World, case_id: str) -> None:
    """Accept it for review."""
    await done(world, "begin-review", "case_ids", [case_id], "college-registrar")


async def vote(world: World, case_id: str, *members: str, **opinion: Any) -> None:
    """Votes of members on every line."""
    lines = (await read(world, case_id))["lines"]
    yes = {"is_accepted": True} | opinion
    for member in members:
        await done(world, "votes", "votes", [{"line_id": line["line_id"]} | yes for line in lines], member)


async def committee(world: World, order_no: str, mandates: set[Mandate], *names: str) -> UUID:
    """Another committee of the college; the first named is its chair, and two decide."""
    facts = CommitteeFacts(
        institution_id=world.college,
        mandates=frozenset(mandates),
        order_no=order_no,
        quorum=2,
        members=tuple(
            Member(assignment_id, is_chair=number == 0)
            for number, name in enumerate(names)
            if (assignment_id := world.staff[name].actor.assignment_id)
        ),
        valid_from=date(2025, 5, 1),
        valid_to=None,
        provenance=DEMONSTRATION,
    )
    command = RegisterCommittees(uuid4(), (facts,))
    director = world.staff["college-director"].actor
    [found] = ids_of(await register_committees(world.pool, command, actor=director, now=datetime.now(UTC)))
    return found


NO = {"is_accepted": False, "reason_code": "CONTENT_INSUFFICIENT", "reason_th": "เนื้อหาไม่ครอบคลุม"}


async def decided(world: World, case_id: str, *, rejected: Sequence[str] = (), **opinion: Any) -> None:
    """Review, two votes on every line, decision; lines for the `rejected` targets are rejected."""
    await review(world, case_id)
    for member in ("member-1", "member-2"):
        lines = (await read(world, case_id))["lines"]
        votes = [
            {"line_id": line["line_id"]}
            | (NO if line["input"]["target"]["code"] in rejected else {"is_accepted": True} | opinion)
            for line in lines
        ]
        await done(world, "votes", "votes", votes, member)
    await done(world, "decide", "case_ids", [case_id], "chair")


async def posted(world: World, case_id: str) -> None:
    """Post it."""
    await done(world, "post", "case_ids", [case_id], "college-registrar")
