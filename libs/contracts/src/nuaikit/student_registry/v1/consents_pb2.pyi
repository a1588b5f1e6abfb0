import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ConsentGiver(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_GIVER_UNSPECIFIED: _ClassVar[ConsentGiver]
    CONSENT_GIVER_LEARNER: _ClassVar[ConsentGiver]
    CONSENT_GIVER_GUARDIAN: _ClassVar[ConsentGiver]

class ConsentChannel(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_CHANNEL_UNSPECIFIED: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_PAPER: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_ONLINE: _ClassVar[ConsentChannel]
    CONSENT_CHANNEL_STAFF: _ClassVar[ConsentChannel]

class ConsentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_STATE_UNSPECIFIED: _ClassVar[ConsentState]
    CONSENT_STATE_WAITING: _ClassVar[ConsentState]
    CONSENT_STATE_GIVEN: _ClassVar[ConsentState]
    CONSENT_STATE_WITHDRAWN: _ClassVar[ConsentState]

class ConsentNeed(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CONSENT_NEED_UNSPECIFIED: _ClassVar[ConsentNeed]
    CONSENT_NEED_LEARNER: _ClassVar[ConsentNeed]
    CONSENT_NEED_GUARDIAN: _ClassVar[ConsentNeed]
    CONSENT_NEED_EITHER: _ClassVar[ConsentNeed]
    CONSENT_NEED_BOTH: _ClassVar[ConsentNeed]
CONSENT_GIVER_UNSPECIFIED: ConsentGiver
CONSENT_GIVER_LEARNER: ConsentGiver
CONSENT_GIVER_GUARDIAN: ConsentGiver
CONSENT_CHANNEL_UNSPECIFIED: ConsentChannel
CONSENT_CHANNEL_PAPER: ConsentChannel
CONSENT_CHANNEL_ONLINE: ConsentChannel
CONSENT_CHANNEL_STAFF: ConsentChannel
CONSENT_STATE_UNSPECIFIED: ConsentState
CONSENT_STATE_WAITING: ConsentState
CONSENT_STATE_GIVEN: ConsentState
CONSENT_STATE_WITHDRAWN: ConsentState
CONSENT_NEED_UNSPECIFIED: ConsentNeed
CONSENT_NEED_LEARNER: ConsentNeed
CONSENT_NEED_GUARDIAN: ConsentNeed
CONSENT_NEED_EITHER: ConsentNeed
CONSENT_NEED_BOTH: ConsentNeed

class ShareGrant(_message.Message):
    __slots__ = ("grant_id", "learner_id", "recipient_institution_id", "scope", "purpose", "valid_from", "valid_to", "is_ended")
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    grant_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    purpose: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    is_ended: bool
    def __init__(self, grant_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., purpose: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_ended: _Optional[bool] = ...) -> None: ...

class GrantShareRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "recipient_institution_id", "scope", "purpose", "valid_to")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    recipient_institution_id: str
    scope: str
    purpose: str
    valid_to: _date_pb2.Date
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., recipient_institution_id: _Optional[str] = ..., scope: _Optional[str] = ..., purpose: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class GrantShareResponse(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: ShareGrant
    def __init__(self, grant: _Optional[_Union[ShareGrant, _Mapping]] = ...) -> None: ...

class EndShareGrantRequest(_message.Message):
    __slots__ = ("request_id", "grant_id")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    GRANT_ID_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    grant_id: str
    def __init__(self, request_id: _Optional[str] = ..., grant_id: _Optional[str] = ...) -> None: ...

class EndShareGrantResponse(_message.Message):
    __slots__ = ("grant",)
    GRANT_FIELD_NUMBER: _ClassVar[int]
    grant: ShareGrant
    def __init__(self, grant: _Optional[_Union[ShareGrant, _Mapping]] = ...) -> None: ...

class ListShareGrantsRequest(_message.Message):
    __slots__ = ("learner_ids", "recipient_institution_id")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    RECIPIENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    recipient_institution_id: str
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., recipient_institution_id: _Optional[str] = ...) -> None: ...

class ListShareGrantsResponse(_message.Message):
    __slots__ = ("grants",)
    GRANTS_FIELD_NUMBER: _ClassVar[int]
    grants: _containers.RepeatedCompositeFieldContainer[ShareGrant]
    def __init__(self, grants: _Optional[_Iterable[_Union[ShareGrant, _Mapping]]] = ...) -> None: ...

class ConsentAgreement(_message.Message):
    __slots__ = ("giver", "relation", "channel", "given_on")
    GIVER_FIELD_NUMBER: _ClassVar[int]
    RELATION_FIELD_NUMBER: _ClassVar[int]
    CHANNEL_FIELD_NUMBER: _ClassVar[int]
    GIVEN_ON_FIELD_NUMBER: _ClassVar[int]
    giver: ConsentGiver
    relation: str
    channel: ConsentChannel
    given_on: _date_pb2.Date
    def __init__(self, giver: _Optional[_Union[ConsentGiver, str]] = ..., relation: _Optional[str] = ..., channel: _Optional[_Union[ConsentChannel, str]] = ..., given_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Consent(_message.Message):
    __slots__ = ("consent_id", "learner_id", "purpose", "text_version", "state", "need", "age_rule_version", "agreements", "valid_from", "valid_to", "withdrawn_at", "withdrawn_by")
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    AGE_RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGREEMENTS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_AT_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    consent_id: str
    learner_id: str
    purpose: str
    text_version: str
    state: ConsentState
    need: ConsentNeed
    age_rule_version: str
    agreements: _containers.RepeatedCompositeFieldContainer[ConsentAgreement]
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    withdrawn_at: _timestamp_pb2.Timestamp
    withdrawn_by: ConsentGiver
    def __init__(self, consent_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., text_version: _Optional[str] = ..., state: _Optional[_Union[ConsentState, str]] = ..., need: _Optional[_Union[ConsentNeed, str]] = ..., age_rule_version: _Optional[str] = ..., agreements: _Optional[_Iterable[_Union[ConsentAgreement, _Mapping]]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., withdrawn_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., withdrawn_by: _Optional[_Union[ConsentGiver, str]] = ...) -> None: ...

class GiveConsentRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "purpose", "text_version", "agreement", "valid_to")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    TEXT_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGREEMENT_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    purpose: str
    text_version: str
    agreement: ConsentAgreement
    valid_to: _date_pb2.Date
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., text_version: _Optional[str] = ..., agreement: _Optional[_Union[ConsentAgreement, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class GiveConsentResponse(_message.Message):
    __slots__ = ("consent",)
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    consent: Consent
    def __init__(self, consent: _Optional[_Union[Consent, _Mapping]] = ...) -> None: ...

class WithdrawConsentRequest(_message.Message):
    __slots__ = ("request_id", "consent_id", "withdrawn_by")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CONSENT_ID_FIELD_NUMBER: _ClassVar[int]
    WITHDRAWN_BY_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    consent_id: str
    withdrawn_by: ConsentGiver
    def __init__(self, request_id: _Optional[str] = ..., consent_id: _Optional[str] = ..., withdrawn_by: _Optional[_Union[ConsentGiver, str]] = ...) -> None: ...

class WithdrawConsentResponse(_message.Message):
    __slots__ = ("consent",)
    CONSENT_FIELD_NUMBER: _ClassVar[int]
    consent: Consent
    def __init__(self, consent: _Optional[_Union[Consent, _Mapping]] = ...) -> None: ...

class ListConsentsRequest(_message.Message):
    __slots__ = ("learner_id",)
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    def __init__(self, learner_id: _Optional[str] = ...) -> None: ...

class ListConsentsResponse(_message.Message):
    __slots__ = ("consents",)
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    consents: _containers.RepeatedCompositeFieldContainer[Consent]
    def __init__(self, consents: _Optional[_Iterable[_Union[Consent, _Mapping]]] = ...) -> None: ...

class ListConsentsInForceRequest(_message.Message):
    __slots__ = ("learner_ids", "purpose", "on_date")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    on_date: _date_pb2.Date
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListConsentsInForceResponse(_message.Message):
    __slots__ = ("consents",)
    CONSENTS_FIELD_NUMBER: _ClassVar[int]
    consents: _containers.RepeatedCompositeFieldContainer[Consent]
    def __init__(self, consents: _Optional[_Iterable[_Union[Consent, _Mapping]]] = ...) -> None: ...

class ListConsentPurposesRequest(_message.Message):
    __slots__ = ("on_date",)
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    on_date: _date_pb2.Date
    def __init__(self, on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ConsentText(_message.Message):
    __slots__ = ("version", "text_th", "effective_from", "provenance")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TEXT_TH_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_FROM_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    version: str
    text_th: str
    effective_from: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, version: _Optional[str] = ..., text_th: _Optional[str] = ..., effective_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ConsentAgeRule(_message.Message):
    __slots__ = ("age_from", "age_below", "need")
    AGE_FROM_FIELD_NUMBER: _ClassVar[int]
    AGE_BELOW_FIELD_NUMBER: _ClassVar[int]
    NEED_FIELD_NUMBER: _ClassVar[int]
    age_from: int
    age_below: int
    need: ConsentNeed
    def __init__(self, age_from: _Optional[int] = ..., age_below: _Optional[int] = ..., need: _Optional[_Union[ConsentNeed, str]] = ...) -> None: ...

class ConsentPurpose(_message.Message):
    __slots__ = ("purpose", "name_th", "is_sensitive", "texts", "age_rules", "age_rule_version", "age_rule_provenance")
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    IS_SENSITIVE_FIELD_NUMBER: _ClassVar[int]
    TEXTS_FIELD_NUMBER: _ClassVar[int]
    AGE_RULES_FIELD_NUMBER: _ClassVar[int]
    AGE_RULE_VERSION_FIELD_NUMBER: _ClassVar[int]
    AGE_RULE_PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    purpose: str
    name_th: str
    is_sensitive: bool
    texts: _containers.RepeatedCompositeFieldContainer[ConsentText]
    age_rules: _containers.RepeatedCompositeFieldContainer[ConsentAgeRule]
    age_rule_version: str
    age_rule_provenance: _provenance_pb2.Provenance
    def __init__(self, purpose: _Optional[str] = ..., name_th: _Optional[str] = ..., is_sensitive: _Optional[bool] = ..., texts: _Optional[_Iterable[_Union[ConsentText, _Mapping]]] = ..., age_rules: _Optional[_Iterable[_Union[ConsentAgeRule, _Mapping]]] = ..., age_rule_version: _Optional[str] = ..., age_rule_provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListConsentPurposesResponse(_message.Message):
    __slots__ = ("purposes",)
    PURPOSES_FIELD_NUMBER: _ClassVar[int]
    purposes: _containers.RepeatedCompositeFieldContainer[ConsentPurpose]
    def __init__(self, purposes: _Optional[_Iterable[_Union[ConsentPurpose, _Mapping]]] = ...) -> None: ...
