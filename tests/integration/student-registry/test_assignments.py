"""Staff assignments, and what a signed-in person may do."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from chassis.auth import subject_hash
from nuaikit.student_registry.v1 import assignments_pb2 as pb
from nuaikit.student_registry.v1 import institutions_pb2

from tests.support.identity import SUBJECT_HASH_KEY

LAST_YEAR = date(2025, 1, 1)


def tomorrow():
    return (datetime.now(UTC) + timedelta(hours=7, days=1)).date()


def yesterday():
    return (datetime.now(UTC) + timedelta(hours=7, days=-1)).date()


def item(world, build, role="school_recorder", at="demo-school", **more):
    facts = {"subject": f"somebody-{world.name}", "valid_from": build.date(LAST_YEAR)} | more
    return pb.AssignmentInput(institution_id=world.institutions[at], role=role, provenance=build.provenance, **facts)


async def assign(world, *items):
    request = pb.AssignStaffRequest(request_id=str(uuid4()), assignments=items)
    return (await world.call("AssignStaff", request, world.admin)).outcomes


async def resolve(world, person, assignment_id=None):
    request = pb.ResolveActorRequest(
        acting_assignment_id=person.assignment_id if assignment_id is None else assignment_id
    )
    return await world.call("ResolveActor", request, person)


async def test_same_assignment_again_is_already_done_and_an_overlapping_one_refused(world, build):
    first, again, overlaps = await assign(
        world,
        item(world, build),
        item(world, build),
        item(world, build, valid_from=build.date(date(2025, 6, 1))),
    )
    assert again.id == first.id
    assert again.already_done
    assert overlaps.problem.reason == "ASSIGNMENT_OVERLAPS"
    (later,) = await assign(world, item(world, build))
    assert later.already_done


async def test_assignment_after_another_ended_is_a_new_one(world, build):
    first, second = await assign(
        world,
        item(world, build, valid_to=build.date(date(2025, 12, 31))),
        item(world, build, valid_from=build.date(date(2026, 1, 1))),
    )
    assert first.id != second.id


async def test_last_day_stated_later_ends_the_assignment_and_is_not_taken_back(world, build):
    (first,) = await assign(world, item(world, build))
    person = replace(world.person(f"somebody-{world.name}"), assignment_id=first.id)
    assert (await resolve(world, person)).role == "school_recorder"
    (ended,) = await assign(world, item(world, build, valid_to=build.date(yesterday())))
    assert (ended.id, ended.already_done) == (first.id, False)
    (again,) = await assign(world, item(world, build))
    assert (again.id, again.already_done) == (first.id, True)
    request = pb.ResolveActorRequest(acting_assignment_id=first.id)
    assert await world.refused("ResolveActor", request, person) == ("PERMISSION_DENIED", "ASSIGNMENT_UNKNOWN")
    history = "SELECT count(*) FROM staff_assignment_history WHERE assignment_id = $1"
    assert await world.value(history, UUID(first.id)) == 1


async def test_good_items_are_in_whatever_the_others_are(world, build):
    unknown = item(world, build, subject="b")
    unknown.institution_id = str(uuid4())
    outcomes = await assign(
        world,
        item(world, build, subject=""),
        item(world, build, role="learner"),
        item(world, build, role="college_registrar"),
        item(world, build, role="homeroom_teacher"),
        item(world, build, valid_to=build.date(date(2024, 1, 1))),
        unknown,
        item(world, build, subject="good"),
    )
    assert [outcome.problem.reason for outcome in outcomes[:-1]] == [
        "SUBJECT_MISSING",
        "ROLE_UNKNOWN",
        "ROLE_NOT_AT_KIND",
        "CLASSROOM_MISSING",
        "PERIOD_INVALID",
        "INSTITUTION_NOT_FOUND",
    ]
    assert outcomes[-1].id
    there = UUID(world.institutions["demo-school"])
    assert await world.value("SELECT count(*) FROM staff_assignment WHERE institution_id = $1", there) == 1


async def test_subject_is_kept_as_a_keyed_hash_only(world):
    person = await world.staff("school_recorder", "demo-school", subject="demo-somebody")
    (row,) = await world.rows(
        "SELECT a::text AS everything, a.subject_hash FROM staff_assignment a WHERE assignment_id = $1",
        UUID(person.assignment_id),
    )
    assert "demo-somebody" not in row["everything"]
    assert row["subject_hash"] == subject_hash("demo-somebody", SUBJECT_HASH_KEY.encode())


async def test_two_callers_who_assign_the_same_person_at_once_make_one_assignment(world, build):
    outcomes = await asyncio.gather(*[assign(world, item(world, build)) for _ in range(8)])
    assert len({outcome[0].id for outcome in outcomes}) == 1
    assert sum(not outcome[0].already_done for outcome in outcomes) == 1


async def test_resolve_gives_role_institution_permissions_and_their_version(world):
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1", subject="teacher")
    answer = await resolve(world, world.through(teacher))
    assert answer == pb.ResolveActorResponse(
        subject_hash=subject_hash("teacher", SUBJECT_HASH_KEY.encode()),
        assignment_id=teacher.assignment_id,
        institution_id=world.institutions["demo-school"],
        role="homeroom_teacher",
        classroom="M.4/1",
        permissions=["guidance.read", "registry.learners.read", "registry.status.record", "screening.record"],
        permission_version="2569.3",
    )


async def test_resolve_answers_a_person_who_asks_directly_the_same(world):
    teacher = await world.staff("guidance_teacher", "demo-school")
    assert await resolve(world, teacher) == await resolve(world, world.through(teacher))


async def test_resolve_never_answers_for_another_subject(world):
    teacher = await world.staff("guidance_teacher", "demo-school")
    stranger = world.person("stranger")
    request = pb.ResolveActorRequest(acting_assignment_id=teacher.assignment_id)
    for caller in (stranger, world.through(stranger), world.service_itself()):
        assert await world.refused("ResolveActor", request, caller) == ("PERMISSION_DENIED", "ASSIGNMENT_UNKNOWN")


@pytest.mark.parametrize(
    "period", [{"valid_from": LAST_YEAR, "valid_to": yesterday()}, {"valid_from": tomorrow()}], ids=["over", "to come"]
)
async def test_assignment_that_does_not_hold_today_resolves_to_nothing(world, period):
    person = await world.staff("school_recorder", "demo-school", **period)
    request = pb.ResolveActorRequest(acting_assignment_id=person.assignment_id)
    assert await world.refused("ResolveActor", request, person) == ("PERMISSION_DENIED", "ASSIGNMENT_UNKNOWN")
    own = await world.call("ListOwnAssignments", pb.ListOwnAssignmentsRequest(), person)
    assert not own.assignments


async def test_resolve_through_a_service_without_the_scope_is_refused(world):
    teacher = await world.staff("guidance_teacher", "demo-school")
    request = pb.ResolveActorRequest(acting_assignment_id=teacher.assignment_id)
    caller = world.through(teacher, "act-on-behalf")
    assert await world.refused("ResolveActor", request, caller) == ("PERMISSION_DENIED", "PERMISSION_MISSING")


async def test_client_that_has_an_assignment_is_resolved_like_a_person(world, issuer):
    """A college's own system signs in by client credentials and acts under an assignment."""
    staff = await world.staff("college_registrar", "demo-college", subject="demo-college-system")
    system = replace(staff, token=issuer.client("demo-college-system", ""))
    answer = await resolve(world, world.through(system))
    assert answer.role == "college_registrar"
    assert (await resolve(world, system)).role == "college_registrar"


