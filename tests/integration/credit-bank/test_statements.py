"""The statement at a posting time and on an effective date, its pages, and what it shows of results."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import grpc
import httpx
from chassis.pg import transaction
from credit_bank.calendar_th import thai_date
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.domain import AVAILABLE, ISSUED, AccountKey, JournalDraft, move
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.use_cases import PublishQualifications, publish_qualifications
from google.type.date_pb2 import Date
from nuaikit.credit_bank.v1 import ledger_pb2 as pb
from nuaikit.credit_bank.v1 import ledger_pb2_grpc as pb_grpc

from tests.support.credit_calls import get, posted, reasons, refusal
from tests.support.credit_world import DEMONSTRATION, World, succeeded, to_pb

PURPOSE = {"Nuaikit-Purpose": "CREDIT_CHECK"}


def stub(world: World) -> pb_grpc.LedgerServiceStub:
    return pb_grpc.LedgerServiceStub(world.channel)


async def statement(world: World, learner_id: UUID, query: str = "") -> dict[str, Any]:
    answer = await get(world, f"learners/{learner_id}/statement{query}", "school-registrar", **PURPOSE)
    assert answer.status_code == httpx.codes.OK, answer.text
    return answer.json()


async def later(world: World, learner_id: UUID, effective_on: date) -> None:
    """A deposit that counts from a later day than that on which it was posted."""
    lines = move(AccountKey.bank(learner_id), ISSUED, AVAILABLE, unit="CR_OBEC", amount_hundredths=50)
    async with transaction(world.pool) as connection:
        await ledger.lock_learners(connection, [learner_id])
        draft = JournalDraft(learner_id, "credit.verified", effective_on, lines=lines)
        await ledger.append_journals(connection, [draft], now=datetime.now(UTC))


def available(found: dict[str, Any]) -> str | None:
    return next(
        (
            balance["amount"]["amount"]
            for account in found["accounts"]
            for balance in account["balances"]
            if balance["bucket"] == AVAILABLE
        ),
        None,
    )


async def test_effective_date_stands_apart_from_posting_date(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"))
    today = (await world.fetchval("SELECT max(effective_on) FROM journal")) or date.min
    next_term = today + timedelta(days=90)
    await later(world, learner_id, next_term)
    assert available(await statement(world, learner_id)) == "1.5"
    assert available(await statement(world, learner_id, f"?effective_on={today}")) == "1.0"
    before = today - timedelta(days=1)
    assert available(await statement(world, learner_id, f"?effective_on={before}")) is None
    over_grpc = await stub(world).GetStatement(
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", effective_on=to_pb(today)),
        metadata=world.staff["school-registrar"].metadata,
    )
    assert len(over_grpc.journals) == 2


async def test_pages_of_journals_join_to_the_whole_statement(world: World) -> None:
    learner_id = await world.learner()
    await world.results([learner_id], ("ท31101", "3"), ("ค31101", "4"))
    whole = await statement(world, learner_id)
    joined: list[dict[str, Any]] = []
    token = ""
    while True:
        page = await statement(world, learner_id, f"?page_size=3&page_token={token.replace('+', '%2B')}")
        assert page["accounts"] == whole["accounts"]
        joined += page["journals"]
        token = page["next_page_token"]
        if not token:
            break
    assert joined == whole["journals"]
    assert len(joined) == 4


async def test_every_result_is_shown_with_form_type_level_and_issuing_body(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    [shown] = (await statement(world, learner_id))["entries"]
    assert (shown["entry_id"], shown["form"], shown["learning_type"], shown["level"], shown["issuing_body"]) == (
        str(thai),
        "FORMAL",
        "GENERAL",
        "UPPER_SECONDARY",
        "",
    )
    over_grpc = await stub(world).GetStatement(
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK"),
        metadata=world.staff["school-registrar"].metadata,
    )
    assert [(one.form, one.level, one.issuer_institution_id) for one in over_grpc.entries] == [
        ("FORMAL", "UPPER_SECONDARY", str(world.school))
    ]
    assert [account.state for account in over_grpc.accounts] == ["OPEN"]


async def test_every_award_is_shown_with_form_type_level_and_issuing_body(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    body = {"entry_id": str(thai), "qualification_code": "M6-OBEC", "qualification_version": "2551R60"}
    before = (await world.fetchval("SELECT now()")).isoformat().replace("+00:00", "Z")
    assert reasons(await posted(world, "counts", {"entries": [body]}, "school-registrar")) == [None]
    [award] = (await statement(world, learner_id))["awards"]
    assert (award["form"], award["learning_type"], award["awarding_institution_id"], award["credits"]["amount"]) == (
        "FORMAL",
        "GENERAL",
        str(world.school),
        "1.0",
    )
    assert (await statement(world, learner_id, f"?as_of={before}"))["awards"] == []
    over_grpc = await stub(world).GetStatement(
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK"),
        metadata=world.staff["school-registrar"].metadata,
    )
    assert [(one.category, one.course.code) for one in over_grpc.awards] == [("BASIC", "ท31101")]


async def instant(world: World) -> str:
    return (await world.fetchval("SELECT clock_timestamp()")).isoformat().replace("+00:00", "Z")


def qualification_state(found: dict[str, Any]) -> str:
    [state] = [one["state"] for one in found["accounts"] if one["kind"] == "QUALIFICATION"]
    return str(state)


async def test_earlier_statement_shows_accounts_and_results_as_they_were(world: World) -> None:
    """What became of them since is no part of what was known then."""
    mini = Qualification("MINI", "1", "คุณวุฒิเล็ก", "CR_OBEC", 100, {"BASIC": 100}, frozenset(), DEMONSTRATION)
    publishing = PublishQualifications(uuid4(), (mini,))
    publisher = world.staff["publisher"].actor
    succeeded(await publish_qualifications(world.pool, publishing, actor=publisher, now=datetime.now(UTC)))
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"), verifier=None)
    submitted = await instant(world)
    await world.verify([thai])
    named = {"qualification_code": "MINI", "qualification_version": "1"}
    body: dict[str, Any] = {"entries": [{"entry_id": str(thai)} | named]}
    assert reasons(await posted(world, "counts", body, "school-registrar")) == [None]
    verified = await instant(world)
    wish = {"learner_id": str(learner_id), "certificate_no": "ปพ.2/1", "order_no": "คำสั่ง 1/2569"} | named
    [award] = await posted(world, "redemptions", {"redemptions": [wish]}, "school-registrar")
    redeemed = await instant(world)
    undone = {"redemption_id": award["id"], "order_no": "คำสั่ง 2/2569", "reason_code": "ISSUED_IN_ERROR"}
    assert reasons(await posted(world, "redemptions/reverse", {"redemptions": [undone]}, "school-director")) == [None]
    reopened = await instant(world)
    await world.execute("UPDATE enrolment_copy SET status = 'ENDED' WHERE learner_id = $1", learner_id)
    leaving = {"accounts": [{"learner_id": str(learner_id)} | named]}
    assert reasons(await posted(world, "qualification-accounts/close", leaving, "school-registrar")) == [None]
    await world.execute("UPDATE enrolment_copy SET status = 'STUDYING' WHERE learner_id = $1", learner_id)
    states = {
        at: qualification_state(await statement(world, learner_id, f"?as_of={at}"))
        for at in (verified, redeemed, reopened, await instant(world))
    }
    assert list(states.values()) == ["OPEN", "REDEEMED", "REOPENED", "CLOSED_LEFT"]
    today = thai_date(datetime.now(UTC))
    assert qualification_state(await statement(world, learner_id, f"?effective_on={today}")) == "CLOSED_LEFT"
    [entry] = (await statement(world, learner_id, f"?as_of={submitted}"))["entries"]
    assert entry["state"] == "SUBMITTED"
    [entry] = (await statement(world, learner_id))["entries"]
    assert entry["state"] == "VERIFIED"


async def test_page_that_is_none_of_ours_is_refused(world: World) -> None:
    learner_id = await world.learner()
    for request in (
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", page_size=1_001),
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", page_token="x"),
        pb.GetStatementRequest(learner_id=str(learner_id), purpose="CREDIT_CHECK", effective_on=Date(year=1)),
    ):
        call = stub(world).GetStatement(request, metadata=world.staff["school-registrar"].metadata)
        assert await refusal(call) == (grpc.StatusCode.INVALID_ARGUMENT, "INVALID_FIELD")


# ---- running out ----


async def announce_validity(world: World, days: int) -> None:
    """A rule that lets formal upper-secondary learning run out; the bank ships none."""
    await world.execute(
        "INSERT INTO policy_rule SELECT (jsonb_populate_record(r, jsonb_build_object('rule_id', $1::uuid,"
        " 'value', $2::int, 'effective_from', '2026-01-01', 'version', 'tests.2'))).* FROM policy_rule r"
        " WHERE key = 'VALIDITY_DAYS' LIMIT 1",
        uuid4(),
        days,
    )


async def test_nothing_runs_out_by_default(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    found = await posted(world, "entries/expire", {"entry_ids": [str(thai), str(uuid4())]}, "school-registrar")
    assert reasons(found) == ["NO_VALIDITY_RULE", "ENTRY_UNKNOWN"]


async def test_credits_run_out_where_a_rule_was_announced(world: World) -> None:
    learner_id = await world.learner()
    [[old, young]] = await world.results([learner_id], ("ท31101", "3"), ("ค31101", "3"))
    await announce_validity(world, 365)
    await world.execute("ALTER TABLE entry DISABLE TRIGGER entry_settled")
    await world.execute("UPDATE entry SET verified_at = verified_at - interval '2 years' WHERE entry_id = $1", old)
    request = pb.ExpireCreditsRequest(request_id=str(uuid4()), entry_ids=[str(old), str(young)])
    metadata = world.staff["school-registrar"].metadata
    answer = await stub(world).ExpireCredits(request, metadata=metadata)
    assert reasons(answer.outcomes) == [None, "STILL_VALID"]
    assert (await stub(world).ExpireCredits(request, metadata=metadata)).outcomes == answer.outcomes
    again = await posted(world, "entries/expire", {"entry_ids": [str(old)]}, "school-registrar")
    assert reasons(again) == ["ENTRY_EXPIRED"]
    assert available(await statement(world, learner_id)) == "1.0"
    counting = {"entry_id": str(old), "qualification_code": "M6-OBEC", "qualification_version": "2551R60"}
    assert reasons(await posted(world, "counts", {"entries": [counting]}, "school-registrar")) == ["ENTRY_EXPIRED"]


async def test_results_of_others_do_not_exist_for_whoever_lets_run_out(world: World) -> None:
    learner_id = await world.learner()
    [[thai]] = await world.results([learner_id], ("ท31101", "3"))
    found = await posted(world, "entries/expire", {"entry_ids": [str(thai)]}, "college-registrar")
    assert reasons(found) == ["ENTRY_UNKNOWN"]
