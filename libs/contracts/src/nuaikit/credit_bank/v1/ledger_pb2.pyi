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

class AccountKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_KIND_UNSPECIFIED: _ClassVar[AccountKind]
    ACCOUNT_KIND_BANK: _ClassVar[AccountKind]
    ACCOUNT_KIND_QUALIFICATION: _ClassVar[AccountKind]
ACCOUNT_KIND_UNSPECIFIED: AccountKind
ACCOUNT_KIND_BANK: AccountKind
ACCOUNT_KIND_QUALIFICATION: AccountKind

class CountInput(_message.Message):
    __slots__ = ("entry_id", "qualification_code", "qualification_version")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    qualification_code: str
    qualification_version: str
    def __init__(self, entry_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ...) -> None: ...

class CountEntriesRequest(_message.Message):
    __slots__ = ("request_id", "entries")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entries: _containers.RepeatedCompositeFieldContainer[CountInput]
    def __init__(self, request_id: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[CountInput, _Mapping]]] = ...) -> None: ...

class CountEntriesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class BucketBalance(_message.Message):
    __slots__ = ("bucket", "amount")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    amount: _credit_pb2.CreditAmount
    def __init__(self, bucket: _Optional[str] = ..., amount: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("account_id", "kind", "qualification_code", "qualification_version", "awarding_institution_id", "balances", "state")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    kind: AccountKind
    qualification_code: str
    qualification_version: str
    awarding_institution_id: str
    balances: _containers.RepeatedCompositeFieldContainer[BucketBalance]
    state: str
    def __init__(self, account_id: _Optional[str] = ..., kind: _Optional[_Union[AccountKind, str]] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., balances: _Optional[_Iterable[_Union[BucketBalance, _Mapping]]] = ..., state: _Optional[str] = ...) -> None: ...

class JournalLine(_message.Message):
    __slots__ = ("account_id", "bucket", "amount")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    bucket: str
    amount: _credit_pb2.CreditAmount
    def __init__(self, account_id: _Optional[str] = ..., bucket: _Optional[str] = ..., amount: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Journal(_message.Message):
    __slots__ = ("journal_id", "seq", "type", "posted_at", "effective_on", "entry_id", "lines", "prev_hash_hex", "hash_hex")
    JOURNAL_ID_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PREV_HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    journal_id: str
    seq: int
    type: str
    posted_at: _timestamp_pb2.Timestamp
    effective_on: _date_pb2.Date
    entry_id: str
    lines: _containers.RepeatedCompositeFieldContainer[JournalLine]
    prev_hash_hex: str
    hash_hex: str
    def __init__(self, journal_id: _Optional[str] = ..., seq: _Optional[int] = ..., type: _Optional[str] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., entry_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[JournalLine, _Mapping]]] = ..., prev_hash_hex: _Optional[str] = ..., hash_hex: _Optional[str] = ...) -> None: ...

class StatementAward(_message.Message):
    __slots__ = ("journal_id", "qualification_code", "qualification_version", "awarding_institution_id", "category", "form", "learning_type", "level", "course", "course_title_th", "credits")
    JOURNAL_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    journal_id: str
    qualification_code: str
    qualification_version: str
    awarding_institution_id: str
    category: str
    form: str
    learning_type: str
    level: str
    course: _catalogue_pb2.CourseKey
    course_title_th: str
    credits: _credit_pb2.CreditAmount
    def __init__(self, journal_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., category: _Optional[str] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., course_title_th: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "as_of", "effective_on", "page_size", "page_token")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    as_of: _timestamp_pb2.Timestamp
    effective_on: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class StatementEntry(_message.Message):
    __slots__ = ("entry_id", "version", "issuer_institution_id", "issuing_body", "form", "learning_type", "level", "course", "course_title_th", "source_mode", "state")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_MODE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    version: int
    issuer_institution_id: str
    issuing_body: str
    form: str
    learning_type: str
    level: str
    course: _catalogue_pb2.CourseKey
    course_title_th: str
    source_mode: str
    state: str
    def __init__(self, entry_id: _Optional[str] = ..., version: _Optional[int] = ..., issuer_institution_id: _Optional[str] = ..., issuing_body: _Optional[str] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., course_title_th: _Optional[str] = ..., source_mode: _Optional[str] = ..., state: _Optional[str] = ...) -> None: ...

class GetStatementResponse(_message.Message):
    __slots__ = ("accounts", "journals", "head_hash_hex", "entries", "next_page_token", "awards")
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    JOURNALS_FIELD_NUMBER: _ClassVar[int]
    HEAD_HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    AWARDS_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[Account]
    journals: _containers.RepeatedCompositeFieldContainer[Journal]
    head_hash_hex: str
    entries: _containers.RepeatedCompositeFieldContainer[StatementEntry]
    next_page_token: str
    awards: _containers.RepeatedCompositeFieldContainer[StatementAward]
    def __init__(self, accounts: _Optional[_Iterable[_Union[Account, _Mapping]]] = ..., journals: _Optional[_Iterable[_Union[Journal, _Mapping]]] = ..., head_hash_hex: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[StatementEntry, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., awards: _Optional[_Iterable[_Union[StatementAward, _Mapping]]] = ...) -> None: ...

class GetAveragesRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "as_of", "document_kind")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_KIND_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    as_of: _timestamp_pb2.Timestamp
    document_kind: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., document_kind: _Optional[str] = ...) -> None: ...

