"""The HTTP edge: problem documents in Thai, the documented shapes, and nothing without a token."""

import re
from uuid import uuid4

import pytest
from google.type.date_pb2 import Date


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def test_nothing_is_answered_without_a_token(world):
    document = (await world.http.get("/openapi.json")).json()
    for path, methods in document["paths"].items():
        address = re.sub(r"\{\w+\}", str(uuid4()), path)
        for method in methods:
            answer = await world.http.request(
                method, address, headers={"Nuaikit-Purpose": "TEST", "Idempotency-Key": str(uuid4())}
            )
            assert answer.status_code in (401, 422), (method, path)
            assert answer.headers["content-type"] == "application/problem+json"
    answer = await world.http.get("/v1/me", headers={"Authorization": "Bearer nonsense"})
    assert (answer.status_code, answer.json()["reason"]) == (401, "TOKEN_INVALID")


def learner_body(school, **more):
    usual = {
        "name": {"title_th": "เด็กหญิง", "given_name_th": "กมลชนก", "family_name_th": "ใจดี"},
        "registrar_institution_id": school,
        "provenance": {"source": "test", "status": "demonstration"},
    }
    return {"learners": [usual | more]}


async def post(world, path, body, person, request_id=None):
    headers = person.headers | {"Idempotency-Key": request_id or str(uuid4())}
    return await world.http.post(path, json=body, headers=headers)


async def test_learner_is_registered_read_and_changed_over_http(world, build, registrar):
    school, g_code, number = world.institutions["demo-school"], build.g_code(), build.citizen_id()
    body = learner_body(
        school,
        birth_year_be=2552,
        sex="FEMALE",
        identifiers=[{"kind": "G_CODE", "value": g_code.lower()}],
        enrolments=[
            {
                "institution_id": school,
                "role": "PRIMARY",
                "delivery_system": "FORMAL",
                "grade_label": "M.4",
                "valid_from": "2025-05-16",
            }
        ],
    )
    request_id = str(uuid4())
    answer = (await post(world, "/v1/learners", body, registrar, request_id)).json()
    assert (await post(world, "/v1/learners", body, registrar, request_id)).json() == answer
    learner_id = answer["results"][0]["id"]
    headers = registrar.headers | {"Nuaikit-Purpose": "REVIEW"}
    shown = (await world.http.get(f"/v1/learners/{learner_id}", headers=headers)).json()
    assert (shown["birth_date"], shown["birth_year_be"], shown["birth_date_precision"]) == (None, 2552, "YEAR")
    assert shown["identifiers"][0]["masked_value"] == "•" * 9 + g_code[9:]
    assert shown["enrolments"][0]["status"] == "STUDYING"
    change = {"ends_kind": "G_CODE", "identifier": {"kind": "CITIZEN_ID", "value": number}}
    changed = await post(world, f"/v1/learners/{learner_id}/identifier-changes", change, registrar)
    assert [item["kind"] for item in changed.json()["identifiers"] if item["valid_to"] is None] == ["CITIZEN_ID"]
    assert changed.json()["learner_id"] == learner_id


@pytest.mark.parametrize(
    ("birth", "shown"),
    [
        ({"year": 2555, "month": 2, "day": 29}, ("2012-02-29", 2555, "DAY")),
        ({"year": 2012, "month": 2, "day": 29}, ("2012-02-29", 2555, "DAY")),
        ({"year": 2555}, (None, 2555, "YEAR")),
    ],
)
async def test_birth_date_is_taken_in_either_era_over_both_transports(world, build, registrar, birth, shown):
    school = world.institutions["demo-school"]
    answer = await post(world, "/v1/learners", learner_body(school, birth=birth), registrar)
    stated = build.learner(school, birth=None)
    stated.birth_date.CopyFrom(Date(**birth))
    stated.birth_date_precision = f"DATE_PRECISION_{shown[2]}"
    (outcome,) = await world.register(stated, by=registrar)
    for learner_id in (answer.json()["results"][0]["id"], outcome.id):
        headers = registrar.headers | {"Nuaikit-Purpose": "REVIEW"}
        read = (await world.http.get(f"/v1/learners/{learner_id}", headers=headers)).json()
        assert (read["birth_date"], read["birth_year_be"], read["birth_date_precision"]) == shown


