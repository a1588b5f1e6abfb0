"""Averages over HTTP and gRPC: figures with what they were made of, and the rules by which (CB f.4)."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from credit_bank.equivalences.domain import RuleFacts, TransferMode
from credit_bank.equivalences.use_cases import PublishRules, publish_rules
from credit_bank.qualifications.conditions import AverageNeeded
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications
from credit_bank.rules.domain import EducationForm, EducationLevel
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from tests.support.credit_calls import get, posted, reasons, record, refusal, result, result_json
from tests.support.credit_merges import merge, unmerge
from tests.support.credit_world import DEMONSTRATION, World, course_key, ids_of, succeeded
from tests.support.transfer_calls import case_json, decided, done, read
from tests.support.transfer_calls import posted as posted_case

PURPOSE = {"Nuaikit-Purpose": "CREDIT_CHECK"}


async def averages(world: World, learner_id: UUID, query: str = "", who: str = "school-registrar") -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/averages{query}", who, **PURPOSE)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def test_average_says_what_it_was_made_of(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"), ("ค31101", "3.5"), ("พ31101", "3"), ("ก31901", "ผ"))
    found = await averages(world, learner_id)
    cumulative, term = found["averages"]
    assert cumulative == {
        "scope": "CUMULATIVE",
        "level": "UPPER_SECONDARY",
        "year_be": None,
        "term": None,
        "subject_group": None,
        "unit": "CR_OBEC",
        "numerator": "9.0000",
        "denominator": "2.5",
        "value": "3.60",
        "row_count": 3,
        "rounding": "HALF_UP",
        "retake": "REPLACE",
        "forms": ["FORMAL"],
    }
    assert (term["scope"], term["year_be"], term["term"], term["value"]) == ("TERM", 2569, 1, "3.60")
    method = found["method"]
    assert method["status"] == "assumed"
    assert {rule.split()[0] for rule in method["rules"]} == {"ROUNDING", "RETAKE", "COUNTS_IN_GPA"}


async def test_both_transports_tell_the_same(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"), ("ค31101", "3"))
    over_http = await averages(world, learner_id, "?document_kind=PP1")
    request = pb.GetAveragesRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", document_kind="PP1")
    stub = pb_grpc.LedgerServiceStub(world.channel)
    over_grpc = await stub.GetAverages(request, metadata=world.staff["school-registrar"].metadata)
    assert [(one.scope, one.value, one.row_count) for one in over_grpc.averages] == [
        (one["scope"], one["value"], one["row_count"]) for one in over_http["averages"]
    ]
    assert over_grpc.averages[0].numerator_ten_thousandths == 70_000
    assert list(over_grpc.method.rules) == over_http["method"]["rules"]


async def test_learner_without_grades_has_no_average_at_all(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ก31901", "ผ"))
    assert (await averages(world, learner_id))["averages"] == []


async def test_repeated_course_replaces_and_unverified_results_do_not_count(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "1"))
    retake = ids_of(await record(world, result(learner_id, grade="4", attempt=2, year_be=2569, term=2)))
    assert (await averages(world, learner_id))["averages"][0]["value"] == "1.00"
    await world.verify(retake)
    found = (await averages(world, learner_id))["averages"]
    assert [(one["scope"], one["value"]) for one in found] == [
        ("CUMULATIVE", "4.00"),
        ("TERM", "1.00"),
        ("TERM", "4.00"),
    ]


async def test_average_at_an_instant_is_that_of_what_was_verified_by_then(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"))
    instant = (await world.fetchval("SELECT now()")).isoformat().replace("+00:00", "Z")
    await world.results([learner_id], ("ค31101", "2"))
    assert (await averages(world, learner_id, f"?as_of={instant}"))["averages"][0]["value"] == "4.00"
    assert (await averages(world, learner_id))["averages"][0]["value"] == "3.00"


async def test_whoever_has_no_tie_to_the_learner_learns_nothing(world: World) -> None:
    learner_id = await world.learner()
    stub = pb_grpc.LedgerServiceStub(world.channel)
    request = pb.GetAveragesRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK")
    call = stub.GetAverages(request, metadata=world.staff["stranger-registrar"].metadata)
    assert (await refusal(call))[0] is grpc.StatusCode.NOT_FOUND
    unknown = pb.GetAveragesRequest(learner_id=str(uuid4()), purpose="CREDIT_CHECK")
    assert (await refusal(stub.GetAverages(unknown, metadata=world.staff["school-registrar"].metadata)))[
        0
    ] is grpc.StatusCode.NOT_FOUND
    answer = await get(world, f"learners/{learner_id}/averages", "school-registrar")
    assert answer.json()["reason"] == "PURPOSE_MISSING"
    wrong = await get(world, f"learners/{learner_id}/averages?document_kind=X", "school-registrar", **PURPOSE)
    assert wrong.json()["reason"] == "INVALID_FIELD"


async def test_learner_reads_his_own_without_a_purpose_and_others_leave_a_row(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "4"))
    own = await get(world, f"learners/{learner_id}/averages", world.signed_in(learner_id))
    assert own.json()["averages"][0]["value"] == "4.00"
    assert await world.fetchval("SELECT count(*) FROM access_log") == 0
    await averages(world, learner_id)
    assert await world.fetchval("SELECT resource FROM access_log") == "averages"


# ---- transferred courses, and rules by form ----


async def qualification_with_average(world: World) -> None:
    condition = AverageNeeded(code="AVERAGE", title_th="เฉลี่ยสะสม", min_hundredths=200, provenance=DEMONSTRATION)
    wanted = Qualification(
        "PWC-9", "1", "ปวช. ทดสอบ", "CR_OVEC", 100, {"CORE": 100}, frozenset(), DEMONSTRATION,
        conditions=(condition,), level=EducationLevel.VOCATIONAL_CERTIFICATE,
    )  # fmt: skip
    command = PublishQualifications(uuid4(), (wanted,))
    now = datetime.now(UTC)
    succeeded(await publish_qualifications(world.pool, command, actor=world.staff["publisher"].actor, now=now))


async def average_asked_for(world: World, learner_id: UUID) -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/qualification-audits", "college-registrar", **PURPOSE)
    [audit] = answer.json()["audits"]
    [finding] = [one for one in audit["conditions"] if one["type"] == "AVERAGE"]
    return finding | {"unannounced": audit["unannounced"]}


async def vocational(
    world: World, learner_id: UUID, query: str = "", who: str = "school-registrar"
) -> list[dict[str, Any]]:
    found = (await averages(world, learner_id, query, who))["averages"]
    return [one for one in found if one["level"] == "VOCATIONAL_CERTIFICATE"]


async def transferred(world: World) -> tuple[UUID, str]:
    """A learner with a course of the college (4.0) and one that was transferred to it (3.0): learner, case."""
    await qualification_with_average(world)
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    [[civics]] = await world.results([learner_id], ("20000-1501", "4"), recorder="college-recorder", verifier=None)
    await world.verify([civics], "college-registrar")
    own = {"entry_id": str(civics), "qualification_code": "PWC-9", "qualification_version": "1"}
    assert reasons(await posted(world, "counts", {"entries": [own]}, "college-registrar")) == [None]
    wanted = case_json(world, learner_id, ([thai], "20000-1101"), qualification_code="PWC-9", qualification_version="1")
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, item["id"])
    return learner_id, item["id"]


async def test_transferred_course_is_in_the_average_that_the_audit_shows(world: World) -> None:
    learner_id, case_id = await transferred(world)
    assert [one["value"] for one in await vocational(world, learner_id)] == ["4.00", "4.00"]
    before = (await world.fetchval("SELECT clock_timestamp()")).isoformat().replace("+00:00", "Z")
    await posted_case(world, case_id)
    whole, term = await vocational(world, learner_id)
    # 2 credits at 4 and 1 at 3; the transferred course was studied in no term of the college.
    assert (whole["scope"], whole["unit"], whole["numerator"], whole["value"]) == (
        "CUMULATIVE",
        "CR_OVEC",
        "11.0000",
        "3.67",
    )
    assert (term["scope"], term["value"]) == ("TERM", "4.00")
    finding = await average_asked_for(world, learner_id)
    assert (finding["have"], finding["is_met"]) == (whole["value"], True)
    assert [one["value"] for one in await vocational(world, learner_id, f"?as_of={before}")] == ["4.00", "4.00"]
    [line] = (await read(world, case_id))["lines"]
    back = {"line_id": line["line_id"], "reason_code": "ORDER", "reason_th": "คำสั่งแก้ไข"}
    await done(world, "reverse", "reversals", [back], "chair")
    assert [one["value"] for one in await vocational(world, learner_id)] == ["4.00", "4.00"]


async def test_learning_that_is_transferred_within_its_unit_and_level_counts_once(world: World) -> None:
    await qualification_with_average(world)
    publisher = world.staff["publisher"].actor
    rule = RuleFacts(
        source_groups=(frozenset({course_key("20000-1101")}),),
        target=course_key("20000-1102"),
        mode=TransferMode.TRANSFER,
        min_grade_hundredths=200,
        min_hours_pct=100,
        version=1,
        provenance=DEMONSTRATION,
    )
    succeeded(await publish_rules(world.pool, PublishRules(uuid4(), (rule,)), actor=publisher, now=datetime.now(UTC)))
    await world.employ("stranger-recorder", "college_recorder", world.stranger)
    await world.employ("stranger-director", "college_director", world.stranger)
    learner_id = await world.learner((world.stranger, "PARTNER", "FORMAL"), (world.college, "PRIMARY", "FORMAL"))
    [entries] = await world.results(
        [learner_id],
        ("20000-1101", "4"),
        ("20000-1501", "3"),
        recorder="stranger-recorder",
        verifier="stranger-registrar",
    )
    [before, *_] = await vocational(world, learner_id, who="college-registrar")
    assert (before["numerator"], before["value"]) == ("10.0000", "3.33")
    wanted = case_json(
        world,
        learner_id,
        ([entries[0]], "20000-1102"),
        ground="ADMISSION",
        partnership_id=None,
        qualification_code="PWC-9",
        qualification_version="1",
    )
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, item["id"])
    await posted_case(world, item["id"])
    [after, *_] = await vocational(world, learner_id, who="college-registrar")
    assert (after["numerator"], after["value"]) == (before["numerator"], before["value"])
    assert (await average_asked_for(world, learner_id))["have"] == "4.00", (
        "the account holds the transferred course alone"
    )
    # Without its source it is all that is left of this learning.
    body = {"entry_ids": [str(entries[0])], "reason_code": "FRAUD"}
    [change] = await posted(world, "entries/revocations", body, "stranger-registrar")
    done_ = await posted(world, "entry-changes/confirm", {"change_ids": [change["id"]]}, "stranger-director")
    assert reasons(done_) == [None], done_
    [left, *_] = await vocational(world, learner_id, who="college-registrar")
    assert (left["numerator"], left["value"]) == ("10.0000", "3.33")


async def test_form_for_which_the_rule_was_withdrawn_borrows_none_and_says_so(world: World) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    taught = result(learner_id, "20000-1102", "2", year_be=2569, form=EducationForm.NONFORMAL)
    [craft] = ids_of(await record(world, taught, who="college-recorder"))
    await world.verify([craft], "college-registrar")
    own = {"entry_id": str(craft), "qualification_code": "PWC-9", "qualification_version": "1"}
    assert reasons(await posted(world, "counts", {"entries": [own]}, "college-registrar")) == [None]
    [whole, *_] = await vocational(world, learner_id)
    assert (whole["value"], whole["forms"]) == ("3.25", ["FORMAL", "NONFORMAL"])
    assert (await average_asked_for(world, learner_id))["have"] == "3.25"
    await world.execute(
        """INSERT INTO policy_rule (key, reference, title_th, value, forms, levels, effective_from, version, source,
                                    status, is_repeal)
           VALUES ('RETAKE', 'ยกเลิก', 'ทดสอบ', 'null', '{NONFORMAL}', '{VOCATIONAL_CERTIFICATE}', '2026-01-01',
                   '2569.9', 'tests', 'demonstration', true)"""
    )
    found = await averages(world, learner_id)
    [whole, *_] = [one for one in found["averages"] if one["level"] == "VOCATIONAL_CERTIFICATE"]
    assert (whole["value"], whole["forms"]) == ("3.67", ["FORMAL"])
    assert found["method"]["unannounced"] == ["NONFORMAL VOCATIONAL_CERTIFICATE"]
    finding = await average_asked_for(world, learner_id)
    assert (finding["is_met"], finding["have"]) == (False, "3.67")
    assert finding["unannounced"] == ["NONFORMAL VOCATIONAL_CERTIFICATE"]
    request = pb.GetAveragesRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK")
    stub = pb_grpc.LedgerServiceStub(world.channel)
    told = await stub.GetAverages(request, metadata=world.staff["school-registrar"].metadata)
    assert list(told.method.unannounced) == ["NONFORMAL VOCATIONAL_CERTIFICATE"]
    assert list(told.averages[0].forms) == ["FORMAL"]


# ---- a source that changed after it was judged (docs/decisions/0011) ----


async def correct(world: World, entry_id: UUID, learner_id: UUID, grade: str) -> UUID:
    """The school corrects ท31101; gives the new version."""
    wanted = {
        "entry_id": str(entry_id),
        "entry_version": 1,
        "result": result_json(learner_id, grade=grade, year_be=2569),
        "reason_code": "GRADE_ERROR",
    }
    [change] = await posted(world, "entries/corrections", {"corrections": [wanted]}, "school-recorder")
    assert change["problem"] is None, change
    done_ = await posted(world, "entry-changes/confirm", {"change_ids": [change["id"]]}, "school-registrar")
    assert reasons(done_) == [None], done_
    newest = "SELECT entry_id FROM entry WHERE entry_root_id = $1 ORDER BY version DESC LIMIT 1"
    found: UUID = await world.fetchval(newest, entry_id)
    return found


async def revoke(world: World, entry_id: UUID) -> None:
    body = {"entry_ids": [str(entry_id)], "reason_code": "FRAUD"}
    [change] = await posted(world, "entries/revocations", body, "school-registrar")
    confirmed = await posted(world, "entry-changes/confirm", {"change_ids": [change["id"]]}, "school-director")
    assert reasons(confirmed) == [None], confirmed


async def shown(world: World, learner_id: UUID) -> dict[str, str]:
    """The average of the college's courses, as each reader is told."""
    [whole, *_] = await vocational(world, learner_id)
    headers = world.staff["college-registrar"].headers | {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}
    answer = await world.http.get(f"/v1/learners/{learner_id}/transcript", headers=headers)
    [told] = [one for one in answer.json()["averages"] if one["level"] == "VOCATIONAL_CERTIFICATE"]
    asked = await average_asked_for(world, learner_id)
    return {"averages": whole["value"], "transcript": told["value"], "audit": asked["have"]}


