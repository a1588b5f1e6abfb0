"""The ledger's laws under whatever happens, first in the pure model, then in model and database side by side.

One set of rules plays a learner's life: results are recorded, verified, returned, counted, proposed for transfer,
posted, rejected, reversed, sent twice and in bad amounts. `PureLedger` is the model, made of the domain's functions;
`StoredLedger` is the real store on real PostgreSQL. After every step both must tell the same.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from typing import Any, ClassVar
from uuid import UUID, uuid4

import asyncpg
import pytest
from chassis.errors import ServiceError
from chassis.ids import uuid7
from chassis.pg import Connection, create_pool, transaction
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break, link
from credit_bank.ledger.domain import (
    AVAILABLE,
    GENESIS,
    ISSUED,
    PENDING,
    AccountKey,
    Award,
    BucketKey,
    Claim,
    ClaimState,
    Head,
    Journal,
    JournalDraft,
    Line,
    UnbalancedError,
    balances,
    check_draft,
    counted,
    draft_of,
    find_claim_conflict,
    mirrored,
    move,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

DAY = date(2026, 11, 21)
START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SCHOOL, COLLEGE = uuid4(), uuid4()
M6, PWC, OTHER = ("M6-OBEC", "2551R60"), ("PWC-2562", "2562"), ("PWC-2567", "2567")
PAIRS = {M6: frozenset({"PWC-2562"}), PWC: frozenset({"M6-OBEC"}), OTHER: frozenset[str]()}
UNITS = {"CR_OBEC": 50, "CR_OVEC": 100}

amounts = st.integers(0, 8).map(lambda steps: steps * 50)
units = st.sampled_from(sorted(UNITS))


# ---- the model -------------------------------------------------------------------------------------------------------


@dataclass
class PureLedger:
    """The ledger without a database: the domain's functions over lists."""

    heads: dict[UUID, Head] = field(default_factory=dict)
    journals: list[Journal] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    awards: set[tuple[AccountKey, UUID]] = field(default_factory=set)

    def post(self, drafts: Sequence[JournalDraft], *, now: datetime) -> list[Journal]:
        posted: list[Journal] = []
        heads = dict(self.heads)
        for draft in drafts:
            journal = link(draft, heads.get(draft.learner_id, Head()), journal_id=uuid4(), posted_at=now)
            heads[draft.learner_id] = Head(journal.seq, journal.hash)
            posted.append(journal)
        self.heads = heads
        self.journals += posted
        return posted

    def reserve(self, groups: Sequence[Sequence[Claim]], *, now: datetime) -> list[str | None]:
        del now
        answers: list[str | None] = []
        for group in groups:
            taken = list(self.claims)
            reason: str | None = None
            for claim in group:
                finding = find_claim_conflict(claim, taken, PAIRS)
                if finding:
                    reason = finding.reason
                    break
                taken.append(claim)
            if reason is None:
                self.claims = taken
            answers.append(reason)
        return answers

    def activate(self, line_ids: Sequence[UUID], *, now: datetime) -> None:
        del now
        self.claims = [
            Claim(claim.entry_root_id, claim.account, ClaimState.POSTED, claim.line_id, claim.target_course_id)
            if claim.line_id in line_ids and claim.state is ClaimState.RESERVED
            else claim
            for claim in self.claims
        ]

    def release(self, line_ids: Sequence[UUID], *, now: datetime) -> None:
        del now
        self.claims = [claim for claim in self.claims if claim.line_id not in line_ids]

    def balances(self) -> dict[BucketKey, int]:
        return balances(self.journals)


