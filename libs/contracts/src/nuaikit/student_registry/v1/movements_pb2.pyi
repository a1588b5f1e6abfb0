import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class MovementState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MOVEMENT_STATE_UNSPECIFIED: _ClassVar[MovementState]
    MOVEMENT_STATE_MOVE_OUT_REQUESTED: _ClassVar[MovementState]
    MOVEMENT_STATE_RELEASED: _ClassVar[MovementState]
    MOVEMENT_STATE_ACCEPTED: _ClassVar[MovementState]
    MOVEMENT_STATE_CANCELLED: _ClassVar[MovementState]
    MOVEMENT_STATE_REFUSED: _ClassVar[MovementState]
MOVEMENT_STATE_UNSPECIFIED: MovementState
MOVEMENT_STATE_MOVE_OUT_REQUESTED: MovementState
MOVEMENT_STATE_RELEASED: MovementState
MOVEMENT_STATE_ACCEPTED: MovementState
MOVEMENT_STATE_CANCELLED: MovementState
MOVEMENT_STATE_REFUSED: MovementState

class MovementInput(_message.Message):
    __slots__ = ("learner_id", "to_institution_id", "requested_on", "is_mid_term", "reason_code", "papers", "provenance")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    TO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    IS_MID_TERM_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    to_institution_id: str
    requested_on: _date_pb2.Date
    is_mid_term: bool
    reason_code: str
    papers: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., to_institution_id: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_mid_term: _Optional[bool] = ..., reason_code: _Optional[str] = ..., papers: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RequestMovementsRequest(_message.Message):
    __slots__ = ("request_id", "movements")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MOVEMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    movements: _containers.RepeatedCompositeFieldContainer[MovementInput]
    def __init__(self, request_id: _Optional[str] = ..., movements: _Optional[_Iterable[_Union[MovementInput, _Mapping]]] = ...) -> None: ...

class MovementPapersInput(_message.Message):
    __slots__ = ("movement_id", "papers", "seen_on")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    SEEN_ON_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    papers: _containers.RepeatedScalarFieldContainer[str]
    seen_on: _date_pb2.Date
    def __init__(self, movement_id: _Optional[str] = ..., papers: _Optional[_Iterable[str]] = ..., seen_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class RecordMovementPapersRequest(_message.Message):
    __slots__ = ("request_id", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[MovementPapersInput]
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[MovementPapersInput, _Mapping]]] = ...) -> None: ...

class MovementRelease(_message.Message):
    __slots__ = ("movement_id", "to_institution_id", "last_day")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    TO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    to_institution_id: str
    last_day: _date_pb2.Date
    def __init__(self, movement_id: _Optional[str] = ..., to_institution_id: _Optional[str] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ReleaseMovementsRequest(_message.Message):
    __slots__ = ("request_id", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[MovementRelease]
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[MovementRelease, _Mapping]]] = ...) -> None: ...

class MovementAcceptance(_message.Message):
    __slots__ = ("movement_id", "first_day", "delivery_system", "grade_label", "classroom", "programme_code", "provenance")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    first_day: _date_pb2.Date
    delivery_system: _enrolments_pb2.DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, movement_id: _Optional[str] = ..., first_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., delivery_system: _Optional[_Union[_enrolments_pb2.DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class AcceptMovementsRequest(_message.Message):
    __slots__ = ("request_id", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[MovementAcceptance]
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[MovementAcceptance, _Mapping]]] = ...) -> None: ...

class MovementStop(_message.Message):
    __slots__ = ("movement_id", "reason_code")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    reason_code: str
    def __init__(self, movement_id: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class CancelMovementsRequest(_message.Message):
    __slots__ = ("request_id", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[MovementStop]
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[MovementStop, _Mapping]]] = ...) -> None: ...

class RefuseMovementsRequest(_message.Message):
    __slots__ = ("request_id", "items")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    items: _containers.RepeatedCompositeFieldContainer[MovementStop]
    def __init__(self, request_id: _Optional[str] = ..., items: _Optional[_Iterable[_Union[MovementStop, _Mapping]]] = ...) -> None: ...

class RequestMovementsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class RecordMovementPapersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ReleaseMovementsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class AcceptMovementsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CancelMovementsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class RefuseMovementsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Movement(_message.Message):
    __slots__ = ("movement_id", "learner_id", "from_institution_id", "to_institution_id", "state", "requested_on", "is_mid_term", "reason_code", "due_on", "last_day", "first_day", "papers", "changed_at", "is_late")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    IS_MID_TERM_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    LAST_DAY_FIELD_NUMBER: _ClassVar[int]
    FIRST_DAY_FIELD_NUMBER: _ClassVar[int]
    PAPERS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    IS_LATE_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    learner_id: str
    from_institution_id: str
    to_institution_id: str
    state: MovementState
    requested_on: _date_pb2.Date
    is_mid_term: bool
    reason_code: str
    due_on: _date_pb2.Date
    last_day: _date_pb2.Date
    first_day: _date_pb2.Date
    papers: _containers.RepeatedScalarFieldContainer[str]
    changed_at: _timestamp_pb2.Timestamp
    is_late: bool
    def __init__(self, movement_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., from_institution_id: _Optional[str] = ..., to_institution_id: _Optional[str] = ..., state: _Optional[_Union[MovementState, str]] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_mid_term: _Optional[bool] = ..., reason_code: _Optional[str] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., last_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., first_day: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., papers: _Optional[_Iterable[str]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_late: _Optional[bool] = ...) -> None: ...

class ListMovementsRequest(_message.Message):
    __slots__ = ("institution_id", "is_subtree", "tree", "states", "is_late_only", "purpose", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_SUBTREE_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    IS_LATE_ONLY_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    is_subtree: bool
    tree: str
    states: _containers.RepeatedScalarFieldContainer[MovementState]
    is_late_only: bool
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., is_subtree: _Optional[bool] = ..., tree: _Optional[str] = ..., states: _Optional[_Iterable[_Union[MovementState, str]]] = ..., is_late_only: _Optional[bool] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMovementsResponse(_message.Message):
    __slots__ = ("movements", "next_page_token", "total")
    MOVEMENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    movements: _containers.RepeatedCompositeFieldContainer[Movement]
    next_page_token: str
    total: int
    def __init__(self, movements: _Optional[_Iterable[_Union[Movement, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
