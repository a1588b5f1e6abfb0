"""Share grants over both transports."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import access_pb2, learners_pb2
from nuaikit.student_registry.v1 import consents_pb2 as pb


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def college(world):
    await world.institution("demo-college-2", "COLLEGE")
    return await world.staff("college_registrar", "demo-college")


@pytest.fixture
async def learner_id(world, build, registrar):
    school = world.institutions["demo-school"]
    stated = build.learner(school, enrolments=[build.enrolment(school)], subject=f"learner-{world.name}")
    return (await world.register(stated, by=registrar))[0].id


@pytest.fixture
def himself(world, learner_id):
    assert learner_id
    return world.person(f"learner-{world.name}")


def grant(world, build, learner_id, *, days=30, request_id=None, **more):
    facts = {
        "recipient_institution_id": world.institutions["demo-college"],
        "scope": "TRANSCRIPT",
        "purpose": "ADMISSION",
    } | more
    return pb.GrantShareRequest(
        request_id=request_id or str(uuid4()),
        learner_id=learner_id,
        valid_to=build.date(today() + timedelta(days=days)),
        **facts,
    )


async def listed(world, learner_id, by, **more):
    request = pb.ListShareGrantsRequest(learner_ids=[learner_id], **more)
    return [item.grant_id for item in (await world.call("ListShareGrants", request, by)).grants]


async def test_learner_grants_and_ends_a_share_and_the_recipient_sees_it_meanwhile(
    world, build, learner_id, himself, college
):
    made = (await world.call("GrantShare", grant(world, build, learner_id), himself)).grant
    assert (made.scope, made.purpose, made.is_ended) == ("TRANSCRIPT", "ADMISSION", False)
    for person in (himself, college, world.through(college), world.service_itself("registry.resolve")):
        assert await listed(world, learner_id, person) == [made.grant_id]
    stranger = await world.staff("school_registrar", "other-school")
    assert await listed(world, learner_id, stranger) == []
    end = pb.EndShareGrantRequest(request_id=str(uuid4()), grant_id=made.grant_id)
    assert (await world.call("EndShareGrant", end, himself)).grant.is_ended
    assert (await world.call("EndShareGrant", end, himself)).grant.is_ended
    again = pb.EndShareGrantRequest(request_id=str(uuid4()), grant_id=made.grant_id)
    assert (await world.call("EndShareGrant", again, himself)).grant.is_ended
    assert await listed(world, learner_id, college) == []


async def test_share_is_checked_here_when_it_is_the_ground_of_a_read(world, build, learner_id, himself, college):
    made = (await world.call("GrantShare", grant(world, build, learner_id), himself)).grant
    reader, stranger = world.through(college), world.through(await world.staff("college_registrar", "demo-college-2"))

    async def read(by, grant_id):
        request = learners_pb2.BatchGetLearnersRequest(
            learner_ids=[learner_id], purpose="ADMISSION", ground="GRANT", ground_id=grant_id
        )
        return [item.learner_id for item in (await world.call("BatchGetLearners", request, by)).learners]

    assert await read(reader, made.grant_id) == [learner_id]
    assert (
        await read(reader, str(uuid4())) == await read(reader, "no-uuid") == await read(stranger, made.grant_id) == []
    )
    end = pb.EndShareGrantRequest(request_id=str(uuid4()), grant_id=made.grant_id)
    await world.call("EndShareGrant", end, himself)
    assert await read(reader, made.grant_id) == []
    records = await world.call("ListAccess", access_pb2.ListAccessRequest(learner_id=learner_id), himself)
    assert [(row.ground, row.ground_id) for row in records.records] == [("GRANT", made.grant_id)]


async def test_staff_enter_the_learners_wish(world, build, learner_id, registrar):
    made = (await world.call("GrantShare", grant(world, build, learner_id), registrar)).grant
    kept = await world.rows("SELECT granted_by_role FROM share_grant WHERE grant_id = $1::text::uuid", made.grant_id)
    assert kept[0]["granted_by_role"] == "school_registrar"
    other = world.institutions["other-school"]
    assert await listed(world, learner_id, registrar, recipient_institution_id=other) == []


async def test_request_id_again_makes_one_share_over_both_transports(world, build, learner_id, himself):
    request_id = str(uuid4())
    made = (await world.call("GrantShare", grant(world, build, learner_id, request_id=request_id), himself)).grant
    body = {
        "learner_id": learner_id,
        "recipient_institution_id": world.institutions["demo-college"],
        "purpose": "ADMISSION",
        "valid_to": str(today() + timedelta(days=30)),
    }
    headers = himself.headers | {"Idempotency-Key": request_id}
    answer = await world.http.post("/v1/share-grants", json=body, headers=headers)
    assert answer.json()["grant_id"] == made.grant_id
    other = await world.http.post("/v1/share-grants", json=body | {"purpose": "OTHER"}, headers=headers)
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_MISMATCH")
    shown = await world.http.get("/v1/share-grants", params={"learner_id": learner_id}, headers=himself.headers)
    assert [item["grant_id"] for item in shown.json()["grants"]] == [made.grant_id]
    ended = await world.http.post(
        f"/v1/share-grants/{made.grant_id}/end", headers=himself.headers | {"Idempotency-Key": str(uuid4())}
    )
    assert ended.json()["is_ended"]


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"scope": "EVERYTHING"}, ("INVALID_ARGUMENT", "GRANT_SCOPE_UNKNOWN")),
        ({"days": -1}, ("INVALID_ARGUMENT", "GRANT_PERIOD_INVALID")),
        ({"days": 400}, ("INVALID_ARGUMENT", "GRANT_PERIOD_INVALID")),
        ({"purpose": ""}, ("INVALID_ARGUMENT", "PURPOSE_MISSING")),
        ({"recipient_institution_id": str(uuid4())}, ("NOT_FOUND", "INSTITUTION_NOT_FOUND")),
        ({"recipient_institution_id": "x"}, ("INVALID_ARGUMENT", "INVALID_FIELD")),
        ({"request_id": "x"}, ("INVALID_ARGUMENT", "INVALID_FIELD")),
    ],
)
async def test_share_is_refused_for_each_declared_reason(  # noqa: PLR0917  # fixtures and parameters
    world, build, learner_id, himself, more, refusal
):
    assert await world.refused("GrantShare", grant(world, build, learner_id, **more), himself) == refusal


async def test_others_neither_grant_nor_end(world, build, learner_id, himself, college):
    request = grant(world, build, learner_id)
    assert await world.refused("GrantShare", request, college) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    stranger = await world.staff("school_registrar", "other-school")
    assert await world.refused("GrantShare", request, stranger) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    made = (await world.call("GrantShare", request, himself)).grant
    end = pb.EndShareGrantRequest(request_id=str(uuid4()), grant_id=made.grant_id)
    assert await world.refused("EndShareGrant", end, college) == ("NOT_FOUND", "GRANT_NOT_FOUND")
    teacher = await world.staff("guidance_teacher", "demo-school")
    assert await world.refused("EndShareGrant", end, teacher) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    assert await world.refused("EndShareGrant", end, stranger) == ("NOT_FOUND", "GRANT_NOT_FOUND")
    unknown = pb.EndShareGrantRequest(request_id=str(uuid4()), grant_id=str(uuid4()))
    assert await world.refused("EndShareGrant", unknown, himself) == ("NOT_FOUND", "GRANT_NOT_FOUND")
    director = await world.staff("committee_chair", "demo-college")
    request = pb.ListShareGrantsRequest(learner_ids=[learner_id])
    assert await world.refused("ListShareGrants", request, director) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    many = pb.ListShareGrantsRequest(learner_ids=[learner_id] * 1001)
    assert await world.refused("ListShareGrants", many, himself) == ("INVALID_ARGUMENT", "TOO_MANY_ITEMS")
