"""Programme memberships: who states them, how they are counted, what others are told."""

import asyncio
from datetime import date
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import events_pb2
from nuaikit.student_registry.v1 import memberships_pb2 as pb

START = date(2026, 5, 16)


@pytest.fixture
async def area(world):
    """An area office with two schools; the other school is elsewhere."""
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    for alias in ("ready-a", "ready-b"):
        await world.institution(alias, parent="area")
    return await world.staff("area_registrar", "area")


def statement(world, build, alias, status="SURVEYED", *, since=START, programme="DUAL_EDUCATION", **more):
    return pb.MembershipStatement(
        institution_id=world.institutions[alias],
        programme_code=programme,
        year_be=2569,
        status=f"MEMBERSHIP_STATUS_{status}",
        valid_from=build.date(since),
        provenance=build.provenance,
        **more,
    )


async def record(world, by, *statements, request_id=None):
    request = pb.RecordMembershipsRequest(request_id=request_id or str(uuid4()), statements=statements)
    return (await world.call("RecordMemberships", request, by)).outcomes


def reasons(outcomes):
    return [item.problem.reason for item in outcomes]


async def counts(world, alias="area", **more):
    request = pb.CountMembershipsRequest(within_institution_id=world.institutions[alias], year_be=2569, **more)
    answer = await world.call("CountMemberships", request, world.admin)
    counted = {pb.MembershipStatus.Name(item.status)[18:]: item.institutions for item in answer.counts}
    return counted, {item.kind: item.institutions for item in answer.population}


async def test_area_surveys_its_schools_and_the_counts_are_numerator_and_denominator(world, build, area):
    first = await record(world, area, *[statement(world, build, alias) for alias in ("ready-a", "ready-b")])
    assert reasons(first) == ["", ""]
    assert await counts(world) == ({"SURVEYED": 2}, {1: 2, 4: 1})
    later = date(2026, 6, 1)
    (ready,) = await record(world, area, statement(world, build, "ready-a", "READY", since=later))
    assert ready.id == first[0].id
    assert (await counts(world, on_date=build.date(later)))[0] == {"READY": 1, "SURVEYED": 1}
    assert (await counts(world, on_date=build.date(START)))[0] == {"SURVEYED": 2}
    request = pb.ListMembershipHistoryRequest(membership_id=ready.id)
    history = (await world.call("ListMembershipHistory", request, world.admin)).records
    assert [pb.MembershipStatus.Name(item.statement.status)[18:] for item in history] == ["READY", "SURVEYED"]
    rows = await world.rows(
        "SELECT payload FROM outbox WHERE key = $1 AND type LIKE '%ProgrammeMembershipChanged' ORDER BY sequence",
        world.institutions["ready-a"],
    )
    event = events_pb2.ProgrammeMembershipChanged.FromString(rows[-1]["payload"])
    assert (len(rows), event.status, event.programme_code) == (2, pb.MEMBERSHIP_STATUS_READY, "DUAL_EDUCATION")


async def test_institutions_of_others_do_not_exist_and_good_items_are_in(world, build, area):
    outcomes = await record(
        world,
        area,
        statement(world, build, "other-school"),
        statement(world, build, "ready-a"),
        statement(world, build, "ready-a", "JOINED", since=date(2026, 7, 1)),
        statement(world, build, "ready-b", programme="NONE"),
        statement(world, build, "ready-b", programme="SMALL_SCHOOL"),
        statement(world, build, "ready-b", "JOINED", programme="SMALL_SCHOOL", band="S1_60"),
    )
    assert reasons(outcomes) == [
        "INSTITUTION_NOT_FOUND", "", "MEMBERSHIP_STEP_WRONG", "PROGRAMME_UNKNOWN", "BAND_UNKNOWN", "",
    ]  # fmt: skip
    # Who keeps the register may state any institution's.
    assert reasons(await record(world, world.admin, statement(world, build, "other-school"))) == [""]


async def test_same_statement_again_is_done_already_and_correction_takes_its_place(world, build, area):
    request_id = str(uuid4())
    first = await record(world, area, statement(world, build, "ready-a", "JOINED"), request_id=request_id)
    again = await record(world, area, statement(world, build, "ready-a", "JOINED"), request_id=request_id)
    assert again == first
    (known,) = await record(world, area, statement(world, build, "ready-a", "JOINED"))
    assert known.already_done
    (corrected,) = await record(world, area, statement(world, build, "ready-a", "SURVEYED", is_correction=True))
    assert corrected.id == known.id
    assert (await counts(world))[0] == {"SURVEYED": 1}
    superseded = (
        "SELECT count(*) FROM programme_membership_statement WHERE membership_id = $1 AND superseded_at IS NOT NULL"
    )
    assert await world.value(superseded, known.id) == 1


