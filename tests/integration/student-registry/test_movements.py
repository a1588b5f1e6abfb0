"""A learner moves: asked for, released, accepted; handed over in one transaction."""

import asyncio
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import enrolments_pb2, events_pb2, learners_pb2, statuses_pb2
from nuaikit.student_registry.v1 import movements_pb2 as pb
from student_registry.calendar_th import now_utc, today_in_thailand

LAST, FIRST = date(2025, 9, 30), date(2025, 10, 1)
PAPERS = ("GUARDIAN_REQUEST", "ID_COPIES", "HOUSE_REGISTRATION", "HAND_OVER_LETTER")


@pytest.fixture
async def old(world):
    return await world.staff("school_registrar", "demo-school")


@pytest.fixture
async def new(world):
    return await world.staff("school_registrar", "other-school")


@pytest.fixture
async def area(world):
    await world.institution("area-office", "AREA_OFFICE_SECONDARY")
    await world.institution("area-school", "SCHOOL", parent="area-office")
    return await world.staff("area_officer", "area-office")


async def pupil(world, build, by, place="demo-school"):
    school = world.institutions[place]
    (outcome,) = await world.register(build.learner(school, enrolments=[build.enrolment(school)]), by=by)
    return outcome.id


async def send(world, method, by, *items, request_id=None):
    kind = getattr(pb, f"{method}Request")
    field = "movements" if method == "RequestMovements" else "items"
    request = kind(request_id=request_id or str(uuid4()), **{field: items})
    return (await world.call(method, request, by)).outcomes


def asked(build, learner_id, to=None, *, papers=PAPERS, since=date(2025, 9, 20), **more):
    usual = {"reason_code": "FAMILY_MOVED"} | more
    return pb.MovementInput(
        learner_id=learner_id,
        to_institution_id=to,
        requested_on=build.date(since),
        papers=papers,
        provenance=build.provenance,
        **usual,
    )


async def ask(world, build, by, learner_id, to=None, **more):
    (outcome,) = await send(world, "RequestMovements", by, asked(build, learner_id, to, **more))
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def release(world, build, by, movement_id, to=None, last=LAST):  # noqa: PLR0917  # reads as a sentence
    item = pb.MovementRelease(movement_id=movement_id, to_institution_id=to, last_day=build.date(last))
    (outcome,) = await send(world, "ReleaseMovements", by, item)
    return outcome


def acceptance(build, movement_id, first=FIRST):
    return pb.MovementAcceptance(
        movement_id=movement_id,
        first_day=build.date(first),
        delivery_system="DELIVERY_SYSTEM_FORMAL",
        grade_label="M.4",
        classroom="3",
        provenance=build.provenance,
    )


async def accept(world, build, by, movement_id, first=FIRST):
    (outcome,) = await send(world, "AcceptMovements", by, acceptance(build, movement_id, first))
    return outcome


async def stop(world, method, by, movement_id, reason="WITHDRAWN"):
    (outcome,) = await send(world, method, by, pb.MovementStop(movement_id=movement_id, reason_code=reason))
    return outcome


async def listed(world, by, **more):
    return await world.call("ListMovements", pb.ListMovementsRequest(purpose="TEST", **more), by)


async def enrolments_of(world, learner_id):
    request = enrolments_pb2.ListEnrolmentsRequest(learner_ids=[learner_id])
    return (await world.call("ListEnrolments", request, world.service_itself())).enrolments


