"""Audit, award, taking back and closing over HTTP and gRPC (CB c.6, CB-I18; ทวิศึกษา)."""

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from chassis.pg import transaction
from credit_bank.audit import audit
from credit_bank.ledger import changes
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.changes import Revocation
from credit_bank.ledger.versions import EntryVersion
from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications
from credit_bank.recording import use_cases as recording
from credit_bank.recording.journals import facts_of
from nuaikit.credit_bank.v1 import awarding_pb2 as pb
from nuaikit.credit_bank.v1 import awarding_pb2_grpc as pb_grpc
from nuaikit.credit_bank.v1 import events_pb2

from tests.support.credit_calls import balances, events, get, posted, reasons, refusal
from tests.support.credit_world import World, succeeded

PURPOSE = {"Nuaikit-Purpose": "CREDIT_CHECK"}
MINI = ("MINI", "1")
PAIR = ("MINI-2", "1")


def stub(world: World) -> pb_grpc.AwardingServiceStub:
    return pb_grpc.AwardingServiceStub(world.channel)


async def small_qualifications(world: World) -> None:
    """Two small ones that one subject each completes, and that permit each other."""
    items = tuple(
        Qualification(
            code,
            version,
            "คุณวุฒิเล็ก",
            "CR_OBEC",
            least,
            {"BASIC": least},
            frozenset({other}),
            Provenance("tests", "assumed"),
        )
        for (code, version), least, other in ((MINI, 150, "MINI-2"), (PAIR, 100, "MINI"))
    )
    command = PublishQualifications(uuid4(), items)
    now = datetime.now(UTC)
    succeeded(await publish_qualifications(world.pool, command, actor=world.staff["publisher"].actor, now=now))


async def counted(world: World, *courses: tuple[str, str], into: tuple[str, str] = MINI) -> tuple[UUID, list[UUID]]:
    """A learner whose results count toward a small qualification."""
    learner_id = await world.learner()
    [entries] = await world.results([learner_id], *courses)
    await count(world, entries, into)
    return learner_id, entries


async def count(world: World, entries: list[UUID], into: tuple[str, str]) -> None:
    body = [
        {"entry_id": str(entry), "qualification_code": into[0], "qualification_version": into[1]} for entry in entries
    ]
    assert reasons(await posted(world, "counts", {"entries": body}, "school-registrar")) == [None] * len(entries)


async def audits(world: World, learner_id: UUID, query: str = "", who: str = "school-registrar") -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/qualification-audits{query}", who, **PURPOSE)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


def wish(learner_id: UUID, certificate: str = "ปพ.2/1", of: tuple[str, str] = MINI) -> dict[str, Any]:
    return {
        "learner_id": str(learner_id),
        "qualification_code": of[0],
        "qualification_version": of[1],
        "certificate_no": certificate,
        "order_no": "คำสั่ง 9/2569",
    }


async def redeem(world: World, *wishes: dict[str, Any], who: str = "school-registrar") -> list[dict[str, Any]]:
    return await posted(world, "redemptions", {"redemptions": list(wishes)}, who)


async def unredeem(world: World, redemption_id: str, who: str = "school-director") -> list[dict[str, Any]]:
    item = {"redemption_id": redemption_id, "order_no": "คำสั่ง 10/2569", "reason_code": "SOURCE_REVOKED"}
    return await posted(world, "redemptions/reverse", {"redemptions": [item]}, who)


async def drift(world: World) -> dict[str, int]:
    return {name: number for name, number in (await audit(world.pool)).items() if name.startswith("drift") and number}


# ---- what is missing ----


async def test_what_is_missing_is_told_before_anything_counts_and_after(world: World) -> None:
    await small_qualifications(world)
    learner_id = await world.learner()
    target = f"?target=MINI/1/{world.school}"
    [before] = (await audits(world, learner_id, target))["audits"]
    assert (before["account_state"], before["is_passed"]) == ("OPEN", False)
    assert [one["missing"] for one in before["conditions"]] == ["1.5", "1.5"]
    [entries] = await world.results([learner_id], ("ท31101", "3"), ("พ31101", "3"))
    await count(world, entries, MINI)
    [after] = (await audits(world, learner_id, target))["audits"]
    assert (after["account_state"], after["is_passed"]) == ("AUDIT_PASSED", True)
    assert set(after["conditions"][0]["entry_ids"]) == {str(entry) for entry in entries}
    assert after["conditions"][0]["provenance"]["status"] == "assumed"


