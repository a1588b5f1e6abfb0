import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2 as _catalogue_pb2
from nuaikit.credit_bank.v1 import equivalences_pb2 as _equivalences_pb2
from nuaikit.credit_bank.v1 import partnerships_pb2 as _partnerships_pb2
from nuaikit.credit_bank.v1 import rules_pb2 as _rules_pb2
from nuaikit.credit_bank.v1 import transfers_pb2 as _transfers_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreditRecorded(_message.Message):
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "course", "year_be", "term", "credits", "journal_seq", "recorded_at", "form", "learning_type", "level", "issuing_body", "rpl_mode", "attempt_kind", "entry_version", "taught_by_institution_id")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    RPL_MODE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_KIND_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    TAUGHT_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    course: _catalogue_pb2.CourseKey
    year_be: int
    term: int
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    recorded_at: _timestamp_pb2.Timestamp
    form: str
    learning_type: str
    level: str
    issuing_body: str
    rpl_mode: str
    attempt_kind: str
    entry_version: int
    taught_by_institution_id: str
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., issuing_body: _Optional[str] = ..., rpl_mode: _Optional[str] = ..., attempt_kind: _Optional[str] = ..., entry_version: _Optional[int] = ..., taught_by_institution_id: _Optional[str] = ...) -> None: ...

class CreditVerified(_message.Message):
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "course", "course_title_th", "year_be", "term", "credits", "source_mode", "journal_seq", "verified_at", "form", "learning_type", "level", "issuing_body", "rpl_mode", "attempt_kind", "entry_version", "taught_by_institution_id")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_MODE_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    VERIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEARNING_TYPE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ISSUING_BODY_FIELD_NUMBER: _ClassVar[int]
    RPL_MODE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_KIND_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    TAUGHT_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    course: _catalogue_pb2.CourseKey
    course_title_th: str
    year_be: int
    term: int
    credits: _credit_pb2.CreditAmount
    source_mode: str
    journal_seq: int
    verified_at: _timestamp_pb2.Timestamp
    form: str
    learning_type: str
    level: str
    issuing_body: str
    rpl_mode: str
    attempt_kind: str
    entry_version: int
    taught_by_institution_id: str
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., course_title_th: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., source_mode: _Optional[str] = ..., journal_seq: _Optional[int] = ..., verified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., form: _Optional[str] = ..., learning_type: _Optional[str] = ..., level: _Optional[str] = ..., issuing_body: _Optional[str] = ..., rpl_mode: _Optional[str] = ..., attempt_kind: _Optional[str] = ..., entry_version: _Optional[int] = ..., taught_by_institution_id: _Optional[str] = ...) -> None: ...

class CreditCounted(_message.Message):
    __slots__ = ("entry_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "category", "credits", "journal_seq", "counted_at", "course", "course_title_th")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    COUNTED_AT_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    category: str
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    counted_at: _timestamp_pb2.Timestamp
    course: _catalogue_pb2.CourseKey
    course_title_th: str
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., category: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., counted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., course_title_th: _Optional[str] = ...) -> None: ...

