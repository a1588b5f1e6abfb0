import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Informant(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    INFORMANT_UNSPECIFIED: _ClassVar[Informant]
    INFORMANT_TEACHER: _ClassVar[Informant]
    INFORMANT_GUARDIAN: _ClassVar[Informant]
    INFORMANT_SELF: _ClassVar[Informant]

class CareGroup(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CARE_GROUP_UNSPECIFIED: _ClassVar[CareGroup]
    CARE_GROUP_NORMAL: _ClassVar[CareGroup]
    CARE_GROUP_RISK: _ClassVar[CareGroup]
    CARE_GROUP_PROBLEM: _ClassVar[CareGroup]

class GroupSource(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GROUP_SOURCE_UNSPECIFIED: _ClassVar[GroupSource]
    GROUP_SOURCE_TEACHER_JUDGEMENT: _ClassVar[GroupSource]
    GROUP_SOURCE_SHH_IMPORT: _ClassVar[GroupSource]
    GROUP_SOURCE_COMPUTED: _ClassVar[GroupSource]
INFORMANT_UNSPECIFIED: Informant
INFORMANT_TEACHER: Informant
INFORMANT_GUARDIAN: Informant
INFORMANT_SELF: Informant
CARE_GROUP_UNSPECIFIED: CareGroup
CARE_GROUP_NORMAL: CareGroup
CARE_GROUP_RISK: CareGroup
CARE_GROUP_PROBLEM: CareGroup
GROUP_SOURCE_UNSPECIFIED: GroupSource
GROUP_SOURCE_TEACHER_JUDGEMENT: GroupSource
GROUP_SOURCE_SHH_IMPORT: GroupSource
GROUP_SOURCE_COMPUTED: GroupSource

class Answer(_message.Message):
    __slots__ = ("item_no", "value")
    ITEM_NO_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    item_no: int
    value: int
    def __init__(self, item_no: _Optional[int] = ..., value: _Optional[int] = ...) -> None: ...

class ScreeningInput(_message.Message):
    __slots__ = ("learner_id", "instrument_code", "instrument_version", "informant", "year_be", "term", "observed_on", "answers", "judged_group", "client_id")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_CODE_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    INFORMANT_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_ON_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    JUDGED_GROUP_FIELD_NUMBER: _ClassVar[int]
    CLIENT_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    instrument_code: str
    instrument_version: str
    informant: Informant
    year_be: int
    term: int
    observed_on: _date_pb2.Date
    answers: _containers.RepeatedCompositeFieldContainer[Answer]
    judged_group: CareGroup
    client_id: str
    def __init__(self, learner_id: _Optional[str] = ..., instrument_code: _Optional[str] = ..., instrument_version: _Optional[str] = ..., informant: _Optional[_Union[Informant, str]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., observed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., answers: _Optional[_Iterable[_Union[Answer, _Mapping]]] = ..., judged_group: _Optional[_Union[CareGroup, str]] = ..., client_id: _Optional[str] = ...) -> None: ...

class RecordScreeningsRequest(_message.Message):
    __slots__ = ("request_id", "screenings")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SCREENINGS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    screenings: _containers.RepeatedCompositeFieldContainer[ScreeningInput]
    def __init__(self, request_id: _Optional[str] = ..., screenings: _Optional[_Iterable[_Union[ScreeningInput, _Mapping]]] = ...) -> None: ...

class RecordScreeningsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Screening(_message.Message):
    __slots__ = ("screening_id", "instrument_code", "instrument_version", "instrument_status", "informant", "observed_on", "submitted_at", "group", "group_source", "answered_item_count")
    SCREENING_ID_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_CODE_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_STATUS_FIELD_NUMBER: _ClassVar[int]
    INFORMANT_FIELD_NUMBER: _ClassVar[int]
    OBSERVED_ON_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    GROUP_SOURCE_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_ITEM_COUNT_FIELD_NUMBER: _ClassVar[int]
    screening_id: str
    instrument_code: str
    instrument_version: str
    instrument_status: str
    informant: Informant
    observed_on: _date_pb2.Date
    submitted_at: _timestamp_pb2.Timestamp
    group: CareGroup
    group_source: GroupSource
    answered_item_count: int
    def __init__(self, screening_id: _Optional[str] = ..., instrument_code: _Optional[str] = ..., instrument_version: _Optional[str] = ..., instrument_status: _Optional[str] = ..., informant: _Optional[_Union[Informant, str]] = ..., observed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., group: _Optional[_Union[CareGroup, str]] = ..., group_source: _Optional[_Union[GroupSource, str]] = ..., answered_item_count: _Optional[int] = ...) -> None: ...
