"""Transfer cases: opening, rules, votes, decision, posting guards (CB c.2-c.4, d.5)."""

from dataclasses import replace
from datetime import date
from types import ModuleType
from typing import Any
from uuid import UUID, uuid4

import pytest
from chassis.errors import ServiceError
from chassis.messages import Messages
from credit_bank.catalogue.domain import CodeSystem, Course, CourseFacts, CourseKey
from credit_bank.equivalences import judging
from credit_bank.equivalences.domain import EquivalenceRule, RuleFacts, TransferMode
from credit_bank.partnerships.domain import (
    Committee,
    CommitteeFacts,
    Mandate,
    Member,
    Partnership,
    PartnershipFacts,
    PartnershipState,
    Programme,
)
from credit_bank.people.domain import Enrolment
from credit_bank.provenance import Provenance
from credit_bank.qualifications.domain import Qualification
from credit_bank.rules.domain import EducationForm, EducationLevel, PolicyBook, Rule, RuleKey
from credit_bank.transcripts import errors as transcript_errors
from credit_bank.transfers import domain, errors, opening
from credit_bank.transfers.domain import (
    Applicant,
    CaseResult,
    CaseState,
    CastVote,
    Ground,
    LineState,
    RejectionReason,
    SourceNow,
    Vote,
)
from credit_bank.transfers.opening import (
    CaseProposal,
    KnownLine,
    LineProposal,
    Source,
    Surroundings,
)
from credit_bank.transfers.policy import CasePolicies, form_of, level_of

TODAY = date(2026, 11, 21)
SCHOOL, COLLEGE, OTHER = uuid4(), uuid4(), uuid4()
LEARNER = uuid4()
MEMBERS = tuple(uuid4() for _ in range(3))
PROVENANCE = Provenance("credit-bank.md d.5", "assumed")


def key(code: str) -> CourseKey:
    is_college = code[0].isdigit()
    system, version = (CodeSystem.OVEC, "PWC-2562") if is_college else (CodeSystem.OBEC, "OBEC-2551R60")
    return CourseKey(system, code, version)


def course(code: str, *, credit_hundredths: int | None = 100, hours: int | None = 36, category: str = "CORE") -> Course:
    course_key = key(code)
    unit = "CR_OVEC" if course_key.code_system is CodeSystem.OVEC else "CR_OBEC"
    return Course(
        uuid4(),
        1,
        CourseFacts(
            course_key,
            f"รายวิชา {code}",
            None,
            unit if credit_hundredths else None,
            credit_hundredths,
            hours,
            None,
            category,
            "",
            "",
            (),
            PROVENANCE,
        ),
    )


def source(code: str, **changes: Any) -> Source:
    facts: dict[str, Any] = {
        "entry_id": uuid4(),
        "entry_root_id": uuid4(),
        "version": 1,
        "learner_id": LEARNER,
        "issuer_id": SCHOOL,
        "hours_total": 40,
        "point_hundredths": 300,
        "is_verified": True,
    }
    return Source(course=key(code), **(facts | changes))


def rule(*groups: tuple[str, ...], target: str = "20000-1101", **changes: Any) -> EquivalenceRule:
    facts: dict[str, Any] = {
        "mode": TransferMode.TRANSFER,
        "min_grade_hundredths": 200,
        "min_hours_pct": 100,
        "version": 1,
        "provenance": PROVENANCE,
    }
    period = {name: changes.pop(name, None) for name in ("owner_institution_id", "valid_from", "valid_to")}
    groups_of_keys = tuple(frozenset(key(code) for code in group) for group in groups)
    return EquivalenceRule(
        rule_id=uuid4(),
        facts=RuleFacts(source_groups=groups_of_keys, target=key(target), **(facts | changes)),
        **period,
    )


THAI = source("ท31101")
MATHS = source("ค31101")
HEALTH, SPORT = source("พ31101", hours_total=20), source("พ31102", hours_total=20)
COMMITTEE = Committee(
    uuid4(),
    CommitteeFacts(
        COLLEGE,
        frozenset({Mandate.TRANSFER, Mandate.EQUATE}),
        "คำสั่งทดสอบที่ 1/2569",
        2,
        tuple(Member(member, is_chair=member == MEMBERS[0]) for member in MEMBERS),
        date(2025, 5, 1),
        None,
        PROVENANCE,
    ),
)
PARTNERSHIP = Partnership(
    uuid4(),
    PartnershipFacts(
        "MOU-1",
        (SCHOOL, COLLEGE),
        Programme.DUAL_EDUCATION,
        PartnershipState.ACTIVE,
        None,
        date(2025, 5, 1),
        None,
        None,
        PROVENANCE,
    ),
)


