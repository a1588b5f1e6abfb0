from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class MembershipStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MEMBERSHIP_STATUS_UNSPECIFIED: _ClassVar[MembershipStatus]
    MEMBERSHIP_STATUS_SURVEYED: _ClassVar[MembershipStatus]
    MEMBERSHIP_STATUS_READY: _ClassVar[MembershipStatus]
    MEMBERSHIP_STATUS_JOINED: _ClassVar[MembershipStatus]
    MEMBERSHIP_STATUS_DECLINED: _ClassVar[MembershipStatus]
MEMBERSHIP_STATUS_UNSPECIFIED: MembershipStatus
MEMBERSHIP_STATUS_SURVEYED: MembershipStatus
MEMBERSHIP_STATUS_READY: MembershipStatus
MEMBERSHIP_STATUS_JOINED: MembershipStatus
MEMBERSHIP_STATUS_DECLINED: MembershipStatus
