from google.type import date_pb2 as _date_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from nuaikit.student_registry.v1 import institutions_pb2 as _institutions_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PopulationDimension(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    POPULATION_DIMENSION_UNSPECIFIED: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_INSTITUTION: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_LEVEL: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_GRADE: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_SEX: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_DELIVERY_SYSTEM: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_ROLE: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_STATUS: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_GROUP: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_NATIONALITY: _ClassVar[PopulationDimension]
    POPULATION_DIMENSION_G_STATUS: _ClassVar[PopulationDimension]
POPULATION_DIMENSION_UNSPECIFIED: PopulationDimension
POPULATION_DIMENSION_INSTITUTION: PopulationDimension
POPULATION_DIMENSION_LEVEL: PopulationDimension
POPULATION_DIMENSION_GRADE: PopulationDimension
POPULATION_DIMENSION_SEX: PopulationDimension
POPULATION_DIMENSION_DELIVERY_SYSTEM: PopulationDimension
POPULATION_DIMENSION_ROLE: PopulationDimension
POPULATION_DIMENSION_STATUS: PopulationDimension
POPULATION_DIMENSION_GROUP: PopulationDimension
POPULATION_DIMENSION_NATIONALITY: PopulationDimension
POPULATION_DIMENSION_G_STATUS: PopulationDimension

class CountPopulationRequest(_message.Message):
    __slots__ = ("institution_id", "tree", "dimensions", "on_date", "roles", "institution_kinds", "with_unenrolled")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    DIMENSIONS_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    ROLES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_KINDS_FIELD_NUMBER: _ClassVar[int]
    WITH_UNENROLLED_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    tree: str
    dimensions: _containers.RepeatedScalarFieldContainer[PopulationDimension]
    on_date: _date_pb2.Date
    roles: _containers.RepeatedScalarFieldContainer[_enrolments_pb2.EnrolmentRole]
    institution_kinds: _containers.RepeatedScalarFieldContainer[_institutions_pb2.InstitutionKind]
    with_unenrolled: bool
    def __init__(self, institution_id: _Optional[str] = ..., tree: _Optional[str] = ..., dimensions: _Optional[_Iterable[_Union[PopulationDimension, str]]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., roles: _Optional[_Iterable[_Union[_enrolments_pb2.EnrolmentRole, str]]] = ..., institution_kinds: _Optional[_Iterable[_Union[_institutions_pb2.InstitutionKind, str]]] = ..., with_unenrolled: _Optional[bool] = ...) -> None: ...

class PopulationCell(_message.Message):
    __slots__ = ("values", "count", "is_hidden")
    VALUES_FIELD_NUMBER: _ClassVar[int]
    COUNT_FIELD_NUMBER: _ClassVar[int]
    IS_HIDDEN_FIELD_NUMBER: _ClassVar[int]
    values: _containers.RepeatedScalarFieldContainer[str]
    count: int
    is_hidden: bool
    def __init__(self, values: _Optional[_Iterable[str]] = ..., count: _Optional[int] = ..., is_hidden: _Optional[bool] = ...) -> None: ...

class SuppressionRule(_message.Message):
    __slots__ = ("smallest_shown", "version", "source", "status")
    SMALLEST_SHOWN_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    smallest_shown: int
    version: str
    source: str
    status: str
    def __init__(self, smallest_shown: _Optional[int] = ..., version: _Optional[str] = ..., source: _Optional[str] = ..., status: _Optional[str] = ...) -> None: ...

class CountPopulationResponse(_message.Message):
    __slots__ = ("institution_id", "tree", "on_date", "total", "cells", "suppression", "institutions", "numerator_th", "denominator_th", "source_th", "data_statuses", "is_withheld")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    TREE_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    CELLS_FIELD_NUMBER: _ClassVar[int]
    SUPPRESSION_FIELD_NUMBER: _ClassVar[int]
    INSTITUTIONS_FIELD_NUMBER: _ClassVar[int]
    NUMERATOR_TH_FIELD_NUMBER: _ClassVar[int]
    DENOMINATOR_TH_FIELD_NUMBER: _ClassVar[int]
    SOURCE_TH_FIELD_NUMBER: _ClassVar[int]
    DATA_STATUSES_FIELD_NUMBER: _ClassVar[int]
    IS_WITHHELD_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    tree: str
    on_date: _date_pb2.Date
    total: int
    cells: _containers.RepeatedCompositeFieldContainer[PopulationCell]
    suppression: SuppressionRule
    institutions: int
    numerator_th: str
    denominator_th: str
    source_th: str
    data_statuses: _containers.RepeatedScalarFieldContainer[str]
    is_withheld: bool
    def __init__(self, institution_id: _Optional[str] = ..., tree: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., total: _Optional[int] = ..., cells: _Optional[_Iterable[_Union[PopulationCell, _Mapping]]] = ..., suppression: _Optional[_Union[SuppressionRule, _Mapping]] = ..., institutions: _Optional[int] = ..., numerator_th: _Optional[str] = ..., denominator_th: _Optional[str] = ..., source_th: _Optional[str] = ..., data_statuses: _Optional[_Iterable[str]] = ..., is_withheld: _Optional[bool] = ...) -> None: ...
