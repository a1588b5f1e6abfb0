"""The guidance record: who may read it, what it shows, and the row that each read leaves."""

from uuid import UUID, uuid4

import asyncpg
import grpc
import httpx
import pytest
from nuaikit.common.v1 import credit_pb2
from nuaikit.guidance.v1 import access_pb2, access_pb2_grpc, records_pb2, records_pb2_grpc, screenings_pb2

from tests.integration.guidance.conftest import GUIDANCE_TEACHER, HOMEROOM, OTHER_SCHOOL, Person, World, form
from tests.integration.guidance.test_activities import activity
from tests.integration.guidance.test_activities import post as post_activities
from tests.integration.guidance.test_screenings import post as post_screenings

PURPOSE = {"Nuaikit-Purpose": "GUIDANCE"}


async def read(world: World, person: Person, learner_id: UUID, **headers: str) -> httpx.Response:
    """Read a record over HTTP with a purpose."""
    return await world.http.get(f"/v1/learners/{learner_id}/record", headers=person.headers | (headers or PURPOSE))


async def recognise(world: World, learner_id: UUID) -> None:
    """What three events of the credit bank left: ท31101 verified, counted in M.6 and posted into ปวช."""
    await world.fetch(
        """INSERT INTO recognised_learning VALUES
           ('VERIFIED', gen_random_uuid(), '', $1, 'ท31101', 'ภาษาไทย', 100, 'CR_OBEC', $2, '2026-10-01T03:00Z'),
           ('COUNTED', gen_random_uuid(), 'M6-OBEC', $1, 'ท31101', 'ภาษาไทย', 100, 'CR_OBEC', $2, '2026-10-02T03:00Z'),
           ('POSTED', gen_random_uuid(), 'PWC-2562', $1, '20000-1101', 'ภาษาไทยพื้นฐาน', 100, 'CR_OVEC', $2,
            '2026-10-03T03:00Z'),
           ('VERIFIED', gen_random_uuid(), '', $1, 'RB-SHORT-1', 'ช่างเดินสายไฟฟ้า', NULL, NULL, $2,
            '2026-09-01T03:00Z')""",
        learner_id,
        uuid4(),
    )


async def test_teacher_of_the_class_sees_learning_screening_and_activity_over_both_transports(world: World) -> None:
    homeroom = world.teacher("teacher", *HOMEROOM)
    guidance = world.teacher("g", *GUIDANCE_TEACHER, role="guidance_teacher", classroom="")
    learner_id = world.enrols()
    await recognise(world, learner_id)
    await post_screenings(world, homeroom, form(learner_id))
    await post_activities(world, guidance, activity(learner_id))
    body = (await read(world, homeroom, learner_id)).json()
    shown = [(item["kind"], item["course_code"], item["credits"]) for item in body["recognised_learning"]]
    assert shown == [
        ("POSTED", "20000-1101", {"amount": "1.00", "unit": "CR_OVEC"}),
        ("COUNTED", "ท31101", {"amount": "1.00", "unit": "CR_OBEC"}),
        ("VERIFIED", "ท31101", {"amount": "1.00", "unit": "CR_OBEC"}),
        ("VERIFIED", "RB-SHORT-1", None),
    ]
    [screening] = body["screenings"]
    assert (screening["instrument_status"], screening["group"], screening["group_source"]) == (
        "PROVISIONAL",
        None,
        None,
    )
    assert "answers" not in screening
    assert [item["title_th"] for item in body["activities"]] == ["แนะแนวเส้นทาง ม.6 ควบ ปวช."]

    stub = records_pb2_grpc.GuidanceRecordServiceStub(world.channel)
    request = records_pb2.GetGuidanceRecordRequest(learner_id=str(learner_id), purpose="GUIDANCE")
    answer = await stub.GetGuidanceRecord(request, metadata=homeroom.metadata)
    assert [item.source_id for item in answer.recognised_learning] == [
        item["source_id"] for item in body["recognised_learning"]
    ]
    assert answer.recognised_learning[0].credits == credit_pb2.CreditAmount(
        credit_hundredths=100, unit=credit_pb2.CREDIT_UNIT_CR_OVEC
    )
    assert not answer.recognised_learning[3].HasField("credits")
    assert [item.group for item in answer.screenings] == [screenings_pb2.CARE_GROUP_UNSPECIFIED]
    assert [item.screening_id for item in answer.screenings] == [screening["screening_id"]]
    assert [item.activity_id for item in answer.activities] == [item["activity_id"] for item in body["activities"]]
    rows = await world.fetch("SELECT role, purpose, ground, resource, institution_id FROM access_row")
    assert len(rows) == 2
    assert {tuple(row)[:4] for row in rows} == {("homeroom_teacher", "GUIDANCE", "OWN_INSTITUTION", "GUIDANCE_RECORD")}


