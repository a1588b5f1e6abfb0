"""Finding learners: names in Thai, numbers, classes, history; who may, and who is told."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import asyncpg
from nuaikit.student_registry.v1 import search_pb2
from student_registry.search import store

PURPOSE = "CLASS_LIST"


async def pupil(world, build, by, given, family="ใจดี", *, at="demo-school", **more):
    """Register a learner enrolled at an institution; gives his id."""
    place = world.institutions[at]
    number = more.pop("number", None)
    identifiers = [*more.pop("identifiers", ())]
    if number:
        identifiers.append(build.identifier("STUDENT_NO", number, institution_id=place))
    (outcome,) = await world.register(
        build.learner(
            place, given=given, family=family, identifiers=identifiers, enrolments=[build.enrolment(place, **more)]
        ),
        by=by,
    )
    assert not outcome.HasField("problem"), outcome
    return outcome.id


async def found(world, by, **query):
    """Given names that a search finds, in its order."""
    answer = await world.call("SearchLearners", search_pb2.SearchLearnersRequest(**query), by)
    return [hit.name.given_name_th for hit in answer.learners]


async def test_name_is_found_by_its_beginning_and_by_any_part_in_thai_order(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    for given, family in (("แก้ว", "ใจดี"), ("กมลชนก", "ศรีสุข"), ("น้ำทิพย์", "กมลรัตน์"), ("กา", "เก่งการ"), ("ไก่", "ขาว")):
        await pupil(world, build, registrar, given, family)
    assert await found(world, registrar) == ["กมลชนก", "กา", "แก้ว", "ไก่", "น้ำทิพย์"]
    assert await found(world, registrar, name="กมล") == ["กมลชนก", "น้ำทิพย์"]
    assert await found(world, registrar, name="ก") == ["กมลชนก", "กา", "น้ำทิพย์"]
    assert await found(world, registrar, name="ทิพ", match="NAME_MATCH_CONTAINS") == ["น้ำทิพย์"]
    assert await found(world, registrar, name="ก้", match="NAME_MATCH_CONTAINS") == ["แก้ว"]
    assert await found(world, registrar, name="การ", match="NAME_MATCH_CONTAINS") == ["กา"]
    assert await found(world, registrar, name="น้ำ กมล") == ["น้ำทิพย์"]
    assert await found(world, registrar, name="นางสาว แก้ว  ใจ") == ["แก้ว"]
    assert await found(world, registrar, name="%") == []
    assert await world.refused(
        "SearchLearners", search_pb2.SearchLearnersRequest(name="ก", match="NAME_MATCH_CONTAINS"), registrar
    ) == ("INVALID_ARGUMENT", "SEARCH_TEXT_TOO_SHORT")


async def test_pages_follow_each_other_without_gap_or_repetition(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    ids = [await pupil(world, build, registrar, "สมชาย", f"คนที่{n:02d}") for n in range(7)]
    seen, token = [], ""
    while True:
        request = search_pb2.SearchLearnersRequest(name="สม", page_size=3, page_token=token)
        answer = await world.call("SearchLearners", request, registrar)
        seen += [hit.learner_id for hit in answer.learners]
        token = answer.next_page_token
        if not token:
            break
    assert seen == ids


async def test_filters_and_student_number_narrow_a_search(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupil(world, build, registrar, "กานดา", number="12345", grade="M.4", classroom="1")
    await pupil(world, build, registrar, "ขวัญ", number="12346", grade="M.4", classroom="2", system="DUAL_EDUCATION")
    await pupil(world, build, registrar, "คำ", number="12347", grade="M.5", role="HOSTING")
    assert await found(world, registrar, student_no="๑๒๓๔๖") == ["ขวัญ"]
    assert await found(world, registrar, student_no="999") == []
    assert await found(world, registrar, student_no="!") == []
    assert await found(world, registrar, student_no="12346", name="กา") == []
    assert await found(world, registrar, grade_label="M.4") == ["กานดา", "ขวัญ"]
    assert await found(world, registrar, grade_label="M.4", classroom="2") == ["ขวัญ"]
    assert await found(world, registrar, roles=["ENROLMENT_ROLE_HOSTING"]) == ["คำ"]
    assert await found(world, registrar, delivery_systems=["DELIVERY_SYSTEM_DUAL_EDUCATION"]) == ["ขวัญ"]
    assert await found(world, registrar, on_date=build.date(date(2024, 1, 1)), grade_label="M.4") == []
    teacher = await world.staff("homeroom_teacher", "demo-school", classroom="M.4/1")
    assert await found(world, teacher) == ["กานดา"]
    answer = await world.call("SearchLearners", search_pb2.SearchLearnersRequest(student_no="12346"), registrar)
    assert answer.learners[0].enrolments[0].student_no == "12346"


async def test_number_and_name_together_find_the_last_of_many_with_that_name(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    for family in ("กล้าหาญ", "ขยัน", "คงดี", "งามดี"):
        await pupil(world, build, registrar, "กานดา", family=family)
    await pupil(world, build, registrar, "กานดา", family="ใจดี", number="12345")
    assert await found(world, registrar, student_no="12345", name="กานดา", page_size=1) == ["กานดา"]
    assert await found(world, registrar, student_no="12345", name="กานดา ใจ", page_size=1) == ["กานดา"]
    assert await found(world, registrar, student_no="12345", name="กานดา กล้า", page_size=1) == []


async def test_other_institutions_learners_do_not_exist(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    other = await world.staff("school_registrar", "other-school")
    theirs = await pupil(world, build, other, "กานดา", at="other-school")
    assert await found(world, registrar, name="กานดา") == []
    request = search_pb2.SearchLearnersRequest(institution_id=world.institutions["other-school"])
    assert await world.refused("SearchLearners", request, registrar) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")
    request = search_pb2.GetLearnerHistoryRequest(learner_id=theirs, purpose=PURPOSE)
    assert await world.refused("GetLearnerHistory", request, registrar) == ("NOT_FOUND", "LEARNER_NOT_FOUND")
    publisher = await world.institution("agency", "AGENCY") and await world.staff("agency_publisher", "agency")
    assert (await world.refused("SearchLearners", search_pb2.SearchLearnersRequest(), publisher))[0] == (
        "PERMISSION_DENIED"
    )


async def test_area_office_finds_learners_of_its_schools_and_they_see_it(world, build):
    await world.institution("area", "AREA_OFFICE_PRIMARY")
    await world.institution("area-school", parent="area")
    teacher = await world.staff("school_registrar", "area-school")
    officer = await world.staff("area_registrar", "area")
    learner = await pupil(world, build, teacher, "กานดา", at="area-school")
    assert await found(world, officer) == ["กานดา"]
    assert await found(world, officer, institution_id=world.institutions["area-school"]) == ["กานดา"]
    request = search_pb2.SearchLearnersRequest(institution_id=world.institutions["demo-school"])
    assert await world.refused("SearchLearners", request, officer) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")
    request = search_pb2.GetLearnerHistoryRequest(learner_id=learner, purpose="CENSUS")
    assert (await world.call("GetLearnerHistory", request, officer)).learner_id == learner
    rows = await world.rows(
        "SELECT ground, purpose FROM access_record WHERE learner_id = $1 ORDER BY access_id", learner
    )
    assert [(row["ground"], row["purpose"]) for row in rows] == [
        ("OVERSIGHT", "SEARCH"),
        ("OVERSIGHT", "SEARCH"),
        ("OVERSIGHT", "CENSUS"),
    ]
    # The school keeps the record: its own look leaves no row.
    await found(world, teacher)
    assert await world.value("SELECT count(*) FROM access_record WHERE learner_id = $1", learner) == 3


async def test_numbers_lead_to_learners_who_exist_for_the_caller(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    other = await world.staff("school_registrar", "other-school")
    mine, theirs = build.citizen_id(), build.citizen_id()
    learner = await pupil(world, build, registrar, "กานดา", identifiers=[build.identifier("CITIZEN_ID", mine)])
    await pupil(world, build, other, "ขวัญ", at="other-school", identifiers=[build.identifier("CITIZEN_ID", theirs)])
    request = search_pb2.ResolveLearnersRequest(
        identifiers=[
            build.identifier("CITIZEN_ID", theirs),
            build.identifier("CITIZEN_ID", mine),
            build.identifier("CITIZEN_ID", "1234"),
        ],
        purpose="REGISTRATION",
    )
    answer = await world.call("ResolveLearners", request, registrar)
    assert [(match.index, match.learner_id) for match in answer.matches] == [(1, learner)]
    body = {"identifiers": [{"kind": "CITIZEN_ID", "value": mine}]}
    response = await world.http.post(
        "/v1/learner-resolutions", json=body, headers=registrar.headers | {"Nuaikit-Purpose": "REGISTRATION"}
    )
    assert response.json() == {"matches": [{"index": 0, "learner_id": learner}]}
    stated = search_pb2.ResolveLearnersRequest(
        identifiers=[build.identifier("CITIZEN_ID", mine)], purpose="CASE", ground="CASE", ground_id="c-1"
    )
    answer = await world.call("ResolveLearners", stated, world.through(other))
    assert [match.learner_id for match in answer.matches] == [learner]
    assert await world.rows("SELECT ground, ground_id FROM access_record WHERE learner_id = $1", learner) == [
        ("CASE", "c-1")
    ]
    assert (await world.refused("ResolveLearners", stated, other))[1] == "GROUND_NOT_ALLOWED"


async def test_class_is_listed_by_number_then_name(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    ids = [await pupil(world, build, registrar, given, classroom="1") for given in ("ไก่", "กา", "เก้า")]
    await pupil(world, build, registrar, "กบ", classroom="2")
    connection = await asyncpg.connect(world.dsn)
    await connection.execute("UPDATE enrolment SET number_in_class = 1 WHERE learner_id = $1", ids[0])
    await connection.close()
    request = search_pb2.ListClassRequest(grade_label="M.4", classroom="1")
    answer = await world.call("ListClass", request, registrar)
    assert [(hit.name.given_name_th, hit.enrolments[0].number_in_class) for hit in answer.learners] == [
        ("ไก่", 1),
        ("กา", 0),
        ("เก้า", 0),
    ]
    response = await world.http.get("/v1/class-lists", params={"grade_label": "M.4"}, headers=registrar.headers)
    assert [hit["name"]["given_name_th"] for hit in response.json()["learners"]] == ["ไก่", "กา", "เก้า", "กบ"]
    assert not response.json()["is_cut"]
    assert (await world.refused("ListClass", search_pb2.ListClassRequest(), registrar))[1] == "CLASS_MISSING"


async def test_history_shows_the_learner_as_he_was_on_the_day(world, build):
    registrar = await world.staff("school_registrar", "demo-school")
    learner = await pupil(world, build, registrar, "กานดา", grade="M.3", valid_from=date(2024, 5, 16))
    yesterday = datetime.now(UTC) - timedelta(days=2)
    connection = await asyncpg.connect(world.dsn)
    async with connection.transaction():
        await connection.execute(
            "UPDATE enrolment SET grade_label = 'M.4', holds_from = '2025-05-16' WHERE learner_id = $1", learner
        )
        await connection.execute(
            "UPDATE learner_name SET recorded_at = $2, ended_at = $3 WHERE learner_id = $1",
            learner,
            yesterday - timedelta(days=300),
            yesterday,
        )
        await connection.execute(
            "INSERT INTO learner_name (learner_name_id, learner_id, title, given_name, family_name, matching_given,"
            " matching_family, recorded_at) VALUES ($1, $2, 'นางสาว', 'กานดา', 'มีสุข', 'กานดา', 'มีสุข', $3)",
            uuid4(),
            learner,
            yesterday,
        )
    await connection.close()

    async def held(day=None):
        request = search_pb2.GetLearnerHistoryRequest(
            learner_id=learner, purpose=PURPOSE, on_date=day and build.date(day)
        )
        answer = await world.call("GetLearnerHistory", request, registrar)
        return [item.name.family_name_th for item in answer.names], [item.grade_label for item in answer.enrolments]

    assert await held() == (["ใจดี", "มีสุข"], ["M.4"])
    assert await held(date(2024, 6, 1)) == (["ใจดี"], ["M.3"])
    assert await held(date(2025, 6, 1)) == (["ใจดี"], ["M.4"])
    assert await held((datetime.now(UTC) + timedelta(hours=7)).date()) == (["มีสุข"], ["M.4"])
    assert await held(date(2020, 1, 1)) == (["ใจดี"], [])
    response = await world.http.get(
        f"/v1/learners/{learner}/history",
        params={"on_date": "2024-06-01"},
        headers=registrar.headers | {"Nuaikit-Purpose": PURPOSE},
    )
    assert response.json()["enrolments"][0]["grade_label"] == "M.3"
    # The new name finds him, the old one does not.
    assert await found(world, registrar, name="มีสุข") == ["กานดา"]
    assert await found(world, registrar, name="ใจดี") == []


async def test_search_over_http_takes_names_in_the_body_and_leaves_none_in_logs(world, build, caplog):
    registrar = await world.staff("school_registrar", "demo-school")
    await pupil(world, build, registrar, "พิมพ์ชนก", "ลับเฉพาะ")
    response = await world.http.post("/v1/learner-searches", json={"name": "พิมพ์"}, headers=registrar.headers)
    assert [hit["name"]["given_name_th"] for hit in response.json()["learners"]] == ["พิมพ์ชนก"]
    response = await world.http.post(
        "/v1/learner-searches", json={"name": "พ", "match": "CONTAINS"}, headers=registrar.headers
    )
    assert response.status_code == 422
    assert response.json()["title"].startswith("คำค้นสั้นเกินไป")
    assert "พิมพ์" not in caplog.text


FILL = (
    """
    INSERT INTO institution (institution_id, kind, name_th, local_alias, source, data_status, registered_at)
    SELECT id, 'SCHOOL', 'โรงเรียน ' || n, 'school-' || n, 'test', 'demonstration', now()
      FROM unnest($1::uuid[]) WITH ORDINALITY AS s(id, n)
    """,
    """
    INSERT INTO learner (learner_id, registrar_institution_id, source, data_status, registered_at)
    SELECT uuidv7(), ($1::uuid[])[n % 50 + 1], 'test', 'demonstration', now() FROM generate_series(1, 100000) AS n
    """,
)
FILL_NAMES = """
    INSERT INTO learner_name (learner_name_id, learner_id, title, given_name, family_name, matching_given,
                              matching_family, recorded_at)
    SELECT uuidv7(), learner_id, '', given, family, given, family, now()
      FROM (SELECT learner_id,
                   (ARRAY['กมล','สม','วิไล','ปรี','ธน','นภ'])[1 + n % 6]
                   || (ARRAY['ชาย','ชนก','ลักษณ์','ชา','พร'])[1 + n / 6 % 5] AS given,
                   (ARRAY['ใจ','ศรี','ทอง','บุญ','แก้ว'])[1 + n / 30 % 5]
                   || chr(3585 + n % 40) || chr(3585 + n / 40 % 40) AS family
              FROM (SELECT learner_id, (row_number() OVER ())::int AS n FROM learner) AS numbered) AS named