@pytest.mark.parametrize("birth", [{"year": 2555, "month": 2, "day": 30}, {"year": 2555, "month": 2}])
async def test_birth_date_that_names_no_day_is_refused(world, registrar, birth):
    answer = await post(world, "/v1/learners", learner_body(world.institutions["demo-school"], birth=birth), registrar)
    assert (answer.status_code, answer.json()["reason"]) == (422, "BIRTH_DATE_INVALID")


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
async def test_day_outside_all_calendars_is_a_problem_and_no_fault(world, registrar, day):
    headers = registrar.headers | {"Nuaikit-Purpose": "REVIEW"}
    leavers = await world.http.get("/v1/leavers", params={"year_be": 2568, "on_date": day}, headers=headers)
    assert (leavers.status_code, leavers.json()["reason"]) == (422, "DATE_OUT_OF_RANGE")
    query = {"learner_ids": [str(uuid4())], "on_date": day}
    neet = await world.http.post("/v1/neet-queries", json=query, headers=headers)
    assert (neet.status_code, neet.json()["reason"]) == (422, "DATE_OUT_OF_RANGE")
    assert "วันที่" in neet.json()["title"]


async def test_request_id_over_grpc_then_http_has_one_effect(world, build, registrar):
    school, request_id = world.institutions["demo-school"], uuid4()
    stated = build.learner(school, birth=None)
    stated.name.title_th = "เด็กหญิง"
    stated.sex = 0
    (first,) = await world.register(stated, by=registrar, request_id=request_id)
    again = await post(world, "/v1/learners", learner_body(school), registrar, str(request_id))
    assert again.json()["results"][0]["id"] == first.id


async def test_item_problem_has_its_thai_sentence_and_field(world, registrar):
    body = learner_body(
        world.institutions["demo-school"], identifiers=[{"kind": "CITIZEN_ID", "value": "1234567890122"}]
    )
    problem = (await post(world, "/v1/learners", body, registrar)).json()["results"][0]["problem"]
    assert (problem["reason"], problem["field"]) == ("CITIZEN_ID_CHECK_DIGIT", "citizen_id")
    assert problem["title_th"].startswith("เลขประจำตัวประชาชนไม่ถูกต้อง")


@pytest.mark.parametrize(
    "more",
    [
        {"nationality": "THA"},
        {"birth_date": "2009-01-01", "birth_year_be": 2552},
        {"birth_year_be": 2552, "birth": {"year": 2552}},
        {"birth_date": "15/06/2552"},
        {"identifiers": [{"kind": "PHONE", "value": "1"}]},
        {"identifiers": [{"kind": "PASSPORT", "value": "A12345", "country": "Burma"}]},
        {"provenance": {"source": "", "status": "demonstration"}},
        {"provenance": {"source": "x", "status": "true"}},
    ],
)
async def test_body_of_another_shape_is_a_problem_without_its_values(world, registrar, more):
    answer = await post(world, "/v1/learners", learner_body(world.institutions["demo-school"], **more), registrar)
    assert (answer.status_code, answer.json()["reason"]) == (422, "INVALID_REQUEST")
    assert "กมลชนก" not in answer.text


async def test_write_without_a_request_id_and_read_without_a_purpose_are_refused(world, registrar):
    body = learner_body(world.institutions["demo-school"])
    unnamed = await world.http.post("/v1/learners", json=body, headers=registrar.headers)
    assert (unnamed.status_code, unnamed.json()["reason"]) == (422, "INVALID_REQUEST")
    answer = await world.http.get(f"/v1/learners/{uuid4()}", headers=registrar.headers)
    assert (answer.status_code, answer.json()["reason"]) == (422, "PURPOSE_MISSING")


async def test_probes_answer_and_audit_finds_no_drift(own_world, build):
    world = own_world
    school = world.institutions["demo-school"]
    recorder = await world.staff("school_recorder", "demo-school")
    kinds = [
        build.identifier("CITIZEN_ID", build.citizen_id()),
        build.identifier("PASSPORT", "A1234567", country="LAO"),
        build.identifier("STUDENT_NO", "1", institution_id=school),
    ]
    await world.register(build.learner(school, identifiers=kinds), by=recorder)
    assert [(await world.http.get(path)).status_code for path in ("/livez", "/readyz")] == [200, 200]
    audit = world.audit
    nothing_else = dict.fromkeys(("profile_facts", "profile_photos", "data_requests", "workplace_contacts"), 0)
    no_drift = {f"drift_{kind}": 0 for kind in ("identifiers", *nothing_else)}
    assert await audit() == {"identifiers": 3} | nothing_else | no_drift
    await world.rows("UPDATE learner_identifier SET last4 = '0000' WHERE kind = 'PASSPORT'")
    await world.rows("UPDATE learner_identifier SET sealed_value = '\\x00' WHERE kind = 'STUDENT_NO'")
    assert (await audit())["drift_identifiers"] == 2