class StoredLedger:
    """The same operations through the use cases, on the database."""

    def __init__(self, dsn: str) -> None:
        self._runner = asyncio.Runner()
        self._pool = self._runner.run(create_pool(dsn, size_max=2, application_name="machine"))
        self._learners: set[UUID] = set()

    def close(self) -> None:
        self._runner.run(self._pool.close())
        self._runner.close()

    def _do(self, work: Callable[[Connection], Any], learners: set[UUID]) -> Any:
        async def run() -> Any:
            async with transaction(self._pool) as connection:
                await ledger.lock_learners(connection, list(learners))
                return await work(connection)

        self._learners |= learners
        return self._runner.run(run())

    def post(self, drafts: Sequence[JournalDraft], *, now: datetime) -> list[Journal]:
        learners = {draft.learner_id for draft in drafts}
        return self._do(lambda connection: ledger.append_journals(connection, drafts, now=now), learners)

    def reserve(self, groups: Sequence[Sequence[Claim]], *, now: datetime) -> list[str | None]:
        learners = {claim.account.learner_id for group in groups for claim in group}
        answers: list[ServiceError | None] = self._do(
            lambda connection: ledger.reserve_claims(connection, groups, now=now), learners
        )
        return [answer.reason if answer else None for answer in answers]

    def activate(self, line_ids: Sequence[UUID], *, now: datetime) -> None:
        self._do(lambda connection: ledger.activate_claims(connection, line_ids, now=now), set())

    def release(self, line_ids: Sequence[UUID], *, now: datetime) -> None:
        self._do(lambda connection: ledger.release_claims(connection, line_ids, now=now), set())

    def award(self, awards: Sequence[Award]) -> None:
        self._do(lambda connection: ledger.record_awards(connection, awards), set())

    def journals(self) -> list[Journal]:
        return self._do(lambda connection: ledger.journals_of(connection, sorted(self._learners)), set())

    def kept(self) -> dict[BucketKey, int]:
        return self._do(lambda connection: ledger.buckets_of(connection, sorted(self._learners)), set())

    def claims(self) -> list[tuple[UUID, str, str]]:
        async def read(connection: Connection) -> list[tuple[UUID, str, str]]:
            rows = await connection.fetch(
                "SELECT c.entry_root_id, a.qualification_code, c.state FROM claim c JOIN account a USING (account_id)"
                " WHERE c.learner_id = ANY($1::uuid[]) AND c.state <> 'RELEASED'",
                sorted(self._learners),
            )
            return [(row["entry_root_id"], row["qualification_code"], row["state"]) for row in rows]

        return self._do(read, set())

    def seed(self) -> None:
        """Qualifications and one course, for the rows that name them."""

        async def write(connection: Connection) -> None:
            for (code, version), others in PAIRS.items():
                await connection.execute(
                    "INSERT INTO qualification (code, version, name_th, unit, total_min_hundredths,"
                    " counts_together_with, source, status, content_hash, published_at)"
                    " VALUES ($1, $2, 'คุณวุฒิ', 'CR_OBEC', 100, $3, 'tests', 'demonstration', $4, now())"
                    " ON CONFLICT DO NOTHING",
                    code,
                    version,
                    sorted(others),
                    GENESIS,
                )

        self._do(write, set())


# ---- a learner's life ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Entry:
    """A result as the machine knows it."""

    learner_id: UUID
    entry_id: UUID
    unit: str
    hundredths: int

    @property
    def bank(self) -> AccountKey:
        return AccountKey.bank(self.learner_id)

    def draft(self, kind: str, origin: str, destination: str) -> JournalDraft:
        lines = move(self.bank, origin, destination, unit=self.unit, amount_hundredths=self.hundredths)
        return JournalDraft(self.learner_id, kind, DAY, entry_id=self.entry_id, lines=lines, facts={"n": "ก"})


@dataclass(frozen=True)
class Proposal:
    """A line proposed for transfer, with the entry that supports it."""

    entry: Entry
    account: AccountKey
    line_id: UUID
    hundredths: int

    def draft(self) -> JournalDraft:
        lines = move(self.account, ISSUED, counted("CORE"), unit="CR_OVEC", amount_hundredths=self.hundredths)
        return JournalDraft(self.entry.learner_id, "transfer.posted", DAY, line_id=self.line_id, lines=lines)


