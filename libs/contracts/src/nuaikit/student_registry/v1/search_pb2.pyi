import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from nuaikit.student_registry.v1 import learners_pb2 as _learners_pb2
from nuaikit.student_registry.v1 import statuses_pb2 as _statuses_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class NameMatch(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NAME_MATCH_UNSPECIFIED: _ClassVar[NameMatch]
    NAME_MATCH_PREFIX: _ClassVar[NameMatch]
    NAME_MATCH_CONTAINS: _ClassVar[NameMatch]
NAME_MATCH_UNSPECIFIED: NameMatch
NAME_MATCH_PREFIX: NameMatch
NAME_MATCH_CONTAINS: NameMatch

class LearnerHit(_message.Message):
    __slots__ = ("learner_id", "name", "sex", "registrar_institution_id", "enrolments", "status")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    name: _learners_pb2.PersonName
    sex: _learners_pb2.Sex
    registrar_institution_id: str
    enrolments: _containers.RepeatedCompositeFieldContainer[EnrolmentHit]
    status: _statuses_pb2.LearnerStatus
    def __init__(self, learner_id: _Optional[str] = ..., name: _Optional[_Union[_learners_pb2.PersonName, _Mapping]] = ..., sex: _Optional[_Union[_learners_pb2.Sex, str]] = ..., registrar_institution_id: _Optional[str] = ..., enrolments: _Optional[_Iterable[_Union[EnrolmentHit, _Mapping]]] = ..., status: _Optional[_Union[_statuses_pb2.LearnerStatus, str]] = ...) -> None: ...

class EnrolmentHit(_message.Message):
    __slots__ = ("enrolment_id", "institution_id", "role", "delivery_system", "grade_label", "classroom", "number_in_class", "student_no")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    NUMBER_IN_CLASS_FIELD_NUMBER: _ClassVar[int]
    STUDENT_NO_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    institution_id: str
    role: _enrolments_pb2.EnrolmentRole
    delivery_system: _enrolments_pb2.DeliverySystem
    grade_label: str
    classroom: str
    number_in_class: int
    student_no: str
    def __init__(self, enrolment_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[_Union[_enrolments_pb2.EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[_enrolments_pb2.DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., number_in_class: _Optional[int] = ..., student_no: _Optional[str] = ...) -> None: ...

class ResolveLearnersRequest(_message.Message):
    __slots__ = ("identifiers", "purpose", "ground", "ground_id")
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    GROUND_ID_FIELD_NUMBER: _ClassVar[int]
    identifiers: _containers.RepeatedCompositeFieldContainer[_learners_pb2.IdentifierInput]
    purpose: str
    ground: str
    ground_id: str
    def __init__(self, identifiers: _Optional[_Iterable[_Union[_learners_pb2.IdentifierInput, _Mapping]]] = ..., purpose: _Optional[str] = ..., ground: _Optional[str] = ..., ground_id: _Optional[str] = ...) -> None: ...

class ResolveLearnersResponse(_message.Message):
    __slots__ = ("matches",)
    class Match(_message.Message):
        __slots__ = ("index", "learner_id")
        INDEX_FIELD_NUMBER: _ClassVar[int]
        LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
        index: int
        learner_id: str
        def __init__(self, index: _Optional[int] = ..., learner_id: _Optional[str] = ...) -> None: ...
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[ResolveLearnersResponse.Match]
    def __init__(self, matches: _Optional[_Iterable[_Union[ResolveLearnersResponse.Match, _Mapping]]] = ...) -> None: ...

class SearchLearnersRequest(_message.Message):
    __slots__ = ("name", "match", "student_no", "institution_id", "grade_label", "classroom", "roles", "delivery_systems", "statuses", "on_date", "purpose", "page_size", "page_token")
    NAME_FIELD_NUMBER: _ClassVar[int]
    MATCH_FIELD_NUMBER: _ClassVar[int]
    STUDENT_NO_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEMS_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    name: str
    match: NameMatch
    student_no: str
    institution_id: str
    grade_label: str
    classroom: str
    roles: _containers.RepeatedScalarFieldContainer[_enrolments_pb2.EnrolmentRole]
    delivery_systems: _containers.RepeatedScalarFieldContainer[_enrolments_pb2.DeliverySystem]
    statuses: _containers.RepeatedScalarFieldContainer[_statuses_pb2.LearnerStatus]
    on_date: _date_pb2.Date
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, name: _Optional[str] = ..., match: _Optional[_Union[NameMatch, str]] = ..., student_no: _Optional[str] = ..., institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., roles: _Optional[_Iterable[_Union[_enrolments_pb2.EnrolmentRole, str]]] = ..., delivery_systems: _Optional[_Iterable[_Union[_enrolments_pb2.DeliverySystem, str]]] = ..., statuses: _Optional[_Iterable[_Union[_statuses_pb2.LearnerStatus, str]]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchLearnersResponse(_message.Message):
    __slots__ = ("learners", "next_page_token")
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[LearnerHit]
    next_page_token: str
    def __init__(self, learners: _Optional[_Iterable[_Union[LearnerHit, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListClassRequest(_message.Message):
    __slots__ = ("institution_id", "grade_label", "classroom", "on_date", "purpose")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    grade_label: str
    classroom: str
    on_date: _date_pb2.Date
    purpose: str
    def __init__(self, institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ...) -> None: ...

class ListClassResponse(_message.Message):
    __slots__ = ("learners", "is_cut")
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    IS_CUT_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[LearnerHit]
    is_cut: bool
    def __init__(self, learners: _Optional[_Iterable[_Union[LearnerHit, _Mapping]]] = ..., is_cut: _Optional[bool] = ...) -> None: ...

class GetLearnerHistoryRequest(_message.Message):
    __slots__ = ("learner_id", "on_date", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    on_date: _date_pb2.Date
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ...) -> None: ...

class NameHeld(_message.Message):
    __slots__ = ("language", "name", "recorded_at", "ended_at", "since", "until")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ENDED_AT_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    language: str
    name: _learners_pb2.PersonName
    recorded_at: _timestamp_pb2.Timestamp
    ended_at: _timestamp_pb2.Timestamp
    since: _date_pb2.Date
    until: _date_pb2.Date
    def __init__(self, language: _Optional[str] = ..., name: _Optional[_Union[_learners_pb2.PersonName, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., ended_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., until: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class EnrolmentHeld(_message.Message):
    __slots__ = ("enrolment_id", "institution_id", "role", "delivery_system", "grade_label", "classroom", "programme_code", "number_in_class", "valid_from", "valid_to")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    NUMBER_IN_CLASS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    institution_id: str
    role: _enrolments_pb2.EnrolmentRole
    delivery_system: _enrolments_pb2.DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    number_in_class: int
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, enrolment_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[_Union[_enrolments_pb2.EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[_enrolments_pb2.DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., number_in_class: _Optional[int] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class StatusHeld(_message.Message):
    __slots__ = ("status", "reason_code", "valid_from", "valid_to", "stated_by_institution_id")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    STATED_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    status: _statuses_pb2.LearnerStatus
    reason_code: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    stated_by_institution_id: str
    def __init__(self, status: _Optional[_Union[_statuses_pb2.LearnerStatus, str]] = ..., reason_code: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., stated_by_institution_id: _Optional[str] = ...) -> None: ...

class GetLearnerHistoryResponse(_message.Message):
    __slots__ = ("learner_id", "names", "enrolments", "statuses")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    names: _containers.RepeatedCompositeFieldContainer[NameHeld]
    enrolments: _containers.RepeatedCompositeFieldContainer[EnrolmentHeld]
    statuses: _containers.RepeatedCompositeFieldContainer[StatusHeld]
    def __init__(self, learner_id: _Optional[str] = ..., names: _Optional[_Iterable[_Union[NameHeld, _Mapping]]] = ..., enrolments: _Optional[_Iterable[_Union[EnrolmentHeld, _Mapping]]] = ..., statuses: _Optional[_Iterable[_Union[StatusHeld, _Mapping]]] = ...) -> None: ...
