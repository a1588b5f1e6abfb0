"""Laws of transfer cases: rules before people, one vote a person, the majority, one way through the states."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

from chassis.errors import ServiceError
from credit_bank.catalogue.domain import CodeSystem, Course, CourseFacts, CourseKey
from credit_bank.equivalences.domain import EquivalenceRule, RuleFacts, TransferMode
from credit_bank.equivalences.judging import assess, find_rule
from credit_bank.provenance import Provenance
from credit_bank.transfers import domain, errors
from credit_bank.transfers.domain import (
    CaseState,
    CastVote,
    LineState,
    RejectionReason,
    Verdict,
    Vote,
)
from credit_bank.transfers.opening import Source
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

TODAY = date(2026, 11, 21)
PROVENANCE = Provenance("test", "demonstration")
CODES = ["ท31101", "ค31101", "พ31101", "พ31102"]
TARGET = CourseKey(CodeSystem.OVEC, "20000-1101", "PWC-2562")


def key(code: str) -> CourseKey:
    return CourseKey(CodeSystem.OBEC, code, "OBEC-2551R60")


SOURCES = st.lists(
    st.builds(
        Source,
        entry_id=st.uuids(),
        entry_root_id=st.uuids(),
        version=st.just(1),
        learner_id=st.uuids(),
        issuer_id=st.uuids(),
        course=st.sampled_from(CODES).map(key),
        hours_total=st.none() | st.sampled_from([20, 40, 60]),
        point_hundredths=st.none() | st.sampled_from([0, 100, 150, 200, 300, 400]),
        is_verified=st.just(True),
    ),
    min_size=1,
    max_size=3,
)
GROUPS = st.lists(st.frozensets(st.sampled_from(CODES).map(key), min_size=1, max_size=2), min_size=1, max_size=3)
RULES = st.lists(
    st.builds(
        EquivalenceRule,
        rule_id=st.uuids(),
        owner_institution_id=st.none() | st.uuids(),
        facts=st.builds(
            RuleFacts,
            source_groups=GROUPS.map(tuple),
            target=st.just(TARGET),
            mode=st.sampled_from(TransferMode),
            min_grade_hundredths=st.sampled_from([0, 100, 200, 300]),
            min_hours_pct=st.none() | st.sampled_from([50, 75, 100, 120]),
            version=st.integers(1, 3),
            provenance=st.just(PROVENANCE),
        ),
        valid_from=st.none() | st.sampled_from([date(2026, 1, 1), date(2026, 11, 21), date(2026, 11, 22)]),
        valid_to=st.none() | st.sampled_from([date(2026, 11, 20), date(2026, 11, 21)]),
    ),
    max_size=6,
    unique_by=lambda found: found.rule_id,
)
HOURS = st.none() | st.sampled_from([18, 36, 54])


def target(hours: int | None) -> Course:
    facts = CourseFacts(TARGET, "ภาษาไทยพื้นฐาน", None, "CR_OVEC", 100, hours, "0-2-1", "CORE", "", "", (), PROVENANCE)
    return Course(uuid4(), 1, facts)


@given(SOURCES, RULES, HOURS, st.none() | st.sampled_from([100, 200]))
def test_acceptable_line_obeys_its_rule(
    sources: list[Source], rules: list[EquivalenceRule], hours: int | None, policy: int | None
) -> None:
    found = assess(rules, sources, target(hours), on=TODAY, least_grade=policy)
    least = found.rule.facts.min_grade_hundredths if found.rule else (policy or 0)
    grades_suffice = all((source.point_hundredths or 0) >= least for source in sources)
    known = hours is not None and all(source.hours_total is not None for source in sources)
    covered = sum(source.hours_total or 0 for source in sources)
    needed = found.rule.facts.min_hours_pct if found.rule else None
    hours_suffice = needed is None or (known and 100 * covered >= needed * (hours or 0))
    assert (found.obstacle is None) == (grades_suffice and hours_suffice)
    assert (found.hours_pct is None) == (not known)
    if found.rule:
        assert found.rule.is_in_force_on(TODAY)
        assert frozenset(source.course for source in sources) in found.rule.facts.source_groups


@given(SOURCES, RULES.flatmap(lambda rules: st.tuples(st.just(rules), st.permutations(rules))))
def test_order_of_rules_does_not_matter(
    sources: list[Source], orders: tuple[list[EquivalenceRule], list[EquivalenceRule]]
) -> None:
    assert find_rule(orders[0], sources, TARGET, on=TODAY) == find_rule(orders[1], sources, TARGET, on=TODAY)


LINE = uuid4()
BALLOTS = st.lists(st.tuples(st.booleans(), st.sampled_from(RejectionReason)), min_size=1, max_size=9).map(
    lambda drawn: [
        CastVote(Vote(LINE, is_accepted, None if is_accepted else code, "" if is_accepted else "เหตุผล"), f"คน {n}")
        for n, (is_accepted, code) in enumerate(drawn)
    ]
)


@given(BALLOTS.flatmap(lambda votes: st.tuples(st.just(votes), st.permutations(votes))))
def test_order_of_votes_does_not_change_the_decision(orders: tuple[list[CastVote], list[CastVote]]) -> None:
    one, other = (domain.tally(LINE, votes, quorum=1) for votes in orders)
    assert one.is_accepted == other.is_accepted
    assert one.is_accepted or one.reason_code is not None


PEOPLE = [f"กรรมการ {n}" for n in range(4)]
HANDLERS = frozenset({PEOPLE[3]})
QUORUM = 2


class CaseMachine(RuleBasedStateMachine):
    """One case driven by everybody at once, beside a model that only counts."""

    @initialize(obstacles=st.lists(st.sampled_from([None, RejectionReason.GRADE_TOO_LOW]), min_size=1, max_size=3))
    def submit(self, obstacles: list[RejectionReason | None]) -> None:
        self.state = CaseState.SUBMITTED
        self.obstacles: dict[UUID, RejectionReason | None] = {uuid4(): obstacle for obstacle in obstacles}
        self.lines = dict.fromkeys(self.obstacles, LineState.PROPOSED)
        self.cast: dict[UUID, list[CastVote]] = {line_id: [] for line_id in self.lines}
        self.verdicts: list[Verdict] = []
        self.counted: dict[tuple[UUID, str], bool] = {}
        self.history = [self.state]

    def move(self, wanted: CaseState) -> bool:
        if domain.has_reached(self.state, wanted):
            return False
        try:
            self.state = domain.advance(self.state, wanted)
        except errors.CaseStateWrong:
            return False
        self.history.append(self.state)
        return True

    @rule()
    def begin_review(self) -> None:
        self.move(CaseState.ACCEPTED_FOR_REVIEW)

    @rule(who=st.sampled_from(PEOPLE), data=st.data(), is_accepted=st.booleans(), why=st.sampled_from(["เหตุผล", ""]))
    def vote(self, who: str, data: Any, *, is_accepted: bool, why: str) -> None:
        line_id = data.draw(st.sampled_from(sorted(self.lines)))
        code = None if is_accepted else RejectionReason.CONTENT_INSUFFICIENT
        vote = Vote(line_id, is_accepted, code, "" if is_accepted else why)
        before = self.counted.get((line_id, who))
        refused = ""
        is_new = False
        try:
            domain.require_no_conflict(who, HANDLERS)
            is_new = domain.check_vote(vote, self.cast[line_id], subject_hash=who, obstacle=self.obstacles[line_id])
        except ServiceError as refusal:
            refused = refusal.reason
        has_cause = (
            who in HANDLERS
            or not (is_accepted or why)
            or (before is not None and before != is_accepted)
            or (before is None and is_accepted and self.obstacles[line_id] is not None)
        )
        assert bool(refused) == has_cause, refused
        if is_new and self.state in (CaseState.ACCEPTED_FOR_REVIEW, CaseState.UNDER_EVALUATION):
            assert before is None
            self.cast[line_id].append(CastVote(vote, who))
            self.counted[line_id, who] = is_accepted
            self.move(CaseState.UNDER_EVALUATION)

    @rule()
    def decide(self) -> None:
        if self.state is not CaseState.UNDER_EVALUATION:
            return
        try:
            verdicts = [domain.tally(line_id, self.cast[line_id], quorum=QUORUM) for line_id in self.lines]
        except errors.QuorumMissing:
            counts = [sum(line_id == other for other, _ in self.counted) for line_id in self.lines]
            assert min(counts) < QUORUM
            return
        self.verdicts = verdicts
        for verdict in verdicts:
            self.lines[verdict.line_id] = LineState.ACCEPTED if verdict.is_accepted else LineState.REJECTED
        self.move(CaseState.DECIDED)

    @rule()
    def post(self) -> None:
        if self.state is CaseState.DECIDED and self.move(CaseState.POSTED):
            for line_id, state in self.lines.items():
                if state is LineState.ACCEPTED:
                    domain.require_acceptable(self.obstacles[line_id], line_id=line_id)
                    self.lines[line_id] = LineState.POSTED

    @invariant()
    def states_go_one_way(self) -> None:
        order = [
            CaseState.SUBMITTED,
            CaseState.ACCEPTED_FOR_REVIEW,
            CaseState.UNDER_EVALUATION,
            CaseState.DECIDED,
            CaseState.POSTED,
        ]
        assert self.history == order[: len(self.history)]

    @invariant()
    def decisions_are_what_the_votes_say(self) -> None:
        for verdict in self.verdicts:
            votes = [is_accepted for (line_id, _), is_accepted in self.counted.items() if line_id == verdict.line_id]
            assert len(votes) >= QUORUM
            assert verdict.is_accepted == (2 * sum(votes) > len(votes))
            assert verdict.is_accepted or (verdict.reason_code and verdict.reason_th)
            assert not (verdict.is_accepted and self.obstacles[verdict.line_id])

    @invariant()
    def nobody_judges_an_own_record(self) -> None:
        assert not any(who in HANDLERS for _, who in self.counted)

    @invariant()
    def only_accepted_lines_are_posted(self) -> None:
        accepted = {verdict.line_id for verdict in self.verdicts if verdict.is_accepted}
        for line_id, state in self.lines.items():
            assert (state is LineState.POSTED) == (self.state is CaseState.POSTED and line_id in accepted)


CaseMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestCaseMachine = CaseMachine.TestCase
