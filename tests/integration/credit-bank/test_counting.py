"""Counting toward a qualification, and the statement, over HTTP and gRPC."""

import asyncio
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from credit_bank.audit import audit
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from google.protobuf.timestamp_pb2 import Timestamp
from nuaikit.credit_bank.v1 import events_pb2
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from tests.support.credit_calls import (
    balances,
    events,
    get,
    journal_types,
    post,
    posted,
    reasons,
    record,
    refusal,
    result,
)
from tests.support.credit_world import World, ids_of

PURPOSE = {"Nuaikit-Purpose": "CREDIT_CHECK"}


def stub(world: World) -> pb_grpc.LedgerServiceStub:
    return pb_grpc.LedgerServiceStub(world.channel)


def count_json(*entry_ids: UUID, code: str = "M6-OBEC", version: str = "2551R60") -> dict[str, Any]:
    items = [
        {"entry_id": str(entry_id), "qualification_code": code, "qualification_version": version}
        for entry_id in entry_ids
    ]
    return {"entries": items}


def count_pb(*entry_ids: UUID, request_id: UUID | None = None) -> pb.CountEntriesRequest:
    return pb.CountEntriesRequest(
        request_id=str(request_id or uuid4()),
        entries=[
            pb.CountInput(entry_id=str(entry_id), qualification_code="M6-OBEC", qualification_version="2551R60")
            for entry_id in entry_ids
        ],
    )


async def verified(world: World, *courses: tuple[str, str]) -> tuple[UUID, list[UUID]]:
    learner_id = await world.learner()
    [entries] = await world.results([learner_id], *courses)
    return learner_id, entries


# ---- counting ----


