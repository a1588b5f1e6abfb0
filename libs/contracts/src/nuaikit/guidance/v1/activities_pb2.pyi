from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class GuidanceScope(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUIDANCE_SCOPE_UNSPECIFIED: _ClassVar[GuidanceScope]
    GUIDANCE_SCOPE_EDUCATION: _ClassVar[GuidanceScope]
    GUIDANCE_SCOPE_CAREER: _ClassVar[GuidanceScope]
    GUIDANCE_SCOPE_PERSONAL_SOCIAL: _ClassVar[GuidanceScope]

class GuidanceServiceKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    GUIDANCE_SERVICE_KIND_UNSPECIFIED: _ClassVar[GuidanceServiceKind]
    GUIDANCE_SERVICE_KIND_INVENTORY: _ClassVar[GuidanceServiceKind]
    GUIDANCE_SERVICE_KIND_INFORMATION: _ClassVar[GuidanceServiceKind]
    GUIDANCE_SERVICE_KIND_COUNSELLING: _ClassVar[GuidanceServiceKind]
    GUIDANCE_SERVICE_KIND_PLACEMENT: _ClassVar[GuidanceServiceKind]
    GUIDANCE_SERVICE_KIND_FOLLOW_UP: _ClassVar[GuidanceServiceKind]
GUIDANCE_SCOPE_UNSPECIFIED: GuidanceScope
GUIDANCE_SCOPE_EDUCATION: GuidanceScope
GUIDANCE_SCOPE_CAREER: GuidanceScope
GUIDANCE_SCOPE_PERSONAL_SOCIAL: GuidanceScope
GUIDANCE_SERVICE_KIND_UNSPECIFIED: GuidanceServiceKind
GUIDANCE_SERVICE_KIND_INVENTORY: GuidanceServiceKind
GUIDANCE_SERVICE_KIND_INFORMATION: GuidanceServiceKind
GUIDANCE_SERVICE_KIND_COUNSELLING: GuidanceServiceKind
GUIDANCE_SERVICE_KIND_PLACEMENT: GuidanceServiceKind
GUIDANCE_SERVICE_KIND_FOLLOW_UP: GuidanceServiceKind

class ActivityInput(_message.Message):
    __slots__ = ("reference", "scope", "service_kind", "title_th", "held_on", "duration_minutes", "attended_learner_ids")
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    HELD_ON_FIELD_NUMBER: _ClassVar[int]
    DURATION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    ATTENDED_LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    reference: str
    scope: GuidanceScope
    service_kind: GuidanceServiceKind
    title_th: str
    held_on: _date_pb2.Date
    duration_minutes: int
    attended_learner_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, reference: _Optional[str] = ..., scope: _Optional[_Union[GuidanceScope, str]] = ..., service_kind: _Optional[_Union[GuidanceServiceKind, str]] = ..., title_th: _Optional[str] = ..., held_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., duration_minutes: _Optional[int] = ..., attended_learner_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class RecordActivitiesRequest(_message.Message):
    __slots__ = ("request_id", "activities")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ACTIVITIES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    activities: _containers.RepeatedCompositeFieldContainer[ActivityInput]
    def __init__(self, request_id: _Optional[str] = ..., activities: _Optional[_Iterable[_Union[ActivityInput, _Mapping]]] = ...) -> None: ...

class RecordActivitiesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Activity(_message.Message):
    __slots__ = ("activity_id", "scope", "service_kind", "title_th", "held_on", "duration_minutes")
    ACTIVITY_ID_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    SERVICE_KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    HELD_ON_FIELD_NUMBER: _ClassVar[int]
    DURATION_MINUTES_FIELD_NUMBER: _ClassVar[int]
    activity_id: str
    scope: GuidanceScope
    service_kind: GuidanceServiceKind
    title_th: str
    held_on: _date_pb2.Date
    duration_minutes: int
    def __init__(self, activity_id: _Optional[str] = ..., scope: _Optional[_Union[GuidanceScope, str]] = ..., service_kind: _Optional[_Union[GuidanceServiceKind, str]] = ..., title_th: _Optional[str] = ..., held_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., duration_minutes: _Optional[int] = ...) -> None: ...
