"""Calls at the same time share a transaction, and each has the answer it would have had alone."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.errors import ServiceError, Unavailable
from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.coalescing import WAITING_MAX, Call, Coalescer, Done, Work
from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries, counting_together
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications, read_qualifications
from credit_bank.recording.domain import ResultInput
from credit_bank.recording.evidence_files import CheckedFiles
from credit_bank.recording.use_cases import (
    RecordResults,
    VerifyResults,
    record_results,
    recording_together,
    verify_results,
    verifying_together,
)
from credit_bank.transfers.use_cases import PostCases, post_cases, posting_together
from nuaikit.credit_bank.v1 import events_pb2

from tests.support import transfer_calls
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
    recorder, now = recording_together(world.pool, world.bank_registry), datetime.now(UTC)
    return list(
        await asyncio.gather(
            *(
                record_results(
                    world.pool, world.bank_registry, command, actor=world.staff[who].actor, now=now, together=recorder
                )
                for who, command in calls
            ),
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


# ---- verifying ----


class Meeting:
    """Lets calls join others only when all have come: how long each looks around before is left to chance."""

    def __init__(self, coalescer: Coalescer[Any, Any], count: int) -> None:
        self.coalescer, self.all_there = coalescer, asyncio.Barrier(count)

    async def answer(self, one: Call[Any, Any], *, size: int) -> list[Outcome]:
        await self.all_there.wait()
        return await self.coalescer.answer(one, size=size)


async def verify_at_once(world: World, *calls: tuple[str, VerifyResults]) -> list[list[Outcome] | BaseException]:
    verifier: Any = Meeting(verifying_together(world.pool), len(calls))
    now = datetime.now(UTC)
    return list(
        await asyncio.gather(
            *(
                verify_results(world.pool, command, actor=world.staff[who].actor, now=now, together=verifier)
                for who, command in calls
            ),
            return_exceptions=True,
        )
    )


async def journal_transactions(world: World, kind: str) -> int:
    return await world.fetchval("SELECT count(DISTINCT xmin::text) FROM journal WHERE type = $1", kind)


async def recorded(world: World, count: int) -> list[UUID]:
    """Results of as many learners, which wait for the second person."""
    learners = [await world.learner() for _ in range(count)]
    return [one for [one] in await world.results(learners, ("ท31101", "3"), verifier=None)]


async def test_verifiers_share_a_transaction_and_keep_who_verified_what(world: World) -> None:
    people = [f"registrar-{n}" for n in range(12)]
    for name in people:
        await world.employ(name, "school_registrar", world.school)
    entries = await recorded(world, len(people))
    calls = [(name, VerifyResults(uuid4(), (entry,))) for name, entry in zip(people, entries, strict=True)]
    answers = good(await verify_at_once(world, *calls))
    assert [answer[0].id for answer in answers] == [str(entry) for entry in entries]
    rows = await world.fetch("SELECT entry_id, verified_by, verified_by_assignment FROM entry")
    assert {row["entry_id"]: (row["verified_by"], row["verified_by_assignment"]) for row in rows} == {
        entry: (world.staff[name].actor.subject_hash, world.staff[name].actor.assignment_id)
        for name, entry in zip(people, entries, strict=True)
    }
    assert await journal_transactions(world, "credit.verified") <= 3
    assert len(await events(world, events_pb2.CreditVerified)) == len(people)
    assert good(await verify_at_once(world, *calls)) == answers
    assert await drift(world) == {}


async def test_refused_verifier_spoils_nobody_and_the_next_one_may_verify_the_same(world: World) -> None:
    """A maker is refused, a stranger's entry is unknown to him; what they named is verified by the next call."""
    await world.employ("maker", "school_registrar", world.school)
    await world.employ("second-registrar", "school_registrar", world.school)
    maker = world.staff["maker"].actor
    [own, other] = await recorded(world, 2)
    await world.execute("ALTER TABLE entry DISABLE TRIGGER entry_settled")
    await world.execute("UPDATE entry SET recorded_by = $2 WHERE entry_id = $1", own, maker.subject_hash)
    await world.execute("ALTER TABLE entry ENABLE TRIGGER entry_settled")
    verifier, no_files = verifying_together(world.pool), CheckedFiles(frozenset(), is_away=False)
    calls = (("second-registrar", (uuid4(),)), ("maker", (own, other)), ("second-registrar", (other, own)))
    answers = await asyncio.gather(  # in this very order, which the look at their files would leave to chance
        *(
            verifier.answer(
                Call(VerifyResults(uuid4(), named), world.staff[who].actor, datetime.now(UTC), no_files),
                size=len(named),
            )
            for who, named in (*calls, ("school-registrar", (own,)))
        )
    )
    assert [reasons(answer) for answer in answers] == [["ENTRY_UNKNOWN"], ["SAME_ACTOR", None], [None, None], [None]]
    assert [[one.already_done for one in answer] for answer in answers[1:]] == [[False, False], [True, False], [True]]
    assert await drift(world) == {}


