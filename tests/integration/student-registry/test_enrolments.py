"""Known enrolments change from a day on, end with a reason, and keep what they were."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import enrolments_pb2 as pb
from nuaikit.student_registry.v1 import events_pb2, institutions_pb2


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def enrolled(world, build, by, place="demo-school", role="PRIMARY", **more):
    """A new learner with one enrolment; gives both ids."""
    school = world.institutions[place]
    (outcome,) = await world.register(build.learner(school, enrolments=[build.enrolment(school, role, **more)]), by=by)
    (found,) = (await listed(world, outcome.id)).enrolments
    return outcome.id, found.enrolment_id


async def listed(world, learner_id, on_date=None):
    request = pb.ListEnrolmentsRequest(learner_ids=[learner_id], on_date=on_date)
    return await world.call("ListEnrolments", request, world.service_itself())


def change(build, enrolment_id, since, **more):
    return pb.EnrolmentChange(
        enrolment_id=enrolment_id, holds_from=build.date(since), provenance=build.provenance, **more
    )


async def send_changes(world, by, *changes, request_id=None):
    request = pb.ChangeEnrolmentsRequest(request_id=request_id or str(uuid4()), changes=changes)
    return (await world.call("ChangeEnrolments", request, by)).outcomes


async def send_end(world, build, by, enrolment_id, last_day, reason="MOVED"):  # noqa: PLR0917  # reads as a sentence
    end = pb.EnrolmentEnd(
        enrolment_id=enrolment_id, last_day=build.date(last_day), reason_code=reason, provenance=build.provenance
    )
    request = pb.EndEnrolmentsRequest(request_id=str(uuid4()), ends=[end])
    (outcome,) = (await world.call("EndEnrolments", request, by)).outcomes
    return outcome


async def test_delivery_system_changes_from_a_day_on_and_is_known_for_every_day(world, build, registrar):
    learner_id, enrolment_id = await enrolled(world, build, registrar)
    changes = [
        change(build, enrolment_id, date(2025, 8, 1), delivery_system="DELIVERY_SYSTEM_NONFORMAL"),
        change(build, enrolment_id, date(2025, 9, 1), classroom="๒", number_in_class=17),
    ]
    for item in changes:
        (outcome,) = await send_changes(world, registrar, item)
        assert not outcome.HasField("problem"), outcome
    seen = {}
    for day in (date(2025, 7, 31), date(2025, 8, 1), date(2025, 9, 1)):
        (found,) = (await listed(world, learner_id, build.date(day))).enrolments
        seen[day] = (found.facts.delivery_system, found.facts.classroom, found.facts.number_in_class)
    assert list(seen.values()) == [
        (pb.DELIVERY_SYSTEM_FORMAL, "1", 0),
        (pb.DELIVERY_SYSTEM_NONFORMAL, "1", 0),
        (pb.DELIVERY_SYSTEM_NONFORMAL, "2", 17),
    ]


async def test_history_tells_each_statement_in_its_order(world, build, registrar):
    learner_id, enrolment_id = await enrolled(world, build, registrar)
    await send_changes(world, registrar, change(build, enrolment_id, date(2025, 8, 1), classroom="2"))
    await send_end(world, build, registrar, enrolment_id, date(2026, 3, 31), "GRADUATED")
    request = pb.ListEnrolmentHistoryRequest(learner_id=learner_id, purpose="TEST")
    states = (await world.call("ListEnrolmentHistory", request, registrar)).states
    assert [(item.enrolment.facts.classroom, item.enrolment.end_reason) for item in states] == [
        ("1", ""),
        ("2", ""),
        ("2", "GRADUATED"),
    ]
    assert states[1].enrolment.holds_from == build.date(date(2025, 8, 1))
    assert states[2].enrolment.status == pb.ENROLMENT_STATUS_ENDED
    answer = await world.http.get(
        f"/v1/learners/{learner_id}/enrolments", headers=registrar.headers | {"Nuaikit-Purpose": "TEST"}
    )
    assert [item["enrolment"]["classroom"] for item in answer.json()["states"]] == ["1", "2", "2"]


async def test_event_carries_level_of_the_grade(world, build, registrar):
    _, enrolment_id = await enrolled(world, build, registrar, grade="P.6")
    await send_changes(world, registrar, change(build, enrolment_id, date(2025, 8, 1), grade_label="M.1"))
    rows = await world.rows("SELECT payload FROM outbox WHERE type LIKE '%EnrolmentChanged' ORDER BY outbox_id")
    events = [events_pb2.EnrolmentChanged.FromString(row["payload"]) for row in rows]
    own = [(event.grade_label, event.level) for event in events if event.enrolment_id == enrolment_id]
    assert own == [("P.6", "PRIMARY"), ("M.1", "LOWER_SECONDARY")]


async def test_programme_of_a_partner_enrolment_changes(world, build):
    college = await world.staff("college_registrar", "demo-college")
    learner_id, enrolment_id = await enrolled(
        world, build, college, "demo-college", "PARTNER", grade="PWC.1", programme="20101"
    )
    (outcome,) = await send_changes(
        world, college, change(build, enrolment_id, date(2025, 10, 1), programme_code="20102")
    )
    assert not outcome.HasField("problem")
    (found,) = (await listed(world, learner_id)).enrolments
    assert (found.facts.programme_code, found.level) == ("20102", "VOCATIONAL_CERTIFICATE")
    (before,) = (await listed(world, learner_id, build.date(date(2025, 9, 30)))).enrolments
    assert before.facts.programme_code == "20101"


async def closed_school(world, build, last_day):
    item = institutions_pb2.Institution(
        kind="INSTITUTION_KIND_SCHOOL",
        name_th="โรงเรียนที่เลิกแล้ว",
        local_alias=world.alias("closed"),
        closed_on=build.date(last_day),
        provenance=build.provenance,
    )
    request = institutions_pb2.RegisterInstitutionsRequest(request_id=str(uuid4()), institutions=[item])
    world.institutions["closed"] = (await world.call("RegisterInstitutions", request, world.admin)).outcomes[0].id
    return world.institutions["closed"]


async def test_nobody_is_enrolled_at_an_office_or_in_a_school_that_has_closed(world, build):
    office = await world.institution("office", "AREA_OFFICE_SECONDARY")
    closed = await closed_school(world, build, date(2024, 3, 31))
    area = await world.staff("area_registrar", "office")
    school = await world.staff("school_registrar", "closed")
    at_office = build.learner(office, enrolments=[build.enrolment(office)])
    too_late = build.learner(closed, enrolments=[build.enrolment(closed, valid_from=date(2024, 4, 1))])
    in_time = build.learner(closed, enrolments=[build.enrolment(closed, valid_from=date(2023, 5, 16))])
    at_home = build.learner(office, enrolments=[build.enrolment(office, system="HOME_SCHOOL")])
    refused, home = await world.register(at_office, at_home, by=area)
    assert not home.HasField("problem"), "an office keeps the home-school learners of its area"
    late, early = await world.register(too_late, in_time, by=school)
    assert [item.problem.reason for item in (refused, late)] == ["ENROLMENT_PLACE_WRONG"] * 2
    assert not early.HasField("problem")


async def test_row_of_a_file_is_refused_where_its_learner_cannot_be_enrolled(world, build):
    closed = await closed_school(world, build, date(2024, 3, 31))
    by = await world.staff("school_registrar", "closed")
    content = "เลขประจำตัวนักเรียน,ชื่อ,บทบาท,วันเริ่มเรียน (พ.ศ.)\n1,กมล,หลัก,16/05/2566\n2,วิมล,หลัก,16/05/2567\n".encode()
    answer = await world.http.post(
        "/v1/learner-imports",
        files={"file": ("a.csv", content, "text/csv")},
        data={"institution_id": closed},
        headers=by.headers | {"Idempotency-Key": str(uuid4())},
    )
    report = answer.json()
    assert (report["accepted"], report["rejected"]) == (1, 1), report
    assert [(row["row"], row["reason"]) for row in report["rows"]] == [(3, "ENROLMENT_PLACE_WRONG")]


async def test_hosting_says_which_classes(world, build, registrar):
    learner_id, enrolment_id = await enrolled(world, build, registrar, role="HOSTING")
    (found,) = (await listed(world, learner_id)).enrolments
    assert found.facts.hosting_scope == pb.HOSTING_SCOPE_ALL
    some = change(
        build,
        enrolment_id,
        date(2025, 6, 1),
        hosting_scope="HOSTING_SCOPE_SOME",
        hosted_classes=["ว31201", "ค31101", "ว31201"],
    )
    await send_changes(world, registrar, some)
    (found,) = (await listed(world, learner_id)).enrolments
    assert list(found.facts.hosted_classes) == ["ว31201", "ค31101"]
    none_named = change(build, enrolment_id, date(2025, 6, 1), hosting_scope="HOSTING_SCOPE_SOME")
    (outcome,) = await send_changes(world, registrar, none_named)
    assert outcome.problem.reason == "HOSTING_INVALID"


async def test_refusals_leave_the_good_items_done(world, build, registrar):
    _, good = await enrolled(world, build, registrar)
    other = await world.staff("school_registrar", "other-school")
    _, foreign = await enrolled(world, build, other, "other-school")
    day = date(2025, 8, 1)
    outcomes = await send_changes(
        world,
        registrar,
        change(build, foreign, day, classroom="2"),
        change(build, str(uuid4()), day, classroom="2"),
        change(build, good, day, classroom="2"),
        change(build, good, date(2025, 7, 1), classroom="3"),
        change(build, good, day, number_in_class=1_000),
        change(build, good, day, hosting_scope="HOSTING_SCOPE_ALL"),
        change(build, good, day, classroom="2"),
    )
    assert [(item.problem.reason, item.already_done) for item in outcomes] == [
        ("ENROLMENT_NOT_FOUND", False),
        ("ENROLMENT_NOT_FOUND", False),
        ("", False),
        ("ENROLMENT_CHANGE_TOO_EARLY", False),
        ("INVALID_FIELD", False),
        ("HOSTING_INVALID", False),
        ("", True),
    ]


async def test_end_has_a_reason_of_the_list_and_stays(world, build, registrar):
    _, enrolment_id = await enrolled(world, build, registrar)
    last = date(2026, 3, 31)
    assert (await send_end(world, build, registrar, enrolment_id, last, "BECAUSE")).problem.reason == "CODE_UNKNOWN"
    early = await send_end(world, build, registrar, enrolment_id, date(2025, 5, 15))
    assert early.problem.reason == "ENROLMENT_PERIOD_INVALID"
    assert not (await send_end(world, build, registrar, enrolment_id, last)).already_done
    assert (await send_end(world, build, registrar, enrolment_id, last)).already_done
    again = await send_end(world, build, registrar, enrolment_id, date(2026, 3, 30))
    assert again.problem.reason == "ENROLMENT_ENDED"
    (outcome,) = await send_changes(world, registrar, change(build, enrolment_id, date(2026, 4, 1), classroom="9"))
    assert outcome.problem.reason == "ENROLMENT_ENDED"


async def test_registration_that_leaves_details_out_keeps_them(world, build, registrar):
    school, number = world.institutions["demo-school"], build.citizen_id()
    stated = build.learner(
        school,
        identifiers=[build.identifier("CITIZEN_ID", number)],
        enrolments=[build.enrolment(school)],
    )
    stated.enrolments[0].number_in_class = 7
    (outcome,) = await world.register(stated, by=registrar)
    stated.enrolments[0].ClearField("number_in_class")
    (again,) = await world.register(stated, by=registrar)
    assert again.already_done
    stated.enrolments[0].classroom = "3"
    await world.register(stated, by=registrar)
    (found,) = (await listed(world, outcome.id)).enrolments
    assert (found.facts.number_in_class, found.facts.classroom) == (7, "3")
    (before,) = (await listed(world, outcome.id, build.date(date(2025, 6, 1)))).enrolments
    assert before.facts.classroom == "1"


async def test_same_request_twice_has_one_effect_and_other_content_is_refused(world, build, registrar):
    _, enrolment_id = await enrolled(world, build, registrar)
    request_id = str(uuid4())
    item = change(build, enrolment_id, date(2025, 8, 1), classroom="2")
    first = await send_changes(world, registrar, item, request_id=request_id)
    assert await send_changes(world, registrar, item, request_id=request_id) == first
    body = {
        "changes": [
            {
                "enrolment_id": enrolment_id,
                "holds_from": "2025-08-01",
                "classroom": "2",
                "provenance": {"source": "test", "status": "demonstration"},
            }
        ]
    }
    headers = registrar.headers | {"Idempotency-Key": request_id}
    answer = await world.http.post("/v1/enrolments/changes", json=body, headers=headers)
    assert answer.json()["results"][0] == {
        "index": 0,
        "id": enrolment_id,
        "already_done": False,
        "problem": None,
    }
    body["changes"][0]["classroom"] = "9"
    answer = await world.http.post("/v1/enrolments/changes", json=body, headers=headers)
    assert (answer.status_code, answer.json()["reason"]) == (409, "REQUEST_MISMATCH")
    assert await world.value("SELECT count(*) FROM enrolment_history WHERE enrolment_id = $1", UUID(enrolment_id)) == 2


async def test_two_who_change_one_enrolment_at_once_both_get_through(world, build, registrar):
    learner_id, enrolment_id = await enrolled(world, build, registrar)
    await asyncio.gather(
        send_changes(world, registrar, change(build, enrolment_id, date(2025, 8, 1), classroom="2")),
        send_changes(world, registrar, change(build, enrolment_id, date(2025, 8, 1), number_in_class=5)),
    )
    (found,) = (await listed(world, learner_id)).enrolments
    assert (found.facts.classroom, found.facts.number_in_class) == ("2", 5)


async def test_history_is_hidden_from_other_institutions_and_changes_need_the_permission(world, build, registrar):
    learner_id, enrolment_id = await enrolled(world, build, registrar)
    other = await world.staff("school_registrar", "other-school")
    request = pb.ListEnrolmentHistoryRequest(learner_id=learner_id, purpose="TEST")
    assert await world.refused("ListEnrolmentHistory", request, other) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    body = pb.ChangeEnrolmentsRequest(
        request_id=str(uuid4()), changes=[change(build, enrolment_id, date(2025, 8, 1), classroom="2")]
    )
    assert await world.refused("ChangeEnrolments", body, teacher) == ("PERMISSION_DENIED", "PERMISSION_MISSING")


async def test_grades_are_listed_with_level_code_and_status(world, registrar):
    answer = (await world.http.get("/v1/grades", headers=registrar.headers)).json()["grades"]
    by_label = {item["grade_label"]: item for item in answer}
    assert by_label["M.4"]["official_code"] == "411"
    assert by_label["M.4"]["provenance"]["status"] == "confirmed"
    assert by_label["PWC.1"]["official_code"] == ""
    assert by_label["PWC.1"]["provenance"]["status"] == "assumed"
    leaving = {label for label, item in by_label.items() if item["needs_destination"]}
    assert {"P.6", "M.3", "M.6"} <= leaving
    listed_grades = (await world.call("ListGrades", pb.ListGradesRequest(), registrar)).grades
    assert [item.grade_label for item in listed_grades] == list(by_label)
