"""The register of workplaces: who keeps it, who sees a local expert's contact, how far cooperation is."""

import asyncio
from datetime import date
from uuid import UUID, uuid4

import pytest
from nuaikit.student_registry.v1 import workplaces_pb2 as pb

from tests.support.telemetry import captured_logs

DAY = date(2026, 5, 16)
PERSON, PHONE = "สมใจ ภูมิปัญญาตัวอย่าง", "0812345678"


@pytest.fixture
async def registrar(world):
    """Registrar of a school."""
    return await world.staff("school_registrar", "demo-school")


def expert(world, build, reference="expert-1", **more):
    facts = {
        "reference": reference, "kind": "WORKPLACE_KIND_LOCAL_EXPERT", "name_th": f"ปราชญ์จักสาน {world.name}",
        "field_codes": ["ARTS_CRAFTS", "LOCAL_WISDOM"], "capacity": 12, "area_text": "ต.หนองโพ อ.โพธาราม",
        "contact": pb.WorkplaceContact(person_name=PERSON, phone=PHONE), "provenance": build.provenance,
    }  # fmt: skip
    return pb.Workplace(**facts | more)


async def record(world, by, *items, request_id=None):
    request = pb.RecordWorkplacesRequest(request_id=request_id or str(uuid4()), workplaces=items)
    return (await world.call("RecordWorkplaces", request, by)).outcomes


async def get(world, by, workplace_id, purpose="visit.plan"):
    request = pb.GetWorkplaceRequest(workplace_id=workplace_id, purpose=purpose)
    return (await world.call("GetWorkplace", request, by)).workplace


async def search(world, by, **more):
    answer = await world.call("SearchWorkplaces", pb.SearchWorkplacesRequest(**more), by)
    return [item.workplace_id for item in answer.workplaces]


def cooperation(world, build, workplace_id, status, *, at="demo-school", since=DAY, **more):
    return pb.CooperationStatement(
        workplace_id=workplace_id,
        institution_id=world.institutions[at],
        status=f"COOPERATION_STATUS_{status}",
        valid_from=build.date(since),
        provenance=build.provenance,
        **more,
    )


async def state(world, by, *statements):
    request = pb.RecordCooperationsRequest(request_id=str(uuid4()), statements=statements)
    return (await world.call("RecordCooperations", request, by)).outcomes


def reasons(outcomes):
    return [item.problem.reason for item in outcomes]


async def test_entry_is_added_known_again_and_changed_with_history(world, build, registrar):
    request_id = str(uuid4())
    (first,) = await record(world, registrar, expert(world, build), request_id=request_id)
    assert await record(world, registrar, expert(world, build), request_id=request_id) == [first]
    (known,) = await record(world, registrar, expert(world, build))
    assert (known.id, known.already_done) == (first.id, True)
    silent = expert(world, build, capacity=20)
    silent.ClearField("contact")
    (changed,) = await record(world, registrar, silent)
    assert (changed.id, changed.already_done) == (first.id, False)
    shown = await get(world, registrar, first.id)
    assert (shown.capacity, shown.contact.phone) == (20, PHONE)
    assert await world.value("SELECT capacity FROM workplace_history WHERE workplace_id = $1", first.id) == 12


async def test_good_items_are_in_whatever_the_others_are(world, build, registrar):
    outcomes = await record(
        world, registrar, expert(world, build, "good"), expert(world, build, "good"),
        expert(world, build, "field", field_codes=["NONE"]),
        expert(world, build, "area", area_institution_id=str(uuid4())),
        expert(world, build, "name", name_th=" "),
    )  # fmt: skip
    assert reasons(outcomes) == [
        "", "WORKPLACE_REPEATED", "OCCUPATION_FIELD_UNKNOWN", "INSTITUTION_NOT_FOUND", "WORKPLACE_NAME_MISSING",
    ]  # fmt: skip


