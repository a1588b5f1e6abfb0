from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CodeSystem(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CODE_SYSTEM_UNSPECIFIED: _ClassVar[CodeSystem]
    CODE_SYSTEM_OBEC: _ClassVar[CodeSystem]
    CODE_SYSTEM_OVEC: _ClassVar[CodeSystem]
    CODE_SYSTEM_SHORT: _ClassVar[CodeSystem]
    CODE_SYSTEM_EXT: _ClassVar[CodeSystem]
CODE_SYSTEM_UNSPECIFIED: CodeSystem
CODE_SYSTEM_OBEC: CodeSystem
CODE_SYSTEM_OVEC: CodeSystem
CODE_SYSTEM_SHORT: CodeSystem
CODE_SYSTEM_EXT: CodeSystem

class CourseKey(_message.Message):
    __slots__ = ("code_system", "code", "curriculum_version", "owner_institution_id")
    CODE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    CURRICULUM_VERSION_FIELD_NUMBER: _ClassVar[int]
    OWNER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    code_system: CodeSystem
    code: str
    curriculum_version: str
    owner_institution_id: str
    def __init__(self, code_system: _Optional[_Union[CodeSystem, str]] = ..., code: _Optional[str] = ..., curriculum_version: _Optional[str] = ..., owner_institution_id: _Optional[str] = ...) -> None: ...

class Course(_message.Message):
    __slots__ = ("course_id", "key", "title_th", "title_en", "credits", "hours_total", "tpn", "category", "subject_type", "subject_group", "outcomes", "provenance")
    COURSE_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    TITLE_EN_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    HOURS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    TPN_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_TYPE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_GROUP_FIELD_NUMBER: _ClassVar[int]
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    course_id: str
    key: CourseKey
    title_th: str
    title_en: str
    credits: _credit_pb2.CreditAmount
    hours_total: int
    tpn: str
    category: str
    subject_type: str
    subject_group: str
    outcomes: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    def __init__(self, course_id: _Optional[str] = ..., key: _Optional[_Union[CourseKey, _Mapping]] = ..., title_th: _Optional[str] = ..., title_en: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., hours_total: _Optional[int] = ..., tpn: _Optional[str] = ..., category: _Optional[str] = ..., subject_type: _Optional[str] = ..., subject_group: _Optional[str] = ..., outcomes: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class PublishCoursesRequest(_message.Message):
    __slots__ = ("request_id", "courses")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    COURSES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    courses: _containers.RepeatedCompositeFieldContainer[Course]
    def __init__(self, request_id: _Optional[str] = ..., courses: _Optional[_Iterable[_Union[Course, _Mapping]]] = ...) -> None: ...

class PublishCoursesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListCoursesRequest(_message.Message):
    __slots__ = ("code_system", "codes", "page_size", "page_token")
    CODE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    code_system: CodeSystem
    codes: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, code_system: _Optional[_Union[CodeSystem, str]] = ..., codes: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCoursesResponse(_message.Message):
    __slots__ = ("courses", "next_page_token")
    COURSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[Course]
    next_page_token: str
    def __init__(self, courses: _Optional[_Iterable[_Union[Course, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SourceGroup(_message.Message):
    __slots__ = ("courses",)
    COURSES_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[CourseKey]
    def __init__(self, courses: _Optional[_Iterable[_Union[CourseKey, _Mapping]]] = ...) -> None: ...

class EquivalenceRule(_message.Message):
    __slots__ = ("rule_id", "source_groups", "target", "mode", "min_grade_hundredths", "min_hours_pct", "version", "provenance")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_GROUPS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MIN_GRADE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    MIN_HOURS_PCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    source_groups: _containers.RepeatedCompositeFieldContainer[SourceGroup]
    target: CourseKey
    mode: str
    min_grade_hundredths: int
    min_hours_pct: int
    version: int
    provenance: _provenance_pb2.Provenance
    def __init__(self, rule_id: _Optional[str] = ..., source_groups: _Optional[_Iterable[_Union[SourceGroup, _Mapping]]] = ..., target: _Optional[_Union[CourseKey, _Mapping]] = ..., mode: _Optional[str] = ..., min_grade_hundredths: _Optional[int] = ..., min_hours_pct: _Optional[int] = ..., version: _Optional[int] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class PublishEquivalenceRulesRequest(_message.Message):
    __slots__ = ("request_id", "rules")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    rules: _containers.RepeatedCompositeFieldContainer[EquivalenceRule]
    def __init__(self, request_id: _Optional[str] = ..., rules: _Optional[_Iterable[_Union[EquivalenceRule, _Mapping]]] = ...) -> None: ...

class PublishEquivalenceRulesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListEquivalenceRulesRequest(_message.Message):
    __slots__ = ("target_code", "source_code", "on_date", "page_size", "page_token")
    TARGET_CODE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_CODE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    target_code: str
    source_code: str
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, target_code: _Optional[str] = ..., source_code: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEquivalenceRulesResponse(_message.Message):
    __slots__ = ("rules", "next_page_token")
    RULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[EquivalenceRule]
    next_page_token: str
    def __init__(self, rules: _Optional[_Iterable[_Union[EquivalenceRule, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CategoryMinimum(_message.Message):
    __slots__ = ("category", "min_credits")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_CREDITS_FIELD_NUMBER: _ClassVar[int]
    category: str
    min_credits: _credit_pb2.CreditAmount
    def __init__(self, category: _Optional[str] = ..., min_credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Qualification(_message.Message):
    __slots__ = ("code", "version", "name_th", "unit", "total_min_hundredths", "category_minima", "counts_together_with", "provenance")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MIN_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_MINIMA_FIELD_NUMBER: _ClassVar[int]
    COUNTS_TOGETHER_WITH_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    version: str
    name_th: str
    unit: _credit_pb2.CreditUnit
    total_min_hundredths: int
    category_minima: _containers.RepeatedCompositeFieldContainer[CategoryMinimum]
    counts_together_with: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    def __init__(self, code: _Optional[str] = ..., version: _Optional[str] = ..., name_th: _Optional[str] = ..., unit: _Optional[_Union[_credit_pb2.CreditUnit, str]] = ..., total_min_hundredths: _Optional[int] = ..., category_minima: _Optional[_Iterable[_Union[CategoryMinimum, _Mapping]]] = ..., counts_together_with: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class PublishQualificationsRequest(_message.Message):
    __slots__ = ("request_id", "qualifications")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    qualifications: _containers.RepeatedCompositeFieldContainer[Qualification]
    def __init__(self, request_id: _Optional[str] = ..., qualifications: _Optional[_Iterable[_Union[Qualification, _Mapping]]] = ...) -> None: ...

class PublishQualificationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...
