"""Opening a case: whether its ground holds, what it rests on, and what the published rules say of each line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from credit_bank.catalogue.domain import (
    Course,
    CourseKey,
    EquivalenceRule,
    TransferMode,
    covers_hours,
    hours_share_pct,
)
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.ledger.errors import (
    CategoryUnknown,
    CourseAlreadyAwarded,
    EntryNotVerified,
    EntryUnknown,
    QualificationUnknown,
    UnitMismatch,
)
from credit_bank.partnerships.domain import Committee, Partnership
from credit_bank.partnerships.errors import CommitteeUnknown
from credit_bank.people.domain import Enrolment
from credit_bank.qualifications.domain import Qualification, QualificationKey, category_for
from credit_bank.qualifications.rules import CATEGORY_WITHIN
from credit_bank.transfers import errors
from credit_bank.transfers.domain import Applicant, Ground, RejectionReason, require_mandate, require_valid


@dataclass(frozen=True, slots=True)
class LineProposal:
    """Source entries proposed for a target course."""

    source_entry_ids: tuple[UUID, ...]
    target: CourseKey


@dataclass(frozen=True, slots=True)
class CaseProposal:
    """A case as the college enters it on the learner's dated request."""

    learner_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID
    requested_on: date
    requested_by: Applicant
    qualification_code: str
    qualification_version: str
    lines: tuple[LineProposal, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A result of the learner as it counts in a case.

    Attributes:
        entry_root_id: The result whichever its version; claims rest on it.
        hours_total: Hours of its course; None when unknown, never guessed.
        point_hundredths: Grade points in 1/100; None for a code that is no number.
        is_verified: Verified and not superseded by a newer version.
    """

    entry_id: UUID
    entry_root_id: UUID
    version: int
    learner_id: UUID
    issuer_id: UUID
    course: CourseKey
    hours_total: int | None
    point_hundredths: int | None
    is_verified: bool


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of an earlier case of the learner at the same institution, whatever became of it.

    Attributes:
        is_live: Proposed, accepted or posted: it still holds its target course in the account.
    """

    case_id: UUID
    requested_on: date
    qualification_code: str
    qualification_version: str
    target: CourseKey
    source_entry_ids: frozenset[UUID]
    is_live: bool


@dataclass(frozen=True, slots=True)
class Assessment:
    """What the rules say about a line before people judge it.

    Attributes:
        rule: The published rule that covers it; None: no rule, which the case says.
        least_grade_hundredths: Least grade points that applied, in 1/100: the rule's, or R9 where there is no rule.
        hours_pct: Share of target hours covered, percent; None when hours are unknown.
        obstacle: Why a committee may not accept it; None: it may.
    """

    rule: EquivalenceRule | None
    mode: TransferMode
    least_grade_hundredths: int
    hours_pct: int | None
    obstacle: RejectionReason | None


def find_rule(
    rules: Iterable[EquivalenceRule], sources: Sequence[Source], target: CourseKey, *, on: date
) -> EquivalenceRule | None:
    """The published rule in force on a day that covers exactly these sources for this target.

    Exactly: a source more than a group names would be claimed for nothing. Of several the institution's own rule comes
    before an agency's, and of those the newest version.
    """
    courses = frozenset(source.course for source in sources)
    if len(courses) != len(sources):
        return None
    fitting = [
        rule
        for rule in rules
        if rule.facts.target == target and courses in rule.facts.source_groups and rule.is_in_force_on(on)
    ]
    return max(
        fitting,
        key=lambda rule: (
            rule.owner_institution_id is not None,
            rule.facts.version,
            rule.valid_from or date.min,
            rule.rule_id.int,
        ),
        default=None,
    )


def hours_of(sources: Iterable[Source], target: Course) -> tuple[int, int] | None:
    """Hours of the sources and of the target; None when any is unknown, as hours are never guessed."""
    hours = [source.hours_total for source in sources]
    known = [value for value in hours if value is not None]
    if target.facts.hours_total is None or len(known) != len(hours):
        return None
    return sum(known), target.facts.hours_total


def assess(
    rules: Iterable[EquivalenceRule],
    sources: Sequence[Source],
    target: Course,
    *,
    on: date,
    least_grades: Mapping[str, int],
) -> Assessment:
    """What the published rules say about a line on the day of submission.

    Args:
        rules: Published rules; others than those for `target` do not matter.
        sources: The supporting results.
        target: The course asked for.
        on: Day of submission, whose rules hold for the whole case.
        least_grades: Least grade points by unit, in 1/100, for a line without a rule (R9).

    Source: credit-bank.md c.4 I8, d.1 R9, d.5.
    """
    rule = find_rule(rules, sources, target.key, on=on)
    least = rule.facts.min_grade_hundredths if rule else least_grades.get(target.facts.unit or "", 0)
    hours = hours_of(sources, target)
    obstacle: RejectionReason | None = None
    # A code that is no number, such as ผ, reaches no least grade above zero.
    if any((source.point_hundredths or 0) < least for source in sources):
        obstacle = RejectionReason.GRADE_TOO_LOW
    elif (
        rule is not None
        and rule.facts.min_hours_pct is not None
        and (hours is None or not covers_hours(*hours, min_hours_pct=rule.facts.min_hours_pct))
    ):
        obstacle = RejectionReason.HOURS_INSUFFICIENT
    return Assessment(
        rule=rule,
        mode=rule.facts.mode if rule else usual_mode(sources, target),
        least_grade_hundredths=least,
        hours_pct=None if hours is None else hours_share_pct(*hours),
        obstacle=obstacle,
    )


def usual_mode(sources: Iterable[Source], target: Course) -> TransferMode:
    """How a line without a rule would be carried over, which says whose mandate it needs.

    Source: credit-bank.md a: transfer is between comparable curricula, equating from another curriculum or level type.
    """
    is_same = all(source.course.code_system == target.key.code_system for source in sources)
    return TransferMode.TRANSFER if is_same else TransferMode.EQUATE


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that may be submitted.

    Attributes:
        category: Category of the qualification in which its credits will count.
    """

    line_id: UUID
    sources: tuple[Source, ...]
    target: Course
    category: str
    assessment: Assessment


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that may be submitted.

    Attributes:
        due_on: Day by which it should be decided.
    """

    case_id: UUID
    institution_id: UUID
    proposal: CaseProposal
    due_on: date
    lines: tuple[NewLine, ...]


@dataclass(slots=True)
class Surroundings:
    """What stands around the cases of one call, read once for all of them under the learners' locks.

    Known lines grow while the cases are opened one after the other, so that a case sees what the cases before it in the
    same call have asked for.

    Attributes:
        on: Day of submission.
        institution_id: The receiving institution.
        qualifications: By code and version.
        enrolments: Of each learner, on that day.
        rules: Published rules for the targets asked for.
        awarded: Courses already awarded, by learner, qualification code and version, in accounts of the institution.
        known_lines: Lines of earlier cases at the institution, by learner.
        least_grades: R9: least grade points by unit, in 1/100.
        sla_days: R12: days for a decision.
    """

    on: date
    institution_id: UUID
    qualifications: Mapping[QualificationKey, Qualification]
    committees: Mapping[UUID, Committee]
    partnerships: Mapping[UUID, Partnership]
    enrolments: Mapping[UUID, Sequence[Enrolment]]
    sources: Mapping[UUID, Source]
    targets: Mapping[CourseKey, Course]
    rules: Sequence[EquivalenceRule]
    awarded: Collection[tuple[UUID, str, str, CourseKey]]
    known_lines: dict[UUID, list[KnownLine]]
    least_grades: Mapping[str, int]
    sla_days: int

    def remember(self, case: NewCase) -> None:
        """Let the following cases of the call see what this one takes."""
        proposal = case.proposal
        for line in case.lines:
            self.known_lines.setdefault(proposal.learner_id, []).append(
                KnownLine(
                    case_id=case.case_id,
                    requested_on=proposal.requested_on,
                    qualification_code=proposal.qualification_code,
                    qualification_version=proposal.qualification_version,
                    target=line.target.key,
                    source_entry_ids=frozenset(source.entry_id for source in line.sources),
                    is_live=True,
                )
            )


def known_case(proposal: CaseProposal, known_lines: Iterable[KnownLine]) -> UUID | None:
    """The earlier case that is this very request: same day of request, qualification, targets and sources.

    Request ids are forgotten after some days; a file or a run that is sent again much later still opens nothing twice.
    """
    wanted = {(line.target, frozenset(line.source_entry_ids)) for line in proposal.lines}
    earlier: dict[UUID, set[tuple[CourseKey, frozenset[UUID]]]] = {}
    for line in known_lines:
        if (line.requested_on, line.qualification_code, line.qualification_version) == (
            proposal.requested_on,
            proposal.qualification_code,
            proposal.qualification_version,
        ):
            earlier.setdefault(line.case_id, set()).add((line.target, line.source_entry_ids))
    return next((case_id for case_id in sorted(earlier) if earlier[case_id] == wanted), None)


def open_case(proposal: CaseProposal, around: Surroundings, *, case_id: UUID, line_ids: Iterable[UUID]) -> NewCase:
    """A case that may be submitted, with what the rules say of each line.

    A line that its rule does not allow is submitted all the same: the learner is owed a decision with a reason. It can
    only be rejected.

    Args:
        proposal: What the college entered.
        around: What the ledger and the registers say, under the learner's lock.
        case_id: Id for the new case.
        line_ids: As many ids as lines.

    Raises:
        QualificationUnknown: It is not published.
        CommitteeUnknown: It does not belong to the institution.
        CommitteeNotValid: The day is outside its period.
        CommitteeMandateMissing: It may not decide a line's mode.
        PartnershipNotActive: The institution is no party of the agreement, or it is not in force on that day.
        LearnerNotEnrolled: No enrolment ties the learner to the ground.
        EntryUnknown: A source is not a result of this learner that the ground reaches.
        EntryNotVerified: A source is not verified, or a newer version exists.
        CourseUnknown, TargetWithoutCredits, UnitMismatch, LevelMismatch, CategoryUnknown: The target does not fit the
            qualification.
        CourseAlreadyAwarded, CourseAlreadyRequested: The account has the target course, or an open line asks for it.

    Source: credit-bank.md c.2, c.4 I5, I6, I9; claims (I3, I4) are the ledger's.
    """
    qualification = around.qualifications.get((proposal.qualification_code, proposal.qualification_version))
    if qualification is None:
        raise QualificationUnknown(qualification=proposal.qualification_code, version=proposal.qualification_version)
    committee = around.committees.get(proposal.committee_id)
    if committee is None or committee.facts.institution_id != around.institution_id:
        raise CommitteeUnknown(committee_id=proposal.committee_id)
    require_valid(committee, around.on)
    reachable = _reachable_issuers(proposal, around)
    lines: list[NewLine] = []
    for line, line_id in zip(proposal.lines, line_ids, strict=True):
        sources = _check_sources(line, proposal.learner_id, around, reachable=reachable)
        target, category = _check_target(line, around, qualification)
        assessment = assess(around.rules, sources, target, on=around.on, least_grades=around.least_grades)
        lines.append(NewLine(line_id, sources, target, category, assessment))
    require_mandate(committee, {line.assessment.mode for line in lines})
    _check_targets(proposal, lines, around)
    return NewCase(case_id, around.institution_id, proposal, around.on + timedelta(days=around.sla_days), tuple(lines))


def _reachable_issuers(proposal: CaseProposal, around: Surroundings) -> frozenset[UUID] | None:
    """Whose results the ground reaches; None: any issuer's."""
    here = around.institution_id
    partnership = around.partnerships.get(proposal.partnership_id) if proposal.partnership_id else None
    if proposal.ground is Ground.PARTNERSHIP and (
        partnership is None
        or here not in partnership.facts.party_institution_ids
        or not partnership.is_active_on(around.on)
    ):
        raise errors.PartnershipNotActive
    enrolments = around.enrolments.get(proposal.learner_id, ())
    if not is_tied(proposal, around.partnerships, enrolments, institution_id=here):
        raise errors.LearnerNotEnrolled
    return None if partnership is None else frozenset(partnership.facts.party_institution_ids)


def is_tied(
    proposal: CaseProposal,
    partnerships: Mapping[UUID, Partnership],
    enrolments: Iterable[Enrolment],
    *,
    institution_id: UUID,
) -> bool:
    """Whether the learner's enrolments of the day bear the ground of a case."""
    if proposal.ground is Ground.ADMISSION:
        return any(enrolment.institution_id == institution_id for enrolment in enrolments)
    partnership = partnerships.get(proposal.partnership_id) if proposal.partnership_id else None
    return partnership is not None and covers(partnership, enrolments, institution_id=institution_id)


def covers(partnership: Partnership, enrolments: Iterable[Enrolment], *, institution_id: UUID) -> bool:
    """Whether an agreement concerns a learner: enrolled here as a partner's learner, or in dual education at a party.

    An open case lets the institution read the learner's results, so an agreement with a school does not reach every
    learner of that school.
    """
    return any(
        (enrolment.institution_id == institution_id and enrolment.role in ("PARTNER", "SHORT_COURSE"))
        or (
            enrolment.institution_id != institution_id
            and enrolment.institution_id in partnership.facts.party_institution_ids
            and enrolment.delivery_system == "DUAL_EDUCATION"
        )
        for enrolment in enrolments
    )


def _check_sources(
    line: LineProposal, learner_id: UUID, around: Surroundings, *, reachable: frozenset[UUID] | None
) -> tuple[Source, ...]:
    sources: list[Source] = []
    for entry_id in line.source_entry_ids:
        source = around.sources.get(entry_id)
        # What the ground does not reach does not exist for the caller: one answer for all of these.
        if (
            source is None
            or source.learner_id != learner_id
            or (reachable is not None and source.issuer_id not in reachable)
        ):
            raise EntryUnknown(entry_id=entry_id)
        if not source.is_verified:
            raise EntryNotVerified(entry_id=entry_id)
        sources.append(source)
    return tuple(sources)


_OVEC_LEVELS = {"2": "PWC", "3": "PWS"}
"""First digit of an OVEC course code and the qualification it belongs to: ปวช. and ปวส. (CB e.2)."""


def _check_target(line: LineProposal, around: Surroundings, qualification: Qualification) -> tuple[Course, str]:
    target = around.targets.get(line.target)
    if target is None:
        raise CourseUnknown(code=line.target.code, curriculum_version=line.target.curriculum_version)
    code, facts = target.key.code, target.facts
    if facts.credit_hundredths is None:
        raise errors.TargetWithoutCredits(code=code)
    if facts.unit != qualification.unit:
        raise UnitMismatch(code=code, unit=facts.unit, qualification_unit=qualification.unit)
    level = _OVEC_LEVELS.get(code[:1]) if target.key.code_system == "OVEC" else None
    if level is not None and not qualification.code.startswith(level):
        raise errors.LevelMismatch(code=code, qualification=qualification.code)
    category = category_for(qualification, facts.category, within=CATEGORY_WITHIN)
    if category is None:
        raise CategoryUnknown(code=code, category=facts.category, qualification=qualification.code)
    return target, category


def _check_targets(proposal: CaseProposal, lines: Sequence[NewLine], around: Surroundings) -> None:
    version = (proposal.qualification_code, proposal.qualification_version)
    held = {
        line.target
        for line in around.known_lines.get(proposal.learner_id, ())
        if line.is_live and (line.qualification_code, line.qualification_version) == version
    }
    for line in lines:
        key = line.target.key
        if (proposal.learner_id, *version, key) in around.awarded:
            raise CourseAlreadyAwarded(code=key.code)
        if key in held:
            raise errors.CourseAlreadyRequested(code=key.code)
        held.add(key)