class AverageFigure(_message.Message):
    __slots__ = ("scope", "year_be", "term", "subject_group", "unit", "numerator_ten_thousandths", "denominator_hundredths", "value", "row_count", "level", "rounding", "retake", "forms")
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_GROUP_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_TEN_THOUSANDTHS_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ROUNDING_FIELD_NUMBER: _ClassVar[int]
    RETAKE_FIELD_NUMBER: _ClassVar[int]
    FORMS_FIELD_NUMBER: _ClassVar[int]
    scope: str
    year_be: int
    term: int
    subject_group: str
    unit: _credit_pb2.CreditUnit
    numerator_ten_thousandths: int
    denominator_hundredths: int
    value: str
    row_count: int
    level: str
    rounding: str
    retake: str
    forms: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, scope: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., subject_group: _Optional[str] = ..., unit: _Optional[_Union[_credit_pb2.CreditUnit, str]] = ..., numerator_ten_thousandths: _Optional[int] = ..., denominator_hundredths: _Optional[int] = ..., value: _Optional[str] = ..., row_count: _Optional[int] = ..., level: _Optional[str] = ..., rounding: _Optional[str] = ..., retake: _Optional[str] = ..., forms: _Optional[_Iterable[str]] = ...) -> None: ...

class AverageMethod(_message.Message):
    __slots__ = ("rules", "status", "text_th", "unannounced")
    RULES_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    TEXT_TH_FIELD_NUMBER: _ClassVar[int]
    UNANNOUNCED_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedScalarFieldContainer[str]
    status: _provenance_pb2.RuleStatus
    text_th: str
    unannounced: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, rules: _Optional[_Iterable[str]] = ..., status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ..., text_th: _Optional[str] = ..., unannounced: _Optional[_Iterable[str]] = ...) -> None: ...

class GetAveragesResponse(_message.Message):
    __slots__ = ("averages", "method", "as_of")
    AVERAGES_FIELD_NUMBER: _ClassVar[int]
    METHOD_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    averages: _containers.RepeatedCompositeFieldContainer[AverageFigure]
    method: AverageMethod
    as_of: _timestamp_pb2.Timestamp
    def __init__(self, averages: _Optional[_Iterable[_Union[AverageFigure, _Mapping]]] = ..., method: _Optional[_Union[AverageMethod, _Mapping]] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExpireCreditsRequest(_message.Message):
    __slots__ = ("request_id", "entry_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ExpireCreditsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ReviewFlag(_message.Message):
    __slots__ = ("flag_id", "learner_id", "institution_id", "kind", "subject", "line_id", "transcript_id", "qualification_code", "qualification_version", "entry_id", "raised_at", "resolution", "resolved_at", "reason_code")
    FLAG_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    RAISED_AT_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    flag_id: str
    learner_id: str
    institution_id: str
    kind: str
    subject: str
    line_id: str
    transcript_id: str
    qualification_code: str
    qualification_version: str
    entry_id: str
    raised_at: _timestamp_pb2.Timestamp
    resolution: str
    resolved_at: _timestamp_pb2.Timestamp
    reason_code: str
    def __init__(self, flag_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., subject: _Optional[str] = ..., line_id: _Optional[str] = ..., transcript_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., entry_id: _Optional[str] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., resolution: _Optional[str] = ..., resolved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class ListReviewFlagsRequest(_message.Message):
    __slots__ = ("with_resolved", "subject", "learner_ids", "page_size", "page_token")
    WITH_RESOLVED_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    with_resolved: bool
    subject: str
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, with_resolved: _Optional[bool] = ..., subject: _Optional[str] = ..., learner_ids: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListReviewFlagsResponse(_message.Message):
    __slots__ = ("flags", "next_page_token", "total")
    FLAGS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    flags: _containers.RepeatedCompositeFieldContainer[ReviewFlag]
    next_page_token: str
    total: int
    def __init__(self, flags: _Optional[_Iterable[_Union[ReviewFlag, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ResolveReviewFlagsRequest(_message.Message):
    __slots__ = ("request_id", "flag_ids", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FLAG_IDS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    flag_ids: _containers.RepeatedScalarFieldContainer[str]
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., flag_ids: _Optional[_Iterable[str]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class ResolveReviewFlagsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Checkpoint(_message.Message):
    __slots__ = ("day", "made_at", "learner_count", "journal_count", "digest_hex", "prev_digest_hex", "key_id", "public_key_hex", "signature_hex")
    DAY_FIELD_NUMBER: _ClassVar[int]
    MADE_AT_FIELD_NUMBER: _ClassVar[int]
    LEARNER_COUNT_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_COUNT_FIELD_NUMBER: _ClassVar[int]
    DIGEST_HEX_FIELD_NUMBER: _ClassVar[int]
    PREV_DIGEST_HEX_FIELD_NUMBER: _ClassVar[int]
    KEY_ID_FIELD_NUMBER: _ClassVar[int]
    PUBLIC_KEY_HEX_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_HEX_FIELD_NUMBER: _ClassVar[int]
    day: _date_pb2.Date
    made_at: _timestamp_pb2.Timestamp
    learner_count: int
    journal_count: int
    digest_hex: str
    prev_digest_hex: str
    key_id: str
    public_key_hex: str
    signature_hex: str
    def __init__(self, day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., made_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., learner_count: _Optional[int] = ..., journal_count: _Optional[int] = ..., digest_hex: _Optional[str] = ..., prev_digest_hex: _Optional[str] = ..., key_id: _Optional[str] = ..., public_key_hex: _Optional[str] = ..., signature_hex: _Optional[str] = ...) -> None: ...

class ListCheckpointsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCheckpointsResponse(_message.Message):
    __slots__ = ("checkpoints", "next_page_token")
    CHECKPOINTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    checkpoints: _containers.RepeatedCompositeFieldContainer[Checkpoint]
    next_page_token: str
    def __init__(self, checkpoints: _Optional[_Iterable[_Union[Checkpoint, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
