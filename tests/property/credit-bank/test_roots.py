"""Nothing that a transfer awarded is transferred again: the real store beside a pure model (CB-I10, with CB-I14, I17).

A college has two decided cases of one person. The first awards a course for what he learned at school. The second
rests on the college's own result of that very course. In any order, several at the same moment and in the same call,
both are posted and taken back, somebody asks for a third transfer of that result, and calls die at one of their steps.
While the first award stands the result is no root: no transfer is posted or begun on it; before and after it is one.
So it is when the person has two records that were merged, with one case in each.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import permutations
from typing import Any, ClassVar
from uuid import UUID, uuid4

from chassis.outcomes import Outcome
from credit_bank.audit import audit
from credit_bank.calendar_th import thai_date
from credit_bank.equivalences.domain import RuleFacts, TransferMode
from credit_bank.equivalences.use_cases import PublishRules, publish_rules
from credit_bank.transfers import use_cases as transfers
from credit_bank.transfers.domain import Applicant, Ground, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.credit_merges import merge
from tests.support.credit_world import DEMONSTRATION, World, course_key, credit_world, ids_of
from tests.support.telemetry import RecordedTelemetry

TARGETS = {"root": "20000-1101", "copy": "20000-1102"}
"""Course that each case awards, by what it rests on."""
THIRD = "20000-1601"
CIRCULAR = "CIRCULAR_TRANSFER"
KNOWN = "KNOWN"
CLAIMED = "ENTRY_ALREADY_CLAIMED"

Op = tuple[str, str]
"""What is done, with which case."""
OPS = st.sampled_from(
    [
        ("post", "root"),
        ("post", "copy"),
        ("post", "both"),
        ("reverse", "root"),
        ("reverse", "copy"),
        ("ask", ""),
        ("ask", ""),
    ]
)
RECORDS = ("one", "root survives", "copy survives")
"""Records of the person: one, or two that were merged; then whose case is in the surviving one."""

# Written apart from the service: of each posted line, whether its issuer had then awarded its source by a transfer.
# Ids of journals are drawn in the order of time while the person is held; numbers are those of one record's chain.
SQL_CIRCLES = """
    SELECT count(*) FROM journal j JOIN case_line_source s USING (line_id) JOIN entry e ON e.entry_id = s.entry_id
      JOIN journal b ON b.learner_id = ANY($1::uuid[]) AND b.type = 'transfer.posted' AND b.journal_id < j.journal_id
      JOIN award w ON w.journal_id = b.journal_id AND w.course_id = e.course_id
      JOIN account a ON a.account_id = w.account_id AND a.awarding_institution_id = e.issuer_institution_id
      LEFT JOIN journal r ON r.journal_id = w.reversed_journal_id
     WHERE j.type = 'transfer.posted' AND j.learner_id = ANY($1::uuid[])
       AND (r.journal_id IS NULL OR r.journal_id > j.journal_id)
"""
SQL_AWARDS = """
    SELECT t.code FROM award w JOIN account a USING (account_id) JOIN course t USING (course_id)
     WHERE a.learner_id = ANY($1::uuid[]) AND w.reversed_journal_id IS NULL
"""
SQL_COUNTED = """
    SELECT coalesce(sum(b.balance_hundredths), 0) FROM account_bucket b JOIN account a USING (account_id)
     WHERE a.learner_id = ANY($1::uuid[]) AND b.bucket LIKE 'COUNTED:%'
