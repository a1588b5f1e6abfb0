import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccessRecord(_message.Message):
    __slots__ = ("access_id", "learner_id", "read_at", "institution_id", "role", "resource", "purpose", "ground", "ground_id")
    ACCESS_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    READ_AT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    RESOURCE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    GROUND_ID_FIELD_NUMBER: _ClassVar[int]
    access_id: str
    learner_id: str
    read_at: _timestamp_pb2.Timestamp
    institution_id: str
    role: str
    resource: str
    purpose: str
    ground: str
    ground_id: str
    def __init__(self, access_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., read_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., resource: _Optional[str] = ..., purpose: _Optional[str] = ..., ground: _Optional[str] = ..., ground_id: _Optional[str] = ...) -> None: ...