class TransferSubmitted(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "ground", "line_count", "journal_seq", "submitted_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    learner_id: str
    institution_id: str
    ground: _transfers_pb2.TransferGround
    line_count: int
    journal_seq: int
    submitted_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., ground: _Optional[_Union[_transfers_pb2.TransferGround, str]] = ..., line_count: _Optional[int] = ..., journal_seq: _Optional[int] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TransferDecided(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "result", "accepted_line_count", "rejected_line_count", "rejection_reason_codes", "journal_seq", "decided_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RESULT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTED_LINE_COUNT_FIELD_NUMBER: _ClassVar[int]
    REJECTION_REASON_CODES_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    learner_id: str
    institution_id: str
    result: str
    accepted_line_count: int
    rejected_line_count: int
    rejection_reason_codes: _containers.RepeatedScalarFieldContainer[str]
    journal_seq: int
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., result: _Optional[str] = ..., accepted_line_count: _Optional[int] = ..., rejected_line_count: _Optional[int] = ..., rejection_reason_codes: _Optional[_Iterable[str]] = ..., journal_seq: _Optional[int] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TransferPosted(_message.Message):
    __slots__ = ("case_id", "line_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "category", "target", "target_title_th", "credits", "source_entry_ids", "mode", "rule_id", "journal_seq", "posted_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TARGET_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    line_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    category: str
    target: _catalogue_pb2.CourseKey
    target_title_th: str
    credits: _credit_pb2.CreditAmount
    source_entry_ids: _containers.RepeatedScalarFieldContainer[str]
    mode: str
    rule_id: str
    journal_seq: int
    posted_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., line_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., category: _Optional[str] = ..., target: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., target_title_th: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., source_entry_ids: _Optional[_Iterable[str]] = ..., mode: _Optional[str] = ..., rule_id: _Optional[str] = ..., journal_seq: _Optional[int] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CourseChanged(_message.Message):
    __slots__ = ("course",)
    COURSE_FIELD_NUMBER: _ClassVar[int]
    course: _catalogue_pb2.Course
    def __init__(self, course: _Optional[_Union[_catalogue_pb2.Course, _Mapping]] = ...) -> None: ...

class EquivalenceRuleChanged(_message.Message):
    __slots__ = ("rule",)
    RULE_FIELD_NUMBER: _ClassVar[int]
    rule: _catalogue_pb2.EquivalenceRule
    def __init__(self, rule: _Optional[_Union[_catalogue_pb2.EquivalenceRule, _Mapping]] = ...) -> None: ...

class QualificationChanged(_message.Message):
    __slots__ = ("qualification",)
    QUALIFICATION_FIELD_NUMBER: _ClassVar[int]
    qualification: _catalogue_pb2.Qualification
    def __init__(self, qualification: _Optional[_Union[_catalogue_pb2.Qualification, _Mapping]] = ...) -> None: ...

class PartnershipChanged(_message.Message):
    __slots__ = ("partnership_id", "party_institution_ids", "programme", "state", "valid_from", "valid_to", "data_status", "version")
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partnership_id: str
    party_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    programme: str
    state: _partnerships_pb2.PartnershipState
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    data_status: _provenance_pb2.RuleStatus
    version: int
    def __init__(self, partnership_id: _Optional[str] = ..., party_institution_ids: _Optional[_Iterable[str]] = ..., programme: _Optional[str] = ..., state: _Optional[_Union[_partnerships_pb2.PartnershipState, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ..., version: _Optional[int] = ...) -> None: ...

class CaseBatchChanged(_message.Message):
    __slots__ = ("batch_id", "institution_id", "state", "total", "opened", "refused", "reason", "changed_at")
    BATCH_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    OPENED_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    batch_id: str
    institution_id: str
    state: str
    total: int
    opened: int
    refused: int
    reason: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, batch_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., state: _Optional[str] = ..., total: _Optional[int] = ..., opened: _Optional[int] = ..., refused: _Optional[int] = ..., reason: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnershipConfirmed(_message.Message):
    __slots__ = ("partnership_id", "institution_id", "version", "awaited_institution_ids", "confirmed_at")
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    AWAITED_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    partnership_id: str
    institution_id: str
    version: int
    awaited_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    confirmed_at: _timestamp_pb2.Timestamp
    def __init__(self, partnership_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., version: _Optional[int] = ..., awaited_institution_ids: _Optional[_Iterable[str]] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PartnershipProposalChanged(_message.Message):
    __slots__ = ("partnership_id", "party_institution_ids", "version", "state", "institution_id", "valid_from", "valid_to")
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    PARTY_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    partnership_id: str
    party_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    version: int
    state: str
    institution_id: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, partnership_id: _Optional[str] = ..., party_institution_ids: _Optional[_Iterable[str]] = ..., version: _Optional[int] = ..., state: _Optional[str] = ..., institution_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class CommitteeChanged(_message.Message):
    __slots__ = ("committee_id", "institution_id", "mandates", "valid_from", "valid_to")
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    committee_id: str
    institution_id: str
    mandates: _containers.RepeatedScalarFieldContainer[str]
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, committee_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., mandates: _Optional[_Iterable[str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class CreditSuperseded(_message.Message):
    __slots__ = ("superseded_entry_id", "entry_id", "learner_id", "issuer_institution_id", "course", "course_title_th", "superseded_credits", "credits", "journal_seq", "superseded_at")
    SUPERSEDED_ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_CREDITS_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_AT_FIELD_NUMBER: _ClassVar[int]
    superseded_entry_id: str
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    course: _catalogue_pb2.CourseKey
    course_title_th: str
    superseded_credits: _credit_pb2.CreditAmount
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    superseded_at: _timestamp_pb2.Timestamp
    def __init__(self, superseded_entry_id: _Optional[str] = ..., entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., course_title_th: _Optional[str] = ..., superseded_credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., superseded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreditRevoked(_message.Message):
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "course", "credits", "reason_code", "journal_seq", "revoked_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    REVOKED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    course: _catalogue_pb2.CourseKey
    credits: _credit_pb2.CreditAmount
    reason_code: str
    journal_seq: int
    revoked_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., reason_code: _Optional[str] = ..., journal_seq: _Optional[int] = ..., revoked_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreditCountVoided(_message.Message):
    __slots__ = ("entry_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "category", "credits", "journal_seq", "voided_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    VOIDED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    category: str
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    voided_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., category: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., voided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreditExpired(_message.Message):
    __slots__ = ("entry_id", "learner_id", "issuer_institution_id", "credits", "rule_key", "rule_version", "journal_seq", "expired_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    RULE_KEY_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    EXPIRED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    learner_id: str
    issuer_institution_id: str
    credits: _credit_pb2.CreditAmount
    rule_key: str
    rule_version: str
    journal_seq: int
    expired_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., rule_key: _Optional[str] = ..., rule_version: _Optional[str] = ..., journal_seq: _Optional[int] = ..., expired_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TransferReversed(_message.Message):
    __slots__ = ("case_id", "line_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "category", "credits", "reason_code", "posted_journal_seq", "journal_seq", "reversed_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LINE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    POSTED_JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    REVERSED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    line_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    category: str
    credits: _credit_pb2.CreditAmount
    reason_code: str
    posted_journal_seq: int
    journal_seq: int
    reversed_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., line_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., category: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., reason_code: _Optional[str] = ..., posted_journal_seq: _Optional[int] = ..., journal_seq: _Optional[int] = ..., reversed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SourceChanged(_message.Message):
    __slots__ = ("flag_id", "learner_id", "institution_id", "kind", "subject", "line_id", "transcript_id", "qualification_code", "qualification_version", "entry_id", "raised_at")
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
    def __init__(self, flag_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., subject: _Optional[str] = ..., line_id: _Optional[str] = ..., transcript_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., entry_id: _Optional[str] = ..., raised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class SourceChangeResolved(_message.Message):
    __slots__ = ("flag_id", "learner_id", "institution_id", "resolution", "reason_code", "resolved_at")
    FLAG_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RESOLUTION_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    RESOLVED_AT_FIELD_NUMBER: _ClassVar[int]
    flag_id: str
    learner_id: str
    institution_id: str
    resolution: str
    reason_code: str
    resolved_at: _timestamp_pb2.Timestamp
    def __init__(self, flag_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., resolution: _Optional[str] = ..., reason_code: _Optional[str] = ..., resolved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TranscriptIssued(_message.Message):
    __slots__ = ("transcript_id", "learner_id", "institution_id", "purpose", "issued_at")
    TRANSCRIPT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ISSUED_AT_FIELD_NUMBER: _ClassVar[int]
    transcript_id: str
    learner_id: str
    institution_id: str
    purpose: str
    issued_at: _timestamp_pb2.Timestamp
    def __init__(self, transcript_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., purpose: _Optional[str] = ..., issued_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class TransferCaseChanged(_message.Message):
    __slots__ = ("case_id", "learner_id", "institution_id", "step", "from_state", "to_state", "hearing", "due_on", "changed_at")
    CASE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STEP_FIELD_NUMBER: _ClassVar[int]
    FROM_STATE_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    HEARING_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    case_id: str
    learner_id: str
    institution_id: str
    step: str
    from_state: _transfers_pb2.CaseState
    to_state: _transfers_pb2.CaseState
    hearing: int
    due_on: _date_pb2.Date
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, case_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., step: _Optional[str] = ..., from_state: _Optional[_Union[_transfers_pb2.CaseState, str]] = ..., to_state: _Optional[_Union[_transfers_pb2.CaseState, str]] = ..., hearing: _Optional[int] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LeadOrganisationChanged(_message.Message):
    __slots__ = ("lead_id", "tier", "scope", "institution_id", "valid_from", "valid_to")
    LEAD_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    lead_id: str
    tier: str
    scope: str
    institution_id: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, lead_id: _Optional[str] = ..., tier: _Optional[str] = ..., scope: _Optional[str] = ..., institution_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class OfferingScheduled(_message.Message):
    __slots__ = ("offering_id", "institution_id", "course", "partnership_id", "year_be", "term")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    institution_id: str
    course: _catalogue_pb2.CourseKey
    partnership_id: str
    year_be: int
    term: int
    def __init__(self, offering_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., partnership_id: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ...) -> None: ...

class SurveyChanged(_message.Message):
    __slots__ = ("survey_id", "institution_id", "kind", "year_be", "term", "is_closed")
    SURVEY_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    IS_CLOSED_FIELD_NUMBER: _ClassVar[int]
    survey_id: str
    institution_id: str
    kind: str
    year_be: int
    term: int
    is_closed: bool
    def __init__(self, survey_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., is_closed: _Optional[bool] = ...) -> None: ...

class SurveyAnswered(_message.Message):
    __slots__ = ("survey_id", "institution_id", "kind", "readiness", "answered_at")
    SURVEY_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    READINESS_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    survey_id: str
    institution_id: str
    kind: str
    readiness: str
    answered_at: _timestamp_pb2.Timestamp
    def __init__(self, survey_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., readiness: _Optional[str] = ..., answered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WeeklyTimesChanged(_message.Message):
    __slots__ = ("institution_id", "set_count", "removed_count", "clash_count")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SET_COUNT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_COUNT_FIELD_NUMBER: _ClassVar[int]
    CLASH_COUNT_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    set_count: int
    removed_count: int
    clash_count: int
    def __init__(self, institution_id: _Optional[str] = ..., set_count: _Optional[int] = ..., removed_count: _Optional[int] = ..., clash_count: _Optional[int] = ...) -> None: ...

class CreditReturned(_message.Message):
    __slots__ = ("entry_id", "entry_version", "learner_id", "issuer_institution_id", "reason_code", "credits", "journal_seq", "returned_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    RETURNED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    entry_version: int
    learner_id: str
    issuer_institution_id: str
    reason_code: str
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    returned_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., reason_code: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., returned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreditRejected(_message.Message):
    __slots__ = ("entry_id", "entry_version", "learner_id", "issuer_institution_id", "reason_code", "credits", "journal_seq", "rejected_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    REJECTED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    entry_version: int
    learner_id: str
    issuer_institution_id: str
    reason_code: str
    credits: _credit_pb2.CreditAmount
    journal_seq: int
    rejected_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., reason_code: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., journal_seq: _Optional[int] = ..., rejected_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ResultDraftChanged(_message.Message):
    __slots__ = ("draft_id", "row_version", "learner_id", "institution_id", "state", "changed_at")
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    ROW_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    draft_id: str
    row_version: int
    learner_id: str
    institution_id: str
    state: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, draft_id: _Optional[str] = ..., row_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., state: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EntryChangeMoved(_message.Message):
    __slots__ = ("change_id", "entry_id", "entry_version", "learner_id", "institution_id", "kind", "state", "reason_code", "moved_at")
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    MOVED_AT_FIELD_NUMBER: _ClassVar[int]
    change_id: str
    entry_id: str
    entry_version: int
    learner_id: str
    institution_id: str
    kind: str
    state: str
    reason_code: str
    moved_at: _timestamp_pb2.Timestamp
    def __init__(self, change_id: _Optional[str] = ..., entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., state: _Optional[str] = ..., reason_code: _Optional[str] = ..., moved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AssessmentSigned(_message.Message):
    __slots__ = ("entry_id", "entry_version", "learner_id", "issuer_institution_id", "assessor_institution_id", "is_agreed", "signed_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ASSESSOR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_AGREED_FIELD_NUMBER: _ClassVar[int]
    SIGNED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    entry_version: int
    learner_id: str
    issuer_institution_id: str
    assessor_institution_id: str
    is_agreed: bool
    signed_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., assessor_institution_id: _Optional[str] = ..., is_agreed: _Optional[bool] = ..., signed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CreditApproved(_message.Message):
    __slots__ = ("entry_id", "entry_version", "learner_id", "issuer_institution_id", "approval_id", "approved_at")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRY_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ISSUER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVAL_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVED_AT_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    entry_version: int
    learner_id: str
    issuer_institution_id: str
    approval_id: str
    approved_at: _timestamp_pb2.Timestamp
    def __init__(self, entry_id: _Optional[str] = ..., entry_version: _Optional[int] = ..., learner_id: _Optional[str] = ..., issuer_institution_id: _Optional[str] = ..., approval_id: _Optional[str] = ..., approved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class CourseApproved(_message.Message):
    __slots__ = ("approval", "course", "recorded_at")
    APPROVAL_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    approval: _catalogue_pb2.CourseApproval
    course: _catalogue_pb2.CourseKey
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, approval: _Optional[_Union[_catalogue_pb2.CourseApproval, _Mapping]] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ModuleChanged(_message.Message):
    __slots__ = ("module",)
    MODULE_FIELD_NUMBER: _ClassVar[int]
    module: _catalogue_pb2.Module
    def __init__(self, module: _Optional[_Union[_catalogue_pb2.Module, _Mapping]] = ...) -> None: ...

class EquivalenceRuleMoved(_message.Message):
    __slots__ = ("rule_id", "version", "state", "last_day", "moved_at")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    MOVED_AT_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    version: int
    state: _catalogue_pb2.RuleState
    last_day: _date_pb2.Date
    moved_at: _timestamp_pb2.Timestamp
    def __init__(self, rule_id: _Optional[str] = ..., version: _Optional[int] = ..., state: _Optional[_Union[_catalogue_pb2.RuleState, str]] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., moved_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class AccreditationChanged(_message.Message):
    __slots__ = ("accreditation", "changed_at")
    ACCREDITATION_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    accreditation: _equivalences_pb2.Accreditation
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, accreditation: _Optional[_Union[_equivalences_pb2.Accreditation, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class PolicyRulePublished(_message.Message):
    __slots__ = ("rule",)
    RULE_FIELD_NUMBER: _ClassVar[int]
    rule: _rules_pb2.PolicyRule
    def __init__(self, rule: _Optional[_Union[_rules_pb2.PolicyRule, _Mapping]] = ...) -> None: ...

class QualificationRedeemed(_message.Message):
    __slots__ = ("redemption_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "credits", "completes_with_redemption_id", "journal_seq", "redeemed_at")
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    COMPLETES_WITH_REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    REDEEMED_AT_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    credits: _credit_pb2.CreditAmount
    completes_with_redemption_id: str
    journal_seq: int
    redeemed_at: _timestamp_pb2.Timestamp
    def __init__(self, redemption_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., completes_with_redemption_id: _Optional[str] = ..., journal_seq: _Optional[int] = ..., redeemed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QualificationRedemptionReversed(_message.Message):
    __slots__ = ("redemption_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "credits", "reason_code", "journal_seq", "reversed_at")
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    REVERSED_AT_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    credits: _credit_pb2.CreditAmount
    reason_code: str
    journal_seq: int
    reversed_at: _timestamp_pb2.Timestamp
    def __init__(self, redemption_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., reason_code: _Optional[str] = ..., journal_seq: _Optional[int] = ..., reversed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class QualificationAccountChanged(_message.Message):
    __slots__ = ("account_id", "learner_id", "awarding_institution_id", "qualification_code", "qualification_version", "state", "journal_seq", "changed_at")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_SEQ_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    learner_id: str
    awarding_institution_id: str
    qualification_code: str
    qualification_version: str
    state: str
    journal_seq: int
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, account_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., state: _Optional[str] = ..., journal_seq: _Optional[int] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ExchangeLinkChanged(_message.Message):
    __slots__ = ("link_id", "learner_id", "institution_id", "peer", "is_ended", "changed_at")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    learner_id: str
    institution_id: str
    peer: str
    is_ended: bool
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, link_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., peer: _Optional[str] = ..., is_ended: _Optional[bool] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