async def test_learner_of_another_school_or_class_does_not_exist(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    for learner_id in (world.enrols(school=OTHER_SCHOOL), world.enrols(classroom="2"), uuid4()):
        response = await read(world, teacher, learner_id)
        assert (response.status_code, response.json()["reason"]) == (404, "LEARNER_UNKNOWN")
    assert await world.fetch("SELECT FROM access_row") == []


async def test_other_school_of_the_same_learner_sees_no_screening_of_this_one(world: World) -> None:
    homeroom, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    await post_screenings(world, homeroom, form(learner_id))
    partner = world.registry.enrolments[0].facts
    world.registry.enrolments.append(
        type(world.registry.enrolments[0]).FromString(world.registry.enrolments[0].SerializeToString())
    )
    world.registry.enrolments[1].enrolment_id = str(uuid4())
    world.registry.enrolments[1].facts.institution_id = str(OTHER_SCHOOL)
    assert partner.institution_id != str(OTHER_SCHOOL)
    other = world.teacher("other", *HOMEROOM, school=OTHER_SCHOOL)
    assert (await read(world, other, learner_id)).json()["screenings"] == []
    assert len((await read(world, homeroom, learner_id)).json()["screenings"]) == 1


async def test_read_without_purpose_or_with_a_sentence_is_refused(world: World) -> None:
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    response = await world.http.get(f"/v1/learners/{learner_id}/record", headers=teacher.headers)
    assert (response.status_code, response.json()["reason"]) == (422, "PURPOSE_MISSING")
    response = await read(world, teacher, learner_id, **{"Nuaikit-Purpose": "because I want to"})
    assert (response.status_code, response.json()["reason"]) == (422, "INVALID_FIELD")
    assert await world.fetch("SELECT FROM access_row") == []


async def test_role_without_guidance_read_is_refused(world: World) -> None:
    registrar = world.teacher("r", "credit.read", "registry.learners.read", role="school_registrar", classroom="")
    response = await read(world, registrar, world.enrols())
    assert (response.status_code, response.json()["reason"]) == (403, "PERMISSION_MISSING")


async def test_learner_reads_the_own_record_and_sees_every_look(world: World) -> None:
    homeroom, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    await post_screenings(world, homeroom, form(learner_id))
    await read(world, homeroom, learner_id)
    learner = world.learner("learner", learner_id)
    own = await read(world, learner, learner_id, **{"Nuaikit-Purpose": "OWN_RECORD"})
    assert own.status_code == 200
    assert len(own.json()["screenings"]) == 1
    rows = (await world.http.get(f"/v1/learners/{learner_id}/access", headers=learner.headers)).json()["records"]
    assert [(row["role"], row["ground"], row["purpose"]) for row in rows] == [
        ("learner", "SELF", "OWN_RECORD"),
        ("homeroom_teacher", "OWN_INSTITUTION", "GUIDANCE"),
    ]
    assert (await read(world, learner, world.enrols())).status_code == 404
    stub = access_pb2_grpc.AccessServiceStub(world.channel)
    answer = await stub.ListAccess(access_pb2.ListAccessRequest(learner_id=str(learner_id)), metadata=learner.metadata)
    assert [record.access_id for record in answer.records] == [row["access_id"] for row in rows]
    assert not answer.records[0].HasField("institution_id")


async def test_access_list_comes_in_pages_without_gap_or_repetition(world: World) -> None:
    homeroom, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    for _ in range(5):
        await read(world, homeroom, learner_id)
    learner, seen, token = world.learner("learner", learner_id), [], ""
    while True:
        page = await world.http.get(
            f"/v1/learners/{learner_id}/access",
            params={"page_size": 2, "page_token": token},
            headers=learner.headers,
        )
        seen += [row["access_id"] for row in page.json()["records"]]
        token = page.json()["next_page_token"]
        if not token:
            break
    assert len(seen) == len(set(seen)) == 5
    assert seen == sorted(seen, reverse=True)


async def test_access_list_of_somebody_else_does_not_exist_and_an_auditors_look_is_a_row(world: World) -> None:
    homeroom, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    await read(world, homeroom, learner_id)
    stranger = world.learner("stranger", uuid4())
    assert (await world.http.get(f"/v1/learners/{learner_id}/access", headers=stranger.headers)).status_code == 404
    teacher_asks = await world.http.get(f"/v1/learners/{learner_id}/access", headers=homeroom.headers)
    assert teacher_asks.status_code == 403
    auditor = world.teacher("auditor", "access.read", "credit.read", role="auditor", school=uuid4(), classroom="")
    assert (
        len((await world.http.get(f"/v1/learners/{learner_id}/access", headers=auditor.headers)).json()["records"]) == 1
    )
    rows = await world.fetch("SELECT resource, ground FROM access_row ORDER BY access_id")
    assert [tuple(row) for row in rows][-1] == ("ACCESS_LOG", "AUDIT")


async def test_access_row_cannot_be_changed_or_removed(world: World) -> None:
    await read(world, world.teacher("teacher", *HOMEROOM), world.enrols())
    await read(world, world.teacher("teacher", *HOMEROOM), world.enrols())
    for statement in ("UPDATE access_row SET purpose = 'X'", "DELETE FROM access_row", "TRUNCATE access_row"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await world.fetch(statement)


async def test_unknown_enrolment_while_the_registry_is_away_fails_closed(world: World) -> None:
    teacher, learner_id = world.teacher("teacher", *HOMEROOM), world.enrols()
    stub = records_pb2_grpc.GuidanceRecordServiceStub(world.channel)
    request = records_pb2.GetGuidanceRecordRequest(learner_id=str(learner_id), purpose="GUIDANCE")
    await world.registry.stop()
    with pytest.raises(grpc.aio.AioRpcError) as refused:
        await stub.GetGuidanceRecord(request, metadata=teacher.metadata)
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    assert await world.fetch("SELECT FROM access_row") == []


async def test_instruments_say_what_is_not_confirmed(world: World) -> None:
    teacher = world.teacher("teacher", *HOMEROOM)
    [nine_s] = (await world.http.get("/v1/instruments", headers=teacher.headers)).json()["instruments"]
    assert (nine_s["code"], nine_s["status"], nine_s["computes_group"]) == ("9S", "PROVISIONAL", False)
    assert [item["mark"] for item in nine_s["items"]].count("S") == 3
    assert "ไม่ใช่การวินิจฉัย" in nine_s["notice_th"]
    assert (await world.http.get("/v1/instruments")).status_code == 401
