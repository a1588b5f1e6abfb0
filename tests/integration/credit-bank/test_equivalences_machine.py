"""Rules of one college driven at random by several people at once, beside a model that knows only what the laws say."""

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
from credit_bank.catalogue.domain import CodeSystem, CourseFacts, CourseKey
from credit_bank.catalogue.use_cases import PublishCourses, publish_courses
from credit_bank.equivalences.domain import ApprovingBody, RuleFacts, RuleState, TransferMode
from credit_bank.equivalences.moving import MoveRules, RuleMove, move_rules
from credit_bank.equivalences.proposing import ProposeRules, propose_rules
from credit_bank.provenance import Provenance
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

PEOPLE = ("chair", "chair-2", "director-1", "director-2")
BODY = (ApprovingBody("คณะกรรมการเทียบโอน", "1/2569"),)
AWAITED = {RuleState.DRAFT: RuleState.REVIEWED, RuleState.REVIEWED: RuleState.PUBLISHED}
MAY = {"chair": "review", "chair-2": "review", "director-1": "review publish", "director-2": "review publish"}


@dataclass
class Known:
    """A rule as the laws have it."""

    rule_id: UUID
    proposer: str
    begins: date
    mode: TransferMode
    state: RuleState = RuleState.DRAFT
    hands: set[str] = field(default_factory=set[str])


