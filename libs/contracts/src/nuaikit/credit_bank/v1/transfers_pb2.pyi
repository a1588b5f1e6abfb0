import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2 as _catalogue_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class TransferGround(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TRANSFER_GROUND_UNSPECIFIED: _ClassVar[TransferGround]
    TRANSFER_GROUND_PARTNERSHIP: _ClassVar[TransferGround]
    TRANSFER_GROUND_ADMISSION: _ClassVar[TransferGround]
    TRANSFER_GROUND_SAME_INSTITUTION_MODE_CHANGE: _ClassVar[TransferGround]
    TRANSFER_GROUND_RPL: _ClassVar[TransferGround]

class CaseState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CASE_STATE_UNSPECIFIED: _ClassVar[CaseState]
    CASE_STATE_SUBMITTED: _ClassVar[CaseState]
    CASE_STATE_ACCEPTED_FOR_REVIEW: _ClassVar[CaseState]
    CASE_STATE_UNDER_EVALUATION: _ClassVar[CaseState]
    CASE_STATE_DECIDED: _ClassVar[CaseState]
    CASE_STATE_POSTED: _ClassVar[CaseState]
    CASE_STATE_WAITING_FOR_INFORMATION: _ClassVar[CaseState]
    CASE_STATE_WITHDRAWN: _ClassVar[CaseState]
    CASE_STATE_APPEALED: _ClassVar[CaseState]
    CASE_STATE_CLOSED: _ClassVar[CaseState]
    CASE_STATE_REVERSED: _ClassVar[CaseState]

class LineState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_STATE_UNSPECIFIED: _ClassVar[LineState]
    LINE_STATE_PROPOSED: _ClassVar[LineState]
    LINE_STATE_ACCEPTED: _ClassVar[LineState]
    LINE_STATE_REJECTED: _ClassVar[LineState]
    LINE_STATE_POSTED: _ClassVar[LineState]
    LINE_STATE_EVALUATED: _ClassVar[LineState]
    LINE_STATE_ACCEPTED_WITH_ASSESSMENT: _ClassVar[LineState]
    LINE_STATE_REVERSED: _ClassVar[LineState]
    LINE_STATE_WITHDRAWN: _ClassVar[LineState]
TRANSFER_GROUND_UNSPECIFIED: TransferGround
TRANSFER_GROUND_PARTNERSHIP: TransferGround
TRANSFER_GROUND_ADMISSION: TransferGround
TRANSFER_GROUND_SAME_INSTITUTION_MODE_CHANGE: TransferGround
TRANSFER_GROUND_RPL: TransferGround
CASE_STATE_UNSPECIFIED: CaseState
CASE_STATE_SUBMITTED: CaseState
CASE_STATE_ACCEPTED_FOR_REVIEW: CaseState
CASE_STATE_UNDER_EVALUATION: CaseState
CASE_STATE_DECIDED: CaseState
CASE_STATE_POSTED: CaseState
CASE_STATE_WAITING_FOR_INFORMATION: CaseState
CASE_STATE_WITHDRAWN: CaseState
CASE_STATE_APPEALED: CaseState
CASE_STATE_CLOSED: CaseState
CASE_STATE_REVERSED: CaseState
LINE_STATE_UNSPECIFIED: LineState
LINE_STATE_PROPOSED: LineState
LINE_STATE_ACCEPTED: LineState
LINE_STATE_REJECTED: LineState
LINE_STATE_POSTED: LineState
LINE_STATE_EVALUATED: LineState
LINE_STATE_ACCEPTED_WITH_ASSESSMENT: LineState
LINE_STATE_REVERSED: LineState
LINE_STATE_WITHDRAWN: LineState

class LineInput(_message.Message):
    __slots__ = ("source_entry_ids", "target")
    SOURCE_ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    source_entry_ids: _containers.RepeatedScalarFieldContainer[str]
    target: _catalogue_pb2.CourseKey
    def __init__(self, source_entry_ids: _Optional[_Iterable[str]] = ..., target: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ...) -> None: ...

class CaseInput(_message.Message):
    __slots__ = ("learner_id", "ground", "partnership_id", "committee_id", "requested_on", "requested_by", "qualification_code", "qualification_version", "lines")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    ground: TransferGround
    partnership_id: str
    committee_id: str
    requested_on: _date_pb2.Date
    requested_by: str
    qualification_code: str
    qualification_version: str
    lines: _containers.RepeatedCompositeFieldContainer[LineInput]
    def __init__(self, learner_id: _Optional[str] = ..., ground: _Optional[_Union[TransferGround, str]] = ..., partnership_id: _Optional[str] = ..., committee_id: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., requested_by: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[LineInput, _Mapping]]] = ...) -> None: ...

