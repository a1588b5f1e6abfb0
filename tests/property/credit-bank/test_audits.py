"""What is missing for M.6 and ปวช., held against sums counted otherwise, for the structures that are shipped (CB c.6).

The same facts go to both audits, as of a learner in dual education. Whatever the facts: an audit says exactly what a
plain sum says, never passes with a gap, never forgets what was there when something is added, and does not depend on
order; and double completion is both and nothing less.
"""

from dataclasses import replace
from decimal import Decimal
from random import Random
from uuid import uuid4

from credit_bank.averages.domain import AveragePolicy, GradedRow, RetakePolicy, Rounding
from credit_bank.awarding.auditing import AuditReport, Target, is_double_completion
from credit_bank.awarding.domain import Audit, AuditFacts, AwardFact, PassFact, audit
from credit_bank.catalogue.domain import CodeSystem, CourseKey
from credit_bank.qualifications.conditions import (
    ActivityNeeded,
    AssessmentNeeded,
    AverageNeeded,
    CategoryCredits,
    ResidenceNeeded,
    TotalCredits,
)
from credit_bank.qualifications.domain import Qualification
from credit_bank.qualifications.structures import shipped_qualifications
from hypothesis import given
from hypothesis import strategies as st

SHIPPED = {one.code: one for one in shipped_qualifications()}
M6, PWC = SHIPPED["M6-OBEC"], SHIPPED["PWC-2562"]
TERMS = frozenset({(2567, 1), (2567, 2), (2568, 1), (2568, 2), (2569, 1), (2569, 2)})
PARTS = {
    M6.code: (("BASIC", "BASIC"), ("ADDITIONAL", "ADDITIONAL")),
    PWC.code: (
        ("CORE", "CORE"),
        ("VOC", "VOC_BASIC"),
        ("VOC", "VOC_SPECIFIC"),
        ("VOC", "VOC_ELECTIVE"),
        ("VOC", "PRACTICUM"),
        ("VOC", "PROJECT"),
        ("FREE", "FREE"),
    ),
}
"""Category of the qualification, and of the course."""
MINIMA = {
    M6.code: {"BASIC": 4100, "ADDITIONAL": 3600},
    PWC.code: {
        "CORE": 2200,
        "VOC_BASIC": 2100,
        "VOC_SPECIFIC": 2400,
        "VOC_ELECTIVE": 1800,
        "PRACTICUM": 400,
        "PROJECT": 400,
        "FREE": 1000,
    },
}
"""Source: credit-bank.md d.2 S2 and d.3, written down here once more."""

ANNOUNCED = {("FORMAL", ""): AveragePolicy(Rounding.TRUNCATE, RetakePolicy.ALL, "1", "assumed", "tests")}


def award(qualification: Qualification, part: tuple[str, str], hundredths: int) -> AwardFact:
    system = CodeSystem.OBEC if qualification.unit == "CR_OBEC" else CodeSystem.OVEC
    key = CourseKey(system, str(uuid4()), "tests", None)
    return AwardFact(key, part[0], part[1], qualification.unit, hundredths, (uuid4(),))


def complete(qualification: Qualification) -> AuditFacts:
    """Everything that is asked for and nothing more."""
    awards = tuple(
        award(qualification, part, MINIMA[qualification.code][part[1]]) for part in PARTS[qualification.code]
    )
    rows = tuple(GradedRow(one.course, one.unit, one.hundredths, 200, True, 2567, 1, 1, "school") for one in awards)
    kinds = {
        condition.kind
        for condition in qualification.all_conditions
        if isinstance(condition, AssessmentNeeded | ActivityNeeded)
    }
    passes = tuple(
        PassFact(frozenset({kind}), year_be, term, 1, True, uuid4())
        for kind in sorted(kinds)
        for year_be, term in TERMS
    )
    return AuditFacts(awards, rows, passes, study_terms=6, ended_terms=TERMS, policies=ANNOUNCED)


def report(qualification: Qualification, found: Audit) -> AuditReport:
    target = Target(qualification.code, qualification.version, uuid4())
    return AuditReport(target, qualification, found, "OPEN", (), 0)


def together(*facts: AuditFacts) -> AuditFacts:
    """Facts of one learner: what both qualifications rest on, in one."""
    return AuditFacts(
        tuple(one for each in facts for one in each.awards),
        tuple(one for each in facts for one in each.rows),
        tuple(one for each in facts for one in each.passes),
        study_terms=6,
        ended_terms=TERMS,
        policies=ANNOUNCED,
    )


both = st.sampled_from([M6, PWC])
amounts = st.integers(0, 12).map(lambda steps: steps * 100)


