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

class EntryState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENTRY_STATE_UNSPECIFIED: _ClassVar[EntryState]
    ENTRY_STATE_SUBMITTED: _ClassVar[EntryState]
    ENTRY_STATE_RETURNED: _ClassVar[EntryState]
    ENTRY_STATE_VERIFIED: _ClassVar[EntryState]
    ENTRY_STATE_SUPERSEDED: _ClassVar[EntryState]
    ENTRY_STATE_REJECTED: _ClassVar[EntryState]
    ENTRY_STATE_REVOKED: _ClassVar[EntryState]

class DraftState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DRAFT_STATE_UNSPECIFIED: _ClassVar[DraftState]
    DRAFT_STATE_DRAFT: _ClassVar[DraftState]
    DRAFT_STATE_SUBMITTED: _ClassVar[DraftState]
    DRAFT_STATE_WITHDRAWN: _ClassVar[DraftState]

class EntryChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENTRY_CHANGE_KIND_UNSPECIFIED: _ClassVar[EntryChangeKind]
    ENTRY_CHANGE_KIND_CORRECTION: _ClassVar[EntryChangeKind]
    ENTRY_CHANGE_KIND_REVOCATION: _ClassVar[EntryChangeKind]

class EntryChangeState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENTRY_CHANGE_STATE_UNSPECIFIED: _ClassVar[EntryChangeState]
    ENTRY_CHANGE_STATE_PROPOSED: _ClassVar[EntryChangeState]
    ENTRY_CHANGE_STATE_CONFIRMED: _ClassVar[EntryChangeState]
    ENTRY_CHANGE_STATE_DECLINED: _ClassVar[EntryChangeState]
ENTRY_STATE_UNSPECIFIED: EntryState
ENTRY_STATE_SUBMITTED: EntryState
ENTRY_STATE_RETURNED: EntryState
ENTRY_STATE_VERIFIED: EntryState
ENTRY_STATE_SUPERSEDED: EntryState
ENTRY_STATE_REJECTED: EntryState
ENTRY_STATE_REVOKED: EntryState
DRAFT_STATE_UNSPECIFIED: DraftState
DRAFT_STATE_DRAFT: DraftState
DRAFT_STATE_SUBMITTED: DraftState
DRAFT_STATE_WITHDRAWN: DraftState
ENTRY_CHANGE_KIND_UNSPECIFIED: EntryChangeKind
ENTRY_CHANGE_KIND_CORRECTION: EntryChangeKind
ENTRY_CHANGE_KIND_REVOCATION: EntryChangeKind
ENTRY_CHANGE_STATE_UNSPECIFIED: EntryChangeState
ENTRY_CHANGE_STATE_PROPOSED: EntryChangeState
ENTRY_CHANGE_STATE_CONFIRMED: EntryChangeState
ENTRY_CHANGE_STATE_DECLINED: EntryChangeState

class Evidence(_message.Message):
    __slots__ = ("kind", "sha256_hex", "document_no", "issuing_body", "issued_on", "result_text")
    KIND_FIELD_NUMBER: _ClassVar[int]
    SHA256_HEX_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NO_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    ISSUED_ON_FIELD_NUMBER: _ClassVar[int]
    RESULT_TEXT_FIELD_NUMBER: _ClassVar[int]
    kind: str
    sha256_hex: str
    document_no: str
    issuing_body: str
    issued_on: _date_pb2.Date
    result_text: str
    def __init__(self, kind: _Optional[str] = ..., sha256_hex: _Optional[str] = ..., document_no: _Optional[str] = ..., issuing_body: _Optional[str] = ..., issued_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., result_text: _Optional[str] = ...) -> None: ...

