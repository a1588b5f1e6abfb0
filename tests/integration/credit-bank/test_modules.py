"""Details, checks and approvals of courses, and modules earned unit by unit."""

import asyncio
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from nuaikit.credit_bank.v1 import catalogue_pb2, catalogue_pb2_grpc, events_pb2

from tests.support.credit_calls import events, get, key_json, key_pb, post, posted, refusal
from tests.support.credit_world import World

PROVENANCE = {"source": "tests", "status": "demonstration"}


def stub(world: World) -> Any:
    return catalogue_pb2_grpc.CatalogueServiceStub(world.channel)


def course(code: str = "20000-1103", **changes: Any) -> dict[str, Any]:
    return {
        "key": key_json(code),
        "title_th": "ภาษาไทยในสถานประกอบการ",
        "credits": {"amount": "1", "unit": "CR_OVEC"},
        "hours_total": 36,
        "tpn": "0-2-1",
        "category": "CORE",
        "outcomes": ["อ่านคู่มือเครื่องได้"],
        "provenance": PROVENANCE,
    } | changes


DETAILS: dict[str, Any] = {
    "valid_from": "2026-05-01",
    "valid_to": "2030-04-30",
    "framework_level": 2,
    "scopes": [{"tier": "NATIONAL", "code": ""}, {"tier": "PROVINCE", "code": "70"}],
    "provision_modes": ["INSTITUTION", "DUAL_VOCATIONAL_TRAINING"],
}


async def test_details_of_a_course_are_kept_shown_and_searched(world: World) -> None:
    [done] = await posted(world, "courses", {"courses": [course(**DETAILS)]}, "publisher")
    assert done["problem"] is None
    [again] = await posted(world, "courses", {"courses": [course(**DETAILS)]}, "publisher")
    assert again["already_done"]
    for query in (
        "scope=PROVINCE:70",
        "scope=NATIONAL",
        "curriculum_version=PWC-2562&on_date=2027-01-01&scope=NATIONAL",
    ):
        [shown] = (await get(world, f"courses?{query}", "auditor")).json()["courses"]
        assert {name: shown[name] for name in DETAILS} == DETAILS
    for query in ("scope=PROVINCE:50", "scope=NATIONAL&on_date=2030-05-01"):
        assert (await get(world, f"courses?{query}", "auditor")).json()["courses"] == []
    assert (await get(world, "courses?scope=VILLAGE", "auditor")).status_code == 422
    request = catalogue_pb2.ListCoursesRequest(scope=catalogue_pb2.ScopeTag(tier="SCOPE_TIER_PROVINCE", code="70"))
    [over_grpc] = (await stub(world).ListCourses(request, metadata=world.staff["auditor"].metadata)).courses
    assert (over_grpc.framework_level, len(over_grpc.provision_modes), over_grpc.version) == (2, 2, 1)
    publishing = catalogue_pb2.PublishCoursesRequest(request_id=str(uuid4()), courses=[over_grpc])
    [same] = (await stub(world).PublishCourses(publishing, metadata=world.staff["publisher"].metadata)).outcomes
    assert (same.id, same.already_done) == (done["id"], True)


