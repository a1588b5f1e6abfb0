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

class ScopeTier(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SCOPE_TIER_UNSPECIFIED: _ClassVar[ScopeTier]
    SCOPE_TIER_NATIONAL: _ClassVar[ScopeTier]
    SCOPE_TIER_LEVEL: _ClassVar[ScopeTier]
    SCOPE_TIER_PROVINCE: _ClassVar[ScopeTier]

class ProvisionMode(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROVISION_MODE_UNSPECIFIED: _ClassVar[ProvisionMode]
    PROVISION_MODE_INSTITUTION: _ClassVar[ProvisionMode]
    PROVISION_MODE_DUAL_VOCATIONAL_TRAINING: _ClassVar[ProvisionMode]
    PROVISION_MODE_WORKPLACE: _ClassVar[ProvisionMode]
    PROVISION_MODE_DISTANCE: _ClassVar[ProvisionMode]

class RuleState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_STATE_UNSPECIFIED: _ClassVar[RuleState]
    RULE_STATE_DRAFT: _ClassVar[RuleState]
    RULE_STATE_REVIEWED: _ClassVar[RuleState]
    RULE_STATE_PUBLISHED: _ClassVar[RuleState]
    RULE_STATE_RETIRED: _ClassVar[RuleState]
    RULE_STATE_WITHDRAWN: _ClassVar[RuleState]

class RuleDirection(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_DIRECTION_UNSPECIFIED: _ClassVar[RuleDirection]
    RULE_DIRECTION_TO_VOCATIONAL: _ClassVar[RuleDirection]
    RULE_DIRECTION_TO_SCHOOL: _ClassVar[RuleDirection]

class ConditionPeriod(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONDITION_PERIOD_UNSPECIFIED: _ClassVar[ConditionPeriod]
    CONDITION_PERIOD_ONCE: _ClassVar[ConditionPeriod]
    CONDITION_PERIOD_TERM: _ClassVar[ConditionPeriod]
    CONDITION_PERIOD_YEAR: _ClassVar[ConditionPeriod]
CODE_SYSTEM_UNSPECIFIED: CodeSystem
CODE_SYSTEM_OBEC: CodeSystem
CODE_SYSTEM_OVEC: CodeSystem
CODE_SYSTEM_SHORT: CodeSystem
CODE_SYSTEM_EXT: CodeSystem
SCOPE_TIER_UNSPECIFIED: ScopeTier
SCOPE_TIER_NATIONAL: ScopeTier
SCOPE_TIER_LEVEL: ScopeTier
SCOPE_TIER_PROVINCE: ScopeTier
PROVISION_MODE_UNSPECIFIED: ProvisionMode
PROVISION_MODE_INSTITUTION: ProvisionMode
PROVISION_MODE_DUAL_VOCATIONAL_TRAINING: ProvisionMode
PROVISION_MODE_WORKPLACE: ProvisionMode
PROVISION_MODE_DISTANCE: ProvisionMode
RULE_STATE_UNSPECIFIED: RuleState
RULE_STATE_DRAFT: RuleState
RULE_STATE_REVIEWED: RuleState
RULE_STATE_PUBLISHED: RuleState
RULE_STATE_RETIRED: RuleState
RULE_STATE_WITHDRAWN: RuleState
RULE_DIRECTION_UNSPECIFIED: RuleDirection
RULE_DIRECTION_TO_VOCATIONAL: RuleDirection
RULE_DIRECTION_TO_SCHOOL: RuleDirection
CONDITION_PERIOD_UNSPECIFIED: ConditionPeriod
CONDITION_PERIOD_ONCE: ConditionPeriod
CONDITION_PERIOD_TERM: ConditionPeriod
CONDITION_PERIOD_YEAR: ConditionPeriod

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

class ScopeTag(_message.Message):
    __slots__ = ("tier", "code")
    TIER_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    tier: ScopeTier
    code: str
    def __init__(self, tier: _Optional[_Union[ScopeTier, str]] = ..., code: _Optional[str] = ...) -> None: ...

class CourseApproval(_message.Message):
    __slots__ = ("approval_id", "course_id", "course_version", "body_th", "reference", "approved_on")
    APPROVAL_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_VERSION_FIELD_NUMBER: _ClassVar[int]
    BODY_TH_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    APPROVED_ON_FIELD_NUMBER: _ClassVar[int]
    approval_id: str
    course_id: str
    course_version: int
    body_th: str
    reference: str
    approved_on: _date_pb2.Date
    def __init__(self, approval_id: _Optional[str] = ..., course_id: _Optional[str] = ..., course_version: _Optional[int] = ..., body_th: _Optional[str] = ..., reference: _Optional[str] = ..., approved_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Course(_message.Message):
    __slots__ = ("course_id", "key", "title_th", "title_en", "credits", "hours_total", "tpn", "category", "subject_type", "subject_group", "outcomes", "provenance", "valid_from", "valid_to", "framework_level", "scopes", "provision_modes", "version", "approvals")
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
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    FRAMEWORK_LEVEL_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    PROVISION_MODES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
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
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    framework_level: int
    scopes: _containers.RepeatedCompositeFieldContainer[ScopeTag]
    provision_modes: _containers.RepeatedScalarFieldContainer[ProvisionMode]
    version: int
    approvals: _containers.RepeatedCompositeFieldContainer[CourseApproval]
    def __init__(self, course_id: _Optional[str] = ..., key: _Optional[_Union[CourseKey, _Mapping]] = ..., title_th: _Optional[str] = ..., title_en: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., hours_total: _Optional[int] = ..., tpn: _Optional[str] = ..., category: _Optional[str] = ..., subject_type: _Optional[str] = ..., subject_group: _Optional[str] = ..., outcomes: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., framework_level: _Optional[int] = ..., scopes: _Optional[_Iterable[_Union[ScopeTag, _Mapping]]] = ..., provision_modes: _Optional[_Iterable[_Union[ProvisionMode, str]]] = ..., version: _Optional[int] = ..., approvals: _Optional[_Iterable[_Union[CourseApproval, _Mapping]]] = ...) -> None: ...

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
    __slots__ = ("code_system", "codes", "page_size", "page_token", "scope", "on_date", "curriculum_version")
    CODE_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    CURRICULUM_VERSION_FIELD_NUMBER: _ClassVar[int]
    code_system: CodeSystem
    codes: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    scope: ScopeTag
    on_date: _date_pb2.Date
    curriculum_version: str
    def __init__(self, code_system: _Optional[_Union[CodeSystem, str]] = ..., codes: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., scope: _Optional[_Union[ScopeTag, _Mapping]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., curriculum_version: _Optional[str] = ...) -> None: ...

class ListCoursesResponse(_message.Message):
    __slots__ = ("courses", "next_page_token")
    COURSES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[Course]
    next_page_token: str
    def __init__(self, courses: _Optional[_Iterable[_Union[Course, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CourseFault(_message.Message):
    __slots__ = ("reason", "field", "explanation_th", "suggestions", "is_refused")
    REASON_FIELD_NUMBER: _ClassVar[int]
    FIELD_FIELD_NUMBER: _ClassVar[int]
    EXPLANATION_TH_FIELD_NUMBER: _ClassVar[int]
    SUGGESTIONS_FIELD_NUMBER: _ClassVar[int]
    IS_REFUSED_FIELD_NUMBER: _ClassVar[int]
    reason: str
    field: str
    explanation_th: str
    suggestions: _containers.RepeatedScalarFieldContainer[str]
    is_refused: bool
    def __init__(self, reason: _Optional[str] = ..., field: _Optional[str] = ..., explanation_th: _Optional[str] = ..., suggestions: _Optional[_Iterable[str]] = ..., is_refused: _Optional[bool] = ...) -> None: ...

class CheckCoursesRequest(_message.Message):
    __slots__ = ("courses",)
    COURSES_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[Course]
    def __init__(self, courses: _Optional[_Iterable[_Union[Course, _Mapping]]] = ...) -> None: ...

class CourseCheck(_message.Message):
    __slots__ = ("index", "faults")
    INDEX_FIELD_NUMBER: _ClassVar[int]
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    index: int
    faults: _containers.RepeatedCompositeFieldContainer[CourseFault]
    def __init__(self, index: _Optional[int] = ..., faults: _Optional[_Iterable[_Union[CourseFault, _Mapping]]] = ...) -> None: ...

class CheckCoursesResponse(_message.Message):
    __slots__ = ("checks",)
    CHECKS_FIELD_NUMBER: _ClassVar[int]
    checks: _containers.RepeatedCompositeFieldContainer[CourseCheck]
    def __init__(self, checks: _Optional[_Iterable[_Union[CourseCheck, _Mapping]]] = ...) -> None: ...

class ApproveCoursesRequest(_message.Message):
    __slots__ = ("request_id", "approvals")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    APPROVALS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    approvals: _containers.RepeatedCompositeFieldContainer[CourseApproval]
    def __init__(self, request_id: _Optional[str] = ..., approvals: _Optional[_Iterable[_Union[CourseApproval, _Mapping]]] = ...) -> None: ...

class ApproveCoursesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Module(_message.Message):
    __slots__ = ("module_id", "code", "owner_institution_id", "title_th", "units", "min_units", "is_block", "leads_to_course", "leads_to_qualification_code", "leads_to_qualification_version", "provision_modes", "scopes", "provenance", "version")
    MODULE_ID_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    OWNER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    MIN_UNITS_FIELD_NUMBER: _ClassVar[int]
    IS_BLOCK_FIELD_NUMBER: _ClassVar[int]
    LEADS_TO_COURSE_FIELD_NUMBER: _ClassVar[int]
    LEADS_TO_QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    LEADS_TO_QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    PROVISION_MODES_FIELD_NUMBER: _ClassVar[int]
    SCOPES_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    module_id: str
    code: str
    owner_institution_id: str
    title_th: str
    units: _containers.RepeatedCompositeFieldContainer[CourseKey]
    min_units: int
    is_block: bool
    leads_to_course: CourseKey
    leads_to_qualification_code: str
    leads_to_qualification_version: str
    provision_modes: _containers.RepeatedScalarFieldContainer[ProvisionMode]
    scopes: _containers.RepeatedCompositeFieldContainer[ScopeTag]
    provenance: _provenance_pb2.Provenance
    version: int
    def __init__(self, module_id: _Optional[str] = ..., code: _Optional[str] = ..., owner_institution_id: _Optional[str] = ..., title_th: _Optional[str] = ..., units: _Optional[_Iterable[_Union[CourseKey, _Mapping]]] = ..., min_units: _Optional[int] = ..., is_block: _Optional[bool] = ..., leads_to_course: _Optional[_Union[CourseKey, _Mapping]] = ..., leads_to_qualification_code: _Optional[str] = ..., leads_to_qualification_version: _Optional[str] = ..., provision_modes: _Optional[_Iterable[_Union[ProvisionMode, str]]] = ..., scopes: _Optional[_Iterable[_Union[ScopeTag, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., version: _Optional[int] = ...) -> None: ...

class PublishModulesRequest(_message.Message):
    __slots__ = ("request_id", "modules")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MODULES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    modules: _containers.RepeatedCompositeFieldContainer[Module]
    def __init__(self, request_id: _Optional[str] = ..., modules: _Optional[_Iterable[_Union[Module, _Mapping]]] = ...) -> None: ...

class PublishModulesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListModulesRequest(_message.Message):
    __slots__ = ("unit_code", "owner_institution_id", "page_size", "page_token")
    UNIT_CODE_FIELD_NUMBER: _ClassVar[int]
    OWNER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    unit_code: str
    owner_institution_id: str
    page_size: int
    page_token: str
    def __init__(self, unit_code: _Optional[str] = ..., owner_institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListModulesResponse(_message.Message):
    __slots__ = ("modules", "next_page_token")
    MODULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    modules: _containers.RepeatedCompositeFieldContainer[Module]
    next_page_token: str
    def __init__(self, modules: _Optional[_Iterable[_Union[Module, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetModuleProgressRequest(_message.Message):
    __slots__ = ("module_id", "learner_id", "purpose")
    MODULE_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    module_id: str
    learner_id: str
    purpose: str
    def __init__(self, module_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class UnitProgress(_message.Message):
    __slots__ = ("unit", "entry_id")
    UNIT_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    unit: CourseKey
    entry_id: str
    def __init__(self, unit: _Optional[_Union[CourseKey, _Mapping]] = ..., entry_id: _Optional[str] = ...) -> None: ...

class GetModuleProgressResponse(_message.Message):
    __slots__ = ("module", "units", "is_earned")
    MODULE_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    IS_EARNED_FIELD_NUMBER: _ClassVar[int]
    module: Module
    units: _containers.RepeatedCompositeFieldContainer[UnitProgress]
    is_earned: bool
    def __init__(self, module: _Optional[_Union[Module, _Mapping]] = ..., units: _Optional[_Iterable[_Union[UnitProgress, _Mapping]]] = ..., is_earned: _Optional[bool] = ...) -> None: ...

class ListLearnerModulesRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "page_size", "page_token")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ModuleProgress(_message.Message):
    __slots__ = ("module", "units", "is_earned")
    MODULE_FIELD_NUMBER: _ClassVar[int]
    UNITS_FIELD_NUMBER: _ClassVar[int]
    IS_EARNED_FIELD_NUMBER: _ClassVar[int]
    module: Module
    units: _containers.RepeatedCompositeFieldContainer[UnitProgress]
    is_earned: bool
    def __init__(self, module: _Optional[_Union[Module, _Mapping]] = ..., units: _Optional[_Iterable[_Union[UnitProgress, _Mapping]]] = ..., is_earned: _Optional[bool] = ...) -> None: ...

class ListLearnerModulesResponse(_message.Message):
    __slots__ = ("modules", "next_page_token")
    MODULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    modules: _containers.RepeatedCompositeFieldContainer[ModuleProgress]
    next_page_token: str
    def __init__(self, modules: _Optional[_Iterable[_Union[ModuleProgress, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class SourceGroup(_message.Message):
    __slots__ = ("courses",)
    COURSES_FIELD_NUMBER: _ClassVar[int]
    courses: _containers.RepeatedCompositeFieldContainer[CourseKey]
    def __init__(self, courses: _Optional[_Iterable[_Union[CourseKey, _Mapping]]] = ...) -> None: ...

class EquivalenceRule(_message.Message):
    __slots__ = ("rule_id", "source_groups", "target", "mode", "min_grade_hundredths", "min_hours_pct", "version", "provenance", "state", "min_content_pct", "content_pct", "approving_bodies", "first_year_be", "last_year_be", "valid_from", "valid_to", "owner_institution_id", "direction")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_GROUPS_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    MODE_FIELD_NUMBER: _ClassVar[int]
    MIN_GRADE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    MIN_HOURS_PCT_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    MIN_CONTENT_PCT_FIELD_NUMBER: _ClassVar[int]
    CONTENT_PCT_FIELD_NUMBER: _ClassVar[int]
    APPROVING_BODIES_FIELD_NUMBER: _ClassVar[int]
    FIRST_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    LAST_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    OWNER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    source_groups: _containers.RepeatedCompositeFieldContainer[SourceGroup]
    target: CourseKey
    mode: str
    min_grade_hundredths: int
    min_hours_pct: int
    version: int
    provenance: _provenance_pb2.Provenance
    state: RuleState
    min_content_pct: int
    content_pct: int
    approving_bodies: _containers.RepeatedCompositeFieldContainer[ApprovingBody]
    first_year_be: int
    last_year_be: int
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    owner_institution_id: str
    direction: RuleDirection
    def __init__(self, rule_id: _Optional[str] = ..., source_groups: _Optional[_Iterable[_Union[SourceGroup, _Mapping]]] = ..., target: _Optional[_Union[CourseKey, _Mapping]] = ..., mode: _Optional[str] = ..., min_grade_hundredths: _Optional[int] = ..., min_hours_pct: _Optional[int] = ..., version: _Optional[int] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., state: _Optional[_Union[RuleState, str]] = ..., min_content_pct: _Optional[int] = ..., content_pct: _Optional[int] = ..., approving_bodies: _Optional[_Iterable[_Union[ApprovingBody, _Mapping]]] = ..., first_year_be: _Optional[int] = ..., last_year_be: _Optional[int] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., owner_institution_id: _Optional[str] = ..., direction: _Optional[_Union[RuleDirection, str]] = ...) -> None: ...

class ApprovingBody(_message.Message):
    __slots__ = ("body_th", "reference", "approved_on")
    BODY_TH_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    APPROVED_ON_FIELD_NUMBER: _ClassVar[int]
    body_th: str
    reference: str
    approved_on: _date_pb2.Date
    def __init__(self, body_th: _Optional[str] = ..., reference: _Optional[str] = ..., approved_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

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

class TotalCreditsCondition(_message.Message):
    __slots__ = ("min_hundredths", "max_hundredths")
    MIN_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    MAX_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    min_hundredths: int
    max_hundredths: int
    def __init__(self, min_hundredths: _Optional[int] = ..., max_hundredths: _Optional[int] = ...) -> None: ...

class CategoryCreditsCondition(_message.Message):
    __slots__ = ("category", "min_hundredths", "within")
    CATEGORY_FIELD_NUMBER: _ClassVar[int]
    MIN_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    category: str
    min_hundredths: int
    within: str
    def __init__(self, category: _Optional[str] = ..., min_hundredths: _Optional[int] = ..., within: _Optional[str] = ...) -> None: ...

class CourseCondition(_message.Message):
    __slots__ = ("any_of",)
    ANY_OF_FIELD_NUMBER: _ClassVar[int]
    any_of: _containers.RepeatedCompositeFieldContainer[CourseKey]
    def __init__(self, any_of: _Optional[_Iterable[_Union[CourseKey, _Mapping]]] = ...) -> None: ...

class AverageCondition(_message.Message):
    __slots__ = ("min_hundredths",)
    MIN_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    min_hundredths: int
    def __init__(self, min_hundredths: _Optional[int] = ...) -> None: ...

class AssessmentCondition(_message.Message):
    __slots__ = ("kind", "period", "times")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    period: ConditionPeriod
    times: int
    def __init__(self, kind: _Optional[str] = ..., period: _Optional[_Union[ConditionPeriod, str]] = ..., times: _Optional[int] = ...) -> None: ...

class ActivityCondition(_message.Message):
    __slots__ = ("kind", "period", "times", "min_hours_a_week")
    KIND_FIELD_NUMBER: _ClassVar[int]
    PERIOD_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    MIN_HOURS_A_WEEK_FIELD_NUMBER: _ClassVar[int]
    kind: str
    period: ConditionPeriod
    times: int
    min_hours_a_week: int
    def __init__(self, kind: _Optional[str] = ..., period: _Optional[_Union[ConditionPeriod, str]] = ..., times: _Optional[int] = ..., min_hours_a_week: _Optional[int] = ...) -> None: ...

class ResidenceCondition(_message.Message):
    __slots__ = ("min_terms",)
    MIN_TERMS_FIELD_NUMBER: _ClassVar[int]
    min_terms: int
    def __init__(self, min_terms: _Optional[int] = ...) -> None: ...

class QualificationCondition(_message.Message):
    __slots__ = ("code", "title_th", "only_for", "provenance", "total_credits", "category_credits", "course", "average", "assessment", "activity", "residence")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    ONLY_FOR_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_CREDITS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_CREDITS_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    AVERAGE_FIELD_NUMBER: _ClassVar[int]
    ASSESSMENT_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    RESIDENCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    title_th: str
    only_for: str
    provenance: _provenance_pb2.Provenance
    total_credits: TotalCreditsCondition
    category_credits: CategoryCreditsCondition
    course: CourseCondition
    average: AverageCondition
    assessment: AssessmentCondition
    activity: ActivityCondition
    residence: ResidenceCondition
    def __init__(self, code: _Optional[str] = ..., title_th: _Optional[str] = ..., only_for: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., total_credits: _Optional[_Union[TotalCreditsCondition, _Mapping]] = ..., category_credits: _Optional[_Union[CategoryCreditsCondition, _Mapping]] = ..., course: _Optional[_Union[CourseCondition, _Mapping]] = ..., average: _Optional[_Union[AverageCondition, _Mapping]] = ..., assessment: _Optional[_Union[AssessmentCondition, _Mapping]] = ..., activity: _Optional[_Union[ActivityCondition, _Mapping]] = ..., residence: _Optional[_Union[ResidenceCondition, _Mapping]] = ...) -> None: ...

class Qualification(_message.Message):
    __slots__ = ("code", "version", "name_th", "unit", "total_min_hundredths", "category_minima", "counts_together_with", "provenance", "level", "conditions")
    CODE_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    TOTAL_MIN_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    CATEGORY_MINIMA_FIELD_NUMBER: _ClassVar[int]
    COUNTS_TOGETHER_WITH_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    code: str
    version: str
    name_th: str
    unit: _credit_pb2.CreditUnit
    total_min_hundredths: int
    category_minima: _containers.RepeatedCompositeFieldContainer[CategoryMinimum]
    counts_together_with: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    level: str
    conditions: _containers.RepeatedCompositeFieldContainer[QualificationCondition]
    def __init__(self, code: _Optional[str] = ..., version: _Optional[str] = ..., name_th: _Optional[str] = ..., unit: _Optional[_Union[_credit_pb2.CreditUnit, str]] = ..., total_min_hundredths: _Optional[int] = ..., category_minima: _Optional[_Iterable[_Union[CategoryMinimum, _Mapping]]] = ..., counts_together_with: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., level: _Optional[str] = ..., conditions: _Optional[_Iterable[_Union[QualificationCondition, _Mapping]]] = ...) -> None: ...

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
