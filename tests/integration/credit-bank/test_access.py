"""Who read a learner's credits, shown to the learner and to auditors."""

from collections.abc import AsyncIterator, Callable
from typing import Any
from uuid import UUID, uuid4

import grpc
import grpc.aio
import httpx
import pytest
from chassis.grpc_server import DETAILS_KEY
from google.rpc import error_details_pb2, status_pb2
from nuaikit.credit_bank.v1 import access_pb2, access_pb2_grpc

from tests.support import credit_calls as calls
from tests.support.credit_world import Person, World, credit_world
from tests.support.telemetry import RecordedTelemetry
from tests.support.transfer_calls import decided, done, posted, simple


@pytest.fixture
async def world(database: Callable[..., str], telemetry: RecordedTelemetry) -> AsyncIterator[World]:
    async with credit_world(database, telemetry) as made:
        yield made


async def read(world: World, learner_id: UUID, who: str, purpose: str) -> None:
    headers = world.staff[who].headers | {"Nuaikit-Purpose": purpose}
    answer = await world.http.get(f"/v1/learners/{learner_id}/transcript", headers=headers)
    assert answer.status_code == httpx.codes.OK, answer.text


async def access(world: World, learner_id: UUID, who: Person, **query: str) -> httpx.Response:
    return await world.http.get(f"/v1/learners/{learner_id}/access", headers=who.headers, params=query)


async def test_learner_sees_who_looked_newest_first(world: World) -> None:
    learner_id, other_id = await world.learner(), await world.learner()
    await read(world, learner_id, "school-registrar", "GUIDANCE")
    await read(world, learner_id, "college-registrar", "ADMISSION")
    await read(world, other_id, "college-registrar", "ADMISSION")
    answer = await access(world, learner_id, world.signed_in(learner_id))
    records = answer.json()["records"]
    assert [(item["institution_id"], item["role"], item["purpose"], item["ground"]) for item in records] == [
        (str(world.college), "college_registrar", "ADMISSION", "PARTNERSHIP"),
        (str(world.school), "school_registrar", "GUIDANCE", "OWN_INSTITUTION"),
    ]
    assert {item["resource"] for item in records} == {"transcript"}
    assert records[0]["ground_id"] == str(world.partnership_id)
    assert "subject" not in answer.text, "who in person stays inside"


async def test_pages_go_on_where_the_last_ended(world: World) -> None:
    learner_id = await world.learner()
    for _ in range(5):
        await read(world, learner_id, "college-registrar", "ADMISSION")
    learner = world.signed_in(learner_id)
    seen: list[str] = []
    token = ""
    for _ in range(3):
        page = (await access(world, learner_id, learner, page_size="2", page_token=token)).json()
        seen += [item["access_id"] for item in page["records"]]
        token = page["next_page_token"]
    assert (len(set(seen)), token) == (5, "")
    assert seen == sorted(seen, reverse=True)


async def test_auditor_sees_all_and_leaves_a_row(world: World) -> None:
    learner_id = await world.learner()
    await read(world, learner_id, "college-registrar", "ADMISSION")
    first = (await access(world, learner_id, world.staff["auditor"])).json()["records"]
    assert [item["ground"] for item in first] == ["PARTNERSHIP"]
    second = (await access(world, learner_id, world.signed_in(learner_id))).json()["records"]
    assert [(item["ground"], item["resource"]) for item in second] == [
        ("AUDIT", "access log"),
        ("PARTNERSHIP", "transcript"),
    ]


async def test_nobody_else_sees_it(world: World) -> None:
    learner_id = await world.learner()
    other = world.signed_in(await world.learner())
    assert (await access(world, learner_id, other)).status_code == httpx.codes.NOT_FOUND
    for name in ("college-registrar", "school-registrar", "chair"):
        refused = await access(world, learner_id, world.staff[name])
        assert (refused.status_code, refused.json()["reason"]) == (403, "PERMISSION_MISSING")


async def test_rows_are_for_ever(world: World) -> None:
    learner_id = await world.learner()
    await read(world, learner_id, "college-registrar", "ADMISSION")
    for statement in ("DELETE FROM access_log", "UPDATE access_log SET purpose = 'x'", "TRUNCATE access_log"):
        with pytest.raises(Exception, match="append-only"):
            await world.execute(statement)


async def test_rpc_gives_the_same_and_tells_its_errors(world: World) -> None:
    learner_id = await world.learner()
    await read(world, learner_id, "college-registrar", "ADMISSION")
    learner = world.signed_in(learner_id)
    stub: Any = access_pb2_grpc.AccessServiceStub(world.channel)
    request = access_pb2.ListAccessRequest(learner_id=str(learner_id))
    [record] = (await stub.ListAccess(request, metadata=learner.metadata)).records
    [plain] = (await access(world, learner_id, learner)).json()["records"]
    for name in ("access_id", "learner_id", "institution_id", "role", "resource", "purpose", "ground", "ground_id"):
        assert getattr(record, name) == plain[name], name
    assert record.read_at.ToJsonString() == plain["read_at"]

    async def refused(request: Any, metadata: Any) -> tuple[grpc.StatusCode, str]:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await stub.ListAccess(request, metadata=metadata)
        info = error_details_pb2.ErrorInfo()
        details = dict(refusal.value.trailing_metadata() or ())[DETAILS_KEY]
        status_pb2.Status.FromString(details).details[0].Unpack(info)
        return refusal.value.code(), info.reason

    registrar = world.staff["college-registrar"].metadata
    invalid = grpc.StatusCode.INVALID_ARGUMENT
    assert await refused(request, ()) == (grpc.StatusCode.UNAUTHENTICATED, "TOKEN_INVALID")
    assert await refused(request, registrar) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    other = access_pb2.ListAccessRequest(learner_id=str(uuid4()))
    assert await refused(other, learner.metadata) == (grpc.StatusCode.NOT_FOUND, "NOT_FOUND")
    for broken in (
        access_pb2.ListAccessRequest(learner_id="x"),
        access_pb2.ListAccessRequest(learner_id=str(learner_id), page_size=1_001),
        access_pb2.ListAccessRequest(learner_id=str(learner_id), page_token="x"),
    ):
        assert await refused(broken, learner.metadata) == (invalid, "INVALID_FIELD")


async def test_case_opens_a_learners_results_only_until_it_ends(world: World) -> None:
    learner_id, [thai], case_id = await simple(world)
    looks: list[int] = []

    async def look() -> None:
        headers = world.staff["member-1"].headers | {"Nuaikit-Purpose": "TRANSFER_ASSESSMENT"}
        answer = await world.http.get(f"/v1/learners/{learner_id}/transcript", headers=headers)
        looks.append(answer.status_code)

    await decided(world, case_id)
    await posted(world, case_id)
    await look()
    await done(world, "close", "case_ids", [case_id], "college-registrar")
    await look()
    body = {"entry_ids": [str(thai)], "reason_code": "FRAUD"}
    [asked] = await calls.posted(world, "entries/revocations", body, "school-registrar")
    await calls.posted(world, "entry-changes/confirm", {"change_ids": [asked["id"]]}, "school-director")
    await look()
    listed = (await calls.get(world, "review-flags", "college-registrar")).json()["flags"]
    [flag] = [flag for flag in listed if flag["subject"] == "POSTING"]
    decision = {"flag_id": flag["flag_id"], "is_kept": False, "reason_th": "ผลต้นทางถูกเพิกถอน"}
    await done(world, "resolve-flags", "resolutions", [decision], "chair")
    await look()
    assert looks == [200, 404, 200, 404], "posted, closed, its source revoked, and decided on"
