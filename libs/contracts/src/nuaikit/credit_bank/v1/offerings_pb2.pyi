import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2 as _catalogue_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class Survey(_message.Message):
    __slots__ = ("survey_id", "institution_id", "kind", "title_th", "year_be", "term", "courses", "items", "opens_on", "closes_on", "is_closed", "provenance")
    SURVEY_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    COURSES_FIELD_NUMBER: _ClassVar[int]
    ITEMS_FIELD_NUMBER: _ClassVar[int]
    OPENS_ON_FIELD_NUMBER: _ClassVar[int]
    CLOSES_ON_FIELD_NUMBER: _ClassVar[int]
    IS_CLOSED_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    survey_id: str
    institution_id: str
    kind: str
    title_th: str
    year_be: int
    term: int
    courses: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    items: _containers.RepeatedScalarFieldContainer[str]
    opens_on: _date_pb2.Date
    closes_on: _date_pb2.Date
    is_closed: bool
    provenance: _provenance_pb2.Provenance
    def __init__(self, survey_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., kind: _Optional[str] = ..., title_th: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., courses: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., items: _Optional[_Iterable[str]] = ..., opens_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., closes_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_closed: _Optional[bool] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class OpenSurveysRequest(_message.Message):
    __slots__ = ("request_id", "surveys")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SURVEYS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    surveys: _containers.RepeatedCompositeFieldContainer[Survey]
    def __init__(self, request_id: _Optional[str] = ..., surveys: _Optional[_Iterable[_Union[Survey, _Mapping]]] = ...) -> None: ...

class OpenSurveysResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class CloseSurveysRequest(_message.Message):
    __slots__ = ("request_id", "survey_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    SURVEY_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    survey_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., survey_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class CloseSurveysResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class SurveyAnswer(_message.Message):
    __slots__ = ("survey_id", "learner_id", "choices", "ready_items", "readiness")
    SURVEY_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    READY_ITEMS_FIELD_NUMBER: _ClassVar[int]
    READINESS_FIELD_NUMBER: _ClassVar[int]
    survey_id: str
    learner_id: str
    choices: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    ready_items: _containers.RepeatedScalarFieldContainer[str]
    readiness: str
    def __init__(self, survey_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., choices: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., ready_items: _Optional[_Iterable[str]] = ..., readiness: _Optional[str] = ...) -> None: ...

class AnswerSurveysRequest(_message.Message):
    __slots__ = ("request_id", "answers")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    answers: _containers.RepeatedCompositeFieldContainer[SurveyAnswer]
    def __init__(self, request_id: _Optional[str] = ..., answers: _Optional[_Iterable[_Union[SurveyAnswer, _Mapping]]] = ...) -> None: ...

class AnswerSurveysResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListSurveysRequest(_message.Message):
    __slots__ = ("kind", "is_open_only", "page_size", "page_token")
    KIND_FIELD_NUMBER: _ClassVar[int]
    IS_OPEN_ONLY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    kind: str
    is_open_only: bool
    page_size: int
    page_token: str
    def __init__(self, kind: _Optional[str] = ..., is_open_only: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListSurveysResponse(_message.Message):
    __slots__ = ("surveys", "next_page_token")
    SURVEYS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    surveys: _containers.RepeatedCompositeFieldContainer[Survey]
    next_page_token: str
    def __init__(self, surveys: _Optional[_Iterable[_Union[Survey, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class GetSurveyResultRequest(_message.Message):
    __slots__ = ("survey_id",)
    SURVEY_ID_FIELD_NUMBER: _ClassVar[int]
    survey_id: str
    def __init__(self, survey_id: _Optional[str] = ...) -> None: ...

class CourseDemand(_message.Message):
    __slots__ = ("course", "first_choices", "choices")
    COURSE_FIELD_NUMBER: _ClassVar[int]
    FIRST_CHOICES_FIELD_NUMBER: _ClassVar[int]
    CHOICES_FIELD_NUMBER: _ClassVar[int]
    course: _catalogue_pb2.CourseKey
    first_choices: int
    choices: int
    def __init__(self, course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., first_choices: _Optional[int] = ..., choices: _Optional[int] = ...) -> None: ...

class GetSurveyResultResponse(_message.Message):
    __slots__ = ("survey", "answer_count", "demand", "ready_items", "missing_items", "readiness", "answered_at")
    SURVEY_FIELD_NUMBER: _ClassVar[int]
    ANSWER_COUNT_FIELD_NUMBER: _ClassVar[int]
    DEMAND_FIELD_NUMBER: _ClassVar[int]
    READY_ITEMS_FIELD_NUMBER: _ClassVar[int]
    MISSING_ITEMS_FIELD_NUMBER: _ClassVar[int]
    READINESS_FIELD_NUMBER: _ClassVar[int]
    ANSWERED_AT_FIELD_NUMBER: _ClassVar[int]
    survey: Survey
    answer_count: int
    demand: _containers.RepeatedCompositeFieldContainer[CourseDemand]
    ready_items: _containers.RepeatedScalarFieldContainer[str]
    missing_items: _containers.RepeatedScalarFieldContainer[str]
    readiness: str
    answered_at: _timestamp_pb2.Timestamp
    def __init__(self, survey: _Optional[_Union[Survey, _Mapping]] = ..., answer_count: _Optional[int] = ..., demand: _Optional[_Iterable[_Union[CourseDemand, _Mapping]]] = ..., ready_items: _Optional[_Iterable[str]] = ..., missing_items: _Optional[_Iterable[str]] = ..., readiness: _Optional[str] = ..., answered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class WeeklyTime(_message.Message):
    __slots__ = ("time_id", "institution_id", "offering_id", "class_institution_id", "grade_label", "classroom", "weekday", "starts_minute", "ends_minute", "first_on", "last_on")
    TIME_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    CLASS_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    CLASSROOM_FIELD_NUMBER: _ClassVar[int]
    WEEKDAY_FIELD_NUMBER: _ClassVar[int]
    STARTS_MINUTE_FIELD_NUMBER: _ClassVar[int]
    ENDS_MINUTE_FIELD_NUMBER: _ClassVar[int]
    FIRST_ON_FIELD_NUMBER: _ClassVar[int]
    LAST_ON_FIELD_NUMBER: _ClassVar[int]
    time_id: str
    institution_id: str
    offering_id: str
    class_institution_id: str
    grade_label: str
    classroom: str
    weekday: int
    starts_minute: int
    ends_minute: int
    first_on: _date_pb2.Date
    last_on: _date_pb2.Date
    def __init__(self, time_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., offering_id: _Optional[str] = ..., class_institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., classroom: _Optional[str] = ..., weekday: _Optional[int] = ..., starts_minute: _Optional[int] = ..., ends_minute: _Optional[int] = ..., first_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., last_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class SetWeeklyTimesRequest(_message.Message):
    __slots__ = ("request_id", "times", "remove_time_ids")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    TIMES_FIELD_NUMBER: _ClassVar[int]
    REMOVE_TIME_IDS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    times: _containers.RepeatedCompositeFieldContainer[WeeklyTime]
    remove_time_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, request_id: _Optional[str] = ..., times: _Optional[_Iterable[_Union[WeeklyTime, _Mapping]]] = ..., remove_time_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class SetWeeklyTimesResponse(_message.Message):
    __slots__ = ("outcomes", "clashes")
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    CLASHES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    clashes: _containers.RepeatedCompositeFieldContainer[TimeClash]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ..., clashes: _Optional[_Iterable[_Union[TimeClash, _Mapping]]] = ...) -> None: ...

class TimeClash(_message.Message):
    __slots__ = ("first", "second", "first_meets_on")
    FIRST_FIELD_NUMBER: _ClassVar[int]
    SECOND_FIELD_NUMBER: _ClassVar[int]
    FIRST_MEETS_ON_FIELD_NUMBER: _ClassVar[int]
    first: WeeklyTime
    second: WeeklyTime
    first_meets_on: _date_pb2.Date
    def __init__(self, first: _Optional[_Union[WeeklyTime, _Mapping]] = ..., second: _Optional[_Union[WeeklyTime, _Mapping]] = ..., first_meets_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListWeeklyTimesRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListWeeklyTimesResponse(_message.Message):
    __slots__ = ("times", "next_page_token")
    TIMES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    times: _containers.RepeatedCompositeFieldContainer[WeeklyTime]
    next_page_token: str
    def __init__(self, times: _Optional[_Iterable[_Union[WeeklyTime, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListTimeClashesRequest(_message.Message):
    __slots__ = ("from_date",)
    FROM_DATE_FIELD_NUMBER: _ClassVar[int]
    from_date: _date_pb2.Date
    def __init__(self, from_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListTimeClashesResponse(_message.Message):
    __slots__ = ("clashes",)
    CLASHES_FIELD_NUMBER: _ClassVar[int]
    clashes: _containers.RepeatedCompositeFieldContainer[TimeClash]
    def __init__(self, clashes: _Optional[_Iterable[_Union[TimeClash, _Mapping]]] = ...) -> None: ...