def changed(thing: Any, **changes: Any) -> Any:
    """A committee or partnership with other facts."""
    return replace(thing, facts=replace(thing.facts, **changes))


def enrolment(institution_id: UUID, role: str, delivery_system: str) -> Enrolment:
    return Enrolment(
        uuid4(), LEARNER, institution_id, role, delivery_system, "M.4", "", "STUDYING", date(2026, 5, 16), None
    )


DUAL = [enrolment(SCHOOL, "PRIMARY", "DUAL_EDUCATION"), enrolment(COLLEGE, "PARTNER", "DUAL_EDUCATION")]
PWC = Qualification("PWC-2562", "2562", "ปวช.", "CR_OVEC", 10_300, {"CORE": 2200, "VOC": 7100}, frozenset(), PROVENANCE)


def policy_rule(key: RuleKey, value: Any, *forms: EducationForm, version: str = "1", **provenance: Any) -> Rule:
    """A rule of vocational certificates; formal study when no form is named."""
    return Rule(
        uuid4(),
        key,
        "R0",
        "กฎทดสอบ",
        value,
        frozenset(forms or (EducationForm.FORMAL,)),
        frozenset({EducationLevel.VOCATIONAL_CERTIFICATE}),
        Provenance("test", "assumed", version=version, **provenance),
    )


POLICY_RULES = (policy_rule(RuleKey.MIN_GRADE, 200), policy_rule(RuleKey.SLA_DAYS, 30, *EducationForm))
POLICIES = CasePolicies(PolicyBook(POLICY_RULES), TODAY)


def around(**changes: Any) -> Surroundings:
    targets = [
        course("20000-1101"),
        course("20000-1102"),
        course("20000-1601"),
        course("20000-9999", credit_hundredths=None),
        course("30000-1101"),
        course("20101-2001", category="VOC_BASIC"),
        course("20000-8888", category="ไม่มีหมวด"),
        course("ท31101"),
    ]
    facts: dict[str, Any] = {
        "on": TODAY,
        "institution_id": COLLEGE,
        "qualifications": {PWC.key: PWC},
        "committees": {COMMITTEE.committee_id: COMMITTEE},
        "partnerships": {PARTNERSHIP.partnership_id: PARTNERSHIP},
        "enrolments": {LEARNER: DUAL},
        "sources": {entry.entry_id: entry for entry in (THAI, MATHS, HEALTH, SPORT)},
        "targets": {target.key: target for target in targets},
        "rules": [rule(("ท31101",)), rule(("พ31101", "พ31102"), target="20000-1601")],
        "awarded": set(),
        "known_lines": {},
        "policies": POLICIES,
    }
    return Surroundings(**(facts | changes))


def proposal(*lines: tuple[tuple[Source, ...], str], **changes: Any) -> CaseProposal:
    facts: dict[str, Any] = {
        "learner_id": LEARNER,
        "ground": Ground.PARTNERSHIP,
        "partnership_id": PARTNERSHIP.partnership_id,
        "committee_id": COMMITTEE.committee_id,
        "requested_on": TODAY,
        "requested_by": Applicant.LEARNER,
        "qualification_code": "PWC-2562",
        "qualification_version": "2562",
    }
    proposed = tuple(LineProposal(tuple(entry.entry_id for entry in sources), key(target)) for sources, target in lines)
    return CaseProposal(lines=proposed, **(facts | changes))


def opened(wanted: CaseProposal, surroundings: Surroundings | None = None) -> opening.NewCase:
    return opening.open_case(
        wanted, surroundings or around(), case_id=uuid4(), line_ids=[uuid4() for _ in wanted.lines]
    )


THAI_LINE = ((THAI,), "20000-1101")


# ---- opening ----


def test_line_with_rule_awards_the_target_course_and_states_rule_and_hours() -> None:
    case = opened(proposal(THAI_LINE))
    [line] = case.lines
    assert line.assessment.rule is not None
    assert (line.assessment.hours_pct, line.assessment.obstacle) == (111, None)
    assert (line.target.facts.credit_hundredths, line.target.facts.unit, line.category) == (100, "CR_OVEC", "CORE")
    assert case.policy.due_on == date(2026, 12, 21)
    assert case.policy.rules[0] == "SLA_DAYS R0 1 assumed"


