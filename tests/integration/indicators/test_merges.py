"""A person whose records were merged is counted once, and twice again when the merge is undone."""

from uuid import UUID, uuid4

from chassis.ids import date_to_pb, time_to_pb
from nuaikit.student_registry.v1 import events_pb2

from tests.integration.indicators.conftest import AT, LEARNERS, World


async def merged(world: World, kept: UUID, other: UUID, merge_id: UUID, *, undone: bool = False) -> None:
    ids = {"merge_id": str(merge_id), "surviving_learner_id": str(kept), "merged_learner_id": str(other)}
    if undone:
        event = events_pb2.LearnersUnmerged(unmerged_at=time_to_pb(AT), **ids)
    else:
        event = events_pb2.LearnersMerged(merged_at=time_to_pb(AT), **ids)
    await world.emitter.emit(LEARNERS, str(other), event)


async def test_merged_person_is_counted_once_and_undoing_counts_two(world: World) -> None:
    school, college = await world.institution(), await world.institution(kind="COLLEGE")
    await world.partnership(school, college)
    learners = [await world.learner(school) for _ in range(6)]
    for learner_id in learners[:2]:
        await world.posts(learner_id, await world.verifies(school, learner_id))
    await world.arrive("posted_line", 2)
    await world.arrive("verified_entry", 2)
    await world.arrive("enrolment_copy", 6)
    await world.arrive("partnership_copy", 1)
    assert (await world.figures())["C2"] == (2, 6, "33.33")
    merge_id = uuid4()
    await merged(world, learners[0], learners[1], merge_id)
    await merged(world, learners[0], learners[1], merge_id)  # told twice
    await world.arrive("learner_merge_copy", 1)
    assert (await world.figures())["C2"] == (1, 5, "20.00")
    await merged(world, learners[0], learners[1], merge_id, undone=True)
    await world.arrive("learner_merge_copy WHERE is_undone", 1)
    assert (await world.figures())["C2"] == (2, 6, "33.33")


async def test_chain_is_followed_and_a_late_event_of_the_old_key_changes_nothing(world: World) -> None:
    school, college = await world.institution(), await world.institution(kind="COLLEGE")
    await world.partnership(school, college)
    learners = [await world.learner(school) for _ in range(7)]
    await world.verifies(school, learners[2])
    await world.arrive("verified_entry", 1)
    await world.arrive("enrolment_copy", 7)
    await merged(world, learners[1], learners[2], uuid4())
    await merged(world, learners[0], learners[1], uuid4())
    await world.arrive("learner_merge_copy", 2)
    assert (await world.figures())["C2"] == (1, 5, "20.00")
    rows = await world.fetch(f"SELECT * FROM enrolment_copy WHERE learner_id = '{learners[2]}'")
    moved = events_pb2.EnrolmentChanged(
        enrolment_id=str(rows[0]["enrolment_id"]),
        learner_id=str(learners[0]),
        institution_id=str(school),
        role="ENROLMENT_ROLE_PRIMARY",
        delivery_system="DELIVERY_SYSTEM_DUAL_EDUCATION",
        status="ENROLMENT_STATUS_STUDYING",
        valid_from=date_to_pb(rows[0]["valid_from"]),
    )
    await world.emitter.emit(LEARNERS, str(learners[0]), moved)
    await world.arrive(f"enrolment_copy WHERE learner_id = '{learners[0]}'", 2)
    # As if the partition of the old key were read last: an older event does not take the enrolment back.
    newer = "UPDATE enrolment_copy SET told_at = now() + interval '1 hour'"
    await world.execute(f"{newer} WHERE enrolment_id = '{rows[0]['enrolment_id']}'")
    moved.learner_id = str(learners[2])
    await world.emitter.emit(LEARNERS, str(learners[2]), moved)
    await merged(world, learners[0], learners[3], uuid4())
    await world.arrive("learner_merge_copy", 3)
    await world.arrive(f"enrolment_copy WHERE learner_id = '{learners[0]}'", 2)