"""


@dataclass(frozen=True)
class Model:
    """What the laws say.

    Attributes:
        root: The first case: `DECIDED`, `POSTED` or `REVERSED`.
        copy: The second.
        is_asked: Whether a third one was begun.
    """

    root: str = "DECIDED"
    copy: str = "DECIDED"
    is_asked: bool = False

    def take(self, op: Op) -> tuple["Model", str]:
        name, case = op
        if name == "ask":
            return self._ask()
        if case == "both":
            # In one call, the first case first.
            after, first = self.take((name, "root"))
            after, second = after.take((name, "copy"))
            return after, f"{first}, {second}"
        state = getattr(self, case)
        if name == "reverse":
            wrong = {"REVERSED": KNOWN, "DECIDED": "CASE_STATE_WRONG"}.get(state)
            return (self, wrong) if wrong else (replace(self, **{case: "REVERSED"}), "OK")
        if state != "DECIDED":
            return self, KNOWN  # posted once, whatever became of it
        if case == "copy" and self.root == "POSTED":
            return self, CIRCULAR
        return replace(self, **{case: "POSTED"}), "OK"

    def _ask(self) -> tuple["Model", str]:
        if self.is_asked or self.root == "POSTED":
            return self, KNOWN if self.is_asked else CIRCULAR
        return (replace(self, is_asked=True), "OK") if self.copy == "REVERSED" else (self, CLAIMED)

    @property
    def awards(self) -> set[str]:
        return {course for case, course in TARGETS.items() if getattr(self, case) == "POSTED"}


class RootsMachine(RuleBasedStateMachine):
    """One person, two decided cases, everybody at once."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]]
    records: ClassVar[str]

    @initialize()
    def begin(self) -> None:
        self.model = Model()
        self.run(self._begin())

    @rule(ops=st.lists(OPS, min_size=1, max_size=4))
    def at_once(self, ops: list[Op]) -> None:
        """Some order of all that happens at the same moment explains what came of it."""
        answers = self.run(self._all(ops))
        seen = self.run(self._seen())
        for order in permutations(range(len(ops))):
            model, said = self.model, [""] * len(ops)
            for n in order:
                model, said[n] = model.take(ops[n])
            if said == answers and (model.awards, model.is_asked) == seen:
                self.model = model
                self.reached.update(
                    f"{name} {case} {answer}" for (name, case), answer in zip(ops, answers, strict=True)
                )
                self.reached["met"] += {("post", "root"), ("post", "copy")} <= set(ops)
                self.reached[self.records] += any(CIRCULAR in answer for answer in answers)
                return
        raise AssertionError(f"no order explains {list(zip(ops, answers, strict=True))}: {seen} after {self.model}")

    @rule(op=OPS, turns=st.integers(0, 60))
    def die(self, op: Op, turns: int) -> None:
        """A call is cut off at one of its steps: it happened whole or not at all, and can be sent again."""
        self.run(self._cut_off(op, turns))
        if self.run(self._seen()) != (self.model.awards, self.model.is_asked):
            self.model, answer = self.model.take(op)
            assert "OK" in answer, f"{op} had an effect that the laws forbid"
        self.at_once([op])
        self.reached["cut off"] += 1

    @invariant()
    def store_says_what_the_model_says(self) -> None:
        if hasattr(self, "cases"):
            assert self.run(self._seen()) == (self.model.awards, self.model.is_asked)
            assert self.run(self.world.fetchval(SQL_COUNTED, self.members)) == 100 * len(self.model.awards)
            assert self.run(self.world.fetchval(SQL_CIRCLES, self.members)) == 0

    # ---- plumbing ----

    async def _seen(self) -> tuple[set[str], bool]:
        """Courses that stand as awarded, and whether a third case was begun."""
        count = "SELECT count(*) FROM transfer_case WHERE learner_id = ANY($1::uuid[])"
        cases = await self.world.fetchval(count, self.members)
        return {row["code"] for row in await self.world.fetch(SQL_AWARDS, self.members)}, cases > len(TARGETS)

    async def _begin(self) -> None:
        world, now = self.world, datetime.now(UTC)
        first = second = await world.learner()
        if self.records != "one":
            second = await world.learner()
            await merge(world, *((first, second) if self.records == "root survives" else (second, first)))
        self.learners = {"root": first, "copy": second}
        self.members = sorted({first, second})
        [[root]] = await world.results([first], ("ท31101", "3"))
        [[self.copy_id]] = await world.results(
            [second], ("20000-1101", "3"), recorder="college-recorder", verifier="college-verifier"
        )
        registrar, chair = world.staff["college-registrar"].actor, world.staff["chair"].actor
        proposals = tuple(
            self._proposal(case, source, TARGETS[case]) for case, source in (("root", root), ("copy", self.copy_id))
        )
        opening = transfers.OpenTransferCases(uuid4(), proposals)
        opened = ids_of(
            await transfers.open_transfer_cases(world.pool, world.bank_registry, opening, actor=registrar, now=now)
        )
        cases = dict(zip(TARGETS, opened, strict=True))
        reviewing = transfers.BeginReviews(uuid4(), tuple(opened))
        ids_of(await transfers.begin_reviews(world.pool, reviewing, actor=registrar, now=now))
        rows = await world.fetch("SELECT case_id, line_id FROM case_line WHERE case_id = ANY($1::uuid[])", opened)
        line_of = {row["case_id"]: row["line_id"] for row in rows}
        self.lines = {case: line_of[case_id] for case, case_id in cases.items()}
        votes = tuple(Vote(line_id, True, None, "") for line_id in self.lines.values())
        for who in ("chair", "member-1"):
            voting = transfers.CastVotes(uuid4(), votes)
            ids_of(await transfers.cast_votes(world.pool, voting, actor=world.staff[who].actor, now=now))
        ids_of(
            await transfers.decide_cases(
                world.pool, transfers.DecideCases(uuid4(), tuple(opened)), actor=chair, now=datetime.now(UTC)
            )
        )
        self.cases = cases

    def _proposal(self, case: str, source: UUID, target: str) -> CaseProposal:
        return CaseProposal(
            learner_id=self.learners[case],
            ground=Ground.PARTNERSHIP,
            partnership_id=self.world.partnership_id,
            committee_id=self.world.committee_id,
            requested_on=thai_date(datetime.now(UTC)),
            requested_by=Applicant.GUARDIAN,
            qualification_code="PWC-2562",
            qualification_version="2562",
            lines=(LineProposal((source,), course_key(target)),),
        )

    async def _all(self, ops: Sequence[Op]) -> list[str]:
        return list(await asyncio.gather(*(self._do(*op) for op in ops)))

    async def _do(self, name: str, case: str) -> str:
        world, now = self.world, datetime.now(UTC)
        registrar, chair = world.staff["college-registrar"].actor, world.staff["chair"].actor
        outcomes: list[Outcome]
        if name == "ask":
            opening = transfers.OpenTransferCases(uuid4(), (self._proposal("copy", self.copy_id, THIRD),))
            outcomes = await transfers.open_transfer_cases(
                world.pool, world.bank_registry, opening, actor=registrar, now=now
            )
        elif name == "post":
            posting = transfers.PostCases(uuid4(), tuple(self.cases[one] for one in TARGETS if case in (one, "both")))
            outcomes = await transfers.post_cases(world.pool, world.bank_registry, posting, actor=registrar, now=now)
        else:
            taking = transfers.ReverseLines(uuid4(), (transfers.LineReversal(self.lines[case], "ORDER", "คำสั่ง"),))
            outcomes = await transfers.reverse_lines(world.pool, taking, actor=chair, now=now)
        return ", ".join(one.problem.reason if one.problem else KNOWN if one.already_done else "OK" for one in outcomes)

    async def _cut_off(self, op: Op, turns: int) -> None:
        task = asyncio.create_task(self._do(*op))
        for _ in range(turns):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def furnished(world: World) -> None:
    """Another registrar, and a rule by which the college's own course is accepted for another one."""
    await world.employ("college-verifier", "college_registrar", world.college)
    facts = RuleFacts(
        source_groups=(frozenset({course_key("20000-1101")}),),
        target=course_key("20000-1102"),
        mode=TransferMode.TRANSFER,
        min_grade_hundredths=200,
        min_hours_pct=100,
        version=1,
        provenance=DEMONSTRATION,
    )
    publishing, publisher = PublishRules(uuid4(), (facts,)), world.staff["publisher"].actor
    ids_of(await publish_rules(world.pool, publishing, actor=publisher, now=datetime.now(UTC)))


