import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.credit_bank.v1 import recording_pb2 as _recording_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IdentityProof(_message.Message):
    __slots__ = ("full_name_th", "masked_identifiers", "identity_state", "enrolments")
    FULL_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    MASKED_IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_STATE_FIELD_NUMBER: _ClassVar[int]
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    full_name_th: str
    masked_identifiers: _containers.RepeatedScalarFieldContainer[str]
    identity_state: str
    enrolments: _containers.RepeatedCompositeFieldContainer[EnrolmentProof]
    def __init__(self, full_name_th: _Optional[str] = ..., masked_identifiers: _Optional[_Iterable[str]] = ..., identity_state: _Optional[str] = ..., enrolments: _Optional[_Iterable[_Union[EnrolmentProof, _Mapping]]] = ...) -> None: ...

class EnrolmentProof(_message.Message):
    __slots__ = ("institution_id", "institution_name_th", "role", "grade_label", "valid_from", "valid_to")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    institution_name_th: str
    role: str
    grade_label: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., role: _Optional[str] = ..., grade_label: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class TranscriptRow(_message.Message):
    __slots__ = ("entry", "issuer_name_th", "content_sha256_hex")
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    ISSUER_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    CONTENT_SHA256_HEX_FIELD_NUMBER: _ClassVar[int]
    entry: _recording_pb2.Entry
    issuer_name_th: str
    content_sha256_hex: str
    def __init__(self, entry: _Optional[_Union[_recording_pb2.Entry, _Mapping]] = ..., issuer_name_th: _Optional[str] = ..., content_sha256_hex: _Optional[str] = ...) -> None: ...

class ExistingClaim(_message.Message):
    __slots__ = ("entry_id", "qualification_code", "awarding_institution_id", "state", "target_course_code")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    TARGET_COURSE_CODE_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    qualification_code: str
    awarding_institution_id: str
    state: str
    target_course_code: str
    def __init__(self, entry_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., state: _Optional[str] = ..., target_course_code: _Optional[str] = ...) -> None: ...

class Average(_message.Message):
    __slots__ = ("unit", "numerator_ten_thousandths", "denominator_hundredths", "value", "rounding", "retake_policy", "rule_status", "level", "rule_version")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_TEN_THOUSANDTHS_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    ROUNDING_FIELD_NUMBER: _ClassVar[int]
    RETAKE_POLICY_FIELD_NUMBER: _ClassVar[int]
    RULE_STATUS_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    unit: _credit_pb2.CreditUnit
    numerator_ten_thousandths: int
    denominator_hundredths: int
    value: str
    rounding: str
    retake_policy: str
    rule_status: str
    level: str
    rule_version: str
    def __init__(self, unit: _Optional[_Union[_credit_pb2.CreditUnit, str]] = ..., numerator_ten_thousandths: _Optional[int] = ..., denominator_hundredths: _Optional[int] = ..., value: _Optional[str] = ..., rounding: _Optional[str] = ..., retake_policy: _Optional[str] = ..., rule_status: _Optional[str] = ..., level: _Optional[str] = ..., rule_version: _Optional[str] = ...) -> None: ...

class ActivityResult(_message.Message):
    __slots__ = ("entry",)
    ENTRY_FIELD_NUMBER: _ClassVar[int]
    entry: _recording_pb2.Entry
    def __init__(self, entry: _Optional[_Union[_recording_pb2.Entry, _Mapping]] = ...) -> None: ...

class UnitTotal(_message.Message):
    __slots__ = ("earned", "attempted")
    EARNED_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTED_FIELD_NUMBER: _ClassVar[int]
    earned: _credit_pb2.CreditAmount
    attempted: _credit_pb2.CreditAmount
    def __init__(self, earned: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., attempted: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Transcript(_message.Message):
    __slots__ = ("learner_id", "as_of", "identity", "rows", "activities", "averages", "claims", "totals", "head_hash_hex", "transcript_id")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_FIELD_NUMBER: _ClassVar[int]
    ROWS_FIELD_NUMBER: _ClassVar[int]
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    AVERAGES_FIELD_NUMBER: _ClassVar[int]
    CLAIMS_FIELD_NUMBER: _ClassVar[int]
    TOTALS_FIELD_NUMBER: _ClassVar[int]
    HEAD_HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    TRANSCRIPT_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    as_of: _timestamp_pb2.Timestamp
    identity: IdentityProof
    rows: _containers.RepeatedCompositeFieldContainer[TranscriptRow]
    activities: _containers.RepeatedCompositeFieldContainer[ActivityResult]
    averages: _containers.RepeatedCompositeFieldContainer[Average]
    claims: _containers.RepeatedCompositeFieldContainer[ExistingClaim]
    totals: _containers.RepeatedCompositeFieldContainer[UnitTotal]
    head_hash_hex: str
    transcript_id: str
    def __init__(self, learner_id: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., identity: _Optional[_Union[IdentityProof, _Mapping]] = ..., rows: _Optional[_Iterable[_Union[TranscriptRow, _Mapping]]] = ..., activities: _Optional[_Iterable[_Union[ActivityResult, _Mapping]]] = ..., averages: _Optional[_Iterable[_Union[Average, _Mapping]]] = ..., claims: _Optional[_Iterable[_Union[ExistingClaim, _Mapping]]] = ..., totals: _Optional[_Iterable[_Union[UnitTotal, _Mapping]]] = ..., head_hash_hex: _Optional[str] = ..., transcript_id: _Optional[str] = ...) -> None: ...

class GetTranscriptRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "as_of", "curriculum_version")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    CURRICULUM_VERSION_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    as_of: _timestamp_pb2.Timestamp
    curriculum_version: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., curriculum_version: _Optional[str] = ...) -> None: ...

class GetTranscriptResponse(_message.Message):
    __slots__ = ("transcript",)
    TRANSCRIPT_FIELD_NUMBER: _ClassVar[int]
    transcript: Transcript
    def __init__(self, transcript: _Optional[_Union[Transcript, _Mapping]] = ...) -> None: ...

class QueryTranscriptsRequest(_message.Message):
    __slots__ = ("learner_ids", "purpose")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ...) -> None: ...

class QueryTranscriptsResponse(_message.Message):
    __slots__ = ("transcripts",)
    TRANSCRIPTS_FIELD_NUMBER: _ClassVar[int]
    transcripts: _containers.RepeatedCompositeFieldContainer[Transcript]
    def __init__(self, transcripts: _Optional[_Iterable[_Union[Transcript, _Mapping]]] = ...) -> None: ...