class RuleMachine(RuleBasedStateMachine):
    """Versions of two rules that answer the same: nobody takes one alone to the end, and one day has at most one."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        self.rules: list[Known] = []
        RuleMachine.reached["runs"] += 1
        self.first = date(2027, 1, 1)
        # A target of this run alone, so that runs do not meet.
        self.target = CourseKey(CodeSystem.OVEC, f"20000-{RuleMachine.reached['runs']:04d}", "PWC-2562")
        facts = CourseFacts(
            key=self.target,
            title_th="รายวิชาทดสอบ",
            title_en=None,
            unit="CR_OVEC",
            credit_hundredths=200,
            hours_total=36,
            tpn="2-0-2",
            category="CORE",
            subject_type="",
            subject_group="",
            outcomes=(),
            provenance=Provenance("tests", "demonstration"),
        )
        assert self._one(publish_courses, PublishCourses(uuid4(), (facts,)), "publisher").problem is None

    @rule(
        who=st.sampled_from(("chair", "chair-2")),
        day=st.integers(0, 6),
        mode=st.sampled_from((TransferMode.EQUATE, TransferMode.EQUATE, TransferMode.TRANSFER)),
    )
    def propose(self, who: str, day: int, mode: TransferMode) -> None:
        facts = RuleFacts(
            source_groups=(frozenset({course_key("ค31101")}),),
            target=self.target,
            mode=mode,
            min_grade_hundredths=200,
            min_hours_pct=100,
            version=1,
            provenance=Provenance(f"run {self.first} {len(self.rules)}", "demonstration", self._day(day)),
            approving_bodies=BODY,
        )
        outcome = self._one(propose_rules, ProposeRules(uuid4(), (facts,)), who)
        assert outcome.problem is None
        assert outcome.id is not None
        self.rules.append(Known(UUID(outcome.id), who, self._day(day), mode, hands={who}))

    @precondition(lambda self: self.rules)
    @rule(
        data=st.data(),
        who=st.sampled_from(PEOPLE),
        to_state=st.sampled_from((RuleState.REVIEWED, RuleState.PUBLISHED, RuleState.WITHDRAWN)),
        at_once=st.integers(1, 3),
    )
    def move(self, data: st.DataObject, who: str, to_state: RuleState, at_once: int) -> None:
        self._take(data.draw(st.sampled_from(self.rules)), who, to_state, at_once)

    @precondition(lambda self: any(known.state in AWAITED for known in self.rules))
    @rule(data=st.data(), who=st.sampled_from(("director-1", "director-2")), at_once=st.integers(1, 2))
    def move_on(self, data: st.DataObject, who: str, at_once: int) -> None:
        """The usual next step, by somebody who may take it, so that many rules reach publication."""
        known = data.draw(st.sampled_from([known for known in self.rules if known.state in AWAITED]))
        self._take(known, who, AWAITED[known.state], at_once)

    def _take(self, known: Known, who: str, to_state: RuleState, at_once: int) -> None:
        outcomes = self._move(known, who, to_state, at_once)
        expected = self._expected(known, who, to_state)
        told = sorted(str(outcome.problem and outcome.problem.reason) for outcome in outcomes)
        if expected is None and known.state is not to_state:
            assert told == ["None"] * at_once, told
            assert sum(not outcome.already_done for outcome in outcomes) == 1
            known.state = to_state
            known.hands.add(who)
            RuleMachine.reached[to_state] += 1
        else:
            assert told == [str(expected)] * at_once, (told, expected)
            assert all(outcome.already_done for outcome in outcomes if outcome.problem is None)

    def _expected(self, known: Known, who: str, to_state: RuleState) -> str | None:
        """Why the laws refuse the step; None: they do not, or it was done before."""
        if known.state is to_state:
            return None
        if to_state is RuleState.PUBLISHED and "publish" not in MAY[who]:
            return "PERMISSION_MISSING"
        allowed = {
            RuleState.REVIEWED: {RuleState.DRAFT},
            RuleState.PUBLISHED: {RuleState.REVIEWED},
            RuleState.WITHDRAWN: {RuleState.DRAFT, RuleState.REVIEWED},
        }
        if known.state not in allowed[to_state]:
            return "RULE_STATE_WRONG"
        if to_state is not RuleState.WITHDRAWN and who == known.proposer:
            return "RULE_SAME_ACTOR"
        if to_state is RuleState.PUBLISHED:
            return self._order_refusal(known) or self._meeting_refusal(known)
        return None

    def _order_refusal(self, known: Known) -> str | None:
        published = [other for other in self.rules if other.state is RuleState.PUBLISHED and other.mode is known.mode]
        if any(self.rules.index(other) > self.rules.index(known) for other in published):
            return "RULE_VERSION_OUTDATED"
        return "RULE_VERSION_NEEDS_DATE" if any(other.begins >= known.begins for other in published) else None

    def _meeting_refusal(self, known: Known) -> str | None:
        """The newest version of a rule is open, so another rule for the same courses always meets it."""
        others = [other for other in self.rules if other.state is RuleState.PUBLISHED and other.mode is not known.mode]
        RuleMachine.reached["met"] += bool(others)
        return "RULE_MEETS_ANOTHER" if others else None

    @invariant()
    def at_most_one_version_holds_on_any_day(self) -> None:
        if not getattr(self, "rules", None):
            return
        rows = self.run(
            self.world.fetch(
                "SELECT rule_id, state, valid_from, valid_to FROM equivalence_rule WHERE rule_id = ANY($1::uuid[])",
                [known.rule_id for known in self.rules],
            )
        )
        assert {row["rule_id"]: row["state"] for row in rows} == {known.rule_id: known.state for known in self.rules}
        for day in (self._day(number) for number in range(8)):
            holding = [
                row
                for row in rows
                if row["state"] == "PUBLISHED" and row["valid_from"] <= day <= (row["valid_to"] or date.max)
            ]
            assert len(holding) <= 1, (day, holding)

    @invariant()
    def nobody_was_alone(self) -> None:
        for known in getattr(self, "rules", []):
            if known.state is RuleState.PUBLISHED:
                assert len(known.hands) > 1

    def _day(self, number: int) -> date:
        return self.first + timedelta(days=number)

    def _one(self, step: Any, command: Any, who: str) -> Outcome:
        [outcome] = self.run(step(self.world.pool, command, actor=self.world.staff[who].actor, now=datetime.now(UTC)))
        return outcome

    def _move(self, known: Known, who: str, to_state: RuleState, at_once: int) -> list[Outcome]:
        async def one() -> Outcome:
            [outcome] = await move_rules(
                self.world.pool,
                MoveRules(uuid4(), (RuleMove(known.rule_id, to_state, "เหตุผล"),)),
                actor=self.world.staff[who].actor,
                now=datetime.now(UTC),
            )
            return outcome

        async def all_at_once() -> list[Outcome]:
            return list(await asyncio.gather(*(one() for _ in range(at_once))))

        return self.run(all_at_once())


def test_random_steps_of_several_people_obey_the_laws(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        runner.run(world.employ("chair-2", "committee_chair", world.college))
        runner.run(world.employ("director-1", "college_director", world.college))
        runner.run(world.employ("director-2", "college_director", world.college))
        RuleMachine.world = world
        RuleMachine.run = staticmethod(runner.run)
        try:
            run_state_machine_as_test(
                RuleMachine,
                settings=settings(
                    max_examples=25,
                    stateful_step_count=40,
                    deadline=None,
                    # Shortening a failing run takes minutes on a real store; the run itself is shown.
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
    # A machine that never publishes would prove nothing.
    assert min(RuleMachine.reached[state] for state in ("REVIEWED", "PUBLISHED", "WITHDRAWN", "met")) > 0, (
        RuleMachine.reached
    )
