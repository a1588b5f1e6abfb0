import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import learners_pb2 as _learners_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ProfileKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_KIND_UNSPECIFIED: _ClassVar[ProfileKind]
    PROFILE_KIND_NATIONALITY: _ClassVar[ProfileKind]
    PROFILE_KIND_RELIGION: _ClassVar[ProfileKind]
    PROFILE_KIND_DISABILITY: _ClassVar[ProfileKind]
    PROFILE_KIND_ETHNICITY: _ClassVar[ProfileKind]
    PROFILE_KIND_LANGUAGE: _ClassVar[ProfileKind]
    PROFILE_KIND_SUPPORT_NEED: _ClassVar[ProfileKind]
    PROFILE_KIND_SPECIAL_TARGET: _ClassVar[ProfileKind]
    PROFILE_KIND_VULNERABLE_GROUP: _ClassVar[ProfileKind]
    PROFILE_KIND_PHONE: _ClassVar[ProfileKind]
    PROFILE_KIND_EMAIL: _ClassVar[ProfileKind]
    PROFILE_KIND_ADDRESS: _ClassVar[ProfileKind]
    PROFILE_KIND_FATHER: _ClassVar[ProfileKind]
    PROFILE_KIND_MOTHER: _ClassVar[ProfileKind]
    PROFILE_KIND_GUARDIAN: _ClassVar[ProfileKind]
    PROFILE_KIND_SCHOOLING: _ClassVar[ProfileKind]
    PROFILE_KIND_PHOTO: _ClassVar[ProfileKind]

