"""A school year ends: planned without effect, carried out in chunks, taken back exactly; and who did not arrive."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from chassis.auth import Actor
from nuaikit.student_registry.v1 import enrolments_pb2, statuses_pb2
from nuaikit.student_registry.v1 import year_end_pb2 as pb
from student_registry.app import SERVICE
from student_registry.calendar_th import now_utc
from student_registry.year_end import use_cases

LAST, FIRST = date(2026, 3, 31), date(2026, 5, 16)
GRADES = ["P.5", "P.6", "M.3", "M.3", "M.6", "พิเศษ"]


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def pupils(world, build, by, grades, place="demo-school"):
    """New learners, one of each grade; gives their ids."""
    school = world.institutions[place]
    stated = [build.learner(school, enrolments=[build.enrolment(school, grade=grade)]) for grade in grades]
    return [outcome.id for outcome in await world.register(*stated, by=by)]


async def plan(world, build, by, *, held_back=(), destinations=(), request_id=None, **more):
    usual = {"year_be": 2568, "last_day": build.date(LAST), "first_day": build.date(FIRST)} | more
    request = pb.PlanYearEndRequest(
        request_id=request_id or str(uuid4()),
        held_back=[pb.HeldBack(learner_id=item, reason_code="NOT_PASSED") for item in held_back],
        destinations=destinations,
        provenance=build.provenance,
        **usual,
    )
    return (await world.call("PlanYearEnd", request, by)).run


async def run_step(world, by, method, run_id, request_id=None):
    request = getattr(pb, f"{method}Request")(request_id=request_id or str(uuid4()), year_end_run_id=run_id)
    return (await world.call(method, request, by)).run


async def refusal(world, by, method, run_id):
    request = getattr(pb, f"{method}Request")(request_id=str(uuid4()), year_end_run_id=run_id)
    return (await world.refused(method, request, by))[1]


async def lines_of(world, by, run_id, **more):
    return await world.call("GetYearEnd", pb.GetYearEndRequest(year_end_run_id=run_id, **more), by)


async def leavers(world, by, **more):
    request = pb.ListLeaversRequest(year_be=2568, purpose="TEST", **more)
    return await world.call("ListLeavers", request, by)


def counts(run):
    return [item.lines for item in run.counts]


async def facts_of(world, learner_ids):
    """What is kept of enrolments, statuses and leavers that stand, without how it came about."""
    enrolments = await world.rows(
        "SELECT learner_id, delivery_system, grade_label, classroom, programme_code, number_in_class, end_reason, "
        "COALESCE(holds_from, valid_from) AS since, valid_from, valid_to, source, data_status, effective_from, "
        "source_version FROM enrolment WHERE learner_id = ANY($1) ORDER BY enrolment_id",
        [UUID(item) for item in learner_ids],
    )
    statuses = await world.rows(
        "SELECT learner_id, status FROM learner_status_on('2030-01-01') WHERE learner_id = ANY($1) ORDER BY 1",
        [UUID(item) for item in learner_ids],
    )
    leaving = await world.rows(
        "SELECT learner_id FROM leaver WHERE learner_id = ANY($1) AND NOT is_withdrawn",
        [UUID(item) for item in learner_ids],
    )
    return [tuple(row) for row in (*enrolments, *statuses, *leaving)]


def destination(learner_id, kind, institution_id=None):
    return pb.Destination(learner_id=learner_id, kind=kind, institution_id=institution_id)


async def test_plan_says_who_goes_where_and_has_no_effect(world, build, registrar):
    ids = await pupils(world, build, registrar, GRADES)
    before = await facts_of(world, ids)
    run = await plan(
        world,
        build,
        registrar,
        held_back=[ids[2]],
        destinations=[destination(ids[1], "INSTITUTION", world.institutions["other-school"])],
    )
    assert counts(run) == [1, 3, 1, 1]
    assert (run.lines_left, run.state) == (5, pb.YEAR_END_STATE_PLANNED)
    page = await lines_of(world, registrar, run.year_end_run_id, page_size=4)
    rest = await lines_of(world, registrar, run.year_end_run_id, page_size=4, page_token=page.next_page_token)
    by_learner = {item.learner_id: item for item in [*page.lines, *rest.lines]}
    told = [
        (pb.YearEndDecision.Name(line.decision)[18:], line.reason_code, line.next_grade_label, line.destination_kind)
        for line in (by_learner[item] for item in ids)
    ]
    assert told == [
        ("PROMOTE", "", "P.6", ""),
        ("GRADUATE", "", "", "INSTITUTION"),
        ("HOLD_BACK", "NOT_PASSED", "", ""),
        ("GRADUATE", "", "", "UNKNOWN"),
        ("GRADUATE", "", "", "UNKNOWN"),
        ("EXCEPTION", "GRADE_UNKNOWN", "", ""),
    ]
    only = await lines_of(world, registrar, run.year_end_run_id, decisions=["YEAR_END_DECISION_EXCEPTION"])
    assert [item.learner_id for item in only.lines] == [ids[5]]
    assert await facts_of(world, ids) == before


async def test_carried_out_and_taken_back_everything_is_as_before(world, build, registrar):
    ids = await pupils(world, build, registrar, GRADES)
    before = await facts_of(world, ids)
    run = await plan(world, build, registrar, held_back=[ids[2]])
    done = await run_step(world, registrar, "ApplyYearEnd", run.year_end_run_id)
    assert (done.state, done.lines_left) == (pb.YEAR_END_STATE_APPLIED, 0)
    request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=ids)
    found = (await world.call("ListEnrolments", request, world.service_itself())).enrolments
    now_as = {item.learner_id: (item.facts.grade_label, item.end_reason) for item in found}
    assert [now_as[item] for item in ids] == [
        ("P.6", ""),
        ("P.6", "GRADUATED"),
        ("M.3", ""),
        ("M.3", "GRADUATED"),
        ("M.6", "GRADUATED"),
        ("พิเศษ", ""),
    ]
    request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=ids[:1], on_date=build.date(LAST))
    (old,) = (await world.call("ListEnrolments", request, world.service_itself())).enrolments
    assert old.facts.grade_label == "P.5"
    assert (await leavers(world, registrar)).total == 3
    undone = await run_step(world, registrar, "UndoYearEnd", run.year_end_run_id)
    assert undone.state == pb.YEAR_END_STATE_UNDONE
    assert await facts_of(world, ids) == before
    assert (await leavers(world, registrar)).total == 0
    rows = await world.rows("SELECT type FROM outbox WHERE key = $1 ORDER BY sequence", ids[4])
    kinds = [row["type"].rpartition(".")[2] for row in rows]
    assert kinds[2:] == ["EnrolmentChanged", "LearnerStatusChanged"] * 2
    again = await plan(world, build, registrar)
    assert counts(await run_step(world, registrar, "ApplyYearEnd", again.year_end_run_id)) == [1, 4, 0, 1]


async def test_interrupted_run_goes_on_with_the_next_chunk(world, build, registrar):
    ids = await pupils(world, build, registrar, ["M.1"] * 7)
    run = await plan(world, build, registrar)
    deps = SERVICE.compose(world.service._resources).resolver._deps
    actor = await acting(world, deps, registrar)
    run_id = UUID(run.year_end_run_id)
    calls = 0
    real = use_cases._apply_chunk

    async def interrupted(*arguments, **more):
        nonlocal calls
        calls += 1
        if calls == 3:
            raise ConnectionError("the process dies here")
        await real(*arguments, **more)

    use_cases._apply_chunk = interrupted
    try:
        with pytest.raises(ConnectionError):
            await use_cases.apply_year_end(deps, uuid4(), run_id, actor=actor, now=now_utc(), chunk_lines=2)
    finally:
        use_cases._apply_chunk = real
    half = (await lines_of(world, registrar, run.year_end_run_id)).run
    assert (half.state, half.lines_left) == (pb.YEAR_END_STATE_APPLYING, 3)
    done = await run_step(world, registrar, "ApplyYearEnd", run.year_end_run_id)
    assert (done.state, done.lines_left) == (pb.YEAR_END_STATE_APPLIED, 0)
    grades = await world.rows("SELECT grade_label FROM enrolment WHERE learner_id = ANY($1)", [UUID(i) for i in ids])
    assert {row["grade_label"] for row in grades} == {"M.2"}


async def acting(world, deps, person):
    """The actor that a person is, as a request would resolve him."""
    row = (
        await world.rows(
            "SELECT subject_hash, institution_id, role FROM staff_assignment WHERE assignment_id = $1",
            UUID(person.assignment_id),
        )
    )[0]
    return Actor(
        subject_hash=row["subject_hash"],
        role=row["role"],
        institution_id=row["institution_id"],
        assignment_id=UUID(person.assignment_id),
        classroom="",
        permissions=frozenset({"registry.year_end.run", "registry.learners.read"}),
        permission_version="test",
    )


async def test_who_changed_since_the_plan_is_left_alone(world, build, registrar):
    first, second = await pupils(world, build, registrar, ["M.1", "M.1"])
    run = await plan(world, build, registrar)
    (enrolment,) = await world.rows("SELECT enrolment_id FROM enrolment WHERE learner_id = $1", UUID(first))
    change = enrolments_pb2.EnrolmentChange(
        enrolment_id=str(enrolment["enrolment_id"]),
        holds_from=build.date(date(2026, 1, 5)),
        classroom="9",
        provenance=build.provenance,
    )
    request = enrolments_pb2.ChangeEnrolmentsRequest(request_id=str(uuid4()), changes=[change])
    await world.call("ChangeEnrolments", request, registrar)
    done = await run_step(world, registrar, "ApplyYearEnd", run.year_end_run_id)
    assert counts(done) == [1, 0, 0, 1]
    (line,) = (await lines_of(world, registrar, run.year_end_run_id, decisions=["YEAR_END_DECISION_EXCEPTION"])).lines
    assert (line.learner_id, line.reason_code) == (first, "CHANGED_SINCE_PLAN")
    assert second


async def test_undo_is_refused_as_long_as_something_later_depends_on_it(world, build, registrar):
    place, number = world.institutions["demo-school"], build.citizen_id()
    promoted, left = await pupils(world, build, registrar, ["M.1", "M.3"])
    known = [build.identifier("CITIZEN_ID", number)]
    (continues,) = await world.register(
        build.learner(place, identifiers=known, enrolments=[build.enrolment(place, grade="M.3")]), by=registrar
    )
    run = await plan(world, build, registrar)
    await run_step(world, registrar, "ApplyYearEnd", run.year_end_run_id)
    (row,) = await world.rows("SELECT enrolment_id FROM enrolment WHERE learner_id = $1", UUID(promoted))
    change = enrolments_pb2.EnrolmentChange(
        enrolment_id=str(row["enrolment_id"]),
        holds_from=build.date(date(2026, 6, 1)),
        classroom="9",
        provenance=build.provenance,
    )
    request = enrolments_pb2.ChangeEnrolmentsRequest(request_id=str(uuid4()), changes=[change])
    await world.call("ChangeEnrolments", request, registrar)
    status = statuses_pb2.StatusInput(
        learner_id=left,
        status="LEARNER_STATUS_STUDYING",
        valid_from=build.date(FIRST),
        confirmed_on=build.date(FIRST),
        provenance=build.provenance,
    )
    stated = statuses_pb2.RecordStatusesRequest(request_id=str(uuid4()), statuses=[status])
    await world.call("RecordStatuses", stated, registrar)
    goes_on = build.learner(
        place, identifiers=known, enrolments=[build.enrolment(place, grade="M.4", valid_from=FIRST)]
    )
    (again,) = await world.register(goes_on, by=registrar)
    assert again.id == continues.id
    headers = registrar.headers | {"Idempotency-Key": str(uuid4())}
    answer = await world.http.post(f"/v1/year-ends/{run.year_end_run_id}/undo", headers=headers)
    problem = answer.json()
    assert (answer.status_code, problem["reason"]) == (409, "YEAR_END_UNDO_BLOCKED")
    assert problem["title"].startswith("ย้อนกลับไม่ได้")
    assert problem["metadata"]["reasons"] == "CHANGED_LATER:1 ENROLLED_ELSEWHERE:1 STATUS_LATER:1"
    assert (await lines_of(world, registrar, run.year_end_run_id)).run.state == pb.YEAR_END_STATE_APPLIED


async def test_plan_gives_way_to_a_new_one_until_it_is_carried_out(world, build, registrar):
    await pupils(world, build, registrar, ["M.1"])
    request_id = str(uuid4())
    first = await plan(world, build, registrar, request_id=request_id)
    assert await plan(world, build, registrar, request_id=request_id) == first
    second = await plan(world, build, registrar)
    assert second.year_end_run_id != first.year_end_run_id
    assert await refusal(world, registrar, "ApplyYearEnd", first.year_end_run_id) == "YEAR_END_STATE_WRONG"
    assert await refusal(world, registrar, "UndoYearEnd", second.year_end_run_id) == "YEAR_END_STATE_WRONG"
    await run_step(world, registrar, "ApplyYearEnd", second.year_end_run_id)
    request = pb.PlanYearEndRequest(
        request_id=str(uuid4()),
        year_be=2568,
        last_day=build.date(LAST),
        first_day=build.date(FIRST),
        provenance=build.provenance,
    )
    assert (await world.refused("PlanYearEnd", request, registrar))[1] == "YEAR_END_EXISTS"


async def test_two_who_carry_out_at_once_do_it_once(world, build, registrar):
    ids = await pupils(world, build, registrar, ["M.1", "M.3", "M.6"])
    run = await plan(world, build, registrar)
    await asyncio.gather(*(run_step(world, registrar, "ApplyYearEnd", run.year_end_run_id) for _ in range(3)))
    statement = (
        "SELECT count(*) FROM enrolment_history h JOIN enrolment e USING (enrolment_id) WHERE learner_id = ANY($1)"
    )
    assert await world.value(statement, [UUID(item) for item in ids]) == 6
    assert (await leavers(world, registrar)).total == 2


async def test_year_end_belongs_to_its_institution_and_comes_in_time(world, build, registrar):
    await pupils(world, build, registrar, ["M.1"])
    run = await plan(world, build, registrar)
    other = await world.staff("school_registrar", "other-school")
    for method in ("ApplyYearEnd", "UndoYearEnd"):
        assert await refusal(world, other, method, run.year_end_run_id) == "YEAR_END_NOT_FOUND"
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.1/1")
    assert await refusal(world, teacher, "ApplyYearEnd", run.year_end_run_id) == "PERMISSION_MISSING"
    late = await plan(
        world,
        build,
        registrar,
        year_be=2600,
        last_day=build.date(date(2058, 3, 31)),
        first_day=build.date(date(2058, 5, 16)),
    )
    assert await refusal(world, registrar, "ApplyYearEnd", late.year_end_run_id) == "YEAR_END_TOO_EARLY"
    for more, reason in (
        ({"held_back": [str(uuid4())]}, "LEARNER_NOT_FOUND"),
        ({"destinations": [destination(str(uuid4()), "WORK")]}, "LEARNER_NOT_FOUND"),
        ({"year_be": 2567}, "YEAR_END_DATES_INVALID"),
    ):
        with pytest.raises(Exception, match=r".") as refused:
            await plan(world, build, registrar, **more)
        assert reason in str(refused.value.trailing_metadata())


async def test_missing_children_are_those_expected_and_enrolled_nowhere_by_the_date(world, build):
    await world.institution("area-office", "AREA_OFFICE_SECONDARY")
    await world.institution("area-school", "SCHOOL", parent="area-office")
    area = await world.staff("area_officer", "area-office")
    school = await world.staff("school_registrar", "area-school")
    there = world.institutions["other-school"]
    arrived, expected, unknown, works = await pupils(world, build, school, ["M.3"] * 4, "area-school")
    run = await plan(
        world,
        build,
        school,
        destinations=[destination(arrived, "INSTITUTION", there), destination(works, "WORK")],
    )
    await run_step(world, school, "ApplyYearEnd", run.year_end_run_id)
    request = pb.SetDestinationsRequest(
        request_id=str(uuid4()),
        year_be=2568,
        destinations=[
            destination(expected, "INSTITUTION", there),
            destination(expected, "INSTITUTION", there),
            destination(expected, "INSTITUTION"),
            destination(str(uuid4()), "WORK"),
        ],
    )
    outcomes = (await world.call("SetDestinations", request, school)).outcomes
    assert [(item.problem.reason, item.already_done) for item in outcomes] == [
        ("", False),
        ("", True),
        ("DESTINATION_INVALID", False),
        ("LEAVER_NOT_FOUND", False),
    ]
    await world.rows(
        "INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, "
        "classroom, programme_code, valid_from, source, data_status, recorded_at, recorded_by) VALUES ($1, $2, $3, "
        "'PRIMARY', 'FORMAL', 'M.4', '', '', '2026-05-16', 'test', 'demonstration', now(), 'test')",
        uuid4(),
        UUID(arrived),
        UUID(there),
    )
    day = build.date(date(2026, 6, 10))
    early = await leavers(world, school, is_not_arrived_only=True, on_date=build.date(date(2026, 6, 9)))
    assert (early.total, early.arrive_by) == (0, day)
    missing = await leavers(world, school, is_not_arrived_only=True, on_date=day)
    assert {item.learner_id for item in missing.leavers} == {expected, unknown}
    of_area = await leavers(world, area, is_subtree=True, is_not_arrived_only=True, on_date=day, page_size=1)
    rest = await leavers(
        world, area, is_subtree=True, is_not_arrived_only=True, on_date=day, page_token=of_area.next_page_token
    )
    assert {item.learner_id for part in (of_area, rest) for item in part.leavers} == {expected, unknown}
    assert of_area.total == 2
    receiving = await world.staff("school_registrar", "other-school")
    waiting = await leavers(world, receiving, is_expected_there=True, is_not_arrived_only=True, on_date=day)
    assert [item.learner_id for item in waiting.leavers] == [expected]
    every = {item.learner_id: item for item in (await leavers(world, school, on_date=day)).leavers}
    assert every[arrived].arrived_institution_id == there
    assert (every[works].destination_kind, every[works].is_missing) == ("WORK", False)
    headers = school.headers | {"Nuaikit-Purpose": "TEST"}
    answer = await world.http.get(
        "/v1/leavers?year_be=2568&is_not_arrived_only=true&on_date=2026-06-10", headers=headers
    )
    assert (answer.json()["total"], answer.json()["arrive_by"]) == (2, "2026-06-10")
    grounds = await world.rows("SELECT DISTINCT role, ground FROM access_record WHERE learner_id = $1", UUID(expected))
    assert {(row["role"], row["ground"]) for row in grounds} == {
        ("area_officer", "OVERSIGHT"),
        ("school_registrar", "OWN_INSTITUTION"),
    }


async def test_whole_year_end_over_http(world, build, registrar):
    (learner_id,) = await pupils(world, build, registrar, ["P.6"])
    body = {
        "year_be": 2568,
        "last_day": "2026-03-31",
        "first_day": "2026-05-16",
        "destinations": [{"learner_id": learner_id, "kind": "ABROAD"}],
        "provenance": {"source": "test", "status": "demonstration"},
    }

    def headers():
        return registrar.headers | {"Idempotency-Key": str(uuid4())}

    run = (await world.http.post("/v1/year-ends", json=body, headers=headers())).json()
    assert run["counts"] == {"PROMOTE": 0, "GRADUATE": 1, "HOLD_BACK": 0, "EXCEPTION": 0}
    path = f"/v1/year-ends/{run['year_end_run_id']}"
    page = (await world.http.get(path, headers=registrar.headers)).json()
    assert page["lines"][0]["destination_kind"] == "ABROAD"
    done = (await world.http.post(f"{path}/apply", headers=headers())).json()
    assert (done["state"], done["lines_left"]) == ("APPLIED", 0)
    body = {"year_be": 2568, "destinations": [{"learner_id": learner_id, "kind": "WORK"}]}
    answer = await world.http.post("/v1/leavers/destinations", json=body, headers=headers())
    assert answer.json()["results"][0]["problem"] is None
    undone = (await world.http.post(f"{path}/undo", headers=headers())).json()
    assert undone["state"] == "UNDONE"
    missing = await world.http.get(f"/v1/year-ends/{uuid4()}", headers=registrar.headers)
    assert (missing.status_code, missing.json()["reason"]) == (404, "YEAR_END_NOT_FOUND")