@st.composite
def facts_of(draw: st.DrawFn) -> AuditFacts:
    """Parts of what both ask for, some of it too little, and results that are no numbers."""
    awards: list[AwardFact] = []
    for qualification in (M6, PWC):
        for part in PARTS[qualification.code]:
            least = MINIMA[qualification.code][part[1]]
            amount = draw(st.sampled_from([0, least - 100, least, least + 300]))
            awards += [award(qualification, part, amount)] if amount else []
    rows = tuple(
        GradedRow(one.course, one.unit, one.hundredths, draw(st.sampled_from([100, 200, 350])), True, 2567, 1, 1, "x")
        for one in awards
    )
    passes = tuple(
        one for one in (*complete(M6).passes, *complete(PWC).passes) if draw(st.integers(0, 9)) or one.term == 2
    )
    terms = draw(st.integers(0, 6))
    return AuditFacts(tuple(awards), rows, passes, study_terms=terms, ended_terms=TERMS, policies=ANNOUNCED)


@given(facts_of(), both)
def test_every_condition_says_what_a_plain_sum_says(facts: AuditFacts, qualification: Qualification) -> None:
    found = {one.code: one for one in audit(qualification, facts).findings}
    for condition in qualification.all_conditions:
        if condition.only_for:
            assert condition.code not in found
            continue
        told = found[condition.code]
        mine = [one for one in facts.awards if one.unit == qualification.unit]
        if isinstance(condition, TotalCredits | CategoryCredits):
            if isinstance(condition, CategoryCredits):
                mine = [one for one in mine if condition.category in (one.category, one.course_category)]
            have = sum(one.hundredths for one in mine)
            assert Decimal(told.have) * 100 == have
            assert told.is_met == (have >= condition.min_hundredths)
            assert Decimal(told.missing or 0) * 100 == max(condition.min_hundredths - have, 0)
        elif isinstance(condition, AverageNeeded):
            rows = [one for one in facts.rows if one.unit == qualification.unit]
            points = sum(one.credit_hundredths * (one.point_hundredths or 0) for one in rows)
            weight = sum(one.credit_hundredths for one in rows)
            assert told.is_met == (weight > 0 and points >= condition.min_hundredths * weight)
        elif isinstance(condition, ResidenceNeeded):
            assert told.is_met == (facts.study_terms >= condition.min_terms)
        elif isinstance(condition, AssessmentNeeded | ActivityNeeded):
            wanted = {(year,) for year, _ in TERMS} if str(condition.period) == "YEAR" else set(TERMS)
            there = {
                (one.year_be,) if str(condition.period) == "YEAR" else (one.year_be, one.term)
                for one in facts.passes
                if condition.kind in one.kinds
            }
            assert told.is_met == (wanted <= there)


@given(both, st.integers(0, 10_000))
def test_whatever_is_taken_away_from_the_least_that_passes_is_missed(qualification: Qualification, seed: int) -> None:
    whole = complete(qualification)
    assert audit(qualification, whole).is_passed
    dice = Random(seed)  # noqa: S311  # which one is taken is no secret
    less = dice.choice(
        [
            replace(whole, awards=tuple(dice.sample(whole.awards, len(whole.awards) - 1))),
            replace(whole, passes=()),
            replace(whole, rows=tuple(replace(one, point_hundredths=199) for one in whole.rows), study_terms=0),
        ]
    )
    assert not audit(qualification, less).is_passed


@given(facts_of(), both, amounts)
def test_more_never_takes_anything_away(facts: AuditFacts, qualification: Qualification, amount: int) -> None:
    more = replace(
        facts,
        awards=(*facts.awards, *(award(qualification, part, amount) for part in PARTS[qualification.code] if amount)),
    )
    before, after = ({one.code for one in audit(qualification, some).findings if one.is_met} for some in (facts, more))
    assert before <= after


@given(facts_of(), both, st.integers(0, 1000))
def test_order_does_not_matter(facts: AuditFacts, qualification: Qualification, seed: int) -> None:
    dice = Random(seed)  # noqa: S311  # an order, not a secret
    mixed = replace(
        facts,
        awards=tuple(dice.sample(facts.awards, len(facts.awards))),
        rows=tuple(dice.sample(facts.rows, len(facts.rows))),
        passes=tuple(dice.sample(facts.passes, len(facts.passes))),
    )
    assert audit(qualification, mixed) == audit(qualification, facts)


@given(st.booleans(), st.booleans())
def test_double_completion_is_both_and_nothing_less(has_m6: bool, has_pwc: bool) -> None:  # drawn
    """One learner, one set of facts: credits of one unit never help the other qualification."""
    facts = together(*[complete(one) for one, is_there in ((M6, has_m6), (PWC, has_pwc)) if is_there])
    reports = [report(one, audit(one, facts)) for one in (M6, PWC)]
    assert [one.audit.is_passed for one in reports] == [has_m6, has_pwc]
    assert is_double_completion(reports) == (has_m6 and has_pwc)
    assert not is_double_completion(reports[:1]), "one qualification alone is no double completion"
