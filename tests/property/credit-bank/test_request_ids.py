"""A request id has one effect and one answer, whoever sends it again, however often and at the same moment (CB-I12).

Four people send three kinds of calls under a handful of request ids: with the same content, with other content, several
at once, alone and through coalescers, and some of the calls die at any of their steps, or all of them with the
connections of the database. The model keeps, by person and id, what was sent first and what was answered; and, by
natural key, what may have happened once.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import permutations
from typing import Any, ClassVar
from uuid import UUID, uuid4

import asyncpg
from chassis.errors import ServiceError
from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.counting.use_cases import CountEntries, CountInput, count_entries, counting_together
from credit_bank.counting.use_cases import Counter as Counting
from credit_bank.recording.use_cases import (
    Recorder,
    RecordResults,
    Verifier,
    VerifyResults,
    record_results,
    recording_together,
    verify_results,
    verifying_together,
)
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.credit_calls import result
from tests.support.credit_world import World, credit_world
from tests.support.telemetry import RecordedTelemetry

CODES = ("ท31101", "ค31101")
GRADES = ("3", "4")
IDS = 4
RECORDERS = ("school-recorder", "second-recorder")
REGISTRARS = ("school-registrar", "second-registrar")
MISMATCH = "REQUEST_MISMATCH"
KNOWN = "KNOWN"

Content = tuple[str, tuple[tuple[str, str], ...]]
"""What is done; with courses and grades, or courses and entries."""
Call = tuple[str, int, Content]
"""Who, under which of his ids, what."""
Answer = tuple[tuple[str | None, bool, str | None], ...] | str
"""Per item: id, whether it was done before, why not; or the reason why the whole call was refused."""

ITEMS = st.tuples(st.sampled_from(CODES), st.sampled_from(GRADES))
RECORDING = st.tuples(
    st.sampled_from(RECORDERS),
    st.integers(0, IDS - 1),
    st.tuples(st.just("record"), st.lists(ITEMS, min_size=1, max_size=2).map(tuple)),
)
DECIDING = st.tuples(
    st.sampled_from(REGISTRARS),
    st.integers(0, IDS - 1),
    st.tuples(
        st.sampled_from(["verify", "count"]),
        st.lists(st.sampled_from(CODES).map(lambda code: (code, "")), min_size=1, max_size=2).map(tuple),
    ),
)
CALLS = st.one_of(RECORDING, DECIDING)
PAIRS = st.one_of(*(st.tuples(calls, calls) for calls in (RECORDING, DECIDING, CALLS)))


@dataclass
class Model:
    """What the laws say.

    Attributes:
        answers: By person and id, what was sent and what it was answered.
        grades: Of results that stand, by course.
        entries: Of results that stand, by course.
        verified: Courses.
        counted: Courses.
    """

    answers: dict[tuple[str, int], tuple[Content, Answer]] = field(default_factory=dict)
    grades: dict[str, str] = field(default_factory=dict)
    entries: dict[str, str] = field(default_factory=dict)
    verified: set[str] = field(default_factory=set)
    counted: set[str] = field(default_factory=set)

    def take(self, call: Call, found: Answer) -> bool:
        """Carry a call out; whether that is what it was answered."""
        key, content = call[:2], call[2]
        if key in self.answers:
            first, answer = self.answers[key]
            return found == (answer if first == content else MISMATCH)
        kind, items = content
        expected = [getattr(self, kind)(*item) for item in items]
        if isinstance(found, str) or [KNOWN if known else reason for _, known, reason in found] != expected:
            return False
        self.answers[key] = (content, found)
        if kind == "record":
            for (code, _), (entry_id, _, _) in zip(items, found, strict=True):
                self.entries.setdefault(code, entry_id or "")
        return True

    def record(self, code: str, grade: str) -> str | None:
        if code not in self.grades:
            self.grades[code] = grade
            return None
        return KNOWN if self.grades[code] == grade else "ENTRY_EXISTS_DIFFERENT"

    def verify(self, code: str, entry_id: str) -> str | None:
        if self.entries.get(code) != entry_id:
            return "ENTRY_UNKNOWN"
        if code in self.verified:
            return KNOWN
        self.verified.add(code)
        return None

    def count(self, code: str, entry_id: str) -> str | None:
        if self.entries.get(code) != entry_id:
            return "ENTRY_UNKNOWN"
        if code not in self.verified:
            return "ENTRY_NOT_VERIFIED"
        if code in self.counted:
            return KNOWN
        self.counted.add(code)
        return None


class RequestMachine(RuleBasedStateMachine):
    """One learner with two courses, and everybody who writes about him."""

    world: ClassVar[World]
    killer: ClassVar[Any]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.learner_id = self.run(self.world.learner())
        self.ids = {(who, n): uuid4() for who in (*RECORDERS, *REGISTRARS) for n in range(IDS)}
        self.never = {code: str(uuid4()) for code in CODES}

    # ---- rules ----

    @rule(call=CALLS, times=st.integers(1, 4), is_coalesced=st.booleans())
    def send(self, call: Call, times: int, *, is_coalesced: bool) -> None:
        """The same call, once or several times at the same moment: one effect, one answer for all."""
        self._take([self._named(call)] * times, is_coalesced=is_coalesced)
        self.reached["again" if times > 1 else "once"] += 1

    @rule(calls=PAIRS, same_id=st.booleans(), is_coalesced=st.booleans())
    def send_two(self, calls: tuple[Call, Call], *, same_id: bool, is_coalesced: bool) -> None:
        """Two calls at the same moment, perhaps of one person under one id with other content: one of them is first."""
        one, two = map(self._named, calls)
        if same_id and (one[2][0] == "record") is (two[2][0] == "record"):
            two = (*one[:2], two[2])
        is_new = one[:2] not in self.model.answers
        found = self._take([one, two], is_coalesced=is_coalesced)
        if is_new and one[:2] == two[:2] and one[2] != two[2]:
            assert sorted(answer == MISMATCH for answer in found) == [False, True], found
            self.reached["one of two contents"] += 1

    @rule(calls=st.lists(CALLS, min_size=3, max_size=4, unique_by=lambda call: call[:2]))
    def send_many(self, calls: list[Call]) -> None:
        """Calls of several people at the same moment through the coalescers; refused ones spoil nobody's."""
        found = self._take([self._named(call) for call in calls], is_coalesced=True)
        self.reached["many"] += 1
        kinds = {call[2][0] for call in calls if sum(other[2][0] == call[2][0] for other in calls) > 1}
        self.reached.update(f"together {kind}" for kind in kinds)
        self.reached["refused beside good"] += len({answer == MISMATCH for answer in found}) > 1

    @rule(calls=st.lists(CALLS, min_size=2, max_size=3, unique_by=lambda call: call[:2]), turns=st.integers(0, 60))
    def crash(self, calls: list[Call], turns: int) -> None:
        """The database lets go of everybody at some step; all send their calls again, and each has one effect."""
        named = [self._named(call) for call in calls]
        self.run(self._broken_off(named, turns))
        self._take(named, is_coalesced=False)

    @rule(call=CALLS, turns=st.integers(0, 40), is_coalesced=st.booleans())
    def die(self, call: Call, turns: int, *, is_coalesced: bool) -> None:
        """The caller's connection breaks at some step; whatever had happened, sending it again gives one effect."""
        named = self._named(call)
        self.run(self._cut_off(named, turns, is_coalesced=is_coalesced))
        self._take([named], is_coalesced=False)

    def _named(self, call: Call) -> Call:
        """The call with the entries that its courses name now; one that is not there has an id too."""
        who, number, (kind, items) = call
        if kind == "record":
            return call
        named = tuple((code, self.model.entries.get(code, self.never[code])) for code, _ in items)
        return who, number, (kind, named)

    def _take(self, calls: Sequence[Call], *, is_coalesced: bool) -> list[Answer]:
        """Send calls at the same moment; one order of them must explain the answers."""
        found = self.run(self._at_once(calls, is_coalesced=is_coalesced))
        known = [call[:2] in self.model.answers for call in calls]
        for order in permutations(range(len(calls))):
            model = deepcopy(self.model)
            if all(model.take(calls[n], found[n]) for n in order):
                self.model = model
                self.reached.update(
                    "other content" if answer == MISMATCH else "same answer"
                    for answer, is_known in zip(found, known, strict=True)
                    if is_known
                )
                return list(found)
        raise AssertionError(f"no order explains {list(zip(calls, found, strict=True))}")

    # ---- laws ----

    @invariant()
    def everything_happened_once(self) -> None:
        if hasattr(self, "model"):
            self.run(self._check())

    async def _check(self) -> None:
        rows = await self.world.fetch(
            "SELECT type, count(*) AS n FROM journal WHERE learner_id = $1 GROUP BY type", self.learner_id
        )
        assert {row["type"]: row["n"] for row in rows} == {
            kind: len(found)
            for kind, found in (
                ("credit.recorded", self.model.grades),
                ("credit.verified", self.model.verified),
                ("credit.counted", self.model.counted),
            )
            if found
        }
        kept = await self.world.fetch(
            "SELECT request_id FROM request WHERE request_id = ANY($1::uuid[])", list(self.ids.values())
        )
        assert {row["request_id"] for row in kept} == {self.ids[key] for key in self.model.answers}

    # ---- plumbing ----

    def _command(self, call: Call) -> Any:
        who, number, (kind, items) = call
        request_id = self.ids[who, number]
        if kind == "record":
            return RecordResults(request_id, tuple(result(self.learner_id, code, grade) for code, grade in items))
        entry_ids = tuple(UUID(entry_id) for _, entry_id in items)
        if kind == "verify":
            return VerifyResults(request_id, entry_ids)
        return CountEntries(request_id, tuple(CountInput(entry_id, "M6-OBEC", "2551R60") for entry_id in entry_ids))

    async def _at_once(self, calls: Sequence[Call], *, is_coalesced: bool) -> list[Answer]:
        lanes = Lanes.of(self.world) if is_coalesced else Lanes()
        commands = [self._command(call) for call in calls]
        return list(
            await asyncio.gather(
                *(self._send(call[0], command, lanes) for call, command in zip(calls, commands, strict=True))
            )
        )

    async def _send(self, who: str, command: Any, lanes: "Lanes") -> Answer:
        world, actor, now = self.world, self.world.staff[who].actor, datetime.now(UTC)
        outcomes: list[Outcome]
        try:
            if isinstance(command, VerifyResults):
                outcomes = await verify_results(world.pool, command, actor=actor, now=now, together=lanes.verifier)
            elif isinstance(command, CountEntries):
                outcomes = await count_entries(world.pool, command, actor=actor, now=now, together=lanes.counter)
            else:
                outcomes = await record_results(
                    world.pool, world.bank_registry, command, actor=actor, now=now, together=lanes.recorder
                )
        except ServiceError as refusal:
            return refusal.reason
        return tuple((one.id, one.already_done, one.problem.reason if one.problem else None) for one in outcomes)

    async def _cut_off(self, call: Call, turns: int, *, is_coalesced: bool) -> None:
        task = asyncio.create_task(self._at_once([call], is_coalesced=is_coalesced))
        for _ in range(turns):
            await asyncio.sleep(0)
        if not task.done():
            self.reached["cut off"] += 1
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await _lanes_end()  # a group goes on without one of its callers

    async def _broken_off(self, calls: Sequence[Call], turns: int) -> None:
        lanes = Lanes.of(self.world)
        tasks = [asyncio.create_task(self._send(call[0], self._command(call), lanes)) for call in calls]
        for _ in range(turns):
            await asyncio.sleep(0)
        self.reached["broken off"] += not all(task.done() for task in tasks)
        await self.killer.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = 'tests'"
        )
        await asyncio.gather(*tasks, return_exceptions=True)
        await _lanes_end()
        await self.world.pool.expire_connections()


