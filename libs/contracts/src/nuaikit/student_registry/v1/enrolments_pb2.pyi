from google.type import date_pb2 as _date_pb2
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

class EnrolmentInput(_message.Message):
    __slots__ = ("institution_id", "role", "delivery_system", "grade_label", "classroom", "programme_code", "valid_from", "valid_to")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    role: EnrolmentRole
    delivery_system: DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, institution_id: _Optional[str] = ..., role: _Optional[_Union[EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Enrolment(_message.Message):
    __slots__ = ("enrolment_id", "learner_id", "facts", "status")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    learner_id: str
    facts: EnrolmentInput
    status: EnrolmentStatus
    def __init__(self, enrolment_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., facts: _Optional[_Union[EnrolmentInput, _Mapping]] = ..., status: _Optional[_Union[EnrolmentStatus, str]] = ...) -> None: ...

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
