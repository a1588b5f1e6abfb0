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

class InstitutionAliasKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSTITUTION_ALIAS_KIND_UNSPECIFIED: _ClassVar[InstitutionAliasKind]
    INSTITUTION_ALIAS_KIND_OFFICIAL_CODE: _ClassVar[InstitutionAliasKind]
    INSTITUTION_ALIAS_KIND_LOCAL: _ClassVar[InstitutionAliasKind]
    INSTITUTION_ALIAS_KIND_SMIS: _ClassVar[InstitutionAliasKind]
    INSTITUTION_ALIAS_KIND_AREA_OFFICE_CODE: _ClassVar[InstitutionAliasKind]
    INSTITUTION_ALIAS_KIND_OTHER: _ClassVar[InstitutionAliasKind]

class InstitutionChangeKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INSTITUTION_CHANGE_KIND_UNSPECIFIED: _ClassVar[InstitutionChangeKind]
    INSTITUTION_CHANGE_KIND_REGISTERED: _ClassVar[InstitutionChangeKind]
    INSTITUTION_CHANGE_KIND_CHANGED: _ClassVar[InstitutionChangeKind]
    INSTITUTION_CHANGE_KIND_CORRECTED: _ClassVar[InstitutionChangeKind]
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
INSTITUTION_ALIAS_KIND_UNSPECIFIED: InstitutionAliasKind
INSTITUTION_ALIAS_KIND_OFFICIAL_CODE: InstitutionAliasKind
INSTITUTION_ALIAS_KIND_LOCAL: InstitutionAliasKind
INSTITUTION_ALIAS_KIND_SMIS: InstitutionAliasKind
INSTITUTION_ALIAS_KIND_AREA_OFFICE_CODE: InstitutionAliasKind
INSTITUTION_ALIAS_KIND_OTHER: InstitutionAliasKind
INSTITUTION_CHANGE_KIND_UNSPECIFIED: InstitutionChangeKind
INSTITUTION_CHANGE_KIND_REGISTERED: InstitutionChangeKind
INSTITUTION_CHANGE_KIND_CHANGED: InstitutionChangeKind
INSTITUTION_CHANGE_KIND_CORRECTED: InstitutionChangeKind

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

class InstitutionAlias(_message.Message):
    __slots__ = ("kind", "value", "register", "valid_from", "valid_to", "is_expected_form")
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    REGISTER_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    IS_EXPECTED_FORM_FIELD_NUMBER: _ClassVar[int]
    kind: InstitutionAliasKind
    value: str
    register: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    is_expected_form: bool
    def __init__(self, kind: _Optional[_Union[InstitutionAliasKind, str]] = ..., value: _Optional[str] = ..., register: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_expected_form: _Optional[bool] = ...) -> None: ...

class Institution(_message.Message):
    __slots__ = ("institution_id", "kind", "name_th", "name_en", "official_code", "local_alias", "parent_institution_id", "provenance", "parents", "aliases", "opened_on", "closed_on", "merged_into_institution_id", "province_code", "revision", "affiliation_code")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    OFFICIAL_CODE_FIELD_NUMBER: _ClassVar[int]
    LOCAL_ALIAS_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    PARENTS_FIELD_NUMBER: _ClassVar[int]
    ALIASES_FIELD_NUMBER: _ClassVar[int]
    OPENED_ON_FIELD_NUMBER: _ClassVar[int]
    CLOSED_ON_FIELD_NUMBER: _ClassVar[int]
    MERGED_INTO_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_CODE_FIELD_NUMBER: _ClassVar[int]
    REVISION_FIELD_NUMBER: _ClassVar[int]
    AFFILIATION_CODE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    kind: InstitutionKind
    name_th: str
    name_en: str
    official_code: str
    local_alias: str
    parent_institution_id: str
    provenance: _provenance_pb2.Provenance
    parents: _containers.RepeatedCompositeFieldContainer[InstitutionParent]
    aliases: _containers.RepeatedCompositeFieldContainer[InstitutionAlias]
    opened_on: _date_pb2.Date
    closed_on: _date_pb2.Date
    merged_into_institution_id: str
    province_code: str
    revision: int
    affiliation_code: str
    def __init__(self, institution_id: _Optional[str] = ..., kind: _Optional[_Union[InstitutionKind, str]] = ..., name_th: _Optional[str] = ..., name_en: _Optional[str] = ..., official_code: _Optional[str] = ..., local_alias: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., parents: _Optional[_Iterable[_Union[InstitutionParent, _Mapping]]] = ..., aliases: _Optional[_Iterable[_Union[InstitutionAlias, _Mapping]]] = ..., opened_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., closed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., merged_into_institution_id: _Optional[str] = ..., province_code: _Optional[str] = ..., revision: _Optional[int] = ..., affiliation_code: _Optional[str] = ...) -> None: ...

class InstitutionChange(_message.Message):
    __slots__ = ("institution", "kind")
    INSTITUTION_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    institution: Institution
    kind: InstitutionChangeKind
    def __init__(self, institution: _Optional[_Union[Institution, _Mapping]] = ..., kind: _Optional[_Union[InstitutionChangeKind, str]] = ...) -> None: ...

class ChangeInstitutionsRequest(_message.Message):
    __slots__ = ("request_id", "changes")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    changes: _containers.RepeatedCompositeFieldContainer[InstitutionChange]
    def __init__(self, request_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[InstitutionChange, _Mapping]]] = ...) -> None: ...

