"""The whole life of results on the real ledger beside a pure model: one actor, several at once, and crashes.

The model knows nothing of journals: it says in plain dictionaries what must be claimed, awarded, flagged and balanced
after each operation. Several operations at once must end as in some serial order of them (CB-I17): the model plays
every order and one of them must tell what the database tells. What crashes before its end must leave nothing. After
every step claims (CB-I3, I4), awards (CB-I5), balances (CB-I1, I2), flags (CB-I15), frozen accounts (CB-I18) and exact
reversals (CB-I14) are compared; at the end the journals are replayed from empty (CB-I11), the chains verified (CB-I22),
and the statement of earlier instants held against the journals until then (CB-I20).
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Any, ClassVar, TypeVar
from uuid import UUID, uuid4

import pytest
from chassis.errors import ServiceError
from chassis.pg import create_pool
from credit_bank.ledger import merged
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from credit_bank.ledger.changes import Correction
from credit_bank.ledger.domain import ISSUED, REDEEMED, AccountKey, Journal, JournalDraft, balances, mirrored, move
from credit_bank.ledger.versions import EntryVersion
from credit_bank.people.merges import families
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from tests.support.ledger_play import (
    COURSES,
    DAY,
    M6,
    OTHER,
    PWC,
    Play,
    Proposal,
    m6,
    next_version,
    pwc,
    result,
    seed,
    verified,
)

PERMITTED = {(M6[0], PWC[0]), (PWC[0], M6[0])}
SUBJECTS = ("ท31101", "ค31101", "ว31201")
RESULTS_MAX = 6
TARGETS = ("20000-1101", "20000-1201")


@dataclass(frozen=True)
class Op:
    """One thing that somebody does."""

    name: str
    root: UUID | None = None
    account: AccountKey | None = None
    line: Proposal | None = None
    earned: int = 0

    @property
    def learner_id(self) -> UUID:
        assert self.account is not None
        return self.account.learner_id


Claims = dict[tuple[UUID, AccountKey], tuple[str, UUID | None, UUID]]


@dataclass
class Model:
    """What must be true, in plain words.

    Attributes:
        versions: The standing version of each result; None once it is revoked.
        claims: By result and account: state, line, course awarded for it.
        awards: By account and course: category and amount.
        sums: Balances by learner, qualification (empty: the bank) and bucket; ISSUED follows from the rest.
        flags: Open ones: subject, account, line, result.
    """

    versions: dict[UUID, EntryVersion | None] = field(default_factory=dict)
    newest: dict[UUID, EntryVersion] = field(default_factory=dict)
    claims: Claims = field(default_factory=dict)
    awards: dict[tuple[AccountKey, UUID], tuple[str, int]] = field(default_factory=dict)
    sums: dict[tuple[UUID, str, str], int] = field(default_factory=dict)
    flags: set[tuple[str, str, UUID | None, UUID]] = field(default_factory=set)
    redeemed: set[AccountKey] = field(default_factory=set)
    lines: dict[UUID, Proposal] = field(default_factory=dict)

    def add(self, learner_id: UUID, code: str, bucket: str, amount: int) -> None:
        key = (learner_id, code, bucket)
        self.sums[key] = self.sums.get(key, 0) + amount

    def copied(self) -> "Model":
        return Model(
            dict(self.versions),
            dict(self.newest),
            dict(self.claims),
            dict(self.awards),
            dict(self.sums),
            set(self.flags),
            set(self.redeemed),
            dict(self.lines),
        )

    def apply(self, op: Op) -> str:
        """What becomes of an operation: OK or the reason."""
        return getattr(self, op.name)(op)

    def conflict(self, root: UUID, account: AccountKey) -> str:
        for claimed, other in self.claims:
            if claimed != root:
                continue
            if other == account:
                return "ENTRY_ALREADY_CLAIMED"
            if (other.qualification_code, account.qualification_code) not in PERMITTED:
                return "ENTRY_COUNTS_ELSEWHERE"
        return ""

    def verify(self, op: Op) -> str:
        version = self.newest[op.root or uuid4()]
        self.versions[version.entry_root_id] = version
        self.add(version.learner_id, "", "AVAILABLE", version.earned_hundredths or 0)
        return "OK"

    def count(self, op: Op) -> str:
        assert op.root is not None
        assert op.account is not None
        version = self.versions[op.root]
        assert version is not None
        if (op.account, version.course_id) in self.awards:
            return "COURSE_ALREADY_AWARDED"
        refusal = "ACCOUNT_REDEEMED" if op.account in self.redeemed else self.conflict(op.root, op.account)
        if refusal:
            return refusal
        self.claims[op.root, op.account] = ("COUNTED", None, version.course_id)
        self.awarded(op.account, version.course_id, version.course_category, version.earned_hundredths or 0)
        return "OK"

    def awarded(self, account: AccountKey, course_id: UUID, category: str, amount: int) -> None:
        self.awards[account, course_id] = (category, amount)
        self.add(account.learner_id, account.qualification_code, f"COUNTED:{category}", amount)

    def propose(self, op: Op) -> str:
        line = op.line
        assert line is not None
        if line.account in self.redeemed:
            return "ACCOUNT_REDEEMED"
        taken: list[UUID] = []
        for root in line.sources:
            refusal = self.conflict(root, line.account)
            if refusal:
                for one in taken:
                    del self.claims[one, line.account]
                return refusal
            self.claims[root, line.account] = ("RESERVED", line.line_id, line.course_id)
            taken.append(root)
        self.lines[line.line_id] = line
        return "OK"

    def post_line(self, op: Op) -> str:
        line = op.line
        assert line is not None
        if (line.account, line.course_id) in self.awards:
            return "COURSE_ALREADY_AWARDED"
        if line.account in self.redeemed:
            return "ACCOUNT_REDEEMED"
        for root in line.sources:
            self.claims[root, line.account] = ("POSTED", line.line_id, line.course_id)
        _, _, credit, category = COURSES[line.target]
        self.awarded(line.account, line.course_id, category, credit)
        return "OK"

    def release(self, op: Op) -> str:
        assert op.line is not None
        self.forget(op.line)
        return "OK"

    def forget(self, line: Proposal) -> None:
        for root in line.sources:
            self.claims.pop((root, line.account), None)
        self.lines.pop(line.line_id, None)

    def reverse(self, op: Op) -> str:
        line = op.line
        assert line is not None
        if line.line_id not in self.lines or (line.account, line.course_id) not in self.awards:
            return "POSTING_UNKNOWN"
        if line.account in self.redeemed:
            return "ACCOUNT_REDEEMED"
        category, amount = self.awards.pop((line.account, line.course_id))
        self.add(line.account.learner_id, line.account.qualification_code, f"COUNTED:{category}", -amount)
        self.forget(line)
        self.flags = {flag for flag in self.flags if flag[2] != line.line_id}
        return "OK"

    def correct(self, op: Op) -> str:
        assert op.root is not None
        old = self.versions[op.root]
        assert old is not None
        new = self.newest[op.root]
        self.add(old.learner_id, "", "AVAILABLE", (new.earned_hundredths or 0) - (old.earned_hundredths or 0))
        self.add(old.learner_id, "", "VOID", old.earned_hundredths or 0)
        self.versions[op.root] = new
        self.changed(op.root, old, new)
        return "OK"

    def revoke(self, op: Op) -> str:
        assert op.root is not None
        old = self.versions[op.root]
        assert old is not None
        self.add(old.learner_id, "", "AVAILABLE", -(old.earned_hundredths or 0))
        self.add(old.learner_id, "", "VOID", old.earned_hundredths or 0)
        self.versions[op.root] = None
        self.changed(op.root, old, None)
        return "OK"

    def changed(self, root: UUID, old: EntryVersion, new: EntryVersion | None) -> None:
        for (claimed, account), (state, line_id, course_id) in list(self.claims.items()):
            if claimed != root:
                continue
            code = account.qualification_code
            if state != "COUNTED" or account in self.redeemed:
                subject = {"POSTED": "POSTING", "RESERVED": "RESERVATION", "COUNTED": "ACCOUNT"}[state]
                self.flags.add((subject, code, line_id, root))
                continue
            category, amount = self.awards.pop((account, course_id))
            self.add(old.learner_id, code, f"COUNTED:{category}", -amount)
            self.add(old.learner_id, code, "VOID", amount)
            if new is not None and new.earned_hundredths:
                self.awarded(account, course_id, category, new.earned_hundredths)
            else:
                del self.claims[claimed, account]

    def redeem(self, op: Op) -> str:
        assert op.account is not None
        if op.account in self.redeemed:
            return "ACCOUNT_REDEEMED"
        self.move_redeemed(op.account, 1)
        self.redeemed.add(op.account)
        return "OK"

    def unredeem(self, op: Op) -> str:
        assert op.account is not None
        if op.account not in self.redeemed:
            return "NOT_REDEEMED"
        self.move_redeemed(op.account, -1)
        self.redeemed.discard(op.account)
        return "OK"

    def move_redeemed(self, account: AccountKey, sign: int) -> None:
        for (owner, _), (category, amount) in self.awards.items():
            if owner == account:
                self.add(account.learner_id, account.qualification_code, f"COUNTED:{category}", -sign * amount)
                self.add(account.learner_id, account.qualification_code, REDEEMED, sign * amount)

    def told(self) -> dict[str, Any]:
        """Everything that the database must tell as well."""
        sums = {key: amount for key, amount in self.sums.items() if amount}
        return {
            "sums": sums,
            "claims": {
                (root, account.qualification_code, state) for (root, account), (state, _, _) in self.claims.items()
            },
            "awards": {(account.learner_id, account.qualification_code, course) for account, course in self.awards},
            "flags": set(self.flags),
            "redeemed": {(account.learner_id, account.qualification_code) for account in self.redeemed},
        }


class Store:
    """The same operations on the database."""

    def __init__(self, dsn: str) -> None:
        self.runner = asyncio.Runner()
        self.pool: Any = self.runner.run(create_pool(dsn, size_max=6, application_name="life"))
        self.runner.run(seed(self.pool))
        self.play = Play(self.pool)
        self.learners: list[UUID] = []

    def close(self) -> None:
        self.runner.run(self.pool.close())
        self.runner.close()

    async def apply(self, op: Op, model: Model, play: Play | None = None) -> str:
        """Do it; `model` only lends the versions that recording would have read."""
        play = play or self.play
        match op.name:
            case "verify":
                assert op.root is not None
                answer: Any = await play.post(verified(model.newest[op.root]))
            case "count":
                version = model.versions[op.root or uuid4()]
                assert version is not None
                assert op.account is not None
                answer = await play.count(version, op.account)
            case "propose" | "post_line" | "release":
                answer = await getattr(play, op.name)(op.line)
            case "reverse":
                assert op.line is not None
                [answer] = await play.reverse(op.line)
            case "correct":
                old = model.versions[op.root or uuid4()]
                assert old is not None
                answer = await play.correct(Correction(old, model.newest[old.entry_root_id]))
            case "revoke":
                version = model.versions[op.root or uuid4()]
                assert version is not None
                answer = await play.revoke(version)
            case _:
                assert op.account is not None
                answer = await self._award(play, op.account, is_redeemed=op.name == "redeem")
        return answer if isinstance(answer, str) else answer.reason if isinstance(answer, ServiceError) else "OK"

    async def _award(self, play: Play, account: AccountKey, *, is_redeemed: bool) -> str:
        """What awarding does to the ledger: all at once, and its exact mirror."""

        async def work(connection: Any) -> str:
            state = await connection.fetchval(
                "SELECT state FROM account WHERE learner_id = $1 AND qualification_code = $2",
                account.learner_id,
                account.qualification_code,
            )
            if (state == REDEEMED) == is_redeemed:
                return "ACCOUNT_REDEEMED" if is_redeemed else "NOT_REDEEMED"
            kept = await ledger.buckets_of(connection, [account.learner_id])
            lines = [
                line
                for (of, bucket, unit), amount in sorted(kept.items(), key=lambda item: item[0][1:])
                if of == account and bucket.startswith("COUNTED:")
                for line in move(account, bucket, REDEEMED, unit=unit, amount_hundredths=amount)
            ]
            kind = "qualification.redeemed"
            if not is_redeemed:
                kind = "qualification.redemption_reversed"
                journals = await ledger.journals_of(connection, [account.learner_id])
                last = [
                    journal
                    for journal in journals
                    if journal.type == "qualification.redeemed"
                    and any(line.account == account for line in journal.lines)
                ]
                lines = list(mirrored(last[-1].lines)) if last and kept.get((account, REDEEMED, _unit(account))) else []
            draft = JournalDraft(account.learner_id, kind, DAY, lines=tuple(lines))
            await ledger.append_journals(connection, [draft], now=await connection.fetchval("SELECT clock_timestamp()"))
            await connection.execute(
                "UPDATE account SET state = $3 WHERE learner_id = $1 AND qualification_code = $2",
                account.learner_id,
                account.qualification_code,
                REDEEMED if is_redeemed else "REOPENED",
            )
            return "OK"

        return await play.act([account.learner_id], work)

    async def told(self) -> dict[str, Any]:
        """What the database tells."""
        async with self.pool.acquire() as connection:
            kept = await ledger.buckets_of(connection, self.learners)
            claims = await connection.fetch(
                "SELECT c.entry_root_id, a.qualification_code, c.state FROM claim c JOIN account a USING (account_id)"
                " WHERE c.learner_id = ANY($1::uuid[]) AND c.state <> 'RELEASED'",
                self.learners,
            )
            awards = await connection.fetch(
                "SELECT a.learner_id, a.qualification_code, w.course_id FROM award w JOIN account a USING (account_id)"
                " WHERE a.learner_id = ANY($1::uuid[]) AND w.reversed_journal_id IS NULL",
                self.learners,
            )
            flags = await connection.fetch(
                "SELECT f.subject, a.qualification_code, f.line_id, f.entry_root_id FROM review_flag f"
                " JOIN account a USING (account_id) WHERE f.learner_id = ANY($1::uuid[]) AND f.resolved_at IS NULL",
                self.learners,
            )
            redeemed = await connection.fetch(
                "SELECT learner_id, qualification_code FROM account"
                " WHERE learner_id = ANY($1::uuid[]) AND state = 'REDEEMED'",
                self.learners,
            )
        sums = {
            (account.learner_id, account.qualification_code, bucket): amount
            for (account, bucket, _), amount in kept.items()
            if amount and bucket != "ISSUED"
        }
        return {
            "sums": sums,
            "claims": {tuple(row) for row in claims},
            "awards": {tuple(row) for row in awards},
            "flags": {tuple(row) for row in flags},
            "redeemed": {tuple(row) for row in redeemed},
        }


def _unit(account: AccountKey) -> str:
    return "CR_OBEC" if account.qualification_code == M6[0] else "CR_OVEC"


Pick = tuple[int, int, int, int, int]
"""Numbers that choose: learner, operation, thing, another thing, account."""
PICKS = st.tuples(*[st.integers(0, 59)] * 5)
T = TypeVar("T")


def _chosen(things: Sequence[T], pick: Pick) -> T:
    return things[pick[2] % len(things)]


class LifeMachine(RuleBasedStateMachine):
    """Learners' lives: one step, several at once, or a step that crashes."""

    dsn: ClassVar[str]
    reached: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.model = Model()
        self.store = Store(self.dsn)
        self.proposals: list[Proposal] = []

    def teardown(self) -> None:
        try:
            self.replay()
        finally:
            self.store.close()

    def replay(self) -> None:
        """From empty, the journals give the kept balances (CB-I11), in chains that verify (CB-I22)."""

        async def read() -> Any:
            async with self.store.pool.acquire() as connection:
                journals = await ledger.journals_of(connection, self.store.learners)
                return journals, await ledger.buckets_of(connection, self.store.learners)

        journals, kept = self.store.runner.run(read())
        assert balances(journals) == kept
        self.store.runner.run(self.look_back(journals))
        for learner_id in self.store.learners:
            assert first_break([one for one in journals if one.learner_id == learner_id]) is None

    async def look_back(self, journals: Sequence[Journal]) -> None:
        """At any instant the statement tells what the journals until then give (CB-I2 at every prefix, CB-I20)."""
        async with self.store.pool.acquire() as connection:
            for learner_id in self.store.learners:
                mine = [one for one in journals if one.learner_id == learner_id]
                family = (await families(connection, [learner_id]))[learner_id]
                for until in sorted({one.posted_at for one in mine})[:: max(1, len(mine) // 5)]:
                    told = await merged.balances_until(connection, family, until=until)
                    shown = {
                        (key, bucket, unit): amount
                        for (_, key), buckets in told.items()
                        for bucket, unit, amount in buckets
                    }
                    assert shown == balances(one for one in mine if one.posted_at <= until)
                    assert all(amount >= 0 for (_, bucket, _), amount in shown.items() if bucket != ISSUED)

    @initialize()
    def begin(self) -> None:
        self.store.learners = [uuid4(), uuid4()]

    # ---- what may be done ----

    def op(self, pick: Pick) -> Op | None:
        """An operation that somebody could try now; one that leads on is tried more often.

        What is drawn has the same shape whatever happened, as a race may end differently each time.
        """
        learner_id = self.store.learners[pick[0] % 2]
        roots = sorted(root for root, one in self.model.newest.items() if one.learner_id == learner_id)
        standing = [root for root in roots if self.model.versions.get(root) is not None]
        earned = [root for root in standing if self._earned(root)]
        accounts = self._accounts(learner_id)
        reserved, posted = self._lines(learner_id, "RESERVED"), self._lines(learner_id, "POSTED")
        possible = [
            *(["verify"] if len(roots) < RESULTS_MAX else []),
            *(["count"] * 2 if earned else []),
            *(["propose"] * 2 + ["correct", "revoke"] if standing else []),
            *(["post_line"] * 4 + ["release"] if reserved else []),
            *(["reverse"] * 4 if posted else []),
            *(["redeem", "unredeem"] if accounts else []),
        ]
        if not possible:
            return None
        name = possible[pick[1] % len(possible)]
        if name in ("post_line", "release", "reverse"):
            line = _chosen(posted if name == "reverse" else reserved, pick)
            return Op(name, account=line.account, line=line)
        made: dict[str, Callable[[], Op]] = {
            "verify": lambda: self._new_result(pick, learner_id),
            "count": lambda: Op("count", _chosen(earned, pick), m6(learner_id)),
            "propose": lambda: self._proposal(pick, standing, learner_id),
            "correct": lambda: self._change(pick, name, standing, learner_id),
            "revoke": lambda: self._change(pick, name, standing, learner_id),
            "redeem": lambda: Op(name, account=_chosen(accounts, pick)),
            "unredeem": lambda: Op(name, account=_chosen(accounts, pick)),
        }
        return made[name]()

    def _earned(self, root: UUID) -> int:
        version = self.model.versions[root]
        return 0 if version is None else version.earned_hundredths or 0

    def _lines(self, learner_id: UUID, state: str) -> list[Proposal]:
        return [
            line
            for line in self.model.lines.values()
            if line.account.learner_id == learner_id and self.model.claims[line.sources[0], line.account][0] == state
        ]

    def _accounts(self, learner_id: UUID) -> list[AccountKey]:
        found = {account for account, _ in self.model.awards} | self.model.redeemed
        mine = [account for account in found if account.learner_id == learner_id]
        return sorted(mine, key=lambda account: account.qualification_code)

    def _new_result(self, pick: Pick, learner_id: UUID) -> Op:
        version = result(learner_id, _chosen(SUBJECTS, pick))
        self.model.newest[version.entry_root_id] = version
        return Op("verify", version.entry_root_id, AccountKey.bank(learner_id))

    def _change(self, pick: Pick, name: str, standing: Sequence[UUID], learner_id: UUID) -> Op:
        root = _chosen(standing, pick)
        version = self.model.versions[root]
        assert version is not None
        if name == "correct":
            self.model.newest[root] = next_version(version, earned_hundredths=(0, 50, 100)[pick[3] % 3])
        return Op(name, root, AccountKey.bank(learner_id))

    def _proposal(self, pick: Pick, standing: Sequence[UUID], learner_id: UUID) -> Op:
        sources = {_chosen(standing, pick), standing[pick[3] % len(standing)]}
        account = pwc(learner_id, (PWC, OTHER)[pick[4] % 2])
        line = Proposal(account, TARGETS[pick[3] % 2], tuple(sorted(sources)))
        return Op("propose", account=account, line=line)

    # ---- rules ----

    @rule(pick=PICKS)
    def step(self, pick: Pick) -> None:
        op = self.op(pick)
        if op is None:
            return
        answer = self.store.runner.run(self.store.apply(op, self.model))
        assert answer == self.model.apply(op), op
        self.reached[f"{op.name} {answer}"] += 1

    @rule(picks=st.lists(PICKS, min_size=2, max_size=4))
    def several_at_once(self, picks: list[Pick]) -> None:
        """Two to four people act at the same moment; some serial order of them explains what came of it (CB-I17)."""
        ops: list[Op] = []
        touched: set[UUID] = set()
        for pick in picks:
            op = self.op(pick)
            if op is None or op in ops or (op.root is not None and op.root in touched):
                continue
            touched |= {op.root} if op.root else set()
            ops.append(op)

        async def run() -> list[str]:
            return list(await asyncio.gather(*(self.store.apply(op, self.model) for op in ops)))

        answers = self.store.runner.run(run())
        told = self.store.runner.run(self.store.told())
        for order in permutations(range(len(ops))):
            model = self.model.copied()
            found = {index: model.apply(ops[index]) for index in order}
            if [found[index] for index in range(len(ops))] == answers and model.told() == told:
                self.model = model
                self.reached.update(f"{op.name} at once {answer}" for op, answer in zip(ops, answers, strict=True))
                return
        raise AssertionError(f"no serial order explains {list(zip(ops, answers, strict=True))}")

    @rule(pick=PICKS)
    def crash(self, pick: Pick) -> None:
        """The process dies before the end: nothing of it stays, and the same can be done again."""
        op = self.op(pick)
        if op is None:
            return

        def die() -> None:
            raise ConnectionAbortedError

        with pytest.raises(ConnectionAbortedError):
            self.store.runner.run(self.store.apply(op, self.model, Play(self.store.pool, die)))
        assert self.store.runner.run(self.store.told()) == self.model.told()
        answer = self.store.runner.run(self.store.apply(op, self.model))
        assert answer == self.model.apply(op), op
        self.reached[f"{op.name} after a crash {answer}"] += 1

    @rule(pick=PICKS)
    def post_and_take_back(self, pick: Pick) -> None:
        """Exact: afterwards every balance is what it was before (CB-I14)."""
        lines = self._lines(self.store.learners[pick[0] % 2], "RESERVED")
        if not lines:
            return
        line = _chosen(lines, pick)
        before = dict(self.model.told()["sums"])
        for name in ("post_line", "reverse"):
            op = Op(name, account=line.account, line=line)
            answer = self.store.runner.run(self.store.apply(op, self.model))
            assert answer == self.model.apply(op)
            if answer != "OK":
                return
            self.reached[f"{name} {answer}"] += 1
        assert self.store.runner.run(self.store.told())["sums"] == before

    @invariant()
    def database_tells_what_the_model_says(self) -> None:
        if self.store.learners:
            assert self.store.runner.run(self.store.told()) == self.model.told()


def test_any_life_of_results_ends_as_the_model_says(database: Callable[..., str]) -> None:
    machine = type("Machine", (LifeMachine,), {"dsn": database("credit-bank"), "reached": Counter()})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40,
            stateful_step_count=50,
            deadline=None,
            phases=[Phase.explicit, Phase.generate, Phase.shrink],
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
        ),
    )
    names = ("verify", "count", "propose", "post_line", "release", "reverse", "correct", "revoke", "redeem", "unredeem")
    done = {reached.split()[0] for reached in machine.reached if reached.endswith("OK")}
    assert done == set(names)
    assert any("at once" in reached and not reached.endswith("OK") for reached in machine.reached)