@dataclass(frozen=True)
class Lanes:
    """Through which calls go together; without them each goes alone."""

    recorder: Recorder | None = None
    verifier: Verifier | None = None
    counter: Counting | None = None

    @classmethod
    def of(cls, world: World) -> "Lanes":
        return cls(
            recording_together(world.pool, world.bank_registry),
            verifying_together(world.pool),
            counting_together(world.pool),
        )


async def _lanes_end() -> None:
    others = [one for one in asyncio.all_tasks() if one is not asyncio.current_task() and _is_lane(one)]
    await asyncio.gather(*others, return_exceptions=True)


def _is_lane(task: asyncio.Task[Any]) -> bool:
    return "Coalescer" in repr(task.get_coro())


def test_request_id_has_one_effect_and_one_answer(database: Callable[..., str], telemetry: RecordedTelemetry) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        runner.run(world.employ("second-recorder", "school_recorder", world.school))
        runner.run(world.employ("second-registrar", "school_registrar", world.school))
        reached: Counter[str] = Counter()
        killer = runner.run(asyncpg.connect(world.dsn))
        stack.push_async_callback(killer.close)
        machine = type(
            "Machine",
            (RequestMachine,),
            {"world": world, "killer": killer, "run": staticmethod(runner.run), "reached": reached},
        )
        try:
            run_state_machine_as_test(
                machine,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=40,
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
        *("again", "same answer", "other content", "one of two contents", "cut off", "broken off", "many"),
        *("together record", "together verify", "together count", "refused beside good"),
    )
    assert min(reached[name] for name in wanted) > 0, reached
