from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class HandoverState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    HANDOVER_STATE_UNSPECIFIED: _ClassVar[HandoverState]
    HANDOVER_STATE_NOBODY_YET: _ClassVar[HandoverState]
    HANDOVER_STATE_NAMED: _ClassVar[HandoverState]
    HANDOVER_STATE_NOTHING_LEFT: _ClassVar[HandoverState]
HANDOVER_STATE_UNSPECIFIED: HandoverState
HANDOVER_STATE_NOBODY_YET: HandoverState
HANDOVER_STATE_NAMED: HandoverState
HANDOVER_STATE_NOTHING_LEFT: HandoverState

class AssignmentInput(_message.Message):
    __slots__ = ("subject", "institution_id", "role", "classroom", "valid_from", "valid_to", "provenance", "teaching_subject")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    TEACHING_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    subject: str
    institution_id: str
    role: str
    classroom: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    teaching_subject: str
    def __init__(self, subject: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., teaching_subject: _Optional[str] = ...) -> None: ...

class Assignment(_message.Message):
    __slots__ = ("assignment_id", "institution_id", "institution_name_th", "role", "classroom", "valid_from", "valid_to", "teaching_subject")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    TEACHING_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    institution_id: str
    institution_name_th: str
    role: str
    classroom: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    teaching_subject: str
    def __init__(self, assignment_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., institution_name_th: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., teaching_subject: _Optional[str] = ...) -> None: ...

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

class ListStaffRequest(_message.Message):
    __slots__ = ("institution_id", "roles", "classroom", "on_date", "is_every_time", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    IS_EVERY_TIME_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    roles: _containers.RepeatedScalarFieldContainer[str]
    classroom: str
    on_date: _date_pb2.Date
    is_every_time: bool
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., roles: _Optional[_Iterable[str]] = ..., classroom: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_every_time: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class StaffAssignment(_message.Message):
    __slots__ = ("assignment_id", "subject_hash", "role", "role_name_th", "classroom", "teaching_subject", "valid_from", "valid_to")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_HASH_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    ROLE_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    TEACHING_SUBJECT_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    subject_hash: str
    role: str
    role_name_th: str
    classroom: str
    teaching_subject: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, assignment_id: _Optional[str] = ..., subject_hash: _Optional[str] = ..., role: _Optional[str] = ..., role_name_th: _Optional[str] = ..., classroom: _Optional[str] = ..., teaching_subject: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListStaffResponse(_message.Message):
    __slots__ = ("staff", "next_page_token", "total")
    STAFF_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    staff: _containers.RepeatedCompositeFieldContainer[StaffAssignment]
    next_page_token: str
    total: int
    def __init__(self, staff: _Optional[_Iterable[_Union[StaffAssignment, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class AssignmentEnd(_message.Message):
    __slots__ = ("assignment_id", "valid_to", "successor_assignment_id", "provenance")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    valid_to: _date_pb2.Date
    successor_assignment_id: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, assignment_id: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., successor_assignment_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class EndAssignmentsRequest(_message.Message):
    __slots__ = ("request_id", "ends")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    ends: _containers.RepeatedCompositeFieldContainer[AssignmentEnd]
    def __init__(self, request_id: _Optional[str] = ..., ends: _Optional[_Iterable[_Union[AssignmentEnd, _Mapping]]] = ...) -> None: ...

class EndAssignmentsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Succession(_message.Message):
    __slots__ = ("assignment_id", "successor_assignment_id", "is_nothing_left")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IS_NOTHING_LEFT_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    successor_assignment_id: str
    is_nothing_left: bool
    def __init__(self, assignment_id: _Optional[str] = ..., successor_assignment_id: _Optional[str] = ..., is_nothing_left: _Optional[bool] = ...) -> None: ...

class NameSuccessorsRequest(_message.Message):
    __slots__ = ("request_id", "successions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SUCCESSIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    successions: _containers.RepeatedCompositeFieldContainer[Succession]
    def __init__(self, request_id: _Optional[str] = ..., successions: _Optional[_Iterable[_Union[Succession, _Mapping]]] = ...) -> None: ...

class NameSuccessorsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Handover(_message.Message):
    __slots__ = ("assignment", "state", "successor_assignment_id", "decided_on")
    ASSIGNMENT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    DECIDED_ON_FIELD_NUMBER: _ClassVar[int]
    assignment: StaffAssignment
    state: HandoverState
    successor_assignment_id: str
    decided_on: _date_pb2.Date
    def __init__(self, assignment: _Optional[_Union[StaffAssignment, _Mapping]] = ..., state: _Optional[_Union[HandoverState, str]] = ..., successor_assignment_id: _Optional[str] = ..., decided_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListHandoversRequest(_message.Message):
    __slots__ = ("institution_id", "state", "ending_by", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ENDING_BY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    state: HandoverState
    ending_by: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., state: _Optional[_Union[HandoverState, str]] = ..., ending_by: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListHandoversResponse(_message.Message):
    __slots__ = ("handovers", "next_page_token", "total")
    HANDOVERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    handovers: _containers.RepeatedCompositeFieldContainer[Handover]
    next_page_token: str
    total: int
    def __init__(self, handovers: _Optional[_Iterable[_Union[Handover, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListRolesRequest(_message.Message):
    __slots__ = ("on_date",)
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    on_date: _date_pb2.Date
    def __init__(self, on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Role(_message.Message):
    __slots__ = ("role", "name_th", "is_assignable", "institution_kinds", "needs_classroom", "has_responsibilities", "permissions")
    ROLE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    IS_ASSIGNABLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_KINDS_FIELD_NUMBER: _ClassVar[int]
    NEEDS_CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    HAS_RESPONSIBILITIES_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    role: str
    name_th: str
    is_assignable: bool
    institution_kinds: _containers.RepeatedScalarFieldContainer[str]
    needs_classroom: bool
    has_responsibilities: bool
    permissions: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, role: _Optional[str] = ..., name_th: _Optional[str] = ..., is_assignable: _Optional[bool] = ..., institution_kinds: _Optional[_Iterable[str]] = ..., needs_classroom: _Optional[bool] = ..., has_responsibilities: _Optional[bool] = ..., permissions: _Optional[_Iterable[str]] = ...) -> None: ...

class RolePermissionVersion(_message.Message):
    __slots__ = ("version", "effective_from", "provenance")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    version: str
    effective_from: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, version: _Optional[str] = ..., effective_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListRolesResponse(_message.Message):
    __slots__ = ("roles", "version", "versions")
    ROLES_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    VERSIONS_FIELD_NUMBER: _ClassVar[int]
    roles: _containers.RepeatedCompositeFieldContainer[Role]
    version: RolePermissionVersion
    versions: _containers.RepeatedCompositeFieldContainer[RolePermissionVersion]
    def __init__(self, roles: _Optional[_Iterable[_Union[Role, _Mapping]]] = ..., version: _Optional[_Union[RolePermissionVersion, _Mapping]] = ..., versions: _Optional[_Iterable[_Union[RolePermissionVersion, _Mapping]]] = ...) -> None: ...
