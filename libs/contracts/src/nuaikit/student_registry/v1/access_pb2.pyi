from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import access_pb2 as _access_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ListAccessRequest(_message.Message):
    __slots__ = ("learner_id", "page_size", "page_token")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    page_size: int
    page_token: str
    def __init__(self, learner_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAccessResponse(_message.Message):
    __slots__ = ("records", "next_page_token")
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[_access_pb2.AccessRecord]
    next_page_token: str
    def __init__(self, records: _Optional[_Iterable[_Union[_access_pb2.AccessRecord, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListProcessingRecordsRequest(_message.Message):
    __slots__ = ("on_date",)
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    on_date: _date_pb2.Date
    def __init__(self, on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ProcessingRecord(_message.Message):
    __slots__ = ("activity_code", "name_th", "purpose_th", "legal_basis_th", "subjects_th", "data_th", "recipients_th", "retention_th", "protection_th", "is_sensitive", "provenance")
    ACTIVITY_CODE_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_TH_FIELD_NUMBER: _ClassVar[int]
    LEGAL_BASIS_TH_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_TH_FIELD_NUMBER: _ClassVar[int]
    DATA_TH_FIELD_NUMBER: _ClassVar[int]
    RECIPIENTS_TH_FIELD_NUMBER: _ClassVar[int]
    RETENTION_TH_FIELD_NUMBER: _ClassVar[int]
    PROTECTION_TH_FIELD_NUMBER: _ClassVar[int]
    IS_SENSITIVE_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    activity_code: str
    name_th: str
    purpose_th: str
    legal_basis_th: str
    subjects_th: str
    data_th: str
    recipients_th: str
    retention_th: str
    protection_th: str
    is_sensitive: bool
    provenance: _provenance_pb2.Provenance
    def __init__(self, activity_code: _Optional[str] = ..., name_th: _Optional[str] = ..., purpose_th: _Optional[str] = ..., legal_basis_th: _Optional[str] = ..., subjects_th: _Optional[str] = ..., data_th: _Optional[str] = ..., recipients_th: _Optional[str] = ..., retention_th: _Optional[str] = ..., protection_th: _Optional[str] = ..., is_sensitive: _Optional[bool] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ListProcessingRecordsResponse(_message.Message):
    __slots__ = ("records",)
    RECORDS_FIELD_NUMBER: _ClassVar[int]
    records: _containers.RepeatedCompositeFieldContainer[ProcessingRecord]
    def __init__(self, records: _Optional[_Iterable[_Union[ProcessingRecord, _Mapping]]] = ...) -> None: ...