async def test_person_without_assignment_is_nobody_and_the_bootstrap_subject_is_admin(world):
    nobody = await resolve(world, world.person("somebody"), "")
    assert (nobody.role, list(nobody.permissions)) == ("unassigned", [])
    admin = await resolve(world, world.through(world.admin), "")
    assert admin.role == "registry_admin"
    assert "registry.institutions.manage" in admin.permissions


async def test_learner_is_resolved_to_himself(world, build):
    recorder = await world.staff("school_recorder", "demo-school")
    school = world.institutions["demo-school"]
    (outcome,) = await world.register(build.learner(school, subject="learner-himself"), by=recorder)
    answer = await resolve(world, world.through(world.person("learner-himself")), "")
    assert (answer.role, answer.learner_id) == ("learner", outcome.id)
    own = ("consent", "contact", "grant", "read", "request", "survey", "transfer")
    assert list(answer.permissions) == [f"own.{what}" for what in own]


async def test_own_assignments_are_listed_with_names_whatever_assignment_the_caller_names(world):
    """A saved assignment that has ended must not lock its owner out of the list of the others."""
    recorder = await world.staff("school_recorder", "demo-school", subject="teacher-of-two")
    await world.staff("guidance_teacher", "other-school", subject="teacher-of-two")
    stale = replace(recorder, assignment_id=str(uuid4()))
    listed = await world.call("ListOwnAssignments", pb.ListOwnAssignmentsRequest(), stale)
    assert [one.role for one in listed.assignments] == ["school_recorder", "guidance_teacher"]
    assert listed.assignments[0].institution_name_th == "สถานศึกษา demo-school"
    answer = (await world.http.get("/v1/assignments", headers=stale.headers)).json()
    assert [one["role_name_th"] for one in answer["assignments"]] == ["ครูผู้บันทึกผลของโรงเรียน", "ครูแนะแนว"]
    assert answer["role_permissions"] == {
        "version": "2569.3",
        "effective_from": "2026-11-15",
        "source": "credit-bank.md b, c.2, c.3; seeds.md R-9, R-17, R-21, R-26",
        "status": "assumed",
    }