def test_and_group_of_two_half_subjects_covers_the_target_together_only() -> None:
    [together] = opened(proposal(((HEALTH, SPORT), "20000-1601"))).lines
    assert (together.assessment.hours_pct, together.assessment.obstacle) == (111, None)
    [alone] = opened(proposal(((HEALTH,), "20000-1601"))).lines
    assert alone.assessment.rule is None, "one course of an AND group is not the group"


def test_half_subject_alone_fails_the_hours_test_of_its_rule() -> None:
    surroundings = around(rules=[rule(("พ31101",), target="20000-1601")])
    [line] = opened(proposal(((HEALTH,), "20000-1601")), surroundings).lines
    assert line.assessment.obstacle is RejectionReason.HOURS_INSUFFICIENT


def test_forty_hours_may_award_two_credits_because_credits_are_never_multiplied() -> None:
    # credit-bank.md d.5 example 2: one 1.0-credit subject of 40 h for a 2-0-2 course of 36 h.
    target = course("20000-1501", credit_hundredths=200)
    surroundings = around(targets={target.key: target}, rules=[rule(("ค31101",), target="20000-1501")])
    [line] = opened(proposal(((MATHS,), "20000-1501")), surroundings).lines
    assert (line.target.facts.credit_hundredths, line.assessment.obstacle) == (200, None)


def test_no_published_rule_is_said_and_does_not_stop_the_case() -> None:
    [line] = opened(proposal(((MATHS,), "20000-1102"))).lines
    assert (line.assessment.rule, line.assessment.obstacle) == (None, None)
    assert line.assessment.mode is TransferMode.EQUATE
    assert line.assessment.least_grade_hundredths == 200, "R9 applies where no rule does"


@pytest.mark.parametrize(
    ("points", "obstacle"), [(199, RejectionReason.GRADE_TOO_LOW), (200, None), (None, RejectionReason.GRADE_TOO_LOW)]
)
@pytest.mark.parametrize("rules", [[rule(("ท31101",))], []], ids=["rule", "R9"])
def test_least_grade_is_needed_with_and_without_a_rule(
    points: int | None, obstacle: RejectionReason | None, rules: list[EquivalenceRule]
) -> None:
    low = replace(THAI, point_hundredths=points)
    assessment = judging.assess(rules, [low], course("20000-1101"), on=TODAY, least_grade=200)
    assert assessment.obstacle is obstacle


def test_unknown_hours_are_never_guessed() -> None:
    silent = replace(THAI, hours_total=None)
    assessment = judging.assess([rule(("ท31101",))], [silent], course("20000-1101"), on=TODAY, least_grade=200)
    assert (assessment.hours_pct, assessment.obstacle) == (None, RejectionReason.HOURS_INSUFFICIENT)


def test_rule_of_the_day_is_used_and_of_several_the_own_then_the_newest() -> None:
    old = rule(("ท31101",), valid_to=date(2026, 11, 20))
    national = rule(("ท31101",), valid_from=date(2026, 11, 21), version=3)
    own = rule(("ท31101",), owner_institution_id=COLLEGE)
    coming = rule(("ท31101",), valid_from=date(2026, 11, 22), version=9)
    rules = [old, national, own, coming]
    assert judging.find_rule(rules, [THAI], key("20000-1101"), on=TODAY) is own
    assert judging.find_rule([old, national, coming], [THAI], key("20000-1101"), on=TODAY) is national
    assert judging.find_rule([old], [THAI], key("20000-1101"), on=date(2026, 11, 20)) is old
    assert judging.find_rule([old], [THAI], key("20000-1101"), on=TODAY) is None


def test_second_attempt_of_the_same_course_is_no_second_course_of_a_group() -> None:
    twice = [source("พ31101", hours_total=20), source("พ31101", hours_total=20)]
    assert judging.find_rule([rule(("พ31101",))], twice, key("20000-1101"), on=TODAY) is None


ENDED = changed(PARTNERSHIP, valid_to=date(2026, 11, 20))
SUSPENDED = changed(PARTNERSHIP, state=PartnershipState.SUSPENDED)
FOREIGN = changed(PARTNERSHIP, party_institution_ids=(SCHOOL, OTHER))
NAMING_OTHERS = changed(PARTNERSHIP, courses=(key("20000-1102"), key("ค31101")))
COMING = changed(PARTNERSHIP, valid_from=date(2026, 11, 22))
UNVERIFIED = replace(MATHS, is_verified=False)
STRANGERS = replace(MATHS, learner_id=uuid4())
OUTSIDE = replace(MATHS, issuer_id=OTHER)


