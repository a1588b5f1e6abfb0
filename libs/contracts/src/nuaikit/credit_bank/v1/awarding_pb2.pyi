import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class QualificationTarget(_message.Message):
    __slots__ = ("qualification_code", "qualification_version", "awarding_institution_id")
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    qualification_code: str
    qualification_version: str
    awarding_institution_id: str
    def __init__(self, qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ...) -> None: ...

class CheckQualificationsRequest(_message.Message):
    __slots__ = ("learner_id", "targets", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    TARGETS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    targets: _containers.RepeatedCompositeFieldContainer[QualificationTarget]
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., targets: _Optional[_Iterable[_Union[QualificationTarget, _Mapping]]] = ..., purpose: _Optional[str] = ...) -> None: ...

class ConditionFinding(_message.Message):
    __slots__ = ("code", "type", "title_th", "is_met", "required", "have", "missing", "entry_ids", "line_ids", "provenance")
    CODE_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    IS_MET_FIELD_NUMBER: _ClassVar[int]
    REQUIRED_FIELD_NUMBER: _ClassVar[int]
    HAVE_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    ENTRY_IDS_FIELD_NUMBER: _ClassVar[int]
    LINE_IDS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    code: str
    type: str
    title_th: str
    is_met: bool
    required: str
    have: str
    missing: str
    entry_ids: _containers.RepeatedScalarFieldContainer[str]
    line_ids: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    def __init__(self, code: _Optional[str] = ..., type: _Optional[str] = ..., title_th: _Optional[str] = ..., is_met: _Optional[bool] = ..., required: _Optional[str] = ..., have: _Optional[str] = ..., missing: _Optional[str] = ..., entry_ids: _Optional[_Iterable[str]] = ..., line_ids: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class QualificationAudit(_message.Message):
    __slots__ = ("target", "name_th", "account_state", "is_passed", "conditions", "open_flag_count", "unannounced")
    TARGET_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    ACCOUNT_STATE_FIELD_NUMBER: _ClassVar[int]
    IS_PASSED_FIELD_NUMBER: _ClassVar[int]
    CONDITIONS_FIELD_NUMBER: _ClassVar[int]
    OPEN_FLAG_COUNT_FIELD_NUMBER: _ClassVar[int]
    UNANNOUNCED_FIELD_NUMBER: _ClassVar[int]
    target: QualificationTarget
    name_th: str
    account_state: str
    is_passed: bool
    conditions: _containers.RepeatedCompositeFieldContainer[ConditionFinding]
    open_flag_count: int
    unannounced: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, target: _Optional[_Union[QualificationTarget, _Mapping]] = ..., name_th: _Optional[str] = ..., account_state: _Optional[str] = ..., is_passed: _Optional[bool] = ..., conditions: _Optional[_Iterable[_Union[ConditionFinding, _Mapping]]] = ..., open_flag_count: _Optional[int] = ..., unannounced: _Optional[_Iterable[str]] = ...) -> None: ...

class CheckQualificationsResponse(_message.Message):
    __slots__ = ("audits", "is_double_completion")
    AUDITS_FIELD_NUMBER: _ClassVar[int]
    IS_DOUBLE_COMPLETION_FIELD_NUMBER: _ClassVar[int]
    audits: _containers.RepeatedCompositeFieldContainer[QualificationAudit]
    is_double_completion: bool
    def __init__(self, audits: _Optional[_Iterable[_Union[QualificationAudit, _Mapping]]] = ..., is_double_completion: _Optional[bool] = ...) -> None: ...

class RedemptionInput(_message.Message):
    __slots__ = ("learner_id", "qualification_code", "qualification_version", "certificate_no", "order_no")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_NO_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    qualification_code: str
    qualification_version: str
    certificate_no: str
    order_no: str
    def __init__(self, learner_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., certificate_no: _Optional[str] = ..., order_no: _Optional[str] = ...) -> None: ...

class RedeemQualificationsRequest(_message.Message):
    __slots__ = ("request_id", "redemptions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REDEMPTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    redemptions: _containers.RepeatedCompositeFieldContainer[RedemptionInput]
    def __init__(self, request_id: _Optional[str] = ..., redemptions: _Optional[_Iterable[_Union[RedemptionInput, _Mapping]]] = ...) -> None: ...

class RedeemQualificationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class UnredemptionInput(_message.Message):
    __slots__ = ("redemption_id", "order_no", "reason_code")
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    order_no: str
    reason_code: str
    def __init__(self, redemption_id: _Optional[str] = ..., order_no: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class UnredeemQualificationsRequest(_message.Message):
    __slots__ = ("request_id", "redemptions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    REDEMPTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    redemptions: _containers.RepeatedCompositeFieldContainer[UnredemptionInput]
    def __init__(self, request_id: _Optional[str] = ..., redemptions: _Optional[_Iterable[_Union[UnredemptionInput, _Mapping]]] = ...) -> None: ...

class UnredeemQualificationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class AccountClosing(_message.Message):
    __slots__ = ("learner_id", "qualification_code", "qualification_version", "reopen")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    REOPEN_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    qualification_code: str
    qualification_version: str
    reopen: bool
    def __init__(self, learner_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., reopen: _Optional[bool] = ...) -> None: ...

class CloseQualificationAccountsRequest(_message.Message):
    __slots__ = ("request_id", "accounts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    accounts: _containers.RepeatedCompositeFieldContainer[AccountClosing]
    def __init__(self, request_id: _Optional[str] = ..., accounts: _Optional[_Iterable[_Union[AccountClosing, _Mapping]]] = ...) -> None: ...

class CloseQualificationAccountsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Redemption(_message.Message):
    __slots__ = ("redemption_id", "learner_id", "target", "certificate_no", "order_no", "redeemed_at", "reversed_at", "audit_digest_hex", "completes_with_redemption_id")
    REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    TARGET_FIELD_NUMBER: _ClassVar[int]
    CERTIFICATE_NO_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    REDEEMED_AT_FIELD_NUMBER: _ClassVar[int]
    REVERSED_AT_FIELD_NUMBER: _ClassVar[int]
    AUDIT_DIGEST_HEX_FIELD_NUMBER: _ClassVar[int]
    COMPLETES_WITH_REDEMPTION_ID_FIELD_NUMBER: _ClassVar[int]
    redemption_id: str
    learner_id: str
    target: QualificationTarget
    certificate_no: str
    order_no: str
    redeemed_at: _timestamp_pb2.Timestamp
    reversed_at: _timestamp_pb2.Timestamp
    audit_digest_hex: str
    completes_with_redemption_id: str
    def __init__(self, redemption_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., target: _Optional[_Union[QualificationTarget, _Mapping]] = ..., certificate_no: _Optional[str] = ..., order_no: _Optional[str] = ..., redeemed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reversed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., audit_digest_hex: _Optional[str] = ..., completes_with_redemption_id: _Optional[str] = ...) -> None: ...

class ListRedemptionsRequest(_message.Message):
    __slots__ = ("learner_ids", "qualification_code", "page_size", "page_token")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    qualification_code: str
    page_size: int
    page_token: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., qualification_code: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListRedemptionsResponse(_message.Message):
    __slots__ = ("redemptions", "next_page_token", "total")
    REDEMPTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    redemptions: _containers.RepeatedCompositeFieldContainer[Redemption]
    next_page_token: str
    total: int
    def __init__(self, redemptions: _Optional[_Iterable[_Union[Redemption, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...
