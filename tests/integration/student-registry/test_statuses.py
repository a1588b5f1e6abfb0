"""Statuses are stated, never overwritten; lists and NEET follow from them."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import asyncpg
import pytest
from nuaikit.student_registry.v1 import events_pb2
from nuaikit.student_registry.v1 import statuses_pb2 as pb
from student_registry.statuses.domain import LearnerStatus

DAY = date(2025, 9, 1)


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def area(world):
    """An area office over the demonstration school, and its officer."""
    await world.institution("area-office", "AREA_OFFICE_SECONDARY")
    await world.institution("area-school", "SCHOOL", parent="area-office")
    return await world.staff("area_officer", "area-office")


async def pupil(world, build, by, place="demo-school", **more):
    school = world.institutions[place]
    enrolments = [build.enrolment(school, **more.pop("enrolment", {}))] if more.pop("is_enrolled", True) else []
    (outcome,) = await world.register(build.learner(school, enrolments=enrolments, **more), by=by)
    return outcome.id


def status(build, learner_id, name, since=DAY, reason="", confirmed=None):  # noqa: PLR0917  # reads as a sentence
    return pb.StatusInput(
        learner_id=learner_id,
        status=f"LEARNER_STATUS_{name}",
        reason_code=reason,
        valid_from=build.date(since),
        confirmed_on=build.date(confirmed or since),
        provenance=build.provenance,
    )


async def state(world, by, *items, request_id=None):
    request = pb.RecordStatusesRequest(request_id=request_id or str(uuid4()), statuses=items)
    return (await world.call("RecordStatuses", request, by)).outcomes


async def history(world, learner_id, by):
    return await world.call("ListStatusHistory", pb.ListStatusHistoryRequest(learner_id=learner_id, purpose="TEST"), by)


async def listed(world, by, **more):
    return await world.call("ListLearnersByStatus", pb.ListLearnersByStatusRequest(purpose="TEST", **more), by)


async def test_statements_keep_their_order_and_are_announced(world, build, registrar):
    learner_id = await pupil(world, build, registrar)
    outcomes = await state(
        world,
        registrar,
        status(build, learner_id, "AT_RISK", date(2025, 8, 1), "FAMILY_WORK"),
        status(build, learner_id, "DROPPED_OUT", date(2025, 9, 1), "POVERTY"),
        status(build, learner_id, "STUDYING", date(2025, 10, 1)),
        status(build, learner_id, "RETURNED", date(2025, 10, 1)),
        status(build, learner_id, "RETURNED", date(2025, 10, 1)),
        status(build, learner_id, "ON_LEAVE", date(2025, 11, 1)),
        status(build, str(uuid4()), "STUDYING"),
        status(build, learner_id, "STUDYING", date(2999, 1, 1)),
    )
    assert [(item.problem.reason, item.already_done) for item in outcomes] == [
        ("", False),
        ("", False),
        ("STATUS_TRANSITION_INVALID", False),
        ("", False),
        ("", True),
        ("STATUS_REASON_INVALID", False),
        ("LEARNER_NOT_FOUND", False),
        ("STATUS_DATE_INVALID", False),
    ]
    told = (await history(world, learner_id, registrar)).statements
    assert [pb.LearnerStatus.Name(item.status)[15:] for item in told] == ["RETURNED", "DROPPED_OUT", "AT_RISK"]
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%LearnerStatusChanged' ORDER BY sequence", learner_id
    )
    events = [events_pb2.LearnerStatusChanged.FromString(row["payload"]) for row in rows]
    assert [(event.status, event.reason_code) for event in events] == [
        (pb.LEARNER_STATUS_AT_RISK, "FAMILY_WORK"),
        (pb.LEARNER_STATUS_DROPPED_OUT, "POVERTY"),
        (pb.LEARNER_STATUS_RETURNED, "CAME_BACK"),
    ]


async def test_every_status_has_a_reason_and_a_plain_one_is_stored_where_none_is_said(world, build, registrar):
    rules = (await world.http.get("/v1/status-rules", headers=registrar.headers)).json()
    reasons = {item["reason_code"]: item["statuses"] for item in rules["reasons"]}
    for kind in rules["statuses"]:
        plain = kind["default_reason_code"]
        assert kind["needs_reason"] is (plain is None), kind
        assert plain is None or kind["status"] in reasons[plain], kind
        learner_id = await pupil(world, build, registrar)
        (said,) = await state(world, registrar, status(build, learner_id, kind["status"]))
        if not kind["may_be_first"]:
            assert said.problem.reason == "STATUS_TRANSITION_INVALID"
        elif kind["needs_reason"]:
            assert said.problem.reason == "STATUS_REASON_INVALID"
        else:
            (shown,) = (await history(world, learner_id, registrar)).statements
            assert shown.reason_code == plain
            # The same with the reason said is the same statement.
            (again,) = await state(world, registrar, status(build, learner_id, kind["status"], reason=plain))
            assert (again.already_done, again.id) == (True, said.id)
    with pytest.raises(asyncpg.CheckViolationError):
        await world.rows(
            "INSERT INTO learner_status (learner_status_id, learner_id, status, stated_by_institution_id, valid_from,"
            " confirmed_on, rule_version, source, data_status, recorded_at, recorded_by)"
            " SELECT gen_random_uuid(), learner_id, status, stated_by_institution_id, valid_from, confirmed_on,"
            " rule_version, source, data_status, recorded_at, recorded_by FROM learner_status WHERE learner_id = $1",
            learner_id,
        )


async def test_withdrawal_lets_what_held_before_hold_again(world, build, registrar):
    learner_id = await pupil(world, build, registrar)
    right, wrong = await state(
        world,
        registrar,
        status(build, learner_id, "STUDYING", date(2025, 5, 16)),
        status(build, learner_id, "DECEASED", date(2025, 9, 1)),
    )
    item = pb.StatusWithdrawal(
        learner_status_id=wrong.id, confirmed_on=build.date(date(2025, 9, 2)), provenance=build.provenance
    )
    other = await world.staff("school_registrar", "other-school")
    request = pb.WithdrawStatusesRequest(request_id=str(uuid4()), withdrawals=[item])
    (hidden,) = (await world.call("WithdrawStatuses", request, other)).outcomes
    assert hidden.problem.reason == "STATUS_NOT_FOUND"
    (done,) = (await world.call("WithdrawStatuses", request, registrar)).outcomes
    request.request_id = str(uuid4())
    (again,) = (await world.call("WithdrawStatuses", request, registrar)).outcomes
    assert (done.problem.reason, again.problem.reason) == ("", "STATUS_WITHDRAWN")
    told = (await history(world, learner_id, registrar)).statements
    assert [(item.status, item.is_withdrawn) for item in told] == [
        (0, False),
        (pb.LEARNER_STATUS_DECEASED, True),
        (pb.LEARNER_STATUS_STUDYING, False),
    ]
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%LearnerStatusChanged' ORDER BY sequence", learner_id
    )
    last = events_pb2.LearnerStatusChanged.FromString(rows[-1]["payload"])
    assert (last.learner_status_id, last.status, last.is_correction) == (done.id, pb.LEARNER_STATUS_STUDYING, True)
    assert right.id


async def test_statements_are_never_changed_or_deleted(world, build, registrar):
    learner_id = await pupil(world, build, registrar)
    await state(world, registrar, status(build, learner_id, "STUDYING"))
    for statement in (
        "UPDATE learner_status SET reason_code = 'OTHER' WHERE learner_id = $1",
        "DELETE FROM learner_status WHERE learner_id = $1",
        "DELETE FROM outside_activity WHERE learner_id = $1",
    ):
        with pytest.raises(Exception, match="is refused: its rows are history"):
            await world.rows(statement, UUID(learner_id))


async def test_list_follows_status_classroom_and_page(world, build, registrar):
    names = ["ขวัญ", "กานดา", "คำแก้ว", "เก้า"]
    ids = {
        name: await pupil(world, build, registrar, given=name, enrolment={"classroom": "2" if name == "คำแก้ว" else "1"})
        for name in names
    }
    await state(world, registrar, *(status(build, item, "AT_RISK", reason="POVERTY") for item in ids.values()))
    await state(world, registrar, status(build, ids["ขวัญ"], "STUDYING", date(2025, 10, 1)))
    first = await listed(world, registrar, statuses=["LEARNER_STATUS_AT_RISK"], page_size=2)
    rest = await listed(
        world, registrar, statuses=["LEARNER_STATUS_AT_RISK"], page_size=2, page_token=first.next_page_token
    )
    found = [item.statement.learner_id for page in (first, rest) for item in page.learners]
    assert found == [ids["กานดา"], ids["เก้า"], ids["คำแก้ว"]]
    assert (first.total, rest.total, rest.next_page_token) == (3, 3, "")
    of_room = await listed(world, registrar, classroom="M.4/2")
    assert [item.statement.learner_id for item in of_room.learners] == [ids["คำแก้ว"]]
    before = await listed(world, registrar, statuses=["LEARNER_STATUS_AT_RISK"], on_date=build.date(DAY))
    assert before.total == 4
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    assert (await listed(world, teacher)).total == 3


async def test_area_lists_its_schools_and_leaves_access_rows(world, build, area):
    school = await world.staff("school_registrar", "area-school")
    learner_id = await pupil(world, build, school, "area-school")
    await state(world, school, status(build, learner_id, "MISSING"))
    page = await listed(world, area, is_subtree=True)
    assert [(item.statement.learner_id, item.institution_id) for item in page.learners] == [
        (learner_id, world.institutions["area-school"])
    ]
    one = await listed(world, area, institution_id=world.institutions["area-school"])
    assert one.total == 1
    rows = await world.rows("SELECT ground, role FROM access_record WHERE learner_id = $1", UUID(learner_id))
    assert [(row["ground"], row["role"]) for row in rows] == [("OVERSIGHT", "area_officer")] * 2
    headers = area.headers | {"Nuaikit-Purpose": "TEST"}
    foreign = await world.http.get(
        f"/v1/learner-statuses?institution_id={world.institutions['demo-school']}", headers=headers
    )
    assert (foreign.status_code, foreign.json()["reason"]) == (404, "INSTITUTION_NOT_FOUND")
    request = pb.ListLearnersByStatusRequest(purpose="TEST", is_subtree=True)
    assert await world.refused("ListLearnersByStatus", request, school) == ("PERMISSION_DENIED", "PERMISSION_MISSING")


async def test_person_in_no_school_has_status_activity_and_neet(world, build, registrar):
    learner_id = await pupil(world, build, registrar, is_enrolled=False, birth=date(2008, 1, 1))
    await state(world, registrar, status(build, learner_id, "NEVER_ENROLLED", reason="NOT_FOUND_IN_SCHOOL"))
    assert (await listed(world, registrar, statuses=["LEARNER_STATUS_NEVER_ENROLLED"])).total == 1

    async def states(on_date):
        request = pb.ListNeetRequest(learner_ids=[learner_id], purpose="TEST", on_date=build.date(on_date))
        return [
            pb.NeetState.Name(item.state)[11:] for item in (await world.call("ListNeet", request, registrar)).learners
        ]

    assert await states(DAY) == ["UNKNOWN"]
    body = {
        "activities": [
            {
                "learner_id": learner_id,
                "activity": activity,
                "valid_from": since,
                "confirmed_on": since,
                "provenance": {"source": "test", "status": "demonstration"},
            }
            for activity, since in (("NEITHER", "2025-09-01"), ("WORKING", "2025-10-01"), ("NEITHER", "2025-09-01"))
        ]
    }
    headers = registrar.headers | {"Idempotency-Key": str(uuid4())}
    answer = (await world.http.post("/v1/outside-activities", json=body, headers=headers)).json()
    assert [item["already_done"] for item in answer["results"]] == [False, False, True]
    assert [await states(day) for day in (DAY, date(2025, 10, 1), date(2022, 12, 31))] == [
        ["NEET"],
        ["NOT_NEET"],
        ["OUT_OF_SCOPE"],
    ]
    query = {"learner_ids": [learner_id], "on_date": "2025-09-01"}
    answer = await world.http.post(
        "/v1/neet-queries", json=query, headers=registrar.headers | {"Nuaikit-Purpose": "TEST"}
    )
    assert answer.json() == {"learners": [{"learner_id": learner_id, "state": "NEET"}]}


async def test_same_request_twice_over_both_transports_has_one_effect(world, build, registrar):
    learner_id, request_id = await pupil(world, build, registrar), str(uuid4())
    first = await state(world, registrar, status(build, learner_id, "STUDYING"), request_id=request_id)
    body = {
        "statuses": [
            {
                "learner_id": learner_id,
                "status": "STUDYING",
                "valid_from": "2025-09-01",
                "confirmed_on": "2025-09-01",
                "provenance": {"source": "test", "status": "demonstration"},
            }
        ]
    }
    headers = registrar.headers | {"Idempotency-Key": request_id}
    answer = (await world.http.post("/v1/learner-statuses", json=body, headers=headers)).json()
    assert answer["results"][0]["id"] == first[0].id
    assert await world.value("SELECT count(*) FROM learner_status WHERE learner_id = $1", UUID(learner_id)) == 1


async def test_two_who_state_the_same_at_once_make_one_statement(world, build, registrar):
    learner_id = await pupil(world, build, registrar)
    answers = await asyncio.gather(*(state(world, registrar, status(build, learner_id, "STUDYING")) for _ in range(4)))
    assert len({answer[0].id for answer in answers}) == 1
    assert await world.value("SELECT count(*) FROM learner_status WHERE learner_id = $1", UUID(learner_id)) == 1


async def test_teacher_states_of_the_own_room_only_and_others_not_at_all(world, build, registrar):
    learner_id = await pupil(world, build, registrar)
    own = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    next_door = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/2")
    (done,) = await state(world, own, status(build, learner_id, "AT_RISK", reason="LONG_ABSENCE"))
    (hidden,) = await state(world, next_door, status(build, learner_id, "STUDYING"))
    assert (done.problem.reason, hidden.problem.reason) == ("", "LEARNER_NOT_FOUND")
    reader = await world.staff("school_director", "demo-school")
    request = pb.RecordStatusesRequest(request_id=str(uuid4()), statuses=[status(build, learner_id, "STUDYING")])
    assert await world.refused("RecordStatuses", request, reader) == ("PERMISSION_DENIED", "PERMISSION_MISSING")


async def test_rules_and_lists_are_shared_with_thai_names(world, registrar):
    rules = (await world.http.get("/v1/status-rules", headers=registrar.headers)).json()
    assert [item["status"] for item in rules["statuses"]] == list(LearnerStatus)
    assert {item["provenance"]["status"] for item in rules["reasons"]} == {"assumed"}
    assert any(item["name_th"] == "ช่วยงานครอบครัว" for item in rules["reasons"])
    over_grpc = await world.call("ListStatusRules", pb.ListStatusRulesRequest(), registrar)
    assert [item.reason_code for item in over_grpc.reasons] == [item["reason_code"] for item in rules["reasons"]]
    codes = (await world.http.get("/v1/code-lists/MOVEMENT_PAPER", headers=registrar.headers)).json()["codes"]
    assert codes[0]["code"] == "GUARDIAN_REQUEST"
    answer = await world.http.get("/v1/code-lists/NO_SUCH", headers=registrar.headers)
    assert (answer.status_code, answer.json()["reason"]) == (404, "CODE_LIST_UNKNOWN")