async def test_learner_is_handed_over_with_his_record(world, build, old, new):
    to = world.institutions["other-school"]
    learner_id = await pupil(world, build, old)
    movement_id = await ask(world, build, old, learner_id, to)
    assert not (await release(world, build, old, movement_id)).HasField("problem")
    assert not (await accept(world, build, new, movement_id)).HasField("problem")
    before, after = await enrolments_of(world, learner_id)
    assert (before.facts.valid_to, before.end_reason) == (build.date(LAST), "MOVED")
    assert (after.facts.institution_id, after.facts.classroom, after.facts.valid_from) == (to, "3", build.date(FIRST))
    read = learners_pb2.BatchGetLearnersRequest(learner_ids=[learner_id], purpose="TEST")
    assert len((await world.call("BatchGetLearners", read, new)).learners) == 1
    assert len((await world.call("BatchGetLearners", read, old)).learners) == 0
    rows = await world.rows("SELECT type, payload FROM outbox WHERE key = $1 ORDER BY sequence", learner_id)
    kinds = [row["type"].rpartition(".")[2] for row in rows]
    assert kinds[2:] == ["MovementChanged"] * 3 + ["EnrolmentChanged"] * 2 + ["LearnerChanged"]
    told = [events_pb2.MovementChanged.FromString(row["payload"]) for row in rows if "Movement" in row["type"]]
    assert [item.state for item in told] == [1, 2, 3]
    assert told[-1].to_institution_id == to


async def test_steps_are_taken_by_the_right_institution_in_the_right_order(world, build, old, new):
    to = world.institutions["other-school"]
    movement_id = await ask(world, build, old, await pupil(world, build, old), to)
    reasons = [
        (await accept(world, build, new, movement_id)).problem.reason,
        (await release(world, build, new, movement_id)).problem.reason,
        (await stop(world, "RefuseMovements", new, movement_id)).problem.reason,
        (await release(world, build, old, movement_id)).problem.reason,
        (await accept(world, build, old, movement_id)).problem.reason,
        (await stop(world, "CancelMovements", new, movement_id)).problem.reason,
        (await accept(world, build, new, movement_id, LAST)).problem.reason,
        (await accept(world, build, new, movement_id)).problem.reason,
        (await stop(world, "CancelMovements", old, movement_id)).problem.reason,
        (await stop(world, "RefuseMovements", new, movement_id)).problem.reason,
    ]
    assert reasons == [
        "MOVEMENT_NOT_FOUND",
        "MOVEMENT_NOT_FOUND",
        "MOVEMENT_NOT_FOUND",
        "",
        "MOVEMENT_NOT_FOUND",
        "MOVEMENT_NOT_FOUND",
        "MOVEMENT_DATE_INVALID",
        "",
        "MOVEMENT_STATE_WRONG",
        "MOVEMENT_STATE_WRONG",
    ]


async def test_repeated_steps_are_already_done(world, build, old, new):
    to = world.institutions["other-school"]
    learner_id = await pupil(world, build, old)
    movement_id = await ask(world, build, old, learner_id, to)
    (again,) = await send(world, "RequestMovements", old, asked(build, learner_id, to))
    assert (again.id, again.already_done) == (movement_id, True)
    (other,) = await send(world, "RequestMovements", old, asked(build, learner_id, reason_code="OTHER"))
    assert other.problem.reason == "MOVEMENT_OPEN"
    await release(world, build, old, movement_id)
    assert (await release(world, build, old, movement_id)).already_done
    await accept(world, build, new, movement_id)
    assert (await accept(world, build, new, movement_id)).already_done


async def test_refused_learner_stays_and_may_be_moved_again(world, build, old, new):
    to = world.institutions["other-school"]
    learner_id = await pupil(world, build, old)
    first = await ask(world, build, old, learner_id, to)
    await release(world, build, old, first)
    assert not (await stop(world, "RefuseMovements", new, first, "NO_PLACE")).HasField("problem")
    (only,) = await enrolments_of(world, learner_id)
    assert not only.facts.HasField("valid_to")
    second = await ask(world, build, old, learner_id)
    assert second != first
    assert not (await stop(world, "CancelMovements", old, second)).HasField("problem")
    states = [
        row["state"]
        for row in await world.rows("SELECT state FROM movement_history WHERE movement_id = $1 ORDER BY 1", UUID(first))
    ]
    assert sorted(states) == ["MOVE_OUT_REQUESTED", "REFUSED", "RELEASED"]


