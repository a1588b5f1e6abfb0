"""Previews for learners and for imagined courses, and accreditation of sources apart from that of courses."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from credit_bank.equivalences.domain import RuleFacts, TransferMode
from credit_bank.equivalences.use_cases import PublishRules, publish_rules
from nuaikit.credit_bank.v1 import equivalences_pb2, equivalences_pb2_grpc, events_pb2

from tests.support.credit_calls import events, get, key_json, key_pb, post, posted, reasons, refusal
from tests.support.credit_world import DEMONSTRATION, World, course_key, ids_of
from tests.support.transfer_calls import case_json, decided, done, read, review, simple, step
from tests.support.transfer_calls import posted as posted_case


def stub(world: World) -> Any:
    return equivalences_pb2_grpc.EquivalenceServiceStub(world.channel)


async def ask(world: World, who: str, **body: Any) -> dict[str, Any]:
    answer = await post(world, "transfer-previews", body, who)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_imagined_courses_are_previewed_for_anybody_the_same_over_both_transports(world: World) -> None:
    imagined = [{"course": key_json("ท31101"), "point_hundredths": 300}, {"course": key_json("พ31101")}]
    told = await ask(world, "auditor", imagined=imagined, institution_id=str(world.college))
    by_code = {line["target"]["code"]: line for line in told["lines"]}
    assert {code: line["verdict"] for code, line in by_code.items()} == {
        "20000-1101": "LIKELY",
        "20000-1601": "INCOMPLETE",
    }
    thai = by_code["20000-1101"]
    assert (thai["hours_pct"], thai["credits"]["amount"], thai["notes"]) == (111, "1.0", ["RULE_DEMONSTRATION"])
    assert [key["code"] for key in by_code["20000-1601"]["missing"]] == ["พ31102"]
    assert all(
        len(line["explanations_th"]) == 1 + len(line["obstacles"]) + len(line["notes"]) for line in by_code.values()
    )
    request = equivalences_pb2.PreviewTransferRequest(
        imagined=[
            equivalences_pb2.ImaginedResult(course=key_pb("ท31101"), point_hundredths=300),
            equivalences_pb2.ImaginedResult(course=key_pb("พ31101")),
        ],
        institution_id=str(world.college),
    )
    over_grpc = await stub(world).PreviewTransfer(request, metadata=world.staff["auditor"].metadata)
    assert [line.explanations_th for line in over_grpc.lines] == [line["explanations_th"] for line in told["lines"]]
    assert [line.target.code for line in over_grpc.lines] == list(by_code)


async def test_course_without_rule_is_named_and_a_target_without_rule_is_said(world: World) -> None:
    told = await ask(
        world,
        "college-registrar",
        imagined=[{"course": key_json("ค31101"), "point_hundredths": 400}],
        targets=[key_json("20000-1501")],
        qualification_code="PWC-2562",
        qualification_version="2562",
    )
    [line] = told["lines"]
    assert (line["verdict"], line["rule"], line["policies"][0]["reference"]) == ("NO_RULE", None, "R9")
    assert [key["code"] for key in told["sources_without_rule"]] == ["ค31101"]
    informal = await ask(
        world,
        "college-registrar",
        imagined=[{"course": key_json("ค31101")}],
        targets=[key_json("20000-1501")],
        form="INFORMAL",
    )
    assert informal["lines"][0]["notes"] == ["NO_ANNOUNCED_RULE"]
    assert "ยังไม่มีประกาศ" in informal["lines"][0]["explanations_th"][1]


async def test_learner_is_previewed_from_verified_results_and_every_look_is_kept(world: World) -> None:
    learner_id = await world.learner()
    [[entry_id]] = await world.results([learner_id], ("ท31101", "3"))
    told = await ask(world, "college-registrar", learner_id=str(learner_id), purpose="TRANSFER_REVIEW")
    [line] = told["lines"]
    assert (line["verdict"], line["source_entry_ids"]) == ("LIKELY", [str(entry_id)])
    rows = await world.fetch("SELECT resource, purpose FROM access_log WHERE learner_id = $1", learner_id)
    assert [tuple(row) for row in rows] == [("transfer preview", "TRANSFER_REVIEW")]
    with_more = await ask(
        world,
        "college-registrar",
        learner_id=str(learner_id),
        purpose="TRANSFER_REVIEW",
        imagined=[{"course": key_json("พ31101")}, {"course": key_json("พ31102")}],
    )
    assert [line["verdict"] for line in with_more["lines"]] == ["LIKELY", "LIKELY"]


async def test_what_the_learner_has_or_asked_for_already_is_told(world: World) -> None:
    learner_id = await world.learner()
    [[thai, *_]] = await world.results([learner_id], ("ท31101", "3"), ("พ31101", "3"), ("พ31102", "3"))
    account = {
        "learner_id": str(learner_id),
        "purpose": "TRANSFER_REVIEW",
        "institution_id": str(world.college),
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
    }

    async def told(**more: Any) -> dict[str, tuple[str, list[str]]]:
        lines = (await ask(world, "college-registrar", **account, **more))["lines"]
        return {line["target"]["code"]: (line["verdict"], line["obstacles"]) for line in lines}

    likely = {code: ("LIKELY", []) for code in ("20000-1101", "20000-1601")}
    assert await told() == likely
    body = case_json(world, learner_id, ([thai], "20000-1101"))
    [case] = await done(world, "", "cases", [body], "college-registrar")
    asked_for = ("OBSTACLE", ["ENTRY_ALREADY_CLAIMED"])
    assert await told() == likely | {"20000-1101": asked_for}
    await review(world, case["id"])
    await decided(world, case["id"])
    await posted_case(world, case["id"])
    assert await told() == likely | {"20000-1101": ("OBSTACLE", ["COURSE_ALREADY_AWARDED"])}
    # Another qualification that may count together is another account.
    assert (await told(targets=[key_json("20000-1601")]))["20000-1601"] == ("LIKELY", [])
    other = account | {"qualification_code": "PWC-2567", "qualification_version": "2567"}
    [line] = (await ask(world, "college-registrar", **other, targets=[key_json("20000-1101")]))["lines"]
    assert (line["verdict"], line["obstacles"]) == ("OBSTACLE", ["ENTRY_COUNTS_ELSEWHERE"])
    assert len(line["explanations_th"]) == 1 + len(line["obstacles"]) + len(line["notes"])


async def test_learner_of_others_does_not_exist_and_refusals_are_the_same_everywhere(world: World) -> None:
    learner_id = await world.learner()
    body: dict[str, Any] = {"learner_id": str(learner_id), "purpose": "TRANSFER_REVIEW"}
    assert (await post(world, "transfer-previews", body, "stranger-registrar")).status_code == 404
    without = await post(world, "transfer-previews", body | {"purpose": ""}, "college-registrar")
    assert (without.status_code, without.json()["reason"]) == (422, "PURPOSE_MISSING")
    nobody = await post(world, "transfer-previews", body, "publisher")
    assert nobody.status_code == 403
    nothing = await post(world, "transfer-previews", {}, "auditor")
    assert (nothing.status_code, nothing.json()["reason"]) == (422, "INVALID_FIELD")
    unknown = {"imagined": [{"course": key_json("ท31101")}], "qualification_code": "NONE", "qualification_version": "1"}
    assert (await post(world, "transfer-previews", unknown, "auditor")).json()["reason"] == "QUALIFICATION_UNKNOWN"
    high = {"imagined": [{"course": key_json("ท31101"), "point_hundredths": 401}]}
    assert (await post(world, "transfer-previews", high, "auditor")).json()["reason"] == "INVALID_FIELD"
    request = equivalences_pb2.PreviewTransferRequest(learner_id=str(learner_id), purpose="TRANSFER_REVIEW")
    stranger = world.staff["stranger-registrar"].metadata
    assert (await refusal(stub(world).PreviewTransfer(request, metadata=stranger)))[1] == "NOT_FOUND"


def accreditation(**changes: Any) -> dict[str, Any]:
    return {
        "kind": "SOURCE",
        "source_name_th": "ศูนย์ฝึกอบรมทดสอบ",
        "body_th": "หน่วยงานกลางทดสอบ",
        "reference": "ประกาศ 1/2569",
        "valid_from": "2026-05-01",
        "provenance": {"source": "tests", "status": "demonstration"},
    } | changes


async def propose(world: World, *items: dict[str, Any], who: str = "college-registrar") -> list[dict[str, Any]]:
    return await posted(world, "accreditations", {"accreditations": list(items)}, who)


async def decide(world: World, accreditation_id: str, to_state: str, who: str, reason_th: str = "") -> dict[str, Any]:
    decision = {"accreditation_id": accreditation_id, "to_state": to_state, "reason_th": reason_th}
    [result] = await posted(world, "accreditations/decide", {"decisions": [decision]}, who)
    return result


async def test_accredited_source_says_nothing_of_a_course_nor_a_course_of_its_source(world: World) -> None:
    course = accreditation(kind="COURSE", source_name_th="", course=key_json("20000-1101"))
    source, of_course = await propose(world, accreditation(), course)
    assert (await decide(world, source["id"], "ACCREDITED", "chair"))["problem"] is None
    listed = (await get(world, "accreditations?state=ACCREDITED", "auditor")).json()["accreditations"]
    assert [(item["accreditation_id"], item["kind"]) for item in listed] == [(source["id"], "SOURCE")]
    waiting = (await get(world, "accreditations?course_code=20000-1101", "auditor")).json()["accreditations"]
    assert [(item["accreditation_id"], item["state"]) for item in waiting] == [(of_course["id"], "PROPOSED")]
    request = equivalences_pb2.ListAccreditationsRequest(kind=equivalences_pb2.ACCREDITATION_KIND_COURSE)
    over_grpc = await stub(world).ListAccreditations(request, metadata=world.staff["auditor"].metadata)
    assert [item.accreditation_id for item in over_grpc.accreditations] == [of_course["id"]]
    told = await events(world, events_pb2.AccreditationChanged)
    assert [equivalences_pb2.AccreditationState.Name(event.accreditation.state) for event in told] == [
        "ACCREDITATION_STATE_PROPOSED",
        "ACCREDITATION_STATE_PROPOSED",
        "ACCREDITATION_STATE_ACCREDITED",
    ]


async def test_another_person_decides_and_each_step_out_of_order_is_refused(world: World) -> None:
    [mine] = await propose(world, accreditation(), who="chair")
    assert (await decide(world, mine["id"], "ACCREDITED", "chair"))["problem"]["reason"] == "ACCREDITATION_SAME_ACTOR"
    early = await decide(world, mine["id"], "WITHDRAWN", "college-director", "ยกเลิก")
    assert early["problem"]["reason"] == "ACCREDITATION_STATE_WRONG"
    silent = await decide(world, mine["id"], "REFUSED", "college-director")
    assert silent["problem"]["reason"] == "RULE_REASON_REQUIRED"
    assert (await decide(world, mine["id"], "ACCREDITED", "college-director"))["problem"] is None
    assert (await decide(world, mine["id"], "ACCREDITED", "college-director"))["already_done"]
    assert (await decide(world, mine["id"], "WITHDRAWN", "college-director", "หมดอายุ"))["problem"] is None
    unknown = await decide(world, str(uuid4()), "ACCREDITED", "chair")
    assert unknown["problem"]["reason"] == "ACCREDITATION_UNKNOWN"
    decision = {"decisions": [{"accreditation_id": mine["id"], "to_state": "WITHDRAWN"}]}
    assert (await post(world, "accreditations/decide", decision, "auditor")).status_code == 403
    assert (await post(world, "accreditations", {"accreditations": [accreditation()]}, "auditor")).status_code == 403
    with pytest.raises(asyncpg.PostgresError, match="append-only"):
        await world.execute("DELETE FROM accreditation")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source_name_th": ""}, "ACCREDITATION_INVALID"),
        ({"course": key_json("20000-1101")}, "ACCREDITATION_INVALID"),
        ({"kind": "COURSE"}, "ACCREDITATION_INVALID"),
        ({"body_th": ""}, "ACCREDITATION_INVALID"),
        ({"valid_to": "2026-04-30"}, "ACCREDITATION_INVALID"),
        ({"kind": "COURSE", "source_name_th": "", "course": key_json("20000-9999")}, "COURSE_UNKNOWN"),
    ],
)
async def test_impossible_accreditation_is_explained(world: World, changes: dict[str, Any], reason: str) -> None:
    [result] = await propose(world, accreditation(**changes))
    assert (result["problem"]["reason"], result["problem"]["title_th"] != "") == (reason, True)


async def test_two_who_propose_the_same_at_once_propose_it_once(world: World) -> None:
    results = await asyncio.gather(*(propose(world, accreditation()) for _ in range(4)))
    assert len({result["id"] for [result] in results}) == 1
    request = equivalences_pb2.ProposeAccreditationsRequest(
        request_id=str(uuid4()), accreditations=[equivalences_pb2.Accreditation(kind="ACCREDITATION_KIND_SOURCE")]
    )
    metadata = world.staff["chair"].metadata
    assert (await refusal(stub(world).ProposeAccreditations(request, metadata=metadata)))[1] == "INVALID_FIELD"


async def test_registry_that_is_away_keeps_nobody_from_asking_about_courses(world: World) -> None:
    await world.registry.stop()
    told = await ask(world, "college-registrar", imagined=[{"course": key_json("ท31101"), "point_hundredths": 300}])
    assert [line["verdict"] for line in told["lines"]] == ["LIKELY"]
    request = equivalences_pb2.PreviewTransferRequest(
        imagined=[equivalences_pb2.ImaginedResult(course=key_pb("ท31101"), point_hundredths=300)]
    )
    over_grpc = await stub(world).PreviewTransfer(request, metadata=world.staff["college-registrar"].metadata)
    assert [line.target.code for line in over_grpc.lines] == ["20000-1101"]


async def test_what_was_awarded_by_transfer_is_told_as_the_case_would_refuse_it(world: World) -> None:
    """CB-I10: before the transfer its issuer's own result serves, while it stands it does not, afterwards it does."""
    rule = RuleFacts(
        source_groups=(frozenset({course_key("20000-1101")}),),
        target=course_key("20000-1102"),
        mode=TransferMode.TRANSFER,
        min_grade_hundredths=200,
        min_hours_pct=100,
        version=1,
        provenance=DEMONSTRATION,
    )
    now = datetime.now(UTC)
    ids_of(
        await publish_rules(world.pool, PublishRules(uuid4(), (rule,)), actor=world.staff["publisher"].actor, now=now)
    )
    learner_id, _, case_id = await simple(world)
    [[copied]] = await world.results([learner_id], ("20000-1101", "3"), recorder="college-recorder", verifier=None)
    await world.verify([copied], "college-registrar")

    async def told() -> tuple[str, list[str]]:
        body = {"learner_id": str(learner_id), "purpose": "TRANSFER_REVIEW", "targets": [key_json("20000-1102")]}
        [line] = (await ask(world, "college-registrar", institution_id=str(world.college), **body))["lines"]
        assert line["source_entry_ids"] == [str(copied)]
        assert len(line["explanations_th"]) == 1 + len(line["obstacles"]) + len(line["notes"])
        return line["verdict"], line["obstacles"]

    assert await told() == ("LIKELY", [])
    await decided(world, case_id)
    await posted_case(world, case_id)
    assert await told() == ("OBSTACLE", ["CIRCULAR_TRANSFER"])
    wanted = case_json(world, learner_id, ([copied], "20000-1102"))
    assert reasons(await step(world, "", "cases", [wanted], "college-registrar")) == ["CIRCULAR_TRANSFER"]
    [line] = (await read(world, case_id))["lines"]
    back = {"line_id": line["line_id"], "reason_code": "ORDER", "reason_th": "คำสั่งแก้ไข"}
    await done(world, "reverse", "reversals", [back], "chair")
    assert await told() == ("LIKELY", [])
