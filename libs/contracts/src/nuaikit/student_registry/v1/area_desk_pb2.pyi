import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.student_registry.v1 import matching_pb2 as _matching_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetAreaDeskRequest(_message.Message):
    __slots__ = ("academic_year_be",)
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    academic_year_be: int
    def __init__(self, academic_year_be: _Optional[int] = ...) -> None: ...

class RoundStageCount(_message.Message):
    __slots__ = ("kind", "stage", "schools")
    KIND_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    kind: str
    stage: str
    schools: int
    def __init__(self, kind: _Optional[str] = ..., stage: _Optional[str] = ..., schools: _Optional[int] = ...) -> None: ...

class GetAreaDeskResponse(_message.Message):
    __slots__ = ("waiting_g_codes", "identity_conflicts", "conflicting_identifiers", "late_movements", "rounds", "academic_year_be", "home_school_families", "homes", "home_school_learners", "stale_schools", "schools")
    WAITING_G_CODES_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_CONFLICTS_FIELD_NUMBER: _ClassVar[int]
    CONFLICTING_IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    LATE_MOVEMENTS_FIELD_NUMBER: _ClassVar[int]
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    HOME_SCHOOL_FAMILIES_FIELD_NUMBER: _ClassVar[int]
    HOMES_FIELD_NUMBER: _ClassVar[int]
    HOME_SCHOOL_LEARNERS_FIELD_NUMBER: _ClassVar[int]
    STALE_SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    waiting_g_codes: int
    identity_conflicts: int
    conflicting_identifiers: int
    late_movements: int
    rounds: _containers.RepeatedCompositeFieldContainer[RoundStageCount]
    academic_year_be: int
    home_school_families: int
    homes: int
    home_school_learners: int
    stale_schools: int
    schools: int
    def __init__(self, waiting_g_codes: _Optional[int] = ..., identity_conflicts: _Optional[int] = ..., conflicting_identifiers: _Optional[int] = ..., late_movements: _Optional[int] = ..., rounds: _Optional[_Iterable[_Union[RoundStageCount, _Mapping]]] = ..., academic_year_be: _Optional[int] = ..., home_school_families: _Optional[int] = ..., homes: _Optional[int] = ..., home_school_learners: _Optional[int] = ..., stale_schools: _Optional[int] = ..., schools: _Optional[int] = ...) -> None: ...

