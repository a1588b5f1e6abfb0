import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class EvidenceFile(_message.Message):
    __slots__ = ("file_id", "sha256_hex", "size_bytes", "media_type", "stored_at")
    FILE_ID_FIELD_NUMBER: _ClassVar[int]
    SHA256_HEX_FIELD_NUMBER: _ClassVar[int]
    SIZE_BYTES_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    STORED_AT_FIELD_NUMBER: _ClassVar[int]
    file_id: str
    sha256_hex: str
    size_bytes: int
    media_type: str
    stored_at: _timestamp_pb2.Timestamp
    def __init__(self, file_id: _Optional[str] = ..., sha256_hex: _Optional[str] = ..., size_bytes: _Optional[int] = ..., media_type: _Optional[str] = ..., stored_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListEvidenceFilesRequest(_message.Message):
    __slots__ = ("sha256_hex", "page_size", "page_token")
    SHA256_HEX_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    sha256_hex: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, sha256_hex: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEvidenceFilesResponse(_message.Message):
    __slots__ = ("files", "next_page_token")
    FILES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    files: _containers.RepeatedCompositeFieldContainer[EvidenceFile]
    next_page_token: str
    def __init__(self, files: _Optional[_Iterable[_Union[EvidenceFile, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