class OpenTransferCasesRequest(_message.Message):
    __slots__ = ("request_id", "cases")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    cases: _containers.RepeatedCompositeFieldContainer[CaseInput]
    def __init__(self, request_id: _Optional[str] = ..., cases: _Optional[_Iterable[_Union[CaseInput, _Mapping]]] = ...) -> None: ...

class OpenTransferCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class BeginReviewsRequest(_message.Message):
    __slots__ = ("request_id", "case_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    case_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., case_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class BeginReviewsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LineVote(_message.Message):
    __slots__ = ("line_id", "is_accepted", "reason_code", "reason_th", "needs_assessment")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    IS_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    NEEDS_ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    is_accepted: bool
    reason_code: str
    reason_th: str
    needs_assessment: bool
    def __init__(self, line_id: _Optional[str] = ..., is_accepted: _Optional[bool] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ..., needs_assessment: _Optional[bool] = ...) -> None: ...

class CastVotesRequest(_message.Message):
    __slots__ = ("request_id", "votes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    VOTES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    votes: _containers.RepeatedCompositeFieldContainer[LineVote]
    def __init__(self, request_id: _Optional[str] = ..., votes: _Optional[_Iterable[_Union[LineVote, _Mapping]]] = ...) -> None: ...

class CastVotesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class DecideCasesRequest(_message.Message):
    __slots__ = ("request_id", "case_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    case_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., case_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DecideCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class PostCasesRequest(_message.Message):
    __slots__ = ("request_id", "case_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    case_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., case_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PostCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CaseLine(_message.Message):
    __slots__ = ("line_id", "input", "state", "rule_id", "rule_version", "rule_provenance", "hours_pct", "credits", "reason_code", "reason_th", "journal_id", "mode", "obstacle", "policy_rules", "least_grade_hundredths")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    RULE_PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    HOURS_PCT_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_ID_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    OBSTACLE_FIELD_NUMBER: _ClassVar[int]
    POLICY_RULES_FIELD_NUMBER: _ClassVar[int]
    LEAST_GRADE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    input: LineInput
    state: LineState
    rule_id: str
    rule_version: int
    rule_provenance: _provenance_pb2.Provenance
    hours_pct: int
    credits: _credit_pb2.CreditAmount
    reason_code: str
    reason_th: str
    journal_id: str
    mode: str
    obstacle: str
    policy_rules: _containers.RepeatedScalarFieldContainer[str]
    least_grade_hundredths: int
    def __init__(self, line_id: _Optional[str] = ..., input: _Optional[_Union[LineInput, _Mapping]] = ..., state: _Optional[_Union[LineState, str]] = ..., rule_id: _Optional[str] = ..., rule_version: _Optional[int] = ..., rule_provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., hours_pct: _Optional[int] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ..., journal_id: _Optional[str] = ..., mode: _Optional[str] = ..., obstacle: _Optional[str] = ..., policy_rules: _Optional[_Iterable[str]] = ..., least_grade_hundredths: _Optional[int] = ...) -> None: ...

class TransferCase(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "ground", "partnership_id", "committee_id", "state", "result", "requested_on", "submitted_at", "due_on", "lines", "qualification_code", "qualification_version", "requested_by", "is_entered_by_staff", "is_overdue", "waiting_since", "pause_count", "paused_days", "question_th", "appeal_until", "hearing", "transferred_share_pct", "warnings", "decided_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    IS_ENTERED_BY_STAFF_FIELD_NUMBER: _ClassVar[int]
    IS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    WAITING_SINCE_FIELD_NUMBER: _ClassVar[int]
    PAUSE_COUNT_FIELD_NUMBER: _ClassVar[int]
    PAUSED_DAYS_FIELD_NUMBER: _ClassVar[int]
    QUESTION_TH_FIELD_NUMBER: _ClassVar[int]
    APPEAL_UNTIL_FIELD_NUMBER: _ClassVar[int]
    HEARING_FIELD_NUMBER: _ClassVar[int]
    TRANSFERRED_SHARE_PCT_FIELD_NUMBER: _ClassVar[int]
    WARNINGS_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    learner_id: str
    institution_id: str
    ground: TransferGround
    partnership_id: str
    committee_id: str
    state: CaseState
    result: str
    requested_on: _date_pb2.Date
    submitted_at: _timestamp_pb2.Timestamp
    due_on: _date_pb2.Date
    lines: _containers.RepeatedCompositeFieldContainer[CaseLine]
    qualification_code: str
    qualification_version: str
    requested_by: str
    is_entered_by_staff: bool
    is_overdue: bool
    waiting_since: _timestamp_pb2.Timestamp
    pause_count: int
    paused_days: int
    question_th: str
    appeal_until: _date_pb2.Date
    hearing: int
    transferred_share_pct: int
    warnings: _containers.RepeatedScalarFieldContainer[str]
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., ground: _Optional[_Union[TransferGround, str]] = ..., partnership_id: _Optional[str] = ..., committee_id: _Optional[str] = ..., state: _Optional[_Union[CaseState, str]] = ..., result: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[CaseLine, _Mapping]]] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., requested_by: _Optional[str] = ..., is_entered_by_staff: _Optional[bool] = ..., is_overdue: _Optional[bool] = ..., waiting_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., pause_count: _Optional[int] = ..., paused_days: _Optional[int] = ..., question_th: _Optional[str] = ..., appeal_until: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., hearing: _Optional[int] = ..., transferred_share_pct: _Optional[int] = ..., warnings: _Optional[_Iterable[str]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetTransferCaseRequest(_message.Message):
    __slots__ = ("case_id",)
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    def __init__(self, case_id: _Optional[str] = ...) -> None: ...

class GetTransferCaseResponse(_message.Message):
    __slots__ = ("transfer_case",)
    TRANSFER_CASE_FIELD_NUMBER: _ClassVar[int]
    transfer_case: TransferCase
    def __init__(self, transfer_case: _Optional[_Union[TransferCase, _Mapping]] = ...) -> None: ...

class ListTransferCasesRequest(_message.Message):
    __slots__ = ("state", "learner_ids", "page_size", "page_token", "is_overdue_only", "ground")
    STATE_FIELD_NUMBER: _ClassVar[int]
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    IS_OVERDUE_ONLY_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    state: CaseState
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    is_overdue_only: bool
    ground: TransferGround
    def __init__(self, state: _Optional[_Union[CaseState, str]] = ..., learner_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., is_overdue_only: _Optional[bool] = ..., ground: _Optional[_Union[TransferGround, str]] = ...) -> None: ...

class ListTransferCasesResponse(_message.Message):
    __slots__ = ("transfer_cases", "next_page_token", "total")
    TRANSFER_CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    transfer_cases: _containers.RepeatedCompositeFieldContainer[TransferCase]
    next_page_token: str
    total: int
    def __init__(self, transfer_cases: _Optional[_Iterable[_Union[TransferCase, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class TransferDraft(_message.Message):
    __slots__ = ("draft_id", "row_version", "institution_id", "input")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    ROW_VERSION_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INPUT_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    row_version: int
    institution_id: str
    input: CaseInput
    def __init__(self, draft_id: _Optional[str] = ..., row_version: _Optional[int] = ..., institution_id: _Optional[str] = ..., input: _Optional[_Union[CaseInput, _Mapping]] = ...) -> None: ...

class SaveTransferDraftsRequest(_message.Message):
    __slots__ = ("request_id", "drafts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    drafts: _containers.RepeatedCompositeFieldContainer[TransferDraft]
    def __init__(self, request_id: _Optional[str] = ..., drafts: _Optional[_Iterable[_Union[TransferDraft, _Mapping]]] = ...) -> None: ...

class SaveTransferDraftsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class SubmitTransferDraftsRequest(_message.Message):
    __slots__ = ("request_id", "draft_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFT_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    draft_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., draft_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitTransferDraftsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListTransferDraftsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTransferDraftsResponse(_message.Message):
    __slots__ = ("drafts", "next_page_token")
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    drafts: _containers.RepeatedCompositeFieldContainer[TransferDraft]
    next_page_token: str
    def __init__(self, drafts: _Optional[_Iterable[_Union[TransferDraft, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CaseWithdrawal(_message.Message):
    __slots__ = ("case_id", "reason_th")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    reason_th: str
    def __init__(self, case_id: _Optional[str] = ..., reason_th: _Optional[str] = ...) -> None: ...

class WithdrawCasesRequest(_message.Message):
    __slots__ = ("request_id", "withdrawals")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWALS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    withdrawals: _containers.RepeatedCompositeFieldContainer[CaseWithdrawal]
    def __init__(self, request_id: _Optional[str] = ..., withdrawals: _Optional[_Iterable[_Union[CaseWithdrawal, _Mapping]]] = ...) -> None: ...

class WithdrawCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CommitteeAssignment(_message.Message):
    __slots__ = ("case_id", "committee_id")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    committee_id: str
    def __init__(self, case_id: _Optional[str] = ..., committee_id: _Optional[str] = ...) -> None: ...

class AssignCommitteesRequest(_message.Message):
    __slots__ = ("request_id", "assignments")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    assignments: _containers.RepeatedCompositeFieldContainer[CommitteeAssignment]
    def __init__(self, request_id: _Optional[str] = ..., assignments: _Optional[_Iterable[_Union[CommitteeAssignment, _Mapping]]] = ...) -> None: ...

class AssignCommitteesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class InformationQuestion(_message.Message):
    __slots__ = ("case_id", "question_th")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTION_TH_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    question_th: str
    def __init__(self, case_id: _Optional[str] = ..., question_th: _Optional[str] = ...) -> None: ...

class RequestInformationRequest(_message.Message):
    __slots__ = ("request_id", "questions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    questions: _containers.RepeatedCompositeFieldContainer[InformationQuestion]
    def __init__(self, request_id: _Optional[str] = ..., questions: _Optional[_Iterable[_Union[InformationQuestion, _Mapping]]] = ...) -> None: ...

class RequestInformationResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class InformationAnswer(_message.Message):
    __slots__ = ("case_id", "answer_th", "document_nos")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWER_TH_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NOS_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    answer_th: str
    document_nos: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, case_id: _Optional[str] = ..., answer_th: _Optional[str] = ..., document_nos: _Optional[_Iterable[str]] = ...) -> None: ...

class AnswerInformationRequest(_message.Message):
    __slots__ = ("request_id", "answers")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    answers: _containers.RepeatedCompositeFieldContainer[InformationAnswer]
    def __init__(self, request_id: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[InformationAnswer, _Mapping]]] = ...) -> None: ...

class AnswerInformationResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class InterestDeclaration(_message.Message):
    __slots__ = ("case_id", "reason_th")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    reason_th: str
    def __init__(self, case_id: _Optional[str] = ..., reason_th: _Optional[str] = ...) -> None: ...

class DeclareInterestsRequest(_message.Message):
    __slots__ = ("request_id", "declarations")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DECLARATIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    declarations: _containers.RepeatedCompositeFieldContainer[InterestDeclaration]
    def __init__(self, request_id: _Optional[str] = ..., declarations: _Optional[_Iterable[_Union[InterestDeclaration, _Mapping]]] = ...) -> None: ...

class DeclareInterestsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LineAssessmentResult(_message.Message):
    __slots__ = ("line_id", "is_passed", "method", "document_no", "assessed_on", "reason_th")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    IS_PASSED_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NO_FIELD_NUMBER: _ClassVar[int]
    ASSESSED_ON_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    is_passed: bool
    method: str
    document_no: str
    assessed_on: _date_pb2.Date
    reason_th: str
    def __init__(self, line_id: _Optional[str] = ..., is_passed: _Optional[bool] = ..., method: _Optional[str] = ..., document_no: _Optional[str] = ..., assessed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., reason_th: _Optional[str] = ...) -> None: ...

class RecordLineAssessmentsRequest(_message.Message):
    __slots__ = ("request_id", "assessments")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    assessments: _containers.RepeatedCompositeFieldContainer[LineAssessmentResult]
    def __init__(self, request_id: _Optional[str] = ..., assessments: _Optional[_Iterable[_Union[LineAssessmentResult, _Mapping]]] = ...) -> None: ...

class RecordLineAssessmentsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CaseAppeal(_message.Message):
    __slots__ = ("case_id", "line_ids", "reason_th", "appealed_on")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    APPEALED_ON_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    line_ids: _containers.RepeatedScalarFieldContainer[str]
    reason_th: str
    appealed_on: _date_pb2.Date
    def __init__(self, case_id: _Optional[str] = ..., line_ids: _Optional[_Iterable[str]] = ..., reason_th: _Optional[str] = ..., appealed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class AppealCasesRequest(_message.Message):
    __slots__ = ("request_id", "appeals")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    APPEALS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    appeals: _containers.RepeatedCompositeFieldContainer[CaseAppeal]
    def __init__(self, request_id: _Optional[str] = ..., appeals: _Optional[_Iterable[_Union[CaseAppeal, _Mapping]]] = ...) -> None: ...

class AppealCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LineReversal(_message.Message):
    __slots__ = ("line_id", "reason_code", "reason_th")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    reason_code: str
    reason_th: str
    def __init__(self, line_id: _Optional[str] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ...) -> None: ...

class ReverseLinesRequest(_message.Message):
    __slots__ = ("request_id", "reversals")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REVERSALS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    reversals: _containers.RepeatedCompositeFieldContainer[LineReversal]
    def __init__(self, request_id: _Optional[str] = ..., reversals: _Optional[_Iterable[_Union[LineReversal, _Mapping]]] = ...) -> None: ...

class ReverseLinesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LineFlagResolution(_message.Message):
    __slots__ = ("flag_id", "is_kept", "reason_th")
    FLAG_ID_FIELD_NUMBER: _ClassVar[int]
    IS_KEPT_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    flag_id: str
    is_kept: bool
    reason_th: str
    def __init__(self, flag_id: _Optional[str] = ..., is_kept: _Optional[bool] = ..., reason_th: _Optional[str] = ...) -> None: ...

class ResolveLineFlagsRequest(_message.Message):
    __slots__ = ("request_id", "resolutions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLUTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    resolutions: _containers.RepeatedCompositeFieldContainer[LineFlagResolution]
    def __init__(self, request_id: _Optional[str] = ..., resolutions: _Optional[_Iterable[_Union[LineFlagResolution, _Mapping]]] = ...) -> None: ...

class ResolveLineFlagsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CloseCasesRequest(_message.Message):
    __slots__ = ("request_id", "case_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CASE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    case_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., case_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CloseCasesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class GetCaseFileRequest(_message.Message):
    __slots__ = ("case_id",)
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    def __init__(self, case_id: _Optional[str] = ...) -> None: ...

class GetCaseFileResponse(_message.Message):
    __slots__ = ("transfer_case", "document_json", "document_html", "document_sha256")
    TRANSFER_CASE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_JSON_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_HTML_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_SHA256_FIELD_NUMBER: _ClassVar[int]
    transfer_case: TransferCase
    document_json: str
    document_html: str
    document_sha256: bytes
    def __init__(self, transfer_case: _Optional[_Union[TransferCase, _Mapping]] = ..., document_json: _Optional[str] = ..., document_html: _Optional[str] = ..., document_sha256: _Optional[bytes] = ...) -> None: ...

class GetDecisionLetterRequest(_message.Message):
    __slots__ = ("case_id",)
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    def __init__(self, case_id: _Optional[str] = ...) -> None: ...

class DecisionLetterLine(_message.Message):
    __slots__ = ("target_code", "target_title_th", "credits", "state", "reason_code", "reason_th", "sources_th")
    TARGET_CODE_FIELD_NUMBER: _ClassVar[int]
    TARGET_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    SOURCES_TH_FIELD_NUMBER: _ClassVar[int]
    target_code: str
    target_title_th: str
    credits: _credit_pb2.CreditAmount
    state: LineState
    reason_code: str
    reason_th: str
    sources_th: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, target_code: _Optional[str] = ..., target_title_th: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., state: _Optional[_Union[LineState, str]] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ..., sources_th: _Optional[_Iterable[str]] = ...) -> None: ...

class GetDecisionLetterResponse(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "institution_name_th", "committee_order_no", "requested_on", "decided_on", "result", "lines", "appeal_until", "policy_rules", "qualification_code", "qualification_version")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    DECIDED_ON_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    APPEAL_UNTIL_FIELD_NUMBER: _ClassVar[int]
    POLICY_RULES_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    learner_id: str
    institution_id: str
    institution_name_th: str
    committee_order_no: str
    requested_on: _date_pb2.Date
    decided_on: _date_pb2.Date
    result: str
    lines: _containers.RepeatedCompositeFieldContainer[DecisionLetterLine]
    appeal_until: _date_pb2.Date
    policy_rules: _containers.RepeatedScalarFieldContainer[str]
    qualification_code: str
    qualification_version: str
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., committee_order_no: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., decided_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., result: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[DecisionLetterLine, _Mapping]]] = ..., appeal_until: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., policy_rules: _Optional[_Iterable[str]] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ...) -> None: ...

class ListPrecedentsRequest(_message.Message):
    __slots__ = ("sources", "target", "page_size")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    target: _catalogue_pb2.CourseKey
    page_size: int
    def __init__(self, sources: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., target: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., page_size: _Optional[int] = ...) -> None: ...

class Precedent(_message.Message):
    __slots__ = ("institution_id", "institution_name_th", "decided_on", "state", "mode", "reason_code", "rule_id")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    DECIDED_ON_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    institution_name_th: str
    decided_on: _date_pb2.Date
    state: LineState
    mode: str
    reason_code: str
    rule_id: str
    def __init__(self, institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., decided_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., state: _Optional[_Union[LineState, str]] = ..., mode: _Optional[str] = ..., reason_code: _Optional[str] = ..., rule_id: _Optional[str] = ...) -> None: ...

class ListPrecedentsResponse(_message.Message):
    __slots__ = ("precedents", "accepted", "rejected")
    PRECEDENTS_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    precedents: _containers.RepeatedCompositeFieldContainer[Precedent]
    accepted: int
    rejected: int
    def __init__(self, precedents: _Optional[_Iterable[_Union[Precedent, _Mapping]]] = ..., accepted: _Optional[int] = ..., rejected: _Optional[int] = ...) -> None: ...

class CaseBatchLine(_message.Message):
    __slots__ = ("sources", "target")
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    sources: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    target: _catalogue_pb2.CourseKey
    def __init__(self, sources: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., target: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ...) -> None: ...

class StartCaseBatchRequest(_message.Message):
    __slots__ = ("request_id", "learner_ids", "class_institution_id", "grade_label", "programme_code", "ground", "partnership_id", "committee_id", "requested_on", "requested_by", "qualification_code", "qualification_version", "lines")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    CLASS_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_BY_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    class_institution_id: str
    grade_label: str
    programme_code: str
    ground: TransferGround
    partnership_id: str
    committee_id: str
    requested_on: _date_pb2.Date
    requested_by: str
    qualification_code: str
    qualification_version: str
    lines: _containers.RepeatedCompositeFieldContainer[CaseBatchLine]
    def __init__(self, request_id: _Optional[str] = ..., learner_ids: _Optional[_Iterable[str]] = ..., class_institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., programme_code: _Optional[str] = ..., ground: _Optional[_Union[TransferGround, str]] = ..., partnership_id: _Optional[str] = ..., committee_id: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., requested_by: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[CaseBatchLine, _Mapping]]] = ...) -> None: ...

class StartCaseBatchResponse(_message.Message):
    __slots__ = ("batch_id", "total", "already_done")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    ALREADY_DONE_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    total: int
    already_done: bool
    def __init__(self, batch_id: _Optional[str] = ..., total: _Optional[int] = ..., already_done: _Optional[bool] = ...) -> None: ...

class GetCaseBatchRequest(_message.Message):
    __slots__ = ("batch_id", "page_size", "page_token")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    page_size: int
    page_token: str
    def __init__(self, batch_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class CaseBatchItem(_message.Message):
    __slots__ = ("learner_id", "state", "case_id", "reason")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    state: str
    case_id: str
    reason: str
    def __init__(self, learner_id: _Optional[str] = ..., state: _Optional[str] = ..., case_id: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class GetCaseBatchResponse(_message.Message):
    __slots__ = ("batch_id", "state", "total", "done", "opened", "refused", "items", "next_page_token", "reason")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    state: str
    total: int
    done: int
    opened: int
    refused: int
    items: _containers.RepeatedCompositeFieldContainer[CaseBatchItem]
    next_page_token: str
    reason: str
    def __init__(self, batch_id: _Optional[str] = ..., state: _Optional[str] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., opened: _Optional[int] = ..., refused: _Optional[int] = ..., items: _Optional[_Iterable[_Union[CaseBatchItem, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., reason: _Optional[str] = ...) -> None: ...

class ListCaseBatchesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class CaseBatchSummary(_message.Message):
    __slots__ = ("batch_id", "state", "started_at", "finished_at", "total", "done", "opened", "refused", "reason")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    FINISHED_AT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    DONE_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    state: str
    started_at: _timestamp_pb2.Timestamp
    finished_at: _timestamp_pb2.Timestamp
    total: int
    done: int
    opened: int
    refused: int
    reason: str
    def __init__(self, batch_id: _Optional[str] = ..., state: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., finished_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., total: _Optional[int] = ..., done: _Optional[int] = ..., opened: _Optional[int] = ..., refused: _Optional[int] = ..., reason: _Optional[str] = ...) -> None: ...

class ListCaseBatchesResponse(_message.Message):
    __slots__ = ("batches", "next_page_token")
    BATCHES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    batches: _containers.RepeatedCompositeFieldContainer[CaseBatchSummary]
    next_page_token: str
    def __init__(self, batches: _Optional[_Iterable[_Union[CaseBatchSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListLateCasesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class LateCase(_message.Message):
    __slots__ = ("case_id", "institution_id", "institution_name_th", "ground", "state", "submitted_on", "due_on", "days_late", "is_waiting", "has_committee", "hearing")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    IS_WAITING_FIELD_NUMBER: _ClassVar[int]
    HAS_COMMITTEE_FIELD_NUMBER: _ClassVar[int]
    HEARING_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    institution_id: str
    institution_name_th: str
    ground: TransferGround
    state: CaseState
    submitted_on: _date_pb2.Date
    due_on: _date_pb2.Date
    days_late: int
    is_waiting: bool
    has_committee: bool
    hearing: int
    def __init__(self, case_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., ground: _Optional[_Union[TransferGround, str]] = ..., state: _Optional[_Union[CaseState, str]] = ..., submitted_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., days_late: _Optional[int] = ..., is_waiting: _Optional[bool] = ..., has_committee: _Optional[bool] = ..., hearing: _Optional[int] = ...) -> None: ...

class CaseBacklog(_message.Message):
    __slots__ = ("institution_id", "institution_name_th", "undecided", "late", "oldest_due_on")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    UNDECIDED_FIELD_NUMBER: _ClassVar[int]
    LATE_FIELD_NUMBER: _ClassVar[int]
    OLDEST_DUE_ON_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    institution_name_th: str
    undecided: int
    late: int
    oldest_due_on: _date_pb2.Date
    def __init__(self, institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., undecided: _Optional[int] = ..., late: _Optional[int] = ..., oldest_due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListLateCasesResponse(_message.Message):
    __slots__ = ("backlogs", "cases", "next_page_token")
    BACKLOGS_FIELD_NUMBER: _ClassVar[int]
    CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    backlogs: _containers.RepeatedCompositeFieldContainer[CaseBacklog]
    cases: _containers.RepeatedCompositeFieldContainer[LateCase]
    next_page_token: str
    def __init__(self, backlogs: _Optional[_Iterable[_Union[CaseBacklog, _Mapping]]] = ..., cases: _Optional[_Iterable[_Union[LateCase, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
