"""Files, letters and precedents of cases, and cases for a class."""

import asyncio
import hashlib
import json
from typing import Any
from uuid import UUID, uuid4

import httpx
from credit_bank.transfers import batches
from nuaikit.credit_bank.v1 import transfers_pb2, transfers_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import World, to_pb
from tests.support.transfer_calls import CASES, NO, decided, opened, posted, read, simple, step, today, vote


async def test_whole_case_is_one_page_and_the_same_as_data(world: World) -> None:
    learner_id, _, case_id = await simple(world)
    await decided(world, case_id, **(NO | {"reason_th": "<b>เนื้อหา</b> ไม่ครอบคลุม"}))
    page = await calls.get(world, f"{CASES}/{case_id}/file", "college-registrar")
    assert page.status_code == httpx.codes.OK
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    data = await calls.get(world, f"{CASES}/{case_id}/file.json", "college-registrar")
    sha256 = hashlib.sha256(data.content).hexdigest()
    assert data.headers["digest"] == f"sha-256={sha256}"
    assert sha256 in page.text
    assert "&lt;b&gt;เนื้อหา&lt;/b&gt;" in page.text, "what people write is never markup"
    assert "<script" not in page.text
    document = json.loads(data.content)
    assert [one["kind"] for one in document["steps"]] == ["SUBMITTED", "REVIEW_BEGUN", "EVALUATED", "DECIDED"]
    assert [one["is_accepted"] for one in document["votes"]] == [False, False]
    assert [one["type"] for one in document["journals"]] == ["transfer.submitted", "transfer.decided"]
    assert document["sources"][0]["evidence"][0]["document_no"] == "ทดสอบ 1/2569"
    assert "สมมติ" not in data.text
    mine = (await calls.get(world, f"{CASES}/{case_id}/file.json", world.signed_in(learner_id))).json()
    assert (mine["votes"], mine["interests"]) == ([], [])
    assert mine["case"]["lines"][0]["reason_code"] == "CONTENT_INSUFFICIENT"
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    over_grpc = await stub.GetCaseFile(
        transfers_pb2.GetCaseFileRequest(case_id=case_id), metadata=world.staff["college-registrar"].metadata
    )
    assert over_grpc.document_json.encode() == data.content
    assert over_grpc.document_sha256.hex() == sha256
    for path in ("file", "file.json", "decision-letter"):
        answer = await calls.get(world, f"{CASES}/{case_id}/{path}", "stranger-registrar")
        assert (answer.status_code, answer.json()["reason"]) == (404, "CASE_NOT_FOUND")


async def test_letter_says_what_was_decided_why_and_until_when_one_may_appeal(world: World) -> None:
    learner_id, _, case_id = await opened(
        world, ("ท31101", "3"), ("ค31101", "3"), lines=[([0], "20000-1101"), ([1], "20000-1501")]
    )
    early = await calls.get(world, f"{CASES}/{case_id}/decision-letter", "college-registrar")
    assert early.json()["reason"] == "CASE_STATE_WRONG"
    await decided(world, case_id, rejected=["20000-1501"])
    me = world.signed_in(learner_id)
    letter = (await calls.get(world, f"{CASES}/{case_id}/decision-letter", me)).json()
    assert (letter["result"], letter["committee_order_no"]) == ("PARTLY_ACCEPTED", "คำสั่งทดสอบที่ 1/2569")
    assert letter["institution_name_th"] == "วิทยาลัยทดสอบ"
    assert [line["state"] for line in letter["lines"]] == ["ACCEPTED", "REJECTED"]
    assert letter["lines"][1]["sources_th"] == ["ค31101 คณิตศาสตร์"]
    assert letter["lines"][1]["reason_th"]
    assert any(rule.startswith("APPEAL_DAYS") and rule.endswith("assumed") for rule in letter["policy_rules"])
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    over_grpc = await stub.GetDecisionLetter(
        transfers_pb2.GetDecisionLetterRequest(case_id=case_id), metadata=me.metadata
    )
    assert (over_grpc.result, len(over_grpc.lines)) == ("PARTLY_ACCEPTED", 2)