async def test_each_call_keeps_its_own_trace(world: World) -> None:
    entries = await recorded(world, 5)
    verifier: Any = Meeting(verifying_together(world.pool), len(entries))
    tracer = world.telemetry.of("test").tracer

    async def traced(entry_id: UUID) -> str:
        with tracer.start_as_current_span("call") as span:
            command, actor = VerifyResults(uuid4(), (entry_id,)), world.staff["school-registrar"].actor
            await verify_results(world.pool, command, actor=actor, now=datetime.now(UTC), together=verifier)
        return format(span.get_span_context().trace_id, "032x")

    traces = await asyncio.gather(*map(traced, entries))
    rows = await world.fetch("SELECT payload, traceparent FROM outbox WHERE type LIKE '%CreditVerified'")
    told = {UUID(events_pb2.CreditVerified.FromString(row["payload"]).entry_id): row["traceparent"] for row in rows}
    assert {entry: told[entry].split("-")[1] for entry in entries} == dict(zip(entries, traces, strict=True))
    assert await journal_transactions(world, "credit.verified") < len(entries)


# ---- counting ----


async def count_at_once(world: World, *calls: CountEntries) -> list[list[Outcome] | BaseException]:
    counter, now, actor = counting_together(world.pool), datetime.now(UTC), world.staff["school-registrar"].actor
    return list(
        await asyncio.gather(
            *(count_entries(world.pool, one, actor=actor, now=now, together=counter) for one in calls),
            return_exceptions=True,
        )
    )


def counting(*entries: UUID, code: str = "M6-OBEC", version: str = "2551R60") -> CountEntries:
    return CountEntries(uuid4(), tuple(CountInput(entry, code, version) for entry in entries))


async def test_counts_share_a_transaction_and_each_has_its_own_answer(world: World) -> None:
    learners = [await world.learner() for _ in range(12)]
    entries = [one for [one] in await world.results(learners, ("ท31101", "3"))]
    calls = [*(counting(entry) for entry in entries), counting(uuid4(), entries[0]), counting(entries[0])]
    answers = good(await count_at_once(world, *calls))
    assert [reasons(answer) for answer in answers] == [*[[None]] * 12, ["ENTRY_UNKNOWN", None], [None]]
    assert answers[0][0].id == answers[12][1].id == answers[13][0].id
    assert [answer[-1].already_done for answer in answers] == [*[False] * 12, True, True]
    rows = await world.fetch("SELECT journal_id, learner_id FROM journal WHERE type = 'credit.counted'")
    assert {row["learner_id"]: str(row["journal_id"]) for row in rows} == {
        learner: answer[0].id for learner, answer in zip(learners, answers, strict=False)
    }
    assert await journal_transactions(world, "credit.counted") <= 3
    assert len(await events(world, events_pb2.CreditCounted)) == 12
    assert await drift(world) == {}


async def test_count_that_is_refused_does_not_stand_against_the_next_callers(world: World) -> None:
    """Inside one call an attempt that is refused still bars the other; between calls only what stands does."""
    other = replace(
        (await qualification(world, "M6-OBEC")), code="M6-OTHER", version="1", counts_together_with=frozenset()
    )
    publishing = PublishQualifications(uuid4(), (other,))
    publisher, now = world.staff["publisher"].actor, datetime.now(UTC)
    ids_or_keys = await publish_qualifications(world.pool, publishing, actor=publisher, now=now)
    assert reasons(ids_or_keys) == [None]
    learner_id = await world.learner()
    [[first]] = await world.results([learner_id], ("ท31101", "3"))
    [[retake]] = await world.results([learner_id], ("ท31101", "4"), attempt=2)
    [[another]] = await world.results([await world.learner()], ("ค31101", "3"))
    assert reasons(good(await count_at_once(world, counting(first)))[0]) == [None]
    answers = good(
        await count_at_once(
            world,
            counting(another, code="M6-OTHER", version="1"),
            counting(first, code="M6-OTHER", version="1"),
            counting(retake, code="M6-OTHER", version="1"),
            counting(retake, code="M6-OTHER", version="1"),
        )
    )
    assert [reasons(answer) for answer in answers] == [[None], ["ENTRY_COUNTS_ELSEWHERE"], [None], [None]]
    assert [answers[2][0].already_done, answers[3][0].already_done] == [False, True]
    assert await journal_transactions(world, "credit.counted") == 2  # the one before, and the group
    assert await drift(world) == {}


async def qualification(world: World, code: str) -> Qualification:
    async with world.pool.acquire() as connection:
        return (await read_qualifications(connection, {(code, "2551R60")}))[code, "2551R60"]


# ---- posting ----


async def post_at_once(world: World, *calls: tuple[str, PostCases]) -> list[list[Outcome] | BaseException]:
    poster: Any = Meeting(posting_together(world.pool), len(calls))
    now = datetime.now(UTC)
    return list(
        await asyncio.gather(
            *(
                post_cases(world.pool, world.bank_registry, one, actor=world.staff[who].actor, now=now, together=poster)
                for who, one in calls
            ),
            return_exceptions=True,
        )
    )


