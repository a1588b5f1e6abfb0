import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2 as _catalogue_pb2
from nuaikit.credit_bank.v1 import rules_pb2 as _rules_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccreditationKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDITATION_KIND_UNSPECIFIED: _ClassVar[AccreditationKind]
    ACCREDITATION_KIND_SOURCE: _ClassVar[AccreditationKind]
    ACCREDITATION_KIND_COURSE: _ClassVar[AccreditationKind]

class AccreditationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCREDITATION_STATE_UNSPECIFIED: _ClassVar[AccreditationState]
    ACCREDITATION_STATE_PROPOSED: _ClassVar[AccreditationState]
    ACCREDITATION_STATE_ACCREDITED: _ClassVar[AccreditationState]
    ACCREDITATION_STATE_REFUSED: _ClassVar[AccreditationState]
    ACCREDITATION_STATE_WITHDRAWN: _ClassVar[AccreditationState]

class PreviewVerdict(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PREVIEW_VERDICT_UNSPECIFIED: _ClassVar[PreviewVerdict]
    PREVIEW_VERDICT_LIKELY: _ClassVar[PreviewVerdict]
    PREVIEW_VERDICT_OBSTACLE: _ClassVar[PreviewVerdict]
    PREVIEW_VERDICT_INCOMPLETE: _ClassVar[PreviewVerdict]
    PREVIEW_VERDICT_NO_RULE: _ClassVar[PreviewVerdict]
ACCREDITATION_KIND_UNSPECIFIED: AccreditationKind
ACCREDITATION_KIND_SOURCE: AccreditationKind
ACCREDITATION_KIND_COURSE: AccreditationKind
ACCREDITATION_STATE_UNSPECIFIED: AccreditationState
ACCREDITATION_STATE_PROPOSED: AccreditationState
ACCREDITATION_STATE_ACCREDITED: AccreditationState
ACCREDITATION_STATE_REFUSED: AccreditationState
ACCREDITATION_STATE_WITHDRAWN: AccreditationState
PREVIEW_VERDICT_UNSPECIFIED: PreviewVerdict
PREVIEW_VERDICT_LIKELY: PreviewVerdict
PREVIEW_VERDICT_OBSTACLE: PreviewVerdict
PREVIEW_VERDICT_INCOMPLETE: PreviewVerdict
PREVIEW_VERDICT_NO_RULE: PreviewVerdict

class ProposeEquivalenceRulesRequest(_message.Message):
    __slots__ = ("request_id", "rules")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    rules: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.EquivalenceRule]
    def __init__(self, request_id: _Optional[str] = ..., rules: _Optional[_Iterable[_Union[_catalogue_pb2.EquivalenceRule, _Mapping]]] = ...) -> None: ...

class ProposeEquivalenceRulesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class RuleMove(_message.Message):
    __slots__ = ("rule_id", "to_state", "reason_th", "last_day", "approving_bodies")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    APPROVING_BODIES_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    to_state: _catalogue_pb2.RuleState
    reason_th: str
    last_day: _date_pb2.Date
    approving_bodies: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.ApprovingBody]
    def __init__(self, rule_id: _Optional[str] = ..., to_state: _Optional[_Union[_catalogue_pb2.RuleState, str]] = ..., reason_th: _Optional[str] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., approving_bodies: _Optional[_Iterable[_Union[_catalogue_pb2.ApprovingBody, _Mapping]]] = ...) -> None: ...

class MoveEquivalenceRulesRequest(_message.Message):
    __slots__ = ("request_id", "moves")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    moves: _containers.RepeatedCompositeFieldContainer[RuleMove]
    def __init__(self, request_id: _Optional[str] = ..., moves: _Optional[_Iterable[_Union[RuleMove, _Mapping]]] = ...) -> None: ...

class MoveEquivalenceRulesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class SearchEquivalenceRulesRequest(_message.Message):
    __slots__ = ("source_codes", "target_codes", "direction", "states", "on_date", "page_size", "page_token")
    SOURCE_CODES_FIELD_NUMBER: _ClassVar[int]
    TARGET_CODES_FIELD_NUMBER: _ClassVar[int]
    DIRECTION_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    source_codes: _containers.RepeatedScalarFieldContainer[str]
    target_codes: _containers.RepeatedScalarFieldContainer[str]
    direction: _catalogue_pb2.RuleDirection
    states: _containers.RepeatedScalarFieldContainer[_catalogue_pb2.RuleState]
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, source_codes: _Optional[_Iterable[str]] = ..., target_codes: _Optional[_Iterable[str]] = ..., direction: _Optional[_Union[_catalogue_pb2.RuleDirection, str]] = ..., states: _Optional[_Iterable[_Union[_catalogue_pb2.RuleState, str]]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchEquivalenceRulesResponse(_message.Message):
    __slots__ = ("rules", "next_page_token", "codes_without_rule")
    RULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    CODES_WITHOUT_RULE_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.EquivalenceRule]
    next_page_token: str
    codes_without_rule: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, rules: _Optional[_Iterable[_Union[_catalogue_pb2.EquivalenceRule, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., codes_without_rule: _Optional[_Iterable[str]] = ...) -> None: ...

class ListEquivalenceRuleStepsRequest(_message.Message):
    __slots__ = ("rule_id",)
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    def __init__(self, rule_id: _Optional[str] = ...) -> None: ...

class RuleStep(_message.Message):
    __slots__ = ("state", "role", "institution_id", "reason_th", "done_at")
    STATE_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    DONE_AT_FIELD_NUMBER: _ClassVar[int]
    state: _catalogue_pb2.RuleState
    role: str
    institution_id: str
    reason_th: str
    done_at: _timestamp_pb2.Timestamp
    def __init__(self, state: _Optional[_Union[_catalogue_pb2.RuleState, str]] = ..., role: _Optional[str] = ..., institution_id: _Optional[str] = ..., reason_th: _Optional[str] = ..., done_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListEquivalenceRuleStepsResponse(_message.Message):
    __slots__ = ("rule", "steps")
    RULE_FIELD_NUMBER: _ClassVar[int]
    STEPS_FIELD_NUMBER: _ClassVar[int]
    rule: _catalogue_pb2.EquivalenceRule
    steps: _containers.RepeatedCompositeFieldContainer[RuleStep]
    def __init__(self, rule: _Optional[_Union[_catalogue_pb2.EquivalenceRule, _Mapping]] = ..., steps: _Optional[_Iterable[_Union[RuleStep, _Mapping]]] = ...) -> None: ...

class Accreditation(_message.Message):
    __slots__ = ("accreditation_id", "kind", "source_institution_id", "source_name_th", "course", "body_th", "reference", "valid_from", "valid_to", "state", "provenance")
    ACCREDITATION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    SOURCE_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    BODY_TH_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    accreditation_id: str
    kind: AccreditationKind
    source_institution_id: str
    source_name_th: str
    course: _catalogue_pb2.CourseKey
    body_th: str
    reference: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    state: AccreditationState
    provenance: _provenance_pb2.Provenance
    def __init__(self, accreditation_id: _Optional[str] = ..., kind: _Optional[_Union[AccreditationKind, str]] = ..., source_institution_id: _Optional[str] = ..., source_name_th: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., body_th: _Optional[str] = ..., reference: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., state: _Optional[_Union[AccreditationState, str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ProposeAccreditationsRequest(_message.Message):
    __slots__ = ("request_id", "accreditations")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACCREDITATIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    accreditations: _containers.RepeatedCompositeFieldContainer[Accreditation]
    def __init__(self, request_id: _Optional[str] = ..., accreditations: _Optional[_Iterable[_Union[Accreditation, _Mapping]]] = ...) -> None: ...

class ProposeAccreditationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class AccreditationDecision(_message.Message):
    __slots__ = ("accreditation_id", "to_state", "reason_th")
    ACCREDITATION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    accreditation_id: str
    to_state: AccreditationState
    reason_th: str
    def __init__(self, accreditation_id: _Optional[str] = ..., to_state: _Optional[_Union[AccreditationState, str]] = ..., reason_th: _Optional[str] = ...) -> None: ...

class DecideAccreditationsRequest(_message.Message):
    __slots__ = ("request_id", "decisions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    decisions: _containers.RepeatedCompositeFieldContainer[AccreditationDecision]
    def __init__(self, request_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[AccreditationDecision, _Mapping]]] = ...) -> None: ...

class DecideAccreditationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListAccreditationsRequest(_message.Message):
    __slots__ = ("kind", "state", "source_institution_id", "course_code", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    COURSE_CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: AccreditationKind
    state: AccreditationState
    source_institution_id: str
    course_code: str
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[_Union[AccreditationKind, str]] = ..., state: _Optional[_Union[AccreditationState, str]] = ..., source_institution_id: _Optional[str] = ..., course_code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAccreditationsResponse(_message.Message):
    __slots__ = ("accreditations", "next_page_token")
    ACCREDITATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    accreditations: _containers.RepeatedCompositeFieldContainer[Accreditation]
    next_page_token: str
    def __init__(self, accreditations: _Optional[_Iterable[_Union[Accreditation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ImaginedResult(_message.Message):
    __slots__ = ("course", "point_hundredths")
    COURSE_FIELD_NUMBER: _ClassVar[int]
    POINT_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    course: _catalogue_pb2.CourseKey
    point_hundredths: int
    def __init__(self, course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., point_hundredths: _Optional[int] = ...) -> None: ...

class PreviewTransferRequest(_message.Message):
    __slots__ = ("learner_id", "imagined", "institution_id", "qualification_code", "qualification_version", "targets", "form", "on_date", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    IMAGINED_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    imagined: _containers.RepeatedCompositeFieldContainer[ImaginedResult]
    institution_id: str
    qualification_code: str
    qualification_version: str
    targets: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    form: str
    on_date: _date_pb2.Date
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., imagined: _Optional[_Iterable[_Union[ImaginedResult, _Mapping]]] = ..., institution_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., form: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ...) -> None: ...

class PreviewLine(_message.Message):
    __slots__ = ("target", "title_th", "credits", "verdict", "rule", "sources", "source_entry_ids", "missing", "hours_pct", "obstacles", "notes", "explanations_th", "policies")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    VERDICT_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    SOURCES_FIELD_NUMBER: _ClassVar[int]
    SOURCE_ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    HOURS_PCT_FIELD_NUMBER: _ClassVar[int]
    OBSTACLES_FIELD_NUMBER: _ClassVar[int]
    NOTES_FIELD_NUMBER: _ClassVar[int]
    EXPLANATIONS_TH_FIELD_NUMBER: _ClassVar[int]
    POLICIES_FIELD_NUMBER: _ClassVar[int]
    target: _catalogue_pb2.CourseKey
    title_th: str
    credits: _credit_pb2.CreditAmount
    verdict: PreviewVerdict
    rule: _catalogue_pb2.EquivalenceRule
    sources: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    source_entry_ids: _containers.RepeatedScalarFieldContainer[str]
    missing: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    hours_pct: int
    obstacles: _containers.RepeatedScalarFieldContainer[str]
    notes: _containers.RepeatedScalarFieldContainer[str]
    explanations_th: _containers.RepeatedScalarFieldContainer[str]
    policies: _containers.RepeatedCompositeFieldContainer[_rules_pb2.PolicyRule]
    def __init__(self, target: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., title_th: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., verdict: _Optional[_Union[PreviewVerdict, str]] = ..., rule: _Optional[_Union[_catalogue_pb2.EquivalenceRule, _Mapping]] = ..., sources: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., source_entry_ids: _Optional[_Iterable[str]] = ..., missing: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., hours_pct: _Optional[int] = ..., obstacles: _Optional[_Iterable[str]] = ..., notes: _Optional[_Iterable[str]] = ..., explanations_th: _Optional[_Iterable[str]] = ..., policies: _Optional[_Iterable[_Union[_rules_pb2.PolicyRule, _Mapping]]] = ...) -> None: ...

class PreviewTransferResponse(_message.Message):
    __slots__ = ("lines", "sources_without_rule")
    LINES_FIELD_NUMBER: _ClassVar[int]
    SOURCES_WITHOUT_RULE_FIELD_NUMBER: _ClassVar[int]
    lines: _containers.RepeatedCompositeFieldContainer[PreviewLine]
    sources_without_rule: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    def __init__(self, lines: _Optional[_Iterable[_Union[PreviewLine, _Mapping]]] = ..., sources_without_rule: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ...) -> None: ...