async def test_precedents_tell_how_the_same_question_was_decided_and_nobodys_name(world: World) -> None:
    for opinion in ({}, NO):
        _, _, case_id = await simple(world)
        await decided(world, case_id, **opinion)
    await simple(world)
    question = {"sources": [calls.key_json("ท31101")], "target": calls.key_json("20000-1101")}
    answer = await calls.post(world, f"{CASES}/precedents", question, "stranger-chair")
    found = answer.json()
    assert (found["accepted"], found["rejected"]) == (1, 1)
    assert [one["state"] for one in found["precedents"]] == ["REJECTED", "ACCEPTED"]
    assert found["precedents"][0]["institution_name_th"] == "วิทยาลัยทดสอบ"
    assert not {"learner_id", "case_id", "reason_th"} & set(found["precedents"][0])
    both = question | {"sources": [calls.key_json("ท31101"), calls.key_json("ค31101")]}
    assert (await calls.post(world, f"{CASES}/precedents", both, "member-1")).json()["accepted"] == 0
    unknown = question | {"target": calls.key_json("20000-7777")}
    assert (await calls.post(world, f"{CASES}/precedents", unknown, "member-1")).json()["reason"] == "COURSE_UNKNOWN"
    assert (await calls.post(world, f"{CASES}/precedents", question, "school-recorder")).status_code == 403
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    request = transfers_pb2.ListPrecedentsRequest(
        sources=[calls.key_pb("ท31101")], target=calls.key_pb("20000-1101"), page_size=1
    )
    over_grpc = await stub.ListPrecedents(request, metadata=world.staff["member-1"].metadata)
    assert (len(over_grpc.precedents), over_grpc.accepted, over_grpc.rejected) == (1, 1, 1)


def batch_json(world: World, **changes: Any) -> dict[str, Any]:
    return {
        "ground": "PARTNERSHIP",
        "partnership_id": str(world.partnership_id),
        "requested_on": today().isoformat(),
        "requested_by": "LEARNER",
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
        "lines": [
            {"sources": [calls.key_json("ท31101")], "target": calls.key_json("20000-1101")},
            {"sources": [calls.key_json("ค31101")], "target": calls.key_json("20000-1102")},
        ],
    } | changes


async def batch(world: World, batch_id: str, who: str = "college-registrar", **query: Any) -> httpx.Response:
    suffix = "".join(f"{'&' if number else '?'}{name}={value}" for number, (name, value) in enumerate(query.items()))
    return await calls.get(world, f"{CASES}/batches/{batch_id}{suffix}", who)


async def test_class_gets_its_cases_and_everybody_is_accounted_for(world: World) -> None:
    whole, partly, nothing, outside = [await world.learner() for _ in range(3)] + [
        await world.learner((world.school, "PRIMARY", "FORMAL"))
    ]
    await world.results([whole, outside], ("ท31101", "3"), ("ค31101", "3"))
    await world.results([partly], ("ท31101", "3"))
    wanted = batch_json(world, school_class={"institution_id": str(world.school), "grade_label": "M.4"})
    request_id = str(uuid4())
    key = {"Idempotency-Key": request_id}
    begun = (await calls.post(world, f"{CASES}/batches", wanted, "college-registrar", **key)).json()
    assert (begun["total"], begun["already_done"]) == (3, False), "an agreement on dual education reaches nobody else"
    again = (await calls.post(world, f"{CASES}/batches", wanted, "college-registrar", **key)).json()
    assert again == begun | {"already_done": True}
    waiting = (await batch(world, begun["batch_id"])).json()
    assert (waiting["state"], waiting["done"]) == ("WAITING", 0)
    done = await asyncio.gather(*(batches.work_once(world.pool, world.bank_registry) for _ in range(3)))
    assert sorted(done) == [False, False, True], "one worker has it"
    after = (await batch(world, begun["batch_id"])).json()
    assert (after["state"], after["opened"], after["refused"]) == ("FINISHED", 2, 1)
    items = {UUID(item["learner_id"]): (item["state"], item["reason"]) for item in after["items"]}
    assert items == {
        whole: ("OPENED", ""),
        partly: ("OPENED", "SOURCES_MISSING"),
        nothing: ("REFUSED", "ENTRY_UNKNOWN"),
    }
    second = batch_json(world, learner_ids=[str(whole), str(outside)])
    begun = (await calls.post(world, f"{CASES}/batches", second, "college-registrar")).json()
    assert await batches.work_once(world.pool, world.bank_registry)
    after = (await batch(world, begun["batch_id"], page_size=1)).json()
    assert (after["opened"], after["refused"], len(after["items"])) == (1, 1, 1)
    rest = (await batch(world, begun["batch_id"], page_token=after["next_page_token"])).json()
    states = {item["learner_id"]: (item["state"], item["reason"]) for item in after["items"] + rest["items"]}
    assert states == {str(whole): ("ALREADY_OPEN", ""), str(outside): ("REFUSED", "LEARNER_NOT_ENROLLED")}
    assert await world.fetchval("SELECT count(*) FROM transfer_case") == 2


