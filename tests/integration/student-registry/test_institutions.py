"""The register of institutions over both transports."""

from datetime import date
from itertools import count
from uuid import uuid4

import pytest
from nuaikit.student_registry.v1 import institutions_pb2 as pb

CODES = count(1)


def institution(world, build, alias, **more):
    facts = {"kind": "INSTITUTION_KIND_SCHOOL", "name_th": f"โรงเรียน {alias}", "local_alias": world.alias(alias)} | more
    return pb.Institution(provenance=build.provenance, **facts)


async def register(world, *items, by=None, request_id=None):
    request = pb.RegisterInstitutionsRequest(request_id=request_id or str(uuid4()), institutions=items)
    return (await world.call("RegisterInstitutions", request, by or world.admin)).outcomes


def new_code():
    """An official code that no other test uses."""
    return f"1010{next(CODES):06d}"


async def test_same_facts_again_are_already_done(world, build):
    code = new_code()
    (first,) = await register(world, institution(world, build, "school-a", official_code=code))
    thai = code.translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    (again,) = await register(world, institution(world, build, "school-a", official_code=thai))
    assert again.id == first.id
    assert again.already_done
    assert not first.already_done


async def test_good_items_are_in_whatever_the_others_are(world, build):
    good, conflict, code, alias, name, parent, twice = await register(
        world,
        institution(world, build, "good"),
        institution(world, build, "demo-school", name_th="โรงเรียนอื่น"),
        institution(world, build, "school-b", official_code="123"),
        institution(world, build, "ชื่อไทย"),
        institution(world, build, "school-c", name_th=" "),
        institution(world, build, "school-d", parent_institution_id=str(uuid4())),
        institution(world, build, "good"),
    )
    assert good.id
    assert [item.problem.reason for item in (conflict, code, alias, name, parent)] == [
        "INSTITUTION_CONFLICT",
        "OFFICIAL_CODE_FORMAT",
        "LOCAL_ALIAS_FORMAT",
        "INSTITUTION_NAME_MISSING",
        "PARENT_UNKNOWN",
    ]
    assert twice.already_done
    assert twice.id == good.id
    added = "SELECT count(*) FROM institution WHERE local_alias LIKE '%' || $1"
    assert await world.value(added, world.alias("")) == 3 + 1


async def test_code_of_one_and_alias_of_another_is_a_conflict(world, build):
    code = new_code()
    x, y = institution(world, build, "school-x", official_code=code), institution(world, build, "school-y")
    await register(world, x, y)
    (mixed,) = await register(world, institution(world, build, "school-y", official_code=code))
    assert mixed.problem.reason == "INSTITUTION_CONFLICT"


async def test_request_id_again_gives_the_same_answer_over_the_other_transport(world, build):
    request_id = str(uuid4())
    (first,) = await register(world, institution(world, build, "school-a"), request_id=request_id)
    body = {
        "institutions": [
            {
                "kind": "SCHOOL",
                "name_th": "โรงเรียน school-a",
                "local_alias": world.alias("school-a"),
                "provenance": {"source": "test", "status": "demonstration"},
            }
        ]
    }
    headers = world.admin.headers | {"Idempotency-Key": request_id}
    again = await world.http.post("/v1/institutions", json=body, headers=headers)
    assert again.json()["results"] == [{"index": 0, "id": first.id, "already_done": False, "problem": None}]
    body["institutions"][0]["name_th"] = "โรงเรียนอื่น"
    other = await world.http.post("/v1/institutions", json=body, headers=headers)
    assert (other.status_code, other.json()["reason"]) == (409, "REQUEST_MISMATCH")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": 0}, "kind"),
        ({"kind": 99}, "kind"),
        ({"parent_institution_id": "x"}, "parent_institution_id"),
        ({"institution_id": str(uuid4())}, "institution_id"),
        ({"provenance": None}, "provenance"),
    ],
)
async def test_message_of_the_wrong_shape_is_refused_whole(world, build, change, field):
    item = institution(world, build, "school-a")
    for name, value in change.items():
        item.ClearField(name)
        if value is not None:
            setattr(item, name, value)
    request = pb.RegisterInstitutionsRequest(request_id=str(uuid4()), institutions=[item])
    assert await world.refused("RegisterInstitutions", request, world.admin) == ("INVALID_ARGUMENT", "INVALID_FIELD")
    assert field


async def test_list_is_in_thai_dictionary_order_and_paged(own_world, build):
    world = own_world
    names = ["กบ", "กา", "เก้า", "แก", "ไก่", "ข", "เขา"]
    await register(world, *[institution(world, build, f"u{n}", kind="INSTITUTION_KIND_UNIVERSITY", name_th=name)
                            for n, name in enumerate(reversed(names))])  # fmt: skip
    found, token = [], ""
    while True:
        request = pb.ListInstitutionsRequest(kinds=["INSTITUTION_KIND_UNIVERSITY"], page_size=3, page_token=token)
        page = await world.call("ListInstitutions", request, world.admin)
        found += [item.name_th for item in page.institutions]
        token = page.next_page_token
        if not token:
            break
    assert found == names


async def test_list_by_parent_code_and_day(world, build):
    area = await world.institution("area", "AREA_OFFICE_SECONDARY")
    since = build.provenance.__class__(
        source="test", status="RULE_STATUS_DEMONSTRATION", effective_from=build.date(date(2026, 1, 1))
    )
    child = institution(world, build, "child", parent_institution_id=area)
    child.provenance.CopyFrom(since)
    await register(world, child)

    async def children(**more):
        request = pb.ListInstitutionsRequest(parent_institution_id=area, **more)
        return [item.local_alias for item in (await world.call("ListInstitutions", request, world.admin)).institutions]

    alias = world.alias("child")
    assert await children() == [alias]
    assert await children(on_date=build.date(date(2025, 12, 31))) == []
    assert await children(codes=[alias]) == [alias]
    assert await children(codes=[world.alias("demo-school")]) == []


async def test_get_gives_every_fact_and_unknown_is_not_found(world, build):
    item = institution(world, build, "school-a", official_code=new_code(), name_en="School A")
    (outcome,) = await register(world, item)
    answer = await world.call("GetInstitution", pb.GetInstitutionRequest(institution_id=outcome.id), world.admin)
    item.institution_id = outcome.id
    # What the registry adds of itself.
    item.province_code, item.affiliation_code, item.revision = "10", "10", 1
    assert answer.institution == item
    request = pb.GetInstitutionRequest(institution_id=str(uuid4()))
    assert await world.refused("GetInstitution", request, world.admin) == ("NOT_FOUND", "INSTITUTION_NOT_FOUND")


async def test_http_list_gives_codes_parents_and_provenance(world):
    answer = await world.http.get(
        "/v1/institutions", params={"code": world.alias("demo-college")}, headers=world.admin.headers
    )
    (shown,) = answer.json()["institutions"]
    assert shown["institution_id"] == world.institutions["demo-college"]
    assert shown["official_code"] is None
    assert shown["provenance"]["status"] == "demonstration"
    assert answer.json()["next_page_token"] is None
