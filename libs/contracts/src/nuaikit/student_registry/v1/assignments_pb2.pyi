from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AssignmentInput(_message.Message):
    __slots__ = ("subject", "institution_id", "role", "classroom", "valid_from", "valid_to", "provenance")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    subject: str
    institution_id: str
    role: str
    classroom: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, subject: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("assignment_id", "institution_id", "institution_name_th", "role", "classroom", "valid_from", "valid_to")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    institution_id: str
    institution_name_th: str
    role: str
    classroom: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, assignment_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class AssignStaffRequest(_message.Message):
    __slots__ = ("request_id", "assignments")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    assignments: _containers.RepeatedCompositeFieldContainer[AssignmentInput]
    def __init__(self, request_id: _Optional[str] = ..., assignments: _Optional[_Iterable[_Union[AssignmentInput, _Mapping]]] = ...) -> None: ...

class AssignStaffResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ResolveActorRequest(_message.Message):
    __slots__ = ("acting_assignment_id",)
    ACTING_ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    acting_assignment_id: str
    def __init__(self, acting_assignment_id: _Optional[str] = ...) -> None: ...

class ResolveActorResponse(_message.Message):
    __slots__ = ("subject_hash", "assignment_id", "institution_id", "role", "classroom", "permissions", "permission_version", "learner_id")
    SUBJECT_HASH_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_VERSION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    subject_hash: str
    assignment_id: str
    institution_id: str
    role: str
    classroom: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    permission_version: str
    learner_id: str
    def __init__(self, subject_hash: _Optional[str] = ..., assignment_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., permission_version: _Optional[str] = ..., learner_id: _Optional[str] = ...) -> None: ...

class ListOwnAssignmentsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOwnAssignmentsResponse(_message.Message):
    __slots__ = ("assignments",)
    ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    assignments: _containers.RepeatedCompositeFieldContainer[Assignment]
    def __init__(self, assignments: _Optional[_Iterable[_Union[Assignment, _Mapping]]] = ...) -> None: ...