def everywhere(value: str) -> dict[str, str]:
    return dict.fromkeys(("averages", "transcript", "audit"), value)


async def thai_of(world: World, learner_id: UUID) -> UUID:
    found: UUID = await world.fetchval(
        "SELECT entry_id FROM entry WHERE learner_id = $1 AND code = 'ท31101' AND version = 1", learner_id
    )
    return found


async def flag(world: World) -> dict[str, Any]:
    [found] = [
        one
        for one in (await get(world, "review-flags", "college-registrar")).json()["flags"]
        if one["resolution"] is None and one["subject"] == "POSTING"
    ]
    return found


async def test_corrected_source_flags_the_posting_and_changes_its_grade_only_with_a_new_decision(world: World) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    assert await shown(world, learner_id) == everywhere("3.67")
    newer = await correct(world, await thai_of(world, learner_id), learner_id, "2")
    school = (await averages(world, learner_id))["averages"]
    assert next(one["value"] for one in school if one["level"] == "UPPER_SECONDARY") == "2.00", "its own at once"
    assert await shown(world, learner_id) == everywhere("3.67"), "flagged, not changed"
    raised = await flag(world)
    answer = await get(world, f"learners/{learner_id}/qualification-audits", "college-registrar", **PURPOSE)
    [audit] = answer.json()["audits"]
    assert audit["open_flag_count"] == 1
    decision = {"flag_id": raised["flag_id"], "is_kept": False, "reason_th": "ผลต้นทางเปลี่ยน"}
    await done(world, "resolve-flags", "resolutions", [decision], "college-registrar")
    assert await shown(world, learner_id) == everywhere("4.00")
    wanted = case_json(
        world, learner_id, ([newer], "20000-1101"), qualification_code="PWC-9", qualification_version="1"
    )
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, item["id"])
    await posted_case(world, item["id"])
    assert await shown(world, learner_id) == everywhere("3.33"), "2 credits at 4 and 1 at 2"


