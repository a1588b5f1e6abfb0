"""After a merge either id shows the record of the whole person; undoing it parts the two again."""

from uuid import UUID, uuid4

from chassis.ids import time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from tests.integration.guidance.conftest import HOMEROOM, Start, World, form
from tests.integration.guidance.test_consumers import AT, LEARNERS, LEDGER, verified
from tests.integration.guidance.test_records import read
from tests.integration.guidance.test_screenings import post
from tests.support.events import Emitter
from tests.support.kafka import eventually


async def arrive(world: World, table: str, count: int) -> None:
    async def are_there() -> bool:
        return (await world.fetch(f"SELECT count(*) AS n FROM {table}"))[0]["n"] == count

    await eventually(are_there, timeout_s=30, what=f"{count} rows of {table}")


async def shown(world: World, person, learner_id: UUID) -> tuple[int, int, int]:
    answer = await read(world, person, learner_id)
    body = answer.json()
    return answer.status_code, len(body.get("recognised_learning", [])), len(body.get("screenings", []))


async def test_record_shows_both_records_until_the_merge_is_undone(start: Start, emitter: Emitter) -> None:
    world = await start("serve", "consume")
    teacher = world.teacher("teacher", *HOMEROOM)
    kept, other = world.enrols(), world.enrols()
    for learner_id in (kept, other):
        await post(world, teacher, form(learner_id))
        await emitter.emit(LEDGER, str(learner_id), verified(learner_id, uuid4()))
    await arrive(world, "recognised_learning", 2)
    assert await shown(world, teacher, kept) == (200, 1, 1)
    ids = {"merge_id": str(uuid4()), "surviving_learner_id": str(kept), "merged_learner_id": str(other)}
    await emitter.emit(LEARNERS, str(other), events_pb2.LearnersMerged(merged_at=time_to_pb(AT), **ids))
    await arrive(world, "learner_merge_copy", 1)
    assert await shown(world, teacher, kept) == (200, 2, 2)
    assert await shown(world, teacher, other) == (200, 2, 2)
    himself = world.learner("ผู้เรียน", kept)
    assert await shown(world, himself, other) == (200, 2, 2)
    log = await world.http.get(f"/v1/learners/{kept}/access", headers=himself.headers)
    assert {row["learner_id"] for row in log.json()["records"]} == {str(kept), str(other)}
    await emitter.emit(LEARNERS, str(other), events_pb2.LearnersUnmerged(unmerged_at=time_to_pb(AT), **ids))
    await arrive(world, "learner_merge_copy WHERE is_undone", 1)
    assert await shown(world, teacher, kept) == (200, 1, 1)
    assert await shown(world, teacher, other) == (200, 1, 1)
    assert (await shown(world, himself, other))[0] == 404