async def test_batch_goes_on_where_a_process_died(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"), ("ค31101", "3"))
    wanted = batch_json(world, learner_ids=[str(learner_id)])
    begun = (await calls.post(world, f"{CASES}/batches", wanted, "college-registrar")).json()
    await world.execute("UPDATE case_batch SET state = 'RUNNING', lease_until = now() + interval '1 minute'")
    assert not await batches.work_once(world.pool, world.bank_registry), "somebody works on it"
    await world.execute("UPDATE case_batch SET lease_until = now() - interval '1 second'")
    assert await batches.work_once(world.pool, world.bank_registry)
    assert (await batch(world, begun["batch_id"])).json()["opened"] == 1


async def test_batch_that_cannot_be_is_refused(world: World) -> None:
    async def reason(body: dict[str, Any], who: str = "college-registrar") -> str:
        return (await calls.post(world, f"{CASES}/batches", body, who)).json()["reason"]

    school_class = {"institution_id": str(world.school), "grade_label": "M.4"}
    assert await reason(batch_json(world)) == "INVALID_FIELD"
    assert await reason(batch_json(world, school_class=school_class)) == "BATCH_EMPTY"
    assert await reason(batch_json(world, school_class=school_class), "stranger-registrar") == "PARTNERSHIP_NOT_ACTIVE"
    elsewhere = school_class | {"institution_id": str(world.stranger)}
    assert await reason(batch_json(world, school_class=elsewhere)) == "PARTNERSHIP_NOT_ACTIVE"
    assert await reason(batch_json(world, learner_ids=[str(uuid4())]), "member-1") == "PERMISSION_MISSING"
    stub = transfers_pb2_grpc.TransferServiceStub(world.channel)
    request = transfers_pb2.StartCaseBatchRequest(
        request_id=str(uuid4()),
        learner_ids=[str(uuid4())],
        ground=transfers_pb2.TRANSFER_GROUND_ADMISSION,
        requested_on=to_pb(today()),
        requested_by="LEARNER",
        qualification_code="PWC-2562",
        qualification_version="2562",
        lines=[transfers_pb2.CaseBatchLine(sources=[calls.key_pb("ท31101")], target=calls.key_pb("20000-1101"))],
    )
    begun = await stub.StartCaseBatch(request, metadata=world.staff["college-registrar"].metadata)
    assert begun.total == 1
    found = transfers_pb2.GetCaseBatchRequest(batch_id=begun.batch_id)
    mine = await stub.GetCaseBatch(found, metadata=world.staff["college-registrar"].metadata)
    assert (mine.state, mine.items[0].state) == ("WAITING", "WAITING")
    status, why = await calls.refusal(stub.GetCaseBatch(found, metadata=world.staff["stranger-registrar"].metadata))
    assert why == "BATCH_NOT_FOUND"
    assert (await batch(world, begun.batch_id, "stranger-registrar")).status_code == 404
    assert status is not None


async def test_steps_of_a_class_are_taken_together(world: World) -> None:
    cases = [(await simple(world))[2] for _ in range(3)]
    found = await step(world, "begin-review", "case_ids", [*cases, str(uuid4())], "college-registrar")
    assert calls.reasons(found) == [None, None, None, "CASE_NOT_FOUND"]
    for case_id in cases:
        await vote(world, case_id, "member-1", "member-2")
    found = await step(world, "decide", "case_ids", cases, "chair")
    assert calls.reasons(found) == [None] * 3
    for case_id in cases:
        await posted(world, case_id)
        assert (await read(world, case_id))["state"] == "POSTED"
