"""Cases of one learner driven at random on the real store, beside a model that knows only what the laws say."""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from chassis.outcomes import Outcome
from credit_bank.calendar_th import thai_date
from credit_bank.transfers import use_cases
from credit_bank.transfers.domain import Applicant, CaseState, Ground, LineState, RejectionReason, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.support.credit_world import World, course_key, credit_world
from tests.support.telemetry import RecordedTelemetry

pytestmark = pytest.mark.random

COURSES = ("ท31101", "ค31101", "พ31101", "พ31102", "ศ31101")
TARGETS = {"20000-1101": 100, "20000-1102": 100, "20000-1501": 200, "20000-1601": 100}
MEMBERS = ("chair", "member-1", "member-2")
QUORUM = 2
RULES = {("20000-1101", frozenset({"ท31101"})), ("20000-1601", frozenset({"พ31101", "พ31102"}))}


@dataclass
class Line:
    """What the model knows of a line."""

    target: str
    sources: frozenset[str]
    line_id: UUID | None = None
    state: LineState = LineState.PROPOSED
    votes: dict[str, bool] = field(default_factory=dict)

    @property
    def is_live(self) -> bool:
        return self.state is not LineState.REJECTED


@dataclass
class Case:
    """What the model knows of a case."""

    case_id: UUID
    requested_on: date
    lines: list[Line]
    state: CaseState = CaseState.SUBMITTED


LINES = st.lists(
    st.tuples(st.sampled_from(sorted(TARGETS)), st.frozensets(st.sampled_from(COURSES), min_size=1, max_size=2)),
    min_size=1,
    max_size=2,
)


def has_cases(machine: Any) -> bool:
    return bool(machine.cases)