async def test_papers_of_a_step_must_have_been_seen(world, build, old, new):
    to = world.institutions["other-school"]
    movement_id = await ask(world, build, old, await pupil(world, build, old), papers=(), is_mid_term=True)
    assert (await release(world, build, old, movement_id)).problem.reason == "MOVEMENT_DESTINATION_INVALID"
    missing = await release(world, build, old, movement_id, to)
    assert (missing.problem.reason, missing.problem.metadata["missing"]) == (
        "MOVEMENT_PAPERS_MISSING",
        "GUARDIAN_REQUEST",
    )

    async def note(by, *papers):
        item = pb.MovementPapersInput(movement_id=movement_id, papers=papers, seen_on=build.date(LAST))
        (outcome,) = await send(world, "RecordMovementPapers", by, item)
        return outcome

    assert (await note(old, "PASSPORT_COPY")).problem.reason == "CODE_UNKNOWN"
    assert (await note(new, "HAND_OVER_LETTER")).problem.reason == "MOVEMENT_NOT_FOUND"
    assert not (await note(old, "GUARDIAN_REQUEST")).HasField("problem")
    assert not (await release(world, build, old, movement_id, to)).HasField("problem")
    missing = await accept(world, build, new, movement_id)
    assert missing.problem.metadata["missing"] == "HAND_OVER_LETTER TIME_AND_MARK_CERTIFICATE"
    await note(new, "HAND_OVER_LETTER", "TIME_AND_MARK_CERTIFICATE")
    assert (await note(new, "HAND_OVER_LETTER")).already_done
    assert not (await accept(world, build, new, movement_id)).HasField("problem")


async def test_request_needs_the_primary_enrolment_and_known_facts(world, build, old, new):
    learner_id = await pupil(world, build, old)
    college = await world.staff("college_registrar", "demo-college")
    place = world.institutions["demo-college"]
    await world.register(build.learner(place, enrolments=[build.enrolment(place, "PARTNER")], given="อีกคน"), by=college)
    tomorrow = today_in_thailand(now_utc()) + timedelta(days=1)
    outcomes = [
        *await send(
            world,
            "RequestMovements",
            old,
            asked(build, learner_id, reason_code="BECAUSE"),
            asked(build, learner_id, papers=("DNA",)),
            asked(build, learner_id, world.institutions["demo-school"]),
            asked(build, learner_id, str(uuid4())),
            asked(build, learner_id, since=tomorrow),
        ),
        *await send(world, "RequestMovements", new, asked(build, learner_id)),
    ]
    assert [item.problem.reason for item in outcomes] == [
        "CODE_UNKNOWN",
        "CODE_UNKNOWN",
        "MOVEMENT_DESTINATION_INVALID",
        "MOVEMENT_DESTINATION_INVALID",
        "MOVEMENT_DATE_INVALID",
        "LEARNER_NOT_FOUND",
    ]


async def test_accepted_missing_learner_has_returned(world, build, old, new):
    learner_id = await pupil(world, build, old)
    status = statuses_pb2.StatusInput(
        learner_id=learner_id,
        status="LEARNER_STATUS_MISSING",
        valid_from=build.date(date(2025, 8, 1)),
        confirmed_on=build.date(date(2025, 8, 1)),
        provenance=build.provenance,
    )
    request = statuses_pb2.RecordStatusesRequest(request_id=str(uuid4()), statuses=[status])
    await world.call("RecordStatuses", request, old)
    movement_id = await ask(world, build, old, learner_id, world.institutions["other-school"])
    await release(world, build, old, movement_id)
    await accept(world, build, new, movement_id)
    history = statuses_pb2.ListStatusHistoryRequest(learner_id=learner_id, purpose="TEST")
    newest = (await world.call("ListStatusHistory", history, new)).statements[0]
    assert (newest.status, newest.valid_from) == (statuses_pb2.LEARNER_STATUS_RETURNED, build.date(FIRST))