async def test_posting_that_is_kept_keeps_the_grade_that_was_judged(world: World) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    await correct(world, await thai_of(world, learner_id), learner_id, "1")
    decision = {"flag_id": (await flag(world))["flag_id"], "is_kept": True, "reason_th": "ประเมินแล้ว"}
    await done(world, "resolve-flags", "resolutions", [decision], "college-registrar")
    assert await shown(world, learner_id) == everywhere("3.67")


async def test_revoked_source_leaves_no_credits_without_the_grade_that_was_judged(world: World) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    await revoke(world, await thai_of(world, learner_id))
    assert await shown(world, learner_id) == everywhere("3.67")
    assert (await flag(world))["kind"] == "SOURCE_REVOKED"


async def test_posting_of_a_result_that_stands_twice_carries_the_grade_of_the_one_that_was_judged(
    world: World,
) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    twin = await world.learner()
    await world.results([twin], ("ท31101", "1"))
    # The survivor's own result is the one that counts as a result; it is not what was judged.
    merge_id = await merge(world, twin, learner_id)
    school = [one for one in (await averages(world, twin))["averages"] if one["level"] == "UPPER_SECONDARY"]
    assert school[0]["value"] == "1.00"
    assert await shown(world, twin) == await shown(world, learner_id) == everywhere("3.67")
    await correct(world, await thai_of(world, twin), twin, "4")
    assert await shown(world, twin) == everywhere("3.67"), "nor does a correction of the other record reach it"
    await unmerge(world, twin, learner_id, merge_id)
    assert await shown(world, learner_id) == everywhere("3.67")


async def test_course_that_both_records_were_awarded_has_one_grade_in_averages_and_audit(world: World) -> None:
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    twin = await world.learner()
    [[thai]] = await world.results([twin], ("ท31101", "2"))
    wanted = case_json(world, twin, ([thai], "20000-1101"), qualification_code="PWC-9", qualification_version="1")
    [item] = await done(world, "", "cases", [wanted], "college-registrar")
    await decided(world, item["id"])
    await posted_case(world, item["id"])
    await merge(world, learner_id, twin)
    found = await shown(world, learner_id)
    assert found in (everywhere("3.67"), everywhere("3.33")), "one of the two, and the same everywhere"


async def test_own_count_in_a_merged_record_keeps_its_grade(world: World) -> None:
    """The result that counts stands in the surviving record too, where it was not counted."""
    learner_id, case_id = await transferred(world)
    await posted_case(world, case_id)
    twin = await world.learner()
    [[civics]] = await world.results([twin], ("20000-1501", "4"), recorder="college-recorder", verifier=None)
    await world.verify([civics], "college-registrar")
    await merge(world, twin, learner_id)
    assert await shown(world, twin) == everywhere("3.67")
