"""Counting learners: by subtree and characteristic on a day, small numbers hidden, and who may."""

from datetime import date
from uuid import uuid4

import asyncpg
from nuaikit.student_registry.v1 import population_pb2 as pb


async def pupils(world, build, by, count, *, at, sex="SEX_FEMALE", **more):
    """Register so many learners; gives their ids."""
    place = world.institutions[at]
    learners = [
        build.learner(place, given=f"คนที่{n}", enrolments=[build.enrolment(place, **more)]) for n in range(count)
    ]
    for learner in learners:
        learner.sex = sex
        learner.identifiers.append(build.identifier("G_CODE", build.g_code()))
    outcomes = await world.register(*learners, by=by)
    assert not any(outcome.HasField("problem") for outcome in outcomes), outcomes
    return [outcome.id for outcome in outcomes]


async def counted(world, by, at, *dimensions, **more):
    """The answer, and its numbers by values; None: hidden."""
    request = pb.CountPopulationRequest(
        institution_id=world.institutions[at],
        dimensions=[f"POPULATION_DIMENSION_{item}" for item in dimensions],
        **more,
    )
    answer = await world.call("CountPopulation", request, by)
    cells = {tuple(cell.values): cell.count if cell.HasField("count") else None for cell in answer.cells}
    return answer, cells


async def area(world):
    """An area office with two schools."""
    await world.institution("area", "AREA_OFFICE_SECONDARY")
    await world.institution("north", parent="area")
    await world.institution("south", parent="area")
    return (
        await world.staff("area_director", "area"),
        await world.staff("school_registrar", "north"),
        await world.staff("school_registrar", "south"),
    )


async def test_area_counts_its_schools_by_grade_and_sex_on_a_day(world, build):
    director, north, south = await area(world)
    await pupils(world, build, north, 8, at="north", grade="M.4")
    await pupils(world, build, north, 6, at="north", grade="M.4", sex="SEX_MALE")
    await pupils(world, build, south, 9, at="south", grade="M.1", valid_to=date(2025, 9, 30))
    answer, cells = await counted(world, director, "area", "GRADE", "SEX", on_date=build.date(date(2025, 6, 10)))
    assert cells == {
        ("M.1", "FEMALE"): 9,
        ("M.1", "ALL"): 9,
        ("M.4", "FEMALE"): 8,
        ("M.4", "MALE"): 6,
        ("M.4", "ALL"): 14,
        ("ALL", "FEMALE"): 17,
        ("ALL", "MALE"): 6,
        ("ALL", "ALL"): 23,
    }
    assert answer.total == 23
    assert answer.institutions == 3
    assert (answer.suppression.smallest_shown, answer.suppression.status) == (5, "assumed")
    assert "10/6/2568" in answer.denominator_th
    assert "ชั้น และเพศ" in answer.numerator_th
    assert list(answer.data_statuses) == ["demonstration"]
    answer, cells = await counted(world, director, "area", "LEVEL", on_date=build.date(date(2025, 10, 10)))
    assert cells == {("UPPER_SECONDARY",): 14, ("ALL",): 14}
    answer, cells = await counted(world, director, "area", "INSTITUTION", on_date=build.date(date(2025, 6, 10)))
    assert cells[world.institutions["north"],] == 14
    # A school asks for itself only; what is beside or above it does not exist.
    assert (await counted(world, north, "north", on_date=build.date(date(2025, 6, 10))))[0].total == 14
    request = pb.CountPopulationRequest(institution_id=world.institutions["area"])
    assert await world.refused("CountPopulation", request, north) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")


async def test_small_number_is_hidden_together_with_another(world, build):
    director, north, south = await area(world)
    await pupils(world, build, north, 3, at="north")
    await pupils(world, build, south, 7, at="south")
    answer, cells = await counted(world, director, "area", "INSTITUTION")
    assert cells == {(world.institutions["north"],): None, (world.institutions["south"],): None, ("ALL",): 10}
    assert answer.total == 10
    answer, cells = await counted(world, north, "north")
    assert not answer.HasField("total")
    assert cells == {}


async def test_small_school_is_hidden_from_its_office_however_it_asks(world, build):
    director, north, south = await area(world)
    await pupils(world, build, north, 3, at="north")
    await pupils(world, build, south, 7, at="south")
    assert (await counted(world, director, "area"))[0].total == 10
    for school in ("north", "south"):
        answer, cells = await counted(world, director, school)
        assert (answer.HasField("total"), answer.institutions) == (False, 1)
        answer, cells = await counted(world, director, school, "SEX")
        assert not answer.HasField("total")
        assert set(cells.values()) == {None}
    # To itself the school is no secret: it has asked for its own learners, and nobody's beside them.
    assert (await counted(world, south, "south"))[0].total == 7


async def profile(world, by, learner_ids, kind, code, **more):
    """State a coded fact of the profile of each."""
    item = {
        "kind": kind,
        "value": {"coded": {"code": code}},
        "provenance": {"source": "test", "status": "demonstration"},
    }
    answer = await world.http.post(
        "/v1/profile-facts",
        json={"facts": [item | more | {"learner_id": learner_id} for learner_id in learner_ids]},
        headers=by.headers | {"Idempotency-Key": str(uuid4())},
    )
    assert answer.status_code == 200, answer.text
    assert not [item for item in answer.json()["results"] if item["problem"]], answer.text


