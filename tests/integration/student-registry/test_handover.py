"""Staff of an institution, ending an assignment, and who takes over what it leaves behind (R-43)."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import assignments_pb2 as pb
from nuaikit.student_registry.v1 import events_pb2
from student_registry.assignments.announcing import announce_permissions
from student_registry.calendar_th import now_utc


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def director(world):
    return await world.staff("school_director", "demo-school")


@pytest.fixture
async def teacher(world):
    return await world.staff("homeroom_teacher", "demo-school", classroom="ป.4/1")


@pytest.fixture
async def follower(world):
    return await world.staff("homeroom_teacher", "demo-school", classroom="ป.4/1", valid_from=date(2026, 11, 1))


def ending(build, person, on=None, successor=None):
    return pb.AssignmentEnd(
        assignment_id=person.assignment_id,
        valid_to=build.date(on or today()),
        successor_assignment_id=successor.assignment_id if successor else None,
        provenance=build.provenance,
    )


async def end(world, by, *ends, request_id=None):
    request = pb.EndAssignmentsRequest(request_id=request_id or str(uuid4()), ends=ends)
    return (await world.call("EndAssignments", request, by)).outcomes


async def name(world, by, person, successor=None):
    item = pb.Succession(
        assignment_id=person.assignment_id,
        successor_assignment_id=successor.assignment_id if successor else None,
        is_nothing_left=successor is None,
    )
    request = pb.NameSuccessorsRequest(request_id=str(uuid4()), successions=[item])
    return (await world.call("NameSuccessors", request, by)).outcomes[0]


async def handovers(world, by, at="demo-school", **more):
    request = pb.ListHandoversRequest(institution_id=world.institutions[at], **more)
    return await world.call("ListHandovers", request, by)


async def told(world, person):
    rows = await world.rows("SELECT payload FROM outbox WHERE type LIKE '%AssignmentChanged' ORDER BY outbox_id")
    events = [events_pb2.AssignmentChanged.FromString(row["payload"]) for row in rows]
    return [event for event in events if event.assignment_id == person.assignment_id]


async def test_ended_assignment_lies_with_nobody_until_a_successor_is_named(world, build, director, teacher, follower):
    (ended,) = await end(world, director, ending(build, teacher))
    assert (ended.id, ended.already_done) == (teacher.assignment_id, False)
    (waiting,) = (await handovers(world, director)).handovers
    assert waiting.assignment.assignment_id == teacher.assignment_id
    assert (waiting.assignment.classroom, waiting.assignment.role_name_th) == ("ป.4/1", "ครูประจำชั้น")
    assert waiting.state == pb.HANDOVER_STATE_NOBODY_YET
    named = await name(world, director, teacher, follower)
    assert not named.already_done
    assert (await name(world, director, teacher, follower)).already_done
    assert (await handovers(world, director)).total == 0
    (done,) = (await handovers(world, director, state="HANDOVER_STATE_NAMED")).handovers
    assert done.successor_assignment_id == follower.assignment_id
    assert done.decided_on == build.date(today())
    events = await told(world, teacher)
    assert [event.HasField("valid_to") for event in events] == [False, True, True]
    assert [event.successor_assignment_id for event in events] == ["", "", follower.assignment_id]
    assert "screening.record" in events[-1].permissions


async def test_successor_may_be_named_with_the_end_and_changed_later(world, build, director, teacher, follower):
    other = await world.staff("guidance_teacher", "demo-school")
    await end(world, director, ending(build, teacher, successor=follower))
    assert (await handovers(world, director)).total == 0
    (again,) = await end(world, director, ending(build, teacher, successor=follower))
    assert again.already_done
    assert not (await name(world, director, teacher, other)).already_done
    (done,) = (await handovers(world, director, state="HANDOVER_STATE_NAMED")).handovers
    assert done.successor_assignment_id == other.assignment_id
    assert not (await name(world, director, teacher)).already_done
    (left,) = (await handovers(world, director, state="HANDOVER_STATE_NOTHING_LEFT")).handovers
    assert not left.HasField("successor_assignment_id")
    count = "SELECT count(*) FROM assignment_succession WHERE assignment_id = $1"
    assert await world.value(count, UUID(teacher.assignment_id)) == 3


async def test_unsuitable_ends_and_successors_are_refused_one_by_one(world, build, director, teacher, follower):
    elsewhere = await world.staff("school_recorder", "other-school")
    gone = await world.staff("guidance_teacher", "demo-school", valid_to=today())
    stranger = pb.AssignmentEnd(assignment_id=str(uuid4()), valid_to=build.date(today()), provenance=build.provenance)
    outcomes = await end(
        world,
        director,
        ending(build, elsewhere),
        stranger,
        ending(build, teacher, date(2019, 1, 1)),
        ending(build, teacher, successor=elsewhere),
        ending(build, teacher, successor=gone),
        ending(build, teacher, successor=teacher),
        ending(build, gone, today() + timedelta(days=1)),
        ending(build, follower),
    )
    assert [outcome.problem.reason for outcome in outcomes] == [
        "ASSIGNMENT_NOT_FOUND",
        "ASSIGNMENT_NOT_FOUND",
        "PERIOD_INVALID",
        "SUCCESSOR_UNSUITABLE",
        "SUCCESSOR_UNSUITABLE",
        "SUCCESSOR_UNSUITABLE",
        "ASSIGNMENT_ENDS_EARLIER",
        "",
    ]
    assert (await name(world, director, teacher, follower)).problem.reason == "ASSIGNMENT_OPEN"
    assert (await name(world, director, teacher)).problem.reason == "ASSIGNMENT_OPEN"
    both = pb.NameSuccessorsRequest(
        request_id=str(uuid4()), successions=[pb.Succession(assignment_id=teacher.assignment_id)]
    )
    assert await world.refused("NameSuccessors", both, director) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_assignment_that_ends_soon_is_on_the_list_and_one_without_responsibilities_is_not(world, director):
    await world.staff("report_reader", "demo-school", valid_to=today())
    await world.staff("school_recorder", "demo-school", valid_to=today() + timedelta(days=31))
    soon = await world.staff("school_recorder", "demo-school", valid_to=today() + timedelta(days=30))
    past = await world.staff("school_recorder", "demo-school", valid_to=date(2021, 1, 1))
    first = await handovers(world, director, page_size=1)
    second = await handovers(world, director, page_size=1, page_token=first.next_page_token)
    listed = [item.assignment.assignment_id for page in (first, second) for item in page.handovers]
    assert listed == [past.assignment_id, soon.assignment_id]
    assert (first.total, second.next_page_token) == (2, "")


async def test_same_request_twice_and_two_at_once_end_once(world, build, director, teacher):
    request_id = str(uuid4())
    first = await end(world, director, ending(build, teacher), request_id=request_id)
    assert await end(world, director, ending(build, teacher), request_id=request_id) == first
    another = await world.staff("homeroom_teacher", "demo-school", classroom="ป.4/2")
    outcomes = await asyncio.gather(*[end(world, director, ending(build, another)) for _ in range(6)])
    assert sum(not outcome[0].already_done for outcome in outcomes) == 1
    assert len(await told(world, another)) == 2


async def test_staff_are_listed_for_those_who_look_after_them(world, director, teacher, follower):
    await world.staff("guidance_teacher", "other-school")
    over = await world.staff("school_recorder", "demo-school", valid_to=date(2021, 1, 1))
    school = world.institutions["demo-school"]

    async def listed(**more):
        return await world.call("ListStaff", pb.ListStaffRequest(institution_id=school, **more), director)

    everybody = await listed()
    assert {item.role for item in everybody.staff} == {"homeroom_teacher", "school_director"}
    assert everybody.total == 3
    assert (await listed(roles=["homeroom_teacher"])).total == 2
    assert (await listed(classroom="ป.4/1")).total == 2
    assert over.assignment_id in [item.assignment_id for item in (await listed(is_every_time=True)).staff]
    assert [item.role for item in (await listed(on_date={"year": 2020, "month": 6, "day": 1})).staff].count(
        "school_recorder"
    ) == 1
    pages, token = [], ""
    while True:
        page = await listed(page_size=1, page_token=token)
        pages += [item.assignment_id for item in page.staff]
        token = page.next_page_token
        if not token:
            break
    assert pages == [item.assignment_id for item in everybody.staff]


async def test_staff_of_another_institution_do_not_exist_and_others_may_not_ask(world, build, director, teacher):
    other = pb.ListStaffRequest(institution_id=world.institutions["other-school"])
    assert await world.refused("ListStaff", other, director) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")
    missing = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    own = world.institutions["demo-school"]
    for method, request in (
        ("ListStaff", pb.ListStaffRequest(institution_id=own)),
        ("ListHandovers", pb.ListHandoversRequest(institution_id=own)),
        ("EndAssignments", pb.EndAssignmentsRequest(request_id=str(uuid4()), ends=[ending(build, teacher)])),
        ("NameSuccessors", pb.NameSuccessorsRequest(request_id=str(uuid4()))),
    ):
        assert await world.refused(method, request, teacher) == missing
    assert (await world.call("ListStaff", other, world.admin)).total == 0


async def test_subject_taught_is_kept_and_two_subjects_are_two_assignments(world, build):
    def stated(taught):
        return pb.AssignmentInput(
            subject=f"teacher-{world.name}",
            institution_id=world.institutions["demo-school"],
            role="school_recorder",
            valid_from=build.date(date(2026, 5, 16)),
            teaching_subject=taught,
            provenance=build.provenance,
        )

    request = pb.AssignStaffRequest(
        request_id=str(uuid4()),
        assignments=[stated("คณิตศาสตร์"), stated("ค31101"), stated(" คณิตศาสตร์ "), stated("ก" * 101)],
    )
    outcomes = (await world.call("AssignStaff", request, world.admin)).outcomes
    assert outcomes[0].id == outcomes[2].id != outcomes[1].id
    assert outcomes[3].problem.reason == "TEACHING_SUBJECT_TOO_LONG"
    own = await world.call("ListOwnAssignments", pb.ListOwnAssignmentsRequest(), world.person(f"teacher-{world.name}"))
    assert {item.teaching_subject for item in own.assignments} == {"คณิตศาสตร์", "ค31101"}


async def test_roles_are_data_with_versions_that_anybody_signed_in_reads(world):
    anybody = world.person("anybody")
    now = await world.call("ListRoles", pb.ListRolesRequest(), anybody)
    assert (now.version.version, now.version.provenance.status) == ("2569.3", 2)
    roles = {role.role: role for role in now.roles}
    assert "registry.status.record" in roles["homeroom_teacher"].permissions
    assert roles["homeroom_teacher"].needs_classroom
    assert not roles["learner"].is_assignable
    assert not roles["auditor"].has_responsibilities
    before = await world.call("ListRoles", pb.ListRolesRequest(on_date={"year": 2026, "month": 5, "day": 1}), anybody)
    assert before.version.version == "2569.1"
    assert "registry.status.record" not in {
        permission for role in before.roles if role.role == "homeroom_teacher" for permission in role.permissions
    }
    assert [version.version for version in before.versions] == ["2569.3", "2569.2", "2569.1"]
    answer = (await world.http.get("/v1/roles", headers=anybody.headers)).json()
    assert answer["version"]["version"] == "2569.3"


async def test_http_ends_names_and_lists(world, director, teacher, follower):
    headers = director.headers | {"Idempotency-Key": str(uuid4())}
    provenance = {"source": "คำสั่งโรงเรียน", "status": "demonstration"}
    body = {"ends": [{"assignment_id": teacher.assignment_id, "valid_to": str(today()), "provenance": provenance}]}
    ended = await world.http.post("/v1/staff-assignments/ends", json=body, headers=headers)
    assert ended.json()["results"][0]["problem"] is None
    where = {"institution_id": world.institutions["demo-school"]}
    listed = (await world.http.get("/v1/handovers", params=where, headers=director.headers)).json()
    assert [item["state"] for item in listed["handovers"]] == ["NOBODY_YET"]
    body = {
        "successions": [
            {"assignment_id": teacher.assignment_id, "successor_assignment_id": follower.assignment_id},
            {"assignment_id": str(uuid4()), "is_nothing_left": True},
        ]
    }
    headers["Idempotency-Key"] = str(uuid4())
    named = (await world.http.post("/v1/staff-assignments/successors", json=body, headers=headers)).json()["results"]
    assert named[0]["problem"] is None
    assert named[1]["problem"]["title_th"].startswith("ไม่พบการมอบหมายหน้าที่")
    staff = (await world.http.get("/v1/staff-assignments", params=where, headers=director.headers)).json()
    assert staff["total"] == 3
    foreign = {"institution_id": world.institutions["other-school"]}
    refused = await world.http.get("/v1/handovers", params=foreign, headers=director.headers)
    assert (refused.status_code, refused.json()["reason"]) == (404, "INSTITUTION_NOT_FOUND")


async def test_new_version_of_permissions_is_told_once_for_every_assignment_that_holds(own_world, monkeypatch):
    world = own_world
    deps = next(
        cell.cell_contents
        for route in [world.service._composition.chore]
        for cell in route.__closure__
        if hasattr(cell.cell_contents, "keyring")
    )
    open_one = await world.staff("school_recorder", "demo-school")
    over = await world.staff("school_recorder", "demo-school", valid_to=date(2021, 1, 1))
    to_come = await world.staff("guidance_teacher", "demo-school", valid_from=today() + timedelta(days=9))
    monkeypatch.setattr("student_registry.assignments.announcing.CHUNK_ROWS_MAX", 1)
    assert await announce_permissions(deps, now=now_utc()) == 2
    assert await announce_permissions(deps, now=now_utc()) == 0
    await world.rows("INSERT INTO role_permission_version VALUES ('2569.9', '2026-11-16', 'test', 'demonstration')")
    await world.rows("INSERT INTO role_permission VALUES ('2569.9', 'school_recorder', 'credit.read')")
    counts = await asyncio.gather(*[announce_permissions(deps, now=now_utc()) for _ in range(3)])
    assert sum(counts) == 2
    last = (await told(world, open_one))[-1]
    assert (last.permission_version, list(last.permissions)) == ("2569.9", ["credit.read"])
    assert len(await told(world, over)) == 1
    assert [list(event.permissions) for event in await told(world, to_come)][-1] == []
