"""Ledgers of learners who are merged and parted, on the real store beside a pure model (CB-I16, with CB-I5 and CB-I17).

Results in three records are recorded, verified, returned, rejected, corrected, revoked and counted, the records are
merged and parted, several of it at the same moment, and now and then the process dies while a merge is told. The model
knows only what a person must hold: each natural key once among his records, nothing lost, nothing doubled, and
everything as before once a merge is undone.
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

import pytest
from chassis.envelope import Envelope, new_event_id
from chassis.errors import ServiceError
from chassis.ids import time_to_pb
from chassis.outcomes import Outcome
from chassis.pg import transaction
from credit_bank import consumers
from credit_bank.audit import audit
from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries
from credit_bank.ledger import merged
from credit_bank.ledger.duplicates import find_duplicates
from credit_bank.people.merges import families
from credit_bank.recording import use_cases as recording
from credit_bank.recording.changes import CorrectionReason, RevocationReason
from credit_bank.recording.domain import ReturnReason
from credit_bank.statements import store as statements
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from nuaikit.student_registry.v1 import events_pb2

from tests.support.credit_calls import result
from tests.support.credit_world import World, credit_world, ids_of
from tests.support.telemetry import RecordedTelemetry

COURSES = {"ท31101": 100, "พ31101": 50}
"""Credits in 1/100."""
RECORDS = 3
GRADES = ("0", "3", "4")
M6 = ("M6-OBEC", "2551R60")
ALONE = ("record", "correct", "revoke", "send_back", "reject")
SHARED = ("verify", "count", "merge", "part")


@dataclass
class Entry:
    """What the model knows of a result.

    Attributes:
        void: Credits of versions that were replaced, and of the last one once it was revoked.
        place: In the order of recording.
    """

    record: int
    code: str
    grade: str
    place: int
    state: str = "SUBMITTED"
    void: int = 0

    @property
    def earned(self) -> int:
        return 0 if self.grade == "0" else COURSES[self.code]

    @property
    def is_living(self) -> bool:
        return self.state in ("SUBMITTED", "RETURNED", "VERIFIED")


@dataclass(frozen=True)
class Op:
    """One thing that somebody does; `root` is the result, `one` and `other` are records."""

    name: str
    root: UUID | None = None
    one: int = 0
    other: int = 0
    grade: str = ""
    code: str = ""


@dataclass
class Model:
    """What the laws say.

    Attributes:
        counted: By record and course, the result that counts there.
        count_void: Credits by record whose count became void.
        into: The record to which each merged one leads.
    """

    entries: dict[UUID, Entry] = field(default_factory=dict)
    counted: dict[tuple[int, str], UUID] = field(default_factory=dict)
    count_void: Counter[int] = field(default_factory=Counter)
    into: dict[int, int] = field(default_factory=dict)

    def top(self, record: int) -> int:
        while record in self.into:
            record = self.into[record]
        return record

    def members(self, record: int) -> list[int]:
        return [other for other in range(RECORDS) if self.top(other) == self.top(record)]

    def living(self, record: int, code: str) -> UUID | None:
        return next(
            (root for root, one in self.entries.items() if (one.record, one.code) == (record, code) and one.is_living),
            None,
        )

    def apply(self, op: Op) -> str:
        return str(getattr(self, op.name)(op))

    def verify(self, op: Op) -> str:
        entry = self.entries[op.root or uuid4()]
        if entry.state == "VERIFIED":
            return "KNOWN"
        if entry.state != "SUBMITTED":
            return "ENTRY_STATE_WRONG"
        entry.state = "VERIFIED"
        return "OK"

    def count(self, op: Op) -> str:
        assert op.root is not None
        entry = self.entries[op.root]
        if entry.state != "VERIFIED":
            return "ENTRY_NOT_VERIFIED"
        if not entry.earned:
            return "NOTHING_TO_COUNT"
        if self.counted.get((entry.record, entry.code)) == op.root:
            return "KNOWN"
        if any((member, entry.code) in self.counted for member in self.members(entry.record)):
            return "COURSE_ALREADY_AWARDED"
        self.counted[entry.record, entry.code] = op.root
        return "OK"

    def merge(self, op: Op) -> str:
        self.into[op.one] = op.other
        return "OK"

    def part(self, op: Op) -> str:
        del self.into[op.one]
        return "OK"

    def record(self, op: Op, root: UUID) -> None:
        before = self.entries.get(root)
        place = len(self.entries) if before is None else before.place
        self.entries[root] = Entry(op.one, op.code, op.grade, place)

    def settle(self, op: Op) -> None:
        """What one person does alone and what cannot be refused."""
        assert op.root is not None
        entry = self.entries[op.root]
        counts = self.counted.get((entry.record, entry.code)) == op.root
        if op.name in ("send_back", "reject"):
            entry.state = "RETURNED" if op.name == "send_back" else "REJECTED"
            return
        entry.void += entry.earned
        self.count_void[entry.record] += entry.earned * counts
        if op.name == "revoke":
            entry.state = "REVOKED"
        else:
            entry.grade = op.grade
        if counts and (op.name == "revoke" or not entry.earned):
            del self.counted[entry.record, entry.code]

    def told(self, record: int) -> dict[str, Any]:
        """What a person holds, whichever of his records is asked for."""
        members, survivor = self.members(record), self.top(record)
        mine = {root: one for root, one in self.entries.items() if one.record in members}
        kept: dict[str, Entry] = {}
        for code in COURSES:
            living = [one for one in mine.values() if one.code == code and one.is_living]
            if living:
                kept[code] = min(
                    living,
                    key=lambda one: (
                        one.state != "VERIFIED",
                        one.state == "RETURNED",
                        one.record != survivor,
                        one.place,
                    ),
                )
        shown = [*kept.values(), *(one for one in mine.values() if not one.is_living)]
        sums = {
            "PENDING": sum(one.earned for one in shown if one.state == "SUBMITTED"),
            "AVAILABLE": sum(one.earned for one in shown if one.state == "VERIFIED"),
            "VOID": sum(one.void for one in shown),
            "COUNTED": sum(COURSES[code] for code in {code for member, code in self.counted if member in members}),
            "COUNT_VOID": sum(self.count_void[member] for member in members),
        }
        results = sorted(code for code, one in kept.items() if one.state == "VERIFIED")
        return {"sums": sums, "results": results}


PICKS = st.integers(0, 999)


class MergedMachine(RuleBasedStateMachine):
    """Three records and everybody who may touch them."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.merge_ids: dict[int, UUID] = {}
        self.turn = 0
        self.learners = [self.run(self.world.learner()) for _ in range(RECORDS)]

    # ---- what may be done ----

    def ops(self, names: Sequence[str]) -> list[Op]:
        """Everything that somebody could try now."""
        model = self.model
        found: list[Op] = []
        for record in range(RECORDS):
            for code in COURSES:
                root = model.living(record, code)
                if root is None or model.entries[root].state == "RETURNED":
                    now = "" if root is None else model.entries[root].grade
                    found += [
                        Op("record", root, record, grade=grade, code=code) for grade in ("3", "4") if grade != now
                    ]
        for root, entry in model.entries.items():
            if entry.state == "SUBMITTED":
                found += [Op("send_back", root), Op("reject", root)]
            if entry.state == "VERIFIED":
                found += [Op("correct", root, grade=grade) for grade in GRADES if grade != entry.grade]
                found += [Op("revoke", root)]
            if entry.state in ("SUBMITTED", "VERIFIED"):
                found += [Op("verify", root), Op("count", root)]
        tops = [record for record in range(RECORDS) if record not in model.into]
        found += [Op("merge", one=one, other=other) for one in tops for other in tops if one != other]
        found += [Op("part", one=one, other=other) for one, other in model.into.items()]
        return [op for op in found if op.name in names]

    def choose(self, names: Sequence[str], pick: int) -> Op | None:
        """One of them, the kind first; small numbers, which are drawn most, must not always be the same thing."""
        found = self.ops(names)
        self.turn += 1
        dice = Random(f"{pick} {self.turn}")  # noqa: S311  # which step comes next is no secret
        if not found:
            return None
        kind = dice.choice(sorted({op.name for op in found}))
        return dice.choice([op for op in found if op.name == kind])

    # ---- rules ----

    @rule(pick=PICKS)
    def step(self, pick: int) -> None:
        op = self.choose(SHARED, pick)
        if op is not None:
            self._shared(op)

    def _shared(self, op: Op) -> None:
        answer = self.run(self._do(op))
        assert answer == self.model.apply(op), op
        self._keep([op])
        self.reached[f"{op.name} {answer}"] += 1

    @rule(pick=PICKS)
    def change(self, pick: int) -> None:
        op = self.choose(ALONE, pick)
        if op is None:
            return
        found = self.run(self._change(op))
        if op.name == "record":
            self.model.record(op, op.root or found)
        else:
            self.model.settle(op)
        self.reached[op.name] += 1

    @rule(pick=PICKS, code=st.sampled_from(sorted(COURSES)), records=st.permutations(range(RECORDS)))
    def twins(self, pick: int, code: str, records: list[int]) -> None:
        """The same result in two records, verified, merged or not, and counted in both as far as the laws allow."""
        for record in records[:2]:
            root = self.model.living(record, code)
            if root is None:
                op = Op("record", None, record, grade=("3", "4")[pick % 2], code=code)
                root = self.run(self._change(op))
                self.model.record(op, root)
            self._shared(Op("verify", root))
        one, other = records[:2]
        if pick % 3 and not {one, other} & set(self.model.into):
            self._shared(Op("merge", one=one, other=other))
        for record in records[:2]:
            self._shared(Op("count", self.model.living(record, code)))

    @rule(picks=st.lists(PICKS, min_size=2, max_size=3))
    def several_at_once(self, picks: list[int]) -> None:
        """Some serial order explains what came of it (CB-I17); the registry tells one merge at a time."""
        ops: list[Op] = []
        for pick in picks:
            op = self.choose(SHARED, pick)
            if op is None or (op.name in ("merge", "part") and any(one.name in ("merge", "part") for one in ops)):
                continue
            ops.append(op)

        async def run() -> list[str]:
            return list(await asyncio.gather(*(self._do(op) for op in ops)))

        answers = self.run(run())
        told = [self.run(self._told(record)) for record in range(RECORDS)]
        for order in permutations(range(len(ops))):
            model = deepcopy(self.model)
            said = {index: model.apply(ops[index]) for index in order}
            if [said[n] for n in range(len(ops))] == answers and [model.told(n) for n in range(RECORDS)] == told:
                self.model = model
                self._keep(ops)
                self.reached.update(f"{op.name} at once {said}" for op, said in zip(ops, answers, strict=True))
                return
        raise AssertionError(f"no serial order explains {list(zip(ops, answers, strict=True))}")

    @rule(pick=PICKS)
    def crash(self, pick: int) -> None:
        """The process dies while a merge or its undoing is applied: nothing of it stays."""
        op = self.choose(("merge", "part"), pick)
        if op is not None:
            with pytest.raises(ConnectionAbortedError):
                self.run(self._tell(op, dies=True))
            if op.name == "merge":
                del self.merge_ids[op.one]
            self.reached["crash"] += 1

    # ---- laws ----

    @invariant()
    def every_record_tells_what_the_model_says(self) -> None:
        if hasattr(self, "learners"):
            for record in range(RECORDS):
                assert self.run(self._told(record)) == self.model.told(record), record

    def teardown(self) -> None:
        """Once everything is parted each record holds what it held alone."""
        if not hasattr(self, "learners"):
            return
        for record in reversed(list(self.model.into)):
            op = Op("part", one=record, other=self.model.into[record])
            assert self.run(self._do(op)) == self.model.apply(op)
        self.every_record_tells_what_the_model_says()

    async def _told(self, record: int) -> dict[str, Any]:
        sums = dict.fromkeys(("PENDING", "AVAILABLE", "VOID", "COUNTED", "COUNT_VOID"), 0)
        now = datetime.now(UTC)
        async with transaction(self.world.pool) as connection:
            family = (await families(connection, [self.learners[record]]))[self.learners[record]]
            balances = await merged.balances_until(connection, family, until=now)
            twice = (await find_duplicates(connection, family, until=now)).kept_roots
            read = await recording.read_verified_entries(connection, family.members, as_of=now)
            kept = {
                row["entry_id"]: row["state"]
                for row in await connection.fetch(
                    "SELECT entry_id, state FROM entry WHERE learner_id = ANY($1::uuid[])", family.members
                )
            }
            shown = await statements.read_entries(connection, set(kept), until=now)
        assert {one.entry_id: one.state for one in shown} == kept
        for (_, account), buckets in balances.items():
            assert sum(amount for _, _, amount in buckets) == 0, "CB-I1"
            for bucket, _, amount in buckets:
                name = bucket.partition(":")[0]
                name = "COUNT_VOID" if name == "VOID" and account.kind == "QUALIFICATION" else name
                assert amount >= 0 or name == "ISSUED", "CB-I2"
                if name in sums:
                    sums[name] += amount
        results = sorted(entry.course.key.code for entry in read if entry.entry_root_id not in twice)
        return {"sums": sums, "results": results}

    # ---- plumbing ----

    def _keep(self, ops: Sequence[Op]) -> None:
        for op in ops:
            if op.name == "part":
                del self.merge_ids[op.one]

    async def _do(self, op: Op) -> str:
        if op.name in ("merge", "part"):
            await self._tell(op)
            return "OK"
        actor = self.world.staff["school-registrar"].actor
        [entry_id] = [await self._current(op.root)]
        now = datetime.now(UTC)
        outcomes: list[Outcome]
        if op.name == "verify":
            command = recording.VerifyResults(uuid4(), (entry_id,))
            outcomes = await recording.verify_results(self.world.pool, command, actor=actor, now=now)
        else:
            counting = CountEntries(uuid4(), (CountInput(entry_id, *M6),))
            outcomes = await count_entries(self.world.pool, counting, actor=actor, now=now)
        [outcome] = outcomes
        if isinstance(outcome.problem, ServiceError) or outcome.problem is not None:
            return str(outcome.problem.reason)
        return "KNOWN" if outcome.already_done else "OK"

    async def _tell(self, op: Op, *, dies: bool = False) -> None:
        """As the consumer applies what the registry tells."""
        kept, other = str(self.learners[op.other]), str(self.learners[op.one])
        if op.name == "merge":
            merge_id = self.merge_ids[op.one] = uuid4()
            event: Any = events_pb2.LearnersMerged(
                merge_id=str(merge_id), surviving_learner_id=kept, merged_learner_id=other
            )
            event.merged_at.CopyFrom(time_to_pb(datetime.now(UTC)))
        else:
            event = events_pb2.LearnersUnmerged(
                merge_id=str(self.merge_ids[op.one]), surviving_learner_id=kept, merged_learner_id=other
            )
            event.unmerged_at.CopyFrom(time_to_pb(datetime.now(UTC)))
        name = event.DESCRIPTOR.full_name
        envelope = Envelope(
            event_id=new_event_id(),
            type=name,
            source="tests",
            time=datetime.now(UTC),
            topic=consumers.LEARNERS,
            key=other,
            sequence=1,
            traceparent=None,
        )
        async with transaction(self.world.pool) as connection:
            await consumers.subscription().handlers[name].apply(connection, event, envelope)
            if dies:
                raise ConnectionAbortedError

    async def _current(self, root: UUID | None) -> UUID:
        """The newest version of a result."""
        found = await self.world.fetchval(
            "SELECT entry_id FROM entry WHERE entry_root_id = $1 ORDER BY version DESC LIMIT 1", root
        )
        assert isinstance(found, UUID)
        return found

    async def _change(self, op: Op) -> UUID:
        """What cannot be refused; gives the root."""
        world, now = self.world, datetime.now(UTC)
        registrar, second, head = (
            world.staff[name].actor for name in ("school-registrar", "second-registrar", "school-director")
        )
        if op.name == "record":
            command = recording.RecordResults(uuid4(), (result(self.learners[op.one], op.code, op.grade),))
            actor = world.staff["school-recorder"].actor
            [entry_id] = ids_of(
                await recording.record_results(world.pool, world.bank_registry, command, actor=actor, now=now)
            )
            return op.root or entry_id
        assert op.root is not None
        entry_id = await self._current(op.root)
        if op.name == "send_back":
            returning = recording.ReturnResults(uuid4(), (entry_id,), ReturnReason.OTHER)
            ids_of(await recording.return_results(world.pool, returning, actor=registrar, now=now))
        elif op.name == "reject":
            rejecting = recording.RejectResults(uuid4(), (entry_id,), ReturnReason.OTHER)
            ids_of(await recording.reject_results(world.pool, rejecting, actor=registrar, now=now))
        else:
            if op.name == "revoke":
                asking = recording.RequestRevocations(uuid4(), (entry_id,), RevocationReason.OTHER)
                changes = ids_of(await recording.request_revocations(world.pool, asking, actor=registrar, now=now))
            else:
                entry = self.model.entries[op.root]
                version = await world.fetchval("SELECT version FROM entry WHERE entry_id = $1", entry_id)
                right = result(self.learners[entry.record], entry.code, op.grade)
                item = recording.CorrectionInput(entry_id, version, right, CorrectionReason.OTHER)
                proposing = recording.ProposeCorrections(uuid4(), (item,))
                changes = ids_of(
                    await recording.propose_corrections(
                        world.pool, world.bank_registry, proposing, actor=registrar, now=now
                    )
                )
            confirming = recording.ConfirmEntryChanges(uuid4(), tuple(changes))
            actor = head if op.name == "revoke" else second
            ids_of(
                await recording.confirm_entry_changes(
                    world.pool, world.bank_registry, confirming, actor=actor, now=datetime.now(UTC)
                )
            )
        return op.root


def test_merged_ledgers_hold_what_both_held_and_nothing_twice(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        runner.run(world.employ("second-registrar", "school_registrar", world.school))
        reached: Counter[str] = Counter()
        machine = type(
            "Machine", (MergedMachine,), {"world": world, "run": staticmethod(runner.run), "reached": reached}
        )
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=20,
                    stateful_step_count=35,
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
    wanted = ("merge OK", "part OK", "count OK", "count COURSE_ALREADY_AWARDED", "merge at once OK", "crash", *ALONE)
    assert min(reached[name] for name in wanted) > 0, reached
