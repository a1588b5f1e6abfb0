"""Joint assessments, the director's approval, and what is recorded without study at the school."""

from typing import Any
from uuid import UUID, uuid4

import httpx
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from tests.support.credit_calls import balances, events, get, post, posted, reasons, result_json
from tests.support.credit_world import Person, World

OWN = {"code_system": "EXT", "curriculum_version": "NUAIKIT-1"}


def stub(world: World) -> pb_grpc.RecordingServiceStub:
    return pb_grpc.RecordingServiceStub(world.channel)


async def workplace(world: World) -> tuple[UUID, Person]:
    """A workplace with its assessor."""
    place = uuid4()
    await world.execute(
        "INSERT INTO institution_copy (institution_id, kind, name_th, local_alias, data_status)"
        " VALUES ($1, 'WORKPLACE', 'อู่ทดสอบ', 'WORKPLACE-1', 'demonstration')",
        place,
    )
    return place, await world.employ("master", "outside_assessor", place)


async def recorded(world: World, *results: dict[str, Any]) -> list[str]:
    items = await posted(world, "entries", {"results": list(results)}, "school-recorder")
    assert reasons(items) == [None] * len(results), items
    return [item["id"] for item in items]


async def verify(world: World, *entry_ids: str, who: Person | str = "school-registrar") -> list[str | None]:
    return reasons(await posted(world, "entries/verify", {"entry_ids": list(entry_ids)}, who))


async def sign(world: World, entry_id: str, who: Person | str, *, agreed: bool = True) -> list[str | None]:
    item = {"entry_id": entry_id, "is_agreed": agreed, "explanation_th": "ปฏิบัติงานซ่อมได้ตามเกณฑ์"}
    return reasons(await posted(world, "assessments", {"assessments": [item]}, who))


async def test_result_assessed_by_two_sides_is_verified_when_both_signed(world: World) -> None:
    learner_id = await world.learner()
    place, master = await workplace(world)
    sides = [str(world.school), str(place)]
    [entry_id] = await recorded(world, result_json(learner_id, assessor_institution_ids=sides))
    assert await verify(world, entry_id) == ["ASSESSMENT_MISSING"]

    waiting = (await get(world, "assessments?is_waiting_only=true", master)).json()["entries"]
    assert [item["entry_id"] for item in waiting] == [entry_id]
    assert await sign(world, entry_id, master) == [None]
    again = {"entry_id": entry_id, "is_agreed": True, "explanation_th": "ปฏิบัติงานซ่อมได้ตามเกณฑ์"}
    [repeated] = await posted(world, "assessments", {"assessments": [again]}, master)
    assert repeated["already_done"] is True
    assert await sign(world, entry_id, master, agreed=False) == ["ASSESSMENT_SIGNED_BEFORE"]
    assert (await get(world, "assessments?is_waiting_only=true", master)).json()["entries"] == []
    assert await verify(world, entry_id) == ["ASSESSMENT_MISSING"]
    assert await sign(world, entry_id, "school-recorder") == [None]
    assert await verify(world, entry_id) == [None]

    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert {item["institution_id"] for item in entry["signatures"]} == set(sides)
    assert entry["signatures"][0]["explanation_th"] == "ปฏิบัติงานซ่อมได้ตามเกณฑ์"
    told = await events(world, events_pb2.AssessmentSigned)
    assert [event.assessor_institution_id for event in told] == [str(place), str(world.school)]
    looks = (await get(world, f"learners/{learner_id}/access", world.signed_in(learner_id))).json()
    assert "ASSESSMENT" in str(looks), "the learner sees that a workplace looked"


async def test_side_that_does_not_agree_keeps_a_result_from_being_verified_over_grpc(world: World) -> None:
    learner_id = await world.learner()
    place, master = await workplace(world)
    [entry_id] = await recorded(world, result_json(learner_id, assessor_institution_ids=[str(place)]))
    item = pb.AssessmentInput(entry_id=entry_id, is_agreed=False)
    request = pb.SignAssessmentsRequest(request_id=str(uuid4()), assessments=[item])
    answer = await stub(world).SignAssessments(request, metadata=master.metadata)
    assert reasons(answer.outcomes) == [None]
    [shown] = (await stub(world).ListAssessments(pb.ListAssessmentsRequest(), metadata=master.metadata)).entries
    assert (shown.entry_id, shown.signatures[0].is_agreed) == (entry_id, False)
    assert await verify(world, entry_id) == ["ASSESSMENT_DISAGREES"]
    body = {"entry_ids": [entry_id], "reason_code": "WRONG_GRADE"}
    assert reasons(await posted(world, "entries/return", body, "school-registrar")) == [None]
    [second] = await recorded(world, result_json(learner_id, grade="2", assessor_institution_ids=[str(place)]))
    assert await verify(world, second) == ["ASSESSMENT_MISSING"], "the next version is signed anew"


