import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class DataRequestKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DATA_REQUEST_KIND_UNSPECIFIED: _ClassVar[DataRequestKind]
    DATA_REQUEST_KIND_SEE: _ClassVar[DataRequestKind]
    DATA_REQUEST_KIND_COPY: _ClassVar[DataRequestKind]
    DATA_REQUEST_KIND_CORRECT: _ClassVar[DataRequestKind]
    DATA_REQUEST_KIND_RESTRICT: _ClassVar[DataRequestKind]

class DataRequestState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DATA_REQUEST_STATE_UNSPECIFIED: _ClassVar[DataRequestState]
    DATA_REQUEST_STATE_RECEIVED: _ClassVar[DataRequestState]
    DATA_REQUEST_STATE_IN_PROGRESS: _ClassVar[DataRequestState]
    DATA_REQUEST_STATE_ANSWERED: _ClassVar[DataRequestState]
    DATA_REQUEST_STATE_REFUSED: _ClassVar[DataRequestState]
DATA_REQUEST_KIND_UNSPECIFIED: DataRequestKind
DATA_REQUEST_KIND_SEE: DataRequestKind
DATA_REQUEST_KIND_COPY: DataRequestKind
DATA_REQUEST_KIND_CORRECT: DataRequestKind
DATA_REQUEST_KIND_RESTRICT: DataRequestKind
DATA_REQUEST_STATE_UNSPECIFIED: DataRequestState
DATA_REQUEST_STATE_RECEIVED: DataRequestState
DATA_REQUEST_STATE_IN_PROGRESS: DataRequestState
DATA_REQUEST_STATE_ANSWERED: DataRequestState
DATA_REQUEST_STATE_REFUSED: DataRequestState

class DataRequest(_message.Message):
    __slots__ = ("data_request_id", "learner_id", "kind", "state", "institution_id", "fact_kinds", "details", "received_on", "due_on", "rule_version", "reason_code", "closed_at", "is_overdue")
    DATA_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    FACT_KINDS_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_ON_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    CLOSED_AT_FIELD_NUMBER: _ClassVar[int]
    IS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    data_request_id: str
    learner_id: str
    kind: DataRequestKind
    state: DataRequestState
    institution_id: str
    fact_kinds: _containers.RepeatedScalarFieldContainer[str]
    details: str
    received_on: _date_pb2.Date
    due_on: _date_pb2.Date
    rule_version: str
    reason_code: str
    closed_at: _timestamp_pb2.Timestamp
    is_overdue: bool
    def __init__(self, data_request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., kind: _Optional[_Union[DataRequestKind, str]] = ..., state: _Optional[_Union[DataRequestState, str]] = ..., institution_id: _Optional[str] = ..., fact_kinds: _Optional[_Iterable[str]] = ..., details: _Optional[str] = ..., received_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., rule_version: _Optional[str] = ..., reason_code: _Optional[str] = ..., closed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., is_overdue: _Optional[bool] = ...) -> None: ...

class OpenDataRequestRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "kind", "fact_kinds", "details", "received_on")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    FACT_KINDS_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_ON_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    kind: DataRequestKind
    fact_kinds: _containers.RepeatedScalarFieldContainer[str]
    details: str
    received_on: _date_pb2.Date
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., kind: _Optional[_Union[DataRequestKind, str]] = ..., fact_kinds: _Optional[_Iterable[str]] = ..., details: _Optional[str] = ..., received_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class OpenDataRequestResponse(_message.Message):
    __slots__ = ("data_request",)
    DATA_REQUEST_FIELD_NUMBER: _ClassVar[int]
    data_request: DataRequest
    def __init__(self, data_request: _Optional[_Union[DataRequest, _Mapping]] = ...) -> None: ...

class BeginDataRequestRequest(_message.Message):
    __slots__ = ("request_id", "data_request_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    data_request_id: str
    def __init__(self, request_id: _Optional[str] = ..., data_request_id: _Optional[str] = ...) -> None: ...

class BeginDataRequestResponse(_message.Message):
    __slots__ = ("data_request",)
    DATA_REQUEST_FIELD_NUMBER: _ClassVar[int]
    data_request: DataRequest
    def __init__(self, data_request: _Optional[_Union[DataRequest, _Mapping]] = ...) -> None: ...

class CloseDataRequestRequest(_message.Message):
    __slots__ = ("request_id", "data_request_id", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    data_request_id: str
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., data_request_id: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class CloseDataRequestResponse(_message.Message):
    __slots__ = ("data_request",)
    DATA_REQUEST_FIELD_NUMBER: _ClassVar[int]
    data_request: DataRequest
    def __init__(self, data_request: _Optional[_Union[DataRequest, _Mapping]] = ...) -> None: ...

class ListDataRequestsRequest(_message.Message):
    __slots__ = ("states", "kind", "due_by", "is_overdue", "learner_id", "page_size", "page_token")
    STATES_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    DUE_BY_FIELD_NUMBER: _ClassVar[int]
    IS_OVERDUE_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[DataRequestState]
    kind: DataRequestKind
    due_by: _date_pb2.Date
    is_overdue: bool
    learner_id: str
    page_size: int
    page_token: str
    def __init__(self, states: _Optional[_Iterable[_Union[DataRequestState, str]]] = ..., kind: _Optional[_Union[DataRequestKind, str]] = ..., due_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_overdue: _Optional[bool] = ..., learner_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDataRequestsResponse(_message.Message):
    __slots__ = ("data_requests", "next_page_token", "total")
    DATA_REQUESTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    data_requests: _containers.RepeatedCompositeFieldContainer[DataRequest]
    next_page_token: str
    total: int
    def __init__(self, data_requests: _Optional[_Iterable[_Union[DataRequest, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class GetDataCopyRequest(_message.Message):
    __slots__ = ("data_request_id",)
    DATA_REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    data_request_id: str
    def __init__(self, data_request_id: _Optional[str] = ...) -> None: ...

class GetDataCopyResponse(_message.Message):
    __slots__ = ("json",)
    JSON_FIELD_NUMBER: _ClassVar[int]
    json: str
    def __init__(self, json: _Optional[str] = ...) -> None: ...

class LiftRestrictionRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "reason_code")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    reason_code: str
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class LiftRestrictionResponse(_message.Message):
    __slots__ = ("is_lifted",)
    IS_LIFTED_FIELD_NUMBER: _ClassVar[int]
    is_lifted: bool
    def __init__(self, is_lifted: _Optional[bool] = ...) -> None: ...
