import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EnrolmentRole(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENROLMENT_ROLE_UNSPECIFIED: _ClassVar[EnrolmentRole]
    ENROLMENT_ROLE_PRIMARY: _ClassVar[EnrolmentRole]
    ENROLMENT_ROLE_PARTNER: _ClassVar[EnrolmentRole]
    ENROLMENT_ROLE_HOSTING: _ClassVar[EnrolmentRole]
    ENROLMENT_ROLE_SHORT_COURSE: _ClassVar[EnrolmentRole]

class DeliverySystem(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DELIVERY_SYSTEM_UNSPECIFIED: _ClassVar[DeliverySystem]
    DELIVERY_SYSTEM_FORMAL: _ClassVar[DeliverySystem]
    DELIVERY_SYSTEM_NONFORMAL: _ClassVar[DeliverySystem]
    DELIVERY_SYSTEM_INFORMAL: _ClassVar[DeliverySystem]
    DELIVERY_SYSTEM_HOME_SCHOOL: _ClassVar[DeliverySystem]
    DELIVERY_SYSTEM_DUAL_EDUCATION: _ClassVar[DeliverySystem]

class EnrolmentStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ENROLMENT_STATUS_UNSPECIFIED: _ClassVar[EnrolmentStatus]
    ENROLMENT_STATUS_STUDYING: _ClassVar[EnrolmentStatus]
    ENROLMENT_STATUS_ENDED: _ClassVar[EnrolmentStatus]

class HostingScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HOSTING_SCOPE_UNSPECIFIED: _ClassVar[HostingScope]
    HOSTING_SCOPE_ALL: _ClassVar[HostingScope]
    HOSTING_SCOPE_SOME: _ClassVar[HostingScope]
ENROLMENT_ROLE_UNSPECIFIED: EnrolmentRole
ENROLMENT_ROLE_PRIMARY: EnrolmentRole
ENROLMENT_ROLE_PARTNER: EnrolmentRole
ENROLMENT_ROLE_HOSTING: EnrolmentRole
ENROLMENT_ROLE_SHORT_COURSE: EnrolmentRole
DELIVERY_SYSTEM_UNSPECIFIED: DeliverySystem
DELIVERY_SYSTEM_FORMAL: DeliverySystem
DELIVERY_SYSTEM_NONFORMAL: DeliverySystem
DELIVERY_SYSTEM_INFORMAL: DeliverySystem
DELIVERY_SYSTEM_HOME_SCHOOL: DeliverySystem
DELIVERY_SYSTEM_DUAL_EDUCATION: DeliverySystem
ENROLMENT_STATUS_UNSPECIFIED: EnrolmentStatus
ENROLMENT_STATUS_STUDYING: EnrolmentStatus
ENROLMENT_STATUS_ENDED: EnrolmentStatus
HOSTING_SCOPE_UNSPECIFIED: HostingScope
HOSTING_SCOPE_ALL: HostingScope
HOSTING_SCOPE_SOME: HostingScope

class EnrolmentInput(_message.Message):
    __slots__ = ("institution_id", "role", "delivery_system", "grade_label", "classroom", "programme_code", "valid_from", "valid_to", "number_in_class", "hosting_scope", "hosted_classes")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    NUMBER_IN_CLASS_FIELD_NUMBER: _ClassVar[int]
    HOSTING_SCOPE_FIELD_NUMBER: _ClassVar[int]
    HOSTED_CLASSES_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    number_in_class: int
    hosting_scope: HostingScope
    hosted_classes: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, institution_id: _Optional[str] = ..., role: _Optional[_Union[EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., number_in_class: _Optional[int] = ..., hosting_scope: _Optional[_Union[HostingScope, str]] = ..., hosted_classes: _Optional[_Iterable[str]] = ...) -> None: ...

class Enrolment(_message.Message):
    __slots__ = ("enrolment_id", "learner_id", "facts", "status", "level", "holds_from", "end_reason")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FROM_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    learner_id: str
    facts: EnrolmentInput
    status: EnrolmentStatus
    level: str
    holds_from: _date_pb2.Date
    end_reason: str
    def __init__(self, enrolment_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., facts: _Optional[_Union[EnrolmentInput, _Mapping]] = ..., status: _Optional[_Union[EnrolmentStatus, str]] = ..., level: _Optional[str] = ..., holds_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., end_reason: _Optional[str] = ...) -> None: ...

class ListEnrolmentsRequest(_message.Message):
    __slots__ = ("learner_ids", "on_date")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    on_date: _date_pb2.Date
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListEnrolmentsResponse(_message.Message):
    __slots__ = ("enrolments",)
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    enrolments: _containers.RepeatedCompositeFieldContainer[Enrolment]
    def __init__(self, enrolments: _Optional[_Iterable[_Union[Enrolment, _Mapping]]] = ...) -> None: ...

class EnrolmentChange(_message.Message):
    __slots__ = ("enrolment_id", "holds_from", "delivery_system", "grade_label", "classroom", "number_in_class", "programme_code", "hosting_scope", "hosted_classes", "provenance")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    HOLDS_FROM_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    NUMBER_IN_CLASS_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    HOSTING_SCOPE_FIELD_NUMBER: _ClassVar[int]
    HOSTED_CLASSES_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    holds_from: _date_pb2.Date
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    number_in_class: int
    programme_code: str
    hosting_scope: HostingScope
    hosted_classes: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    def __init__(self, enrolment_id: _Optional[str] = ..., holds_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., delivery_system: _Optional[_Union[DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., number_in_class: _Optional[int] = ..., programme_code: _Optional[str] = ..., hosting_scope: _Optional[_Union[HostingScope, str]] = ..., hosted_classes: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ChangeEnrolmentsRequest(_message.Message):
    __slots__ = ("request_id", "changes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    changes: _containers.RepeatedCompositeFieldContainer[EnrolmentChange]
    def __init__(self, request_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[EnrolmentChange, _Mapping]]] = ...) -> None: ...

class ChangeEnrolmentsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class EnrolmentEnd(_message.Message):
    __slots__ = ("enrolment_id", "last_day", "reason_code", "provenance")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    last_day: _date_pb2.Date
    reason_code: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, enrolment_id: _Optional[str] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., reason_code: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class EndEnrolmentsRequest(_message.Message):
    __slots__ = ("request_id", "ends")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ends: _containers.RepeatedCompositeFieldContainer[EnrolmentEnd]
    def __init__(self, request_id: _Optional[str] = ..., ends: _Optional[_Iterable[_Union[EnrolmentEnd, _Mapping]]] = ...) -> None: ...

class EndEnrolmentsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListEnrolmentHistoryRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class EnrolmentState(_message.Message):
    __slots__ = ("enrolment", "recorded_at")
    ENROLMENT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    enrolment: Enrolment
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, enrolment: _Optional[_Union[Enrolment, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListEnrolmentHistoryResponse(_message.Message):
    __slots__ = ("states",)
    STATES_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedCompositeFieldContainer[EnrolmentState]
    def __init__(self, states: _Optional[_Iterable[_Union[EnrolmentState, _Mapping]]] = ...) -> None: ...

class ListGradesRequest(_message.Message):
    __slots__ = ("on_date",)
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    on_date: _date_pb2.Date
    def __init__(self, on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Grade(_message.Message):
    __slots__ = ("grade_label", "name_th", "level", "level_name_th", "official_code", "official_level_code", "next_grade_label", "needs_destination", "provenance")
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    LEVEL_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_CODE_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_LEVEL_CODE_FIELD_NUMBER: _ClassVar[int]
    NEXT_GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    NEEDS_DESTINATION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    grade_label: str
    name_th: str
    level: str
    level_name_th: str
    official_code: str
    official_level_code: str
    next_grade_label: str
    needs_destination: bool
    provenance: _provenance_pb2.Provenance
    def __init__(self, grade_label: _Optional[str] = ..., name_th: _Optional[str] = ..., level: _Optional[str] = ..., level_name_th: _Optional[str] = ..., official_code: _Optional[str] = ..., official_level_code: _Optional[str] = ..., next_grade_label: _Optional[str] = ..., needs_destination: _Optional[bool] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListGradesResponse(_message.Message):
    __slots__ = ("grades",)
    GRADES_FIELD_NUMBER: _ClassVar[int]
    grades: _containers.RepeatedCompositeFieldContainer[Grade]
    def __init__(self, grades: _Optional[_Iterable[_Union[Grade, _Mapping]]] = ...) -> None: ...