class CaseMachine(RuleBasedStateMachine):
    """One learner with five results; everybody acts in any order."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize(low=st.booleans())
    def enrol(self, *, low: bool) -> None:
        """A new learner; with `low`, Thai is below the least grade of its rule."""
        self.cases: list[Case] = []
        self.low = low
        self.reached["learners"] += 1
        self.run(self._enrol())

    async def _enrol(self) -> None:
        self.learner_id = await self.world.learner()
        grades = [(code, "1.5" if self.low and code == "ท31101" else "3") for code in COURSES]
        [entries] = await self.world.results([self.learner_id], *grades)
        self.entries = dict(zip(COURSES, entries, strict=True))

    # ---- steps ----

    @rule(wanted=LINES, days_ago=st.integers(0, 2))
    def open(self, wanted: list[tuple[str, frozenset[str]]], days_ago: int) -> None:
        requested_on = thai_date(datetime.now(UTC)) - timedelta(days=days_ago)
        outcome = self.run(self._open(wanted, requested_on))
        known = self._known(wanted, requested_on)
        expected = self._refusal(wanted)
        reason = outcome.problem.reason if outcome.problem else None
        if known:
            assert (outcome.already_done, outcome.id) == (True, str(known.case_id))
        elif expected:
            assert reason in expected, (reason, expected)
        else:
            assert (reason, outcome.already_done) == (None, False)
            case = Case(UUID(outcome.id), requested_on, [Line(target, sources) for target, sources in wanted])
            self.run(self._learn_line_ids(case))
            self.cases.append(case)

    def _known(self, wanted: list[tuple[str, frozenset[str]]], requested_on: date) -> Case | None:
        asked = {(target, sources) for target, sources in wanted}
        return next(
            (
                case
                for case in self.cases
                if case.requested_on == requested_on and {(line.target, line.sources) for line in case.lines} == asked
            ),
            None,
        )

    def _refusal(self, wanted: list[tuple[str, frozenset[str]]]) -> set[str]:
        """Reasons that are right; empty: the case must be opened."""
        live = [line for case in self.cases for line in case.lines if line.is_live]
        taken = {source for line in live for source in line.sources}
        held = {line.target for line in live}
        targets = [target for target, _ in wanted]
        sources = [source for _, found in wanted for source in found]
        reasons: set[str] = set()
        if len(set(targets)) < len(targets) or held & set(targets):
            reasons |= {"COURSE_ALREADY_REQUESTED", "COURSE_ALREADY_AWARDED"}
        elif len(set(sources)) < len(sources) or taken & set(sources):
            reasons.add("ENTRY_ALREADY_CLAIMED")
        return reasons

    @precondition(has_cases)
    @rule(data=st.data())
    def begin_review(self, data: Any) -> None:
        self._begin(self._draw(data))

    def _begin(self, case: Case) -> None:
        outcome = self.run(self._step(use_cases.begin_reviews, use_cases.BeginReviews, case, "college-registrar"))
        assert outcome.problem is None
        assert outcome.already_done == (case.state is not CaseState.SUBMITTED)
        if case.state is CaseState.SUBMITTED:
            case.state = CaseState.ACCEPTED_FOR_REVIEW

    @precondition(has_cases)
    @rule(data=st.data(), who=st.sampled_from(MEMBERS), is_accepted=st.booleans())
    def vote(self, data: Any, who: str, *, is_accepted: bool) -> None:
        case = self._draw(data)
        self._cast(case, data.draw(st.sampled_from(case.lines)), who, is_accepted=is_accepted)

    @precondition(has_cases)
    @rule(data=st.data(), rejecting=st.sampled_from([0, 0, 1, 2]), steps=st.sampled_from([5, 5, 4, 3, 2]))
    def go_on(self, data: Any, rejecting: int, steps: int) -> None:
        """The usual course of a case, some steps of it: single steps alone would seldom bring one to its decision."""
        case = self._draw(data)
        self._begin(case)
        for line in case.lines[: None if steps > 2 else 1]:
            for number, who in enumerate(MEMBERS[:QUORUM]):
                refuses = number < rejecting or self._has_obstacle(line)
                self._cast(case, line, who, is_accepted=not refuses)
        if steps > 3:
            self._decide(case)
        if steps > 4:
            self._post_some(case, 1)

    def _cast(self, case: Case, line: Line, who: str, *, is_accepted: bool) -> None:
        outcome = self.run(self._vote(line, who, is_accepted=is_accepted))
        reason = outcome.problem.reason if outcome.problem else None
        before = line.votes.get(who)
        if before is not None:
            assert (reason, outcome.already_done) == (
                (None, True) if before == is_accepted else ("ALREADY_VOTED", False)
            )
        elif is_accepted and self._has_obstacle(line):
            assert reason == "GRADE_TOO_LOW"
        elif case.state not in (CaseState.ACCEPTED_FOR_REVIEW, CaseState.UNDER_EVALUATION):
            assert reason == "CASE_STATE_WRONG"
        else:
            assert reason is None
            line.votes[who] = is_accepted
            case.state = CaseState.UNDER_EVALUATION

    def _has_obstacle(self, line: Line) -> bool:
        # Without a rule the least grade of R9 holds, which is as high as the rules' here.
        return self.low and "ท31101" in line.sources

    @precondition(has_cases)
    @rule(data=st.data())
    def decide(self, data: Any) -> None:
        self._decide(self._draw(data))

    def _decide(self, case: Case) -> None:
        outcome = self.run(self._step(use_cases.decide_cases, use_cases.DecideCases, case, "chair"))
        reason = outcome.problem.reason if outcome.problem else None
        if case.state in (CaseState.DECIDED, CaseState.POSTED):
            assert outcome.already_done
        elif case.state is not CaseState.UNDER_EVALUATION:
            assert reason == "CASE_STATE_WRONG"
        elif any(len(line.votes) < QUORUM for line in case.lines):
            assert reason == "QUORUM_MISSING"
        else:
            assert reason is None
            case.state = CaseState.DECIDED
            self.reached["decided"] += 1
            for line in case.lines:
                accepted = sum(line.votes.values())
                line.state = LineState.ACCEPTED if 2 * accepted > len(line.votes) else LineState.REJECTED
                self.reached[line.state] += 1

    @precondition(has_cases)
    @rule(data=st.data(), at_once=st.sampled_from([1, 1, 5]))
    def post(self, data: Any, at_once: int) -> None:
        self._post_some(self._draw(data), at_once)

    def _post_some(self, case: Case, at_once: int) -> None:
        outcomes = self.run(self._post(case, at_once))
        if case.state is CaseState.DECIDED:
            assert [outcome.problem for outcome in outcomes] == [None] * at_once
            assert [outcome.already_done for outcome in outcomes].count(False) == 1
            case.state = CaseState.POSTED
            for line in case.lines:
                line.state = LineState.POSTED if line.is_live else line.state
                self.reached[line.state] += 1
        elif case.state is CaseState.POSTED:
            assert all(outcome.already_done for outcome in outcomes)
        else:
            assert all(outcome.problem and outcome.problem.reason == "CASE_STATE_WRONG" for outcome in outcomes)

    # ---- laws ----

    @invariant()
    def store_says_what_the_laws_say(self) -> None:
        self.run(self._check())

    async def _check(self) -> None:
        world, learner_id = self.world, self.learner_id
        posted = [line for case in self.cases for line in case.lines if line.state is LineState.POSTED]
        live = [line for case in self.cases for line in case.lines if line.is_live]
        states = {
            row["case_id"]: row["state"]
            for row in await world.fetch("SELECT case_id, state FROM transfer_case WHERE learner_id = $1", learner_id)
        }
        assert states == {case.case_id: str(case.state) for case in self.cases}
        sums = await world.fetch(
            "SELECT l.unit, sum(l.amount_hundredths) AS total FROM journal_line l JOIN journal j USING (journal_id)"
            " WHERE j.learner_id = $1 GROUP BY l.unit",
            learner_id,
        )
        assert all(row["total"] == 0 for row in sums), "I1"
        counted = await world.fetchval(
            "SELECT coalesce(sum(b.balance_hundredths), 0) FROM account_bucket b JOIN account a USING (account_id)"
            " WHERE a.learner_id = $1 AND b.bucket = 'COUNTED:CORE'",
            learner_id,
        )
        assert counted == sum(TARGETS[line.target] for line in posted), "I6"
        claims = await world.fetch(
            "SELECT e.code, c.state, t.code AS target FROM claim c JOIN entry e ON e.entry_id = c.entry_root_id"
            " JOIN course t ON t.course_id = c.target_course_id WHERE c.learner_id = $1 AND c.state <> 'RELEASED'",
            learner_id,
        )
        assert sorted((row["code"], row["state"], row["target"]) for row in claims) == sorted(
            (source, "POSTED" if line.state is LineState.POSTED else "RESERVED", line.target)
            for line in live
            for source in line.sources
        ), "I3"
        awards = await world.fetch(
            "SELECT t.code FROM award w JOIN account a USING (account_id) JOIN course t USING (course_id)"
            " WHERE a.learner_id = $1",
            learner_id,
        )
        assert sorted(row["code"] for row in awards) == sorted(line.target for line in posted), "I5"
        journals = await world.fetch("SELECT type, seq FROM journal WHERE learner_id = $1 ORDER BY seq", learner_id)
        assert [row["seq"] for row in journals] == list(range(1, len(journals) + 1))
        kinds = [row["type"] for row in journals]
        assert kinds.count("transfer.submitted") == len(self.cases)
        assert kinds.count("transfer.posted") == len(posted)
        assert kinds.count("transfer.decided") == sum(
            case.state in (CaseState.DECIDED, CaseState.POSTED) for case in self.cases
        )

    # ---- plumbing ----

    def _draw(self, data: Any) -> Case:
        found = data.draw(st.sampled_from(self.cases))
        assert isinstance(found, Case)
        return found

    async def _open(self, wanted: list[tuple[str, frozenset[str]]], requested_on: date) -> Outcome:
        proposal = CaseProposal(
            learner_id=self.learner_id,
            ground=Ground.PARTNERSHIP,
            partnership_id=self.world.partnership_id,
            committee_id=self.world.committee_id,
            requested_on=requested_on,
            requested_by=Applicant.GUARDIAN,
            qualification_code="PWC-2562",
            qualification_version="2562",
            lines=tuple(
                LineProposal(tuple(self.entries[source] for source in sorted(sources)), course_key(target))
                for target, sources in wanted
            ),
        )
        [outcome] = await use_cases.open_transfer_cases(
            self.world.pool,
            self.world.bank_registry,
            use_cases.OpenTransferCases(uuid4(), (proposal,)),
            actor=self.world.staff["college-registrar"].actor,
            now=datetime.now(UTC),
        )
        return outcome

    async def _learn_line_ids(self, case: Case) -> None:
        rows = await self.world.fetch(
            "SELECT line_id, rule_id FROM case_line WHERE case_id = $1 ORDER BY line_no", case.case_id
        )
        for line, row in zip(case.lines, rows, strict=True):
            line.line_id = row["line_id"]
            assert (row["rule_id"] is not None) == ((line.target, line.sources) in RULES)

    async def _step(self, step: Any, command: Any, case: Case, who: str) -> Outcome:
        [outcome] = await step(
            self.world.pool,
            command(uuid4(), (case.case_id,)),
            actor=self.world.staff[who].actor,
            now=datetime.now(UTC),
        )
        return outcome

    async def _vote(self, line: Line, who: str, *, is_accepted: bool) -> Outcome:
        assert line.line_id is not None
        code, why = (None, "") if is_accepted else (RejectionReason.OTHER, "เหตุผล")
        [outcome] = await use_cases.cast_votes(
            self.world.pool,
            use_cases.CastVotes(uuid4(), (Vote(line.line_id, is_accepted, code, why),)),
            actor=self.world.staff[who].actor,
            now=datetime.now(UTC),
        )
        return outcome

    async def _post(self, case: Case, at_once: int) -> list[Outcome]:
        async def post() -> Outcome:
            [outcome] = await use_cases.post_cases(
                self.world.pool,
                self.world.bank_registry,
                use_cases.PostCases(uuid4(), (case.case_id,)),
                actor=self.world.staff["college-registrar"].actor,
                now=datetime.now(UTC),
            )
            return outcome

        return list(await asyncio.gather(*(post() for _ in range(at_once))))


def test_random_steps_on_the_real_store_obey_the_laws(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        CaseMachine.world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        CaseMachine.run = staticmethod(runner.run)
        try:
            run_state_machine_as_test(
                CaseMachine,
                settings=settings(
                    max_examples=30,
                    stateful_step_count=40,
                    deadline=None,
                    # Shortening a failing run takes minutes on a real store; the run itself is shown.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
    # A machine that never comes to a posting would prove nothing.
    assert min(CaseMachine.reached[name] for name in ("ACCEPTED", "REJECTED", "POSTED")) > 0, CaseMachine.reached
