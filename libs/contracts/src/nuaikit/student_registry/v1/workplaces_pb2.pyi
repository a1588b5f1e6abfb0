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

class WorkplaceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    WORKPLACE_KIND_UNSPECIFIED: _ClassVar[WorkplaceKind]
    WORKPLACE_KIND_WORKPLACE: _ClassVar[WorkplaceKind]
    WORKPLACE_KIND_LEARNING_PLACE: _ClassVar[WorkplaceKind]
    WORKPLACE_KIND_LOCAL_EXPERT: _ClassVar[WorkplaceKind]

class CooperationStatus(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    COOPERATION_STATUS_UNSPECIFIED: _ClassVar[CooperationStatus]
    COOPERATION_STATUS_ASKED: _ClassVar[CooperationStatus]
    COOPERATION_STATUS_AGREED: _ClassVar[CooperationStatus]
    COOPERATION_STATUS_ACTIVE: _ClassVar[CooperationStatus]
    COOPERATION_STATUS_DECLINED: _ClassVar[CooperationStatus]
    COOPERATION_STATUS_ENDED: _ClassVar[CooperationStatus]
WORKPLACE_KIND_UNSPECIFIED: WorkplaceKind
WORKPLACE_KIND_WORKPLACE: WorkplaceKind
WORKPLACE_KIND_LEARNING_PLACE: WorkplaceKind
WORKPLACE_KIND_LOCAL_EXPERT: WorkplaceKind
COOPERATION_STATUS_UNSPECIFIED: CooperationStatus
COOPERATION_STATUS_ASKED: CooperationStatus
COOPERATION_STATUS_AGREED: CooperationStatus
COOPERATION_STATUS_ACTIVE: CooperationStatus
COOPERATION_STATUS_DECLINED: CooperationStatus
COOPERATION_STATUS_ENDED: CooperationStatus

class OccupationField(_message.Message):
    __slots__ = ("field_code", "name_th", "provenance")
    FIELD_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    field_code: str
    name_th: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, field_code: _Optional[str] = ..., name_th: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListOccupationFieldsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListOccupationFieldsResponse(_message.Message):
    __slots__ = ("fields",)
    FIELDS_FIELD_NUMBER: _ClassVar[int]
    fields: _containers.RepeatedCompositeFieldContainer[OccupationField]
    def __init__(self, fields: _Optional[_Iterable[_Union[OccupationField, _Mapping]]] = ...) -> None: ...

class WorkplaceContact(_message.Message):
    __slots__ = ("person_name", "phone", "email", "address")
    PERSON_NAME_FIELD_NUMBER: _ClassVar[int]
    PHONE_FIELD_NUMBER: _ClassVar[int]
    EMAIL_FIELD_NUMBER: _ClassVar[int]
    ADDRESS_FIELD_NUMBER: _ClassVar[int]
    person_name: str
    phone: str
    email: str
    address: str
    def __init__(self, person_name: _Optional[str] = ..., phone: _Optional[str] = ..., email: _Optional[str] = ..., address: _Optional[str] = ...) -> None: ...

class Workplace(_message.Message):
    __slots__ = ("workplace_id", "reference", "kind", "name_th", "field_codes", "area_institution_id", "area_text", "capacity", "offers_th", "institution_id", "closed_on", "provenance", "contact", "keeper_institution_id")
    WORKPLACE_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    FIELD_CODES_FIELD_NUMBER: _ClassVar[int]
    AREA_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    AREA_TEXT_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_FIELD_NUMBER: _ClassVar[int]
    OFFERS_TH_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    CONTACT_FIELD_NUMBER: _ClassVar[int]
    KEEPER_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    workplace_id: str
    reference: str
    kind: WorkplaceKind
    name_th: str
    field_codes: _containers.RepeatedScalarFieldContainer[str]
    area_institution_id: str
    area_text: str
    capacity: int
    offers_th: str
    institution_id: str
    closed_on: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    contact: WorkplaceContact
    keeper_institution_id: str
    def __init__(self, workplace_id: _Optional[str] = ..., reference: _Optional[str] = ..., kind: _Optional[_Union[WorkplaceKind, str]] = ..., name_th: _Optional[str] = ..., field_codes: _Optional[_Iterable[str]] = ..., area_institution_id: _Optional[str] = ..., area_text: _Optional[str] = ..., capacity: _Optional[int] = ..., offers_th: _Optional[str] = ..., institution_id: _Optional[str] = ..., closed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., contact: _Optional[_Union[WorkplaceContact, _Mapping]] = ..., keeper_institution_id: _Optional[str] = ...) -> None: ...

class RecordWorkplacesRequest(_message.Message):
    __slots__ = ("request_id", "workplaces")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    WORKPLACES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    workplaces: _containers.RepeatedCompositeFieldContainer[Workplace]
    def __init__(self, request_id: _Optional[str] = ..., workplaces: _Optional[_Iterable[_Union[Workplace, _Mapping]]] = ...) -> None: ...

class RecordWorkplacesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class GetWorkplaceRequest(_message.Message):
    __slots__ = ("workplace_id", "purpose")
    WORKPLACE_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    workplace_id: str
    purpose: str
    def __init__(self, workplace_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class GetWorkplaceResponse(_message.Message):
    __slots__ = ("workplace",)
    WORKPLACE_FIELD_NUMBER: _ClassVar[int]
    workplace: Workplace
    def __init__(self, workplace: _Optional[_Union[Workplace, _Mapping]] = ...) -> None: ...

class SearchWorkplacesRequest(_message.Message):
    __slots__ = ("text", "kinds", "field_codes", "within_institution_id", "statuses", "cooperating_institution_id", "capacity_min", "page_size", "page_token")
    TEXT_FIELD_NUMBER: _ClassVar[int]
    KINDS_FIELD_NUMBER: _ClassVar[int]
    FIELD_CODES_FIELD_NUMBER: _ClassVar[int]
    WITHIN_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    COOPERATING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CAPACITY_MIN_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    text: str
    kinds: _containers.RepeatedScalarFieldContainer[WorkplaceKind]
    field_codes: _containers.RepeatedScalarFieldContainer[str]
    within_institution_id: str
    statuses: _containers.RepeatedScalarFieldContainer[CooperationStatus]
    cooperating_institution_id: str
    capacity_min: int
    page_size: int
    page_token: str
    def __init__(self, text: _Optional[str] = ..., kinds: _Optional[_Iterable[_Union[WorkplaceKind, str]]] = ..., field_codes: _Optional[_Iterable[str]] = ..., within_institution_id: _Optional[str] = ..., statuses: _Optional[_Iterable[_Union[CooperationStatus, str]]] = ..., cooperating_institution_id: _Optional[str] = ..., capacity_min: _Optional[int] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class SearchWorkplacesResponse(_message.Message):
    __slots__ = ("workplaces", "next_page_token")
    WORKPLACES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    workplaces: _containers.RepeatedCompositeFieldContainer[Workplace]
    next_page_token: str
    def __init__(self, workplaces: _Optional[_Iterable[_Union[Workplace, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class CooperationStatement(_message.Message):
    __slots__ = ("workplace_id", "institution_id", "status", "valid_from", "places", "provenance")
    WORKPLACE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    PLACES_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    workplace_id: str
    institution_id: str
    status: CooperationStatus
    valid_from: _date_pb2.Date
    places: int
    provenance: _provenance_pb2.Provenance
    def __init__(self, workplace_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., status: _Optional[_Union[CooperationStatus, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., places: _Optional[int] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordCooperationsRequest(_message.Message):
    __slots__ = ("request_id", "statements")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    statements: _containers.RepeatedCompositeFieldContainer[CooperationStatement]
    def __init__(self, request_id: _Optional[str] = ..., statements: _Optional[_Iterable[_Union[CooperationStatement, _Mapping]]] = ...) -> None: ...

class RecordCooperationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CooperationRecord(_message.Message):
    __slots__ = ("statement", "recorded_at")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    statement: CooperationStatement
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, statement: _Optional[_Union[CooperationStatement, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Cooperation(_message.Message):
    __slots__ = ("cooperation_id", "records")
    COOPERATION_ID_FIELD_NUMBER: _ClassVar[int]
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    cooperation_id: str
    records: _containers.RepeatedCompositeFieldContainer[CooperationRecord]
    def __init__(self, cooperation_id: _Optional[str] = ..., records: _Optional[_Iterable[_Union[CooperationRecord, _Mapping]]] = ...) -> None: ...

class ListCooperationsRequest(_message.Message):
    __slots__ = ("workplace_id", "institution_id", "page_size", "page_token")
    WORKPLACE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    workplace_id: str
    institution_id: str
    page_size: int
    page_token: str
    def __init__(self, workplace_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCooperationsResponse(_message.Message):
    __slots__ = ("cooperations", "next_page_token")
    COOPERATIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    cooperations: _containers.RepeatedCompositeFieldContainer[Cooperation]
    next_page_token: str
    def __init__(self, cooperations: _Optional[_Iterable[_Union[Cooperation, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