"""
FILL_ENROLMENTS = """
    INSERT INTO enrolment (enrolment_id, learner_id, institution_id, role, delivery_system, grade_label, classroom,
                           programme_code, valid_from, source, data_status, recorded_at, recorded_by)
    SELECT uuidv7(), learner_id, registrar_institution_id, 'PRIMARY', 'FORMAL', 'M.' || (1 + random() * 5)::int,
           (1 + random() * 8)::int::text, '', '2026-05-16', 'test', 'demonstration', now(), 'test'
      FROM learner
"""


async def test_search_among_a_hundred_thousand_learners_reads_no_table_whole(database):
    """A school's search, an area's search and a class list use indexes only."""
    schools = [uuid4() for _ in range(50)]
    connection = await asyncpg.connect(database("student-registry"))
    # What no search uses and what takes most of the time to fill.
    await connection.execute("ALTER TABLE enrolment DISABLE TRIGGER USER")
    await connection.execute(
        "ALTER TABLE enrolment DROP CONSTRAINT enrolment_one_primary, DROP CONSTRAINT enrolment_overlap"
    )
    for statement in FILL:
        await connection.execute(statement, schools)
    await connection.execute(FILL_NAMES)
    await connection.execute(FILL_ENROLMENTS)
    await connection.execute("VACUUM ANALYZE learner, learner_name, enrolment")
    # As servers with solid-state disks are set; the default is of turning disks and prefers whole small tables.
    await connection.execute("SET random_page_cost = 1.1")
    today = date(2026, 11, 1)

    async def plan(statement, *values):
        rows = await connection.fetch(f"EXPLAIN (ANALYZE, TIMING OFF) {statement}", *values)
        return "\n".join(row[0] for row in rows)

    def searched(places, *patterns):
        return (places, today, "", "", "", [], [], schools[0], [], None, 101, *patterns)

    plans = {
        "everybody at a school": await plan(store.SQL_SEARCH, *searched(schools[:1])),
        "beginning at a school": await plan(store.SQL_SEARCH_NAME, *searched(schools[:1], "กมล%")),
        "two letters at a school": await plan(store.SQL_SEARCH_LETTERS, *searched(schools[:1], "%มล%")),
        "part in an area": await plan(store.SQL_SEARCH_NAME, *searched(schools[:20], "%ศรีกข%")),
        "both names in an area": await plan(store.SQL_SEARCH_NAMES, *searched(schools[:20], "กมล%", "ศรีกข%")),
        "class": await plan(store.SQL_CLASS, schools[0], schools[0], today, "M.4", "1", "", 1001),
    }
    await connection.close()
    for name, text in plans.items():
        assert "Seq Scan on enrolment" not in text, f"{name}\n{text}"
        assert "Seq Scan on learner" not in text, f"{name}\n{text}"
    assert "learner_name_trigrams" in plans["part in an area"], plans["part in an area"]
