"""Who trusts the bank: natural keys, second persons, sums of any day, the chain (CB-I13, I19, I20, I22).

Four people import overlapping lists of one learner's results and verify them, several at the same moment, and calls die
at one of their steps. The model keeps what was recorded first under each natural key, who made it and who verified it,
and what the bank held at each moment. Afterwards statements as of each of those moments, the sums of the journals until
then and the model are the same; and a change anywhere in the history breaks the chain at that very place.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from random import Random
from typing import Any, ClassVar
from uuid import UUID, uuid4

from chassis.auth import Actor
from credit_bank.audit import audit
from credit_bank.ledger import use_cases as ledger
from credit_bank.ledger.chain import first_break
from credit_bank.ledger.domain import ISSUED, balances
from credit_bank.recording.use_cases import RecordResults, VerifyResults, record_results, verify_results
from credit_bank.statements.use_cases import get_statement
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.credit_calls import result
from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry

CREDITS = {"ท31101": 100, "พ31101": 50}
TERMS = (1, 2)
GRADES = ("0", "3", "4")
KNOWN = "KNOWN"
NEVER = "ENTRY_UNKNOWN"
# One of them both imports and verifies: what keeps them apart is the person and never the role.
IMPORTERS = {"clerk": "school_recorder", "both": "school_recorder"}
VERIFIERS = {"registrar": "school_registrar", "both": "school_registrar"}

Key = tuple[str, int]
"""Course and term: the natural key, as learner, issuer, year and attempt are the same for all."""
Row = tuple[Key, str]
"""What an import says of a key: its grade."""
Op = tuple[str, str, tuple[Row, ...]]
"""What is done, by whom, on which rows; verifying looks at their keys only."""

KEYS = st.tuples(st.sampled_from(sorted(CREDITS)), st.sampled_from(TERMS))
ROWS = st.lists(st.tuples(KEYS, st.sampled_from(GRADES)), min_size=1, max_size=3, unique_by=lambda one: one[0]).map(
    tuple
)
OPS = st.one_of(
    st.tuples(st.just("import"), st.sampled_from(sorted(IMPORTERS)), ROWS),
    st.tuples(st.just("verify"), st.sampled_from(sorted(VERIFIERS)), ROWS),
)


@dataclass
class Model:
    """What the laws say.

    Attributes:
        results: By natural key its grade and who recorded it.
        verified: Who verified it.
    """

    results: dict[Key, tuple[str, str]] = field(default_factory=dict)
    verified: dict[Key, str] = field(default_factory=dict)

    def take(self, op: Op, known: frozenset[Key]) -> list[str]:
        """Carry it out; `known` are the keys whose entries the caller could name."""
        name, who, rows = op
        if name == "import":
            return [self._record(key, grade, who) for key, grade in rows]
        return [self._verify(key, who) if key in known else NEVER for key, _ in rows]

    def _record(self, key: Key, grade: str, who: str) -> str:
        if key not in self.results:
            self.results[key] = (grade, who)
            return "OK"
        return KNOWN if self.results[key][0] == grade else "ENTRY_EXISTS_DIFFERENT"

    def _verify(self, key: Key, who: str) -> str:
        if key in self.verified:
            return KNOWN
        if self.results[key][1] == who:
            return "SAME_ACTOR"
        self.verified[key] = who
        return "OK"

    def sums(self) -> dict[str, int]:
        """Bucket of the bank account and what it holds; a failed course earns nothing."""
        found: Counter[str] = Counter()
        for key, (grade, _) in self.results.items():
            found["AVAILABLE" if key in self.verified else "PENDING"] += CREDITS[key[0]] if grade != "0" else 0
        return {bucket: amount for bucket, amount in found.items() if amount}


CHANGES = {
    "facts": 'UPDATE journal SET facts = facts || \'{"grade_code": "x"}\' WHERE learner_id = $1 AND seq = $2',
    "day": "UPDATE journal SET effective_on = effective_on - 1 WHERE learner_id = $1 AND seq = $2",
    "time": "UPDATE journal SET posted_at = posted_at - interval '1us' WHERE learner_id = $1 AND seq = $2",
    "kind": "UPDATE journal SET type = 'credit.revoked' WHERE learner_id = $1 AND seq = $2",
    "hash": "UPDATE journal SET hash = sha256(hash) WHERE learner_id = $1 AND seq = $2",
    "before": "UPDATE journal SET prev_hash = sha256(prev_hash) WHERE learner_id = $1 AND seq = $2",
    "entry": "UPDATE journal SET entry_id = NULL WHERE learner_id = $1 AND seq = $2",
    "gone": "DELETE FROM journal WHERE learner_id = $1 AND seq = $2",
}
"""What somebody with the database in his hands might change about one journal."""

LINES_GONE = """
    DELETE FROM journal_line WHERE journal_id IN (SELECT journal_id FROM journal WHERE learner_id = $1 AND seq = $2)