class ResultInput(_message.Message):
    __slots__ = ("learner_id", "course", "year_be", "term", "attempt", "grade_scheme", "grade_label", "source_mode", "taught_by_institution_id", "offering_id", "evidence", "provenance", "attempt_kind", "rpl_mode", "form", "learning_type", "level", "issuing_body", "assessor_institution_ids")
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
    ATTEMPT_KIND_FIELD_NUMBER: _ClassVar[int]
    RPL_MODE_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    ASSESSOR_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
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
    attempt_kind: str
    rpl_mode: str
    form: str
    learning_type: str
    level: str
    issuing_body: str
    assessor_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, learner_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., attempt: _Optional[int] = ..., grade_scheme: _Optional[str] = ..., grade_label: _Optional[str] = ..., source_mode: _Optional[str] = ..., taught_by_institution_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., attempt_kind: _Optional[str] = ..., rpl_mode: _Optional[str] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., issuing_body: _Optional[str] = ..., assessor_institution_ids: _Optional[_Iterable[str]] = ...) -> None: ...

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
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "course", "year_be", "term", "attempt", "grade_scheme", "grade_code", "grade_label", "credits_attempted", "credits_earned", "source_mode", "taught_by_institution_id", "state", "verified_at", "evidence", "provenance", "version", "entry_root_id", "attempt_kind", "rpl_mode", "form", "learning_type", "level", "issuing_body", "is_attempted", "is_earned", "counts_in_gpa", "counts_for_graduation", "assessor_institution_ids", "signatures", "return_reason_code", "approval_id", "revoked_at")
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
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ROOT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_KIND_FIELD_NUMBER: _ClassVar[int]
    RPL_MODE_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    IS_ATTEMPTED_FIELD_NUMBER: _ClassVar[int]
    IS_EARNED_FIELD_NUMBER: _ClassVar[int]
    COUNTS_IN_GPA_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FOR_GRADUATION_FIELD_NUMBER: _ClassVar[int]
    ASSESSOR_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    SIGNATURES_FIELD_NUMBER: _ClassVar[int]
    RETURN_REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_ID_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
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
    version: int
    entry_root_id: str
    attempt_kind: str
    rpl_mode: str
    form: str
    learning_type: str
    level: str
    issuing_body: str
    is_attempted: bool
    is_earned: bool
    counts_in_gpa: bool
    counts_for_graduation: bool
    assessor_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    signatures: _containers.RepeatedCompositeFieldContainer[AssessmentSignature]
    return_reason_code: str
    approval_id: str
    revoked_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.Course, _Mapping]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., attempt: _Optional[int] = ..., grade_scheme: _Optional[str] = ..., grade_code: _Optional[str] = ..., grade_label: _Optional[str] = ..., credits_attempted: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., credits_earned: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., source_mode: _Optional[str] = ..., taught_by_institution_id: _Optional[str] = ..., state: _Optional[_Union[EntryState, str]] = ..., verified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., evidence: _Optional[_Iterable[_Union[Evidence, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., version: _Optional[int] = ..., entry_root_id: _Optional[str] = ..., attempt_kind: _Optional[str] = ..., rpl_mode: _Optional[str] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., issuing_body: _Optional[str] = ..., is_attempted: _Optional[bool] = ..., is_earned: _Optional[bool] = ..., counts_in_gpa: _Optional[bool] = ..., counts_for_graduation: _Optional[bool] = ..., assessor_institution_ids: _Optional[_Iterable[str]] = ..., signatures: _Optional[_Iterable[_Union[AssessmentSignature, _Mapping]]] = ..., return_reason_code: _Optional[str] = ..., approval_id: _Optional[str] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AssessmentSignature(_message.Message):
    __slots__ = ("institution_id", "is_agreed", "explanation_th", "signed_at")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_AGREED_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_TH_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    is_agreed: bool
    explanation_th: str
    signed_at: _timestamp_pb2.Timestamp
    def __init__(self, institution_id: _Optional[str] = ..., is_agreed: _Optional[bool] = ..., explanation_th: _Optional[str] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

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

class RejectResultsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class RejectResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class DraftInput(_message.Message):
    __slots__ = ("draft_id", "row_version", "result")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    ROW_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    row_version: int
    result: ResultInput
    def __init__(self, draft_id: _Optional[str] = ..., row_version: _Optional[int] = ..., result: _Optional[_Union[ResultInput, _Mapping]] = ...) -> None: ...

class DraftResultsRequest(_message.Message):
    __slots__ = ("request_id", "drafts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    drafts: _containers.RepeatedCompositeFieldContainer[DraftInput]
    def __init__(self, request_id: _Optional[str] = ..., drafts: _Optional[_Iterable[_Union[DraftInput, _Mapping]]] = ...) -> None: ...

class DraftResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class SubmitDraftsRequest(_message.Message):
    __slots__ = ("request_id", "draft_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFT_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    draft_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., draft_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SubmitDraftsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class WithdrawDraftsRequest(_message.Message):
    __slots__ = ("request_id", "draft_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DRAFT_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    draft_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., draft_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class WithdrawDraftsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Draft(_message.Message):
    __slots__ = ("draft_id", "row_version", "state", "result", "missing_fields", "changed_at")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    ROW_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELDS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    row_version: int
    state: DraftState
    result: ResultInput
    missing_fields: _containers.RepeatedScalarFieldContainer[str]
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, draft_id: _Optional[str] = ..., row_version: _Optional[int] = ..., state: _Optional[_Union[DraftState, str]] = ..., result: _Optional[_Union[ResultInput, _Mapping]] = ..., missing_fields: _Optional[_Iterable[str]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListDraftsRequest(_message.Message):
    __slots__ = ("learner_ids", "page_size", "page_token")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDraftsResponse(_message.Message):
    __slots__ = ("drafts", "next_page_token")
    DRAFTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    drafts: _containers.RepeatedCompositeFieldContainer[Draft]
    next_page_token: str
    def __init__(self, drafts: _Optional[_Iterable[_Union[Draft, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CorrectionInput(_message.Message):
    __slots__ = ("entry_id", "entry_version", "result", "reason_code")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    entry_version: int
    result: ResultInput
    reason_code: str
    def __init__(self, entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., result: _Optional[_Union[ResultInput, _Mapping]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class ProposeCorrectionsRequest(_message.Message):
    __slots__ = ("request_id", "corrections")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    corrections: _containers.RepeatedCompositeFieldContainer[CorrectionInput]
    def __init__(self, request_id: _Optional[str] = ..., corrections: _Optional[_Iterable[_Union[CorrectionInput, _Mapping]]] = ...) -> None: ...

class ProposeCorrectionsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class RequestRevocationsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class RequestRevocationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ConfirmEntryChangesRequest(_message.Message):
    __slots__ = ("request_id", "change_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    change_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., change_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ConfirmEntryChangesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class DeclineEntryChangesRequest(_message.Message):
    __slots__ = ("request_id", "change_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    change_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., change_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class DeclineEntryChangesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class EntryChange(_message.Message):
    __slots__ = ("change_id", "entry_id", "learner_id", "kind", "state", "reason_code", "result", "proposed_at", "decided_at")
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    change_id: str
    entry_id: str
    learner_id: str
    kind: EntryChangeKind
    state: EntryChangeState
    reason_code: str
    result: ResultInput
    proposed_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, change_id: _Optional[str] = ..., entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., kind: _Optional[_Union[EntryChangeKind, str]] = ..., state: _Optional[_Union[EntryChangeState, str]] = ..., reason_code: _Optional[str] = ..., result: _Optional[_Union[ResultInput, _Mapping]] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListEntryChangesRequest(_message.Message):
    __slots__ = ("state", "page_size", "page_token")
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    state: EntryChangeState
    page_size: int
    page_token: str
    def __init__(self, state: _Optional[_Union[EntryChangeState, str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEntryChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[EntryChange]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[EntryChange, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class AssessmentInput(_message.Message):
    __slots__ = ("entry_id", "is_agreed", "explanation_th")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    IS_AGREED_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_TH_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    is_agreed: bool
    explanation_th: str
    def __init__(self, entry_id: _Optional[str] = ..., is_agreed: _Optional[bool] = ..., explanation_th: _Optional[str] = ...) -> None: ...

class SignAssessmentsRequest(_message.Message):
    __slots__ = ("request_id", "assessments")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    assessments: _containers.RepeatedCompositeFieldContainer[AssessmentInput]
    def __init__(self, request_id: _Optional[str] = ..., assessments: _Optional[_Iterable[_Union[AssessmentInput, _Mapping]]] = ...) -> None: ...

class SignAssessmentsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListAssessmentsRequest(_message.Message):
    __slots__ = ("is_waiting_only", "page_size", "page_token")
    IS_WAITING_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    is_waiting_only: bool
    page_size: int
    page_token: str
    def __init__(self, is_waiting_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAssessmentsResponse(_message.Message):
    __slots__ = ("entries", "next_page_token")
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    entries: _containers.RepeatedCompositeFieldContainer[Entry]
    next_page_token: str
    def __init__(self, entries: _Optional[_Iterable[_Union[Entry, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ApproveResultsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApproveResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Approval(_message.Message):
    __slots__ = ("approval_id", "entry_count", "approved_at")
    APPROVAL_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_COUNT_FIELD_NUMBER: _ClassVar[int]
    APPROVED_AT_FIELD_NUMBER: _ClassVar[int]
    approval_id: str
    entry_count: int
    approved_at: _timestamp_pb2.Timestamp
    def __init__(self, approval_id: _Optional[str] = ..., entry_count: _Optional[int] = ..., approved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListApprovalsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListApprovalsResponse(_message.Message):
    __slots__ = ("approvals", "next_page_token")
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    approvals: _containers.RepeatedCompositeFieldContainer[Approval]
    next_page_token: str
    def __init__(self, approvals: _Optional[_Iterable[_Union[Approval, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