async def test_role_permission_versions_take_effect_by_date(own_world):
    world = own_world
    recorder = await world.staff("school_recorder", "demo-school")
    await world.rows(
        "INSERT INTO role_permission_version VALUES ('2569.9', '2026-11-16', 'test', 'demonstration'), "
        "('2599.1', '2056-01-01', 'test', 'demonstration')"
    )
    await world.rows("INSERT INTO role_permission VALUES ('2569.9', 'school_recorder', 'credit.read')")
    answer = await resolve(world, recorder)
    assert (answer.permission_version, list(answer.permissions)) == ("2569.9", ["credit.read"])


async def test_only_who_manages_staff_assigns(world, build):
    recorder = await world.staff("school_recorder", "demo-school")
    request = pb.AssignStaffRequest(request_id=str(uuid4()), assignments=[item(world, build)])
    assert await world.refused("AssignStaff", request, recorder) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    institutions = institutions_pb2.RegisterInstitutionsRequest(request_id=str(uuid4()))
    assert await world.refused("RegisterInstitutions", institutions, recorder) == (
        "PERMISSION_DENIED",
        "PERMISSION_MISSING",
    )


async def test_http_assigns_staff(world):
    body = {
        "assignments": [
            {
                "subject": "somebody",
                "institution_id": world.institutions["demo-school"],
                "role": "school_director",
                "valid_from": "2026-01-01",
                "provenance": {"source": "test", "status": "demonstration"},
            }
        ]
    }
    headers = world.admin.headers | {"Idempotency-Key": str(uuid4())}
    answer = await world.http.post("/v1/staff-assignments", json=body, headers=headers)
    assert answer.json()["results"][0]["problem"] is None
    body["assignments"][0]["role"] = "king"
    headers["Idempotency-Key"] = str(uuid4())
    refused = (await world.http.post("/v1/staff-assignments", json=body, headers=headers)).json()["results"][0]
    assert refused["problem"]["reason"] == "ROLE_UNKNOWN"
    assert refused["problem"]["title_th"].startswith("ไม่มีบทบาทนี้")