async def test_one_person_signs_for_one_side_and_does_not_verify_what_he_signed(world: World) -> None:
    learner_id = await world.learner()
    sides = [str(world.school), str(world.college)]
    [entry_id] = await recorded(world, result_json(learner_id, assessor_institution_ids=sides))
    assert await sign(world, entry_id, "college-recorder") == [None]
    same_at_school = world.person("college-recorder", "school_recorder", world.school)
    assert await sign(world, entry_id, same_at_school) == ["ASSESSMENT_SIGNED_BEFORE"]
    assert await sign(world, entry_id, "school-recorder") == [None]
    as_registrar = world.person("college-recorder", "school_registrar", world.school)
    assert await verify(world, entry_id, who=as_registrar) == ["SAME_ACTOR"]
    stranger = await world.employ("stranger-recorder", "college_recorder", world.stranger)
    assert await sign(world, entry_id, stranger) == ["ENTRY_UNKNOWN"]
    answer = await post(world, "assessments", {"assessments": [{"entry_id": entry_id, "is_agreed": True}]}, "auditor")
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")
    unknown = result_json(learner_id, "ค31101", assessor_institution_ids=[str(uuid4())])
    assert reasons(await posted(world, "entries", {"results": [unknown]}, "school-recorder")) == ["INSTITUTION_UNKNOWN"]


async def test_director_approves_a_batch_of_verified_results(world: World) -> None:
    learner_id = await world.learner()
    first, second, third = await recorded(
        world, result_json(learner_id), result_json(learner_id, "ค31101"), result_json(learner_id, "ศ31101")
    )
    assert await verify(world, first, second) == [None, None]
    body = {"entry_ids": [first, second, third, str(uuid4())]}
    found = await posted(world, "entries/approve", body, "school-director")
    assert reasons(found) == [None, None, "ENTRY_STATE_WRONG", "ENTRY_UNKNOWN"]
    [again] = await posted(world, "entries/approve", {"entry_ids": [first]}, "school-director")
    assert again["already_done"] is True
    [batch] = (await get(world, "approvals", "school-director")).json()["approvals"]
    assert batch["entry_count"] == 2
    [entry] = (await get(world, f"entries?learner_id={learner_id}&state=SUBMITTED", "school-recorder")).json()[
        "entries"
    ]
    assert entry["approval_id"] is None
    shown = (await get(world, "entries?state=VERIFIED", "school-recorder")).json()["entries"]
    assert {item["approval_id"] for item in shown} == {batch["approval_id"]}
    assert {event.entry_id for event in await events(world, events_pb2.CreditApproved)} == {first, second}
    page = await stub(world).ListApprovals(pb.ListApprovalsRequest(), metadata=world.staff["school-director"].metadata)
    assert [item.approval_id for item in page.approvals] == [batch["approval_id"]]
    request = pb.ApproveResultsRequest(request_id=str(uuid4()), entry_ids=[first])
    other = await stub(world).ApproveResults(request, metadata=world.staff["college-director"].metadata)
    assert reasons(other.outcomes) == ["ENTRY_UNKNOWN"]
    # Whoever verified as registrar does not approve as director (CB-I19).
    assert await verify(world, third) == [None]
    both = world.person("school-registrar", "school_director", world.school)
    assert reasons(await posted(world, "entries/approve", {"entry_ids": [third]}, both)) == ["SAME_ACTOR"]
    refused = await post(world, "entries/approve", {"entry_ids": [third]}, "school-registrar")
    assert refused.status_code == httpx.codes.FORBIDDEN


async def test_learner_without_a_school_has_knowledge_and_experience_recognised(world: World) -> None:
    learner_id = uuid4()
    await world.execute(
        "INSERT INTO learner_copy (learner_id, registrar_institution_id, registered_at, data_status)"
        " VALUES ($1, $2, now(), 'demonstration')",
        learner_id,
        world.school,
    )
    shared = {"source_mode": "RPL", "grade_scheme": "PASS_FAIL", "issuing_body": "สถาบันพัฒนาฝีมือแรงงานทดสอบ"}
    portfolio = {"kind": "PORTFOLIO", "document_no": "แฟ้ม 1/2568"}
    [wrong, right] = await recorded(
        world,
        result_json(learner_id, "ค31101", "ผ", rpl_mode="EXAM", evidence=[portfolio], **shared),
        result_json(learner_id, "ท31101", "ผ", rpl_mode="PORTFOLIO", evidence=[portfolio], **shared),
    )
    assert await verify(world, wrong, right) == ["EVIDENCE_KIND_MISSING", None]
    entry = (await get(world, "entries?state=VERIFIED", "school-recorder")).json()["entries"][0]
    assert (entry["rpl_mode"], entry["form"], entry["level"]) == ("PORTFOLIO", "INFORMAL", "UPPER_SECONDARY")
    assert (entry["counts_in_gpa"], entry["is_earned"]) == (False, True)
    assert entry["issuing_body"] == "สถาบันพัฒนาฝีมือแรงงานทดสอบ"
    assert (await balances(world, learner_id))["BANK", "AVAILABLE"] == 100
    studied = result_json(learner_id, "ศ31101")
    assert reasons(await posted(world, "entries", {"results": [studied]}, "school-recorder")) == [
        "LEARNER_NOT_ENROLLED"
    ]


