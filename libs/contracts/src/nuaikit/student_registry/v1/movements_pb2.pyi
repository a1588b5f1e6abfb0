from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

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
