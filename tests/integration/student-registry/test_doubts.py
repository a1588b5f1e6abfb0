"""What a refused statement about a person puts in doubt comes before people, and they settle it."""

from datetime import date
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import area_desk_pb2, learners_pb2, matching_pb2

OTHER_PERSON = {"given": "ปกรณ์", "family": "แสนสุข", "birth": date(2007, 3, 3)}


@pytest.fixture
async def keeper(world):
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("school", parent="area")
    return await world.staff("school_registrar", "school")


@pytest.fixture
async def stranger(world):
    return await world.staff("college_registrar", "demo-college")


@pytest.fixture
async def officer(world, keeper):
    return await world.staff("area_officer", "area")


async def registered(world, build, by, at, **more):
    (outcome,) = await world.register(build.learner(world.institutions[at], **more), by=by)
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def contradicted(world, build, by, at, **more):
    (outcome,) = await world.register(build.learner(world.institutions[at], **more), by=by)
    assert outcome.problem.reason == "IDENTIFIER_CONFLICT"


async def states(world, learner_id):
    rows = await world.rows(
        "SELECT kind, verification_state FROM learner_identifier WHERE learner_id = $1", UUID(learner_id)
    )
    return {row["kind"]: row["verification_state"] for row in rows}


async def on_desk(world, officer):
    request = area_desk_pb2.ListConflictingIdentifiersRequest(purpose="REVIEW")
    return [item.learner_id for item in (await world.call("ListConflictingIdentifiers", request, officer)).identifiers]


async def test_number_claimed_for_somebody_else_is_contested_on_the_desk_until_its_keeper_saw_the_document(
    world, build, keeper, stranger, officer
):
    number = build.citizen_id()
    learner_id = await registered(world, build, keeper, "school", identifiers=[build.identifier("CITIZEN_ID", number)])
    claim = {"identifiers": [build.identifier("CITIZEN_ID", number)], **OTHER_PERSON}
    await contradicted(world, build, stranger, "demo-college", **claim)
    await contradicted(world, build, stranger, "demo-college", **claim)
    assert await states(world, learner_id) == {"CITIZEN_ID": "CONFLICT"}
    assert await on_desk(world, officer) == [learner_id]
    stated = await world.rows(
        "SELECT v.basis, v.institution_id FROM learner_identifier_verification v"
        " JOIN learner_identifier USING (identifier_id) WHERE learner_id = $1",
        UUID(learner_id),
    )
    assert [tuple(row) for row in stated] == [("CONTRADICTION", UUID(world.institutions["demo-college"]))]

    seen = [build.identifier("CITIZEN_ID", number, state="VERIFIED")]
    await registered(world, build, stranger, "demo-college", identifiers=seen)
    assert await states(world, learner_id) == {"CITIZEN_ID": "CONFLICT"}, "only the keeper of the record settles it"
    await registered(world, build, keeper, "school", identifiers=seen)
    assert await states(world, learner_id) == {"CITIZEN_ID": "VERIFIED"}
    assert await on_desk(world, officer) == []


async def test_contested_number_is_told_to_others_without_a_value(world, build, keeper, stranger):
    number = build.g_code()
    learner_id = await registered(world, build, keeper, "school", identifiers=[build.identifier("G_CODE", number)])
    told = "SELECT count(*) FROM outbox WHERE key = $1 AND type LIKE '%IdentifierChanged'"
    before = await world.value(told, learner_id)
    claim = {"identifiers": [build.identifier("G_CODE", number)], **OTHER_PERSON}
    await contradicted(world, build, stranger, "demo-college", **claim)
    assert await world.value(told, learner_id) == before + 1


async def test_contested_number_leaves_the_desk_when_the_right_one_takes_its_place(
    world, build, keeper, stranger, officer
):
    wrong, right = build.citizen_id(), build.citizen_id()
    learner_id = await registered(world, build, keeper, "school", identifiers=[build.identifier("CITIZEN_ID", wrong)])
    claim = {"identifiers": [build.identifier("CITIZEN_ID", wrong)], **OTHER_PERSON}
    await contradicted(world, build, stranger, "demo-college", **claim)
    change = learners_pb2.ChangeIdentifierRequest(
        request_id=str(uuid4()),
        learner_id=learner_id,
        ends_kind="IDENTIFIER_KIND_CITIZEN_ID",
        identifier=build.identifier("CITIZEN_ID", right, state="VERIFIED"),
    )
    await world.call("ChangeIdentifier", change, keeper)
    assert await on_desk(world, officer) == []


async def test_number_seen_on_a_document_and_the_keepers_own_slip_stay_as_they_are(world, build, keeper, stranger):
    number = build.citizen_id()
    seen = await registered(
        world, build, keeper, "school", identifiers=[build.identifier("CITIZEN_ID", number, state="VERIFIED")]
    )
    claim = {"identifiers": [build.identifier("CITIZEN_ID", number)], **OTHER_PERSON}
    await contradicted(world, build, stranger, "demo-college", **claim)
    assert await states(world, seen) == {"CITIZEN_ID": "VERIFIED"}

    own = build.citizen_id()
    typed = await registered(world, build, keeper, "school", identifiers=[build.identifier("CITIZEN_ID", own)])
    await contradicted(
        world, build, keeper, "school", identifiers=[build.identifier("CITIZEN_ID", own)], **OTHER_PERSON
    )
    assert await states(world, typed) == {"CITIZEN_ID": "UNVERIFIED"}


async def test_another_citizen_id_for_a_known_g_code_contests_the_one_that_is_held(world, build, keeper, stranger):
    code = build.identifier("G_CODE", build.g_code())
    learner_id = await registered(
        world, build, keeper, "school", identifiers=[code, build.identifier("CITIZEN_ID", build.citizen_id())]
    )
    await contradicted(
        world,
        build,
        stranger,
        "demo-college",
        identifiers=[code, build.identifier("CITIZEN_ID", build.citizen_id())],
    )
    assert await states(world, learner_id) == {"G_CODE": "UNVERIFIED", "CITIZEN_ID": "CONFLICT"}


async def test_two_learners_of_one_statement_wait_in_the_review_queue(world, build, keeper, stranger, officer):
    by_code, by_number = build.identifier("G_CODE", build.g_code()), build.identifier("CITIZEN_ID", build.citizen_id())
    first = await registered(world, build, keeper, "school", identifiers=[by_code])
    second = await registered(world, build, keeper, "school", identifiers=[by_number])
    await contradicted(world, build, stranger, "demo-college", identifiers=[by_code, by_number])
    (pair,) = (await world.call("ListCandidates", matching_pb2.ListCandidatesRequest(), officer)).candidates
    assert {pair.one_learner_id, pair.other_learner_id} == {first, second}
    assert pair.origin == matching_pb2.CANDIDATE_ORIGIN_IDENTIFIERS
    assert set((await states(world, first)) | (await states(world, second))) == {"G_CODE", "CITIZEN_ID"}
    assert "CONFLICT" not in {*(await states(world, first)).values(), *(await states(world, second)).values()}