class LedgerMachine(RuleBasedStateMachine):
    """Rules over the model; a subclass adds the database beside it."""

    learners = Bundle("learners")
    submitted = Bundle("submitted")
    verified = Bundle("verified")
    proposed = Bundle("proposed")
    posted = Bundle("posted")

    def __init__(self) -> None:
        super().__init__()
        self.model = PureLedger()
        self.now = START
        self.drafts: list[tuple[JournalDraft, datetime]] = []

    # what a subclass does as well

    def also_post(self, drafts: Sequence[JournalDraft], expected: Sequence[Journal]) -> None:
        """Post to the database too."""

    def also_reserve(self, groups: Sequence[Sequence[Claim]], expected: Sequence[str | None]) -> None:
        """Claim in the database too."""

    def also_settle(self, line_id: UUID, *, is_posted: bool) -> None:
        """Activate or release in the database too."""

    def also_refuse(self, draft: JournalDraft) -> None:
        """See that the database refuses it too."""

    def post(self, *drafts: JournalDraft) -> list[Journal]:
        self.now += timedelta(seconds=1)
        posted = self.model.post(drafts, now=self.now)
        self.drafts += [(draft, self.now) for draft in drafts]
        self.also_post(drafts, posted)
        return posted

    def reserve(self, *groups: Sequence[Claim]) -> list[str | None]:
        answers = self.model.reserve(groups, now=self.now)
        self.also_reserve(groups, answers)
        return answers

    # rules

    @initialize(target=learners, count=st.integers(1, 3))
    def begin(self, count: int) -> Any:
        return multiple(*(uuid7() for _ in range(count)))

    @rule(target=submitted, learner_id=learners, unit=units, hundredths=amounts)
    def record(self, learner_id: UUID, unit: str, hundredths: int) -> Entry:
        entry = Entry(learner_id, uuid7(), unit, hundredths - hundredths % UNITS[unit])
        self.post(entry.draft("credit.recorded", ISSUED, PENDING))
        return entry

    @rule(target=verified, entry=consumes(submitted))
    def verify(self, entry: Entry) -> Entry:
        self.post(entry.draft("credit.verified", PENDING, AVAILABLE))
        return entry

    @rule(target=submitted, entry=consumes(submitted), hundredths=amounts)
    def return_and_record_again(self, entry: Entry, hundredths: int) -> Entry:
        again = Entry(entry.learner_id, uuid7(), entry.unit, hundredths - hundredths % UNITS[entry.unit])
        self.post(
            entry.draft("credit.returned", PENDING, ISSUED),
            again.draft("credit.recorded", ISSUED, PENDING),
        )
        return again

    @rule(entry=verified, qualification=st.sampled_from([M6, OTHER]), count=st.integers(1, 3))
    def count(self, entry: Entry, qualification: tuple[str, str], count: int) -> None:
        """Several people count the same entry in one call: one effect."""
        account = AccountKey.qualification(entry.learner_id, *qualification, SCHOOL)
        claim = Claim(entry.entry_id, account, ClaimState.COUNTED)
        answers = self.reserve(*[[claim]] * count)
        assert sum(answer is None for answer in answers) <= 1
        if answers[0] is None:
            lines = move(account, ISSUED, counted("BASIC"), unit=entry.unit, amount_hundredths=entry.hundredths)
            self.post(JournalDraft(entry.learner_id, "credit.counted", DAY, entry_id=entry.entry_id, lines=lines))

    @rule(target=proposed, entry=verified, qualification=st.sampled_from([PWC, OTHER]), credits_=st.integers(1, 3))
    def propose(self, entry: Entry, qualification: tuple[str, str], credits_: int) -> Any:
        account = AccountKey.qualification(entry.learner_id, *qualification, COLLEGE)
        proposal = Proposal(entry, account, uuid7(), credits_ * 100)
        [answer] = self.reserve([Claim(entry.entry_id, account, ClaimState.RESERVED, proposal.line_id)])
        return proposal if answer is None else multiple()

    @rule(proposal=consumes(proposed))
    def reject(self, proposal: Proposal) -> None:
        self.model.release([proposal.line_id], now=self.now)
        self.also_settle(proposal.line_id, is_posted=False)

    @rule(target=posted, proposal=consumes(proposed))
    def accept_and_post(self, proposal: Proposal) -> Proposal:
        self.post(proposal.draft())
        self.model.activate([proposal.line_id], now=self.now)
        self.also_settle(proposal.line_id, is_posted=True)
        return proposal

    @rule(proposal=consumes(posted))
    def reverse(self, proposal: Proposal) -> None:
        """Exact (CB-I14): afterwards every balance is what it was before the posting, and the entry is free again."""
        before = {key: amount for key, amount in self.model.balances().items() if amount}
        draft = proposal.draft()
        self.post(JournalDraft(draft.learner_id, "transfer.reversed", DAY, lines=mirrored(draft.lines)))
        self.post(proposal.draft())
        assert {key: amount for key, amount in self.model.balances().items() if amount} == before
        self.post(JournalDraft(draft.learner_id, "transfer.reversed", DAY, lines=mirrored(draft.lines)))
        self.model.release([proposal.line_id], now=self.now)
        self.also_settle(proposal.line_id, is_posted=False)

    @rule(learner_id=learners, unit=units, hundredths=st.integers(1, 500))
    def post_half_a_journal(self, learner_id: UUID, unit: str, hundredths: int) -> None:
        line = Line(AccountKey.bank(learner_id), PENDING, unit, hundredths * UNITS[unit])
        draft = JournalDraft(learner_id, "credit.recorded", DAY, lines=(line,))
        with pytest.raises(UnbalancedError):
            check_draft(draft)
        self.also_refuse(draft)

    # laws

    @invariant()
    def every_sum_is_zero_per_unit(self) -> None:
        for unit in UNITS:
            assert sum(amount for (_, _, of), amount in self.model.balances().items() if of == unit) == 0

    @invariant()
    def no_balance_but_that_of_issued_is_negative(self) -> None:
        assert all(amount >= 0 for (_, bucket, _), amount in self.model.balances().items() if bucket != ISSUED)

    @invariant()
    def chains_have_no_gap_and_verify(self) -> None:
        journals = sorted(self.model.journals, key=lambda journal: (journal.learner_id, journal.seq))
        for learner_id, chain in groupby(journals, key=lambda journal: journal.learner_id):
            assert first_break(list(chain)) is None, learner_id

    @invariant()
    def no_entry_counts_twice_in_one_account(self) -> None:
        used = [(claim.entry_root_id, claim.account) for claim in self.model.claims]
        assert len(used) == len(set(used))

    @invariant()
    @precondition(lambda self: len(self.drafts) % 7 == 0)
    def replay_from_nothing_gives_the_same(self) -> None:
        again = PureLedger()
        for draft, posted_at in self.drafts:
            again.post([draft], now=posted_at)
        assert [journal.hash for journal in again.journals] == [journal.hash for journal in self.model.journals]
        assert again.balances() == self.model.balances()


