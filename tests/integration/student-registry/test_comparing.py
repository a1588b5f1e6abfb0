"""Whoever is new in the register is compared with everybody, however he came in."""

import asyncio
import json
import logging
from uuid import UUID

import asyncpg
import pytest
from chassis.telemetry import JsonFormatter
from nuaikit.student_registry.v1 import matching_pb2
from student_registry.app import dependencies
from student_registry.calendar_th import now_utc
from student_registry.matching import comparing

from tests.support.kafka import eventually


@pytest.fixture
async def officer(own_world):
    await own_world.institution("area", "AREA_OFFICE_SECONDARY")
    await own_world.institution("school", parent="area")
    return await own_world.staff("area_officer", "area")


async def registered(world, build, **more):
    by = await world.staff("school_registrar", "school")
    (outcome,) = await world.register(build.learner(world.institutions["school"], **more), by=by)
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def waiting(world):
    return await world.value("SELECT count(*) FROM learner WHERE compared_at IS NULL")


async def test_failure_tells_where_it_was_and_nothing_of_whom_it_was(own_world, build, officer, caplog, monkeypatch):
    """PostgreSQL says in the DETAIL of an error which values it refused; a log line has class and place only."""
    world, deps = own_world, dependencies(own_world.service._resources)
    learner_id = await registered(world, build, given="ศศิวิมล", family="วรวงศ์ไพศาล")
    stopping = asyncio.Event()

    async def refused(deps, connection, learner_ids, **_more):
        """A real refusal of the database, with a row of a person in it."""
        stopping.set()
        await connection.execute(
            "INSERT INTO learner_name SELECT * FROM learner_name WHERE learner_id = $1", UUID(learner_id)
        )

    monkeypatch.setattr(comparing, "propose", refused)
    with caplog.at_level(logging.INFO):
        await asyncio.wait_for(comparing.work(deps, stopping), 30)
    (record,) = [item for item in caplog.records if item.message == "Comparing new learners failed"]
    failure = record.exc_info[1]
    assert isinstance(failure, asyncpg.UniqueViolationError)
    told = str(failure.as_dict())
    assert str(await world.value("SELECT learner_name_id FROM learner_name WHERE learner_id = $1", learner_id)) in told
    line = JsonFormatter("student-registry").format(record)
    shown = json.loads(line)
    assert shown["error"]["class"] == "asyncpg.exceptions.UniqueViolationError"
    assert set(shown["error"]) == {"class", "at"}
    values = await world.rows("SELECT to_jsonb(n) AS row FROM learner_name n WHERE learner_id = $1", learner_id)
    for value in values[0]["row"].values():
        assert len(str(value)) < 5 or str(value) not in line, line


async def test_new_learners_without_a_school_are_compared_once_and_wait_for_people(own_world, build, officer):
    world, deps = own_world, dependencies(own_world.service._resources)
    one, other = await registered(world, build), await registered(world, build)
    await registered(world, build, given="ปกรณ์", family="แสนสุข", birth=2007)
    assert await comparing.compare_new(deps, now=now_utc()) == 3
    assert (await waiting(world), await comparing.compare_new(deps, now=now_utc())) == (0, 0)
    (pair,) = (await world.call("ListCandidates", matching_pb2.ListCandidatesRequest(), officer)).candidates
    assert {pair.one_learner_id, pair.other_learner_id} == {one, other}
    assert pair.origin == matching_pb2.CANDIDATE_ORIGIN_PROBABLE
    assert await world.value("SELECT count(*) FROM learner_merge") == 0, "nobody is merged by a name"


async def test_learner_whom_somebody_holds_is_compared_and_noted_later(own_world, build, officer):
    world, deps = own_world, dependencies(own_world.service._resources)
    held = await registered(world, build)
    async with deps.pool.acquire() as connection, connection.transaction():
        await connection.execute("SELECT FROM learner WHERE learner_id = $1 FOR UPDATE", UUID(held))
        assert await comparing.compare_new(deps, now=now_utc()) == 1
        assert await waiting(world) == 1
    assert await comparing.compare_new(deps, now=now_utc()) == 1
    assert await waiting(world) == 0


async def test_work_goes_on_until_the_stop(own_world, build, officer):
    world, deps, stopping = own_world, dependencies(own_world.service._resources), asyncio.Event()
    await registered(world, build)
    worker = asyncio.create_task(comparing.work(deps, stopping))

    async def is_done():
        return await waiting(world) == 0

    await eventually(is_done, timeout_s=20, what="everybody is compared")
    stopping.set()
    async with asyncio.timeout(20):
        await worker


async def test_pair_that_cannot_be_kept_holds_nobody_up(own_world, build, officer, monkeypatch):
    world, deps, stopping = own_world, dependencies(own_world.service._resources), asyncio.Event()
    monkeypatch.setattr(comparing, "POLL_S", 0.01)
    one, _ = await registered(world, build), await registered(world, build)
    later, twin = [await registered(world, build, given="ปกรณ์", family="แสนสุข") for _ in range(2)]
    await world.rows(
        f"ALTER TABLE match_candidate ADD CHECK (low_learner_id <> '{UUID(one)}' AND high_learner_id <> '{UUID(one)}')"
    )
    worker = asyncio.create_task(comparing.work(deps, stopping))

    async def is_done():
        return await waiting(world) == 0

    await eventually(is_done, timeout_s=20, what="everybody else is compared")
    stopping.set()
    async with asyncio.timeout(20):
        await worker
    pairs = (await world.call("ListCandidates", matching_pb2.ListCandidatesRequest(), officer)).candidates
    assert [{pair.one_learner_id, pair.other_learner_id} for pair in pairs] == [{later, twin}]