class ProfileEndReason(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PROFILE_END_REASON_UNSPECIFIED: _ClassVar[ProfileEndReason]
    PROFILE_END_REASON_REPLACED: _ClassVar[ProfileEndReason]
    PROFILE_END_REASON_OVER: _ClassVar[ProfileEndReason]
    PROFILE_END_REASON_WRONG: _ClassVar[ProfileEndReason]
PROFILE_KIND_UNSPECIFIED: ProfileKind
PROFILE_KIND_NATIONALITY: ProfileKind
PROFILE_KIND_RELIGION: ProfileKind
PROFILE_KIND_DISABILITY: ProfileKind
PROFILE_KIND_ETHNICITY: ProfileKind
PROFILE_KIND_LANGUAGE: ProfileKind
PROFILE_KIND_SUPPORT_NEED: ProfileKind
PROFILE_KIND_SPECIAL_TARGET: ProfileKind
PROFILE_KIND_VULNERABLE_GROUP: ProfileKind
PROFILE_KIND_PHONE: ProfileKind
PROFILE_KIND_EMAIL: ProfileKind
PROFILE_KIND_ADDRESS: ProfileKind
PROFILE_KIND_FATHER: ProfileKind
PROFILE_KIND_MOTHER: ProfileKind
PROFILE_KIND_GUARDIAN: ProfileKind
PROFILE_KIND_SCHOOLING: ProfileKind
PROFILE_KIND_PHOTO: ProfileKind
PROFILE_END_REASON_UNSPECIFIED: ProfileEndReason
PROFILE_END_REASON_REPLACED: ProfileEndReason
PROFILE_END_REASON_OVER: ProfileEndReason
PROFILE_END_REASON_WRONG: ProfileEndReason

class CodedValue(_message.Message):
    __slots__ = ("code", "detail")
    CODE_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    code: str
    detail: str
    def __init__(self, code: _Optional[str] = ..., detail: _Optional[str] = ...) -> None: ...

class ReachValue(_message.Message):
    __slots__ = ("value", "label")
    VALUE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    value: str
    label: str
    def __init__(self, value: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class AddressValue(_message.Message):
    __slots__ = ("line", "subdistrict", "district", "province", "postal_code", "label")
    LINE_FIELD_NUMBER: _ClassVar[int]
    SUBDISTRICT_FIELD_NUMBER: _ClassVar[int]
    DISTRICT_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_FIELD_NUMBER: _ClassVar[int]
    POSTAL_CODE_FIELD_NUMBER: _ClassVar[int]
    LABEL_FIELD_NUMBER: _ClassVar[int]
    line: str
    subdistrict: str
    district: str
    province: str
    postal_code: str
    label: str
    def __init__(self, line: _Optional[str] = ..., subdistrict: _Optional[str] = ..., district: _Optional[str] = ..., province: _Optional[str] = ..., postal_code: _Optional[str] = ..., label: _Optional[str] = ...) -> None: ...

class RelativeValue(_message.Message):
    __slots__ = ("name", "relation_code", "standing_code", "lives_with_learner")
    NAME_FIELD_NUMBER: _ClassVar[int]
    RELATION_CODE_FIELD_NUMBER: _ClassVar[int]
    STANDING_CODE_FIELD_NUMBER: _ClassVar[int]
    LIVES_WITH_LEARNER_FIELD_NUMBER: _ClassVar[int]
    name: _learners_pb2.PersonName
    relation_code: str
    standing_code: str
    lives_with_learner: bool
    def __init__(self, name: _Optional[_Union[_learners_pb2.PersonName, _Mapping]] = ..., relation_code: _Optional[str] = ..., standing_code: _Optional[str] = ..., lives_with_learner: _Optional[bool] = ...) -> None: ...

class SchoolingValue(_message.Message):
    __slots__ = ("institution_id", "admitted_on", "previous_institution_id", "previous_school", "previous_grade", "left_on", "leaving_reason_code")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ADMITTED_ON_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_SCHOOL_FIELD_NUMBER: _ClassVar[int]
    PREVIOUS_GRADE_FIELD_NUMBER: _ClassVar[int]
    LEFT_ON_FIELD_NUMBER: _ClassVar[int]
    LEAVING_REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    admitted_on: _date_pb2.Date
    previous_institution_id: str
    previous_school: str
    previous_grade: str
    left_on: _date_pb2.Date
    leaving_reason_code: str
    def __init__(self, institution_id: _Optional[str] = ..., admitted_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., previous_institution_id: _Optional[str] = ..., previous_school: _Optional[str] = ..., previous_grade: _Optional[str] = ..., left_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., leaving_reason_code: _Optional[str] = ...) -> None: ...

class PhotoValue(_message.Message):
    __slots__ = ("sha256", "media_type", "byte_size", "taken_on")
    SHA256_FIELD_NUMBER: _ClassVar[int]
    MEDIA_TYPE_FIELD_NUMBER: _ClassVar[int]
    BYTE_SIZE_FIELD_NUMBER: _ClassVar[int]
    TAKEN_ON_FIELD_NUMBER: _ClassVar[int]
    sha256: str
    media_type: str
    byte_size: int
    taken_on: _date_pb2.Date
    def __init__(self, sha256: _Optional[str] = ..., media_type: _Optional[str] = ..., byte_size: _Optional[int] = ..., taken_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ProfileFactInput(_message.Message):
    __slots__ = ("learner_id", "kind", "coded", "reach", "address", "relative", "schooling", "about_fact_id", "valid_from", "valid_to", "confirmed_on", "replaces_fact_id", "provenance")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODED_FIELD_NUMBER: _ClassVar[int]
    REACH_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_FIELD_NUMBER: _ClassVar[int]
    SCHOOLING_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FACT_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FACT_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    kind: ProfileKind
    coded: CodedValue
    reach: ReachValue
    address: AddressValue
    relative: RelativeValue
    schooling: SchoolingValue
    about_fact_id: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    replaces_fact_id: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., kind: _Optional[_Union[ProfileKind, str]] = ..., coded: _Optional[_Union[CodedValue, _Mapping]] = ..., reach: _Optional[_Union[ReachValue, _Mapping]] = ..., address: _Optional[_Union[AddressValue, _Mapping]] = ..., relative: _Optional[_Union[RelativeValue, _Mapping]] = ..., schooling: _Optional[_Union[SchoolingValue, _Mapping]] = ..., about_fact_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., replaces_fact_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ProfileMade(_message.Message):
    __slots__ = ("at", "role", "institution_id", "source")
    AT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    at: _timestamp_pb2.Timestamp
    role: str
    institution_id: str
    source: str
    def __init__(self, at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., role: _Optional[str] = ..., institution_id: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class ProfileFact(_message.Message):
    __slots__ = ("fact_id", "kind", "coded", "reach", "address", "relative", "schooling", "photo", "about_fact_id", "valid_from", "valid_to", "confirmed_on", "data_status", "recorded", "ended", "end_reason", "replaces_fact_id")
    FACT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    CODED_FIELD_NUMBER: _ClassVar[int]
    REACH_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    RELATIVE_FIELD_NUMBER: _ClassVar[int]
    SCHOOLING_FIELD_NUMBER: _ClassVar[int]
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    ABOUT_FACT_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUS_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    ENDED_FIELD_NUMBER: _ClassVar[int]
    END_REASON_FIELD_NUMBER: _ClassVar[int]
    REPLACES_FACT_ID_FIELD_NUMBER: _ClassVar[int]
    fact_id: str
    kind: ProfileKind
    coded: CodedValue
    reach: ReachValue
    address: AddressValue
    relative: RelativeValue
    schooling: SchoolingValue
    photo: PhotoValue
    about_fact_id: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    confirmed_on: _date_pb2.Date
    data_status: _provenance_pb2.RuleStatus
    recorded: ProfileMade
    ended: ProfileMade
    end_reason: ProfileEndReason
    replaces_fact_id: str
    def __init__(self, fact_id: _Optional[str] = ..., kind: _Optional[_Union[ProfileKind, str]] = ..., coded: _Optional[_Union[CodedValue, _Mapping]] = ..., reach: _Optional[_Union[ReachValue, _Mapping]] = ..., address: _Optional[_Union[AddressValue, _Mapping]] = ..., relative: _Optional[_Union[RelativeValue, _Mapping]] = ..., schooling: _Optional[_Union[SchoolingValue, _Mapping]] = ..., photo: _Optional[_Union[PhotoValue, _Mapping]] = ..., about_fact_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., data_status: _Optional[_Union[_provenance_pb2.RuleStatus, str]] = ..., recorded: _Optional[_Union[ProfileMade, _Mapping]] = ..., ended: _Optional[_Union[ProfileMade, _Mapping]] = ..., end_reason: _Optional[_Union[ProfileEndReason, str]] = ..., replaces_fact_id: _Optional[str] = ...) -> None: ...

class RecordProfileFactsRequest(_message.Message):
    __slots__ = ("request_id", "facts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facts: _containers.RepeatedCompositeFieldContainer[ProfileFactInput]
    def __init__(self, request_id: _Optional[str] = ..., facts: _Optional[_Iterable[_Union[ProfileFactInput, _Mapping]]] = ...) -> None: ...

class RecordProfileFactsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ProfileFactEnd(_message.Message):
    __slots__ = ("fact_id", "reason", "source", "valid_to")
    FACT_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    fact_id: str
    reason: ProfileEndReason
    source: str
    valid_to: _date_pb2.Date
    def __init__(self, fact_id: _Optional[str] = ..., reason: _Optional[_Union[ProfileEndReason, str]] = ..., source: _Optional[str] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class EndProfileFactsRequest(_message.Message):
    __slots__ = ("request_id", "facts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    facts: _containers.RepeatedCompositeFieldContainer[ProfileFactEnd]
    def __init__(self, request_id: _Optional[str] = ..., facts: _Optional[_Iterable[_Union[ProfileFactEnd, _Mapping]]] = ...) -> None: ...

class EndProfileFactsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ContactConfirmation(_message.Message):
    __slots__ = ("fact_id", "confirmed_on")
    FACT_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    fact_id: str
    confirmed_on: _date_pb2.Date
    def __init__(self, fact_id: _Optional[str] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ConfirmContactsRequest(_message.Message):
    __slots__ = ("request_id", "contacts")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CONTACTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    contacts: _containers.RepeatedCompositeFieldContainer[ContactConfirmation]
    def __init__(self, request_id: _Optional[str] = ..., contacts: _Optional[_Iterable[_Union[ContactConfirmation, _Mapping]]] = ...) -> None: ...

class ConfirmContactsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class BatchGetProfilesRequest(_message.Message):
    __slots__ = ("learner_ids", "purpose", "with_restricted", "on_date")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    WITH_RESTRICTED_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    with_restricted: bool
    on_date: _date_pb2.Date
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., with_restricted: _Optional[bool] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class MissingProfileItem(_message.Message):
    __slots__ = ("code", "name_th")
    CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    code: str
    name_th: str
    def __init__(self, code: _Optional[str] = ..., name_th: _Optional[str] = ...) -> None: ...

class Profile(_message.Message):
    __slots__ = ("learner_id", "facts", "completeness_score", "missing", "completeness_rule")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_SCORE_FIELD_NUMBER: _ClassVar[int]
    MISSING_FIELD_NUMBER: _ClassVar[int]
    COMPLETENESS_RULE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    facts: _containers.RepeatedCompositeFieldContainer[ProfileFact]
    completeness_score: int
    missing: _containers.RepeatedCompositeFieldContainer[MissingProfileItem]
    completeness_rule: _provenance_pb2.Provenance
    def __init__(self, learner_id: _Optional[str] = ..., facts: _Optional[_Iterable[_Union[ProfileFact, _Mapping]]] = ..., completeness_score: _Optional[int] = ..., missing: _Optional[_Iterable[_Union[MissingProfileItem, _Mapping]]] = ..., completeness_rule: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class BatchGetProfilesResponse(_message.Message):
    __slots__ = ("profiles",)
    PROFILES_FIELD_NUMBER: _ClassVar[int]
    profiles: _containers.RepeatedCompositeFieldContainer[Profile]
    def __init__(self, profiles: _Optional[_Iterable[_Union[Profile, _Mapping]]] = ...) -> None: ...

class GetProfileHistoryRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "with_restricted")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    WITH_RESTRICTED_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    with_restricted: bool
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., with_restricted: _Optional[bool] = ...) -> None: ...

class GetProfileHistoryResponse(_message.Message):
    __slots__ = ("facts",)
    FACTS_FIELD_NUMBER: _ClassVar[int]
    facts: _containers.RepeatedCompositeFieldContainer[ProfileFact]
    def __init__(self, facts: _Optional[_Iterable[_Union[ProfileFact, _Mapping]]] = ...) -> None: ...

class ListStaleContactsRequest(_message.Message):
    __slots__ = ("institution_id", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class StaleContact(_message.Message):
    __slots__ = ("learner_id", "name", "confirmed_on")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_ON_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    name: _learners_pb2.PersonName
    confirmed_on: _date_pb2.Date
    def __init__(self, learner_id: _Optional[str] = ..., name: _Optional[_Union[_learners_pb2.PersonName, _Mapping]] = ..., confirmed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListStaleContactsResponse(_message.Message):
    __slots__ = ("learners", "next_page_token", "total", "stale_after_days", "rule")
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    STALE_AFTER_DAYS_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[StaleContact]
    next_page_token: str
    total: int
    stale_after_days: int
    rule: _provenance_pb2.Provenance
    def __init__(self, learners: _Optional[_Iterable[_Union[StaleContact, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ..., stale_after_days: _Optional[int] = ..., rule: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordPhotoRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "content", "taken_on", "provenance")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    TAKEN_ON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    content: bytes
    taken_on: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., content: _Optional[bytes] = ..., taken_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordPhotoResponse(_message.Message):
    __slots__ = ("fact_id",)
    FACT_ID_FIELD_NUMBER: _ClassVar[int]
    fact_id: str
    def __init__(self, fact_id: _Optional[str] = ...) -> None: ...

class GetPhotoRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class GetPhotoResponse(_message.Message):
    __slots__ = ("photo", "content")
    PHOTO_FIELD_NUMBER: _ClassVar[int]
    CONTENT_FIELD_NUMBER: _ClassVar[int]
    photo: PhotoValue
    content: bytes
    def __init__(self, photo: _Optional[_Union[PhotoValue, _Mapping]] = ..., content: _Optional[bytes] = ...) -> None: ...