async def test_every_fault_and_oddity_is_explained_in_thai_with_a_fix_and_nothing_is_kept(world: World) -> None:
    wrong = course(
        "20000-110", title_th="", tpn="0/2/1", credits={"amount": "1.5", "unit": "CR_OVEC"}, outcomes=[], hours_total=40
    )
    odd = course(tpn="1-3-1", hours_total=None)
    body = {"courses": [wrong, odd, course()]}
    checks = (await post(world, "courses/check", body, "auditor")).json()["checks"]
    first = {fault["reason"]: fault for fault in checks[0]["faults"]}
    assert set(first) == {"OVEC_CODE_SHAPE", "CREDIT_STEP", "TPN_SHAPE", "TITLE_MISSING", "OUTCOMES_MISSING"}
    assert first["OVEC_CODE_SHAPE"]["suggestions"] == ["20000-1101", "20000-1102"]
    assert first["TPN_SHAPE"]["suggestions"] == ["0-2-1"]
    assert first["CREDIT_STEP"]["suggestions"] == ["1.0"]
    assert [fault["is_refused"] for fault in checks[0]["faults"]] == [True, True, True, True, False]
    second = {fault["reason"]: fault["suggestions"] for fault in checks[1]["faults"]}
    assert second == {"TPN_ARITHMETIC": ["1-3-2"], "HOURS_MISSING": ["72"]}
    assert checks[2]["faults"] == []
    assert all(fault["explanation_th"] != "" for check in checks for fault in check["faults"])
    assert (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"] == []
    message = catalogue_pb2.Course(key=key_pb("20000-110"), title_th="ก")
    message.provenance.source = "tests"
    message.provenance.status = 2  # pyright: ignore[reportAttributeAccessIssue]  # assumed
    request = catalogue_pb2.CheckCoursesRequest(courses=[message])
    [check] = (await stub(world).CheckCourses(request, metadata=world.staff["auditor"].metadata)).checks
    shape = check.faults[0]
    assert (shape.explanation_th, list(shape.suggestions)) == (
        first["OVEC_CODE_SHAPE"]["explanation_th"],
        first["OVEC_CODE_SHAPE"]["suggestions"],
    )
    empty = catalogue_pb2.CheckCoursesRequest()
    assert (await refusal(stub(world).CheckCourses(empty, metadata=world.staff["auditor"].metadata)))[
        1
    ] == "INVALID_FIELD"


def approval(course_id: str, **changes: Any) -> dict[str, Any]:
    return {
        "course_id": course_id,
        "course_version": 1,
        "body_th": "คณะกรรมการสถานศึกษาขั้นพื้นฐาน",
        "reference": "ประชุม 2/2569",
        "approved_on": "2026-10-01",
    } | changes


async def test_approval_belongs_to_one_version_and_is_told_by_another_person(world: World) -> None:
    await world.employ("agency-2", "agency_publisher", uuid4())
    [done] = await posted(world, "courses", {"courses": [course()]}, "publisher")
    body = {"approvals": [approval(done["id"])]}
    [own] = await posted(world, "courses/approve", body, "publisher")
    assert own["problem"]["reason"] == "APPROVAL_SAME_ACTOR"
    [kept] = await posted(world, "courses/approve", body, "agency-2")
    [again] = await posted(world, "courses/approve", body, "agency-2")
    assert (kept["problem"], again["id"], again["already_done"]) == (None, kept["id"], True)
    [shown] = (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"]
    assert [item["reference"] for item in shown["approvals"]] == ["ประชุม 2/2569"]
    [event] = await events(world, events_pb2.CourseApproved)
    assert (event.approval.course_version, event.course.code) == (1, "20000-1103")
    await posted(world, "courses", {"courses": [course(title_th="ชื่อใหม่")]}, "publisher")
    [newer] = (await get(world, "courses?code=20000-1103", "auditor")).json()["courses"]
    assert (newer["version"], newer["approvals"]) == (2, [])
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await world.execute("DELETE FROM course_approval")


async def test_approvals_that_cannot_be_are_explained(world: World) -> None:
    await world.employ("agency-2", "agency_publisher", uuid4())
    [done] = await posted(world, "courses", {"courses": [course()]}, "publisher")
    cases = [
        (approval(done["id"], course_version=2), "agency-2", "COURSE_VERSION_UNKNOWN"),
        (approval(str(uuid4())), "agency-2", "COURSE_VERSION_UNKNOWN"),
        (approval(done["id"]), "college-director", "COURSE_VERSION_UNKNOWN"),
        (approval(done["id"], body_th=""), "agency-2", "APPROVAL_INVALID"),
        (approval(done["id"], approved_on="2100-01-01"), "agency-2", "APPROVAL_INVALID"),
    ]
    for item, who, reason in cases:
        [result] = await posted(world, "courses/approve", {"approvals": [item]}, who)
        assert (result["problem"]["reason"], result["problem"]["title_th"] != "") == (reason, True)
    forbidden = await post(world, "courses/approve", {"approvals": [approval(done["id"])]}, "college-registrar")
    assert forbidden.status_code == 403
    request = catalogue_pb2.ApproveCoursesRequest(
        request_id=str(uuid4()), approvals=[catalogue_pb2.CourseApproval(course_id=done["id"], course_version=1)]
    )
    metadata = world.staff["agency-2"].metadata
    assert (await refusal(stub(world).ApproveCourses(request, metadata=metadata)))[1] == "INVALID_FIELD"


def module(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "code": "MOD-1",
        "owner_institution_id": str(world.college),
        "title_th": "ชุดวิชาภาษาไทยเพื่องานอาชีพ",
        "units": [key_json("ท31101"), key_json("พ31101"), key_json("20000-1102")],
        "min_units": 2,
        "is_block": True,
        "leads_to_course": key_json("20000-1101"),
        "leads_to_qualification_code": "PWC-2562",
        "provision_modes": ["DUAL_VOCATIONAL_TRAINING"],
        "scopes": [{"tier": "LEVEL", "code": "VOCATIONAL_CERTIFICATE"}],
        "provenance": PROVENANCE,
    } | changes


async def publish(world: World, *modules: dict[str, Any], who: str = "college-registrar") -> list[dict[str, Any]]:
    return await posted(world, "modules", {"modules": list(modules)}, who)


async def test_module_mixes_general_and_vocational_units_and_gets_versions(world: World) -> None:
    [done] = await publish(world, module(world))
    [again] = await publish(world, module(world))
    assert (again["id"], again["already_done"]) == (done["id"], True)
    [changed] = await publish(world, module(world, min_units=3))
    assert (changed["id"], changed["already_done"]) == (done["id"], False)
    [shown] = (await get(world, "modules?unit_code=พ31101", "auditor")).json()["modules"]
    assert (shown["version"], shown["min_units"], shown["is_block"]) == (2, 3, True)
    assert [key["code"] for key in shown["units"]] == ["ท31101", "พ31101", "20000-1102"]
    assert (await get(world, "modules?unit_code=ค31101", "auditor")).json()["modules"] == []
    request = catalogue_pb2.ListModulesRequest(owner_institution_id=str(world.college))
    [over_grpc] = (await stub(world).ListModules(request, metadata=world.staff["auditor"].metadata)).modules
    sending = catalogue_pb2.PublishModulesRequest(request_id=str(uuid4()), modules=[over_grpc])
    [same] = (await stub(world).PublishModules(sending, metadata=world.staff["college-registrar"].metadata)).outcomes
    assert (same.id, same.already_done) == (done["id"], True)
    assert [event.module.version for event in await events(world, events_pb2.ModuleChanged)] == [1, 2]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"units": [key_json("ท31101")], "min_units": 1}, "MODULE_INVALID"),
        ({"units": [key_json("ท31101"), key_json("ท31101")]}, "MODULE_INVALID"),
        ({"min_units": 4}, "MODULE_INVALID"),
        ({"title_th": ""}, "MODULE_INVALID"),
        ({"leads_to_course": key_json("ท31101")}, "MODULE_INVALID"),
        ({"leads_to_course": None, "leads_to_qualification_code": ""}, "MODULE_INVALID"),
        ({"units": [key_json("ท31101"), key_json("ท39999")]}, "COURSE_UNKNOWN"),
        ({"owner_institution_id": None}, "OWNER_NOT_CALLER"),
    ],
)
async def test_impossible_module_is_explained(world: World, changes: dict[str, Any], reason: str) -> None:
    [result] = await publish(world, module(world, **changes))
    assert (result["problem"]["reason"], result["problem"]["title_th"] != "") == (reason, True)


