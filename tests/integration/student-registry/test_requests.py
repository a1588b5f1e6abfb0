"""Data requests: their steps and clock, the copy that answers them, and restricted data."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import grpc.aio
import pytest
from nuaikit.student_registry.v1 import access_pb2, consents_pb2, enrolments_pb2, learners_pb2
from nuaikit.student_registry.v1 import requests_pb2 as pb

DETAILS = "ชื่อสกุลสะกดผิด ที่ถูกคือ ใจดี"


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def partner(world):
    return await world.staff("college_registrar", "demo-college")


@pytest.fixture
async def learner_id(world, build, registrar, partner):
    """A learner of the school with a sign-in, who studies at the college too."""
    number = build.identifier("CITIZEN_ID", build.citizen_id())
    school, college = world.institutions["demo-school"], world.institutions["demo-college"]
    stated = build.learner(
        school, identifiers=[number], enrolments=[build.enrolment(school)], subject=f"himself-{world.name}"
    )
    (outcome,) = await world.register(stated, by=registrar)
    there = build.learner(
        college, identifiers=[number], enrolments=[build.enrolment(college, "PARTNER", system="DUAL_EDUCATION")]
    )
    (again,) = await world.register(there, by=partner)
    assert again.id == outcome.id
    return outcome.id


@pytest.fixture
def himself(world, learner_id):
    assert learner_id
    return world.person(f"himself-{world.name}")


def asked(learner_id, kind="SEE", request_id=None, **more):
    return pb.OpenDataRequestRequest(
        request_id=request_id or str(uuid4()), learner_id=learner_id, kind=f"DATA_REQUEST_KIND_{kind}", **more
    )


async def ask(world, request, by):
    return (await world.call("OpenDataRequest", request, by)).data_request


async def begin(world, request, by):
    message = pb.BeginDataRequestRequest(request_id=str(uuid4()), data_request_id=request.data_request_id)
    return (await world.call("BeginDataRequest", message, by)).data_request


def closing(request, reason=""):
    return pb.CloseDataRequestRequest(
        request_id=str(uuid4()), data_request_id=request.data_request_id, reason_code=reason
    )


async def answer(world, request, by, reason=""):
    await begin(world, request, by)
    return (await world.call("CloseDataRequest", closing(request, reason), by)).data_request


async def listed(world, by, **more):
    return await world.call("ListDataRequests", pb.ListDataRequestsRequest(**more), by)


async def access_rows(world, learner_id, by):
    request = access_pb2.ListAccessRequest(learner_id=learner_id)
    return [(row.resource, row.institution_id) for row in (await world.call("ListAccess", request, by)).records]


async def test_request_goes_from_receipt_to_answer_with_a_clock(world, build, learner_id, himself, registrar):
    request = await ask(world, asked(learner_id, "CORRECT", details=DETAILS, fact_kinds=["NAME"]), himself)
    assert request.state == pb.DATA_REQUEST_STATE_RECEIVED
    assert request.institution_id == world.institutions["demo-school"]
    assert request.received_on == build.date(today())
    assert request.due_on == build.date(today() + timedelta(days=30))
    assert request.rule_version == "2569.1"
    (waiting,) = (await listed(world, registrar)).data_requests
    assert (waiting.details, list(waiting.fact_kinds)) == (DETAILS, ["NAME"])
    refused = ("FAILED_PRECONDITION", "DATA_REQUEST_NOT_BEGUN")
    assert await world.refused("CloseDataRequest", closing(request), registrar) == refused
    assert (await begin(world, request, registrar)).state == pb.DATA_REQUEST_STATE_IN_PROGRESS
    assert (await begin(world, request, registrar)).state == pb.DATA_REQUEST_STATE_IN_PROGRESS
    done = (await world.call("CloseDataRequest", closing(request), registrar)).data_request
    assert (done.state, done.HasField("closed_at")) == (pb.DATA_REQUEST_STATE_ANSWERED, True)
    for message in (closing(request), closing(request, "LEGAL_DUTY")):
        closed = ("FAILED_PRECONDITION", "DATA_REQUEST_CLOSED")
        assert await world.refused("CloseDataRequest", message, registrar) == closed
    (own,) = (await listed(world, himself)).data_requests
    assert own.state == pb.DATA_REQUEST_STATE_ANSWERED
    steps = await world.rows(
        "SELECT state, role FROM data_request_step WHERE data_request_id = $1 ORDER BY data_request_step_id",
        UUID(request.data_request_id),
    )
    assert [tuple(step) for step in steps] == [
        ("RECEIVED", "learner"),
        ("IN_PROGRESS", "school_registrar"),
        ("ANSWERED", "school_registrar"),
    ]


async def test_audit_opens_the_details_of_every_request(own_world, build):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    stated = build.learner(world.institutions["demo-school"], subject="himself")
    (outcome,) = await world.register(stated, by=registrar)
    himself = world.person("himself")
    await ask(world, asked(outcome.id, "CORRECT", details=DETAILS), himself)
    sound = await world.audit()
    assert (sound["data_requests"], sound["drift_data_requests"]) == (1, 0)
    await world.rows("UPDATE data_request SET sealed_details = sealed_details || '\\x00'")
    assert (await world.audit())["drift_data_requests"] == 1


async def test_details_are_kept_sealed(world, learner_id, himself):
    request = await ask(world, asked(learner_id, "CORRECT", details=DETAILS), himself)
    row = "SELECT d::text FROM data_request d WHERE data_request_id = $1"
    assert "ใจดี" not in await world.value(row, UUID(request.data_request_id))


async def test_refusal_names_a_reason_of_the_list(world, learner_id, himself, registrar):
    request = await ask(world, asked(learner_id), himself)
    await begin(world, request, registrar)
    unknown = closing(request, "NO_TIME")
    assert await world.refused("CloseDataRequest", unknown, registrar) == (
        "INVALID_ARGUMENT",
        "DATA_REQUEST_REASON_UNKNOWN",
    )
    refused = (await world.call("CloseDataRequest", closing(request, "NOT_ENTITLED"), registrar)).data_request
    assert (refused.state, refused.reason_code) == (pb.DATA_REQUEST_STATE_REFUSED, "NOT_ENTITLED")


async def test_due_and_overdue_lists(world, build, learner_id, registrar):
    days = {name: today() - timedelta(days=ago) for name, ago in (("late", 40), ("soon", 25), ("new", 0))}
    made = {
        name: await ask(world, asked(learner_id, received_on=build.date(day)), registrar) for name, day in days.items()
    }
    assert [made[name].is_overdue for name in days] == [True, False, False]

    async def found(**more):
        page = await listed(world, registrar, **more)
        ids = {request.data_request_id: name for name, request in made.items()}
        assert page.total == len(page.data_requests)
        return [ids[request.data_request_id] for request in page.data_requests]

    assert await found() == ["late", "soon", "new"]
    assert await found(is_overdue=True) == ["late"]
    assert await found(due_by=build.date(today() + timedelta(days=5))) == ["late", "soon"]
    await answer(world, made["late"], registrar)
    assert await found(is_overdue=True) == []
    assert await found(states=["DATA_REQUEST_STATE_ANSWERED"]) == ["late"]
    first = await listed(world, registrar, page_size=2)
    rest = await listed(world, registrar, page_size=2, page_token=first.next_page_token)
    assert (len(first.data_requests), len(rest.data_requests), rest.next_page_token) == (2, 1, "")


async def test_what_cannot_be_is_refused(  # noqa: PLR0917  # fixtures
    world, build, learner_id, himself, registrar, partner
):
    other = await world.staff("school_registrar", "other-school")
    teacher = await world.staff("guidance_teacher", "demo-school")
    request = await ask(world, asked(learner_id), himself)
    begun = pb.BeginDataRequestRequest(request_id=str(uuid4()), data_request_id=request.data_request_id)
    copy = pb.GetDataCopyRequest(data_request_id=request.data_request_id)
    future = build.date(today() + timedelta(days=1))
    for method, message, by, refusal in (
        ("OpenDataRequest", asked(learner_id, "CORRECT"), himself, "DATA_REQUEST_DETAILS_INVALID"),
        ("OpenDataRequest", asked(learner_id, details="ก"), himself, "DATA_REQUEST_DETAILS_INVALID"),
        ("OpenDataRequest", asked(learner_id, "CORRECT", details="ก" * 2001), himself, "DATA_REQUEST_DETAILS_INVALID"),
        ("OpenDataRequest", asked(learner_id, received_on=future), registrar, "DATA_REQUEST_DATE_INVALID"),
        ("OpenDataRequest", asked(learner_id, fact_kinds=["SHOE_SIZE"]), himself, "INVALID_FIELD"),
        ("OpenDataRequest", asked(str(uuid4())), himself, "LEARNER_NOT_FOUND"),
        ("OpenDataRequest", asked(learner_id), other, "LEARNER_NOT_FOUND"),
        ("OpenDataRequest", asked(learner_id), teacher, "PERMISSION_MISSING"),
        ("BeginDataRequest", begun, other, "DATA_REQUEST_NOT_FOUND"),
        ("BeginDataRequest", begun, partner, "DATA_REQUEST_NOT_FOUND"),
        ("BeginDataRequest", begun, himself, "PERMISSION_MISSING"),
        ("ListDataRequests", pb.ListDataRequestsRequest(), teacher, "PERMISSION_MISSING"),
        ("GetDataCopy", copy, other, "DATA_REQUEST_NOT_FOUND"),
        ("GetDataCopy", pb.GetDataCopyRequest(), registrar, "PERMISSION_MISSING"),
    ):  # fmt: skip
        assert (await world.refused(method, message, by))[1] == refusal


async def test_request_entered_by_a_partner_is_answered_by_who_keeps_the_record(world, learner_id, registrar, partner):
    request = await ask(world, asked(learner_id, "COPY"), partner)
    assert (await listed(world, partner)).total == 0
    assert [item.data_request_id for item in (await listed(world, registrar)).data_requests] == [
        request.data_request_id
    ]


async def test_same_request_twice_and_two_answers_at_once(world, learner_id, himself, registrar):
    message = asked(learner_id, "COPY", request_id=str(uuid4()))
    first = await ask(world, message, himself)
    assert await ask(world, message, himself) == first
    assert await world.refused("OpenDataRequest", asked(learner_id, "SEE", message.request_id), himself) == (
        "FAILED_PRECONDITION",
        "REQUEST_MISMATCH",
    )
    await begin(world, first, registrar)

    async def close():
        try:
            return (await world.call("CloseDataRequest", closing(first), registrar)).data_request.state
        except grpc.aio.AioRpcError as exc:
            return exc.code().name

    ends = await asyncio.gather(*[close() for _ in range(4)])
    assert ends.count(pb.DATA_REQUEST_STATE_ANSWERED) == 1


async def test_copy_holds_all_that_is_stated_and_no_whole_number(world, build, learner_id, himself, registrar):
    number = build.citizen_id()
    change = learners_pb2.ChangeIdentifierRequest(
        request_id=str(uuid4()),
        learner_id=learner_id,
        ends_kind="IDENTIFIER_KIND_CITIZEN_ID",
        identifier=build.identifier("CITIZEN_ID", number),
    )
    await world.call("ChangeIdentifier", change, registrar)
    consent = consents_pb2.GiveConsentRequest(
        request_id=str(uuid4()),
        learner_id=learner_id,
        purpose="PHOTO",
        text_version="2569.1",
        agreement=consents_pb2.ConsentAgreement(
            giver="CONSENT_GIVER_GUARDIAN",
            relation="MOTHER",
            channel="CONSENT_CHANNEL_PAPER",
            given_on=build.date(today()),
        ),
    )
    await world.call("GiveConsent", consent, registrar)
    phone = {"learner_id": learner_id, "kind": "PHONE", "value": {"reach": {"value": "081 234 5678"}}}
    facts = {"facts": [phone | {"provenance": {"source": "ใบสมัคร", "status": "demonstration"}}]}
    keyed = registrar.headers | {"Idempotency-Key": str(uuid4())}
    recorded = (await world.http.post("/v1/profile-facts", json=facts, headers=keyed)).json()
    assert recorded["results"][0]["problem"] is None, recorded
    request = await ask(world, asked(learner_id, "COPY"), himself)
    by_request = pb.GetDataCopyRequest(data_request_id=request.data_request_id)
    texts = [
        (await world.call("GetDataCopy", message, by)).json
        for message, by in ((pb.GetDataCopyRequest(), himself), (by_request, himself), (by_request, registrar))
    ]
    for text in texts:
        assert number not in text
        copy = json.loads(text)
        assert copy["learner_id"] == learner_id
        rows = {section["name"]: section["rows"] for section in copy["sections"]}
        assert rows["learner_name"][0]["given_name"] == "กมลชนก"
        assert number[9:] in {row["last4"] for row in rows["learner_identifier"]}
        assert {row["role"] for row in rows["enrolment"]} == {"PRIMARY", "PARTNER"}
        assert rows["consent"][0]["purpose"] == "PHOTO"
        assert rows["profile_fact"][0]["reach"]["value"] == "0812345678"
        assert rows["data_request"][0]["kind"] == "COPY"
        secrets = ("sealed", "_hash", "blind_index", "matching_", "_by", "key_version")
        columns = {column for items in rows.values() for row in items for column in row}
        assert not [
            column for column in columns if any(column.endswith(end) or column.startswith(end) for end in secrets)
        ]
    tables = await world.rows(
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'learner_id' AND table_schema = 'public'"
    )
    assert {row["table_name"] for row in tables} <= set(rows)
    # Restricted facts are noted whoever reads them; the rest is the keeper's own.
    assert {institution for _, institution in await access_rows(world, learner_id, himself)} <= {
        world.institutions["demo-school"]
    }


async def test_only_a_request_to_see_or_copy_gives_a_copy(world, learner_id, himself, registrar):
    request = await ask(world, asked(learner_id, "RESTRICT"), himself)
    message = pb.GetDataCopyRequest(data_request_id=request.data_request_id)
    assert await world.refused("GetDataCopy", message, registrar) == ("FAILED_PRECONDITION", "DATA_COPY_NOT_ASKED")


async def test_restricted_data_are_read_by_who_keeps_the_record_only(  # noqa: PLR0917  # fixtures
    world, build, learner_id, himself, registrar, partner
):
    async def sees(by, **more):
        request = learners_pb2.BatchGetLearnersRequest(learner_ids=[learner_id], purpose="TEST", **more)
        return bool((await world.call("BatchGetLearners", request, by)).learners)

    ground = {"ground": "CASE", "ground_id": "c"}
    service = world.through(partner)
    assert [await sees(by) for by in (registrar, partner)] == [True, True]
    assert await sees(service, **ground)
    request = await ask(world, asked(learner_id, "RESTRICT"), himself)
    assert await sees(partner)
    await answer(world, request, registrar)
    assert [await sees(by) for by in (registrar, himself, partner)] == [True, True, False]
    assert not await sees(service, **ground)
    enrolments = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id])
    assert not (await world.call("ListEnrolments", enrolments, partner)).enrolments
    lift = pb.LiftRestrictionRequest(request_id=str(uuid4()), learner_id=learner_id, reason_code="ASKED_BY_LEARNER")
    assert await world.refused("LiftRestriction", lift, partner) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    assert (await world.call("LiftRestriction", lift, registrar)).is_lifted
    assert (await world.call("LiftRestriction", lift, registrar)).is_lifted
    again = pb.LiftRestrictionRequest(request_id=str(uuid4()), learner_id=learner_id, reason_code="X2")
    assert not (await world.call("LiftRestriction", again, registrar)).is_lifted
    assert await sees(partner)


async def test_http_asks_answers_and_downloads(world, learner_id, himself, registrar):
    headers = himself.headers | {"Idempotency-Key": str(uuid4())}
    body = {"learner_id": learner_id, "kind": "SEE"}
    request = (await world.http.post("/v1/data-requests", json=body, headers=headers)).json()
    path = f"/v1/data-requests/{request['data_request_id']}"
    for step, payload in (("begin", None), ("close", {})):
        keyed = registrar.headers | {"Idempotency-Key": str(uuid4())}
        state = (await world.http.post(f"{path}/{step}", json=payload, headers=keyed)).json()["state"]
    assert state == "ANSWERED"
    copy = await world.http.get(f"{path}/copy", headers=himself.headers)
    assert "attachment" in copy.headers["content-disposition"]
    assert copy.json()["format"] == "nuaikit-data-copy-1"
    own = await world.http.get("/v1/me/data-copy", headers=himself.headers)
    assert own.json()["sections"][0]["title_th"] == "ข้อมูลหลัก"
    page = (await world.http.get("/v1/data-requests", headers=registrar.headers)).json()
    assert [item["is_overdue"] for item in page["data_requests"]] == [False]
    keyed = registrar.headers | {"Idempotency-Key": str(uuid4())}
    lifted = await world.http.post(
        f"/v1/learners/{learner_id}/restriction/lift", json={"reason_code": "CODE"}, headers=keyed
    )
    assert lifted.json() == {"is_lifted": False}
    missing = await world.http.get(f"/v1/data-requests/{uuid4()}/copy", headers=registrar.headers)
    assert (missing.status_code, missing.json()["reason"]) == (404, "DATA_REQUEST_NOT_FOUND")