"""


class TrustMachine(RuleBasedStateMachine):
    """One learner, and everybody who writes about him."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    people: ClassVar[dict[tuple[str, str], Actor]]
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.moments: list[tuple[datetime, dict[str, int]]] = []
        self.learner_id: UUID = self.run(self.world.learner())

    @rule(ops=st.lists(OPS, min_size=1, max_size=4))
    def at_once(self, ops: list[Op]) -> None:
        """Some order of all that happens at the same moment explains what came of it."""
        ids = self.run(self._ids())
        answers = self.run(self._all(ops, ids))
        for order in permutations(range(len(ops))):
            model = deepcopy(self.model)
            said = {n: model.take(ops[n], frozenset(ids)) for n in order}
            if [said[n] for n in range(len(ops))] == answers:
                self.model = model
                for op, found in zip(ops, answers, strict=True):
                    self.reached.update(f"{op[0]} {answer}" for answer in found)
                keys = [{key for key, _ in rows} for name, _, rows in ops if name == "import"]
                self.reached["met"] += any(one & two for n, one in enumerate(keys) for two in keys[:n])
                return
        raise AssertionError(f"no order explains {list(zip(ops, answers, strict=True))} after {self.model}")

    @rule(op=OPS, turns=st.integers(0, 60))
    def die(self, op: Op, turns: int) -> None:
        """A call is cut off at one of its steps: it happened whole or not at all, and can be sent again."""
        ids = self.run(self._ids())
        self.run(self._cut_off(op, ids, turns))
        whole = deepcopy(self.model)
        whole.take(op, frozenset(ids))
        if self.run(self._stored()) == (whole.results, whole.verified):
            self.model = whole
        self.at_once([op])
        self.reached["cut off"] += 1

    @invariant()
    def store_says_what_the_model_says(self) -> None:
        if hasattr(self, "learner_id"):
            results, verified = self.run(self._stored())
            assert results == self.model.results, "CB-I13"
            assert verified == self.model.verified
            assert all(results[key][1] != who for key, who in verified.items()), "CB-I19"
            self.moments.append((datetime.now(UTC), self.model.sums()))

    def teardown(self) -> None:
        if hasattr(self, "learner_id"):
            self.run(self._look_back())
            self.run(self._tamper())

    # ---- laws of what was ----

    async def _look_back(self) -> None:
        """CB-I20: the statement of a moment, the journals until then, and what was so at that moment."""
        world = self.world
        async with world.pool.acquire() as connection:
            journals = await ledger.journals_of(connection, [self.learner_id])
        for moment, sums in self.moments[:: max(1, len(self.moments) // 4)]:
            told = await get_statement(
                world.pool,
                world.bank_registry,
                self.learner_id,
                purpose="CREDIT_CHECK",
                as_of=moment,
                actor=self.people["verify", "registrar"],
                now=datetime.now(UTC),
            )
            shown = {
                item.bucket: item.balance_hundredths
                for account in told.accounts
                for item in account.balances
                if item.bucket != ISSUED and item.balance_hundredths
            }
            until = balances(one for one in journals if one.posted_at <= moment)
            counted = {bucket: amount for (_, bucket, _), amount in until.items() if bucket != ISSUED and amount}
            assert shown == counted == sums
            self.reached["looked back"] += bool(sums)

    async def _tamper(self) -> None:
        """CB-I22: a change of one journal, wherever it is and whatever it changes, breaks the chain there."""
        async with self.world.pool.acquire() as connection:
            journals = await ledger.journals_of(connection, [self.learner_id])
            assert first_break(journals) is None
            dice = Random(len(journals))  # noqa: S311  # which journal is changed is no secret
            for name in dice.sample(sorted(CHANGES), 3 if journals else 0):
                # The last one taken out leaves a whole chain; that the head then names another end, the audit tells.
                seq = dice.randint(1, len(journals) - (name == "gone")) if len(journals) > 1 else 1
                if name == "gone" and len(journals) == 1:
                    continue
                assert await self._break_at(connection, CHANGES[name], seq) == seq, name
                self.reached[name] += 1
            assert first_break(await ledger.journals_of(connection, [self.learner_id])) is None

    async def _break_at(self, connection: Any, statement: str, seq: int) -> int | None:
        """Where the chain breaks after a change past the triggers, which is then undone."""
        change = connection.transaction()
        await change.start()
        try:
            for table in ("journal", "journal_line"):
                await connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            if statement.startswith("DELETE"):
                await connection.execute(LINES_GONE, self.learner_id, seq)
            await connection.execute(statement, self.learner_id, seq)
            return first_break(await ledger.journals_of(connection, [self.learner_id]))
        finally:
            await change.rollback()

    # ---- plumbing ----

    async def _ids(self) -> dict[Key, UUID]:
        rows = await self.world.fetch("SELECT code, term, entry_id FROM entry WHERE learner_id = $1", self.learner_id)
        return {(row["code"], row["term"]): row["entry_id"] for row in rows}

    async def _stored(self) -> tuple[dict[Key, tuple[str, str]], dict[Key, str]]:
        """Grade and maker, and verifier, by natural key; a key that is there twice fails."""
        rows = await self.world.fetch(
            "SELECT code, term, grade_label, recorded_by, verified_by FROM entry WHERE learner_id = $1", self.learner_id
        )
        names = {actor.subject_hash: who for (_, who), actor in self.people.items()}
        assert len({(row["code"], row["term"]) for row in rows}) == len(rows), "CB-I13"
        made = {(row["code"], row["term"]): (row["grade_label"], names[row["recorded_by"]]) for row in rows}
        seen = {(row["code"], row["term"]): names[row["verified_by"]] for row in rows if row["verified_by"]}
        return made, seen

    async def _all(self, ops: Sequence[Op], ids: dict[Key, UUID]) -> list[list[str]]:
        return list(await asyncio.gather(*(self._do(op, ids) for op in ops)))

    async def _do(self, op: Op, ids: dict[Key, UUID]) -> list[str]:
        name, who, rows = op
        world, now = self.world, datetime.now(UTC)
        if name == "import":
            items = tuple(result(self.learner_id, code, grade, term=term) for (code, term), grade in rows)
            actor = self.people["import", who]
            outcomes = await record_results(
                world.pool, world.bank_registry, RecordResults(uuid4(), items), actor=actor, now=now
            )
        else:
            command = VerifyResults(uuid4(), tuple(ids.get(key) or uuid4() for key, _ in rows))
            outcomes = await verify_results(world.pool, command, actor=self.people["verify", who], now=now)
        return [one.problem.reason if one.problem else KNOWN if one.already_done else "OK" for one in outcomes]

    async def _cut_off(self, op: Op, ids: dict[Key, UUID], turns: int) -> None:
        task = asyncio.create_task(self._do(op, ids))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def test_whoever_trusts_the_bank_may(database: Callable[..., str], telemetry: RecordedTelemetry) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        reached: Counter[str] = Counter()
        people = {
            (what, who): world.person(who, role, world.school).actor
            for what, named in (("import", IMPORTERS), ("verify", VERIFIERS))
            for who, role in named.items()
        }
        members = {"world": world, "run": staticmethod(runner.run), "reached": reached, "people": people}
        machine = type("Machine", (TrustMachine,), members)
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=50,
                    stateful_step_count=12,
                    deadline=None,
                    # Shortening a failing run takes minutes on a real store; the run itself is shown.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
            drift = {name: value for name, value in runner.run(audit(world.pool)).items() if name.startswith("drift")}
            assert not any(drift.values()), drift
        finally:
            runner.run(stack.aclose())
    # A machine that never comes there would prove nothing.
    wanted = (
        "import OK",
        f"import {KNOWN}",
        "import ENTRY_EXISTS_DIFFERENT",
        "verify OK",
        "verify SAME_ACTOR",
        f"verify {KNOWN}",
        "met",
        "cut off",
        "looked back",
        *CHANGES,
    )
    assert min(reached[name] for name in wanted) > 0, reached
