import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Delivery(_message.Message):
    __slots__ = ("message_id", "peer", "type", "state", "attempts", "stored_at", "sent_at", "last_answer")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    STORED_AT_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_ANSWER_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    peer: str
    type: str
    state: str
    attempts: int
    stored_at: _timestamp_pb2.Timestamp
    sent_at: _timestamp_pb2.Timestamp
    last_answer: str
    def __init__(self, message_id: _Optional[str] = ..., peer: _Optional[str] = ..., type: _Optional[str] = ..., state: _Optional[str] = ..., attempts: _Optional[int] = ..., stored_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., sent_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_answer: _Optional[str] = ...) -> None: ...

class ListDeliveriesRequest(_message.Message):
    __slots__ = ("peer", "state", "page_size", "page_token")
    PEER_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    peer: str
    state: str
    page_size: int
    page_token: str
    def __init__(self, peer: _Optional[str] = ..., state: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListDeliveriesResponse(_message.Message):
    __slots__ = ("deliveries", "next_page_token")
    DELIVERIES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    deliveries: _containers.RepeatedCompositeFieldContainer[Delivery]
    next_page_token: str
    def __init__(self, deliveries: _Optional[_Iterable[_Union[Delivery, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ExchangeMessage(_message.Message):
    __slots__ = ("message_id", "content", "signature_hex")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    SIGNATURE_HEX_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    content: bytes
    signature_hex: str
    def __init__(self, message_id: _Optional[str] = ..., content: _Optional[bytes] = ..., signature_hex: _Optional[str] = ...) -> None: ...

class ReceiveMessagesRequest(_message.Message):
    __slots__ = ("peer", "messages", "request_id")
    PEER_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    peer: str
    messages: _containers.RepeatedCompositeFieldContainer[ExchangeMessage]
    request_id: str
    def __init__(self, peer: _Optional[str] = ..., messages: _Optional[_Iterable[_Union[ExchangeMessage, _Mapping]]] = ..., request_id: _Optional[str] = ...) -> None: ...

class ExchangeReceipt(_message.Message):
    __slots__ = ("message_id", "state", "reason_code")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    state: str
    reason_code: str
    def __init__(self, message_id: _Optional[str] = ..., state: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class ReceiveMessagesResponse(_message.Message):
    __slots__ = ("receipts",)
    RECEIPTS_FIELD_NUMBER: _ClassVar[int]
    receipts: _containers.RepeatedCompositeFieldContainer[ExchangeReceipt]
    def __init__(self, receipts: _Optional[_Iterable[_Union[ExchangeReceipt, _Mapping]]] = ...) -> None: ...
