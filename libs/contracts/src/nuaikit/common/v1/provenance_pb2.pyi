from google.type import date_pb2 as _date_pb2
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RuleStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RULE_STATUS_UNSPECIFIED: _ClassVar[RuleStatus]
    RULE_STATUS_CONFIRMED: _ClassVar[RuleStatus]
    RULE_STATUS_ASSUMED: _ClassVar[RuleStatus]
    RULE_STATUS_DEMONSTRATION: _ClassVar[RuleStatus]
RULE_STATUS_UNSPECIFIED: RuleStatus
RULE_STATUS_CONFIRMED: RuleStatus
RULE_STATUS_ASSUMED: RuleStatus
RULE_STATUS_DEMONSTRATION: RuleStatus

class Provenance(_message.Message):
    __slots__ = ("source", "status", "effective_from", "version")
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    source: str
    status: RuleStatus
    effective_from: _date_pb2.Date
    version: str
    def __init__(self, source: _Optional[str] = ..., status: _Optional[_Union[RuleStatus, str]] = ..., effective_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., version: _Optional[str] = ...) -> None: ...