async def test_posters_share_a_transaction_and_one_bad_case_spoils_nobody(world: World) -> None:
    """Five decided cases of two registrars, one of whose source was revoked, and one that nobody decided."""
    await world.employ("second-registrar", "college_registrar", world.college)
    cases: list[UUID] = []
    revoked = UUID(int=0)
    for _ in range(5):
        _, [revoked], case_id = await transfer_calls.simple(world)
        await transfer_calls.decided(world, case_id)
        cases.append(UUID(case_id))
    _, _, undecided = await transfer_calls.simple(world)
    await world.execute("ALTER TABLE entry DISABLE TRIGGER entry_settled")
    await world.execute(
        "UPDATE entry SET state = 'REVOKED', revoked_at = now(), revoked_by = recorded_by WHERE entry_id = $1", revoked
    )
    await world.execute("ALTER TABLE entry ENABLE TRIGGER entry_settled")
    registrars = ("college-registrar", "second-registrar", "college-registrar", "second-registrar", "second-registrar")
    calls = [(who, PostCases(uuid4(), (case_id,))) for who, case_id in zip(registrars, cases, strict=True)]
    more = ("college-registrar", PostCases(uuid4(), (UUID(undecided), cases[1])))
    answers = good(await post_at_once(world, *calls, more))
    assert [reasons(answer) for answer in answers] == [
        [None],
        [None],
        [None],
        [None],
        ["SOURCE_CHANGED"],
        ["CASE_STATE_WRONG", None],
    ]
    # Whose identities the registry gave first posted the case that two named.
    assert {answers[1][0].already_done, answers[5][1].already_done} == {False, True}
    first = "college-registrar" if answers[1][0].already_done else "second-registrar"
    rows = await world.fetch("SELECT case_id, posted_by FROM transfer_case WHERE state = 'POSTED'")
    assert {row["case_id"]: row["posted_by"] for row in rows} == {
        case_id: world.staff[who].actor.subject_hash
        for who, case_id in zip((registrars[0], first, *registrars[2:4]), cases[:4], strict=True)
    }
    assert await journal_transactions(world, "transfer.posted") < 4
    assert len(await events(world, events_pb2.TransferPosted)) == 4
    assert good(await post_at_once(world, *calls, more)) == answers


async def test_poster_whom_the_registry_does_not_answer_keeps_nobody_waiting(world: World) -> None:
    """Who the learner is concerns one caller alone, and is asked before he joins others."""
    _, _, known = await transfer_calls.simple(world)
    _, _, silent = await transfer_calls.simple(world)
    for case_id in (known, silent):
        await transfer_calls.decided(world, case_id)
    poster, actor = posting_together(world.pool), world.staff["college-registrar"].actor
    asked, answer_now = asyncio.Event(), asyncio.Event()

    async def meanwhile() -> None:
        asked.set()
        await answer_now.wait()

    world.registry.before_identities = meanwhile
    slow = asyncio.create_task(
        post_cases(
            world.pool,
            world.bank_registry,
            PostCases(uuid4(), (UUID(silent),)),
            actor=actor,
            now=datetime.now(UTC),
            together=poster,
        )
    )
    await asked.wait()
    command = PostCases(uuid4(), (UUID(known),))
    quick = await post_cases(
        world.pool, world.bank_registry, command, actor=actor, now=datetime.now(UTC), together=poster
    )
    assert reasons(quick) == [None]
    assert not slow.done()
    answer_now.set()
    assert reasons(await slow) == [None]


# ---- how many wait ----


async def test_too_many_who_wait_are_told_to_come_again(world: World) -> None:
    actor, begun, end = world.staff[RECORDER].actor, asyncio.Event(), asyncio.Event()

    async def work(_connection: object, calls: Sequence[Call[RecordResults, None]]) -> list[Done]:
        begun.set()
        await end.wait()
        return [([Outcome(0, "done")], []) for _ in calls]

    async def begin(_calls: object) -> Work[RecordResults, None]:
        return work

    slow = Coalescer[RecordResults, None](world.pool, begin)

    def ask() -> asyncio.Task[list[Outcome]]:
        return asyncio.create_task(slow.answer(Call(call(), actor, datetime.now(UTC), None), size=1))

    tasks = [ask()]
    await begun.wait()
    tasks += [ask() for _ in range(WAITING_MAX)]
    await asyncio.sleep(0)
    with pytest.raises(Unavailable):
        await ask()
    for left in tasks[2:]:  # their callers have left: they are not carried out
        left.cancel()
    end.set()
    assert [[one.id for one in await task] for task in tasks[:2]] == [["done"], ["done"]]
    assert await world.fetchval("SELECT count(*) FROM request WHERE caller = $1", actor.caller) == 2