async def test_nationality_and_groups_are_counted_from_ten_on(world, build):
    director, north, _ = await area(world)
    ids = await pupils(world, build, north, 34, at="north", grade="P.1")
    await profile(world, north, ids[:12], "NATIONALITY", "THA")
    await profile(world, north, ids[12:22], "NATIONALITY", "MMR")
    await profile(world, north, ids[:11], "VULNERABLE_GROUP", "BORDER", valid_from="2024-06-01")
    await profile(world, north, ids[:9], "SPECIAL_TARGET", "POOR")
    answer, cells = await counted(world, director, "area", "NATIONALITY")
    assert answer.suppression.smallest_shown == 10
    assert cells == {("MMR",): 10, ("NOT_STATED",): 12, ("THA",): 12, ("ALL",): 34}
    _, cells = await counted(world, director, "area", "GRADE", "NATIONALITY")
    assert cells["P.1", "MMR"] == 10
    answer, cells = await counted(world, director, "area", "GROUP")
    assert cells == {("SPECIAL_TARGET:POOR",): None, ("VULNERABLE_GROUP:BORDER",): 11}
    assert answer.total == 34
    past = build.date(date(2024, 5, 20))
    assert (await counted(world, director, "area", "GROUP", on_date=past))[1] == {}


async def test_g_status_is_shown_from_ten_on(world, build):
    director, north, _ = await area(world)
    await pupils(world, build, north, 9, at="north")
    answer, cells = await counted(world, director, "area", "G_STATUS")
    assert answer.suppression.smallest_shown == 10
    # Everybody may be known to be nine: who is nine is then not told either.
    assert (cells, answer.total, answer.is_withheld) == ({("ALL",): 9}, 9, True)
    await pupils(world, build, north, 1, at="north")
    answer, cells = await counted(world, director, "area", "G_STATUS")
    # Ten are enough, but everybody is: any few whom another table shows would be known by it.
    assert (cells, answer.is_withheld) == ({("ALL",): 10}, True)
    place = world.institutions["north"]
    others = [
        build.learner(
            place,
            identifiers=[build.identifier("CITIZEN_ID", build.citizen_id())],
            enrolments=[build.enrolment(place)],
        )
        for _ in range(10)
    ]
    await world.register(*others, by=north)
    answer, cells = await counted(world, director, "area", "G_STATUS")
    assert (cells, answer.is_withheld) == (
        {("G_CODE",): 10, ("CITIZEN_ID",): 10, ("ALL",): 20},
        False,
    )


async def test_other_roles_count_enrolments_and_people_in_no_school_only_when_asked_for(world, build):
    director, north, _ = await area(world)
    place = world.institutions["north"]
    people = [build.learner(place, identifiers=[build.identifier("G_CODE", build.g_code())]) for _ in range(6)]
    await world.register(*people, by=north)
    await pupils(world, build, north, 5, at="north", role="PARTNER")
    assert (await counted(world, director, "area"))[0].total == 0
    answer, cells = await counted(world, director, "area", "ROLE", roles=["ENROLMENT_ROLE_PARTNER"])
    assert cells == {("PARTNER",): 5, ("ALL",): 5}
    assert "การเข้าเรียน" in answer.numerator_th
    answer, cells = await counted(world, director, "area", "GRADE", with_unenrolled=True)
    assert cells == {("NOT_STATED",): 6, ("ALL",): 6}
    answer, cells = await counted(world, director, "area", "STATUS", with_unenrolled=True)
    assert cells == {("NOT_STATED",): 6, ("ALL",): 6}


async def test_counts_of_a_past_day_use_the_grade_of_that_day(world, build):
    director, north, _ = await area(world)
    ids = await pupils(world, build, north, 5, at="north", grade="M.1", valid_from=date(2024, 5, 16))
    connection = await asyncpg.connect(world.dsn)
    await connection.execute(
        "UPDATE enrolment SET grade_label = 'M.2', holds_from = '2025-05-16' WHERE learner_id = ANY($1::uuid[])", ids
    )
    await connection.close()
    assert (await counted(world, director, "area", "GRADE"))[1] == {("M.2",): 5, ("ALL",): 5}
    past = build.date(date(2024, 6, 10))
    assert (await counted(world, director, "area", "GRADE", on_date=past))[1] == {("M.1",): 5, ("ALL",): 5}


async def test_counting_needs_its_permission_and_sensible_characteristics(world, build):
    director, _, _ = await area(world)
    recorder = await world.staff("school_recorder", "north")
    request = pb.CountPopulationRequest(institution_id=world.institutions["north"])
    assert await world.refused("CountPopulation", request, recorder) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    request.dimensions.extend(["POPULATION_DIMENSION_GROUP", "POPULATION_DIMENSION_SEX"])
    assert await world.refused("CountPopulation", request, director) == ("INVALID_ARGUMENT", "DIMENSIONS_INVALID")
    assert (
        await world.call(
            "CountPopulation",
            pb.CountPopulationRequest(institution_id=world.institutions["north"]),
            world.service_itself("registry.population.read"),
        )
    ).total == 0


async def test_counts_over_http_have_the_same_answer(world, build):
    director, north, _ = await area(world)
    await pupils(world, build, north, 12, at="north")
    response = await world.http.get(
        "/v1/population",
        params={"institution_id": world.institutions["area"], "dimension": ["GRADE", "SEX"]},
        headers=director.headers,
    )
    body = response.json()
    assert response.status_code == 200, body
    assert body["total"] == 12
    assert {"values": ["M.4", "FEMALE"], "count": 12, "is_hidden": False} in body["cells"]
    assert body["suppression"] == {
        "smallest_shown": 5,
        "version": "2569.1",
        "source": "guidance.md j",
        "status": "assumed",
    }
    response = await world.http.get(
        "/v1/population",
        params={"institution_id": world.institutions["area"], "tree": "nonsense"},
        headers=director.headers,
    )
    assert response.status_code == 422
