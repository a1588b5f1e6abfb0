import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from nuaikit.student_registry.v1 import institutions_pb2 as _institutions_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LearnerRegistered(_message.Message):
    __slots__ = ("learner_id", "registrar_institution_id", "registered_at", "data_status")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    registrar_institution_id: str
    registered_at: _timestamp_pb2.Timestamp
    data_status: _provenance_pb2.RuleStatus
    def __init__(self, learner_id: _Optional[str] = ..., registrar_institution_id: _Optional[str] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ...) -> None: ...

class IdentifierChanged(_message.Message):
    __slots__ = ("learner_id", "changed_at")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, learner_id: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EnrolmentChanged(_message.Message):
    __slots__ = ("enrolment_id", "learner_id", "institution_id", "role", "delivery_system", "grade_label", "classroom", "programme_code", "status", "valid_from", "valid_to")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    learner_id: str
    institution_id: str
    role: _enrolments_pb2.EnrolmentRole
    delivery_system: _enrolments_pb2.DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    status: _enrolments_pb2.EnrolmentStatus
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, enrolment_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[_Union[_enrolments_pb2.EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[_enrolments_pb2.DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., status: _Optional[_Union[_enrolments_pb2.EnrolmentStatus, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ShareGrantChanged(_message.Message):
    __slots__ = ("grant_id", "learner_id", "recipient_institution_id", "scope", "valid_to", "is_ended")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    valid_to: _date_pb2.Date
    is_ended: bool
    def __init__(self, grant_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_ended: _Optional[bool] = ...) -> None: ...

class InstitutionChanged(_message.Message):
    __slots__ = ("institution_id", "kind", "name_th", "local_alias", "official_code", "parent_institution_id", "data_status")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    LOCAL_ALIAS_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_CODE_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    kind: _institutions_pb2.InstitutionKind
    name_th: str
    local_alias: str
    official_code: str
    parent_institution_id: str
    data_status: _provenance_pb2.RuleStatus
    def __init__(self, institution_id: _Optional[str] = ..., kind: _Optional[_Union[_institutions_pb2.InstitutionKind, str]] = ..., name_th: _Optional[str] = ..., local_alias: _Optional[str] = ..., official_code: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ...) -> None: ...

class AssignmentChanged(_message.Message):
    __slots__ = ("assignment_id", "subject_hash", "institution_id", "role", "classroom", "permissions", "permission_version", "valid_from", "valid_to")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_HASH_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    subject_hash: str
    institution_id: str
    role: str
    classroom: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    permission_version: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, assignment_id: _Optional[str] = ..., subject_hash: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., permission_version: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...