async def test_contact_of_an_expert_is_sealed_and_shown_to_keeper_office_and_partner_only(world, build, registrar):
    (kept,) = await record(world, registrar, expert(world, build))
    raw = await world.value("SELECT contact FROM workplace_contact WHERE workplace_id = $1", kept.id)
    assert PERSON.encode() not in raw
    assert PHONE.encode() not in raw
    other = await world.staff("college_registrar", "demo-college")
    teacher = await world.staff("guidance_teacher", "demo-school")
    assert not (await get(world, other, kept.id)).HasField("contact")
    assert not (await get(world, teacher, kept.id)).HasField("contact")
    assert not (await get(world, world.admin, kept.id)).HasField("contact")
    await state(world, other, cooperation(world, build, kept.id, "ASKED", at="demo-college"))
    missing = pb.GetWorkplaceRequest(workplace_id=kept.id)
    assert await world.refused("GetWorkplace", missing, other) == ("INVALID_ARGUMENT", "PURPOSE_MISSING")
    assert (await get(world, other, kept.id)).contact.person_name == PERSON
    assert (await get(world, registrar, kept.id)).contact.person_name == PERSON
    reads = await world.rows(
        "SELECT institution_id, purpose FROM workplace_contact_read WHERE workplace_id = $1", kept.id
    )
    assert [(str(row["institution_id"]), row["purpose"]) for row in reads] == [
        (world.institutions["demo-college"], "visit.plan")
    ]
    await state(world, other, cooperation(world, build, kept.id, "DECLINED", at="demo-college"))
    assert not (await get(world, other, kept.id)).HasField("contact")
    assert not await world.rows("SELECT 1 FROM outbox WHERE position($1::bytea IN payload) > 0", PHONE.encode())


async def test_audit_opens_every_contact(own_world, build):
    world = own_world
    registrar = await world.staff("school_registrar", "demo-school")
    first, _ = await record(world, registrar, expert(world, build), expert(world, build, "expert-2"))
    sound = await world.audit()
    assert (sound["workplace_contacts"], sound["drift_workplace_contacts"]) == (2, 0)
    # The contact of another does not open in this one's place.
    await world.rows(
        "UPDATE workplace_contact c SET contact = o.contact FROM workplace_contact o"
        " WHERE c.workplace_id = $1 AND o.workplace_id <> $1",
        UUID(first.id),
    )
    assert (await world.audit())["drift_workplace_contacts"] == 1


async def test_contact_is_in_no_log_and_no_span(world, build, registrar):
    with captured_logs("student-registry") as lines:
        kept, _ = await record(world, registrar, expert(world, build), expert(world, build, "w", field_codes=["NONE"]))
        await get(world, registrar, kept.id)
    told = f"{lines.lines} {[span.to_json() for span in world.telemetry.spans]}"
    assert "Recorded in the register of workplaces" in told
    assert PERSON not in told
    assert PHONE not in told


async def test_contact_of_a_place_is_for_staff(world, build, registrar):
    place = expert(world, build, "shop", kind="WORKPLACE_KIND_WORKPLACE", name_th=f"ร้านอาหาร {world.name}")
    (kept,) = await record(world, registrar, place)
    other = await world.staff("college_registrar", "demo-college")
    assert (await get(world, other, kept.id, purpose="")).contact.phone == PHONE
    assert not (await get(world, world.person("nobody"), kept.id, purpose="")).HasField("contact")


async def test_search_by_text_field_area_capacity_and_cooperation(world, build, registrar):
    area = await world.institution("area", "AREA_OFFICE_SECONDARY")
    district = await world.institution("district", "DISTRICT", parent="area")
    first, second, closed = await record(
        world, registrar, expert(world, build, "a", area_institution_id=district),
        expert(world, build, "b", kind="WORKPLACE_KIND_LEARNING_PLACE", name_th=f"สวนเกษตร {world.name}",
               field_codes=["AGRICULTURE"], offers_th="ปลูกผักอินทรีย์", capacity=40),
        expert(world, build, "c", closed_on=build.date(date(2026, 1, 1))),
    )  # fmt: skip
    name = world.name
    assert await search(world, registrar, text=name) == [first.id, second.id]
    assert closed.id not in await search(world, registrar, text=name)
    assert await search(world, registrar, text="ผักอินทรีย์", capacity_min=40, field_codes=["AGRICULTURE"]) == [second.id]
    assert await search(world, registrar, within_institution_id=area) == [first.id]
    assert await search(world, registrar, text=name, kinds=["WORKPLACE_KIND_LOCAL_EXPERT"]) == [first.id]
    assert await search(world, registrar, text=PERSON) == []
    await state(world, registrar, cooperation(world, build, second.id, "ASKED"))
    await state(world, registrar, cooperation(world, build, second.id, "AGREED", places=10))
    own = {"cooperating_institution_id": world.institutions["demo-school"]}
    assert await search(world, registrar, statuses=["COOPERATION_STATUS_AGREED"], **own) == [second.id]
    assert await search(world, registrar, statuses=["COOPERATION_STATUS_ASKED"], **own) == []
    page = await world.call("SearchWorkplaces", pb.SearchWorkplacesRequest(text=name, page_size=1), registrar)
    assert not page.workplaces[0].HasField("contact")
    following = await search(world, registrar, text=name, page_size=1, page_token=page.next_page_token)
    assert [page.workplaces[0].workplace_id, *following] == [first.id, second.id]


