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

class CaseState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CASE_STATE_UNSPECIFIED: _ClassVar[CaseState]
    CASE_STATE_SUBMITTED: _ClassVar[CaseState]
    CASE_STATE_ACCEPTED_FOR_REVIEW: _ClassVar[CaseState]
    CASE_STATE_UNDER_EVALUATION: _ClassVar[CaseState]
    CASE_STATE_DECIDED: _ClassVar[CaseState]
    CASE_STATE_POSTED: _ClassVar[CaseState]

class LineState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LINE_STATE_UNSPECIFIED: _ClassVar[LineState]
    LINE_STATE_PROPOSED: _ClassVar[LineState]
    LINE_STATE_ACCEPTED: _ClassVar[LineState]
    LINE_STATE_REJECTED: _ClassVar[LineState]
    LINE_STATE_POSTED: _ClassVar[LineState]
TRANSFER_GROUND_UNSPECIFIED: TransferGround
TRANSFER_GROUND_PARTNERSHIP: TransferGround
TRANSFER_GROUND_ADMISSION: TransferGround
CASE_STATE_UNSPECIFIED: CaseState
CASE_STATE_SUBMITTED: CaseState
CASE_STATE_ACCEPTED_FOR_REVIEW: CaseState
CASE_STATE_UNDER_EVALUATION: CaseState
CASE_STATE_DECIDED: CaseState
CASE_STATE_POSTED: CaseState
LINE_STATE_UNSPECIFIED: LineState
LINE_STATE_PROPOSED: LineState
LINE_STATE_ACCEPTED: LineState
LINE_STATE_REJECTED: LineState
LINE_STATE_POSTED: LineState

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
    __slots__ = ("line_id", "is_accepted", "reason_code", "reason_th")
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    IS_ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    line_id: str
    is_accepted: bool
    reason_code: str
    reason_th: str
    def __init__(self, line_id: _Optional[str] = ..., is_accepted: _Optional[bool] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("line_id", "input", "state", "rule_id", "rule_version", "rule_provenance", "hours_pct", "credits", "reason_code", "reason_th", "journal_id")
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
    def __init__(self, line_id: _Optional[str] = ..., input: _Optional[_Union[LineInput, _Mapping]] = ..., state: _Optional[_Union[LineState, str]] = ..., rule_id: _Optional[str] = ..., rule_version: _Optional[int] = ..., rule_provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., hours_pct: _Optional[int] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., reason_code: _Optional[str] = ..., reason_th: _Optional[str] = ..., journal_id: _Optional[str] = ...) -> None: ...

class TransferCase(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "ground", "partnership_id", "committee_id", "state", "result", "requested_on", "submitted_at", "due_on", "lines", "qualification_code", "qualification_version")
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
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., ground: _Optional[_Union[TransferGround, str]] = ..., partnership_id: _Optional[str] = ..., committee_id: _Optional[str] = ..., state: _Optional[_Union[CaseState, str]] = ..., result: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[CaseLine, _Mapping]]] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("state", "learner_ids", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: CaseState
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[_Union[CaseState, str]] = ..., learner_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTransferCasesResponse(_message.Message):
    __slots__ = ("transfer_cases", "next_page_token", "total")
    TRANSFER_CASES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    transfer_cases: _containers.RepeatedCompositeFieldContainer[TransferCase]
    next_page_token: str
    total: int
    def __init__(self, transfer_cases: _Optional[_Iterable[_Union[TransferCase, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
