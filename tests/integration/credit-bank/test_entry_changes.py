"""Corrections and revocations of verified results, each by two persons."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
from credit_bank.audit import audit
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import recording_pb2 as pb
from nuaikit.credit_bank.v1 import recording_pb2_grpc as pb_grpc

from tests.support.credit_calls import (
    balances,
    events,
    get,
    journal_types,
    post,
    posted,
    reasons,
    result_json,
    result_pb,
)
from tests.support.credit_world import World


def stub(world: World) -> pb_grpc.RecordingServiceStub:
    return pb_grpc.RecordingServiceStub(world.channel)


async def verified(world: World, learner_id: UUID, code: str = "ท31101", grade: str = "3") -> UUID:
    """One verified result of the term in which `result_json` puts things."""
    [done] = await posted(world, "entries", {"results": [result_json(learner_id, code, grade)]}, "school-recorder")
    await world.verify([UUID(done["id"])])
    return UUID(done["id"])


def correction(
    entry_id: UUID, learner_id: UUID, *, version: int = 1, grade: str = "4", **changes: Any
) -> dict[str, Any]:
    return {
        "entry_id": str(entry_id),
        "entry_version": version,
        "result": result_json(learner_id, grade=grade, **changes),
        "reason_code": "GRADE_ERROR",
    }


async def propose(world: World, *items: dict[str, Any], who: str = "school-recorder") -> list[dict[str, Any]]:
    return await posted(world, "entries/corrections", {"corrections": list(items)}, who)


async def confirm(world: World, *change_ids: str, who: str = "school-registrar") -> list[dict[str, Any]]:
    return await posted(world, "entry-changes/confirm", {"change_ids": list(change_ids)}, who)


async def revoke(world: World, *entry_ids: UUID, who: str = "school-registrar") -> list[dict[str, Any]]:
    body = {"entry_ids": [str(item) for item in entry_ids], "reason_code": "FRAUD"}
    return await posted(world, "entries/revocations", body, who)


async def drifts(world: World) -> dict[str, int]:
    return {name: value for name, value in (await audit(world.pool)).items() if name.startswith("drift") and value}


async def test_correction_becomes_a_new_verified_version_when_another_confirms(world: World) -> None:
    learner_id = await world.learner()
    old = await verified(world, learner_id)
    [asked] = await propose(world, correction(old, learner_id, grade="0"))
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100}
    [again] = await propose(world, correction(old, learner_id, grade="0"))
    assert (again["id"], again["already_done"]) == (asked["id"], True)
    [done] = await confirm(world, asked["id"])
    [repeated] = await confirm(world, asked["id"])
    assert (repeated["id"], repeated["already_done"]) == (done["id"], True)

    # A failed course earned nothing: what was available is void, and nothing came in.
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "VOID"): 100}
    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert (entry["entry_id"], entry["version"], entry["state"]) == (done["id"], 2, "VERIFIED")
    assert (entry["entry_root_id"], entry["grade_label"]) == (str(old), "0")
    [before] = (await get(world, "entries?state=SUPERSEDED", "school-recorder")).json()["entries"]
    assert before["entry_id"] == str(old)
    moved = [(event.kind, event.state) for event in await events(world, events_pb2.EntryChangeMoved)]
    assert moved == [("CORRECTION", "PROPOSED"), ("CORRECTION", "CONFIRMED")]
    [superseded] = await events(world, events_pb2.CreditSuperseded)
    assert superseded.learner_id == str(learner_id)
    kinds = await journal_types(world, learner_id)
    assert kinds == ["credit.recorded", "credit.verified", "credit.superseded", "credit.verified"]
    assert await drifts(world) == {}


async def test_same_way_over_grpc(world: World) -> None:
    learner_id = await world.learner()
    old = await verified(world, learner_id)
    recorder = world.staff["school-recorder"].metadata
    registrar = world.staff["school-registrar"].metadata
    item = pb.CorrectionInput(
        entry_id=str(old), entry_version=1, result=result_pb(learner_id, grade="2"), reason_code="APPEAL"
    )
    request = pb.ProposeCorrectionsRequest(request_id=str(uuid4()), corrections=[item])
    change_id = (await stub(world).ProposeCorrections(request, metadata=recorder)).outcomes[0].id
    [shown] = (await stub(world).ListEntryChanges(pb.ListEntryChangesRequest(), metadata=registrar)).changes
    assert (shown.change_id, shown.state) == (change_id, pb.ENTRY_CHANGE_STATE_PROPOSED)
    assert shown.result.grade_label == "2"
    refuse = pb.DeclineEntryChangesRequest(request_id=str(uuid4()), change_ids=[change_id])
    assert reasons((await stub(world).DeclineEntryChanges(refuse, metadata=registrar)).outcomes) == [None]
    late = pb.ConfirmEntryChangesRequest(request_id=str(uuid4()), change_ids=[change_id])
    assert reasons((await stub(world).ConfirmEntryChanges(late, metadata=registrar)).outcomes) == ["CHANGE_STATE_WRONG"]
    ask = pb.RequestRevocationsRequest(request_id=str(uuid4()), entry_ids=[str(old)], reason_code="ORDER")
    revocation = (await stub(world).RequestRevocations(ask, metadata=registrar)).outcomes[0].id
    director = world.staff["school-director"].metadata
    sure = pb.ConfirmEntryChangesRequest(request_id=str(uuid4()), change_ids=[revocation])
    assert reasons((await stub(world).ConfirmEntryChanges(sure, metadata=director)).outcomes) == [None]


async def test_revocation_needs_registrar_and_director(world: World) -> None:
    learner_id = await world.learner()
    entry_id = await verified(world, learner_id)
    await world.employ("second-registrar", "school_registrar", world.school)
    [asked] = await revoke(world, entry_id)
    for who in ("school-registrar", "second-registrar"):
        assert reasons(await confirm(world, asked["id"], who=who)) == ["SECOND_PERSON_REQUIRED"]
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "AVAILABLE"): 100}
    [done] = await confirm(world, asked["id"], who="school-director")
    assert done["id"] == str(entry_id)
    assert await balances(world, learner_id) == {("BANK", "ISSUED"): -100, ("BANK", "VOID"): 100}
    [entry] = (await get(world, "entries", "school-recorder")).json()["entries"]
    assert entry["state"] == "REVOKED"
    assert entry["revoked_at"]
    [told] = await events(world, events_pb2.CreditRevoked)
    assert told.entry_id == str(entry_id)
    # Its place is free, and the director may ask as well as confirm.
    anew = await verified(world, learner_id, grade="2")
    [second] = await revoke(world, anew, who="school-director")
    assert reasons(await confirm(world, second["id"])) == [None]
    assert await drifts(world) == {}


async def test_what_cannot_be_corrected_is_said(world: World) -> None:
    learner_id = await world.learner()
    entry_id, other = await verified(world, learner_id), await verified(world, learner_id, "ค31101")
    [pending] = await posted(world, "entries", {"results": [result_json(learner_id, "ศ31101")]}, "school-recorder")
    found = await propose(
        world,
        correction(uuid4(), learner_id),
        correction(UUID(pending["id"]), learner_id),
        correction(entry_id, learner_id, version=2),
        correction(entry_id, learner_id, term=2),
        correction(entry_id, learner_id, grade="4.5"),
        correction(entry_id, learner_id, grade="3"),
        correction(entry_id, learner_id, grade="4"),
        correction(entry_id, learner_id, grade="2"),
    )
    assert reasons(found) == [
        "ENTRY_UNKNOWN",
        "ENTRY_STATE_WRONG",
        "VERSION_CONFLICT",
        "CORRECTION_KEY_DIFFERENT",
        "GRADE_CODE_UNKNOWN",
        "CORRECTION_EMPTY",
        None,
        "CHANGE_OPEN",
    ]
    assert reasons(await confirm(world, str(uuid4()), found[6]["id"])) == ["CHANGE_UNKNOWN", None]
    mine = correction(other, learner_id)
    mine["result"] = result_json(learner_id, "ค31101", "1")
    [own] = await propose(world, mine, who="school-registrar")
    assert reasons(await confirm(world, own["id"])) == ["SECOND_PERSON_REQUIRED"]


async def test_changes_of_other_institutions_do_not_exist(world: World) -> None:
    learner_id = await world.learner()
    entry_id = await verified(world, learner_id)
    [asked] = await propose(world, correction(entry_id, learner_id))
    others = [
        *await propose(world, correction(entry_id, learner_id), who="college-recorder"),
        *await revoke(world, entry_id, who="college-registrar"),
        *await confirm(world, asked["id"], who="college-registrar"),
        *await posted(world, "entry-changes/decline", {"change_ids": [asked["id"]]}, "college-registrar"),
    ]
    assert reasons(others) == ["ENTRY_UNKNOWN", "ENTRY_UNKNOWN", "CHANGE_UNKNOWN", "CHANGE_UNKNOWN"]
    assert (await get(world, "entry-changes", "college-registrar")).json()["changes"] == []
    for path, body in (
        ("entries/corrections", {"corrections": [correction(entry_id, learner_id)]}),
        ("entries/revocations", {"entry_ids": [str(entry_id)], "reason_code": "FRAUD"}),
        ("entry-changes/confirm", {"change_ids": [asked["id"]]}),
        ("entry-changes/decline", {"change_ids": [asked["id"]]}),
    ):
        answer = await post(world, path, body, "auditor")
        assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.FORBIDDEN, "PERMISSION_MISSING")


async def test_two_who_confirm_one_change_at_once_make_one_version(world: World) -> None:
    learner_id = await world.learner()
    entry_id = await verified(world, learner_id)
    await world.employ("second-registrar", "school_registrar", world.school)
    [asked] = await propose(world, correction(entry_id, learner_id))
    answers = await asyncio.gather(
        *(confirm(world, asked["id"], who=who) for who in ("school-registrar", "second-registrar"))
    )
    assert reasons([item for items in answers for item in items]) == [None, None]
    assert len({item["id"] for items in answers for item in items}) == 1
    assert await world.fetchval("SELECT count(*) FROM entry WHERE learner_id = $1", learner_id) == 2
    assert await balances(world, learner_id) == {
        ("BANK", "ISSUED"): -200,
        ("BANK", "AVAILABLE"): 100,
        ("BANK", "VOID"): 100,
    }


async def test_correction_waits_in_vain_when_the_entry_was_revoked_meanwhile(world: World) -> None:
    learner_id = await world.learner()
    entry_id = await verified(world, learner_id)
    [asked] = await revoke(world, entry_id)
    [refused] = await propose(world, correction(entry_id, learner_id))
    assert reasons([refused]) == ["CHANGE_OPEN"]
    await confirm(world, asked["id"], who="school-director")
    assert reasons(await propose(world, correction(entry_id, learner_id))) == ["ENTRY_STATE_WRONG"]
