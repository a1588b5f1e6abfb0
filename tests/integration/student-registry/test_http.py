"""The HTTP edge: problem documents in Thai, the documented shapes, and nothing without a token."""

from uuid import uuid4

import pytest

PATHS = {
    "/v1/assignments": {"get"},
    "/v1/institutions": {"get", "post"},
    "/v1/staff-assignments": {"post"},
    "/v1/learners": {"get", "post"},
    "/v1/learners/{learner_id}": {"get"},
    "/v1/learners/{learner_id}/identifier-changes": {"post"},
    "/v1/learners/{learner_id}/access": {"get"},
    "/v1/learners/{learner_id}/enrolments": {"get"},
    "/v1/enrolments/changes": {"post"},
    "/v1/enrolments/ends": {"post"},
    "/v1/grades": {"get"},
    "/v1/learner-statuses": {"get", "post"},
    "/v1/learner-statuses/withdrawals": {"post"},
    "/v1/movements": {"get", "post"},
    "/v1/movements/papers": {"post"},
    "/v1/movements/release": {"post"},
    "/v1/movements/accept": {"post"},
    "/v1/movements/cancel": {"post"},
    "/v1/movements/refuse": {"post"},
    "/v1/year-ends": {"post"},
    "/v1/year-ends/{year_end_run_id}": {"get"},
    "/v1/year-ends/{year_end_run_id}/apply": {"post"},
    "/v1/year-ends/{year_end_run_id}/undo": {"post"},
    "/v1/leavers": {"get"},
    "/v1/leavers/destinations": {"post"},
    "/v1/learners/{learner_id}/statuses": {"get"},
    "/v1/outside-activities": {"post"},
    "/v1/neet-queries": {"post"},
    "/v1/status-rules": {"get"},
    "/v1/code-lists/{name}": {"get"},
    "/v1/learner-corrections": {"post"},
    "/v1/learners/{learner_id}/versions": {"get"},
    "/v1/profile-facts": {"post"},
    "/v1/profile-facts/end": {"post"},
    "/v1/profile-facts/confirm": {"post"},
    "/v1/learners/{learner_id}/profile": {"get"},
    "/v1/learners/{learner_id}/profile/history": {"get"},
    "/v1/learners/{learner_id}/photo": {"get", "put"},
    "/v1/stale-contacts": {"get"},
    "/v1/me": {"get"},
    "/v1/learner-imports": {"post"},
    "/v1/learner-imports/{import_id}": {"get"},
    "/v1/share-grants": {"get", "post"},
    "/v1/share-grants/{grant_id}/end": {"post"},
}


@pytest.fixture
async def registrar(world):
    return await world.staff("school_registrar", "demo-school")


async def test_openapi_names_every_path_of_this_service(world):
    document = (await world.http.get("/openapi.json")).json()
    assert {path: set(methods) for path, methods in document["paths"].items()} == PATHS


async def test_nothing_is_answered_without_a_token(world):
    for path, methods in PATHS.items():
        address = path.format(
            learner_id=uuid4(), import_id=uuid4(), grant_id=uuid4(), name="MOVEMENT_PAPER", year_end_run_id=uuid4()
        )
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
    assert await audit() == {
        "identifiers": 3,
        "drift_identifiers": 0,
        "profile_facts": 0,
        "drift_profile_facts": 0,
    }
    await world.rows("UPDATE learner_identifier SET last4 = '0000' WHERE kind = 'PASSPORT'")
    await world.rows("UPDATE learner_identifier SET sealed_value = '\\x00' WHERE kind = 'STUDENT_NO'")
    assert (await audit())["drift_identifiers"] == 2
