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

class InstitutionKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSTITUTION_KIND_UNSPECIFIED: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_SCHOOL: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_COLLEGE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_AREA_OFFICE_PRIMARY: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_AREA_OFFICE_SECONDARY: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_HOME_SCHOOL: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_UNIVERSITY: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_AGENCY: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_LEARNING_CENTRE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_WORKPLACE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_HOSPITAL: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_PROVINCE_OFFICE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_SCHOOL_NETWORK: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_DISTRICT: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_GUIDANCE_CENTRE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_PROVINCE_VOCATIONAL_OFFICE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_NONFORMAL_CENTRE: _ClassVar[InstitutionKind]
    INSTITUTION_KIND_BRANCH_SCHOOL: _ClassVar[InstitutionKind]
INSTITUTION_KIND_UNSPECIFIED: InstitutionKind
INSTITUTION_KIND_SCHOOL: InstitutionKind
INSTITUTION_KIND_COLLEGE: InstitutionKind
INSTITUTION_KIND_AREA_OFFICE_PRIMARY: InstitutionKind
INSTITUTION_KIND_AREA_OFFICE_SECONDARY: InstitutionKind
INSTITUTION_KIND_HOME_SCHOOL: InstitutionKind
INSTITUTION_KIND_UNIVERSITY: InstitutionKind
INSTITUTION_KIND_AGENCY: InstitutionKind
INSTITUTION_KIND_LEARNING_CENTRE: InstitutionKind
INSTITUTION_KIND_WORKPLACE: InstitutionKind
INSTITUTION_KIND_HOSPITAL: InstitutionKind
INSTITUTION_KIND_PROVINCE_OFFICE: InstitutionKind
INSTITUTION_KIND_SCHOOL_NETWORK: InstitutionKind
INSTITUTION_KIND_DISTRICT: InstitutionKind
INSTITUTION_KIND_GUIDANCE_CENTRE: InstitutionKind
INSTITUTION_KIND_PROVINCE_VOCATIONAL_OFFICE: InstitutionKind
INSTITUTION_KIND_NONFORMAL_CENTRE: InstitutionKind
INSTITUTION_KIND_BRANCH_SCHOOL: InstitutionKind

class InstitutionParent(_message.Message):
    __slots__ = ("tree", "parent_institution_id", "valid_from", "valid_to")
    TREE_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    tree: str
    parent_institution_id: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    def __init__(self, tree: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class Institution(_message.Message):
    __slots__ = ("institution_id", "kind", "name_th", "name_en", "official_code", "local_alias", "parent_institution_id", "provenance")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_CODE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_ALIAS_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    kind: InstitutionKind
    name_th: str
    name_en: str
    official_code: str
    local_alias: str
    parent_institution_id: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, institution_id: _Optional[str] = ..., kind: _Optional[_Union[InstitutionKind, str]] = ..., name_th: _Optional[str] = ..., name_en: _Optional[str] = ..., official_code: _Optional[str] = ..., local_alias: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RegisterInstitutionsRequest(_message.Message):
    __slots__ = ("request_id", "institutions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    institutions: _containers.RepeatedCompositeFieldContainer[Institution]
    def __init__(self, request_id: _Optional[str] = ..., institutions: _Optional[_Iterable[_Union[Institution, _Mapping]]] = ...) -> None: ...

class RegisterInstitutionsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class GetInstitutionRequest(_message.Message):
    __slots__ = ("institution_id",)
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    def __init__(self, institution_id: _Optional[str] = ...) -> None: ...

class GetInstitutionResponse(_message.Message):
    __slots__ = ("institution",)
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    institution: Institution
    def __init__(self, institution: _Optional[_Union[Institution, _Mapping]] = ...) -> None: ...

class ListInstitutionsRequest(_message.Message):
    __slots__ = ("kinds", "parent_institution_id", "codes", "on_date", "page_size", "page_token")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[InstitutionKind]
    parent_institution_id: str
    codes: _containers.RepeatedScalarFieldContainer[str]
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, kinds: _Optional[_Iterable[_Union[InstitutionKind, str]]] = ..., parent_institution_id: _Optional[str] = ..., codes: _Optional[_Iterable[str]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListInstitutionsResponse(_message.Message):
    __slots__ = ("institutions", "next_page_token")
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institutions: _containers.RepeatedCompositeFieldContainer[Institution]
    next_page_token: str
    def __init__(self, institutions: _Optional[_Iterable[_Union[Institution, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
