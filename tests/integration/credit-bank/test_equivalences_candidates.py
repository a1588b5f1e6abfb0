"""Data that the program brings along: qualifications with their status, candidates as drafts that decide nothing."""

from typing import Any
from uuid import uuid4

from credit_bank.command_line import load_data

from tests.support.credit_calls import get, key_json, posted
from tests.support.credit_world import World


async def test_candidates_are_drafts_by_family_for_whom_hours_suffice_and_loading_again_changes_nothing(
    world: World,
) -> None:
    person = await world.employ("agency-1", "agency_publisher", uuid4())
    first = await load_data(world.pool, actor=person.actor, only="candidates")
    drafts = (await get(world, "equivalence-rules/search?state=DRAFT", "agency-1")).json()["rules"]
    assert first["candidates"]["new"] == len(drafts) > 0
    again = await load_data(world.pool, actor=person.actor, only="candidates")
    assert (again["candidates"]["new"], again["candidates"]["already_known"]) == (0, len(drafts))
    by_target = {rule["target"]["code"]: rule for rule in drafts}
    # Thai for Thai; two half subjects of health together for physical education; nothing for social studies.
    assert set(by_target) == {"20000-1101", "20000-1102", "20000-1601"}
    sources = [[key["code"] for key in group["courses"]] for group in by_target["20000-1601"]["source_groups"]]
    assert sources == [["พ31101", "พ31102"]]
    for rule in drafts:
        assert (rule["provenance"]["status"], rule["content_pct"], rule["min_hours_pct"]) == ("assumed", None, 100)
        assert "d.5" in rule["provenance"]["source"]
    preview: dict[str, Any] = {
        "imagined": [{"course": key_json("ท31101")}],
        "targets": [key_json("20000-1102")],
    }
    answer = await world.http.post("/v1/transfer-previews", json=preview, headers=person.headers)
    assert [line["verdict"] for line in answer.json()["lines"]] == ["NO_RULE"]  # a draft decides nothing


async def test_college_courses_lead_back_to_school_types_rounded_down(world: World) -> None:
    provenance = {"source": "tests", "status": "demonstration"}
    college = {
        "key": key_json("20101-2001"),
        "title_th": "งานเครื่องยนต์",
        "credits": {"amount": "2", "unit": "CR_OVEC"},
        "hours_total": 72,
        "tpn": "1-3-2",
        "category": "VOC_SPECIFIC",
        "provenance": provenance,
    }
    school = [
        {
            "key": key_json(code),
            "title_th": "งานช่าง",
            "credits": {"amount": amount, "unit": "CR_OBEC"},
            "hours_total": 60,
            "category": "ADDITIONAL",
            "subject_type": "04",
            "provenance": provenance,
        }
        for code, amount in (("ง30201", "1.5"), ("ง30202", "2.0"))
    ]
    await posted(world, "courses", {"courses": [college, *school]}, "publisher")
    person = await world.employ("agency-1", "agency_publisher", uuid4())
    await load_data(world.pool, actor=person.actor, only="candidates")
    found = (await get(world, "equivalence-rules/search?state=DRAFT&direction=TO_SCHOOL", "agency-1")).json()["rules"]
    # 72 hours give 1.5 school credits at most (d.5, example 3), so the course of 2.0 is no candidate.
    assert [rule["target"]["code"] for rule in found] == ["ง30201"]


async def test_shipped_qualifications_are_loaded_beside_those_that_are_there(world: World) -> None:
    person = await world.employ("agency-1", "agency_publisher", uuid4())
    report = await load_data(world.pool, actor=person.actor, only="qualifications")
    # This world has three of the codes with figures of its own; what is published never changes.
    assert report == {
        "qualifications": {"new": 1, "already_known": 0, "refused": {"QUALIFICATION_EXISTS_DIFFERENT": 3}}
    }
    [m3] = (await get(world, "qualifications?code=M3-OBEC", "auditor")).json()["qualifications"]
    assert m3["level"] == "LOWER_SECONDARY"
