import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import institutions_pb2 as _institutions_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

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

class ProgrammeBand(_message.Message):
    __slots__ = ("band", "name_th")
    BAND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    band: str
    name_th: str
    def __init__(self, band: _Optional[str] = ..., name_th: _Optional[str] = ...) -> None: ...

class Programme(_message.Message):
    __slots__ = ("programme_code", "name_th", "bands", "provenance")
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    BANDS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    programme_code: str
    name_th: str
    bands: _containers.RepeatedCompositeFieldContainer[ProgrammeBand]
    provenance: _provenance_pb2.Provenance
    def __init__(self, programme_code: _Optional[str] = ..., name_th: _Optional[str] = ..., bands: _Optional[_Iterable[_Union[ProgrammeBand, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListProgrammesRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListProgrammesResponse(_message.Message):
    __slots__ = ("programmes",)
    PROGRAMMES_FIELD_NUMBER: _ClassVar[int]
    programmes: _containers.RepeatedCompositeFieldContainer[Programme]
    def __init__(self, programmes: _Optional[_Iterable[_Union[Programme, _Mapping]]] = ...) -> None: ...

class MembershipStatement(_message.Message):
    __slots__ = ("institution_id", "programme_code", "year_be", "status", "band", "valid_from", "valid_to", "is_correction", "provenance")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_CORRECTION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    programme_code: str
    year_be: int
    status: MembershipStatus
    band: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    is_correction: bool
    provenance: _provenance_pb2.Provenance
    def __init__(self, institution_id: _Optional[str] = ..., programme_code: _Optional[str] = ..., year_be: _Optional[int] = ..., status: _Optional[_Union[MembershipStatus, str]] = ..., band: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_correction: _Optional[bool] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RecordMembershipsRequest(_message.Message):
    __slots__ = ("request_id", "statements")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENTS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    statements: _containers.RepeatedCompositeFieldContainer[MembershipStatement]
    def __init__(self, request_id: _Optional[str] = ..., statements: _Optional[_Iterable[_Union[MembershipStatement, _Mapping]]] = ...) -> None: ...

class RecordMembershipsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Membership(_message.Message):
    __slots__ = ("membership_id", "statement")
    MEMBERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    membership_id: str
    statement: MembershipStatement
    def __init__(self, membership_id: _Optional[str] = ..., statement: _Optional[_Union[MembershipStatement, _Mapping]] = ...) -> None: ...

class ListMembershipsRequest(_message.Message):
    __slots__ = ("institution_id", "programme_codes", "year_be", "statuses", "tree", "within_institution_id", "on_date", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_CODES_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    STATUSES_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    WITHIN_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    programme_codes: _containers.RepeatedScalarFieldContainer[str]
    year_be: int
    statuses: _containers.RepeatedScalarFieldContainer[MembershipStatus]
    tree: str
    within_institution_id: str
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., programme_codes: _Optional[_Iterable[str]] = ..., year_be: _Optional[int] = ..., statuses: _Optional[_Iterable[_Union[MembershipStatus, str]]] = ..., tree: _Optional[str] = ..., within_institution_id: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListMembershipsResponse(_message.Message):
    __slots__ = ("memberships", "next_page_token", "total")
    MEMBERSHIPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    memberships: _containers.RepeatedCompositeFieldContainer[Membership]
    next_page_token: str
    total: int
    def __init__(self, memberships: _Optional[_Iterable[_Union[Membership, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class ListMembershipHistoryRequest(_message.Message):
    __slots__ = ("membership_id",)
    MEMBERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    membership_id: str
    def __init__(self, membership_id: _Optional[str] = ...) -> None: ...

class MembershipRecord(_message.Message):
    __slots__ = ("statement", "recorded_at", "superseded_at")
    STATEMENT_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_AT_FIELD_NUMBER: _ClassVar[int]
    statement: MembershipStatement
    recorded_at: _timestamp_pb2.Timestamp
    superseded_at: _timestamp_pb2.Timestamp
    def __init__(self, statement: _Optional[_Union[MembershipStatement, _Mapping]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., superseded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListMembershipHistoryResponse(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[MembershipRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[MembershipRecord, _Mapping]]] = ...) -> None: ...

class CountMembershipsRequest(_message.Message):
    __slots__ = ("programme_codes", "year_be", "tree", "within_institution_id", "on_date")
    PROGRAMME_CODES_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    WITHIN_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    programme_codes: _containers.RepeatedScalarFieldContainer[str]
    year_be: int
    tree: str
    within_institution_id: str
    on_date: _date_pb2.Date
    def __init__(self, programme_codes: _Optional[_Iterable[str]] = ..., year_be: _Optional[int] = ..., tree: _Optional[str] = ..., within_institution_id: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class MembershipCount(_message.Message):
    __slots__ = ("programme_code", "year_be", "status", "band", "institutions")
    PROGRAMME_CODE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    BAND_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    programme_code: str
    year_be: int
    status: MembershipStatus
    band: str
    institutions: int
    def __init__(self, programme_code: _Optional[str] = ..., year_be: _Optional[int] = ..., status: _Optional[_Union[MembershipStatus, str]] = ..., band: _Optional[str] = ..., institutions: _Optional[int] = ...) -> None: ...

class InstitutionCount(_message.Message):
    __slots__ = ("kind", "institutions")
    KIND_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    kind: _institutions_pb2.InstitutionKind
    institutions: int
    def __init__(self, kind: _Optional[_Union[_institutions_pb2.InstitutionKind, str]] = ..., institutions: _Optional[int] = ...) -> None: ...

class CountMembershipsResponse(_message.Message):
    __slots__ = ("counts", "population", "on_date")
    COUNTS_FIELD_NUMBER: _ClassVar[int]
    POPULATION_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    counts: _containers.RepeatedCompositeFieldContainer[MembershipCount]
    population: _containers.RepeatedCompositeFieldContainer[InstitutionCount]
    on_date: _date_pb2.Date
    def __init__(self, counts: _Optional[_Iterable[_Union[MembershipCount, _Mapping]]] = ..., population: _Optional[_Iterable[_Union[InstitutionCount, _Mapping]]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...
