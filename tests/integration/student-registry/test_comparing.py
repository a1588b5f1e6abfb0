"""Whoever is new in the register is compared with everybody, however he came in."""

import asyncio
from uuid import UUID

import pytest
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