async def test_both_qualifications_of_dual_education_are_looked_at_together(world: World) -> None:
    await small_qualifications(world)
    learner_id, entries = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    await count(world, entries[:1], PAIR)
    found = await audits(world, learner_id)
    assert [one["target"]["qualification_code"] for one in found["audits"]] == ["MINI", "MINI-2"]
    assert found["is_double_completion"] is True
    over_grpc = await stub(world).CheckQualifications(
        pb.CheckQualificationsRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK"),
        metadata=world.staff["school-registrar"].metadata,
    )
    assert [one.is_passed for one in over_grpc.audits] == [True, True]
    assert over_grpc.is_double_completion


async def test_learner_sees_his_own_and_strangers_nothing(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"))
    own = await get(world, f"learners/{learner_id}/qualification-audits", world.signed_in(learner_id))
    assert own.json()["audits"][0]["is_passed"] is False
    request = pb.CheckQualificationsRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK")
    call = stub(world).CheckQualifications(request, metadata=world.staff["stranger-registrar"].metadata)
    assert (await refusal(call))[0] is grpc.StatusCode.NOT_FOUND
    unknown = await get(
        world, f"learners/{learner_id}/qualification-audits?target=X/1/{world.school}", "school-registrar", **PURPOSE
    )
    assert unknown.json()["reason"] == "QUALIFICATION_UNKNOWN"
    bad = await get(world, f"learners/{learner_id}/qualification-audits?target=X", "school-registrar", **PURPOSE)
    assert bad.json()["reason"] == "INVALID_FIELD"


# ---- awarding ----


async def test_award_redeems_everything_at_once(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    [first] = await redeem(world, wish(learner_id))
    assert first["problem"] is None
    found = await balances(world, learner_id)
    assert found["QUALIFICATIONMINI", "REDEEMED"] == 150
    assert ("QUALIFICATIONMINI", "COUNTED:BASIC") not in found
    assert found["BANK", "AVAILABLE"] == 150  # learning stays learned
    [event] = await events(world, events_pb2.QualificationRedeemed)
    assert (event.credits.credit_hundredths, event.redemption_id) == (150, first["id"])
    [again] = await redeem(world, wish(learner_id))
    assert (again["id"], again["already_done"]) == (first["id"], True)
    assert reasons(await redeem(world, wish(learner_id, "ปพ.2/2"))) == ["ACCOUNT_REDEEMED"]
    assert await drift(world) == {}


async def test_award_that_is_not_complete_is_refused_and_says_what_is_missing(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"))
    found = await redeem(
        world,
        wish(learner_id),
        wish(uuid4()),
        wish(learner_id, of=("NONE", "1")),
        wish(learner_id, of=PAIR),
    )
    assert reasons(found) == ["AUDIT_NOT_PASSED", "ACCOUNT_UNKNOWN", "ACCOUNT_UNKNOWN", "ACCOUNT_UNKNOWN"]
    assert found[0]["problem"]["metadata"]["missing"] == "TOTAL CATEGORY_BASIC"
    others = await redeem(world, wish(learner_id), who="college-registrar")
    assert reasons(others) == ["ACCOUNT_UNKNOWN"]


async def test_certificate_number_is_used_once(world: World) -> None:
    await small_qualifications(world)
    one, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    two, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    assert reasons(await redeem(world, wish(one), wish(two))) == [None, "CERTIFICATE_NO_TAKEN"]
    assert reasons(await redeem(world, wish(two))) == ["CERTIFICATE_NO_TAKEN"]


async def test_double_completion_joins_both_awards(world: World) -> None:
    await small_qualifications(world)
    learner_id, entries = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    await count(world, entries[:1], PAIR)
    found = await redeem(world, wish(learner_id), wish(learner_id, "ปวช./1", PAIR))
    assert reasons(found) == [None, None]
    listed = (await get(world, "redemptions", "school-registrar")).json()
    assert listed["total"] == 2
    assert [one["completes_with_redemption_id"] for one in listed["redemptions"]] == [None, found[0]["id"]]
    page = await stub(world).ListRedemptions(
        pb.ListRedemptionsRequest(page_size=1), metadata=world.staff["school-registrar"].metadata
    )
    assert (len(page.redemptions), page.next_page_token) == (1, found[0]["id"])


async def test_two_awards_at_once_are_one(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    found = await asyncio.gather(*(redeem(world, wish(learner_id, f"ปพ.2/{n}")) for n in range(4)))
    assert sorted(reasons([one for [one] in found]), key=str) == ["ACCOUNT_REDEEMED"] * 3 + [None]
    assert await drift(world) == {}


async def test_same_request_over_the_other_transport_has_the_same_answer(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    request = pb.RedeemQualificationsRequest(
        request_id=str(uuid4()), redemptions=[pb.RedemptionInput(**wish(learner_id))]
    )
    metadata = world.staff["school-registrar"].metadata
    first = await stub(world).RedeemQualifications(request, metadata=metadata)
    headers = world.staff["school-registrar"].headers | {"Idempotency-Key": request.request_id}
    second = await world.http.post("/v1/redemptions", json={"redemptions": [wish(learner_id)]}, headers=headers)
    assert second.json()["results"][0]["id"] == first.outcomes[0].id
    assert len(await events(world, events_pb2.QualificationRedeemed)) == 1


# ---- taking back ----


async def revoke(world: World, entry_id: UUID) -> None:
    """Revoke in the ledger, as recording does it, and in the entry."""
    now = datetime.now(UTC)
    async with transaction(world.pool) as connection:
        [entry] = (await recording.read_entries(connection, [entry_id])).values()
        await ledger.lock_learners(connection, [entry.learner_id])
        work = [Revocation(EntryVersion.of(entry, facts_of(entry)), "WRONG_LEARNER")]
        await changes.revoke(connection, work, effective_on=now.date(), now=now)
        await connection.execute(
            "UPDATE entry SET state = 'REVOKED', revoked_at = $2, revoked_by = 'x' WHERE entry_id = $1", entry_id, now
        )


async def test_award_is_taken_back_exactly_and_the_account_is_open_again(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    before = await balances(world, learner_id)
    [award] = await redeem(world, wish(learner_id))
    assert reasons(await unredeem(world, award["id"], "college-director")) == ["REDEMPTION_UNKNOWN"]
    assert reasons(await unredeem(world, award["id"])) == [None]
    assert {key: amount for key, amount in (await balances(world, learner_id)).items() if amount} == {
        key: amount for key, amount in before.items() if amount
    }
    [again] = await unredeem(world, award["id"])
    assert again["already_done"] is True
    [event] = await events(world, events_pb2.QualificationRedemptionReversed)
    assert (event.reason_code, event.credits.credit_hundredths) == ("SOURCE_REVOKED", 150)
    assert reasons(await redeem(world, wish(learner_id))) == ["CERTIFICATE_NO_TAKEN"]  # a number is never used again
    assert reasons(await redeem(world, wish(learner_id, "ปพ.2/9"))) == [None]
    assert await drift(world) == {}


async def test_result_revoked_under_an_award_waits_for_the_decision(world: World) -> None:
    """Nothing changes silently; once the award is taken back, the count follows its result (CB-I15, CB-I18)."""
    await small_qualifications(world)
    learner_id, entries = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    [award] = await redeem(world, wish(learner_id))
    await revoke(world, entries[0])
    assert (await balances(world, learner_id))["QUALIFICATIONMINI", "REDEEMED"] == 150
    [flag] = (await get(world, "review-flags", "school-registrar")).json()["flags"]
    assert (flag["kind"], flag["subject"]) == ("SOURCE_REVOKED", "ACCOUNT")
    assert reasons(await unredeem(world, award["id"])) == [None]
    found = await balances(world, learner_id)
    assert found["QUALIFICATIONMINI", "COUNTED:BASIC"] == 50
    assert found["QUALIFICATIONMINI", "VOID"] == 100
    [settled] = (await get(world, "review-flags?with_resolved=true", "school-registrar")).json()["flags"]
    assert settled["resolution"] == "REMADE"
    assert reasons(await redeem(world, wish(learner_id, "ปพ.2/9"))) == ["AUDIT_NOT_PASSED"]
    assert await drift(world) == {}


async def test_flag_may_be_decided_to_stand(world: World) -> None:
    await small_qualifications(world)
    learner_id, entries = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    await redeem(world, wish(learner_id))
    await revoke(world, entries[0])
    [flag] = (await get(world, "review-flags", "school-registrar")).json()["flags"]
    body = {"flag_ids": [flag["flag_id"], str(uuid4())], "reason_code": "DECIDED_OTHERWISE"}
    assert reasons(await posted(world, "review-flags/resolve", body, "school-registrar")) == [
        "PERMISSION_MISSING",
        "FLAG_UNKNOWN",
    ]
    assert reasons(await posted(world, "review-flags/resolve", body, "college-director")) == ["FLAG_UNKNOWN"] * 2
    assert reasons(await posted(world, "review-flags/resolve", body, "school-director")) == [None, "FLAG_UNKNOWN"]
    assert (await get(world, "review-flags", "school-registrar")).json()["total"] == 0
    [event] = await events(world, events_pb2.SourceChangeResolved)
    assert (event.resolution, event.reason_code) == ("KEPT", "DECIDED_OTHERWISE")


# ---- learners who left ----


async def test_account_of_a_learner_who_left_is_closed_and_opened_again(world: World) -> None:
    await small_qualifications(world)
    learner_id, _ = await counted(world, ("ท31101", "3"), ("พ31101", "3"))
    one = {"learner_id": str(learner_id), "qualification_code": "MINI", "qualification_version": "1"}
    path = "qualification-accounts/close"
    assert reasons(await posted(world, path, {"accounts": [one]}, "school-registrar")) == ["STILL_ENROLLED"]
    await world.execute("UPDATE enrolment_copy SET status = 'ENDED' WHERE learner_id = $1", learner_id)
    assert reasons(await posted(world, path, {"accounts": [one]}, "school-registrar")) == [None]
    assert reasons(await redeem(world, wish(learner_id))) == ["ACCOUNT_CLOSED"]
    [event] = await events(world, events_pb2.QualificationAccountChanged)
    assert event.state == "CLOSED_LEFT"
    [again] = await posted(world, path, {"accounts": [one]}, "school-registrar")
    assert again["already_done"] is True
    request = pb.CloseQualificationAccountsRequest(
        request_id=str(uuid4()), accounts=[pb.AccountClosing(**one, reopen=True)]
    )
    answer = await stub(world).CloseQualificationAccounts(request, metadata=world.staff["school-registrar"].metadata)
    assert reasons(answer.outcomes) == [None]
    assert reasons(await redeem(world, wish(learner_id))) == [None]
    assert await drift(world) == {}


async def test_whoever_has_no_right_awards_nothing(world: World) -> None:
    request = pb.RedeemQualificationsRequest(request_id=str(uuid4()), redemptions=[pb.RedemptionInput(**wish(uuid4()))])
    call = stub(world).RedeemQualifications(request, metadata=world.staff["school-recorder"].metadata)
    assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    undo = pb.UnredeemQualificationsRequest(
        request_id=str(uuid4()),
        redemptions=[pb.UnredemptionInput(redemption_id=str(uuid4()), order_no="1", reason_code="OTHER")],
    )
    call = stub(world).UnredeemQualifications(undo, metadata=world.staff["school-registrar"].metadata)
    assert await refusal(call) == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