class StoredLedgerMachine(LedgerMachine):
    """The same rules with the database beside the model; after every step both tell the same."""

    dsn: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.store = StoredLedger(self.dsn)
        self.store.seed()

    def teardown(self) -> None:
        self.store.close()

    def also_post(self, drafts: Sequence[JournalDraft], expected: Sequence[Journal]) -> None:
        found = self.store.post(drafts, now=self.now)
        assert [(journal.seq, journal.hash) for journal in found] == [(item.seq, item.hash) for item in expected]

    def also_reserve(self, groups: Sequence[Sequence[Claim]], expected: Sequence[str | None]) -> None:
        assert self.store.reserve(groups, now=self.now) == expected

    def also_settle(self, line_id: UUID, *, is_posted: bool) -> None:
        if is_posted:
            self.store.activate([line_id], now=self.now)
        else:
            self.store.release([line_id], now=self.now)

    def also_refuse(self, draft: JournalDraft) -> None:
        with pytest.raises(UnbalancedError):
            self.store.post([draft], now=self.now)

    @rule(entry=LedgerMachine.submitted)
    def verify_more_than_is_pending(self, entry: Entry) -> None:
        """The database itself refuses a negative balance, and nothing of the transaction stays (CB-I2)."""
        key = (entry.bank, PENDING, entry.unit)
        surplus = self.model.balances().get(key, 0) + UNITS[entry.unit]
        lines = move(entry.bank, PENDING, AVAILABLE, unit=entry.unit, amount_hundredths=surplus)
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            self.store.post([JournalDraft(entry.learner_id, "credit.verified", DAY, lines=lines)], now=self.now)
        assert refusal.value.constraint_name == "account_bucket_not_negative"

    @invariant()
    def database_tells_the_same(self) -> None:
        stored = self.store.journals()
        key = lambda journal: (journal.learner_id, journal.seq)  # noqa: E731  # one sort key for both sides
        told = sorted(self.model.journals, key=key)
        assert [(j.learner_id, j.seq, j.hash, j.prev_hash) for j in stored] == [
            (j.learner_id, j.seq, j.hash, j.prev_hash) for j in told
        ]
        assert [draft_of(journal) for journal in stored] == [draft_of(journal) for journal in told]
        assert self.store.kept() == self.model.balances()
        assert sorted(self.store.claims()) == sorted(
            (claim.entry_root_id, claim.account.qualification_code, str(claim.state)) for claim in self.model.claims
        )


