import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
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

class OutsideActivity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    OUTSIDE_ACTIVITY_UNSPECIFIED: _ClassVar[OutsideActivity]
    OUTSIDE_ACTIVITY_WORKING: _ClassVar[OutsideActivity]
    OUTSIDE_ACTIVITY_TRAINING: _ClassVar[OutsideActivity]
    OUTSIDE_ACTIVITY_NEITHER: _ClassVar[OutsideActivity]
    OUTSIDE_ACTIVITY_UNKNOWN: _ClassVar[OutsideActivity]

class NeetState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    NEET_STATE_UNSPECIFIED: _ClassVar[NeetState]
    NEET_STATE_NEET: _ClassVar[NeetState]
    NEET_STATE_NOT_NEET: _ClassVar[NeetState]
    NEET_STATE_OUT_OF_SCOPE: _ClassVar[NeetState]
    NEET_STATE_UNKNOWN: _ClassVar[NeetState]
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
OUTSIDE_ACTIVITY_UNSPECIFIED: OutsideActivity
OUTSIDE_ACTIVITY_WORKING: OutsideActivity
OUTSIDE_ACTIVITY_TRAINING: OutsideActivity
OUTSIDE_ACTIVITY_NEITHER: OutsideActivity
OUTSIDE_ACTIVITY_UNKNOWN: OutsideActivity
NEET_STATE_UNSPECIFIED: NeetState
NEET_STATE_NEET: NeetState
NEET_STATE_NOT_NEET: NeetState
NEET_STATE_OUT_OF_SCOPE: NeetState
NEET_STATE_UNKNOWN: NeetState

class StatusInput(_message.Message):
    __slots__ = ("learner_id", "status", "reason_code", "valid_from", "confirmed_on", "provenance")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    status: LearnerStatus
    reason_code: str
    valid_from: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., status: _Optional[_Union[LearnerStatus, str]] = ..., reason_code: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordStatusesRequest(_message.Message):
    __slots__ = ("request_id", "statuses")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    statuses: _containers.RepeatedCompositeFieldContainer[StatusInput]
    def __init__(self, request_id: _Optional[str] = ..., statuses: _Optional[_Iterable[_Union[StatusInput, _Mapping]]] = ...) -> None: ...

class RecordStatusesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class StatusWithdrawal(_message.Message):
    __slots__ = ("learner_status_id", "confirmed_on", "provenance")
    LEARNER_STATUS_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_status_id: str
    confirmed_on: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_status_id: _Optional[str] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class WithdrawStatusesRequest(_message.Message):
    __slots__ = ("request_id", "withdrawals")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWALS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    withdrawals: _containers.RepeatedCompositeFieldContainer[StatusWithdrawal]
    def __init__(self, request_id: _Optional[str] = ..., withdrawals: _Optional[_Iterable[_Union[StatusWithdrawal, _Mapping]]] = ...) -> None: ...

class WithdrawStatusesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ActivityInput(_message.Message):
    __slots__ = ("learner_id", "activity", "valid_from", "confirmed_on", "provenance")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    activity: OutsideActivity
    valid_from: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., activity: _Optional[_Union[OutsideActivity, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordActivitiesRequest(_message.Message):
    __slots__ = ("request_id", "activities")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    activities: _containers.RepeatedCompositeFieldContainer[ActivityInput]
    def __init__(self, request_id: _Optional[str] = ..., activities: _Optional[_Iterable[_Union[ActivityInput, _Mapping]]] = ...) -> None: ...

class RecordActivitiesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListLearnersByStatusRequest(_message.Message):
    __slots__ = ("statuses", "institution_id", "is_subtree", "tree", "classroom", "on_date", "purpose", "page_size", "page_token")
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    IS_SUBTREE_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    statuses: _containers.RepeatedScalarFieldContainer[LearnerStatus]
    institution_id: str
    is_subtree: bool
    tree: str
    classroom: str
    on_date: _date_pb2.Date
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, statuses: _Optional[_Iterable[_Union[LearnerStatus, str]]] = ..., institution_id: _Optional[str] = ..., is_subtree: _Optional[bool] = ..., tree: _Optional[str] = ..., classroom: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class StatusStatement(_message.Message):
    __slots__ = ("learner_status_id", "learner_id", "status", "reason_code", "valid_from", "confirmed_on", "stated_by_institution_id", "withdraws_learner_status_id", "is_withdrawn", "recorded_at", "provenance")
    LEARNER_STATUS_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    STATED_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWS_LEARNER_STATUS_ID_FIELD_NUMBER: _ClassVar[int]
    IS_WITHDRAWN_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_status_id: str
    learner_id: str
    status: LearnerStatus
    reason_code: str
    valid_from: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    stated_by_institution_id: str
    withdraws_learner_status_id: str
    is_withdrawn: bool
    recorded_at: _timestamp_pb2.Timestamp
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_status_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., status: _Optional[_Union[LearnerStatus, str]] = ..., reason_code: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., stated_by_institution_id: _Optional[str] = ..., withdraws_learner_status_id: _Optional[str] = ..., is_withdrawn: _Optional[bool] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class LearnerByStatus(_message.Message):
    __slots__ = ("statement", "institution_id", "grade_label", "classroom")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    statement: StatusStatement
    institution_id: str
    grade_label: str
    classroom: str
    def __init__(self, statement: _Optional[_Union[StatusStatement, _Mapping]] = ..., institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ...) -> None: ...

class ListLearnersByStatusResponse(_message.Message):
    __slots__ = ("learners", "next_page_token", "total")
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[LearnerByStatus]
    next_page_token: str
    total: int
    def __init__(self, learners: _Optional[_Iterable[_Union[LearnerByStatus, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListStatusHistoryRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class ActivityStatement(_message.Message):
    __slots__ = ("outside_activity_id", "activity", "valid_from", "confirmed_on", "stated_by_institution_id", "recorded_at", "provenance")
    OUTSIDE_ACTIVITY_ID_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    STATED_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    outside_activity_id: str
    activity: OutsideActivity
    valid_from: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    stated_by_institution_id: str
    recorded_at: _timestamp_pb2.Timestamp
    provenance: _provenance_pb2.Provenance
    def __init__(self, outside_activity_id: _Optional[str] = ..., activity: _Optional[_Union[OutsideActivity, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., stated_by_institution_id: _Optional[str] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListStatusHistoryResponse(_message.Message):
    __slots__ = ("statements", "activities")
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    statements: _containers.RepeatedCompositeFieldContainer[StatusStatement]
    activities: _containers.RepeatedCompositeFieldContainer[ActivityStatement]
    def __init__(self, statements: _Optional[_Iterable[_Union[StatusStatement, _Mapping]]] = ..., activities: _Optional[_Iterable[_Union[ActivityStatement, _Mapping]]] = ...) -> None: ...

class ListNeetRequest(_message.Message):
    __slots__ = ("learner_ids", "on_date", "purpose")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    on_date: _date_pb2.Date
    purpose: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ...) -> None: ...

class Neet(_message.Message):
    __slots__ = ("learner_id", "state")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    state: NeetState
    def __init__(self, learner_id: _Optional[str] = ..., state: _Optional[_Union[NeetState, str]] = ...) -> None: ...

class ListNeetResponse(_message.Message):
    __slots__ = ("learners",)
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[Neet]
    def __init__(self, learners: _Optional[_Iterable[_Union[Neet, _Mapping]]] = ...) -> None: ...

class ListStatusRulesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class StatusRule(_message.Message):
    __slots__ = ("status", "name_th", "needs_reason", "is_out_of_education", "may_become", "may_be_first", "provenance", "default_reason_code")
    STATUS_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    NEEDS_REASON_FIELD_NUMBER: _ClassVar[int]
    IS_OUT_OF_EDUCATION_FIELD_NUMBER: _ClassVar[int]
    MAY_BECOME_FIELD_NUMBER: _ClassVar[int]
    MAY_BE_FIRST_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    status: LearnerStatus
    name_th: str
    needs_reason: bool
    is_out_of_education: bool
    may_become: _containers.RepeatedScalarFieldContainer[LearnerStatus]
    may_be_first: bool
    provenance: _provenance_pb2.Provenance
    default_reason_code: str
    def __init__(self, status: _Optional[_Union[LearnerStatus, str]] = ..., name_th: _Optional[str] = ..., needs_reason: _Optional[bool] = ..., is_out_of_education: _Optional[bool] = ..., may_become: _Optional[_Iterable[_Union[LearnerStatus, str]]] = ..., may_be_first: _Optional[bool] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., default_reason_code: _Optional[str] = ...) -> None: ...

class StatusReason(_message.Message):
    __slots__ = ("reason_code", "name_th", "statuses", "provenance")
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    reason_code: str
    name_th: str
    statuses: _containers.RepeatedScalarFieldContainer[LearnerStatus]
    provenance: _provenance_pb2.Provenance
    def __init__(self, reason_code: _Optional[str] = ..., name_th: _Optional[str] = ..., statuses: _Optional[_Iterable[_Union[LearnerStatus, str]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListStatusRulesResponse(_message.Message):
    __slots__ = ("statuses", "reasons")
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    REASONS_FIELD_NUMBER: _ClassVar[int]
    statuses: _containers.RepeatedCompositeFieldContainer[StatusRule]
    reasons: _containers.RepeatedCompositeFieldContainer[StatusReason]
    def __init__(self, statuses: _Optional[_Iterable[_Union[StatusRule, _Mapping]]] = ..., reasons: _Optional[_Iterable[_Union[StatusReason, _Mapping]]] = ...) -> None: ...

class ListCodesRequest(_message.Message):
    __slots__ = ("list",)
    LIST_FIELD_NUMBER: _ClassVar[int]
    list: str
    def __init__(self, list: _Optional[str] = ...) -> None: ...

class Code(_message.Message):
    __slots__ = ("code", "name_th", "provenance")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_th: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, code: _Optional[str] = ..., name_th: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListCodesResponse(_message.Message):
    __slots__ = ("codes",)
    CODES_FIELD_NUMBER: _ClassVar[int]
    codes: _containers.RepeatedCompositeFieldContainer[Code]
    def __init__(self, codes: _Optional[_Iterable[_Union[Code, _Mapping]]] = ...) -> None: ...
