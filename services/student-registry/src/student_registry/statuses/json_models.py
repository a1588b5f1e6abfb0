"""JSON shapes of statuses."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from student_registry.codes import Code
from student_registry.json_models import Input, ProvenanceJson
from student_registry.limits import ITEMS_MAX
from student_registry.statuses.domain import (
    ActivityInput,
    ActivityStatement,
    LearnerStatus,
    NeetState,
    OutsideActivity,
    Statement,
    StatusInput,
    StatusKind,
    StatusReason,
    StatusRules,
    StatusWithdrawal,
)
from student_registry.statuses.store import LearnerByStatus
from student_registry.statuses.use_cases import StatusHistory

CodeText = Annotated[str, Field(max_length=60)]


class StatusInputJson(Input):
    """A statement to record."""

    learner_id: UUID
    status: LearnerStatus
    reason_code: Annotated[CodeText, Field(examples=["FAMILY_WORK"])] = ""
    valid_from: date
    confirmed_on: date
    provenance: ProvenanceJson

    def to_domain(self) -> StatusInput:
        """As the use case knows it."""
        return StatusInput(
            learner_id=self.learner_id,
            status=self.status,
            reason_code=self.reason_code,
            valid_from=self.valid_from,
            confirmed_on=self.confirmed_on,
            provenance=self.provenance.to_domain(),
        )


class RecordStatusesBody(Input):
    """Statements to record."""

    statuses: Annotated[list[StatusInputJson], Field(min_length=1, max_length=ITEMS_MAX)]


class WithdrawalJson(Input):
    """A statement that was wrong."""

    learner_status_id: UUID
    confirmed_on: date
    provenance: ProvenanceJson

    def to_domain(self) -> StatusWithdrawal:
        """As the use case knows it."""
        return StatusWithdrawal(self.learner_status_id, self.confirmed_on, self.provenance.to_domain())


class WithdrawStatusesBody(Input):
    """Statements to take back."""

    withdrawals: Annotated[list[WithdrawalJson], Field(min_length=1, max_length=ITEMS_MAX)]


class ActivityInputJson(Input):
    """What a learner does outside school."""

    learner_id: UUID
    activity: OutsideActivity
    valid_from: date
    confirmed_on: date
    provenance: ProvenanceJson

    def to_domain(self) -> ActivityInput:
        """As the use case knows it."""
        return ActivityInput(
            self.learner_id, self.activity, self.valid_from, self.confirmed_on, self.provenance.to_domain()
        )


class RecordActivitiesBody(Input):
    """Activities outside school to record."""

    activities: Annotated[list[ActivityInputJson], Field(min_length=1, max_length=ITEMS_MAX)]


class StatementJson(BaseModel):
    """A statement as kept; without a status it takes back another."""

    learner_status_id: UUID
    learner_id: UUID
    status: LearnerStatus | None
    reason_code: str
    valid_from: date
    confirmed_on: date
    stated_by_institution_id: UUID
    withdraws_learner_status_id: UUID | None
    is_withdrawn: bool
    recorded_at: datetime
    provenance: ProvenanceJson

    @classmethod
    def of(cls, statement: Statement, *, is_withdrawn: bool = False) -> StatementJson:
        """As shown."""
        return cls(
            learner_status_id=statement.learner_status_id,
            learner_id=statement.learner_id,
            status=statement.status,
            reason_code=statement.reason_code,
            valid_from=statement.valid_from,
            confirmed_on=statement.confirmed_on,
            stated_by_institution_id=statement.stated_by_institution_id,
            withdraws_learner_status_id=statement.withdraws,
            is_withdrawn=is_withdrawn,
            recorded_at=statement.recorded_at,
            provenance=ProvenanceJson.of(statement.provenance),
        )


class LearnerByStatusJson(BaseModel):
    """A learner with the statement that holds, and the institution that answers for him."""

    statement: StatementJson
    institution_id: UUID
    grade_label: str
    classroom: str

    @classmethod
    def of(cls, item: LearnerByStatus) -> LearnerByStatusJson:
        """As shown."""
        return cls(
            statement=StatementJson.of(item.statement),
            institution_id=item.institution_id,
            grade_label=item.grade_label,
            classroom=item.classroom,
        )


class LearnersByStatus(BaseModel):
    """A page of learners by Thai name; no token: the last page."""

    learners: list[LearnerByStatusJson]
    next_page_token: str | None
    total: int


class ActivityJson(BaseModel):
    """An activity outside school as kept."""

    outside_activity_id: UUID
    activity: OutsideActivity
    valid_from: date
    confirmed_on: date
    stated_by_institution_id: UUID
    recorded_at: datetime
    provenance: ProvenanceJson

    @classmethod
    def of(cls, item: ActivityStatement) -> ActivityJson:
        """As shown."""
        return cls(
            outside_activity_id=item.outside_activity_id,
            activity=item.activity,
            valid_from=item.valid_from,
            confirmed_on=item.confirmed_on,
            stated_by_institution_id=item.stated_by_institution_id,
            recorded_at=item.recorded_at,
            provenance=ProvenanceJson.of(item.provenance),
        )


class StatusHistoryJson(BaseModel):
    """Everything that was stated about one learner, newest first."""

    statements: list[StatementJson]
    activities: list[ActivityJson]

    @classmethod
    def of(cls, history: StatusHistory) -> StatusHistoryJson:
        """As shown."""
        return cls(
            statements=[
                StatementJson.of(item, is_withdrawn=item.learner_status_id in history.withdrawn)
                for item in history.statements
            ],
            activities=[ActivityJson.of(item) for item in history.activities],
        )


class NeetJson(BaseModel):
    """Whether one learner is neither in education nor in work nor in training on the day."""

    learner_id: UUID
    state: NeetState


class NeetQuery(Input):
    """For whom to compute it."""

    learner_ids: Annotated[list[UUID], Field(min_length=1, max_length=ITEMS_MAX)]
    on_date: date | None = None


class NeetAnswer(BaseModel):
    """The states of the learners that exist for the caller."""

    learners: list[NeetJson]


class StatusKindJson(BaseModel):
    """One status of the list."""

    status: LearnerStatus
    name_th: str
    needs_reason: bool
    default_reason_code: str | None = Field(
        description="The reason of a statement that says none.", examples=["ENROLLED"]
    )
    is_out_of_education: bool
    may_become: list[LearnerStatus]
    may_be_first: bool
    provenance: ProvenanceJson

    @classmethod
    def of(cls, kind: StatusKind) -> StatusKindJson:
        """As shown."""
        return cls(
            status=kind.status,
            name_th=kind.name_th,
            needs_reason=kind.needs_reason,
            default_reason_code=kind.default_reason_code or None,
            is_out_of_education=kind.is_out_of_education,
            may_become=_ordered(kind.becomes),
            may_be_first=kind.may_be_first,
            provenance=ProvenanceJson.of(kind.provenance),
        )


class StatusReasonJson(BaseModel):
    """One reason, and the statuses that it explains."""

    reason_code: str
    name_th: str
    statuses: list[LearnerStatus]
    provenance: ProvenanceJson

    @classmethod
    def of(cls, reason: StatusReason) -> StatusReasonJson:
        """As shown."""
        return cls(
            reason_code=reason.reason_code,
            name_th=reason.name_th,
            statuses=_ordered(reason.statuses),
            provenance=ProvenanceJson.of(reason.provenance),
        )


class StatusRulesJson(BaseModel):
    """Statuses and reasons in the order in which they are shown."""

    version: str
    statuses: list[StatusKindJson]
    reasons: list[StatusReasonJson]

    @classmethod
    def of(cls, rules: StatusRules) -> StatusRulesJson:
        """As shown."""
        return cls(
            version=rules.version,
            statuses=[StatusKindJson.of(kind) for kind in rules.kinds.values()],
            reasons=[StatusReasonJson.of(reason) for reason in rules.reasons.values()],
        )


class CodeJson(BaseModel):
    """One code of a list."""

    code: str
    name_th: str
    provenance: ProvenanceJson

    @classmethod
    def of(cls, code: Code) -> CodeJson:
        """As shown."""
        return cls(code=code.code, name_th=code.name_th, provenance=ProvenanceJson.of(code.provenance))


class CodesJson(BaseModel):
    """A list of codes in the order in which they are shown."""

    codes: list[CodeJson]


def _ordered(statuses: Iterable[LearnerStatus]) -> list[LearnerStatus]:
    """In the order of the list, the same every time."""
    wanted = set(statuses)
    return [status for status in LearnerStatus if status in wanted]
