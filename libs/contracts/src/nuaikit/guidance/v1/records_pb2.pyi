import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.guidance.v1 import activities_pb2 as _activities_pb2
from nuaikit.guidance.v1 import screenings_pb2 as _screenings_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class RecognisedLearning(_message.Message):
    __slots__ = ("source_id", "kind", "course_code", "course_title_th", "credits", "qualification_code", "institution_id", "recognised_at")
    SOURCE_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    COURSE_CODE_FIELD_NUMBER: _ClassVar[int]
    COURSE_TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    CREDITS_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_AT_FIELD_NUMBER: _ClassVar[int]
    source_id: str
    kind: str
    course_code: str
    course_title_th: str
    credits: _credit_pb2.CreditAmount
    qualification_code: str
    institution_id: str
    recognised_at: _timestamp_pb2.Timestamp
    def __init__(self, source_id: _Optional[str] = ..., kind: _Optional[str] = ..., course_code: _Optional[str] = ..., course_title_th: _Optional[str] = ..., credits: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ..., qualification_code: _Optional[str] = ..., institution_id: _Optional[str] = ..., recognised_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetGuidanceRecordRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class GetGuidanceRecordResponse(_message.Message):
    __slots__ = ("learner_id", "recognised_learning", "screenings", "activities")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RECOGNISED_LEARNING_FIELD_NUMBER: _ClassVar[int]
    SCREENINGS_FIELD_NUMBER: _ClassVar[int]
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    recognised_learning: _containers.RepeatedCompositeFieldContainer[RecognisedLearning]
    screenings: _containers.RepeatedCompositeFieldContainer[_screenings_pb2.Screening]
    activities: _containers.RepeatedCompositeFieldContainer[_activities_pb2.Activity]
    def __init__(self, learner_id: _Optional[str] = ..., recognised_learning: _Optional[_Iterable[_Union[RecognisedLearning, _Mapping]]] = ..., screenings: _Optional[_Iterable[_Union[_screenings_pb2.Screening, _Mapping]]] = ..., activities: _Optional[_Iterable[_Union[_activities_pb2.Activity, _Mapping]]] = ...) -> None: ...
