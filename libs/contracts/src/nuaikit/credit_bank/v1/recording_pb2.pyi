import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
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

class EntryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENTRY_STATE_UNSPECIFIED: _ClassVar[EntryState]
    ENTRY_STATE_SUBMITTED: _ClassVar[EntryState]
    ENTRY_STATE_RETURNED: _ClassVar[EntryState]
    ENTRY_STATE_VERIFIED: _ClassVar[EntryState]
ENTRY_STATE_UNSPECIFIED: EntryState
ENTRY_STATE_SUBMITTED: EntryState
ENTRY_STATE_RETURNED: EntryState
ENTRY_STATE_VERIFIED: EntryState

class Evidence(_message.Message):
    __slots__ = ("kind", "sha256_hex", "document_no")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHA256_HEX_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NO_FIELD_NUMBER: _ClassVar[int]
    kind: str
    sha256_hex: str
    document_no: str
    def __init__(self, kind: _Optional[str] = ..., sha256_hex: _Optional[str] = ..., document_no: _Optional[str] = ...) -> None: ...

class ResultInput(_message.Message):
    __slots__ = ("learner_id", "course", "year_be", "term", "attempt", "grade_scheme", "grade_label", "source_mode", "taught_by_institution_id", "offering_id", "evidence", "provenance")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    GRADE_SCHEME_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    SOURCE_MODE_FIELD_NUMBER: _ClassVar[int]
    TAUGHT_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    course: _catalogue_pb2.CourseKey
    year_be: int
    term: int
    attempt: int
    grade_scheme: str
    grade_label: str
    source_mode: str
    taught_by_institution_id: str
    offering_id: str
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., attempt: _Optional[int] = ..., grade_scheme: _Optional[str] = ..., grade_label: _Optional[str] = ..., source_mode: _Optional[str] = ..., taught_by_institution_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordResultsRequest(_message.Message):
    __slots__ = ("request_id", "results")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RESULTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    results: _containers.RepeatedCompositeFieldContainer[ResultInput]
    def __init__(self, request_id: _Optional[str] = ..., results: _Optional[_Iterable[_Union[ResultInput, _Mapping]]] = ...) -> None: ...

class RecordResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class VerifyResultsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class VerifyResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ReturnResultsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class ReturnResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Entry(_message.Message):
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "course", "year_be", "term", "attempt", "grade_scheme", "grade_code", "grade_label", "credits_attempted", "credits_earned", "source_mode", "taught_by_institution_id", "state", "verified_at", "evidence", "provenance")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    GRADE_SCHEME_FIELD_NUMBER: _ClassVar[int]
    GRADE_CODE_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CREDITS_ATTEMPTED_FIELD_NUMBER: _ClassVar[int]
    CREDITS_EARNED_FIELD_NUMBER: _ClassVar[int]
    SOURCE_MODE_FIELD_NUMBER: _ClassVar[int]
    TAUGHT_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    course: _catalogue_pb2.Course
    year_be: int
    term: int
    attempt: int
    grade_scheme: str
    grade_code: str
    grade_label: str
    credits_attempted: _credit_pb2.CreditAmount
    credits_earned: _credit_pb2.CreditAmount
    source_mode: str
    taught_by_institution_id: str
    state: EntryState
    verified_at: _timestamp_pb2.Timestamp
    evidence: _containers.RepeatedCompositeFieldContainer[Evidence]
    provenance: _provenance_pb2.Provenance
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.Course, _Mapping]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., attempt: _Optional[int] = ..., grade_scheme: _Optional[str] = ..., grade_code: _Optional[str] = ..., grade_label: _Optional[str] = ..., credits_attempted: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., credits_earned: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., source_mode: _Optional[str] = ..., taught_by_institution_id: _Optional[str] = ..., state: _Optional[_Union[EntryState, str]] = ..., verified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListEntriesRequest(_message.Message):
    __slots__ = ("learner_ids", "state", "page_size", "page_token")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    state: EntryState
    page_size: int
    page_token: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., state: _Optional[_Union[EntryState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEntriesResponse(_message.Message):
    __slots__ = ("entries", "next_page_token", "total")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    next_page_token: str
    total: int
    def __init__(self, entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