def with_partnership(partnership: Partnership) -> dict[str, Any]:
    return {"partnerships": {partnership.partnership_id: partnership}}


def with_source(entry: Source) -> dict[str, Any]:
    return {"sources": {entry.entry_id: entry}}


MATHS_LINE = ((MATHS,), "20000-1102")
REFUSALS: dict[str, tuple[CaseProposal, dict[str, Any], str]] = {
    "qualification": (proposal(THAI_LINE), {"qualifications": {}}, "QUALIFICATION_UNKNOWN"),
    "committee unknown": (proposal(THAI_LINE, committee_id=uuid4()), {}, "COMMITTEE_UNKNOWN"),
    "committee of another": (
        proposal(THAI_LINE),
        {"committees": {COMMITTEE.committee_id: changed(COMMITTEE, institution_id=OTHER)}},
        "COMMITTEE_UNKNOWN",
    ),
    "committee over": (
        proposal(THAI_LINE),
        {"committees": {COMMITTEE.committee_id: changed(COMMITTEE, valid_to=date(2026, 11, 20))}},
        "COMMITTEE_NOT_VALID",
    ),
    "mandate": (
        proposal(MATHS_LINE),
        {"committees": {COMMITTEE.committee_id: changed(COMMITTEE, mandates=frozenset({Mandate.TRANSFER}))}},
        "COMMITTEE_MANDATE_MISSING",
    ),
    "partnership unknown": (proposal(THAI_LINE, partnership_id=uuid4()), {}, "PARTNERSHIP_NOT_ACTIVE"),
    "partnership ended": (proposal(THAI_LINE), with_partnership(ENDED), "PARTNERSHIP_NOT_ACTIVE"),
    "partnership suspended": (proposal(THAI_LINE), with_partnership(SUSPENDED), "PARTNERSHIP_NOT_ACTIVE"),
    "partnership of others": (proposal(THAI_LINE), with_partnership(FOREIGN), "PARTNERSHIP_NOT_ACTIVE"),
    "partnership coming": (proposal(THAI_LINE), with_partnership(COMING), "PARTNERSHIP_NOT_ACTIVE"),
    "course not named": (proposal(THAI_LINE), with_partnership(NAMING_OTHERS), "COURSE_NOT_IN_AGREEMENT"),
    "learner not covered": (
        proposal(THAI_LINE),
        {"enrolments": {LEARNER: [enrolment(SCHOOL, "PRIMARY", "FORMAL")]}},
        "LEARNER_NOT_ENROLLED",
    ),
    "not admitted": (
        proposal(THAI_LINE, ground=Ground.ADMISSION, partnership_id=None),
        {"enrolments": {LEARNER: [enrolment(SCHOOL, "PRIMARY", "FORMAL")]}},
        "LEARNER_NOT_ENROLLED",
    ),
    "entry unknown": (proposal(((source("ท31101"),), "20000-1101")), {}, "ENTRY_UNKNOWN"),
    "entry of another learner": (proposal(MATHS_LINE), with_source(STRANGERS), "ENTRY_UNKNOWN"),
    "entry of an issuer outside": (proposal(MATHS_LINE), with_source(OUTSIDE), "ENTRY_UNKNOWN"),
    "entry not verified": (proposal(MATHS_LINE), with_source(UNVERIFIED), "ENTRY_NOT_VERIFIED"),
    "course unknown": (proposal(((THAI,), "20000-7777")), {}, "COURSE_UNKNOWN"),
    "course without credits": (proposal(((THAI,), "20000-9999")), {}, "TARGET_WITHOUT_CREDITS"),
    "other unit": (proposal(((MATHS,), "ท31101")), {}, "UNIT_MISMATCH"),
    "other level": (proposal(((THAI,), "30000-1101")), {}, "LEVEL_MISMATCH"),
    "no category": (proposal(((THAI,), "20000-8888")), {}, "CATEGORY_UNKNOWN"),
    "awarded": (
        proposal(THAI_LINE),
        {"awarded": {(LEARNER, "PWC-2562", "2562", key("20000-1101"))}},
        "COURSE_ALREADY_AWARDED",
    ),
    "same target twice": (proposal(THAI_LINE, ((MATHS,), "20000-1101")), {}, "COURSE_ALREADY_REQUESTED"),
}


