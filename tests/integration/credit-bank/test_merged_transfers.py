"""What a transfer awarded in one record of a person holds in all of them (CB-I5, CB-I10, CB-I16)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from credit_bank.audit import audit
from credit_bank.equivalences.domain import RuleFacts, TransferMode
from credit_bank.equivalences.use_cases import PublishRules, publish_rules

from tests.support.credit_calls import get, key_json, post, reasons
from tests.support.credit_merges import merge, unmerge
from tests.support.credit_world import DEMONSTRATION, World, course_key, ids_of
from tests.support.transfer_calls import case_json, decided, done, posted, step

REGISTRAR = "college-registrar"
CIRCULAR = "CIRCULAR_TRANSFER"


@pytest.fixture(autouse=True)
async def copies_are_accepted(world: World) -> None:
    """Another registrar of the college, and a rule by which its own course is accepted for another one."""
    await world.employ("college-verifier", "college_registrar", world.college)
    facts = RuleFacts(
        source_groups=(frozenset({course_key("20000-1101")}),),
        target=course_key("20000-1102"),
        mode=TransferMode.TRANSFER,
        min_grade_hundredths=200,
        min_hours_pct=100,
        version=1,
        provenance=DEMONSTRATION,
    )
    publisher = world.staff["publisher"].actor
    ids_of(await publish_rules(world.pool, PublishRules(uuid4(), (facts,)), actor=publisher, now=datetime.now(UTC)))


async def root_of(world: World, learner_id: UUID) -> UUID:
    """A result of the school."""
    [[found]] = await world.results([learner_id], ("ท31101", "3"))
    return found


async def copy_of(world: World, learner_id: UUID) -> UUID:
    """The college's own result of the course that it awards for the school's."""
    [[found]] = await world.results(
        [learner_id], ("20000-1101", "3"), recorder="college-recorder", verifier="college-verifier"
    )
    return found


async def opened(world: World, learner_id: UUID, source: UUID, target: str) -> str:
    [item] = await done(world, "", "cases", [case_json(world, learner_id, ([source], target))], REGISTRAR)
    return str(item["id"])


async def obstacles(world: World, learner_id: UUID) -> list[str]:
    """What a preview says of the course that the copy would be accepted for."""
    body: dict[str, Any] = {
        "learner_id": str(learner_id),
        "purpose": "TRANSFER_REVIEW",
        "institution_id": str(world.college),
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
    }
    answer = await post(world, "transfer-previews", body, REGISTRAR)
    assert answer.status_code == httpx.codes.OK, answer.text
    [line] = [line for line in answer.json()["lines"] if line["target"]["code"] == "20000-1102"]
    return list(line["obstacles"])


@pytest.mark.parametrize("keeps_root", [True, False])
async def test_result_of_a_course_that_another_record_was_awarded_is_no_source(
    world: World, *, keeps_root: bool
) -> None:
    first, second = await world.learner(), await world.learner()
    root, copy = await root_of(world, first), await copy_of(world, second)
    case = await opened(world, first, root, "20000-1101")
    await decided(world, case)
    await posted(world, case)
    wanted = case_json(world, second, ([copy], "20000-1102"))
    assert await obstacles(world, second) == []
    kept, other = (first, second) if keeps_root else (second, first)
    merge_id = await merge(world, kept, other)
    assert await obstacles(world, second) == [CIRCULAR]
    assert reasons(await step(world, "", "cases", [wanted], REGISTRAR)) == [CIRCULAR]
    await unmerge(world, kept, other, merge_id)
    assert await obstacles(world, second) == []
    assert reasons(await step(world, "", "cases", [wanted], REGISTRAR)) == [None]


async def test_case_of_one_record_is_not_posted_after_the_other_record_was_awarded_its_source(world: World) -> None:
    kept, other = await world.learner(), await world.learner()
    await merge(world, kept, other)
    root, copy = await root_of(world, kept), await copy_of(world, other)
    first, second = await opened(world, kept, root, "20000-1101"), await opened(world, other, copy, "20000-1102")
    await decided(world, first)
    await decided(world, second)
    await posted(world, first)
    assert reasons(await step(world, "post", "case_ids", [second], REGISTRAR)) == [CIRCULAR]


@pytest.mark.parametrize("is_merged", [True, False])
async def test_cases_posted_in_one_call_stand_against_each_other(world: World, *, is_merged: bool) -> None:
    kept = other = await world.learner()
    if is_merged:
        other = await world.learner()
        await merge(world, kept, other)
    root, copy = await root_of(world, kept), await copy_of(world, other)
    cases = [await opened(world, kept, root, "20000-1101"), await opened(world, other, copy, "20000-1102")]
    for case in cases:
        await decided(world, case)
    assert reasons(await step(world, "post", "case_ids", cases, REGISTRAR)) == [None, CIRCULAR]


async def test_course_asked_for_in_both_records_is_awarded_to_the_person_once(world: World) -> None:
    kept, other = await world.learner(), await world.learner()
    cases = [await opened(world, one, await root_of(world, one), "20000-1101") for one in (kept, other)]
    for case in cases:
        await decided(world, case)
    await merge(world, kept, other)
    assert reasons(await step(world, "post", "case_ids", cases, REGISTRAR)) == [None, "COURSE_ALREADY_AWARDED"]
    drift = {name: n for name, n in (await audit(world.pool)).items() if name.startswith("drift") and n}
    assert drift == {}


async def test_awards_of_one_learner_say_nothing_about_another_in_the_same_call(world: World) -> None:
    one, stranger = await world.learner(), await world.learner()
    root, copy = await root_of(world, one), await copy_of(world, stranger)
    own = await root_of(world, stranger)
    first, second = await opened(world, one, root, "20000-1101"), await opened(world, stranger, copy, "20000-1102")
    for case in (first, second):
        await decided(world, case)
    assert reasons(await step(world, "post", "case_ids", [first, second], REGISTRAR)) == [None, None]
    third = case_json(world, stranger, ([own], "20000-1101"))
    assert reasons(await step(world, "", "cases", [third], REGISTRAR)) == [None]


@pytest.mark.parametrize("is_one_call", [True, False])
async def test_course_that_one_record_asked_for_is_not_asked_for_again_by_the_other(
    world: World, *, is_one_call: bool
) -> None:
    kept, other = await world.learner(), await world.learner()
    sources = [await root_of(world, kept), await copy_of(world, other)]
    merge_id = await merge(world, kept, other)
    wanted = [
        case_json(world, one, ([source], "20000-1102")) for one, source in zip((kept, other), sources, strict=True)
    ]
    calls = [wanted] if is_one_call else [wanted[:1], wanted[1:]]
    found = [why for items in calls for why in reasons(await step(world, "", "cases", items, REGISTRAR))]
    assert found == [None, "COURSE_ALREADY_REQUESTED"]
    await unmerge(world, kept, other, merge_id)
    assert reasons(await step(world, "", "cases", wanted[1:], REGISTRAR)) == [None]


@pytest.mark.parametrize("keeps_owner", [True, False])
async def test_case_of_a_merged_record_goes_its_way_under_the_id_by_which_the_person_is_known(
    world: World, *, keeps_owner: bool
) -> None:
    owner, twin = await world.learner(), await world.learner()
    root = await root_of(world, owner)
    kept, other = (owner, twin) if keeps_owner else (twin, owner)
    merge_id = await merge(world, kept, other)
    # Whoever asks names the surviving id; the case is of the record in which the result stands.
    case = await opened(world, kept, root, "20000-1101")
    assert await world.fetchval("SELECT learner_id::text FROM transfer_case WHERE case_id::text = $1", case) == str(
        owner
    )
    await decided(world, case)
    await posted(world, case)
    for learner_id in (kept, other):
        answer = await get(world, f"transfer-cases?learner_id={learner_id}", REGISTRAR)
        assert [(one["case_id"], one["state"]) for one in answer.json()["transfer_cases"]] == [(case, "POSTED")]
    await unmerge(world, kept, other, merge_id)
    assert (await get(world, f"transfer-cases?learner_id={twin}", REGISTRAR)).json()["transfer_cases"] == []
    assert (await audit(world.pool))["drift_postings"] == 0


async def test_results_of_a_stranger_are_named_for_nobody(world: World) -> None:
    learner_id, stranger = await world.learner(), await world.learner()
    root = await root_of(world, stranger)
    wanted = case_json(world, learner_id, ([root], "20000-1101"))
    assert reasons(await step(world, "", "cases", [wanted], REGISTRAR)) == ["ENTRY_UNKNOWN"]


async def test_enrolment_of_which_only_the_registry_knows_bears_the_case_of_a_merged_record(world: World) -> None:
    kept, other = await world.learner(), await world.learner()
    root = await root_of(world, other)
    await merge(world, kept, other)
    await world.execute("DELETE FROM enrolment_copy WHERE learner_id = ANY($1::uuid[])", [kept, other])
    case = await opened(world, other, root, "20000-1101")
    assert case


async def test_preview_joins_results_of_two_records_no_more_than_a_case_does(world: World) -> None:
    kept, other = await world.learner(), await world.learner()
    [[first]] = await world.results([kept], ("พ31101", "3"))
    [[second]] = await world.results([other], ("พ31102", "3"))
    await merge(world, kept, other)

    async def verdict() -> tuple[str, list[str]]:
        body = {"learner_id": str(kept), "purpose": "TRANSFER_REVIEW", "targets": [key_json("20000-1601")]}
        [line] = (await post(world, "transfer-previews", body, REGISTRAR)).json()["lines"]
        return line["verdict"], sorted(line["source_entry_ids"])

    assert (await verdict())[0] == "INCOMPLETE"
    joined = case_json(world, kept, ([first, second], "20000-1601"))
    assert reasons(await step(world, "", "cases", [joined], REGISTRAR)) == ["ENTRY_UNKNOWN"]
    [[both]] = await world.results([other], ("พ31101", "2"))
    assert await verdict() == ("LIKELY", sorted([str(both), str(second)])), "of one record, whatever the grades"
    wanted = case_json(world, kept, ([both, second], "20000-1601"))
    assert reasons(await step(world, "", "cases", [wanted], REGISTRAR)) == [None]