def test_laws_hold_in_the_model_whatever_happens() -> None:
    run_state_machine_as_test(LedgerMachine, settings=settings(max_examples=60, stateful_step_count=40, deadline=None))


def test_laws_hold_in_the_database_whatever_happens(database: Callable[..., str]) -> None:
    machine = type("Machine", (StoredLedgerMachine,), {"dsn": database("credit-bank")})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )


# ---- properties of single functions ----------------------------------------------------------------------------------


@given(steps=st.lists(st.tuples(st.sampled_from([ISSUED, PENDING, AVAILABLE]), amounts), max_size=20))
def test_any_moves_and_their_mirrors_leave_every_bucket_as_it_was(steps: list[tuple[str, int]]) -> None:
    bank = AccountKey.bank(UUID(int=1))
    lines = [
        line
        for bucket, amount in steps
        for line in move(bank, bucket, "VOID", unit="CR_OBEC", amount_hundredths=amount)
    ]
    ledger_ = PureLedger()
    ledger_.post([JournalDraft(bank.learner_id, "x", DAY, lines=(*lines, *mirrored(lines)))], now=START)
    assert not any(ledger_.balances().values())


@given(
    texts=st.dictionaries(
        st.text(st.characters(codec="utf-8"), min_size=1, max_size=8), st.text(st.characters(codec="utf-8")), max_size=5
    ),
    position=st.integers(0, 2),
)
def test_chain_breaks_at_the_journal_whose_facts_were_changed(texts: dict[str, str], position: int) -> None:
    ledger_ = PureLedger()
    learner_id = UUID(int=1)
    ledger_.post([JournalDraft(learner_id, "x", DAY, facts=texts) for _ in range(3)], now=START)
    changed = {**texts, "ก": texts.get("ก", "") + "!"}
    chain = list(ledger_.journals)
    chain[position] = replace(chain[position], facts=changed)
    assert first_break(ledger_.journals) is None
    assert first_break(chain) == position + 1
