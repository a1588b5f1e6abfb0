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

class YearEndDecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    YEAR_END_DECISION_UNSPECIFIED: _ClassVar[YearEndDecision]
    YEAR_END_DECISION_PROMOTE: _ClassVar[YearEndDecision]
    YEAR_END_DECISION_GRADUATE: _ClassVar[YearEndDecision]
    YEAR_END_DECISION_HOLD_BACK: _ClassVar[YearEndDecision]
    YEAR_END_DECISION_EXCEPTION: _ClassVar[YearEndDecision]

class YearEndState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    YEAR_END_STATE_UNSPECIFIED: _ClassVar[YearEndState]
    YEAR_END_STATE_PLANNED: _ClassVar[YearEndState]
    YEAR_END_STATE_APPLYING: _ClassVar[YearEndState]
    YEAR_END_STATE_APPLIED: _ClassVar[YearEndState]
    YEAR_END_STATE_UNDONE: _ClassVar[YearEndState]
    YEAR_END_STATE_REPLACED: _ClassVar[YearEndState]
YEAR_END_DECISION_UNSPECIFIED: YearEndDecision
YEAR_END_DECISION_PROMOTE: YearEndDecision
YEAR_END_DECISION_GRADUATE: YearEndDecision
YEAR_END_DECISION_HOLD_BACK: YearEndDecision
YEAR_END_DECISION_EXCEPTION: YearEndDecision
YEAR_END_STATE_UNSPECIFIED: YearEndState
YEAR_END_STATE_PLANNED: YearEndState
YEAR_END_STATE_APPLYING: YearEndState
YEAR_END_STATE_APPLIED: YearEndState
YEAR_END_STATE_UNDONE: YearEndState
YEAR_END_STATE_REPLACED: YearEndState

