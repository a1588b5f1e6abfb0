from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CreditUnit(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CREDIT_UNIT_UNSPECIFIED: _ClassVar[CreditUnit]
    CREDIT_UNIT_CR_OBEC: _ClassVar[CreditUnit]
    CREDIT_UNIT_CR_OVEC: _ClassVar[CreditUnit]
CREDIT_UNIT_UNSPECIFIED: CreditUnit
CREDIT_UNIT_CR_OBEC: CreditUnit
CREDIT_UNIT_CR_OVEC: CreditUnit

class CreditAmount(_message.Message):
    __slots__ = ("credit_hundredths", "unit")
    CREDIT_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    UNIT_FIELD_NUMBER: _ClassVar[int]
    credit_hundredths: int
    unit: CreditUnit
    def __init__(self, credit_hundredths: _Optional[int] = ..., unit: _Optional[_Union[CreditUnit, str]] = ...) -> None: ...