async def test_own_result_counts_and_stays_learned(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    [counted] = await posted(world, "counts", count_json(thai), "school-registrar")
    assert counted["problem"] is None
    assert await balances(world, learner_id) == {
        ("BANK", "ISSUED"): -100,
        ("BANK", "AVAILABLE"): 100,
        ("QUALIFICATIONM6-OBEC", "ISSUED"): -100,
        ("QUALIFICATIONM6-OBEC", "COUNTED:BASIC"): 100,
    }
    [event] = await events(world, events_pb2.CreditCounted)
    assert (event.category, event.credits.credit_hundredths, event.journal_seq) == ("BASIC", 100, 3)
    assert (event.course.code, event.course_title_th) == ("ท31101", "ภาษาไทย")
    claim = (await world.fetch("SELECT entry_root_id, state FROM claim"))[0]
    assert tuple(claim) == (thai, "COUNTED")


async def test_entry_that_counts_already_is_done_and_counted_once(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    first = await stub(world).CountEntries(count_pb(thai), metadata=world.staff["school-registrar"].metadata)
    again = await posted(world, "counts", count_json(thai, thai), "school-registrar")
    assert [(item["id"], item["already_done"]) for item in again] == [(first.outcomes[0].id, True)] * 2
    assert (await journal_types(world, learner_id)).count("credit.counted") == 1


async def test_entry_twice_in_one_call_counts_once(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    found = await posted(world, "counts", count_json(thai, thai), "school-registrar")
    assert [(item["id"] == found[0]["id"], item["already_done"]) for item in found] == [(True, False), (True, True)]
    assert (await journal_types(world, learner_id)).count("credit.counted") == 1


async def test_what_cannot_count_is_told_item_by_item(world: World) -> None:
    learner_id, [thai, failed, activity] = await verified(world, ("ท31101", "3"), ("ค31101", "0"), ("ก31901", "ผ"))
    [submitted] = ids_of(await record(world, result(learner_id, "ศ31101")))
    wanted = {
        "entries": [
            *count_json(thai)["entries"],
            *count_json(failed, activity, submitted, uuid4())["entries"],
            *count_json(thai, code="M6-OBEC", version="2699")["entries"],
            *count_json(thai, code="PWC-2562", version="2562")["entries"],
        ]
    }
    found = await posted(world, "counts", wanted, "school-registrar")
    assert reasons(found) == [
        None,
        "NOTHING_TO_COUNT",
        "NOTHING_TO_COUNT",
        "ENTRY_NOT_VERIFIED",
        "ENTRY_UNKNOWN",
        "QUALIFICATION_UNKNOWN",
        "UNIT_MISMATCH",
    ]
    assert (await balances(world, learner_id))["QUALIFICATIONM6-OBEC", "COUNTED:BASIC"] == 100


async def test_course_without_a_place_in_the_qualification_is_refused(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    await world.execute("ALTER TABLE entry DISABLE TRIGGER entry_settled")
    await world.execute("UPDATE entry SET category = 'IS' WHERE entry_id = $1", thai)
    found = await posted(world, "counts", count_json(thai), "school-registrar")
    assert reasons(found) == ["CATEGORY_UNKNOWN"]
    assert ("QUALIFICATIONM6-OBEC", "ISSUED") not in await balances(world, learner_id)


async def test_second_attempt_at_a_counted_course_is_refused_and_never_chosen_silently(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "2"))
    retake = ids_of(await record(world, result(learner_id, grade="4", attempt=2)))
    await world.verify(retake)
    found = await posted(world, "counts", count_json(thai, *retake), "school-registrar")
    assert reasons(found) == [None, "COURSE_ALREADY_AWARDED"]
    again = await posted(world, "counts", count_json(*retake), "school-registrar")
    assert reasons(again) == ["COURSE_ALREADY_AWARDED"]


async def test_pair_that_is_not_permitted_is_refused(world: World) -> None:
    """The school publishes no second school qualification; a copy of M.6 stands for one (CB-I4)."""
    qualification = {
        "code": "M6-OTHER",
        "version": "1",
        "name_th": "คุณวุฒิสาธิต",
        "unit": "CR_OBEC",
        "total_min": {"amount": "77.0", "unit": "CR_OBEC"},
        "category_minima": [{"category": "BASIC", "min_credits": {"amount": "41.0", "unit": "CR_OBEC"}}],
        # It permits M.6, but M.6 does not permit it: one side alone cannot widen single use.
        "counts_together_with": ["M6-OBEC"],
        "provenance": {"source": "tests", "status": "demonstration"},
    }
    await posted(world, "qualifications", {"qualifications": [qualification]}, "publisher")
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    assert reasons(await posted(world, "counts", count_json(thai), "school-registrar")) == [None]
    other = await posted(world, "counts", count_json(thai, code="M6-OTHER", version="1"), "school-registrar")
    assert reasons(other) == ["ENTRY_COUNTS_ELSEWHERE"]
    assert other[0]["problem"]["metadata"]["claimed_by_qualification"] == "M6-OBEC"
    assert ("QUALIFICATIONM6-OTHER", "ISSUED") not in await balances(world, learner_id)


async def test_results_of_another_institution_do_not_exist_for_counting(world: World) -> None:
    _, [thai] = await verified(world, ("ท31101", "3"))
    found = await posted(world, "counts", count_json(thai), "college-registrar")
    assert reasons(found) == ["ENTRY_UNKNOWN"]


async def test_counting_is_refused_as_a_whole_without_permission_or_with_another_content(world: World) -> None:
    _, [thai, maths] = await verified(world, ("ท31101", "3"), ("ค31101", "3"))
    recorder, registrar = world.staff["school-recorder"], world.staff["school-registrar"]
    refused = await refusal(stub(world).CountEntries(count_pb(thai), metadata=recorder.metadata))
    assert refused == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    request_id = uuid4()
    await stub(world).CountEntries(count_pb(thai, request_id=request_id), metadata=registrar.metadata)
    other = stub(world).CountEntries(count_pb(maths, request_id=request_id), metadata=registrar.metadata)
    assert await refusal(other) == (grpc.StatusCode.FAILED_PRECONDITION, "REQUEST_MISMATCH")
    empty = stub(world).CountEntries(count_pb(), metadata=registrar.metadata)
    assert await refusal(empty) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")
    endless = stub(world).CountEntries(count_pb(*[thai] * 1_001), metadata=registrar.metadata)
    assert await refusal(endless) == (grpc.StatusCode.INVALID_ARGUMENT, "TOO_MANY_ITEMS")
    malformed = pb.CountEntriesRequest(request_id=str(uuid4()), entries=[pb.CountInput(entry_id="ท31101")])
    broken = stub(world).CountEntries(malformed, metadata=registrar.metadata)
    assert await refusal(broken) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


async def test_many_people_counting_the_same_entry_at_once_have_one_effect(world: World) -> None:
    learner_id, [thai, maths] = await verified(world, ("ท31101", "3"), ("ค31101", "3"))
    registrar = world.staff["school-registrar"].metadata
    answers = await asyncio.gather(
        *(
            stub(world).CountEntries(count_pb(*((thai, maths) if n % 2 else (maths, thai))), metadata=registrar)
            for n in range(40)
        )
    )
    done = Counter(outcome.id for answer in answers for outcome in answer.outcomes if not outcome.already_done)
    assert sorted(done.values()) == [1, 1]
    assert (await balances(world, learner_id))["QUALIFICATIONM6-OBEC", "COUNTED:BASIC"] == 200
    assert (await journal_types(world, learner_id)).count("credit.counted") == 2
    report = await audit(world.pool)
    assert not any(value for name, value in report.items() if name.startswith("drift"))


# ---- the statement ----


async def test_statement_is_the_same_over_both_transports_and_its_chain_verifies(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    await posted(world, "counts", count_json(thai), "school-registrar")
    registrar = world.staff["school-registrar"]
    answer = await get(world, f"learners/{learner_id}/statement", registrar, **PURPOSE)
    shown = answer.json()
    message = await stub(world).GetStatement(
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK"), metadata=registrar.metadata
    )
    assert shown["head_hash_hex"] == message.head_hash_hex == shown["journals"][-1]["hash_hex"]
    assert [journal["type"] for journal in shown["journals"]] == [journal.type for journal in message.journals]
    assert [journal["seq"] for journal in shown["journals"]] == [1, 2, 3]
    assert shown["journals"][0]["prev_hash_hex"] == "0" * 64
    bank, m6 = shown["accounts"]
    assert (bank["kind"], m6["qualification_code"]) == ("BANK", "M6-OBEC")
    assert {item["bucket"]: item["amount"]["amount"] for item in m6["balances"]} == {
        "COUNTED:BASIC": "1.0",
        "ISSUED": "-1.0",
    }
    assert m6["awarding_institution_id"] == str(world.school)
    for account, other in zip(shown["accounts"], message.accounts, strict=True):
        assert account["account_id"] == other.account_id
        assert [(item["bucket"], round(float(item["amount"]["amount"]) * 100)) for item in account["balances"]] == [
            (item.bucket, item.amount.credit_hundredths) for item in other.balances
        ]
    async with world.pool.acquire() as connection:
        assert first_break(await ledger.journals_of(connection, [learner_id])) is None


async def test_statement_as_of_an_instant_shows_what_was_posted_until_then(world: World) -> None:
    learner_id, [thai] = await verified(world, ("ท31101", "3"))
    before = datetime.now(UTC)
    await posted(world, "counts", count_json(thai), "school-registrar")
    registrar = world.staff["school-registrar"]
    stamp = Timestamp()
    stamp.FromDatetime(before)
    request = pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", as_of=stamp)
    then = await stub(world).GetStatement(request, metadata=registrar.metadata)
    assert [journal.type for journal in then.journals] == ["credit.recorded", "credit.verified"]
    assert [account.kind for account in then.accounts] == [pb.ACCOUNT_KIND_BANK]
    assert then.head_hash_hex == then.journals[-1].hash_hex
    long_ago = (before - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    empty = await get(world, f"learners/{learner_id}/statement?as_of={long_ago}", registrar, **PURPOSE)
    assert empty.json() == {
        "accounts": [],
        "journals": [],
        "head_hash_hex": "0" * 64,
        "entries": [],
        "next_page_token": "",
        "awards": [],
    }


async def test_learner_reads_the_own_statement_without_a_purpose_and_no_other(world: World) -> None:
    learner_id, _ = await verified(world, ("ท31101", "3"))
    me, other = world.signed_in(learner_id), world.signed_in(await world.learner())
    assert (await get(world, f"learners/{learner_id}/statement", me)).status_code == httpx.codes.OK
    denied = await get(world, f"learners/{learner_id}/statement", other, **PURPOSE)
    assert denied.status_code == httpx.codes.NOT_FOUND
    assert await world.fetch("SELECT FROM access_log") == [], "the learner's own look leaves no row"


async def test_reader_leaves_a_row_that_says_why_and_on_which_ground(world: World) -> None:
    learner_id, _ = await verified(world, ("ท31101", "3"))
    for who in ("school-registrar", "college-registrar", "auditor"):
        answer = await get(world, f"learners/{learner_id}/statement", who, **PURPOSE)
        assert answer.status_code == httpx.codes.OK, answer.text
    rows = await world.fetch("SELECT institution_id, resource, purpose, ground FROM access_log ORDER BY access_id")
    assert [(row["ground"], row["resource"], row["purpose"]) for row in rows] == [
        ("OWN_INSTITUTION", "statement", "CREDIT_CHECK"),
        ("PARTNERSHIP", "statement", "CREDIT_CHECK"),
        ("AUDIT", "statement", "CREDIT_CHECK"),
    ]
    shown = await get(world, f"learners/{learner_id}/access", world.signed_in(learner_id))
    assert len(shown.json()["records"]) == 3


async def test_partnership_or_grant_opens_the_statement_and_nothing_else_does(world: World) -> None:
    partner = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    over_mou = await get(world, f"learners/{partner}/statement", "college-registrar", **PURPOSE)
    assert over_mou.status_code == httpx.codes.OK
    stranger = await get(world, f"learners/{partner}/statement", "stranger-registrar", **PURPOSE)
    assert stranger.status_code == httpx.codes.NOT_FOUND
    nobody = await get(world, f"learners/{uuid4()}/statement", "stranger-registrar", **PURPOSE)
    assert {key: nobody.json()[key] for key in ("status", "reason", "detail")} == {
        key: stranger.json()[key] for key in ("status", "reason", "detail")
    }, "a learner one may not see and one that nobody knows look the same"
    grant = world.grant(partner, world.stranger)
    granted = await get(world, f"learners/{partner}/statement", "stranger-registrar", **PURPOSE)
    assert granted.status_code == httpx.codes.OK
    row = (await world.fetch("SELECT ground, ground_id FROM access_log ORDER BY access_id DESC LIMIT 1"))[0]
    assert tuple(row) == ("GRANT", UUID(grant.grant_id))


async def test_statement_without_permission_or_purpose_is_refused(world: World) -> None:
    learner_id, _ = await verified(world, ("ท31101", "3"))
    request = pb.GetStatementRequest(learner_id=str(learner_id))
    without = await refusal(stub(world).GetStatement(request, metadata=world.staff["school-registrar"].metadata))
    assert without == (grpc.StatusCode.INVALID_ARGUMENT, "PURPOSE_MISSING")
    forbidden = await refusal(stub(world).GetStatement(request, metadata=world.staff["chair"].metadata))
    assert forbidden == (grpc.StatusCode.PERMISSION_DENIED, "PERMISSION_MISSING")
    broken = stub(world).GetStatement(
        pb.GetStatementRequest(learner_id="68001"), metadata=world.staff["school-registrar"].metadata
    )
    assert await refusal(broken) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


async def test_while_the_registry_is_away_only_the_own_institution_reads(world: World) -> None:
    learner_id = await world.learner((world.school, "PRIMARY", "DUAL_EDUCATION"))
    await world.results([learner_id], ("ท31101", "3"))
    await world.registry.stop()
    own = await get(world, f"learners/{learner_id}/statement", "school-registrar", **PURPOSE)
    assert own.status_code == httpx.codes.OK
    across = await get(world, f"learners/{learner_id}/statement", "college-registrar", **PURPOSE)
    assert (across.status_code, across.json()["reason"]) == (httpx.codes.SERVICE_UNAVAILABLE, "UNAVAILABLE")
    assert len(await world.fetch("SELECT FROM access_log")) == 1, "what was not shown was not read"


async def test_posting_meanwhile_never_shows_a_statement_that_does_not_add_up(world: World) -> None:
    learner_id = await world.learner()
    registrar = world.staff["school-registrar"]

    async def keep_posting() -> None:
        for attempt in range(1, 9):
            ids = ids_of(await record(world, result(learner_id, attempt=attempt)))
            await world.verify(ids)

    async def keep_reading() -> None:
        while not posting.done():
            shown = (await get(world, f"learners/{learner_id}/statement", registrar, **PURPOSE)).json()
            told: Counter[tuple[str, str]] = Counter()
            for journal in shown["journals"]:
                for line in journal["lines"]:
                    told[line["account_id"], line["bucket"]] += round(float(line["amount"]["amount"]) * 100)
            kept = {
                (account["account_id"], item["bucket"]): round(float(item["amount"]["amount"]) * 100)
                for account in shown["accounts"]
                for item in account["balances"]
            }
            assert kept == dict(told)
            if shown["journals"]:
                assert shown["head_hash_hex"] == shown["journals"][-1]["hash_hex"]

    posting = asyncio.create_task(keep_posting())
    await keep_reading()
    await posting


async def test_counts_over_http_want_a_request_id(world: World) -> None:
    answer = await post(world, "counts", count_json(uuid4()), "school-registrar", **{"Idempotency-Key": "1"})
    assert (answer.status_code, answer.json()["reason"]) == (httpx.codes.UNPROCESSABLE_ENTITY, "INVALID_REQUEST")
