"""Opening a case: whether its ground holds, what it rests on, and what the published rules say of each line. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credit_bank.catalogue.domain import Course
from credit_bank.catalogue.errors import CourseUnknown
from credit_bank.catalogue.keys import CourseKey
from credit_bank.equivalences.domain import EquivalenceRule, TransferMode
from credit_bank.equivalences.judging import Assessment, assess
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
from credit_bank.rules.domain import RuleKey
from credit_bank.transfers import errors
from credit_bank.transfers.domain import Applicant, Ground, require_mandate, require_valid
from credit_bank.transfers.grounds import Standing, require_ground, require_named, require_prior_learning
from credit_bank.transfers.policy import CasePolicies, CasePolicy, figure, form_of, level_of, named


@dataclass(frozen=True, slots=True)
class LineProposal:
    """Source entries proposed for a target course."""

    source_entry_ids: tuple[UUID, ...]
    target: CourseKey


@dataclass(frozen=True, slots=True)
class CaseProposal:
    """A case on the learner's or guardian's dated request.

    Attributes:
        committee_id: None: the one that serves the partnership, else one that is named later.
    """

    learner_id: UUID
    ground: Ground
    partnership_id: UUID | None
    committee_id: UUID | None
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
        form: Form of education in which it was learned, whose rules judge it.
        source_mode: How it was earned, such as `STUDY` or `RPL`.
        is_transferred: Its issuer awarded its course by a transfer, so that it is no root (CB-I10).
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
    form: str = "FORMAL"
    source_mode: str = "STUDY"
    is_transferred: bool = False


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
class NewLine:
    """A line that may be submitted.

    Attributes:
        category: Category of the qualification in which its credits will count.
        mode: How it is carried over, which says whose mandate it needs.
        policy_rules: Policy rules by which it is judged, with version and status.
    """

    line_id: UUID
    sources: tuple[Source, ...]
    target: Course
    category: str
    assessment: Assessment
    mode: TransferMode
    policy_rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case that may be submitted.

    Attributes:
        committee_id: None until somebody names one.
        partnership_version: Under which version of the agreement it finishes.
    """

    case_id: UUID
    institution_id: UUID
    proposal: CaseProposal
    committee_id: UUID | None
    partnership_version: int | None
    policy: CasePolicy
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
        enrolments: Of each learner, whenever.
        granted: Learners who let the institution read their results.
        is_own_request: The learner himself submits.
        rules: Published rules for the targets asked for.
        awarded: Courses already awarded, by learner, qualification code and version, in accounts of the institution.
        known_lines: Lines of earlier cases at the institution, by learner; records of one person share theirs.
        policies: Policy rules in force on that day.
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
    policies: CasePolicies
    granted: Collection[UUID] = frozenset()
    is_own_request: bool = False

    def standing(self, learner_id: UUID) -> Standing:
        """What ties a learner to the institution."""
        return Standing(
            institution_id=self.institution_id,
            on=self.on,
            enrolments=self.enrolments.get(learner_id, ()),
            is_own_request=self.is_own_request,
            has_grant=learner_id in self.granted,
        )

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
        PartnershipNotActive, LearnerNotEnrolled, ModeNotChanged, GroundNotShown: The ground does not hold.
        CourseNotInAgreement: The agreement names its courses, and neither target nor sources are among them.
        CircularTransfer: A source was itself awarded by a transfer.
        SourceNotPriorLearning: The ground is prior learning, and a source is something else.
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
    partnership = around.partnerships.get(proposal.partnership_id) if proposal.partnership_id else None
    standing = around.standing(proposal.learner_id)
    reachable = require_ground(proposal.ground, standing, partnership)
    level = str(qualification.level or level_of(qualification.code))
    lines: list[NewLine] = []
    for line, line_id in zip(proposal.lines, line_ids, strict=True):
        sources = _check_sources(line, proposal, around, reachable=reachable)
        target, category = _check_target(line, around, qualification)
        require_named(partnership, (source.course for source in sources), target.key)
        lines.append(_line(line_id, sources, (target, category), around, ground=proposal.ground, level=level))
    if proposal.ground is Ground.RPL:
        require_prior_learning(standing, (source.issuer_id for line in lines for source in line.sources))
    committee_id = _committee(proposal, partnership, {line.mode for line in lines}, around)
    _check_targets(proposal, lines, around)
    form = form_of(source.form for line in lines for source in line.sources)
    return NewCase(
        case_id=case_id,
        institution_id=around.institution_id,
        proposal=proposal,
        committee_id=committee_id,
        partnership_version=None if partnership is None else partnership.version,
        policy=around.policies.of_case(form=form, level=level),
        lines=tuple(lines),
    )


def _line(
    line_id: UUID,
    sources: tuple[Source, ...],
    placed: tuple[Course, str],
    around: Surroundings,
    *,
    ground: Ground,
    level: str,
) -> NewLine:
    """What the rules say of one line; prior learning keeps its mode whatever rule covers it."""
    target, category = placed
    policy = around.policies.rule(RuleKey.MIN_GRADE, form=form_of(source.form for source in sources), level=level)
    assessment = assess(around.rules, sources, target, on=around.on, least_grade=figure(policy))
    mode = TransferMode.RPL if ground is Ground.RPL else assessment.mode
    rules = () if assessment.rule else (named(RuleKey.MIN_GRADE, policy),)
    return NewLine(line_id, sources, target, category, assessment, mode, rules)


def _committee(
    proposal: CaseProposal, partnership: Partnership | None, modes: Collection[TransferMode], around: Surroundings
) -> UUID | None:
    """The committee that is named, or the one that serves the agreement where it may decide here; None: not yet."""
    if proposal.committee_id is not None:
        committee = around.committees.get(proposal.committee_id)
        if committee is None or committee.facts.institution_id != around.institution_id:
            raise CommitteeUnknown(committee_id=proposal.committee_id)
        require_valid(committee, around.on)
        require_mandate(committee, modes)
        return committee.committee_id
    serving = partnership.facts.committee_id if partnership else None
    committee = around.committees.get(serving) if serving else None
    if committee is None or committee.facts.institution_id != around.institution_id:
        return None
    try:
        require_valid(committee, around.on)
        require_mandate(committee, modes)
    except (errors.CommitteeNotValid, errors.CommitteeMandateMissing):
        return None
    return committee.committee_id


def _check_sources(
    line: LineProposal, proposal: CaseProposal, around: Surroundings, *, reachable: frozenset[UUID] | None
) -> tuple[Source, ...]:
    sources: list[Source] = []
    for entry_id in line.source_entry_ids:
        source = around.sources.get(entry_id)
        # What the ground does not reach does not exist for the caller: one answer for all of these.
        if (
            source is None
            or source.learner_id != proposal.learner_id
            or (reachable is not None and source.issuer_id not in reachable)
        ):
            raise EntryUnknown(entry_id=entry_id)
        if not source.is_verified:
            raise EntryNotVerified(entry_id=entry_id)
        if source.is_transferred:
            raise errors.CircularTransfer(entry_id=entry_id)
        if proposal.ground is Ground.RPL and source.source_mode != "RPL":
            raise errors.SourceNotPriorLearning(entry_id=entry_id)
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
