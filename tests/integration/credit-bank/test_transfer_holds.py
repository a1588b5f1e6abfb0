"""What stands in the way of posting, or calls for another look: shares, changed sources, courses of agreements."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from credit_bank.audit import audit
from credit_bank.rules.domain import EducationForm

from tests.support import credit_calls as calls
from tests.support.credit_world import World, ids_of
from tests.support.transfer_calls import (
    case_json,
    decided,
    done,
    opened,
    posted,
    read,
    review,
    simple,
    step,
    vote,
)

# ---- share ----


async def limit_share(world: World, value: Any) -> None:
    """The ministry announces a largest share."""
    rule = {
        "key": "MAX_SHARE",
        "reference": "ประกาศทดสอบ 1/2569",
        "title_th": "เพดานสัดส่วนหน่วยกิตที่เทียบโอนได้",
        "value": value,
        "forms": ["FORMAL"],
        "levels": ["VOCATIONAL_CERTIFICATE"],
        "provenance": calls.PROVENANCE_JSON | {"effective_from": "2026-01-01", "version": "2569.1"},
    }
    [found] = await calls.posted(world, "policy-rules", {"rules": [rule]}, "publisher")
    assert found["problem"] is None, found


async def test_no_more_is_posted_than_the_rule_lets_be_transferred(world: World) -> None:
    await limit_share(world, 1)
    _, _, case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1102")]
    )
    await decided(world, case_id)
    [item] = await step(world, "post", "case_ids", [case_id], "college-registrar")
    assert item["problem"]["reason"] == "SHARE_EXCEEDED", "2.0 of 103 credits are more than one percent"
    assert (item["problem"]["metadata"]["mode"], item["problem"]["metadata"]["limit_pct"]) == ("ALL", "1")
    _, _, small = await simple(world)
    await decided(world, small)
    await posted(world, small)


async def test_each_mode_has_its_own_share_over_all_cases_of_the_account(world: World) -> None:
    await limit_share(world, {"ALL": 75, "EQUATE": 1})
    learner_id, entries, first = await opened(
        world,
        ("ท31101", "3"),
        ("ค31101", "3"),
        ("พ31101", "3"),
        lines=[([0], "20000-1101"), ([1], "20000-1102")],
    )
    assert [line["mode"] for line in (await read(world, first))["lines"]] == ["TRANSFER", "EQUATE"]
    await decided(world, first)
    await posted(world, first)
    wanted = case_json(world, learner_id, ([entries[2]], "20000-1501"))
    [second] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, second["id"])
    [item] = await step(world, "post", "case_ids", [second["id"]], "college-registrar")
    assert (item["problem"]["reason"], item["problem"]["metadata"]["mode"]) == ("SHARE_EXCEEDED", "EQUATE")
    account = "QUALIFICATIONPWC-2562", "COUNTED:CORE"
    assert (await calls.balances(world, learner_id))[account] == 200, "a case is posted whole or not at all"
    line_id = (await read(world, first))["lines"][1]["line_id"]
    back = {"line_id": line_id, "reason_code": "ORDER", "reason_th": "คำสั่งแก้ไข"}
    await done(world, "reverse", "reversals", [back], "chair")
    [item] = await step(world, "post", "case_ids", [second["id"]], "college-registrar")
    assert item["problem"]["reason"] == "SHARE_EXCEEDED", "two credits alone are more than one percent of 103"


# ---- sources that change ----


async def revoke(world: World, entry_id: UUID) -> None:
    """The school takes a result back, by two persons."""
    body = {"entry_ids": [str(entry_id)], "reason_code": "FRAUD"}
    [asked] = await calls.posted(world, "entries/revocations", body, "school-registrar")
    [done_] = await calls.posted(world, "entry-changes/confirm", {"change_ids": [asked["id"]]}, "school-director")
    assert done_["problem"] is None, done_


async def flags(world: World) -> list[dict[str, Any]]:
    answer = await calls.get(world, "review-flags", "college-registrar")
    assert answer.status_code == 200, answer.text
    return [flag for flag in answer.json()["flags"] if flag["resolution"] is None]


async def resolve(world: World, flag: dict[str, Any], *, is_kept: bool, who: str = "college-registrar") -> Any:
    decision = {"flag_id": flag["flag_id"], "is_kept": is_kept, "reason_th": "ผลต้นทางถูกเพิกถอน"}
    return await step(world, "resolve-flags", "resolutions", [decision], who)


async def clean(world: World) -> None:
    drift = {name: count for name, count in (await audit(world.pool)).items() if name.startswith("drift") and count}
    assert drift == {}


async def test_posted_line_whose_source_is_revoked_is_kept_or_taken_back(world: World) -> None:
    learner_id, [thai], case_id = await simple(world)
    await decided(world, case_id)
    await posted(world, case_id)
    before = await calls.balances(world, learner_id)
    await revoke(world, thai)
    account = "QUALIFICATIONPWC-2562", "COUNTED:CORE"
    assert (await calls.balances(world, learner_id))[account] == before[account], "no silent change"
    assert (await read(world, case_id))["warnings"] == ["SOURCE_FLAGGED"], "and no silent survival"
    [flag] = await flags(world)
    assert calls.reasons(await resolve(world, flag, is_kept=True, who="stranger-registrar")) == ["FLAG_NOT_FOUND"]
    for is_done in (False, True):
        [item] = await resolve(world, flag, is_kept=False)
        assert (item["problem"], item["already_done"]) == (None, is_done)
    case = await read(world, case_id)
    assert (case["state"], case["lines"][0]["state"], case["warnings"]) == ("REVERSED", "REVERSED", [])
    assert (await calls.balances(world, learner_id)).get(account, 0) == 0
    await clean(world)


async def test_posted_line_whose_source_is_revoked_may_stand_by_decision(world: World) -> None:
    _, [thai], case_id = await simple(world)
    await decided(world, case_id)
    await posted(world, case_id)
    await revoke(world, thai)
    [flag] = await flags(world)
    for is_done in (False, True):
        [item] = await resolve(world, flag, is_kept=True)
        assert (item["problem"], item["already_done"]) == (None, is_done)
    case = await read(world, case_id)
    assert (case["lines"][0]["state"], case["warnings"]) == ("POSTED", [])
    resolutions = await world.fetch("SELECT resolution FROM review_flag")
    assert [row["resolution"] for row in resolutions] == ["KEPT"]
    # Whoever audits the case reads what changed, that it stands, and why.
    answer = await calls.get(world, f"transfer-cases/{case_id}/file.json", "college-registrar")
    [told] = answer.json()["flags"]
    assert (told["kind"], told["resolution"], told["reason_code"], told["reason_th"]) == (
        "SOURCE_REVOKED",
        "KEPT",
        "KEPT_BY_DECISION",
        "ผลต้นทางถูกเพิกถอน",
    )
    assert told["resolved_by_assignment"] == str(world.staff["college-registrar"].actor.assignment_id)
    page = await calls.get(world, f"transfer-cases/{case_id}/file", "college-registrar")
    assert "เพิกถอนผลการเรียน" in page.text
    assert "มีมติคงไว้ ผลต้นทางถูกเพิกถอน" in page.text


async def test_line_not_posted_yet_is_released_when_its_source_is_revoked(world: World) -> None:
    learner_id, [thai, _], case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    await decided(world, case_id)
    await revoke(world, thai)
    assert calls.reasons(await step(world, "post", "case_ids", [case_id], "college-registrar")) == ["SOURCE_CHANGED"]
    [flag] = await flags(world)
    assert calls.reasons(await resolve(world, flag, is_kept=True)) == ["SOURCE_CHANGED"], "it cannot stand on nothing"
    [item] = await resolve(world, flag, is_kept=False)
    assert item["problem"] is None
    case = await read(world, case_id)
    assert (case["state"], case["result"], case["warnings"]) == ("DECIDED", "PARTLY_ACCEPTED", ["NO_RULE"])
    assert [(line["state"], line["reason_code"]) for line in case["lines"]] == [
        ("REJECTED", "SOURCE_CHANGED"),
        ("ACCEPTED", ""),
    ]
    resolutions = await world.fetch("SELECT resolution FROM review_flag")
    assert [row["resolution"] for row in resolutions] == ["RELEASED"]
    claims = await world.fetch("SELECT state FROM claim ORDER BY state")
    assert [row["state"] for row in claims] == ["RELEASED", "RESERVED"]
    await posted(world, case_id)
    assert (await calls.balances(world, learner_id))["QUALIFICATIONPWC-2562", "COUNTED:CORE"] == 200
    await clean(world)


@pytest.mark.parametrize("has_votes", [False, True])
async def test_case_of_which_nothing_is_left_is_decided_without_votes(world: World, *, has_votes: bool) -> None:
    _, [thai], case_id = await simple(world)
    await review(world, case_id)
    if has_votes:
        await vote(world, case_id, "member-1")
    found = await step(world, "decide", "case_ids", [case_id], "chair")
    assert calls.reasons(found) == ["QUORUM_MISSING" if has_votes else "CASE_STATE_WRONG"]
    await revoke(world, thai)
    [flag] = await flags(world)
    [item] = await resolve(world, flag, is_kept=False)
    assert item["problem"] is None
    await done(world, "decide", "case_ids", [case_id], "chair")
    case = await read(world, case_id)
    assert (case["state"], case["result"], case["lines"][0]["reason_code"]) == ("DECIDED", "REJECTED", "SOURCE_CHANGED")
    letter = (await calls.get(world, f"transfer-cases/{case_id}/decision-letter", "college-registrar")).json()
    assert letter["lines"][0]["reason_th"] == "ผลต้นทางถูกเพิกถอน", "the applicant is owed a decision with its reason"
    await clean(world)


# ---- awards and agreements ----


async def test_award_carries_the_form_of_what_was_learned(world: World) -> None:
    learner_id = await world.learner()
    results = [
        calls.result(learner_id, "ท31101"),
        calls.result(learner_id, "พ31101", form=EducationForm.NONFORMAL),
    ]
    thai, sport = ids_of(await calls.record(world, *results))
    await world.verify([thai, sport])
    wanted = case_json(world, learner_id, ([thai], "20000-1101"), ([sport], "20000-1501"))
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, item["id"])
    await posted(world, item["id"])
    awards = await world.fetch(
        "SELECT t.code, w.form, w.learning_type FROM award w JOIN course t USING (course_id) ORDER BY t.code"
    )
    assert [tuple(row) for row in awards] == [
        ("20000-1101", "FORMAL", "VOCATIONAL"),
        ("20000-1501", "NONFORMAL", "VOCATIONAL"),
    ]


async def test_agreement_that_names_its_courses_is_the_ground_of_no_other(world: World) -> None:
    facts = {
        "reference": "MOU-TEST-2568",
        "party_institution_ids": [str(world.school), str(world.college)],
        "programme": "DUAL_EDUCATION",
        "state": "ACTIVE",
        "valid_from": "2025-05-01",
        "courses": [calls.key_json("20000-1101")],
        "committee_id": str(world.committee_id),
        "provenance": calls.PROVENANCE_JSON,
    }
    [changed] = await calls.posted(world, "partnerships", {"partnerships": [facts]}, "college-director")
    assert (changed["problem"], changed["id"]) == (None, str(world.partnership_id))
    seen = {"partnership_id": str(world.partnership_id), "version": 2}
    agreed = await calls.posted(world, "partnerships/confirm", {"partnerships": [seen]}, "school-director")
    assert calls.reasons(agreed) == [None], "other courses are agreed anew"
    learner_id = await world.learner()
    [[thai, maths]] = await world.results([learner_id], ("ท31101", "3"), ("ค31101", "3"))
    other = case_json(world, learner_id, ([maths], "20000-1102"))
    assert calls.reasons(await step(world, "", "cases", [other], "college-registrar")) == ["COURSE_NOT_IN_AGREEMENT"]
    named = case_json(world, learner_id, ([thai], "20000-1101"))
    await done(world, "", "cases", [named], "college-registrar")
    offering = {
        "reference": f"รุ่น {uuid4()}",
        "course": calls.key_json("20000-1102"),
        "institution_id": str(world.college),
        "partnership_id": str(world.partnership_id),
        "year_be": 2569,
        "term": 2,
        "provenance": calls.PROVENANCE_JSON,
    }
    found = await calls.posted(world, "offerings", {"offerings": [offering]}, "college-registrar")
    assert calls.reasons(found) == ["COURSE_NOT_IN_AGREEMENT"]
