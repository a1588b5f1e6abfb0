import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from nuaikit.student_registry.v1 import institutions_pb2 as _institutions_pb2
from nuaikit.student_registry.v1 import memberships_pb2 as _memberships_pb2
from nuaikit.student_registry.v1 import movements_pb2 as _movements_pb2
from nuaikit.student_registry.v1 import statuses_pb2 as _statuses_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class LearnerFactKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    LEARNER_FACT_KIND_UNSPECIFIED: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_NAME: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_BIRTH_DATE: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_SEX: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_CONTACT: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_GUARDIAN: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_PROFILE: _ClassVar[LearnerFactKind]
    LEARNER_FACT_KIND_REGISTRAR: _ClassVar[LearnerFactKind]
LEARNER_FACT_KIND_UNSPECIFIED: LearnerFactKind
LEARNER_FACT_KIND_NAME: LearnerFactKind
LEARNER_FACT_KIND_BIRTH_DATE: LearnerFactKind
LEARNER_FACT_KIND_SEX: LearnerFactKind
LEARNER_FACT_KIND_CONTACT: LearnerFactKind
LEARNER_FACT_KIND_GUARDIAN: LearnerFactKind
LEARNER_FACT_KIND_PROFILE: LearnerFactKind
LEARNER_FACT_KIND_REGISTRAR: LearnerFactKind

class LearnerRegistered(_message.Message):
    __slots__ = ("learner_id", "registrar_institution_id", "registered_at", "data_status")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    registrar_institution_id: str
    registered_at: _timestamp_pb2.Timestamp
    data_status: _provenance_pb2.RuleStatus
    def __init__(self, learner_id: _Optional[str] = ..., registrar_institution_id: _Optional[str] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ...) -> None: ...

class IdentifierChanged(_message.Message):
    __slots__ = ("learner_id", "changed_at")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, learner_id: _Optional[str] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LearnerChanged(_message.Message):
    __slots__ = ("learner_id", "kinds", "changed_at", "registrar_institution_id")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    kinds: _containers.RepeatedScalarFieldContainer[LearnerFactKind]
    changed_at: _timestamp_pb2.Timestamp
    registrar_institution_id: str
    def __init__(self, learner_id: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[LearnerFactKind, str]]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., registrar_institution_id: _Optional[str] = ...) -> None: ...