async def test_steps_of_one_request_follow_each_other(world, build, area):
    outcomes = await record(
        world, area, statement(world, build, "ready-a"),
        statement(world, build, "ready-a", "READY", since=date(2026, 6, 1)),
        statement(world, build, "ready-a", "JOINED", since=date(2026, 7, 1)),
        statement(world, build, "ready-a", "DECLINED", since=date(2026, 7, 1), is_correction=True),
    )  # fmt: skip
    assert reasons(outcomes) == ["", "", "", ""]
    assert len({item.id for item in outcomes}) == 1
    assert (await counts(world, on_date=build.date(date(2026, 7, 1))))[0] == {"DECLINED": 1}


async def test_two_at_once_make_one_membership(world, build, area):
    answers = await asyncio.gather(
        *(record(world, area, statement(world, build, "ready-a"), statement(world, build, "ready-b")) for _ in range(4))
    )
    assert len({item.id for outcomes in answers for item in outcomes}) == 2
    assert sum(not item.already_done for outcomes in answers for item in outcomes) == 2


async def test_teacher_may_not_state_and_unknown_history_is_not_found(world, build):
    teacher = await world.staff("guidance_teacher", "demo-school")
    request = pb.RecordMembershipsRequest(request_id=str(uuid4()), statements=[statement(world, build, "demo-school")])
    assert await world.refused("RecordMemberships", request, teacher) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    history = pb.ListMembershipHistoryRequest(membership_id=str(uuid4()))
    assert await world.refused("ListMembershipHistory", history, teacher) == ("NOT_FOUND", "MEMBERSHIP_NOT_FOUND")
    request.statements[0].status = 0
    assert await world.refused("RecordMemberships", request, world.admin) == ("INVALID_ARGUMENT", "INVALID_FIELD")


async def test_http_states_lists_and_counts(world, area):
    school, headers = world.institutions["ready-a"], area.headers
    body = {"statements": [
        {"institution_id": school, "programme_code": "SMALL_SCHOOL", "band": "S1_60", "year_be": 2569,
         "status": "JOINED", "valid_from": "2026-05-16",
         "provenance": {"source": "003:77", "status": "demonstration"}},
        {"institution_id": school, "programme_code": "SMALL_SCHOOL", "band": "S1_60", "year_be": 2026,
         "status": "JOINED", "valid_from": "2026-05-16",
         "provenance": {"source": "003:77", "status": "demonstration"}},
    ]}  # fmt: skip
    answer = await world.http.post(
        "/v1/programme-memberships", json=body, headers=headers | {"Idempotency-Key": str(uuid4())}
    )
    done, wrong = answer.json()["results"]
    assert wrong["problem"]["reason"] == "MEMBERSHIP_YEAR_INVALID"
    assert "พ.ศ." in wrong["problem"]["title_th"]
    params = {"institution_id": school, "status": "JOINED", "programme": "SMALL_SCHOOL"}
    listed = (await world.http.get("/v1/programme-memberships", params=params, headers=headers)).json()
    assert ([item["membership_id"] for item in listed["memberships"]], listed["total"]) == ([done["id"]], 1)
    params = {"within_institution_id": world.institutions["area"]}
    counted = (await world.http.get("/v1/programme-memberships/counts", params=params, headers=headers)).json()
    assert counted["counts"][0]["institutions"] == 1
    assert counted["population"] == {"AREA_OFFICE_SECONDARY": 1, "SCHOOL": 2}
    history = await world.http.get(f"/v1/programme-memberships/{done['id']}/history", headers=headers)
    assert history.json()["records"][0]["superseded_at"] is None
    programmes = (await world.http.get("/v1/programmes", headers=headers)).json()["programmes"]
    assert {item["programme_code"] for item in programmes} >= {
        "DUAL_EDUCATION", "SHORT_COURSES", "QUALITY_SCHOOL", "YC_MODEL", "SMALL_SCHOOL",
    }  # fmt: skip


async def test_list_pages_and_other_trees_count_too(world, build, area):
    await record(world, area, *[statement(world, build, alias) for alias in ("ready-a", "ready-b")])
    found, token = [], ""
    while True:
        request = pb.ListMembershipsRequest(
            within_institution_id=world.institutions["area"], page_size=1, page_token=token
        )
        page = await world.call("ListMemberships", request, area)
        found += [item.statement.institution_id for item in page.memberships]
        assert page.total == 2
        token = page.next_page_token
        if not token:
            break
    assert sorted(found) == sorted(world.institutions[alias] for alias in ("ready-a", "ready-b"))
    assert await counts(world, tree="network") == ({}, {4: 1})
