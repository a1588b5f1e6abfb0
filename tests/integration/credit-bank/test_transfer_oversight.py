"""What an office sees of late cases below it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from credit_bank.people import store as people
from credit_bank.people.domain import Institution, Parent
from nuaikit.credit_bank.v1 import transfers_pb2, transfers_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World
from tests.support.transfer_calls import CASES, decided, done, read, review, simple, today


async def office(world: World, name: str, kind: str) -> UUID:
    """An office with an officer of the same name."""
    found = uuid4()
    async with world.pool.acquire() as connection:
        await people.keep_institution(
            connection, Institution(found, kind, name, name, None, None, data_status="demonstration")
        )
    await world.employ(name, "area_officer", found)
    return found


async def stand_under(world: World, institution_id: UUID, *parents: Parent) -> None:
    async with world.pool.acquire() as connection:
        await people.keep_parents(connection, institution_id, parents)


async def make_late(world: World, case_id: str, days: int) -> None:
    await world.execute(
        "UPDATE transfer_case SET due_on = $2 WHERE case_id = $1", UUID(case_id), today() - timedelta(days=days)
    )


async def late(world: World, who: str, query: str = "") -> Any:
    answer = await calls.get(world, f"{CASES}/late{query}", who)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
async def area(world: World) -> UUID:
    found = await office(world, "area", "AREA_OFFICE_SECONDARY")
    await stand_under(world, world.college, Parent("administration", found))
    return found


@pytest.mark.usefixtures("area")
async def test_area_follows_late_cases_and_not_whose_they_are(world: World) -> None:
    (learner_id, [entry_id], first), (_, _, second), (_, _, _in_time) = [await simple(world) for _ in range(3)]
    await make_late(world, first, 3)
    await make_late(world, second, 9)
    found = await late(world, "area")
    assert [(one["case_id"], one["days_late"]) for one in found["cases"]] == [(first, 3), (second, 9)]
    assert found["cases"][0]["institution_name_th"] == "วิทยาลัยทดสอบ"
    [backlog] = found["backlogs"]
    assert (backlog["institution_id"], backlog["undecided"], backlog["late"]) == (str(world.college), 3, 2)
    assert backlog["oldest_due_on"] == (today() - timedelta(days=9)).isoformat()
    text = str(found)
    lines = (await read(world, first))["lines"]
    for hidden in (learner_id, entry_id, lines[0]["line_id"], "20000-1101"):
        assert str(hidden) not in text
    page = await late(world, "area", "?page_size=1")
    rest = await late(world, "area", f"?page_size=1&page_token={page['next_page_token']}")
    assert [one["case_id"] for one in page["cases"] + rest["cases"]] == [first, second]
    assert (rest["next_page_token"], rest["backlogs"]) == ("", [])
    await decided(world, first)
    assert [one["case_id"] for one in (await late(world, "area"))["cases"]] == [second]
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    over_grpc = await stub.ListLateCases(transfers_pb2.ListLateCasesRequest(), metadata=world.staff["area"].metadata)
    assert [(one.case_id, one.days_late) for one in over_grpc.cases] == [(second, 9)]
    assert [(one.undecided, one.late) for one in over_grpc.backlogs] == [(2, 1)]
    assert await world.fetchval("SELECT count(*) FROM access_log WHERE role = 'area_officer'") == 0
    for path in (first, f"{first}/file", f"{first}/decision-letter"):
        assert (await calls.get(world, f"{CASES}/{path}", "area")).status_code == 403


@pytest.mark.usefixtures("area")
async def test_case_that_waits_is_late_only_when_its_days_are_used_up(world: World) -> None:
    _, _, case_id = await simple(world)
    await review(world, case_id)
    question = {"case_id": case_id, "question_th": "ขอเอกสาร"}
    await done(world, "request-information", "questions", [question], "college-registrar")
    await make_late(world, case_id, 2)
    await world.execute("UPDATE transfer_case SET pause_days_max = 30, waiting_since = now() - interval '20 days'")
    assert (await late(world, "area"))["cases"] == []
    await world.execute("UPDATE transfer_case SET pause_days_max = 1")
    [case] = (await late(world, "area"))["cases"]
    assert (case["state"], case["is_waiting"], case["days_late"]) == ("WAITING_FOR_INFORMATION", True, 1)


async def test_those_above_the_area_see_counts_and_no_small_ones(world: World, area: UUID) -> None:
    agency = await office(world, "agency", "AGENCY")
    province = await office(world, "province", "PROVINCE_OFFICE")
    other = await office(world, "other-area", "AREA_OFFICE_PRIMARY")
    await stand_under(world, area, Parent("administration", agency))
    await stand_under(
        world,
        world.college,
        Parent("administration", area),
        Parent("province", province),
        Parent("administration", other, date(2020, 1, 1), date(2021, 1, 1)),
    )
    cases = [(await simple(world))[2] for _ in range(5)]
    for case_id in cases[:4]:
        await make_late(world, case_id, 1)
    for who in ("agency", "province"):
        found = await late(world, who)
        assert found["cases"] == []
        [backlog] = found["backlogs"]
        assert (backlog["undecided"], backlog["late"], backlog["oldest_due_on"]) == (5, None, None)
    await make_late(world, cases[4], 1)
    assert [one["late"] for one in (await late(world, "agency"))["backlogs"]] == [5]
    nothing: dict[str, Any] = {"backlogs": [], "cases": [], "next_page_token": ""}
    assert await late(world, "other-area") == nothing, "it was under this area, and is no more"
    assert (await calls.get(world, f"{CASES}/late", "college-registrar")).status_code == 403


async def test_order_tells_no_hidden_count(world: World) -> None:
    agency = await office(world, "agency", "AGENCY")
    few, many = sorted([world.college, world.stranger])
    for place in (few, many):
        await stand_under(world, place, Parent("administration", agency))
    cases = [(await simple(world))[2] for _ in range(4)]
    for case_id in cases:
        await make_late(world, case_id, 1)
    await world.execute(
        "UPDATE transfer_case SET institution_id = CASE WHEN case_id = $1 THEN $2::uuid ELSE $3::uuid END",
        UUID(cases[0]),
        few,
        many,
    )
    backlogs = (await late(world, "agency"))["backlogs"]
    assert [(one["institution_id"], one["late"]) for one in backlogs] == [(str(few), None), (str(many), None)]
