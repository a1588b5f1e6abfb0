"""One case in the hands of two actors at once, on the real store, beside a pure model of its states.

Two steps are taken concurrently; what came of both must be what one of the two orders would have given in the model.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import permutations
from typing import Any, ClassVar
from uuid import UUID, uuid4

import pytest
from chassis.outcomes import Outcome
from credit_bank.calendar_th import thai_date
from credit_bank.partnerships.domain import CommitteeFacts, Mandate, Member
from credit_bank.partnerships.use_cases import RegisterCommittees, register_committees
from credit_bank.transfers import use_cases
from credit_bank.transfers.domain import Applicant, Ground, RejectionReason, Vote
from credit_bank.transfers.opening import CaseProposal, LineProposal
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from tests.support.credit_world import DEMONSTRATION, World, course_key, credit_world, ids_of
from tests.support.telemetry import RecordedTelemetry

pytestmark = pytest.mark.random

COMMITTEES = (("chair", "member-1", "member-2"), ("appeal-chair", "appeal-1", "appeal-2"))
CLOSERS = {"chair", *COMMITTEES[1]}
"""Who may close a vote."""
VOTERS = tuple(name for committee in COMMITTEES for name in committee)
QUORUM = 2
PAUSES_MAX = 3
IDLE_MAX = 2
"""Steps taken on a case that is at its end, before the next one begins."""
ALREADY, DONE = "already", ""
UNDECIDED = {"SUBMITTED", "ACCEPTED_FOR_REVIEW", "UNDER_EVALUATION", "WAITING_FOR_INFORMATION"}
AFTER_DECISION = {"DECIDED", "POSTED", "CLOSED", "REVERSED"}

Action = tuple[str, str, str]
"""What is done, by whom, and how."""


@dataclass(frozen=True)
class Model:
    """What the laws know of the case."""

    state: str = "SUBMITTED"
    line: str = "PROPOSED"
    hearing: int = 1
    committee: int | None = 0
    votes: tuple[tuple[str, str], ...] = ()
    declared: frozenset[str] = frozenset()
    heard: frozenset[str] = frozenset()
    took_part: frozenset[str] = frozenset()
    pauses: int = 0

    def step(self, action: Action) -> tuple["Model", str]:
        """The model after an action, and its reason; `already` where nothing changes, empty where it was done."""
        name, who, how = action
        return getattr(self, name)(who, how)

    def _sits(self, who: str) -> str:
        if self.committee is None:
            return "COMMITTEE_MISSING"
        if who not in COMMITTEES[self.committee]:
            return "NOT_A_COMMITTEE_MEMBER"
        if who in self.declared:
            return "CONFLICT_OF_INTEREST"
        return "HEARD_BEFORE" if who in self.heard else ""

    def _counted(self, votes: tuple[tuple[str, str], ...]) -> list[str]:
        return [choice for who, choice in votes if who not in self.declared | self.heard]

    def review(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "SUBMITTED":
            return replace(self, state="ACCEPTED_FOR_REVIEW"), DONE
        return self, "CASE_STATE_WRONG" if self.state == "WITHDRAWN" else ALREADY

    def vote(self, who: str, how: str) -> tuple["Model", str]:
        if why := self._sits(who):
            return self, why
        known = dict(self.votes)
        if who in known:
            return self, ALREADY if known[who] == how else "ALREADY_VOTED"
        if self.state not in ("ACCEPTED_FOR_REVIEW", "UNDER_EVALUATION", "APPEALED"):
            return self, "CASE_STATE_WRONG"
        votes = (*self.votes, (who, how))
        line = "EVALUATED" if len(self._counted(votes)) >= QUORUM else self.line
        state = "UNDER_EVALUATION" if self.state == "ACCEPTED_FOR_REVIEW" else self.state
        return replace(self, votes=votes, state=state, line=line, took_part=self.took_part | {who}), DONE

    def decide(self, who: str, _how: str) -> tuple["Model", str]:
        if self.state in AFTER_DECISION:
            return self, ALREADY
        if self.state not in ("UNDER_EVALUATION", "APPEALED"):
            return self, "CASE_STATE_WRONG"
        if why := self._sits(who):
            return self, why
        counted = Counter(self._counted(self.votes))
        if counted.total() < QUORUM:
            return self, "QUORUM_MISSING"
        accepting = counted["yes"] + counted["assess"]
        line = "REJECTED"
        if accepting > counted["no"]:
            asks = counted["assess"] and 2 * counted["assess"] >= accepting
            line = "ACCEPTED_WITH_ASSESSMENT" if asks else "ACCEPTED"
        return replace(self, state="DECIDED", line=line, took_part=self.took_part | {who}), DONE

    def ask(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "WAITING_FOR_INFORMATION":
            return self, ALREADY
        if self.state not in ("ACCEPTED_FOR_REVIEW", "UNDER_EVALUATION"):
            return self, "CASE_STATE_WRONG"
        if self.pauses >= PAUSES_MAX:
            return self, "PAUSE_LIMIT"
        return replace(self, state="WAITING_FOR_INFORMATION", pauses=self.pauses + 1), DONE

    def answer(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "WAITING_FOR_INFORMATION":
            return replace(self, state="UNDER_EVALUATION"), DONE
        return self, ALREADY if self.pauses else "CASE_STATE_WRONG"

    def withdraw(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "WITHDRAWN":
            return self, ALREADY
        if self.state not in UNDECIDED:
            return self, "CASE_STATE_WRONG"
        return replace(self, state="WITHDRAWN", line="WITHDRAWN"), DONE

    def appeal(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "APPEALED":
            return self, ALREADY
        if self.state not in AFTER_DECISION:
            return self, "CASE_STATE_WRONG"
        if self.line != "REJECTED":
            return self, "NOTHING_TO_APPEAL"
        heard = self.took_part
        fresh = replace(self, state="APPEALED", line="PROPOSED", committee=None, votes=(), heard=heard)
        return replace(fresh, hearing=self.hearing + 1), DONE

    def assign(self, _who: str, how: str) -> tuple["Model", str]:
        wanted = int(how)
        if self.committee == wanted:
            return self, ALREADY
        if self.state == "DECIDED" and self.line == "ACCEPTED_WITH_ASSESSMENT":
            return (self, "COMMITTEE_STILL_SITS") if self._able() else (replace(self, committee=wanted), DONE)
        if self.state not in UNDECIDED | {"APPEALED"}:
            return self, "CASE_STATE_WRONG"
        if self.votes and self._can_decide():
            return self, "COMMITTEE_STILL_SITS"
        if self.state == "APPEALED" and not self._may_hear(wanted):
            return self, "APPEAL_COMMITTEE_SAME"
        anew = replace(self, hearing=self.hearing + 1, line="PROPOSED", votes=()) if self.votes else self
        return replace(anew, committee=wanted), DONE

    def _able(self) -> set[str]:
        """Members of the committee who may judge."""
        assert self.committee is not None
        return set(COMMITTEES[self.committee]) - self.declared - self.heard

    def _can_decide(self) -> bool:
        able = self._able()
        voted = {who for who, _ in self.votes} - self.declared - self.heard
        return len(able | voted) >= QUORUM and bool(able & CLOSERS)

    def _may_hear(self, number: int) -> bool:
        free = [who for who in COMMITTEES[number] if who not in self.heard]
        return len(free) >= QUORUM and COMMITTEES[number][0] in free

    def assess(self, who: str, how: str) -> tuple["Model", str]:
        if why := self._sits(who):
            return self, why
        if self.state != "DECIDED" or self.line != "ACCEPTED_WITH_ASSESSMENT":
            return self, "ASSESSMENT_NOT_ASKED"
        return replace(self, line="ACCEPTED" if how == "yes" else "REJECTED"), DONE

    def post(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state in AFTER_DECISION - {"DECIDED"}:
            return self, ALREADY
        if self.state != "DECIDED":
            return self, "CASE_STATE_WRONG"
        if self.line == "ACCEPTED_WITH_ASSESSMENT":
            return self, "ASSESSMENT_PENDING"
        return replace(self, state="POSTED", line="POSTED" if self.line == "ACCEPTED" else self.line), DONE

    def close(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.state == "CLOSED":
            return self, ALREADY
        return (replace(self, state="CLOSED"), DONE) if self.state == "POSTED" else (self, "CASE_STATE_WRONG")

    def reverse(self, _who: str, _how: str) -> tuple["Model", str]:
        if self.line == "REVERSED":
            return self, ALREADY
        if self.line != "POSTED":
            return self, "CASE_STATE_WRONG"
        return replace(self, state="REVERSED", line="REVERSED"), DONE

    def declare(self, who: str, _how: str) -> tuple["Model", str]:
        if self.committee is None:
            return self, "COMMITTEE_MISSING"
        if who not in COMMITTEES[self.committee]:
            return self, "NOT_A_COMMITTEE_MEMBER"
        if who in self.declared:
            return self, ALREADY
        if self.state not in UNDECIDED | {"APPEALED"}:
            return self, "CASE_STATE_WRONG"
        return replace(self, declared=self.declared | {who}), DONE

    def next(self, opinion: str) -> Action:
        """A step on the usual way, on which the committee is of one opinion."""
        if self.committee is None:
            return ("assign", "registrar", "1" if self._may_hear(1) else "0")
        chair = COMMITTEES[self.committee][0]
        if self.state in ("ACCEPTED_FOR_REVIEW", "UNDER_EVALUATION", "APPEALED"):
            voted = {who for who, _ in self.votes}
            if self.votes and not self._can_decide():
                return ("assign", "registrar", str(1 - self.committee))
            free = [who for who in COMMITTEES[self.committee] if not self._sits(who) and who not in voted]
            return ("vote", free[0], opinion) if free and len(voted) < QUORUM else ("decide", chair, "")
        usual: dict[str, Action] = {
            "SUBMITTED": ("review", "registrar", ""),
            "WAITING_FOR_INFORMATION": ("answer", "learner", ""),
            "POSTED": ("appeal", "learner", "") if self.line == "REJECTED" else ("reverse", "chair", ""),
        }
        if self.line == "ACCEPTED_WITH_ASSESSMENT":
            return ("assess", chair, "no" if opinion == "no" else "yes")
        if self.state == "DECIDED":
            return ("appeal", "learner", "") if self.line == "REJECTED" else ("post", "registrar", "")
        return usual.get(self.state, ("close", "registrar", "1"))


HOWS = st.sampled_from(["yes", "yes", "no", "assess"])
ACTIONS = st.one_of(
    st.tuples(st.just("vote"), st.sampled_from(VOTERS), HOWS),
    st.tuples(st.sampled_from(["decide", "assess"]), st.sampled_from(["chair", "appeal-chair"]), HOWS),
    st.tuples(st.just("declare"), st.sampled_from(["member-1", "member-2", "appeal-1", "appeal-2"]), st.just("")),
    st.tuples(st.sampled_from(["review", "ask", "post", "close"]), st.just("registrar"), st.just("")),
    st.tuples(st.just("assign"), st.just("registrar"), st.sampled_from(["0", "1"])),
    st.tuples(st.sampled_from(["answer", "withdraw", "appeal"]), st.just("learner"), st.just("")),
    st.tuples(st.just("reverse"), st.sampled_from(["registrar", "chair"]), st.just("")),
)


class ActorsMachine(RuleBasedStateMachine):
    """A learner, a registrar and two committees do what they like, two of them at the same moment."""

    world: ClassVar[World]
    run: ClassVar[Callable[..., Any]]
    appeal_committee: ClassVar[UUID]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize()
    def begin(self) -> None:
        """A new learner with one case of one line."""
        self.model = Model()
        self.idle = 0
        self.run(self._begin())

    async def _begin(self) -> None:
        world = self.world
        self.learner_id = await world.learner()
        self.me = world.signed_in(self.learner_id).actor
        [[thai]] = await world.results([self.learner_id], ("ท31101", "3"))
        proposal = CaseProposal(
            learner_id=self.learner_id,
            ground=Ground.PARTNERSHIP,
            partnership_id=world.partnership_id,
            committee_id=world.committee_id,
            requested_on=thai_date(datetime.now(UTC)),
            requested_by=Applicant.LEARNER,
            qualification_code="PWC-2562",
            qualification_version="2562",
            lines=(LineProposal((thai,), course_key("20000-1101")),),
        )
        [self.case_id] = ids_of(
            await use_cases.open_transfer_cases(
                world.pool,
                world.bank_registry,
                use_cases.OpenTransferCases(uuid4(), (proposal,)),
                actor=world.staff["college-registrar"].actor,
                now=datetime.now(UTC),
            )
        )
        self.line_id = await world.fetchval("SELECT line_id FROM case_line WHERE case_id = $1", self.case_id)

    # ---- steps ----

    @rule(one=ACTIONS, other=ACTIONS)
    def together(self, one: Action, other: Action) -> None:
        """Two steps at the same moment."""
        self._take(one, other)

    @rule(other=st.none() | ACTIONS, is_twice=st.booleans(), opinion=st.sampled_from(["yes", "no", "assess"]))
    def go_on(self, other: Action | None, opinion: str, *, is_twice: bool) -> None:
        """The usual next step, twice at once or beside another one."""
        usual = self.model.next(opinion)
        self._take(usual, *([usual] if is_twice else [other] if other else []))

    def _take(self, *actions: Action) -> None:
        if self.model.state in ("WITHDRAWN", "REVERSED") and self.idle >= IDLE_MAX:
            self.begin()
        self.idle += self.model.state in ("WITHDRAWN", "REVERSED")
        found = self.run(self._at_once(actions))
        fitting: list[Model] = []
        for order in permutations(range(len(actions))):
            model, said = self.model, [""] * len(actions)
            for number in order:
                model, said[number] = model.step(actions[number])
            if said == found:
                fitting.append(model)
        assert fitting, (self.model, actions, found)
        stored = self.run(self._stored())
        agreeing = [model for model in fitting if (model.state, model.line, model.hearing) == stored]
        assert agreeing, (self.model, actions, found, stored)
        self.model = agreeing[0]
        self.reached[self.model.state] += 1
        self.reached[self.model.line] += 1

    async def _at_once(self, actions: tuple[Action, ...]) -> list[str]:
        outcomes = await asyncio.gather(*(self._do(*action) for action in actions))
        found = [ALREADY if one.already_done else one.problem.reason if one.problem else DONE for one in outcomes]
        for number, reason in enumerate(found):
            if reason == "UNAVAILABLE":
                # It was decided between the question to the registry and the lock: sent again, it is decided again.
                again = await self._do(*actions[number])
                found[number] = ALREADY if again.already_done else again.problem.reason if again.problem else DONE
        return found

    async def _do(self, name: str, who: str, how: str) -> Outcome:
        world, rid, now, case_id, line_id = self.world, uuid4(), datetime.now(UTC), self.case_id, self.line_id
        people = {"registrar": "college-registrar"}
        actor = self.me if who == "learner" else world.staff[people.get(who, who)].actor
        uc = use_cases
        code = None if how != "no" else RejectionReason.OTHER
        why = "" if how != "no" else "เหตุผล"
        commands: dict[str, tuple[Any, Any]] = {
            "review": (uc.begin_reviews, uc.BeginReviews(rid, (case_id,))),
            "vote": (uc.cast_votes, uc.CastVotes(rid, (Vote(line_id, how != "no", code, why, how == "assess"),))),
            "decide": (uc.decide_cases, uc.DecideCases(rid, (case_id,))),
            "ask": (uc.request_information, uc.RequestInformation(rid, (uc.Question(case_id, "ขอเอกสาร"),))),
            "answer": (uc.answer_information, uc.AnswerInformation(rid, (uc.Answer(case_id, "ส่งแล้ว", ()),))),
            "withdraw": (uc.withdraw_cases, uc.WithdrawCases(rid, (uc.Withdrawal(case_id, ""),))),
            "appeal": (uc.appeal_cases, uc.AppealCases(rid, (uc.Appeal(case_id, (), "ขอทบทวน", thai_date(now)),))),
            "assign": (
                uc.assign_committees,
                uc.AssignCommittees(
                    rid, (uc.Assignment(case_id, self.appeal_committee if how == "1" else world.committee_id),)
                ),
            ),
            "assess": (
                uc.record_assessments,
                uc.RecordLineAssessments(
                    rid, (uc.AssessmentResult(line_id, how == "yes", "EXAM", "สอบ 1", thai_date(now), "ผล"),)
                ),
            ),
            "post": (uc.post_cases, uc.PostCases(rid, (case_id,))),
            "close": (uc.close_cases, uc.CloseCases(rid, (case_id,))),
            "reverse": (uc.reverse_lines, uc.ReverseLines(rid, (uc.LineReversal(line_id, "ORDER", "คำสั่ง"),))),
            "declare": (uc.declare_interests, uc.DeclareInterests(rid, (uc.Declaration(case_id, "ญาติ"),))),
        }
        use_case, command = commands[name]
        neighbours = (world.bank_registry,) if name == "post" else ()
        [outcome] = await use_case(world.pool, *neighbours, command, actor=actor, now=now)
        return outcome

    async def _stored(self) -> tuple[str, str, int]:
        [row] = await self.world.fetch(
            "SELECT c.state, l.state AS line, c.hearing FROM transfer_case c JOIN case_line l USING (case_id)"
            " WHERE case_id = $1",
            self.case_id,
        )
        return row["state"], row["line"], row["hearing"]

    # ---- laws ----

    @invariant()
    def ledger_says_what_the_case_says(self) -> None:
        self.run(self._check())

    async def _check(self) -> None:
        world, model = self.world, self.model
        counted = await world.fetchval(
            "SELECT coalesce(sum(b.balance_hundredths), 0) FROM account_bucket b JOIN account a USING (account_id)"
            " WHERE a.learner_id = $1 AND b.bucket = 'COUNTED:CORE'",
            self.learner_id,
        )
        assert counted == (100 if model.line == "POSTED" else 0), "I6, I14"
        claims = await world.fetch(
            "SELECT state FROM claim WHERE learner_id = $1 AND state <> 'RELEASED'", self.learner_id
        )
        is_live = model.line not in ("REJECTED", "REVERSED", "WITHDRAWN")
        wanted = ["POSTED" if model.line == "POSTED" else "RESERVED"] if is_live else []
        assert [row["state"] for row in claims] == wanted, "I3"
        steps = await world.fetch(
            "SELECT from_state, to_state FROM case_step WHERE case_id = $1 ORDER BY step_id", self.case_id
        )
        assert [row["from_state"] for row in steps[1:]] == [row["to_state"] for row in steps[:-1]], "no step is lost"
        assert steps[-1]["to_state"] == model.state
        judges = await world.fetch(
            "SELECT DISTINCT v.subject_hash, (SELECT count(*) FROM case_appeal a"
            "                                  WHERE a.case_id = l.case_id AND a.hearing <= v.hearing) AS appeals"
            "  FROM vote v JOIN case_line l USING (line_id) WHERE l.case_id = $1",
            self.case_id,
        )
        by_person = Counter(row["subject_hash"] for row in judges)
        assert all(count == 1 for count in by_person.values()), "I19: nobody hears an appeal against himself"


async def _furnish(world: World) -> UUID:
    for name in COMMITTEES[1]:
        await world.employ(name, "committee_chair", world.college)
    facts = CommitteeFacts(
        institution_id=world.college,
        mandates=frozenset({Mandate.TRANSFER, Mandate.EQUATE}),
        order_no="อุทธรณ์ 1/2569",
        quorum=QUORUM,
        members=tuple(
            Member(assignment_id, is_chair=name == COMMITTEES[1][0])
            for name in COMMITTEES[1]
            if (assignment_id := world.staff[name].actor.assignment_id)
        ),
        valid_from=date(2025, 5, 1),
        valid_to=None,
        provenance=DEMONSTRATION,
    )
    command = RegisterCommittees(uuid4(), (facts,))
    director = world.staff["college-director"].actor
    [found] = ids_of(await register_committees(world.pool, command, actor=director, now=datetime.now(UTC)))
    return found


def test_two_actors_at_once_leave_what_some_order_of_them_would(
    database: Callable[..., str], telemetry: RecordedTelemetry
) -> None:
    stack = AsyncExitStack()
    with asyncio.Runner() as runner:
        ActorsMachine.world = runner.run(stack.enter_async_context(credit_world(database, telemetry)))
        ActorsMachine.appeal_committee = runner.run(_furnish(ActorsMachine.world))
        ActorsMachine.run = staticmethod(runner.run)
        try:
            run_state_machine_as_test(
                ActorsMachine,
                settings=settings(
                    max_examples=40,
                    stateful_step_count=30,
                    deadline=None,
                    phases=(Phase.explicit, Phase.reuse, Phase.generate),
                    suppress_health_check=list(HealthCheck),
                ),
            )
        finally:
            runner.run(stack.aclose())
    # A machine that never comes to these would prove little.
    needed = ("POSTED", "REVERSED", "WITHDRAWN", "APPEALED", "ACCEPTED_WITH_ASSESSMENT", "WAITING_FOR_INFORMATION")
    assert min(ActorsMachine.reached[name] for name in needed) > 0, ActorsMachine.reached