async def test_cooperation_keeps_its_history_and_belongs_to_its_institution(world, build, registrar):
    (kept,) = await record(world, registrar, expert(world, build))
    outcomes = await state(
        world, registrar, cooperation(world, build, kept.id, "ASKED"), cooperation(world, build, kept.id, "AGREED"),
        cooperation(world, build, kept.id, "AGREED"), cooperation(world, build, kept.id, "ASKED"),
        cooperation(world, build, kept.id, "ASKED", at="other-school"),
        cooperation(world, build, str(uuid4()), "ASKED"),
    )  # fmt: skip
    assert reasons(outcomes) == [
        "", "", "", "COOPERATION_STEP_WRONG", "INSTITUTION_NOT_FOUND", "WORKPLACE_NOT_FOUND",
    ]  # fmt: skip
    assert [item.already_done for item in outcomes[:3]] == [False, False, True]
    request = pb.ListCooperationsRequest(workplace_id=kept.id)
    (listed,) = (await world.call("ListCooperations", request, registrar)).cooperations
    assert [pb.CooperationStatus.Name(item.statement.status)[19:] for item in listed.records] == ["AGREED", "ASKED"]


async def test_two_at_once_make_one_entry_and_one_cooperation(world, build, registrar):
    answers = await asyncio.gather(*(record(world, registrar, expert(world, build)) for _ in range(4)))
    ids = {outcomes[0].id for outcomes in answers}
    assert len(ids) == 1
    stated = cooperation(world, build, ids.pop(), "ASKED")
    outcomes = await asyncio.gather(*(state(world, registrar, stated) for _ in range(4)))
    assert sum(not item[0].already_done for item in outcomes) == 1


async def test_only_who_manages_workplaces_at_an_institution_records(world, build):
    teacher = await world.staff("guidance_teacher", "demo-school")
    request = pb.RecordWorkplacesRequest(request_id=str(uuid4()), workplaces=[expert(world, build)])
    for person in (teacher, world.admin):
        assert await world.refused("RecordWorkplaces", request, person) == ("PERMISSION_DENIED", "PERMISSION_MISSING")
    unknown = pb.GetWorkplaceRequest(workplace_id=str(uuid4()))
    assert await world.refused("GetWorkplace", unknown, teacher) == ("NOT_FOUND", "WORKPLACE_NOT_FOUND")


async def test_http_records_searches_and_reads(world, registrar):
    provenance = {"source": "002:968", "status": "demonstration"}
    body = {"workplaces": [
        {"reference": "http-1", "kind": "WORKPLACE", "name_th": f"อู่ซ่อมรถ {world.name}", "field_codes": ["MECHANICS"],
         "provenance": provenance, "contact": {"phone": PHONE}},
        {"reference": "http-2", "kind": "WORKPLACE", "name_th": "อู่", "field_codes": ["NONE"], "provenance": provenance},
    ]}  # fmt: skip
    headers = registrar.headers
    answer = await world.http.post("/v1/workplaces", json=body, headers=headers | {"Idempotency-Key": str(uuid4())})
    done, wrong = answer.json()["results"]
    assert wrong["problem"]["reason"] == "OCCUPATION_FIELD_UNKNOWN"
    assert "สาขาอาชีพ" in wrong["problem"]["title_th"]
    found = (await world.http.get("/v1/workplaces", params={"text": world.name}, headers=headers)).json()["workplaces"]
    assert [(item["workplace_id"], item["contact"]) for item in found] == [(done["id"], None)]
    shown = (await world.http.get(f"/v1/workplaces/{done['id']}", headers=headers)).json()
    assert shown["contact"]["phone"] == PHONE
    statement = {"workplace_id": done["id"], "institution_id": world.institutions["demo-school"], "status": "ACTIVE",
                 "valid_from": "2026-05-16", "places": 3, "provenance": provenance}  # fmt: skip
    stated = await world.http.post(
        "/v1/cooperations", json={"statements": [statement]}, headers=headers | {"Idempotency-Key": str(uuid4())}
    )
    assert stated.json()["results"][0]["problem"] is None
    listed = await world.http.get("/v1/cooperations", params={"workplace_id": done["id"]}, headers=headers)
    assert listed.json()["cooperations"][0]["records"][0]["places"] == 3
    fields = (await world.http.get("/v1/occupation-fields", headers=headers)).json()["fields_of_occupation"]
    assert {item["provenance"]["status"] for item in fields} == {"assumed"}
