import datetime

from google.protobuf import any_pb2 as _any_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GetSnapshotStartRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetSnapshotStartResponse(_message.Message):
    __slots__ = ("read_from", "topics")
    READ_FROM_FIELD_NUMBER: _ClassVar[int]
    TOPICS_FIELD_NUMBER: _ClassVar[int]
    read_from: _timestamp_pb2.Timestamp
    topics: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, read_from: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., topics: _Optional[_Iterable[str]] = ...) -> None: ...

class ReadSnapshotRequest(_message.Message):
    __slots__ = ("topic", "page_size", "page_token")
    TOPIC_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    topic: str
    page_size: int
    page_token: str
    def __init__(self, topic: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SnapshotKey(_message.Message):
    __slots__ = ("key", "sequence", "facts")
    KEY_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    key: str
    sequence: int
    facts: _containers.RepeatedCompositeFieldContainer[SnapshotFact]
    def __init__(self, key: _Optional[str] = ..., sequence: _Optional[int] = ..., facts: _Optional[_Iterable[_Union[SnapshotFact, _Mapping]]] = ...) -> None: ...

class SnapshotFact(_message.Message):
    __slots__ = ("message", "told_at")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    TOLD_AT_FIELD_NUMBER: _ClassVar[int]
    message: _any_pb2.Any
    told_at: _timestamp_pb2.Timestamp
    def __init__(self, message: _Optional[_Union[_any_pb2.Any, _Mapping]] = ..., told_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ReadSnapshotResponse(_message.Message):
    __slots__ = ("keys", "next_page_token")
    KEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    keys: _containers.RepeatedCompositeFieldContainer[SnapshotKey]
    next_page_token: str
    def __init__(self, keys: _Optional[_Iterable[_Union[SnapshotKey, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