class ClosedInstitution(_message.Message):
    __slots__ = ("institution_id", "open_enrolments", "open_assignments", "open_children")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    OPEN_ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    OPEN_ASSIGNMENTS_FIELD_NUMBER: _ClassVar[int]
    OPEN_CHILDREN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    open_enrolments: int
    open_assignments: int
    open_children: int
    def __init__(self, institution_id: _Optional[str] = ..., open_enrolments: _Optional[int] = ..., open_assignments: _Optional[int] = ..., open_children: _Optional[int] = ...) -> None: ...

class ChangeInstitutionsResponse(_message.Message):
    __slots__ = ("outcomes", "closed")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    CLOSED_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    closed: _containers.RepeatedCompositeFieldContainer[ClosedInstitution]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ..., closed: _Optional[_Iterable[_Union[ClosedInstitution, _Mapping]]] = ...) -> None: ...

class InstitutionMove(_message.Message):
    __slots__ = ("institution_id", "tree", "parent_institution_id", "valid_from", "provenance")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    tree: str
    parent_institution_id: str
    valid_from: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, institution_id: _Optional[str] = ..., tree: _Optional[str] = ..., parent_institution_id: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class MoveInstitutionsRequest(_message.Message):
    __slots__ = ("request_id", "moves")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MOVES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    moves: _containers.RepeatedCompositeFieldContainer[InstitutionMove]
    def __init__(self, request_id: _Optional[str] = ..., moves: _Optional[_Iterable[_Union[InstitutionMove, _Mapping]]] = ...) -> None: ...

class MoveInstitutionsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListAncestorsRequest(_message.Message):
    __slots__ = ("institution_id", "tree", "on_date")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    tree: str
    on_date: _date_pb2.Date
    def __init__(self, institution_id: _Optional[str] = ..., tree: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListAncestorsResponse(_message.Message):
    __slots__ = ("institutions",)
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    institutions: _containers.RepeatedCompositeFieldContainer[Institution]
    def __init__(self, institutions: _Optional[_Iterable[_Union[Institution, _Mapping]]] = ...) -> None: ...

class ListInstitutionChangesRequest(_message.Message):
    __slots__ = ("institution_id", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class InstitutionChangeRecord(_message.Message):
    __slots__ = ("change_id", "kind", "recorded_at", "provenance", "before_json", "after_json")
    CHANGE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    BEFORE_JSON_FIELD_NUMBER: _ClassVar[int]
    AFTER_JSON_FIELD_NUMBER: _ClassVar[int]
    change_id: str
    kind: InstitutionChangeKind
    recorded_at: _timestamp_pb2.Timestamp
    provenance: _provenance_pb2.Provenance
    before_json: str
    after_json: str
    def __init__(self, change_id: _Optional[str] = ..., kind: _Optional[_Union[InstitutionChangeKind, str]] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., before_json: _Optional[str] = ..., after_json: _Optional[str] = ...) -> None: ...

class ListInstitutionChangesResponse(_message.Message):
    __slots__ = ("changes", "next_page_token")
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    changes: _containers.RepeatedCompositeFieldContainer[InstitutionChangeRecord]
    next_page_token: str
    def __init__(self, changes: _Optional[_Iterable[_Union[InstitutionChangeRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListAffiliationsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Affiliation(_message.Message):
    __slots__ = ("affiliation_code", "name_th", "name_en", "partner_kinds", "provenance")
    AFFILIATION_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    NAME_EN_FIELD_NUMBER: _ClassVar[int]
    PARTNER_KINDS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    affiliation_code: str
    name_th: str
    name_en: str
    partner_kinds: _containers.RepeatedScalarFieldContainer[InstitutionKind]
    provenance: _provenance_pb2.Provenance
    def __init__(self, affiliation_code: _Optional[str] = ..., name_th: _Optional[str] = ..., name_en: _Optional[str] = ..., partner_kinds: _Optional[_Iterable[_Union[InstitutionKind, str]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListAffiliationsResponse(_message.Message):
    __slots__ = ("affiliations",)
    AFFILIATIONS_FIELD_NUMBER: _ClassVar[int]
    affiliations: _containers.RepeatedCompositeFieldContainer[Affiliation]
    def __init__(self, affiliations: _Optional[_Iterable[_Union[Affiliation, _Mapping]]] = ...) -> None: ...

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
    __slots__ = ("kinds", "parent_institution_id", "codes", "on_date", "page_size", "page_token", "tree", "within_institution_id", "text", "province_code", "is_open_only")
    KINDS_FIELD_NUMBER: _ClassVar[int]
    PARENT_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    CODES_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    WITHIN_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TEXT_FIELD_NUMBER: _ClassVar[int]
    PROVINCE_CODE_FIELD_NUMBER: _ClassVar[int]
    IS_OPEN_ONLY_FIELD_NUMBER: _ClassVar[int]
    kinds: _containers.RepeatedScalarFieldContainer[InstitutionKind]
    parent_institution_id: str
    codes: _containers.RepeatedScalarFieldContainer[str]
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    tree: str
    within_institution_id: str
    text: str
    province_code: str
    is_open_only: bool
    def __init__(self, kinds: _Optional[_Iterable[_Union[InstitutionKind, str]]] = ..., parent_institution_id: _Optional[str] = ..., codes: _Optional[_Iterable[str]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., tree: _Optional[str] = ..., within_institution_id: _Optional[str] = ..., text: _Optional[str] = ..., province_code: _Optional[str] = ..., is_open_only: _Optional[bool] = ...) -> None: ...

class ListInstitutionsResponse(_message.Message):
    __slots__ = ("institutions", "next_page_token")
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institutions: _containers.RepeatedCompositeFieldContainer[Institution]
    next_page_token: str
    def __init__(self, institutions: _Optional[_Iterable[_Union[Institution, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
