"""Calls at the same time share a transaction, and each has the answer it would have had alone."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest
from chassis.errors import ServiceError
from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.recording.coalescing import Coalescer
from credit_bank.recording.domain import ResultInput
from credit_bank.recording.use_cases import RecordResults
from nuaikit.credit_bank.v1 import events_pb2

from tests.support.credit_calls import events, post, reasons, result, result_json
from tests.support.credit_world import World

RECORDER = "school-recorder"


def call(*results: ResultInput, request_id: UUID | None = None) -> RecordResults:
    return RecordResults(request_id or uuid4(), results)


async def at_once(world: World, *commands: RecordResults, who: str = RECORDER) -> list[list[Outcome] | BaseException]:
    """All of them through one coalescer, at the same moment."""
    return await by_many(world, *((who, command) for command in commands))


async def by_many(world: World, *calls: tuple[str, RecordResults]) -> list[list[Outcome] | BaseException]:
    """Calls of several people through one coalescer, at the same moment."""
    coalescer, now = Coalescer(world.pool, world.bank_registry), datetime.now(UTC)
    return list(
        await asyncio.gather(
            *(coalescer.record(command, actor=world.staff[who].actor, now=now) for who, command in calls),
            return_exceptions=True,
        )
    )


def good(answers: list[list[Outcome] | BaseException]) -> list[list[Outcome]]:
    for answer in answers:
        assert not isinstance(answer, BaseException), answer
    return answers  # type: ignore[return-value]  # looked at just above


async def transactions(world: World) -> int:
    """In how many transactions the entries were written."""
    return await world.fetchval("SELECT count(DISTINCT xmin::text) FROM entry")


async def drift(world: World) -> dict[str, int]:
    return {name: count for name, count in (await audit(world.pool)).items() if name.startswith("drift") and count}


async def test_many_calls_are_few_transactions_and_each_has_its_own_answer(world: World) -> None:
    learners = [await world.learner() for _ in range(20)]
    answers = good(await at_once(world, *(call(result(learner)) for learner in learners)))
    assert [[outcome.index for outcome in answer] for answer in answers] == [[0]] * 20
    assert [reasons(answer) for answer in answers] == [[None]] * 20
    ids = [UUID(answer[0].id or "") for answer in answers]
    rows = await world.fetch("SELECT entry_id, learner_id FROM entry")
    assert {row["entry_id"]: row["learner_id"] for row in rows} == dict(zip(ids, learners, strict=True))
    assert await transactions(world) <= 3
    assert len(await events(world, events_pb2.CreditRecorded)) == 20
    assert await drift(world) == {}


async def test_refusals_stay_with_the_call_that_they_belong_to(world: World) -> None:
    learner_id = await world.learner()
    stranger = uuid4()
    answers = good(
        await at_once(
            world,
            call(result(learner_id)),
            call(result(learner_id, "ค31101"), result(stranger), result(learner_id, "พ31101")),
            call(result(learner_id, "ศ31101", grade="9")),
            call(result(learner_id, "พ31102")),
        )
    )
    assert [reasons(answer) for answer in answers] == [
        [None],
        [None, "LEARNER_NOT_ENROLLED", None],
        ["GRADE_CODE_UNKNOWN"],
        [None],
    ]
    assert await world.fetchval("SELECT count(*) FROM entry") == 4


async def test_same_request_twice_at_once_has_one_effect(world: World) -> None:
    learner_id, request_id = await world.learner(), uuid4()
    command = call(result(learner_id), request_id=request_id)
    other = call(result(learner_id, "ค31101"), request_id=request_id)
    first = call(result(learner_id, "พ31101"))
    answers = await at_once(world, first, command, command, other)
    same = good(answers[1:3])
    assert same[0] == same[1]
    assert isinstance(answers[3], ServiceError)
    assert answers[3].reason == "REQUEST_MISMATCH"
    assert await world.fetchval("SELECT count(*) FROM entry") == 2


async def test_same_result_in_two_calls_is_known_in_the_second(world: World) -> None:
    learner_id = await world.learner()
    answers = good(await at_once(world, *(call(result(learner_id)) for _ in range(5))))
    assert [answer[0].already_done for answer in answers] == [False, True, True, True, True]
    assert len({answer[0].id for answer in answers}) == 1
    different = good(await at_once(world, *(call(result(learner_id, "ค31101", grade)) for grade in ("3", "4", "3"))))
    assert [reasons(answer) for answer in different] == [[None], ["ENTRY_EXISTS_DIFFERENT"], [None]]


async def test_group_that_cannot_be_written_is_done_call_by_call(world: World) -> None:
    """The database refuses one of them in a way nobody foresaw: the others do not suffer."""
    learners = [await world.learner() for _ in range(4)]
    await world.execute(
        "CREATE FUNCTION refuse_one() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        f" IF NEW.learner_id = '{learners[2]}' THEN RAISE EXCEPTION 'not him'; END IF; RETURN NEW; END $$"
    )
    await world.execute("CREATE TRIGGER refuse_one BEFORE INSERT ON entry FOR EACH ROW EXECUTE FUNCTION refuse_one()")
    answers = await at_once(world, *(call(result(learner)) for learner in learners))
    assert isinstance(answers[2], Exception)
    assert [reasons(answer) for answer in good([answers[0], answers[1], answers[3]])] == [[None]] * 3
    assert await drift(world) == {}


async def test_registry_away_gives_the_request_id_back_for_that_call_only(world: World) -> None:
    known, unknown = await world.learner(), await world.learner(is_copied=False)
    await world.registry.stop()
    mine, theirs = call(result(known)), call(result(unknown))
    answers = good(await at_once(world, call(result(known, "ค31101")), mine, theirs))
    assert [reasons(answer) for answer in answers] == [[None], [None], ["UNAVAILABLE"]]
    kept = await world.fetchval("SELECT count(*) FROM request WHERE request_id = $1", theirs.request_id)
    assert kept == 0


async def test_calls_of_different_people_share_a_transaction_and_keep_who_recorded_what(world: World) -> None:
    """A staff room that enters results at the same time: one group, and each result has its own recorder."""
    people = [f"recorder-{n}" for n in range(8)]
    for name in people:
        await world.employ(name, "school_recorder", world.school)
    learners = [await world.learner() for _ in people]
    request_id = uuid4()  # of each: ids of different callers never meet
    calls = [(name, call(result(one), request_id=request_id)) for name, one in zip(people, learners, strict=True)]
    answers = good(await by_many(world, *calls))
    assert [reasons(answer) for answer in answers] == [[None]] * len(people)
    rows = await world.fetch("SELECT learner_id, recorded_by, recorded_by_assignment FROM entry")
    assert {row["learner_id"]: (row["recorded_by"], row["recorded_by_assignment"]) for row in rows} == {
        learner: (world.staff[name].actor.subject_hash, world.staff[name].actor.assignment_id)
        for name, learner in zip(people, learners, strict=True)
    }
    assert await transactions(world) <= 2
    again = good(await by_many(world, *calls))
    assert again == answers
    assert await drift(world) == {}


async def test_institutions_never_share_a_group(world: World) -> None:
    """A result is issued by its own recorder's institution, whoever else records at that moment."""
    learner_id = await world.learner()
    answers = good(
        await by_many(
            world,
            (RECORDER, call(result(learner_id))),
            ("college-recorder", call(result(learner_id, "20000-1101"))),
            (RECORDER, call(result(learner_id, "ค31101"))),
            ("college-recorder", call(result(learner_id, "20000-1102"))),
        )
    )
    assert [reasons(answer) for answer in answers] == [[None]] * 4
    rows = await world.fetch("SELECT code, issuer_institution_id FROM entry")
    assert {row["code"]: row["issuer_institution_id"] for row in rows} == {
        "ท31101": world.school,
        "ค31101": world.school,
        "20000-1101": world.college,
        "20000-1102": world.college,
    }


async def test_whoever_may_not_record_is_refused_at_once(world: World) -> None:
    [answer] = await at_once(world, call(result(uuid4())), who="school-registrar")
    assert isinstance(answer, ServiceError)
    assert answer.reason == "PERMISSION_MISSING"


async def test_over_http_many_callers_lose_nothing(world: World) -> None:
    learners = [await world.learner() for _ in range(15)]
    found = await asyncio.gather(
        *(post(world, "entries", {"results": [result_json(learner)]}, RECORDER) for learner in learners)
    )
    assert [answer.json()["results"][0]["problem"] for answer in found] == [None] * 15
    assert await world.fetchval("SELECT count(*) FROM entry") == 15
    assert await drift(world) == {}


@pytest.mark.parametrize("count", [1, 11])
async def test_single_and_large_calls_go_their_own_way(world: World, count: int) -> None:
    learners = [await world.learner() for _ in range(count)]
    [answer] = good(await at_once(world, call(*(result(learner) for learner in learners))))
    assert reasons(answer) == [None] * count
