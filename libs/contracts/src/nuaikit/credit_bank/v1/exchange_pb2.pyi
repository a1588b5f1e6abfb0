import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
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

class ResendDeliveriesRequest(_message.Message):
    __slots__ = ("request_id", "message_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    message_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., message_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class ResendDeliveriesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

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

class ListLearnerReferencesRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class LearnerReference(_message.Message):
    __slots__ = ("peer", "level", "learner_ref")
    PEER_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    LEARNER_REF_FIELD_NUMBER: _ClassVar[int]
    peer: str
    level: str
    learner_ref: str
    def __init__(self, peer: _Optional[str] = ..., level: _Optional[str] = ..., learner_ref: _Optional[str] = ...) -> None: ...

class ListLearnerReferencesResponse(_message.Message):
    __slots__ = ("references",)
    REFERENCES_FIELD_NUMBER: _ClassVar[int]
    references: _containers.RepeatedCompositeFieldContainer[LearnerReference]
    def __init__(self, references: _Optional[_Iterable[_Union[LearnerReference, _Mapping]]] = ...) -> None: ...

class LearnerLinkInput(_message.Message):
    __slots__ = ("peer", "learner_ref", "learner_id", "requested_on", "request_reference")
    PEER_FIELD_NUMBER: _ClassVar[int]
    LEARNER_REF_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    peer: str
    learner_ref: str
    learner_id: str
    requested_on: _date_pb2.Date
    request_reference: str
    def __init__(self, peer: _Optional[str] = ..., learner_ref: _Optional[str] = ..., learner_id: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., request_reference: _Optional[str] = ...) -> None: ...

class LinkLearnersRequest(_message.Message):
    __slots__ = ("request_id", "links")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LINKS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    links: _containers.RepeatedCompositeFieldContainer[LearnerLinkInput]
    def __init__(self, request_id: _Optional[str] = ..., links: _Optional[_Iterable[_Union[LearnerLinkInput, _Mapping]]] = ...) -> None: ...

class LinkLearnersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LearnerLinkEnd(_message.Message):
    __slots__ = ("link_id", "reason_th")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_TH_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    reason_th: str
    def __init__(self, link_id: _Optional[str] = ..., reason_th: _Optional[str] = ...) -> None: ...

class EndLearnerLinksRequest(_message.Message):
    __slots__ = ("request_id", "ends")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ends: _containers.RepeatedCompositeFieldContainer[LearnerLinkEnd]
    def __init__(self, request_id: _Optional[str] = ..., ends: _Optional[_Iterable[_Union[LearnerLinkEnd, _Mapping]]] = ...) -> None: ...

class EndLearnerLinksResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListReceivedMessagesRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "page_size", "page_token")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class LearnerLink(_message.Message):
    __slots__ = ("link_id", "peer", "learner_ref", "learner_id", "requested_on", "request_reference")
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    LEARNER_REF_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REQUESTED_ON_FIELD_NUMBER: _ClassVar[int]
    REQUEST_REFERENCE_FIELD_NUMBER: _ClassVar[int]
    link_id: str
    peer: str
    learner_ref: str
    learner_id: str
    requested_on: _date_pb2.Date
    request_reference: str
    def __init__(self, link_id: _Optional[str] = ..., peer: _Optional[str] = ..., learner_ref: _Optional[str] = ..., learner_id: _Optional[str] = ..., requested_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., request_reference: _Optional[str] = ...) -> None: ...

class ReceivedMessage(_message.Message):
    __slots__ = ("message_id", "peer", "link_id", "type", "seq", "standing", "received_at", "draft_id", "content_json")
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    PEER_FIELD_NUMBER: _ClassVar[int]
    LINK_ID_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    STANDING_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    DRAFT_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_JSON_FIELD_NUMBER: _ClassVar[int]
    message_id: str
    peer: str
    link_id: str
    type: str
    seq: int
    standing: str
    received_at: _timestamp_pb2.Timestamp
    draft_id: str
    content_json: str
    def __init__(self, message_id: _Optional[str] = ..., peer: _Optional[str] = ..., link_id: _Optional[str] = ..., type: _Optional[str] = ..., seq: _Optional[int] = ..., standing: _Optional[str] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., draft_id: _Optional[str] = ..., content_json: _Optional[str] = ...) -> None: ...

class ListReceivedMessagesResponse(_message.Message):
    __slots__ = ("links", "messages", "next_page_token")
    LINKS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    links: _containers.RepeatedCompositeFieldContainer[LearnerLink]
    messages: _containers.RepeatedCompositeFieldContainer[ReceivedMessage]
    next_page_token: str
    def __init__(self, links: _Optional[_Iterable[_Union[LearnerLink, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[ReceivedMessage, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class DraftReceivedResultsRequest(_message.Message):
    __slots__ = ("request_id", "message_ids", "messages")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_IDS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    message_ids: _containers.RepeatedScalarFieldContainer[str]
    messages: _containers.RepeatedCompositeFieldContainer[ReceivedMessageName]
    def __init__(self, request_id: _Optional[str] = ..., message_ids: _Optional[_Iterable[str]] = ..., messages: _Optional[_Iterable[_Union[ReceivedMessageName, _Mapping]]] = ...) -> None: ...

class ReceivedMessageName(_message.Message):
    __slots__ = ("peer", "message_id")
    PEER_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_ID_FIELD_NUMBER: _ClassVar[int]
    peer: str
    message_id: str
    def __init__(self, peer: _Optional[str] = ..., message_id: _Optional[str] = ...) -> None: ...

class DraftReceivedResultsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...
