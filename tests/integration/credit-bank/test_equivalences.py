"""The life of equivalence rules: proposed, reviewed, published, retired; searched from either side."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from credit_bank.calendar_th import thai_date
from nuaikit.credit_bank.v1 import catalogue_pb2, equivalences_pb2, equivalences_pb2_grpc, events_pb2

from tests.support.credit_calls import events, get, key_json, post, posted, reasons, refusal
from tests.support.credit_world import World

BODY = [{"body_th": "คณะกรรมการเทียบโอนผลการเรียน", "reference": "ประชุม 1/2569", "approved_on": "2026-10-01"}]
PROVENANCE = {"source": "tests", "status": "demonstration"}
TODAY = thai_date(datetime.now(UTC))


def rule(**changes: Any) -> dict[str, Any]:
    """Mathematics of the school for social studies of the college: nobody has such a rule yet."""
    return {
        "source_groups": [{"courses": [key_json("ค31101")]}, {"courses": [key_json("ท31101"), key_json("พ31101")]}],
        "target": key_json("20000-1501"),
        "mode": "EQUATE",
        "min_grade_hundredths": 200,
        "min_hours_pct": 100,
        "min_content_pct": 60,
        "content_pct": 75,
        "provenance": PROVENANCE,
    } | changes


@pytest.fixture
async def staff(world: World) -> World:
    """People who work on rules at the college, the school and the agency."""
    for name, role, place in (
        ("proposer", "college_registrar", world.college),
        ("reviewer", "committee_chair", world.college),
        ("publishing", "college_director", world.college),
        ("stranger", "college_director", world.stranger),
        ("agency-1", "agency_publisher", uuid4()),
        ("agency-2", "agency_publisher", uuid4()),
    ):
        await world.employ(name, role, place)
    return world


async def propose(world: World, *rules: dict[str, Any], who: str = "proposer") -> list[dict[str, Any]]:
    return await posted(world, "equivalence-rules/propose", {"rules": list(rules)}, who)


async def move(world: World, rule_id: str, to_state: str, who: str, **more: Any) -> dict[str, Any]:
    [result] = await posted(
        world, "equivalence-rules/move", {"moves": [{"rule_id": rule_id, "to_state": to_state} | more]}, who
    )
    return result


async def published(world: World, **changes: Any) -> str:
    [proposed] = await propose(world, rule(**changes))
    assert (await move(world, proposed["id"], "REVIEWED", "reviewer", approving_bodies=BODY))["problem"] is None
    assert (await move(world, proposed["id"], "PUBLISHED", "publishing"))["problem"] is None
    return proposed["id"]


def stub(world: World) -> Any:
    return equivalences_pb2_grpc.EquivalenceServiceStub(world.channel)


async def test_rule_goes_from_proposal_to_retirement_and_every_step_is_kept_and_told(staff: World) -> None:
    rule_id = await published(staff)
    shown = (await get(staff, f"equivalence-rules/{rule_id}", "school-registrar")).json()
    assert (shown["rule"]["state"], shown["rule"]["version"], shown["rule"]["direction"]) == (
        "PUBLISHED",
        1,
        "TO_VOCATIONAL",
    )
    assert shown["rule"]["approving_bodies"] == BODY
    assert (shown["rule"]["min_content_pct"], shown["rule"]["content_pct"]) == (60, 75)
    retired = await move(staff, rule_id, "RETIRED", "publishing", reason_th="หลักสูตรเปลี่ยน")
    assert retired["problem"] is None
    history = (await get(staff, f"equivalence-rules/{rule_id}", "school-registrar")).json()
    assert [(step["state"], step["role"]) for step in history["steps"]] == [
        ("DRAFT", "college_registrar"),
        ("REVIEWED", "committee_chair"),
        ("PUBLISHED", "college_director"),
        ("RETIRED", "college_director"),
    ]
    assert (history["rule"]["valid_to"], history["steps"][-1]["reason_th"]) == (TODAY.isoformat(), "หลักสูตรเปลี่ยน")
    told = await events(staff, events_pb2.EquivalenceRuleMoved)
    assert [catalogue_pb2.RuleState.Name(event.state) for event in told] == [
        "RULE_STATE_DRAFT",
        "RULE_STATE_REVIEWED",
        "RULE_STATE_PUBLISHED",
        "RULE_STATE_RETIRED",
    ]
    over_grpc = await stub(staff).ListEquivalenceRuleSteps(
        equivalences_pb2.ListEquivalenceRuleStepsRequest(rule_id=rule_id), metadata=staff.staff["auditor"].metadata
    )
    assert [step.role for step in over_grpc.steps] == [step["role"] for step in history["steps"]]


async def test_retired_rule_still_holds_on_its_last_day_and_not_after(staff: World) -> None:
    rule_id = await published(staff)
    await move(staff, rule_id, "RETIRED", "publishing", reason_th="หลักสูตรเปลี่ยน")
    for day, count in ((TODAY, 1), (TODAY + timedelta(days=1), 0)):
        found = (await get(staff, f"equivalence-rules?target_code=20000-1501&on_date={day}", "auditor")).json()["rules"]
        assert len(found) == count


async def test_draft_is_nobodys_rule_and_exists_for_its_own_institution_only(staff: World) -> None:
    [proposed] = await propose(staff, rule())
    assert (await get(staff, "equivalence-rules?target_code=20000-1501", "proposer")).json()["rules"] == []
    search = "equivalence-rules/search?target_code=20000-1501&state=DRAFT"
    [own] = (await get(staff, search, "reviewer")).json()["rules"]
    assert own["rule_id"] == proposed["id"]
    for name in ("stranger", "auditor", "school-registrar"):
        found = (await get(staff, search, name)).json()
        assert (found["rules"], found["codes_without_rule"]) == ([], ["20000-1501"])
        assert (await get(staff, f"equivalence-rules/{proposed['id']}", name)).status_code == 404
    moved = await move(staff, proposed["id"], "REVIEWED", "stranger")
    assert moved["problem"]["reason"] == "RULE_UNKNOWN"
    agency = await move(staff, proposed["id"], "REVIEWED", "agency-1")
    assert agency["problem"]["reason"] == "RULE_UNKNOWN"


async def test_candidate_of_an_agency_is_seen_by_all_who_work_on_rules_and_moved_by_agencies_alone(
    staff: World,
) -> None:
    [candidate] = await propose(staff, rule(), who="agency-1")
    [seen] = (await get(staff, "equivalence-rules/search?state=DRAFT", "stranger")).json()["rules"]
    assert seen["rule_id"] == candidate["id"]
    assert (await get(staff, "equivalence-rules/search?state=DRAFT", "auditor")).json()["rules"] == []
    assert (await move(staff, candidate["id"], "REVIEWED", "reviewer"))["problem"]["reason"] == "RULE_UNKNOWN"
    assert (await move(staff, candidate["id"], "REVIEWED", "agency-2"))["problem"] is None
    # A committee proposes its own copy beside it.
    [own] = await propose(staff, rule())
    assert own["id"] != candidate["id"]


async def test_nobody_takes_his_own_proposal_on(staff: World) -> None:
    [proposed] = await propose(staff, rule(approving_bodies=BODY), who="reviewer")
    refused = await move(staff, proposed["id"], "REVIEWED", "reviewer")
    assert refused["problem"]["reason"] == "RULE_SAME_ACTOR"
    assert (await move(staff, proposed["id"], "REVIEWED", "publishing"))["problem"] is None
    [by_agency] = await propose(staff, rule(min_grade_hundredths=250), who="agency-1")
    await move(staff, by_agency["id"], "REVIEWED", "agency-2", approving_bodies=BODY)
    assert (await move(staff, by_agency["id"], "PUBLISHED", "agency-1"))["problem"]["reason"] == "RULE_SAME_ACTOR"
    assert (await move(staff, by_agency["id"], "PUBLISHED", "agency-2"))["problem"] is None


async def test_each_step_out_of_order_is_refused_with_a_sentence(staff: World) -> None:
    [proposed] = await propose(staff, rule())
    rule_id = proposed["id"]
    assert (await move(staff, rule_id, "PUBLISHED", "publishing"))["problem"]["reason"] == "RULE_STATE_WRONG"
    assert (await move(staff, rule_id, "RETIRED", "publishing"))["problem"]["reason"] == "RULE_STATE_WRONG"
    assert (await move(staff, rule_id, "REVIEWED", "proposer"))["problem"]["reason"] == "PERMISSION_MISSING"
    assert (await move(staff, rule_id, "REVIEWED", "reviewer"))["problem"] is None
    assert (await move(staff, rule_id, "REVIEWED", "reviewer"))["already_done"]
    nobody = await move(staff, rule_id, "PUBLISHED", "publishing")
    assert (nobody["problem"]["reason"], nobody["problem"]["title_th"] != "") == ("RULE_NOT_APPROVED", True)
    published_now = await move(staff, rule_id, "PUBLISHED", "publishing", approving_bodies=BODY)
    assert published_now["problem"] is None
    assert (await move(staff, rule_id, "WITHDRAWN", "publishing"))["problem"]["reason"] == "RULE_STATE_WRONG"
    assert (await move(staff, rule_id, "DRAFT", "publishing"))["problem"]["reason"] == "RULE_STATE_WRONG"
    assert (await move(staff, rule_id, "RETIRED", "publishing"))["problem"]["reason"] == "RULE_REASON_REQUIRED"
    late = (TODAY - timedelta(days=1)).isoformat()
    past = await move(staff, rule_id, "RETIRED", "publishing", reason_th="ย้อนหลัง", last_day=late)
    assert past["problem"]["reason"] == "RULE_INVALID"
    assert (await move(staff, str(uuid4()), "REVIEWED", "reviewer"))["problem"]["reason"] == "RULE_UNKNOWN"
    forbidden = await post(
        staff, "equivalence-rules/move", {"moves": [{"rule_id": rule_id, "to_state": "RETIRED"}]}, "auditor"
    )
    assert forbidden.status_code == 403


async def test_withdrawn_proposal_may_be_proposed_again_as_the_next_version(staff: World) -> None:
    [first] = await propose(staff, rule())
    [same] = await propose(staff, rule())
    assert (same["id"], same["already_done"]) == (first["id"], True)
    assert (await move(staff, first["id"], "WITHDRAWN", "proposer", reason_th="แก้ไข"))["problem"] is None
    [second] = await propose(staff, rule())
    assert second["id"] != first["id"]
    shown = (await get(staff, f"equivalence-rules/{second['id']}", "proposer")).json()["rule"]
    assert (shown["version"], shown["state"]) == (2, "DRAFT")


async def test_next_version_ends_the_one_before_on_the_day_before_it_begins(staff: World) -> None:
    first = await published(staff)
    begins = TODAY + timedelta(days=30)
    [undated] = await propose(staff, rule(min_grade_hundredths=250))
    await move(staff, undated["id"], "REVIEWED", "reviewer", approving_bodies=BODY)
    refused = await move(staff, undated["id"], "PUBLISHED", "publishing")
    assert refused["problem"]["reason"] == "RULE_VERSION_NEEDS_DATE"
    dated = PROVENANCE | {"effective_from": begins.isoformat()}
    second = await published(staff, min_grade_hundredths=300, provenance=dated)
    ended = (await get(staff, f"equivalence-rules/{first}", "auditor")).json()["rule"]
    assert ended["valid_to"] == (begins - timedelta(days=1)).isoformat()
    for day, rule_id in ((TODAY, first), (begins, second)):
        [found] = (await get(staff, f"equivalence-rules?target_code=20000-1501&on_date={day}", "auditor")).json()[
            "rules"
        ]
        assert found["rule_id"] == rule_id


async def test_rule_of_academic_years_holds_from_the_first_to_the_last_day_of_them(staff: World) -> None:
    rule_id = await published(staff, first_year_be=2569, last_year_be=2570)
    shown = (await get(staff, f"equivalence-rules/{rule_id}", "auditor")).json()["rule"]
    assert (shown["first_year_be"], shown["last_year_be"]) == (2569, 2570)
    first, last = date.fromisoformat(shown["valid_from"]), date.fromisoformat(shown["valid_to"])
    assert (first.year, last.year) == (2026, 2028)
    for day, count in ((first - timedelta(days=1), 0), (first, 1), (last, 1), (last + timedelta(days=1), 0)):
        found = (await get(staff, f"equivalence-rules?target_code=20000-1501&on_date={day}", "auditor")).json()["rules"]
        assert len(found) == count


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"source_groups": []}, "RULE_INVALID"),
        ({"mode": "RPL"}, "RULE_INVALID"),
        ({"content_pct": 59}, "RULE_INVALID"),
        ({"min_content_pct": 101}, "RULE_INVALID"),
        ({"first_year_be": 2570, "last_year_be": 2569}, "RULE_INVALID"),
        ({"first_year_be": 2026}, "RULE_INVALID"),
        ({"last_year_be": 2560, "provenance": PROVENANCE | {"effective_from": "2026-05-01"}}, "RULE_INVALID"),
        ({"source_groups": [{"courses": [key_json("ค31101")]}] * 2}, "RULE_INVALID"),
        ({"first_year_be": 2569, "provenance": PROVENANCE | {"effective_from": "2026-05-01"}}, "RULE_INVALID"),
        ({"approving_bodies": [{"body_th": "", "reference": "1"}]}, "RULE_INVALID"),
        ({"target": key_json("20000-9999")}, "COURSE_UNKNOWN"),
        ({"source_groups": [{"courses": [key_json("พ31101")]}], "min_hours_pct": 100}, "RULE_HOURS_NOT_REACHED"),
    ],
)
async def test_impossible_proposal_is_explained(staff: World, changes: dict[str, Any], reason: str) -> None:
    [result] = await propose(staff, rule(**changes))
    assert (result["problem"]["reason"], result["problem"]["title_th"] != "") == (reason, True)


async def test_rules_are_found_from_either_side_and_codes_without_rule_are_named(staff: World) -> None:
    rule_id = await published(staff)
    for query in (
        "source_code=ค31101",
        "target_code=20000-1501",
        "source_code=พ31101&direction=TO_VOCATIONAL",
        f"target_code=20000-1501&on_date={TODAY}",
    ):
        found = (await get(staff, f"equivalence-rules/search?{query}", "auditor")).json()
        assert rule_id in [shown["rule_id"] for shown in found["rules"]], query
        assert found["codes_without_rule"] == []
    back = (await get(staff, "equivalence-rules/search?direction=TO_SCHOOL", "auditor")).json()
    assert back["rules"] == []
    unknown = "equivalence-rules/search?source_code=ส31101&source_code=ค31101&target_code=30000-0000"
    assert (await get(staff, unknown, "auditor")).json()["codes_without_rule"] == ["30000-0000", "ส31101"]
    over_grpc = await stub(staff).SearchEquivalenceRules(
        equivalences_pb2.SearchEquivalenceRulesRequest(
            source_codes=["ส31101", "ค31101"], direction=catalogue_pb2.RULE_DIRECTION_TO_VOCATIONAL
        ),
        metadata=staff.staff["auditor"].metadata,
    )
    assert list(over_grpc.codes_without_rule) == ["ส31101"]
    assert rule_id in [shown.rule_id for shown in over_grpc.rules]
    whole = (await get(staff, "equivalence-rules/search", "auditor")).json()["rules"]
    token, joined = "", []
    while True:
        page = (await get(staff, f"equivalence-rules/search?page_size=1&page_token={token}", "auditor")).json()
        joined += page["rules"]
        token = page["next_page_token"]
        if not token:
            break
    assert joined == whole
    too_many = "&".join(f"source_code=ท{number}" for number in range(101))
    assert (await get(staff, f"equivalence-rules/search?{too_many}", "auditor")).status_code == 422


async def test_proposal_sent_again_over_the_other_transport_has_the_same_answer(staff: World) -> None:
    request_id, who = uuid4(), staff.staff["proposer"]
    answer = await staff.http.post(
        "/v1/equivalence-rules/propose",
        json={"rules": [rule()]},
        headers=who.headers | {"Idempotency-Key": str(request_id)},
    )
    first = answer.json()["results"][0]["id"]
    shown = await stub(staff).SearchEquivalenceRules(
        equivalences_pb2.SearchEquivalenceRulesRequest(states=[catalogue_pb2.RULE_STATE_DRAFT]), metadata=who.metadata
    )
    message = shown.rules[0]
    message.version = 1
    request = equivalences_pb2.ProposeEquivalenceRulesRequest(request_id=str(request_id), rules=[message])
    [again] = (await stub(staff).ProposeEquivalenceRules(request, metadata=who.metadata)).outcomes
    assert (again.id, again.already_done) == (first, False)
    message.min_grade_hundredths = 150
    changed = equivalences_pb2.ProposeEquivalenceRulesRequest(request_id=str(request_id), rules=[message])
    assert (await refusal(stub(staff).ProposeEquivalenceRules(changed, metadata=who.metadata)))[1] == "REQUEST_MISMATCH"
    moves = equivalences_pb2.MoveEquivalenceRulesRequest(
        request_id=str(uuid4()), moves=[equivalences_pb2.RuleMove(rule_id=first)]
    )
    assert (await refusal(stub(staff).MoveEquivalenceRules(moves, metadata=who.metadata)))[1] == "INVALID_FIELD"
    moves.moves[0].to_state = catalogue_pb2.RULE_STATE_REVIEWED
    moved = await stub(staff).MoveEquivalenceRules(moves, metadata=staff.staff["reviewer"].metadata)
    assert reasons(moved.outcomes) == [None]


async def test_two_who_propose_and_publish_at_once_leave_one_open_version(staff: World) -> None:
    proposals = await asyncio.gather(*(propose(staff, rule(approving_bodies=BODY)) for _ in range(4)))
    ids = {result["id"] for [result] in proposals}
    assert len(ids) == 1
    [rule_id] = ids
    await move(staff, rule_id, "REVIEWED", "reviewer")
    moved = await asyncio.gather(*(move(staff, rule_id, "PUBLISHED", "publishing") for _ in range(4)))
    assert sorted(result["already_done"] for result in moved) == [False, True, True, True]
    steps = (await get(staff, f"equivalence-rules/{rule_id}", "auditor")).json()["steps"]
    assert [step["state"] for step in steps] == ["DRAFT", "REVIEWED", "PUBLISHED"]


async def test_what_a_published_rule_says_cannot_be_changed_in_the_database(staff: World) -> None:
    rule_id = UUID(await published(staff))
    for statement in (
        "UPDATE equivalence_rule SET min_grade_hundredths = 0 WHERE rule_id = $1",
        "UPDATE equivalence_rule SET approving_bodies = '[]' WHERE rule_id = $1",
        "DELETE FROM equivalence_rule WHERE rule_id = $1",
        "DELETE FROM equivalence_rule_step WHERE rule_id = $1",
    ):
        with pytest.raises(asyncpg.PostgresError, match=r"fixed|append-only"):
            await staff.execute(statement, rule_id)


# ---- one answer a day ----

TWIN: dict[str, Any] = {
    "mode": "TRANSFER",
    "source_groups": [{"courses": [key_json("พ31101"), key_json("ท31101")]}, {"courses": [key_json("ศ31101")]}],
    "min_hours_pct": None,
}
"""Another rule, of which one group is one of `rule()`, its courses in other order."""


async def test_two_rules_never_answer_for_the_same_courses_and_target_on_one_day(staff: World) -> None:
    first = await published(staff)
    [twin] = await propose(staff, rule(**TWIN))
    await move(staff, twin["id"], "REVIEWED", "reviewer", approving_bodies=BODY)
    refused = (await move(staff, twin["id"], "PUBLISHED", "publishing"))["problem"]
    assert (refused["reason"], refused["title_th"] != "") == ("RULE_MEETS_ANOTHER", True)
    assert first in str(refused)
    direct = rule(**TWIN, approving_bodies=BODY, version=1)
    [result] = await posted(staff, "equivalence-rules", {"rules": [direct]}, "publishing")
    assert result["problem"]["reason"] in ("RULE_MEETS_ANOTHER", "RULE_EXISTS_DIFFERENT")
    # An agency's rule stands beside an institution's own, which comes first for it (c.3).
    [agency] = await posted(staff, "equivalence-rules", {"rules": [direct]}, "publisher")
    assert agency["problem"] is None
    # Once the first has ended, the other may begin on the day after.
    await move(staff, first, "RETIRED", "publishing", reason_th="มีกฎใหม่")
    later = PROVENANCE | {"effective_from": (TODAY + timedelta(days=1)).isoformat()}
    second = await published(staff, **TWIN, provenance=later)
    assert second != first


async def test_rules_of_one_call_do_not_meet_each_other_either(staff: World) -> None:
    announced = {"approving_bodies": BODY, "version": 1}
    results = await posted(
        staff, "equivalence-rules", {"rules": [rule(**announced), rule(**TWIN, **announced)]}, "publisher"
    )
    assert [result["problem"] and result["problem"]["reason"] for result in results] == [None, "RULE_MEETS_ANOTHER"]


async def test_two_at_once_who_publish_rules_that_meet_publish_one(staff: World) -> None:
    proposed = [(await propose(staff, rule(**changes)))[0]["id"] for changes in ({}, TWIN)]
    for rule_id in proposed:
        await move(staff, rule_id, "REVIEWED", "reviewer", approving_bodies=BODY)
    moved = await asyncio.gather(*(move(staff, rule_id, "PUBLISHED", "publishing") for rule_id in proposed))
    told = sorted(str(result["problem"] and result["problem"]["reason"]) for result in moved)
    assert told == ["None", "RULE_MEETS_ANOTHER"]


async def test_the_database_itself_keeps_two_rules_from_answering_on_one_day(staff: World) -> None:
    first = UUID(await published(staff))
    [twin] = await propose(staff, rule(**TWIN))
    with pytest.raises(asyncpg.ExclusionViolationError, match="equivalence_rule_one_at_a_time"):
        await staff.execute(
            "UPDATE equivalence_rule SET state = 'PUBLISHED', published_at = now() WHERE rule_id = $1", UUID(twin["id"])
        )
    # One ends and the other begins in one statement, whichever row comes first.
    await staff.execute(
        """UPDATE equivalence_rule
              SET state = 'PUBLISHED', published_at = now(), valid_to = CASE WHEN rule_id = $1 THEN $3::date END,
                  valid_from = CASE WHEN rule_id = $2 THEN $3::date + 1 END
            WHERE rule_id = ANY(ARRAY[$1, $2]::uuid[])""",
        first,
        UUID(twin["id"]),
        TODAY,
    )
    days = await staff.fetch("SELECT rule_id, count(*) AS n FROM equivalence_rule_days GROUP BY 1")
    counted = {row["rule_id"]: row["n"] for row in days}
    assert (counted[first], counted[UUID(twin["id"])]) == (2, 2)


@pytest.mark.parametrize("is_retired_first", [True, False])
async def test_version_is_retired_and_the_next_published_in_one_call(staff: World, is_retired_first: bool) -> None:
    first = await published(staff)
    [second] = await propose(staff, rule(version=2, provenance=PROVENANCE | {"effective_from": TODAY.isoformat()}))
    assert second["problem"] is None
    assert (await move(staff, second["id"], "REVIEWED", "reviewer", approving_bodies=BODY))["problem"] is None
    moves = [
        {"rule_id": first, "to_state": "RETIRED", "reason_th": "มีฉบับใหม่"},
        {"rule_id": second["id"], "to_state": "PUBLISHED"},
    ]
    results = await posted(
        staff, "equivalence-rules/move", {"moves": moves if is_retired_first else moves[::-1]}, "publishing"
    )
    assert [result["problem"] for result in results] == [None, None]
    begins = (await get(staff, f"equivalence-rules/{second['id']}", "auditor")).json()["rule"]["valid_from"]
    ended = (await get(staff, f"equivalence-rules/{first}", "auditor")).json()["rule"]["valid_to"]
    assert date.fromisoformat(ended) + timedelta(days=1) == date.fromisoformat(begins)