async def test_yearly_assessments_and_a_level_equivalence_are_entries_without_credits(world: World) -> None:
    learner_id = await world.learner()
    shared = {"source_mode": "ASSESSMENT", "grade_scheme": "OBEC_4_QUALITY"}
    level = {
        "source_mode": "LEVEL_EQUIV",
        "grade_scheme": "PASS_FAIL",
        "course": OWN | {"code": "LEVEL_EQUIVALENCE"},
        "level": "LOWER_SECONDARY",
        "issuing_body": "สำนักงานส่งเสริมการเรียนรู้จังหวัดทดสอบ",
        "evidence": [
            {"kind": "LEVEL_EQUIV_CERTIFICATE", "document_no": "ทร 1/2568", "issued_on": "2025-03-31"},
            {"kind": "V_NET", "document_no": "V 1/2568", "result_text": "62.5"},
        ],
    }
    entry_ids = await recorded(
        world,
        result_json(learner_id, grade="ดีเยี่ยม", course=OWN | {"code": "READING_THINKING_WRITING"}, **shared),
        result_json(learner_id, grade="ไม่ผ่าน", course=OWN | {"code": "DESIRABLE_CHARACTERISTICS"}, **shared),
        result_json(learner_id, grade="ผ", **level),
    )
    assert await verify(world, *entry_ids) == [None, None, None]
    assert await balances(world, learner_id) == {}
    found = (await get(world, "entries", "school-recorder")).json()["entries"]
    shown = {item["course"]["key"]["code"]: item for item in found}
    assert shown["READING_THINKING_WRITING"]["counts_for_graduation"] is True
    assert shown["DESIRABLE_CHARACTERISTICS"]["counts_for_graduation"] is False
    recognised = shown["LEVEL_EQUIVALENCE"]
    assert (recognised["level"], recognised["form"]) == ("LOWER_SECONDARY", "INFORMAL")
    assert recognised["evidence"][1]["result_text"] == "62.5"
    bad = [
        result_json(learner_id, "ค31101", **shared),
        result_json(
            learner_id,
            grade="ผ",
            course=OWN | {"code": "READING_THINKING_WRITING"},
            source_mode="ASSESSMENT",
            grade_scheme="PASS_FAIL",
        ),
        result_json(learner_id, grade="ผ", **level | {"level": None, "term": 2}),
        result_json(learner_id, "ศ31101", evidence=[{"kind": "RUMOUR", "document_no": "1"}]),
        result_json(learner_id, "ศ31101", rpl_mode="EXAM"),
        result_json(learner_id, "ศ31101", attempt=2, attempt_kind="FIRST"),
    ]
    assert reasons(await posted(world, "entries", {"results": bad}, "school-recorder")) == [
        "RESULT_INVALID",
        "GRADE_SCHEME_WRONG",
        "RESULT_INVALID",
        "EVIDENCE_KIND_UNKNOWN",
        "RESULT_INVALID",
        "RESULT_INVALID",
    ]


async def test_remedial_examination_and_repeated_course_are_different_attempts(world: World) -> None:
    learner_id = await world.learner()
    early = result_json(learner_id, grade="1", attempt=2, attempt_kind="REMEDIAL")
    assert reasons(await posted(world, "entries", {"results": [early]}, "school-recorder")) == [
        "REMEDIAL_WITHOUT_FAILURE"
    ]
    found = await posted(
        world,
        "entries",
        {
            "results": [
                result_json(learner_id, grade="0"),
                result_json(learner_id, grade="4", attempt=2, attempt_kind="REMEDIAL"),
                result_json(learner_id, grade="1", attempt=2, attempt_kind="REMEDIAL"),
                result_json(learner_id, grade="1", attempt=3, attempt_kind="REMEDIAL"),
                result_json(learner_id, grade="4", attempt=3),
            ]
        },
        "school-recorder",
    )
    assert reasons(found) == [None, "REMEDIAL_GRADE_TOO_HIGH", None, "REMEDIAL_WITHOUT_FAILURE", None]
    kinds = {
        item["attempt"]: item["attempt_kind"]
        for item in (await get(world, "entries", "school-recorder")).json()["entries"]
    }
    assert kinds == {1: "FIRST", 2: "REMEDIAL", 3: "REPEAT"}