class HeldBack(_message.Message):
    __slots__ = ("learner_id", "reason_code")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    reason_code: str
    def __init__(self, learner_id: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class Destination(_message.Message):
    __slots__ = ("learner_id", "kind", "institution_id")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    kind: str
    institution_id: str
    def __init__(self, learner_id: _Optional[str] = ..., kind: _Optional[str] = ..., institution_id: _Optional[str] = ...) -> None: ...

class PlanYearEndRequest(_message.Message):
    __slots__ = ("request_id", "year_be", "last_day", "first_day", "held_back", "destinations", "provenance")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    HELD_BACK_FIELD_NUMBER: _ClassVar[int]
    DESTINATIONS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    year_be: int
    last_day: _date_pb2.Date
    first_day: _date_pb2.Date
    held_back: _containers.RepeatedCompositeFieldContainer[HeldBack]
    destinations: _containers.RepeatedCompositeFieldContainer[Destination]
    provenance: _provenance_pb2.Provenance
    def __init__(self, request_id: _Optional[str] = ..., year_be: _Optional[int] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., first_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., held_back: _Optional[_Iterable[_Union[HeldBack, _Mapping]]] = ..., destinations: _Optional[_Iterable[_Union[Destination, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class YearEndRun(_message.Message):
    __slots__ = ("year_end_run_id", "institution_id", "year_be", "last_day", "first_day", "state", "counts", "lines_left", "planned_at")
    YEAR_END_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    LINES_LEFT_FIELD_NUMBER: _ClassVar[int]
    PLANNED_AT_FIELD_NUMBER: _ClassVar[int]
    year_end_run_id: str
    institution_id: str
    year_be: int
    last_day: _date_pb2.Date
    first_day: _date_pb2.Date
    state: YearEndState
    counts: _containers.RepeatedCompositeFieldContainer[YearEndCount]
    lines_left: int
    planned_at: _timestamp_pb2.Timestamp
    def __init__(self, year_end_run_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., year_be: _Optional[int] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., first_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., state: _Optional[_Union[YearEndState, str]] = ..., counts: _Optional[_Iterable[_Union[YearEndCount, _Mapping]]] = ..., lines_left: _Optional[int] = ..., planned_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class YearEndCount(_message.Message):
    __slots__ = ("decision", "lines")
    DECISION_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    decision: YearEndDecision
    lines: int
    def __init__(self, decision: _Optional[_Union[YearEndDecision, str]] = ..., lines: _Optional[int] = ...) -> None: ...

class YearEndLine(_message.Message):
    __slots__ = ("line_no", "learner_id", "enrolment_id", "decision", "reason_code", "grade_label", "next_grade_label", "destination_kind", "destination_institution_id", "is_applied")
    LINE_NO_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECISION_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    NEXT_GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_KIND_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_APPLIED_FIELD_NUMBER: _ClassVar[int]
    line_no: int
    learner_id: str
    enrolment_id: str
    decision: YearEndDecision
    reason_code: str
    grade_label: str
    next_grade_label: str
    destination_kind: str
    destination_institution_id: str
    is_applied: bool
    def __init__(self, line_no: _Optional[int] = ..., learner_id: _Optional[str] = ..., enrolment_id: _Optional[str] = ..., decision: _Optional[_Union[YearEndDecision, str]] = ..., reason_code: _Optional[str] = ..., grade_label: _Optional[str] = ..., next_grade_label: _Optional[str] = ..., destination_kind: _Optional[str] = ..., destination_institution_id: _Optional[str] = ..., is_applied: _Optional[bool] = ...) -> None: ...

class PlanYearEndResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: YearEndRun
    def __init__(self, run: _Optional[_Union[YearEndRun, _Mapping]] = ...) -> None: ...

class GetYearEndRequest(_message.Message):
    __slots__ = ("year_end_run_id", "decisions", "page_size", "page_token")
    YEAR_END_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    year_end_run_id: str
    decisions: _containers.RepeatedScalarFieldContainer[YearEndDecision]
    page_size: int
    page_token: str
    def __init__(self, year_end_run_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[YearEndDecision, str]]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class GetYearEndResponse(_message.Message):
    __slots__ = ("run", "lines", "next_page_token")
    RUN_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    run: YearEndRun
    lines: _containers.RepeatedCompositeFieldContainer[YearEndLine]
    next_page_token: str
    def __init__(self, run: _Optional[_Union[YearEndRun, _Mapping]] = ..., lines: _Optional[_Iterable[_Union[YearEndLine, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ApplyYearEndRequest(_message.Message):
    __slots__ = ("request_id", "year_end_run_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_END_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    year_end_run_id: str
    def __init__(self, request_id: _Optional[str] = ..., year_end_run_id: _Optional[str] = ...) -> None: ...

class ApplyYearEndResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: YearEndRun
    def __init__(self, run: _Optional[_Union[YearEndRun, _Mapping]] = ...) -> None: ...

class UndoYearEndRequest(_message.Message):
    __slots__ = ("request_id", "year_end_run_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_END_RUN_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    year_end_run_id: str
    def __init__(self, request_id: _Optional[str] = ..., year_end_run_id: _Optional[str] = ...) -> None: ...

class UndoYearEndResponse(_message.Message):
    __slots__ = ("run",)
    RUN_FIELD_NUMBER: _ClassVar[int]
    run: YearEndRun
    def __init__(self, run: _Optional[_Union[YearEndRun, _Mapping]] = ...) -> None: ...

class SetDestinationsRequest(_message.Message):
    __slots__ = ("request_id", "year_be", "destinations")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    DESTINATIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    year_be: int
    destinations: _containers.RepeatedCompositeFieldContainer[Destination]
    def __init__(self, request_id: _Optional[str] = ..., year_be: _Optional[int] = ..., destinations: _Optional[_Iterable[_Union[Destination, _Mapping]]] = ...) -> None: ...

class SetDestinationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListLeaversRequest(_message.Message):
    __slots__ = ("year_be", "institution_id", "is_subtree", "tree", "is_expected_there", "is_not_arrived_only", "on_date", "purpose", "page_size", "page_token")
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_SUBTREE_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    IS_EXPECTED_THERE_FIELD_NUMBER: _ClassVar[int]
    IS_NOT_ARRIVED_ONLY_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    year_be: int
    institution_id: str
    is_subtree: bool
    tree: str
    is_expected_there: bool
    is_not_arrived_only: bool
    on_date: _date_pb2.Date
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, year_be: _Optional[int] = ..., institution_id: _Optional[str] = ..., is_subtree: _Optional[bool] = ..., tree: _Optional[str] = ..., is_expected_there: _Optional[bool] = ..., is_not_arrived_only: _Optional[bool] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class Leaver(_message.Message):
    __slots__ = ("leaver_id", "learner_id", "from_institution_id", "grade_label", "last_day", "destination_kind", "destination_institution_id", "arrived_institution_id", "is_missing")
    LEAVER_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_KIND_FIELD_NUMBER: _ClassVar[int]
    DESTINATION_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ARRIVED_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_MISSING_FIELD_NUMBER: _ClassVar[int]
    leaver_id: str
    learner_id: str
    from_institution_id: str
    grade_label: str
    last_day: _date_pb2.Date
    destination_kind: str
    destination_institution_id: str
    arrived_institution_id: str
    is_missing: bool
    def __init__(self, leaver_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., from_institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., destination_kind: _Optional[str] = ..., destination_institution_id: _Optional[str] = ..., arrived_institution_id: _Optional[str] = ..., is_missing: _Optional[bool] = ...) -> None: ...

class ListLeaversResponse(_message.Message):
    __slots__ = ("leavers", "next_page_token", "total", "arrive_by")
    LEAVERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    ARRIVE_BY_FIELD_NUMBER: _ClassVar[int]
    leavers: _containers.RepeatedCompositeFieldContainer[Leaver]
    next_page_token: str
    total: int
    arrive_by: _date_pb2.Date
    def __init__(self, leavers: _Optional[_Iterable[_Union[Leaver, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ..., arrive_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...