async def test_two_who_publish_the_same_module_at_once_publish_it_once(world: World) -> None:
    results = await asyncio.gather(*(publish(world, module(world)) for _ in range(4)))
    assert len({result["id"] for [result] in results}) == 1
    twice = await publish(world, module(world, code="MOD-2"), module(world, code="MOD-2", min_units=1))
    assert twice[1]["problem"]["reason"] == "DUPLICATE_ITEM"
    assert (await post(world, "modules", {"modules": [module(world)]}, "auditor")).status_code == 403


async def test_module_is_earned_unit_by_unit_from_verified_passed_results(world: World) -> None:
    [done] = await publish(world, module(world))
    learner_id = await world.learner()
    path = f"modules/{done['id']}/learners/{learner_id}"
    purpose = {"Nuaikit-Purpose": "TRANSFER_REVIEW"}
    await world.results([learner_id], ("พ31101", "0"))
    empty = (await get(world, path, "college-registrar", **purpose)).json()
    assert (empty["is_earned"], [unit["entry_id"] for unit in empty["units"]]) == (False, [None, None, None])
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    one = (await get(world, path, "college-registrar", **purpose)).json()
    assert (one["is_earned"], one["units"][0]["entry_id"]) == (False, str(thai))
    await world.results([learner_id], ("พ31101", "2"), attempt=2)
    request = catalogue_pb2.GetModuleProgressRequest(
        module_id=done["id"], learner_id=str(learner_id), purpose="TRANSFER_REVIEW"
    )
    two = await stub(world).GetModuleProgress(request, metadata=world.staff["college-registrar"].metadata)
    assert (two.is_earned, [unit.HasField("entry_id") for unit in two.units]) == (True, [True, True, False])
    assert (await get(world, path, "stranger-registrar", **purpose)).status_code == 404
    assert (await get(world, path, "publisher", **purpose)).status_code == 403
    unknown = await get(world, f"modules/{uuid4()}/learners/{learner_id}", "college-registrar", **purpose)
    assert (unknown.status_code, unknown.json()["reason"]) == (404, "MODULE_UNKNOWN")
    rows = await world.fetch("SELECT DISTINCT resource FROM access_log WHERE learner_id = $1", learner_id)
    assert [row["resource"] for row in rows] == ["module progress"]