class LearnersMerged(_message.Message):
    __slots__ = ("merge_id", "surviving_learner_id", "merged_learner_id", "merged_at")
    MERGE_ID_FIELD_NUMBER: _ClassVar[int]
    SURVIVING_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_AT_FIELD_NUMBER: _ClassVar[int]
    merge_id: str
    surviving_learner_id: str
    merged_learner_id: str
    merged_at: _timestamp_pb2.Timestamp
    def __init__(self, merge_id: _Optional[str] = ..., surviving_learner_id: _Optional[str] = ..., merged_learner_id: _Optional[str] = ..., merged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LearnersUnmerged(_message.Message):
    __slots__ = ("merge_id", "surviving_learner_id", "merged_learner_id", "unmerged_at")
    MERGE_ID_FIELD_NUMBER: _ClassVar[int]
    SURVIVING_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    UNMERGED_AT_FIELD_NUMBER: _ClassVar[int]
    merge_id: str
    surviving_learner_id: str
    merged_learner_id: str
    unmerged_at: _timestamp_pb2.Timestamp
    def __init__(self, merge_id: _Optional[str] = ..., surviving_learner_id: _Optional[str] = ..., merged_learner_id: _Optional[str] = ..., unmerged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class LearnerStatusChanged(_message.Message):
    __slots__ = ("learner_status_id", "learner_id", "status", "reason_code", "stated_by_institution_id", "valid_from", "confirmed_on", "is_correction")
    LEARNER_STATUS_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    STATED_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    IS_CORRECTION_FIELD_NUMBER: _ClassVar[int]
    learner_status_id: str
    learner_id: str
    status: _statuses_pb2.LearnerStatus
    reason_code: str
    stated_by_institution_id: str
    valid_from: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    is_correction: bool
    def __init__(self, learner_status_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., status: _Optional[_Union[_statuses_pb2.LearnerStatus, str]] = ..., reason_code: _Optional[str] = ..., stated_by_institution_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_correction: _Optional[bool] = ...) -> None: ...

class MovementChanged(_message.Message):
    __slots__ = ("movement_id", "learner_id", "from_institution_id", "to_institution_id", "state", "due_on", "changed_at")
    MOVEMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    DUE_ON_FIELD_NUMBER: _ClassVar[int]
    CHANGED_AT_FIELD_NUMBER: _ClassVar[int]
    movement_id: str
    learner_id: str
    from_institution_id: str
    to_institution_id: str
    state: _movements_pb2.MovementState
    due_on: _date_pb2.Date
    changed_at: _timestamp_pb2.Timestamp
    def __init__(self, movement_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., from_institution_id: _Optional[str] = ..., to_institution_id: _Optional[str] = ..., state: _Optional[_Union[_movements_pb2.MovementState, str]] = ..., due_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., changed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class EnrolmentChanged(_message.Message):
    __slots__ = ("enrolment_id", "learner_id", "institution_id", "role", "delivery_system", "grade_label", "classroom", "programme_code", "status", "valid_from", "valid_to", "level")
    ENROLMENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    DELIVERY_SYSTEM_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    enrolment_id: str
    learner_id: str
    institution_id: str
    role: _enrolments_pb2.EnrolmentRole
    delivery_system: _enrolments_pb2.DeliverySystem
    grade_label: str
    classroom: str
    programme_code: str
    status: _enrolments_pb2.EnrolmentStatus
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    level: str
    def __init__(self, enrolment_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[_Union[_enrolments_pb2.EnrolmentRole, str]] = ..., delivery_system: _Optional[_Union[_enrolments_pb2.DeliverySystem, str]] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., programme_code: _Optional[str] = ..., status: _Optional[_Union[_enrolments_pb2.EnrolmentStatus, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., level: _Optional[str] = ...) -> None: ...

class ConsentChanged(_message.Message):
    __slots__ = ("consent_id", "learner_id", "purpose", "text_version", "valid_from", "valid_to", "is_withdrawn")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    learner_id: str
    purpose: str
    text_version: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    is_withdrawn: bool
    def __init__(self, consent_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., text_version: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_withdrawn: _Optional[bool] = ...) -> None: ...

class ShareGrantChanged(_message.Message):
    __slots__ = ("grant_id", "learner_id", "recipient_institution_id", "scope", "valid_to", "is_ended")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    valid_to: _date_pb2.Date
    is_ended: bool
    def __init__(self, grant_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_ended: _Optional[bool] = ...) -> None: ...

class InstitutionChanged(_message.Message):
    __slots__ = ("institution_id", "kind", "name_th", "local_alias", "official_code", "parent_institution_id", "data_status", "parents", "opened_on", "closed_on", "merged_into_institution_id")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    LOCAL_ALIAS_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_CODE_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    PARENTS_FIELD_NUMBER: _ClassVar[int]
    OPENED_ON_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    kind: _institutions_pb2.InstitutionKind
    name_th: str
    local_alias: str
    official_code: str
    parent_institution_id: str
    data_status: _provenance_pb2.RuleStatus
    parents: _containers.RepeatedCompositeFieldContainer[_institutions_pb2.InstitutionParent]
    opened_on: _date_pb2.Date
    closed_on: _date_pb2.Date
    merged_into_institution_id: str
    def __init__(self, institution_id: _Optional[str] = ..., kind: _Optional[_Union[_institutions_pb2.InstitutionKind, str]] = ..., name_th: _Optional[str] = ..., local_alias: _Optional[str] = ..., official_code: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ..., parents: _Optional[_Iterable[_Union[_institutions_pb2.InstitutionParent, _Mapping]]] = ..., opened_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., closed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., merged_into_institution_id: _Optional[str] = ...) -> None: ...

class ProgrammeMembershipChanged(_message.Message):
    __slots__ = ("membership_id", "institution_id", "programme_code", "year_be", "status", "band", "valid_from", "valid_to", "data_status")
    MEMBERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    membership_id: str
    institution_id: str
    programme_code: str
    year_be: int
    status: _memberships_pb2.MembershipStatus
    band: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    data_status: _provenance_pb2.RuleStatus
    def __init__(self, membership_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., programme_code: _Optional[str] = ..., year_be: _Optional[int] = ..., status: _Optional[_Union[_memberships_pb2.MembershipStatus, str]] = ..., band: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ...) -> None: ...

class AssignmentChanged(_message.Message):
    __slots__ = ("assignment_id", "subject_hash", "institution_id", "role", "classroom", "permissions", "permission_version", "valid_from", "valid_to", "successor_assignment_id")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_HASH_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    PERMISSIONS_FIELD_NUMBER: _ClassVar[int]
    PERMISSION_VERSION_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    SUCCESSOR_ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    subject_hash: str
    institution_id: str
    role: str
    classroom: str
    permissions: _containers.RepeatedScalarFieldContainer[str]
    permission_version: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    successor_assignment_id: str
    def __init__(self, assignment_id: _Optional[str] = ..., subject_hash: _Optional[str] = ..., institution_id: _Optional[str] = ..., role: _Optional[str] = ..., classroom: _Optional[str] = ..., permissions: _Optional[_Iterable[str]] = ..., permission_version: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., successor_assignment_id: _Optional[str] = ...) -> None: ...
