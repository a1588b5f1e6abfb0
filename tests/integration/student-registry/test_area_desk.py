"""What waits on the desk of an area office: of its own schools, and of nobody else's."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import access_pb2, matching_pb2, movements_pb2
from nuaikit.student_registry.v1 import area_desk_pb2 as pb
from student_registry.area_desk.domain import academic_year_be

PURPOSE = "AREA_DESK"
LISTS = {
    "ListWaitingGCodes": pb.ListWaitingGCodesRequest,
    "ListConflictingIdentifiers": pb.ListConflictingIdentifiersRequest,
    "ListLateMovements": pb.ListLateMovementsRequest,
}


def today():
    return (datetime.now(UTC) + timedelta(hours=7)).date()


@pytest.fixture
async def area(world):
    """An area office with two schools, beside one that has none of them."""
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("other-area", "AREA_OFFICE_SECONDARY")
    await world.institution("school-a", parent="area")
    await world.institution("school-b", parent="area")
    return await world.staff("area_officer", "area")


@pytest.fixture
async def other_area(world, area):
    assert area
    return await world.staff("area_officer", "other-area")


@pytest.fixture
async def registrar(world, area):
    assert area
    return await world.staff("school_registrar", "school-a")


async def desk(world, by):
    return await world.call("GetAreaDesk", pb.GetAreaDeskRequest(), by)


async def register(world, build, registrar, **more):
    school = world.institutions["school-a"]
    stated = build.learner(school, enrolments=[build.enrolment(school)], **more)
    (outcome,) = await world.register(stated, by=registrar)
    return outcome.id


async def access_rows(world, learner_id):
    rows = await world.rows(
        "SELECT ground, resource, institution_id FROM access_record WHERE learner_id = $1", UUID(learner_id)
    )
    return [(row["ground"], row["resource"], str(row["institution_id"])) for row in rows]


async def test_g_code_waits_until_its_area_approves_it(world, build, area, other_area, registrar):
    g_code = build.g_code()
    learner_id = await register(world, build, registrar, identifiers=[build.identifier("G_CODE", g_code)])
    assert ((await desk(world, area)).waiting_g_codes, (await desk(world, other_area)).waiting_g_codes) == (1, 0)
    request = pb.ListWaitingGCodesRequest(purpose=PURPOSE)
    (waiting,) = (await world.call("ListWaitingGCodes", request, area)).g_codes
    assert (waiting.learner_id, waiting.masked_value[-4:]) == (learner_id, g_code[-4:])
    assert g_code not in str(waiting)
    assert await access_rows(world, learner_id) == [("OVERSIGHT", "identity", world.institutions["area"])]

    async def approve(by):
        message = pb.ApproveGCodesRequest(request_id=str(uuid4()), identifier_ids=[waiting.identifier_id])
        return (await world.call("ApproveGCodes", message, by)).outcomes[0]

    assert (await approve(other_area)).problem.reason
    assert not (await approve(area)).HasField("problem")
    assert (await desk(world, area)).waiting_g_codes == 0
    assert not (await world.call("ListWaitingGCodes", request, area)).g_codes


async def test_conflicting_identifiers_and_pairs_are_listed(world, build, area, other_area, registrar):
    number = build.identifier("CITIZEN_ID", build.citizen_id())
    one = await register(world, build, registrar, identifiers=[number])
    other = await register(
        world, build, registrar, identifiers=[build.identifier("PASSPORT", "A1234567", country="LAO")]
    )
    await world.rows(
        "UPDATE learner_identifier SET verification_state = 'CONFLICT' WHERE learner_id = $1 AND kind = 'CITIZEN_ID'",
        UUID(one),
    )
    pair = matching_pb2.ReportedPair(one_learner_id=one, other_learner_id=other)
    report = matching_pb2.ReportCandidatesRequest(request_id=str(uuid4()), pairs=[pair])
    assert not (await world.call("ReportCandidates", report, registrar)).outcomes[0].HasField("problem")
    counts = await desk(world, area)
    assert (counts.conflicting_identifiers, counts.identity_conflicts) == (1, 1)
    listed = await world.call("ListConflictingIdentifiers", pb.ListConflictingIdentifiersRequest(purpose=PURPOSE), area)
    assert [(item.learner_id, item.kind) for item in listed.identifiers] == [(one, "CITIZEN_ID")]
    pairs = await world.call("ListIdentityConflicts", pb.ListIdentityConflictsRequest(), area)
    assert {pairs.candidates[0].one_learner_id, pairs.candidates[0].other_learner_id} == {one, other}
    assert len(await access_rows(world, one)) == 2
    none = pb.ListConflictingIdentifiersRequest(purpose=PURPOSE)
    assert (await world.call("ListConflictingIdentifiers", none, other_area)).total == 0
    assert (await world.call("ListIdentityConflicts", pb.ListIdentityConflictsRequest(), other_area)).total == 0


async def test_move_past_its_limit_is_on_both_areas_desks(world, build, area, other_area, registrar):
    await world.institution("school-c", parent="other-area")
    learner_id = await register(world, build, registrar, identifiers=[build.identifier("G_CODE", build.g_code())])
    code = await world.value("SELECT min(code) FROM code_list WHERE list = 'MOVEMENT_REASON'")
    item = movements_pb2.MovementInput(
        learner_id=learner_id,
        to_institution_id=world.institutions["school-c"],
        requested_on=build.date(today()),
        reason_code=code,
        provenance=build.provenance,
    )
    request = movements_pb2.RequestMovementsRequest(request_id=str(uuid4()), movements=[item])
    (outcome,) = (await world.call("RequestMovements", request, registrar)).outcomes
    assert not outcome.HasField("problem"), outcome
    assert (await desk(world, area)).late_movements == 0
    await world.rows("UPDATE movement SET due_on = $2 WHERE movement_id = $1", UUID(outcome.id), today() - timedelta(3))
    for by in (area, other_area):
        assert (await desk(world, by)).late_movements == 1
        (late,) = (await world.call("ListLateMovements", pb.ListLateMovementsRequest(purpose=PURPOSE), by)).movements
        assert (late.learner_id, late.days_late, late.state) == (learner_id, 3, "MOVE_OUT_REQUESTED")
    assert len(await access_rows(world, learner_id)) == 2


async def test_rounds_are_listed_by_stage_with_schools_that_have_not_begun(world, area, registrar):
    body = {
        "institution_id": world.institutions["school-a"],
        "academic_year_be": 2569,
        "kind": "JUNE_10",
    }
    headers = registrar.headers | {"Idempotency-Key": str(uuid4())}
    opened = await world.http.post("/v1/import-rounds", json=body, headers=headers)
    assert opened.status_code == 200, opened.text
    counts = {
        (item.kind, item.stage): item.schools
        for item in (await world.call("GetAreaDesk", pb.GetAreaDeskRequest(academic_year_be=2569), area)).rounds
    }
    assert (counts["JUNE_10", "OPEN"], counts["JUNE_10", "NOT_OPENED"]) == (1, 1)
    assert counts["NOVEMBER_10", "NOT_OPENED"] == 2

    async def listed(**more):
        request = pb.ListRoundStagesRequest(academic_year_be=2569, kind="JUNE_10", **more)
        return await world.call("ListRoundStages", request, area)

    every = await listed()
    assert [(school.name_th, school.stage) for school in every.schools] == [
        ("สถานศึกษา school-a", "OPEN"),
        ("สถานศึกษา school-b", "NOT_OPENED"),
    ]
    assert every.schools[0].round_id
    assert not every.schools[1].HasField("round_id")
    assert (await listed(stages=["NOT_OPENED"])).total == 1
    first = await listed(page_size=1)
    second = await listed(page_size=1, page_token=first.next_page_token)
    assert (second.schools[0].name_th, second.next_page_token) == ("สถานศึกษา school-b", "")
    wrong = pb.ListRoundStagesRequest(kind="JUNE_10", stages=["LOST"])
    assert await world.refused("ListRoundStages", wrong, area) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_home_school_families_and_homes_are_counted_apart(world, build, area):
    """As the office of Ratchaburi counted: 6 families, 7 homes (002:891-899)."""
    for name in ("h1", "h2", "h3", "h4", "h5", "h6"):
        await world.institution(name, "HOME_SCHOOL", parent="area")
    await world.institution("h6b", "HOME_SCHOOL", parent="h6")
    await world.institution("hx", "HOME_SCHOOL", parent="other-area")
    home = world.institutions["h6b"]
    keeper = await world.staff("school_registrar", "h6b")
    stated = build.learner(home, enrolments=[build.enrolment(home, system="HOME_SCHOOL")])
    await world.register(stated, by=keeper)
    counts = await desk(world, area)
    assert (counts.home_school_families, counts.homes, counts.home_school_learners) == (6, 7, 1)
    listed = await world.call("ListHomeSchoolFamilies", pb.ListHomeSchoolFamiliesRequest(), area)
    assert (listed.total_families, listed.total_homes) == (6, 7)
    (two,) = [family for family in listed.families if len(family.homes) == 2]
    assert two.name_th == "สถานศึกษา h6"
    assert [(home.name_th, home.learners) for home in two.homes] == [
        ("สถานศึกษา h6", 0),
        ("สถานศึกษา h6b", 1),
    ]
    pages, token = [], ""
    while True:
        page = await world.call(
            "ListHomeSchoolFamilies", pb.ListHomeSchoolFamiliesRequest(page_size=4, page_token=token), area
        )
        pages += [family.institution_id for family in page.families]
        token = page.next_page_token
        if not token:
            break
    assert pages == [family.institution_id for family in listed.families]


async def test_schools_with_old_data_are_listed_with_the_rule(world, build, area, registrar):
    await register(world, build, registrar)
    listed = await world.call("ListStaleSchools", pb.ListStaleSchoolsRequest(), area)
    assert [(school.name_th, list(school.reasons)) for school in listed.schools] == [
        ("สถานศึกษา school-a", ["IMPORT_OLD", "CONTACTS_OLD"]),
        ("สถานศึกษา school-b", ["IMPORT_OLD"]),
    ]
    assert (listed.import_days, listed.contacts_pct, listed.rule_version) == (200, 20, "2569.1")
    assert (listed.schools[0].learners, listed.schools[0].stale_contacts) == (1, 1)
    await world.rows(
        "INSERT INTO learner_import (import_id, institution_id, layout, encoding, is_dry_run, file_sha256, row_count, "
        "accepted, already_known, rejected, imported_at, imported_by) "
        "VALUES ($1, $2, 'x', 'utf-8', false, $3, 0, 0, 0, 0, now(), 'test')",
        uuid4(), UUID(world.institutions["school-b"]), bytes(32),
    )  # fmt: skip
    again = await world.call("ListStaleSchools", pb.ListStaleSchoolsRequest(page_size=1), area)
    assert ([school.name_th for school in again.schools], again.total) == (["สถานศึกษา school-a"], 1)
    assert ((await desk(world, area)).stale_schools, (await desk(world, area)).schools) == (1, 2)


async def test_school_has_no_desk_and_a_list_of_learners_needs_a_purpose(world, area, registrar):
    missing = ("PERMISSION_DENIED", "PERMISSION_MISSING")
    for method in (
        "GetAreaDesk",
        "ListRoundStages",
        "ListHomeSchoolFamilies",
        "ListStaleSchools",
        "ListIdentityConflicts",
        *LISTS,
    ):
        message = getattr(pb, f"{method}Request")()
        assert await world.refused(method, message, registrar) == missing
    for method, message in LISTS.items():
        assert await world.refused(method, message(), area) == ("INVALID_ARGUMENT", "PURPOSE_MISSING")
    director = await world.staff("area_director", "area")
    assert (await desk(world, director)).schools == 2
    approve = pb.ApproveGCodesRequest(request_id=str(uuid4()), identifier_ids=[str(uuid4())])
    assert await world.refused("ApproveGCodes", approve, director) == missing


async def test_http_shows_the_desk(world, build, area, registrar):
    learner_id = await register(world, build, registrar, identifiers=[build.identifier("G_CODE", build.g_code())])
    headers = area.headers | {"Nuaikit-Purpose": PURPOSE}

    async def get(path, **query):
        answer = await world.http.get(f"/v1/area-desk{path}", params=query, headers=headers)
        assert answer.status_code == 200, answer.text
        return answer.json()

    assert (await get(""))["waiting_g_codes"] == 1
    waiting = (await get("/g-codes"))["g_codes"][0]
    assert waiting["learner_id"] == learner_id
    keyed = area.headers | {"Idempotency-Key": str(uuid4())}
    body = {"identifier_ids": [waiting["identifier_id"], str(uuid4())]}
    results = (await world.http.post("/v1/area-desk/g-codes/approve", json=body, headers=keyed)).json()["results"]
    assert results[0]["problem"] is None
    assert results[1]["problem"]["title_th"]
    assert (await get("/identity-conflicts"))["total"] == 0
    assert (await get("/conflicting-identifiers"))["total"] == 0
    assert (await get("/late-movements"))["total"] == 0
    assert (await get("/round-stages", kind="JUNE_10"))["total"] == 2
    assert (await get("/home-school-families"))["total_homes"] == 0
    assert (await get("/stale-schools"))["total"] == 2
    rows = await world.call("ListAccess", access_pb2.ListAccessRequest(learner_id=learner_id), await auditor(world))
    assert [row.purpose for row in rows.records] == [PURPOSE]
    unnamed = await world.http.get("/v1/area-desk/g-codes", headers=area.headers)
    assert (unnamed.status_code, unnamed.json()["reason"]) == (422, "PURPOSE_MISSING")


async def auditor(world):
    return await world.staff("auditor", "area")


def test_academic_year_begins_in_may():
    assert [academic_year_be(date(2026, month, 1)) for month in (4, 5, 11)] == [2568, 2569, 2569]