async def test_modules_under_way_are_listed_for_a_learner_page_by_page(world: World) -> None:
    other = {"units": [key_json("ค31101"), key_json("20000-1501")], "min_units": 1}
    begun, second, _ = await publish(
        world, module(world), module(world, code="MOD-2", **other), module(world, code="MOD-3", **other)
    )
    learner_id = await world.learner()
    path, purpose = f"learners/{learner_id}/modules", {"Nuaikit-Purpose": "TRANSFER_REVIEW"}
    assert (await get(world, path, "college-registrar", **purpose)).json()["modules"] == []
    await world.results([learner_id], ("พ31101", "0"))
    assert (await get(world, path, "college-registrar", **purpose)).json()["modules"] == []
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    [shown] = (await get(world, path, "college-registrar", **purpose)).json()["modules"]
    assert (shown["module"]["module_id"], shown["is_earned"]) == (begun["id"], False)
    assert [unit["entry_id"] for unit in shown["units"]] == [str(thai), None, None]
    await world.results([learner_id], ("ค31101", "2"))
    first = (await get(world, f"{path}?page_size=2", "college-registrar", **purpose)).json()
    assert [(one["module"]["module_id"], one["is_earned"]) for one in first["modules"]] == [
        (begun["id"], False),
        (second["id"], True),
    ]
    request = catalogue_pb2.ListLearnerModulesRequest(
        learner_id=str(learner_id), purpose="TRANSFER_REVIEW", page_token=first["next_page_token"]
    )
    registrar = world.staff["college-registrar"].metadata
    rest = await stub(world).ListLearnerModules(request, metadata=registrar)
    assert [(one.module.code, one.is_earned) for one in rest.modules] == [("MOD-3", True)]
    assert rest.next_page_token == ""
    assert (await get(world, path, "stranger-registrar", **purpose)).status_code == 404
