import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nuaikit.guidance.v1 import activities_pb2 as _activities_pb2
from nuaikit.guidance.v1 import screenings_pb2 as _screenings_pb2
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ScreeningSubmitted(_message.Message):
    __slots__ = ("screening_id", "learner_id", "institution_id", "instrument_code", "instrument_version", "informant", "group", "group_source", "year_be", "term", "submitted_at")
    SCREENING_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_CODE_FIELD_NUMBER: _ClassVar[int]
    INSTRUMENT_VERSION_FIELD_NUMBER: _ClassVar[int]
    INFORMANT_FIELD_NUMBER: _ClassVar[int]
    GROUP_FIELD_NUMBER: _ClassVar[int]
    GROUP_SOURCE_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    SUBMITTED_AT_FIELD_NUMBER: _ClassVar[int]
    screening_id: str
    learner_id: str
    institution_id: str
    instrument_code: str
    instrument_version: str
    informant: _screenings_pb2.Informant
    group: _screenings_pb2.CareGroup
    group_source: _screenings_pb2.GroupSource
    year_be: int
    term: int
    submitted_at: _timestamp_pb2.Timestamp
    def __init__(self, screening_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., instrument_code: _Optional[str] = ..., instrument_version: _Optional[str] = ..., informant: _Optional[_Union[_screenings_pb2.Informant, str]] = ..., group: _Optional[_Union[_screenings_pb2.CareGroup, str]] = ..., group_source: _Optional[_Union[_screenings_pb2.GroupSource, str]] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., submitted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GuidanceActivityAttended(_message.Message):
    __slots__ = ("activity_id", "learner_id", "institution_id", "scope", "service_kind", "duration_minutes", "recorded_at")
    ACTIVITY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_KIND_FIELD_NUMBER: _ClassVar[int]
    DURATION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    activity_id: str
    learner_id: str
    institution_id: str
    scope: _activities_pb2.GuidanceScope
    service_kind: _activities_pb2.GuidanceServiceKind
    duration_minutes: int
    recorded_at: _timestamp_pb2.Timestamp
    def __init__(self, activity_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., scope: _Optional[_Union[_activities_pb2.GuidanceScope, str]] = ..., service_kind: _Optional[_Union[_activities_pb2.GuidanceServiceKind, str]] = ..., duration_minutes: _Optional[int] = ..., recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...
