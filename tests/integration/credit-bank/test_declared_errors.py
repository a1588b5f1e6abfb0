"""Every reason that the credit bank declares is met by a test over its interfaces; the rarer ones here."""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications
from credit_bank.recording.domain import Evidence, RplMode, SourceMode
from nuaikit.credit_bank.v1 import awarding_pb2, awarding_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World, ids_of, succeeded
from tests.support.transfer_calls import case_json, decided, posted, read, step

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "services" / "credit-bank" / "src" / "credit_bank"
TESTS = (ROOT / "tests" / "integration" / "credit-bank", ROOT / "tests" / "e2e")
NEVER_SEEN = {"COURSE_INVALID": "each course is refused with the reason of its own first fault"}

VOCATIONAL, GENERAL = ("PWC-MINI", "1"), ("MINI-V", "1")


def declared() -> set[str]:
    """Reasons of the error classes of the service."""
    text = "\n".join(path.read_text("utf-8") for path in SOURCE.rglob("*.py"))
    return set(re.findall(r'^    reason = "([A-Z_]+)"$', text, re.MULTILINE))


def test_every_declared_reason_is_expected_by_a_test() -> None:
    tests = "\n".join(path.read_text("utf-8") for folder in TESTS for path in folder.glob("*.py"))
    expected = set(re.findall(r'"([A-Z_]+)"', tests))
    assert len(declared()) > 150, "the search must find them"
    assert sorted(declared() - expected - NEVER_SEEN.keys()) == []


async def small_qualifications(world: World) -> None:
    """Two that one course of the college completes; only the first is of the level that its code names."""
    items = tuple(
        Qualification(
            code, version, "คุณวุฒิเล็ก", "CR_OVEC", 100, {"CORE": 100}, frozenset(), Provenance("tests", "assumed")
        )
        for code, version in (VOCATIONAL, GENERAL)
    )
    publisher, now = world.staff["publisher"].actor, datetime.now(UTC)
    succeeded(await publish_qualifications(world.pool, PublishQualifications(uuid4(), items), actor=publisher, now=now))


async def open_case(world: World, learner_id: UUID, *lines: Any, **changes: Any) -> list[dict[str, Any]]:
    return await step(world, "", "cases", [case_json(world, learner_id, *lines, **changes)], "college-registrar")


def into(qualification: tuple[str, str]) -> dict[str, str]:
    return {"qualification_code": qualification[0], "qualification_version": qualification[1]}


async def test_target_must_be_of_the_level_and_have_credits(world: World) -> None:
    await small_qualifications(world)
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    wrong_level = await open_case(world, learner_id, ([thai], "20000-1101"), **into(GENERAL))
    assert calls.reasons(wrong_level) == ["LEVEL_MISMATCH"]
    no_credits = await open_case(world, learner_id, ([thai], "ก31901"), **into(VOCATIONAL))
    assert calls.reasons(no_credits) == ["TARGET_WITHOUT_CREDITS"]


async def test_prior_learning_needs_a_tie_and_sources_that_are_such(world: World) -> None:
    elsewhere = await world.learner((world.stranger, "PRIMARY", "FORMAL"))
    known = calls.result(
        elsewhere,
        "20000-1102",
        source_mode=SourceMode.RPL,
        rpl_mode=RplMode.PORTFOLIO,
        evidence=(Evidence("PORTFOLIO", "", "แฟ้ม 1"),),
    )
    [entry_id] = ids_of(await calls.record(world, known))
    await world.verify([entry_id])
    rpl = {"ground": "RPL", "partnership_id": None, "committee_id": None}
    asked = await open_case(world, elsewhere, ([entry_id], "20000-1101"), **rpl)
    assert calls.reasons(asked) == ["GROUND_NOT_SHOWN"]

    here = await world.learner()
    [[studied]] = await world.results([here], ("ท31101", "3"))
    assert calls.reasons(await open_case(world, here, ([studied], "20000-1101"), **rpl)) == [
        "SOURCE_NOT_PRIOR_LEARNING"
    ]


async def test_rule_that_gives_a_school_more_credits_than_hours_is_refused(world: World) -> None:
    rule = {
        "source_groups": [{"courses": [calls.key_json("20000-1101")]}],
        "target": calls.key_json("ท31101"),
        "mode": "EQUATE",
        "min_grade_hundredths": 100,
        "min_hours_pct": 80,
        "provenance": calls.PROVENANCE_JSON,
    }
    found = await calls.posted(world, "equivalence-rules/propose", {"rules": [rule]}, "college-registrar")
    assert calls.reasons(found) == ["RULE_CREDITS_ABOVE_HOURS"], "36 hours are half a credit of a school at most"


async def award(world: World, learner_id: UUID) -> list[dict[str, Any]]:
    wish = {"learner_id": str(learner_id), "certificate_no": "รบ.1/1", "order_no": "คำสั่ง 9/2569"} | into(VOCATIONAL)
    return await calls.posted(world, "redemptions", {"redemptions": [wish]}, "college-registrar")


async def test_award_waits_for_a_changed_source_and_a_settled_flag_is_not_settled_again(world: World) -> None:
    await small_qualifications(world)
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    [opened] = await open_case(world, learner_id, ([thai], "20000-1101"), **into(VOCATIONAL))
    assert opened["problem"] is None, opened
    await decided(world, opened["id"])
    await posted(world, opened["id"])
    nameless = awarding_pb2.RedemptionInput(learner_id=str(learner_id), order_no="คำสั่ง 9/2569", **into(VOCATIONAL))
    request = awarding_pb2.RedeemQualificationsRequest(request_id=str(uuid4()), redemptions=[nameless])
    stub: Any = awarding_pb2_grpc.AwardingServiceStub(world.channel)
    answer = await stub.RedeemQualifications(request, metadata=world.staff["college-registrar"].metadata)
    assert calls.reasons(answer.outcomes) == ["AWARD_INVALID"]

    change = {
        "entry_id": str(thai),
        "entry_version": 1,
        "result": calls.result_json(learner_id, grade="4", year_be=2569),
        "reason_code": "GRADE_ERROR",
    }
    [proposed] = await calls.posted(world, "entries/corrections", {"corrections": [change]}, "school-recorder")
    confirmed = {"change_ids": [proposed["id"]]}
    assert calls.reasons(await calls.posted(world, "entry-changes/confirm", confirmed, "school-registrar")) == [None]
    assert calls.reasons(await award(world, learner_id)) == ["SOURCE_UNDECIDED"]

    [flag] = (await calls.get(world, "review-flags", "college-registrar")).json()["flags"]
    line_id = (await read(world, opened["id"]))["lines"][0]["line_id"]
    reversal = {"line_id": line_id, "reason_code": "SOURCE_CHANGED", "reason_th": "แก้ผลการเรียน"}
    assert calls.reasons(await step(world, "reverse", "reversals", [reversal], "chair")) == [None]
    body = {"flag_ids": [flag["flag_id"]], "reason_code": "STILL_FITS"}
    settled = await calls.posted(world, "review-flags/resolve", body, "college-registrar")
    assert calls.reasons(settled) == ["FLAG_RESOLVED"]
