from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from typing import ClassVar as _ClassVar

DESCRIPTOR: _descriptor.FileDescriptor

class LearnerStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEARNER_STATUS_UNSPECIFIED: _ClassVar[LearnerStatus]
    LEARNER_STATUS_STUDYING: _ClassVar[LearnerStatus]
    LEARNER_STATUS_AT_RISK: _ClassVar[LearnerStatus]
    LEARNER_STATUS_MISSING: _ClassVar[LearnerStatus]
    LEARNER_STATUS_DROPPED_OUT: _ClassVar[LearnerStatus]
    LEARNER_STATUS_NEVER_ENROLLED: _ClassVar[LearnerStatus]
    LEARNER_STATUS_RETURNED: _ClassVar[LearnerStatus]
    LEARNER_STATUS_MOVED: _ClassVar[LearnerStatus]
    LEARNER_STATUS_ON_LEAVE: _ClassVar[LearnerStatus]
    LEARNER_STATUS_STRUCK_OFF: _ClassVar[LearnerStatus]
    LEARNER_STATUS_GRADUATED: _ClassVar[LearnerStatus]
    LEARNER_STATUS_DECEASED: _ClassVar[LearnerStatus]
LEARNER_STATUS_UNSPECIFIED: LearnerStatus
LEARNER_STATUS_STUDYING: LearnerStatus
LEARNER_STATUS_AT_RISK: LearnerStatus
LEARNER_STATUS_MISSING: LearnerStatus
LEARNER_STATUS_DROPPED_OUT: LearnerStatus
LEARNER_STATUS_NEVER_ENROLLED: LearnerStatus
LEARNER_STATUS_RETURNED: LearnerStatus
LEARNER_STATUS_MOVED: LearnerStatus
LEARNER_STATUS_ON_LEAVE: LearnerStatus
LEARNER_STATUS_STRUCK_OFF: LearnerStatus
LEARNER_STATUS_GRADUATED: LearnerStatus
LEARNER_STATUS_DECEASED: LearnerStatus
