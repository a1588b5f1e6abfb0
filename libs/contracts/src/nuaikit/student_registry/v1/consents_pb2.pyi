from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ShareGrant(_message.Message):
    __slots__ = ("grant_id", "learner_id", "recipient_institution_id", "scope", "purpose", "valid_from", "valid_to", "is_ended")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    purpose: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    is_ended: bool
    def __init__(self, grant_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., purpose: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_ended: _Optional[bool] = ...) -> None: ...

class GrantShareRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "recipient_institution_id", "scope", "purpose", "valid_to")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    purpose: str
    valid_to: _date_pb2.Date
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., purpose: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class GrantShareResponse(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: ShareGrant
    def __init__(self, grant: _Optional[_Union[ShareGrant, _Mapping]] = ...) -> None: ...

class EndShareGrantRequest(_message.Message):
    __slots__ = ("request_id", "grant_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    grant_id: str
    def __init__(self, request_id: _Optional[str] = ..., grant_id: _Optional[str] = ...) -> None: ...

class EndShareGrantResponse(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: ShareGrant
    def __init__(self, grant: _Optional[_Union[ShareGrant, _Mapping]] = ...) -> None: ...

class ListShareGrantsRequest(_message.Message):
    __slots__ = ("learner_ids", "recipient_institution_id")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    recipient_institution_id: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., recipient_institution_id: _Optional[str] = ...) -> None: ...

class ListShareGrantsResponse(_message.Message):
    __slots__ = ("grants",)
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    grants: _containers.RepeatedCompositeFieldContainer[ShareGrant]
    def __init__(self, grants: _Optional[_Iterable[_Union[ShareGrant, _Mapping]]] = ...) -> None: ...