@pytest.mark.parametrize(("wanted", "changes", "reason"), REFUSALS.values(), ids=REFUSALS)
def test_case_that_may_not_be_opened_says_why(wanted: CaseProposal, changes: dict[str, Any], reason: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        opened(wanted, around(**changes))
    assert refusal.value.reason == reason


def test_partnership_with_unknown_dates_is_in_force_while_its_state_says_so() -> None:
    undated = changed(PARTNERSHIP, valid_from=None, valid_to=None)
    assert opened(proposal(THAI_LINE), around(**with_partnership(undated))).lines


def test_dual_education_at_the_partner_covers_a_learner_who_is_not_yet_enrolled_here() -> None:
    surroundings = around(enrolments={LEARNER: [enrolment(SCHOOL, "PRIMARY", "DUAL_EDUCATION")]})
    assert opened(proposal(THAI_LINE), surroundings).lines


@pytest.mark.parametrize("named", ["20000-1101", "ท31101"])
def test_agreement_that_names_courses_concerns_a_line_by_its_target_or_its_sources(named: str) -> None:
    naming = with_partnership(changed(PARTNERSHIP, courses=(key(named),)))
    assert opened(proposal(THAI_LINE), around(**naming)).lines[0].target.key == key("20000-1101")


def test_admission_reaches_results_of_any_issuer() -> None:
    surroundings = around(**with_source(OUTSIDE))
    assert opened(proposal(MATHS_LINE, ground=Ground.ADMISSION, partnership_id=None), surroundings).lines


def test_narrow_category_counts_in_the_broad_one() -> None:
    [line] = opened(proposal(((MATHS,), "20101-2001"))).lines
    assert line.category == "VOC"


def known(target: str, *sources: Source, is_live: bool = True, requested_on: date = TODAY) -> KnownLine:
    return KnownLine(
        uuid4(), requested_on, "PWC-2562", "2562", key(target), frozenset(entry.entry_id for entry in sources), is_live
    )


def test_open_line_of_an_earlier_case_holds_its_target_and_a_rejected_one_does_not() -> None:
    with pytest.raises(errors.CourseAlreadyRequested):
        opened(proposal(THAI_LINE), around(known_lines={LEARNER: [known("20000-1101", MATHS)]}))
    assert opened(proposal(THAI_LINE), around(known_lines={LEARNER: [known("20000-1101", MATHS, is_live=False)]})).lines


def test_same_dated_request_is_recognised_and_another_day_is_another_request() -> None:
    line = known("20000-1101", THAI)
    assert opening.known_case(proposal(THAI_LINE), [line]) == line.case_id
    assert opening.known_case(proposal(THAI_LINE, requested_on=date(2026, 11, 20)), [line]) is None
    assert opening.known_case(proposal(THAI_LINE, MATHS_LINE), [line]) is None
    assert opening.known_case(proposal(((MATHS,), "20000-1101")), [line]) is None


def test_case_of_the_same_call_is_seen_by_the_next() -> None:
    surroundings = around()
    surroundings.remember(opened(proposal(THAI_LINE), surroundings))
    with pytest.raises(errors.CourseAlreadyRequested):
        opened(proposal(((MATHS,), "20000-1101")), surroundings)


# ---- state machine ----


def test_case_goes_only_the_ways_that_are_drawn() -> None:
    for start in CaseState:
        for wanted in CaseState:
            if wanted in domain.TRANSITIONS[start]:
                assert domain.advance(start, wanted) is wanted
            else:
                with pytest.raises(errors.CaseStateWrong):
                    domain.advance(start, wanted)
        assert domain.has_reached(start, start)


def test_what_was_done_is_not_done_again_and_what_was_left_is_not_done() -> None:
    assert domain.has_reached(CaseState.CLOSED, CaseState.POSTED)
    assert domain.has_reached(CaseState.WAITING_FOR_INFORMATION, CaseState.ACCEPTED_FOR_REVIEW)
    assert not domain.has_reached(CaseState.APPEALED, CaseState.DECIDED), "an appeal is decided anew"
    assert not domain.has_reached(CaseState.WITHDRAWN, CaseState.ACCEPTED_FOR_REVIEW)
    assert not domain.has_reached(CaseState.POSTED, CaseState.WITHDRAWN)


# ---- votes ----

LINE = uuid4()


def yes(who: str, line_id: UUID = LINE) -> CastVote:
    return CastVote(Vote(line_id, True, None, ""), who)


def no(who: str, code: RejectionReason = RejectionReason.CONTENT_INSUFFICIENT, why: str = "เนื้อหาไม่ครอบคลุม") -> CastVote:
    return CastVote(Vote(LINE, False, code, why), who)


@pytest.mark.parametrize(
    ("votes", "is_accepted"),
    [
        ([yes("ก"), yes("ข")], True),
        ([yes("ก"), yes("ข"), no("ค")], True),
        ([yes("ก"), no("ข")], False),
        ([yes("ก"), no("ข"), no("ค")], False),
        ([no("ก"), no("ข")], False),
    ],
)
def test_majority_decides_and_a_tie_rejects(votes: list[CastVote], is_accepted: bool) -> None:
    assert domain.tally(LINE, votes, quorum=2).is_accepted is is_accepted


def test_fewer_votes_than_the_quorum_decide_nothing() -> None:
    with pytest.raises(errors.QuorumMissing) as refusal:
        domain.tally(LINE, [yes("ก")], quorum=2)
    assert refusal.value.metadata == {"line_id": str(LINE), "votes": "1", "quorum": "2"}


def test_reason_told_is_the_one_most_members_gave() -> None:
    low, content = RejectionReason.GRADE_TOO_LOW, RejectionReason.CONTENT_INSUFFICIENT
    verdict = domain.tally(LINE, [no("ก", low, "ต่ำ"), no("ข", content, "แรก"), no("ค", content, "สอง")], quorum=2)
    assert (verdict.reason_code, verdict.reason_th) == (content, "แรก")
    tied = domain.tally(LINE, [no("ก", low, "ต่ำ"), no("ข", content, "แรก")], quorum=2)
    assert tied.reason_code is low, "of equally frequent ones the first cast"


@pytest.mark.parametrize(("code", "why"), [(None, "เหตุผล"), (RejectionReason.OTHER, ""), (RejectionReason.OTHER, "  ")])
def test_rejection_without_code_or_sentence_is_refused(code: RejectionReason | None, why: str) -> None:
    with pytest.raises(errors.ReasonRequired):
        domain.check_vote(Vote(LINE, False, code, why), [], subject_hash="ก", obstacle=None)


def test_same_vote_again_changes_nothing_and_another_is_refused() -> None:
    cast = [yes("ก"), no("ข")]
    assert not domain.check_vote(cast[0].vote, cast, subject_hash="ก", obstacle=None)
    assert domain.check_vote(cast[0].vote, cast, subject_hash="ค", obstacle=None)
    with pytest.raises(errors.AlreadyVoted):
        domain.check_vote(cast[1].vote, cast, subject_hash="ก", obstacle=None)


@pytest.mark.parametrize(
    ("obstacle", "refusal"),
    [
        (RejectionReason.GRADE_TOO_LOW, errors.GradeTooLow),
        (RejectionReason.HOURS_INSUFFICIENT, errors.HoursInsufficient),
    ],
)
def test_line_that_its_rule_does_not_allow_can_only_be_rejected(
    obstacle: RejectionReason, refusal: type[ServiceError]
) -> None:
    with pytest.raises(refusal):
        domain.check_vote(yes("ก").vote, [], subject_hash="ก", obstacle=obstacle)
    assert domain.check_vote(no("ก").vote, [], subject_hash="ก", obstacle=obstacle)


def test_person_who_recorded_or_verified_may_not_judge() -> None:
    handlers = {"ผู้บันทึก", "นายทะเบียน"}
    domain.require_no_conflict("กรรมการ", handlers)
    for person in handlers:
        with pytest.raises(errors.ConflictOfInterest):
            domain.require_no_conflict(person, handlers)


def test_only_members_sit_in_the_committee() -> None:
    domain.require_member(COMMITTEE, MEMBERS[0])
    for stranger in (uuid4(), None):
        with pytest.raises(errors.NotACommitteeMember):
            domain.require_member(COMMITTEE, stranger)


@pytest.mark.parametrize(
    ("states", "result"),
    [
        ([LineState.ACCEPTED, LineState.ACCEPTED], CaseResult.ACCEPTED),
        ([LineState.ACCEPTED, LineState.REJECTED], CaseResult.PARTLY_ACCEPTED),
        ([LineState.POSTED, LineState.REJECTED], CaseResult.PARTLY_ACCEPTED),
        ([LineState.REJECTED, LineState.REJECTED], CaseResult.REJECTED),
    ],
)
def test_result_is_computed_from_the_lines(states: list[LineState], result: CaseResult) -> None:
    assert domain.result_of(states) is result


# ---- posting ----


@pytest.mark.parametrize(("is_verified", "is_unchanged"), [(False, True), (True, False)])
def test_source_that_changed_since_stops_the_posting(is_verified: bool, is_unchanged: bool) -> None:
    domain.require_unchanged([SourceNow(uuid4(), uuid4(), uuid4(), is_verified=True, is_unchanged=True)])
    with pytest.raises(errors.SourceChanged):
        domain.require_unchanged([SourceNow(uuid4(), uuid4(), uuid4(), is_verified, is_unchanged)])


@pytest.mark.parametrize(
    ("state", "accepted", "reason"),
    [
        (None, {"VERIFIED"}, "LEARNER_UNKNOWN"),
        ("CONFLICT", {"VERIFIED", "CONFLICT"}, "IDENTITY_IN_CONFLICT"),
        ("UNVERIFIED", {"VERIFIED"}, "IDENTITY_NOT_VERIFIED"),
        ("", {"VERIFIED"}, "IDENTITY_NOT_VERIFIED"),
    ],
)
def test_identity_that_does_not_stand_stops_the_posting(state: str | None, accepted: set[str], reason: str) -> None:
    with pytest.raises(ServiceError) as refusal:
        domain.require_identity(state, accepted)
    assert refusal.value.reason == reason


def test_accepted_identity_passes() -> None:
    domain.require_identity("UNVERIFIED", {"VERIFIED", "UNVERIFIED"})


# ---- rules as data ----


def test_rule_that_begins_later_takes_over_on_its_day() -> None:
    later = policy_rule(RuleKey.SLA_DAYS, 15, version="2", effective_from=date(2026, 12, 1))
    book = PolicyBook((*POLICY_RULES, later))
    before, after = (
        CasePolicies(book, day).of_case(form="FORMAL", level="VOCATIONAL_CERTIFICATE")
        for day in (date(2026, 11, 30), date(2026, 12, 1))
    )
    assert (before.due_on, after.due_on) == (date(2026, 12, 30), date(2026, 12, 16))
    assert after.rules[0] == "SLA_DAYS R0 2 assumed"


def test_rule_of_another_form_is_never_borrowed_and_its_absence_is_said() -> None:
    outside = replace(THAI, form="NONFORMAL", point_hundredths=100)
    surroundings = around(sources={outside.entry_id: outside}, rules=[])
    [line] = opened(proposal(((outside,), "20000-1101")), surroundings).lines
    assert line.policy_rules == ("MIN_GRADE no announced rule",)
    assert (line.assessment.least_grade_hundredths, line.assessment.obstacle) == (None, None)
    formal = replace(outside, form="FORMAL")
    surroundings = around(sources={formal.entry_id: formal}, rules=[])
    [line] = opened(proposal(((formal,), "20000-1101")), surroundings).lines
    assert line.policy_rules == ("MIN_GRADE R0 1 assumed",)
    assert line.assessment.obstacle is RejectionReason.GRADE_TOO_LOW


def test_forms_and_levels_by_which_cases_are_judged() -> None:
    assert form_of(["FORMAL", "FORMAL"]) == "FORMAL"
    assert form_of(["FORMAL", "NONFORMAL"]) == "NONFORMAL"
    assert form_of(["NONFORMAL", "INFORMAL"]) == "INFORMAL"
    assert [level_of(code) for code in ("M6-OBEC", "PWC-2567", "PWS-2563", "M3-OBEC", "X")] == [
        "UPPER_SECONDARY",
        "VOCATIONAL_CERTIFICATE",
        "HIGHER_VOCATIONAL_CERTIFICATE",
        "LOWER_SECONDARY",
        "",
    ]


# ---- grounds ----


def of_college(entry: Source, **changes: Any) -> Source:
    return replace(entry, issuer_id=COLLEGE, **changes)


def refused(wanted: CaseProposal, surroundings: Surroundings) -> str:
    with pytest.raises(ServiceError) as refusal:
        opened(wanted, surroundings)
    return refusal.value.reason


def test_mode_change_needs_two_forms_of_study_here_and_results_of_here() -> None:
    mine = of_college(THAI)
    wanted = proposal(((mine,), "20000-1101"), ground=Ground.SAME_INSTITUTION_MODE_CHANGE, partnership_id=None)
    known = {mine.entry_id: mine}
    now, before = enrolment(COLLEGE, "PRIMARY", "NONFORMAL"), enrolment(COLLEGE, "PRIMARY", "FORMAL")
    before = replace(before, status="ENDED", valid_from=date(2025, 5, 16), valid_to=date(2026, 3, 31))
    assert opened(wanted, around(sources=known, enrolments={LEARNER: [before, now]})).partnership_version is None
    assert refused(wanted, around(sources=known, enrolments={LEARNER: [now]})) == "MODE_NOT_CHANGED"
    assert refused(wanted, around(sources=known, enrolments={LEARNER: [before]})) == "LEARNER_NOT_ENROLLED"
    elsewhere = proposal(THAI_LINE, ground=Ground.SAME_INSTITUTION_MODE_CHANGE, partnership_id=None)
    assert refused(elsewhere, around(enrolments={LEARNER: [before, now]})) == "ENTRY_UNKNOWN"


def test_dual_education_is_no_other_form_than_formal_study() -> None:
    here = [enrolment(COLLEGE, "PRIMARY", "FORMAL"), enrolment(COLLEGE, "PARTNER", "DUAL_EDUCATION")]
    wanted = proposal(THAI_LINE, ground=Ground.SAME_INSTITUTION_MODE_CHANGE, partnership_id=None)
    assert refused(wanted, around(enrolments={LEARNER: here})) == "MODE_NOT_CHANGED"


def test_prior_learning_needs_no_enrolment_but_something_that_ties() -> None:
    learned = replace(THAI, source_mode="RPL", form="INFORMAL")
    rpl = changed(COMMITTEE, mandates=frozenset({Mandate.RPL}))
    base = {
        "sources": {learned.entry_id: learned},
        "enrolments": {},
        "committees": {rpl.committee_id: rpl},
        "rules": [],
    }
    wanted = proposal(((learned,), "20000-1101"), ground=Ground.RPL, partnership_id=None)
    assert refused(wanted, around(**base)) == "GROUND_NOT_SHOWN"
    assert opened(wanted, around(**base, is_own_request=True)).lines[0].mode is TransferMode.RPL
    assert opened(wanted, around(**base, granted={LEARNER})).policy.form == "INFORMAL"
    mine = of_college(learned)
    assert opened(wanted, around(**(base | {"sources": {mine.entry_id: mine}})))
    studied = replace(learned, source_mode="STUDY")
    own = base | {"sources": {studied.entry_id: studied}, "is_own_request": True}
    assert refused(wanted, around(**own)) == "SOURCE_NOT_PRIOR_LEARNING"
    others = base | {"committees": {COMMITTEE.committee_id: COMMITTEE}, "is_own_request": True}
    assert refused(wanted, around(**others)) == "COMMITTEE_MANDATE_MISSING"


def test_what_was_awarded_by_a_transfer_is_no_source() -> None:
    circular = replace(THAI, is_transferred=True)
    assert refused(proposal(THAI_LINE), around(sources={THAI.entry_id: circular})) == "CIRCULAR_TRANSFER"
    with pytest.raises(errors.CircularTransfer):
        domain.require_unchanged([domain.SourceNow(THAI.entry_id, uuid4(), uuid4(), True, True, is_transferred=True)])


def test_committee_that_serves_the_agreement_has_the_case_when_none_is_named() -> None:
    unnamed = proposal(THAI_LINE, committee_id=None)
    serving = changed(PARTNERSHIP, committee_id=COMMITTEE.committee_id)
    known = {"partnerships": {serving.partnership_id: serving}}
    assert opened(unnamed, around(**known)).committee_id == COMMITTEE.committee_id
    over = changed(COMMITTEE, valid_to=date(2026, 11, 20))
    assert opened(unnamed, around(**known, committees={over.committee_id: over})).committee_id is None
    without = changed(PARTNERSHIP, committee_id=None)
    assert opened(unnamed, around(partnerships={without.partnership_id: without})).committee_id is None


# ---- what people are told ----


@pytest.mark.parametrize("package", [errors, transcript_errors])
def test_every_refusal_has_a_thai_sentence(package: ModuleType) -> None:
    known = Messages("credit_bank").reasons()
    reasons = {
        thing.reason for thing in vars(package).values() if isinstance(thing, type) and issubclass(thing, ServiceError)
    }
    assert reasons <= known, reasons - known