async def test_late_moves_are_listed_for_school_and_area(world, build, area, old):
    school = await world.staff("school_registrar", "area-school")
    to = world.institutions["area-school"]
    today = today_in_thailand(now_utc())
    late_out = await ask(world, build, school, await pupil(world, build, school, "area-school"))
    fresh = await ask(
        world, build, school, await pupil(world, build, school, "area-school"), since=today - timedelta(days=1)
    )
    late_in = await ask(world, build, old, await pupil(world, build, old), to)
    own = await listed(world, school, is_late_only=True)
    assert [item.movement_id for item in own.movements] == [late_out]
    page = await listed(world, area, is_subtree=True, is_late_only=True, page_size=1)
    rest = await listed(world, area, is_subtree=True, is_late_only=True, page_token=page.next_page_token)
    found = [item for part in (page, rest) for item in part.movements]
    assert {item.movement_id for item in found} == {late_out, late_in}
    assert all(item.is_late for item in found)
    assert page.total == 2
    every = await listed(world, area, is_subtree=True)
    assert fresh in {item.movement_id for item in every.movements}
    grounds = await world.rows(
        "SELECT DISTINCT ground FROM access_record WHERE role = 'area_officer' AND institution_id = $1",
        UUID(world.institutions["area-office"]),
    )
    assert [row["ground"] for row in grounds] == ["OVERSIGHT"]
    answer = await world.http.get(
        "/v1/movements?is_late_only=true", headers=school.headers | {"Nuaikit-Purpose": "TEST"}
    )
    assert [item["movement_id"] for item in answer.json()["movements"]] == [late_out]


async def test_whole_move_over_http(world, build, old, new):
    learner_id, to = await pupil(world, build, old), world.institutions["other-school"]
    provenance = {"source": "test", "status": "demonstration"}

    async def post(path, by, key, item, request_id=None):
        headers = by.headers | {"Idempotency-Key": request_id or str(uuid4())}
        answer = await world.http.post(path, json={key: [item]}, headers=headers)
        return answer.json()["results"][0]

    request_id = str(uuid4())
    stated = {
        "learner_id": learner_id,
        "to_institution_id": to,
        "requested_on": "2025-09-20",
        "reason_code": "FAMILY_MOVED",
        "papers": ["GUARDIAN_REQUEST"],
        "provenance": provenance,
    }
    done = await post("/v1/movements", old, "movements", stated, request_id)
    assert await post("/v1/movements", old, "movements", stated, request_id) == done
    movement_id = done["id"]
    item = {"movement_id": movement_id, "papers": ["HAND_OVER_LETTER"], "seen_on": "2025-09-21"}
    assert (await post("/v1/movements/papers", old, "items", item))["problem"] is None
    item = {"movement_id": movement_id, "last_day": "2025-09-30"}
    assert (await post("/v1/movements/release", old, "items", item))["problem"] is None
    item = {"movement_id": movement_id, "reason_code": "NO_PLACE"}
    hidden = await post("/v1/movements/cancel", new, "items", item)
    assert hidden["problem"]["title_th"].startswith("ไม่พบการย้าย")
    item = {"movement_id": movement_id, "first_day": "2025-10-01", "grade_label": "M.4", "provenance": provenance}
    assert (await post("/v1/movements/accept", new, "items", item))["problem"] is None
    refused = await post("/v1/movements/refuse", new, "items", {"movement_id": movement_id, "reason_code": "OTHER"})
    assert refused["problem"]["reason"] == "MOVEMENT_STATE_WRONG"


async def test_of_two_at_once_only_one_wins(world, build, old, new):
    to = world.institutions["other-school"]
    for _ in range(3):
        learner_id = await pupil(world, build, old)
        asks = await asyncio.gather(
            *(send(world, "RequestMovements", old, asked(build, learner_id, to)) for _ in range(3))
        )
        assert len({outcomes[0].id for outcomes in asks}) == 1
        movement_id = asks[0][0].id
        await release(world, build, old, movement_id)
        accepted, cancelled = await asyncio.gather(
            accept(world, build, new, movement_id), stop(world, "CancelMovements", old, movement_id)
        )
        assert sorted([accepted.HasField("problem"), cancelled.HasField("problem")]) == [False, True]
        assert len(await enrolments_of(world, learner_id)) == (1 if accepted.HasField("problem") else 2)


async def test_moving_needs_the_permission(world, build, old):
    learner_id = await pupil(world, build, old)
    recorder = await world.staff("school_recorder", "demo-school")
    request = pb.RequestMovementsRequest(request_id=str(uuid4()), movements=[asked(build, learner_id)])
    assert await world.refused("RequestMovements", request, recorder) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