def play(runner: asyncio.Runner, world: World, reached: Counter[str], records: str) -> None:
    """The machine with one kind of records."""
    parts = {"world": world, "run": staticmethod(runner.run), "reached": reached, "records": records}
    run_state_machine_as_test(
        type("Machine", (RootsMachine,), parts),
        settings=settings(
            max_examples=20,
            stateful_step_count=8,
            deadline=None,
            # Shortening a failing run takes minutes on a real store; the run itself is shown.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_nothing_that_a_transfer_awarded_is_transferred_again(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        runner.run(furnished(world))
        reached: Counter[str] = Counter()
        try:
            for records in RECORDS:
                play(runner, world, reached, records)
            drift = {name: value for name, value in runner.run(audit(world.pool)).items() if name.startswith("drift")}
            assert not any(drift.values()), drift
        finally:
            runner.run(stack.aclose())
    # A machine that never comes there would prove nothing.
    wanted = (
        "post root OK",
        "post copy OK",
        f"post copy {CIRCULAR}",
        "reverse root OK",
        "reverse copy OK",
        f"ask  {CIRCULAR}",
        f"ask  {CLAIMED}",
        "ask  OK",
        f"post both OK, {CIRCULAR}",
        "met",
        "cut off",
        *RECORDS,
    )
    assert min(reached[name] for name in wanted) > 0, dict(reached)
