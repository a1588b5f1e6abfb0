"""Correcting, revoking, taking back and expiring on the real store (CB-I14, CB-I15, CB-I18; worked example of c.2)."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis.errors import ServiceError
from chassis.pg import create_pool
from credit_bank.audit import audit
from credit_bank.ledger import flags, takeback
from credit_bank.ledger.changes import Changed, Correction
from credit_bank.ledger.flags import FlagKind, FlagSubject, Resolution
from credit_bank.ledger.versions import EntryVersion
from nuaikit.credit_bank.v1 import events_pb2

from tests.support.ledger_play import DAY, DECIDER, Play, Proposal, m6, next_version, pwc, result, seed, verified

BANK = ""


@pytest.fixture
async def play(database: Callable[..., str]) -> AsyncIterator[Play]:
    pool = await create_pool(database("credit-bank"), size_max=4, application_name="tests")
    await seed(pool)
    yield Play(pool)
    await pool.close()


async def dual(play: Play) -> tuple[EntryVersion, Proposal]:
    """The worked example of c.2: Thai is learned, counts in M.6 and is posted to the vocational certificate."""
    thai = result(uuid4(), "ท31101")
    await play.post(verified(thai))
    await play.count(thai, m6(thai.learner_id))
    line = Proposal(pwc(thai.learner_id), "20000-1101", (thai.entry_root_id,))
    assert await play.propose(line) is None
    assert not isinstance(await play.post_line(line), ServiceError)
    return thai, line


def messages(changed: Changed | ServiceError) -> list[Any]:
    assert isinstance(changed, Changed), changed
    return [event.message for event in changed.events]


async def is_sound(play: Play) -> bool:
    report = await audit(play.pool)
    # The play writes no entries, which the audit holds against the journals.
    return not any(
        count
        for name, count in report.items()
        if name.startswith("drift") and name not in ("drift_claims", "drift_postings")
    )


# ---- correcting ----


async def test_correction_changes_bank_and_own_count_at_once_and_flags_the_posting(play: Play) -> None:
    thai, line = await dual(play)
    better = next_version(thai, earned_hundredths=100)
    [changed] = await play.correct(Correction(thai, better))
    assert await play.balances(thai.learner_id) == {
        (BANK, "ISSUED"): -200,
        (BANK, "AVAILABLE"): 100,
        (BANK, "VOID"): 100,
        ("M6-OBEC", "ISSUED"): -200,
        ("M6-OBEC", "COUNTED:BASIC"): 100,
        ("M6-OBEC", "VOID"): 100,
        ("PWC-2562", "ISSUED"): -100,
        ("PWC-2562", "COUNTED:CORE"): 100,
    }
    assert [journal.type for journal in changed.journals] == [
        "credit.superseded",
        "credit.verified",
        "credit.count_voided",
        "credit.counted",
    ]
    [flag] = changed.flags
    assert (flag.kind, flag.subject, flag.line_id) == (FlagKind.SOURCE_CHANGED, FlagSubject.POSTING, line.line_id)
    assert flag.institution_id == line.account.awarding_institution_id
    assert [type(message) for message in messages(changed)] == [
        events_pb2.CreditSuperseded,
        events_pb2.CreditCountVoided,
        events_pb2.CreditCounted,
        events_pb2.SourceChanged,
    ]
    assert await is_sound(play)


async def test_correction_to_a_failed_course_frees_the_own_count(play: Play) -> None:
    thai, _ = await dual(play)
    await play.correct(Correction(thai, next_version(thai, earned_hundredths=0)))
    found = await play.balances(thai.learner_id)
    assert ("M6-OBEC", "COUNTED:BASIC") not in found
    assert (BANK, "AVAILABLE") not in found
    assert found["PWC-2562", "COUNTED:CORE"] == 100  # the college decides
    states = await play.pool.fetch("SELECT state FROM claim ORDER BY claim_id")
    assert [row["state"] for row in states] == ["RELEASED", "POSTED"]


async def test_corrections_of_many_learners_are_one_statement_and_keep_apart(play: Play) -> None:
    lives = [await dual(play) for _ in range(3)]
    answers = await play.correct(*(Correction(one, next_version(one, earned_hundredths=100)) for one, _ in lives))
    assert [len(answer.flags) for answer in answers] == [1, 1, 1]
    posted_at = await play.pool.fetch("SELECT DISTINCT posted_at FROM journal WHERE type = 'credit.superseded'")
    assert len(posted_at) == 1
    assert await is_sound(play)


async def test_second_correction_replaces_the_open_flag(play: Play) -> None:
    thai, line = await dual(play)
    second = next_version(thai, earned_hundredths=100)
    await play.correct(Correction(thai, second))
    await play.correct(Correction(second, next_version(second, earned_hundredths=0)))
    rows = await play.pool.fetch("SELECT resolution FROM review_flag ORDER BY flag_id")
    assert [row["resolution"] for row in rows] == ["REPLACED", None]
    async with play.pool.acquire() as connection:
        assert len(await flags.open_flags_of_lines(connection, [line.line_id])) == 1


async def test_correction_reaches_a_reserved_line_as_a_flag(play: Play) -> None:
    thai = result(uuid4(), "ท31101")
    await play.post(verified(thai))
    line = Proposal(pwc(thai.learner_id), "20000-1101", (thai.entry_root_id,))
    await play.propose(line)
    [changed] = await play.correct(Correction(thai, next_version(thai, earned_hundredths=100)))
    assert [flag.subject for flag in changed.flags] == [FlagSubject.RESERVATION]


# ---- revoking ----


async def test_revocation_voids_bank_and_own_count_and_sends_the_posting_to_review(play: Play) -> None:
    thai, line = await dual(play)
    [changed] = await play.revoke(thai)
    assert await play.balances(thai.learner_id) == {
        (BANK, "ISSUED"): -100,
        (BANK, "VOID"): 100,
        ("M6-OBEC", "ISSUED"): -100,
        ("M6-OBEC", "VOID"): 100,
        ("PWC-2562", "ISSUED"): -100,
        ("PWC-2562", "COUNTED:CORE"): 100,
    }
    [flag] = changed.flags
    assert (flag.kind, flag.line_id) == (FlagKind.SOURCE_REVOKED, line.line_id)
    revoked = messages(changed)[0]
    assert (revoked.reason_code, revoked.credits.credit_hundredths) == ("WRONG_LEARNER", 100)
    assert await is_sound(play)


async def test_nothing_of_a_redeemed_account_changes_silently(play: Play) -> None:
    thai, _ = await dual(play)
    await play.pool.execute("UPDATE account SET state = 'REDEEMED' WHERE qualification_code = 'M6-OBEC'")
    [changed] = await play.revoke(thai)
    assert (await play.balances(thai.learner_id))["M6-OBEC", "COUNTED:BASIC"] == 100
    assert sorted(flag.subject for flag in changed.flags) == [FlagSubject.ACCOUNT, FlagSubject.POSTING]


# ---- taking back ----


async def test_reversal_is_exact_and_history_keeps_both(play: Play) -> None:
    thai, line = await dual(play)
    before = await play.balances(thai.learner_id)
    again = Proposal(pwc(thai.learner_id), "20000-1101", (thai.entry_root_id,))
    await play.reverse(line)
    between = await play.balances(thai.learner_id)
    assert not [key for key in between if key[0] == "PWC-2562"]
    assert await play.propose(again) is None  # the claim is free and the course may be awarded again
    assert not isinstance(await play.post_line(again), ServiceError)
    assert await play.balances(thai.learner_id) == before
    types = await play.pool.fetch("SELECT type FROM journal WHERE learner_id = $1 ORDER BY seq", thai.learner_id)
    assert [row["type"] for row in types][-3:] == ["transfer.posted", "transfer.reversed", "transfer.posted"]
    assert await is_sound(play)


async def test_reversal_settles_the_flags_on_its_line(play: Play) -> None:
    thai, line = await dual(play)
    await play.revoke(thai)
    [changed] = await play.reverse(line)
    reversed_, resolved = messages(changed)
    assert (reversed_.line_id, reversed_.reason_code) == (str(line.line_id), "DECISION_WRONG")
    assert (resolved.resolution, resolved.learner_id) == ("REVERSED", str(thai.learner_id))
    assert await play.pool.fetchval("SELECT count(*) FROM review_flag WHERE resolved_at IS NULL") == 0


async def test_line_is_taken_back_once(play: Play) -> None:
    _, line = await dual(play)
    [first, second] = await play.reverse(line, line)
    [third] = await play.reverse(line)
    assert isinstance(first, Changed)
    assert [answer.reason for answer in (second, third) if isinstance(answer, ServiceError)] == ["POSTING_UNKNOWN"] * 2


@pytest.mark.parametrize(("state", "reason"), [("REDEEMED", "ACCOUNT_REDEEMED"), ("CLOSED_LEFT", "ACCOUNT_CLOSED")])
async def test_frozen_account_takes_no_change(play: Play, state: str, reason: str) -> None:
    thai, line = await dual(play)
    await play.pool.execute("UPDATE account SET state = $1 WHERE qualification_code = 'PWC-2562'", state)
    [answer] = await play.reverse(line)
    maths = result(thai.learner_id, "ค31101")
    await play.post(verified(maths))
    refusal = await play.propose(Proposal(line.account, "20000-1201", (maths.entry_root_id,)))
    assert isinstance(answer, ServiceError)
    assert refusal is not None
    assert (answer.reason, refusal.reason) == (reason, reason)


# ---- running out ----


async def test_credits_run_out_once_and_claim_nothing_new(play: Play) -> None:
    thai = result(uuid4(), "ท31101")
    await play.post(verified(thai))
    await entry_row(play, thai)
    expiry = takeback.Expiry(thai, "validity", "2569.1")

    async def run() -> list[Changed | ServiceError]:
        return await play.act(
            [thai.learner_id],
            lambda c: takeback.expire(c, [expiry], effective_on=DAY, now=datetime.now(UTC)),
        )

    [changed] = await run()
    [again] = await run()
    assert [type(message) for message in messages(changed)] == [events_pb2.CreditExpired]
    assert isinstance(again, ServiceError)
    assert again.reason == "ENTRY_EXPIRED"
    assert await play.balances(thai.learner_id) == {(BANK, "ISSUED"): -100, (BANK, "VOID"): 100}
    refused = await play.count(thai, m6(thai.learner_id))
    assert isinstance(refused, ServiceError)
    assert refused.reason == "ENTRY_EXPIRED"
    # What ran out can still be revoked; nothing is taken twice.
    await play.revoke(thai)
    assert await play.balances(thai.learner_id) == {(BANK, "ISSUED"): -100, (BANK, "VOID"): 100}


async def entry_row(play: Play, version: EntryVersion) -> None:
    """The row that recording would have written, with what this test reads of it."""
    await play.pool.execute(
        "INSERT INTO entry (entry_id, entry_root_id, version, learner_id, issuer_institution_id, course_id,"
        " course_version, code_system, code, curriculum_version, title_th, unit, course_credit_hundredths, category,"
        " subject_type, subject_group, outcomes, course_source, course_status, content_sha256, year_be, term, attempt,"
        " grade_scheme, grade_scheme_version, grade_code, grade_label, counts_in_gpa, attempted_hundredths,"
        " earned_hundredths, source_mode, state, content_hash, recorded_at, recorded_by, verified_at, verified_by,"
        " source, status) VALUES ($1, $2, 1, $3, $4, $5, 1, 'OBEC', 'ท31101', 'tests', 'วิชา', $6, 100, 'BASIC', '01',"
        " '01', '{}', 'tests', 'demonstration', $7, 2569, 1, 1, 'OBEC_8_LEVEL', '1', '006', '3.5', true, 100, $8,"
        " 'STUDY', 'VERIFIED', $7, now(), 'recorder', now(), 'verifier', 'tests', 'demonstration')",
        version.entry_id,
        version.entry_root_id,
        version.learner_id,
        version.issuer_institution_id,
        version.course_id,
        version.unit,
        bytes(32),
        version.earned_hundredths,
    )


# ---- flags ----


async def test_flag_is_settled_once_and_never_edited(play: Play) -> None:
    thai, line = await dual(play)
    await play.revoke(thai)

    async def settle() -> list[Any]:
        async def work(connection: Any) -> list[Any]:
            found = await flags.open_flags_of_lines(connection, [line.line_id])
            return await takeback.resolve_flags(
                connection, found, Resolution.KEPT, reason_code="STILL_FITS", by=DECIDER, now=datetime.now(UTC)
            )

        return await play.act([thai.learner_id], work)

    assert len(await settle()) == 1
    assert await settle() == []
    flag_id: UUID = await play.pool.fetchval("SELECT flag_id FROM review_flag")
    for statement in (
        "UPDATE review_flag SET resolution = 'REVERSED' WHERE flag_id = $1",
        "DELETE FROM review_flag WHERE flag_id = $1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await play.pool.execute(statement, flag_id)


async def test_what_raises_inside_leaves_nothing(play: Play) -> None:
    thai, _ = await dual(play)
    before = await play.balances(thai.learner_id)

    def crash() -> None:
        raise RuntimeError("gone")

    crashing = Play(play.pool, crash)
    with pytest.raises(RuntimeError):
        await crashing.revoke(thai)
    assert await play.balances(thai.learner_id) == before
    assert await play.pool.fetchval("SELECT count(*) FROM review_flag") == 0