class ListWaitingGCodesRequest(_message.Message):
    __slots__ = ("purpose", "page_size", "page_token")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class WaitingGCode(_message.Message):
    __slots__ = ("identifier_id", "learner_id", "registrar_institution_id", "masked_value", "recorded_at")
    IDENTIFIER_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MASKED_VALUE_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    identifier_id: str
    learner_id: str
    registrar_institution_id: str
    masked_value: str
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, identifier_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., registrar_institution_id: _Optional[str] = ..., masked_value: _Optional[str] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListWaitingGCodesResponse(_message.Message):
    __slots__ = ("g_codes", "next_page_token", "total")
    G_CODES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    g_codes: _containers.RepeatedCompositeFieldContainer[WaitingGCode]
    next_page_token: str
    total: int
    def __init__(self, g_codes: _Optional[_Iterable[_Union[WaitingGCode, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ApproveGCodesRequest(_message.Message):
    __slots__ = ("request_id", "identifier_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIER_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    identifier_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., identifier_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ApproveGCodesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListIdentityConflictsRequest(_message.Message):
    __slots__ = ("institution_id", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListIdentityConflictsResponse(_message.Message):
    __slots__ = ("candidates", "next_page_token", "total")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    candidates: _containers.RepeatedCompositeFieldContainer[_matching_pb2.MatchCandidate]
    next_page_token: str
    total: int
    def __init__(self, candidates: _Optional[_Iterable[_Union[_matching_pb2.MatchCandidate, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListConflictingIdentifiersRequest(_message.Message):
    __slots__ = ("purpose", "page_size", "page_token")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ConflictingIdentifier(_message.Message):
    __slots__ = ("identifier_id", "learner_id", "registrar_institution_id", "kind", "last4", "recorded_at")
    IDENTIFIER_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    LAST4_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    identifier_id: str
    learner_id: str
    registrar_institution_id: str
    kind: str
    last4: str
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, identifier_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., registrar_institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., last4: _Optional[str] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListConflictingIdentifiersResponse(_message.Message):
    __slots__ = ("identifiers", "next_page_token", "total")
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    identifiers: _containers.RepeatedCompositeFieldContainer[ConflictingIdentifier]
    next_page_token: str
    total: int
    def __init__(self, identifiers: _Optional[_Iterable[_Union[ConflictingIdentifier, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListLateMovementsRequest(_message.Message):
    __slots__ = ("purpose", "page_size", "page_token")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class LateMovement(_message.Message):
    __slots__ = ("movement_id", "learner_id", "from_institution_id", "to_institution_id", "state", "due_on", "days_late")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    DAYS_LATE_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    learner_id: str
    from_institution_id: str
    to_institution_id: str
    state: str
    due_on: _date_pb2.Date
    days_late: int
    def __init__(self, movement_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., from_institution_id: _Optional[str] = ..., to_institution_id: _Optional[str] = ..., state: _Optional[str] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., days_late: _Optional[int] = ...) -> None: ...

class ListLateMovementsResponse(_message.Message):
    __slots__ = ("movements", "next_page_token", "total")
    MOVEMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    movements: _containers.RepeatedCompositeFieldContainer[LateMovement]
    next_page_token: str
    total: int
    def __init__(self, movements: _Optional[_Iterable[_Union[LateMovement, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListRoundStagesRequest(_message.Message):
    __slots__ = ("academic_year_be", "kind", "stages", "page_size", "page_token")
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STAGES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    academic_year_be: int
    kind: str
    stages: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, academic_year_be: _Optional[int] = ..., kind: _Optional[str] = ..., stages: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class RoundStageOfSchool(_message.Message):
    __slots__ = ("institution_id", "name_th", "stage", "round_id", "learner_count", "reached_at")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    ROUND_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_COUNT_FIELD_NUMBER: _ClassVar[int]
    REACHED_AT_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    name_th: str
    stage: str
    round_id: str
    learner_count: int
    reached_at: _timestamp_pb2.Timestamp
    def __init__(self, institution_id: _Optional[str] = ..., name_th: _Optional[str] = ..., stage: _Optional[str] = ..., round_id: _Optional[str] = ..., learner_count: _Optional[int] = ..., reached_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListRoundStagesResponse(_message.Message):
    __slots__ = ("schools", "next_page_token", "total")
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    schools: _containers.RepeatedCompositeFieldContainer[RoundStageOfSchool]
    next_page_token: str
    total: int
    def __init__(self, schools: _Optional[_Iterable[_Union[RoundStageOfSchool, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListHomeSchoolFamiliesRequest(_message.Message):
    __slots__ = ("on_date", "page_size", "page_token")
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Home(_message.Message):
    __slots__ = ("institution_id", "name_th", "learners")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    name_th: str
    learners: int
    def __init__(self, institution_id: _Optional[str] = ..., name_th: _Optional[str] = ..., learners: _Optional[int] = ...) -> None: ...

class HomeSchoolFamily(_message.Message):
    __slots__ = ("institution_id", "name_th", "homes")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    HOMES_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    name_th: str
    homes: _containers.RepeatedCompositeFieldContainer[Home]
    def __init__(self, institution_id: _Optional[str] = ..., name_th: _Optional[str] = ..., homes: _Optional[_Iterable[_Union[Home, _Mapping]]] = ...) -> None: ...

class ListHomeSchoolFamiliesResponse(_message.Message):
    __slots__ = ("families", "next_page_token", "total_families", "total_homes")
    FAMILIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FAMILIES_FIELD_NUMBER: _ClassVar[int]
    TOTAL_HOMES_FIELD_NUMBER: _ClassVar[int]
    families: _containers.RepeatedCompositeFieldContainer[HomeSchoolFamily]
    next_page_token: str
    total_families: int
    total_homes: int
    def __init__(self, families: _Optional[_Iterable[_Union[HomeSchoolFamily, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_families: _Optional[int] = ..., total_homes: _Optional[int] = ...) -> None: ...

class ListStaleSchoolsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class StaleSchool(_message.Message):
    __slots__ = ("institution_id", "name_th", "last_import_on", "learners", "stale_contacts", "reasons")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    LAST_IMPORT_ON_FIELD_NUMBER: _ClassVar[int]
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    STALE_CONTACTS_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    name_th: str
    last_import_on: _date_pb2.Date
    learners: int
    stale_contacts: int
    reasons: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, institution_id: _Optional[str] = ..., name_th: _Optional[str] = ..., last_import_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., learners: _Optional[int] = ..., stale_contacts: _Optional[int] = ..., reasons: _Optional[_Iterable[str]] = ...) -> None: ...

class ListStaleSchoolsResponse(_message.Message):
    __slots__ = ("schools", "next_page_token", "total", "import_days", "contacts_pct", "rule_version")
    SCHOOLS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    IMPORT_DAYS_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_PCT_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    schools: _containers.RepeatedCompositeFieldContainer[StaleSchool]
    next_page_token: str
    total: int
    import_days: int
    contacts_pct: int
    rule_version: str
    def __init__(self, schools: _Optional[_Iterable[_Union[StaleSchool, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ..., import_days: _Optional[int] = ..., contacts_pct: _Optional[int] = ..., rule_version: _Optional[str] = ...) -> None: ...
