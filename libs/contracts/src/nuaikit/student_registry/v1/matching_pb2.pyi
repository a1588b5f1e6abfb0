import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import learners_pb2 as _learners_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class CandidateState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANDIDATE_STATE_UNSPECIFIED: _ClassVar[CandidateState]
    CANDIDATE_STATE_OPEN: _ClassVar[CandidateState]
    CANDIDATE_STATE_LATER: _ClassVar[CandidateState]
    CANDIDATE_STATE_SAME: _ClassVar[CandidateState]
    CANDIDATE_STATE_DIFFERENT: _ClassVar[CandidateState]

class CandidateOrigin(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    CANDIDATE_ORIGIN_UNSPECIFIED: _ClassVar[CandidateOrigin]
    CANDIDATE_ORIGIN_PROBABLE: _ClassVar[CandidateOrigin]
    CANDIDATE_ORIGIN_REPORTED: _ClassVar[CandidateOrigin]
    CANDIDATE_ORIGIN_IDENTIFIERS: _ClassVar[CandidateOrigin]

class MergeSide(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    MERGE_SIDE_UNSPECIFIED: _ClassVar[MergeSide]
    MERGE_SIDE_SURVIVING: _ClassVar[MergeSide]
    MERGE_SIDE_MERGED: _ClassVar[MergeSide]
CANDIDATE_STATE_UNSPECIFIED: CandidateState
CANDIDATE_STATE_OPEN: CandidateState
CANDIDATE_STATE_LATER: CandidateState
CANDIDATE_STATE_SAME: CandidateState
CANDIDATE_STATE_DIFFERENT: CandidateState
CANDIDATE_ORIGIN_UNSPECIFIED: CandidateOrigin
CANDIDATE_ORIGIN_PROBABLE: CandidateOrigin
CANDIDATE_ORIGIN_REPORTED: CandidateOrigin
CANDIDATE_ORIGIN_IDENTIFIERS: CandidateOrigin
MERGE_SIDE_UNSPECIFIED: MergeSide
MERGE_SIDE_SURVIVING: MergeSide
MERGE_SIDE_MERGED: MergeSide

class MatchContribution(_message.Message):
    __slots__ = ("comparison", "outcome", "points_hundredths", "comparison_th", "outcome_th")
    COMPARISON_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_FIELD_NUMBER: _ClassVar[int]
    POINTS_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    COMPARISON_TH_FIELD_NUMBER: _ClassVar[int]
    OUTCOME_TH_FIELD_NUMBER: _ClassVar[int]
    comparison: str
    outcome: str
    points_hundredths: int
    comparison_th: str
    outcome_th: str
    def __init__(self, comparison: _Optional[str] = ..., outcome: _Optional[str] = ..., points_hundredths: _Optional[int] = ..., comparison_th: _Optional[str] = ..., outcome_th: _Optional[str] = ...) -> None: ...

class MatchCandidate(_message.Message):
    __slots__ = ("candidate_id", "one_learner_id", "other_learner_id", "origin", "score_hundredths", "is_strong", "weights_version", "contributions", "state", "found_at", "decided_at")
    CANDIDATE_ID_FIELD_NUMBER: _ClassVar[int]
    ONE_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ORIGIN_FIELD_NUMBER: _ClassVar[int]
    SCORE_HUNDREDTHS_FIELD_NUMBER: _ClassVar[int]
    IS_STRONG_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_VERSION_FIELD_NUMBER: _ClassVar[int]
    CONTRIBUTIONS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FOUND_AT_FIELD_NUMBER: _ClassVar[int]
    DECIDED_AT_FIELD_NUMBER: _ClassVar[int]
    candidate_id: str
    one_learner_id: str
    other_learner_id: str
    origin: CandidateOrigin
    score_hundredths: int
    is_strong: bool
    weights_version: str
    contributions: _containers.RepeatedCompositeFieldContainer[MatchContribution]
    state: CandidateState
    found_at: _timestamp_pb2.Timestamp
    decided_at: _timestamp_pb2.Timestamp
    def __init__(self, candidate_id: _Optional[str] = ..., one_learner_id: _Optional[str] = ..., other_learner_id: _Optional[str] = ..., origin: _Optional[_Union[CandidateOrigin, str]] = ..., score_hundredths: _Optional[int] = ..., is_strong: _Optional[bool] = ..., weights_version: _Optional[str] = ..., contributions: _Optional[_Iterable[_Union[MatchContribution, _Mapping]]] = ..., state: _Optional[_Union[CandidateState, str]] = ..., found_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., decided_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ComparedLearner(_message.Message):
    __slots__ = ("learner_id", "name", "birth_date", "birth_date_precision", "sex", "identifiers", "registrar_institution_id", "institution_ids")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_PRECISION_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    name: _learners_pb2.PersonName
    birth_date: _date_pb2.Date
    birth_date_precision: _learners_pb2.DatePrecision
    sex: _learners_pb2.Sex
    identifiers: _containers.RepeatedCompositeFieldContainer[_learners_pb2.IdentifierView]
    registrar_institution_id: str
    institution_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, learner_id: _Optional[str] = ..., name: _Optional[_Union[_learners_pb2.PersonName, _Mapping]] = ..., birth_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., birth_date_precision: _Optional[_Union[_learners_pb2.DatePrecision, str]] = ..., sex: _Optional[_Union[_learners_pb2.Sex, str]] = ..., identifiers: _Optional[_Iterable[_Union[_learners_pb2.IdentifierView, _Mapping]]] = ..., registrar_institution_id: _Optional[str] = ..., institution_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class FindCandidatesRequest(_message.Message):
    __slots__ = ("request_id", "institution_id", "learner_ids", "page_token")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    institution_id: str
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    page_token: str
    def __init__(self, request_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., learner_ids: _Optional[_Iterable[str]] = ..., page_token: _Optional[str] = ...) -> None: ...

class FindCandidatesResponse(_message.Message):
    __slots__ = ("compared", "found", "next_page_token")
    COMPARED_FIELD_NUMBER: _ClassVar[int]
    FOUND_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    compared: int
    found: int
    next_page_token: str
    def __init__(self, compared: _Optional[int] = ..., found: _Optional[int] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ReportedPair(_message.Message):
    __slots__ = ("one_learner_id", "other_learner_id")
    ONE_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    OTHER_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    one_learner_id: str
    other_learner_id: str
    def __init__(self, one_learner_id: _Optional[str] = ..., other_learner_id: _Optional[str] = ...) -> None: ...

class ReportCandidatesRequest(_message.Message):
    __slots__ = ("request_id", "pairs")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PAIRS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    pairs: _containers.RepeatedCompositeFieldContainer[ReportedPair]
    def __init__(self, request_id: _Optional[str] = ..., pairs: _Optional[_Iterable[_Union[ReportedPair, _Mapping]]] = ...) -> None: ...

class ReportCandidatesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListCandidatesRequest(_message.Message):
    __slots__ = ("states", "institution_id", "page_size", "page_token")
    STATES_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[CandidateState]
    institution_id: str
    page_size: int
    page_token: str
    def __init__(self, states: _Optional[_Iterable[_Union[CandidateState, str]]] = ..., institution_id: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCandidatesResponse(_message.Message):
    __slots__ = ("candidates", "next_page_token", "total", "weights")
    CANDIDATES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    WEIGHTS_FIELD_NUMBER: _ClassVar[int]
    candidates: _containers.RepeatedCompositeFieldContainer[MatchCandidate]
    next_page_token: str
    total: int
    weights: _provenance_pb2.Provenance
    def __init__(self, candidates: _Optional[_Iterable[_Union[MatchCandidate, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ..., weights: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class GetCandidateRequest(_message.Message):
    __slots__ = ("candidate_id", "purpose")
    CANDIDATE_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    candidate_id: str
    purpose: str
    def __init__(self, candidate_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class GetCandidateResponse(_message.Message):
    __slots__ = ("candidate", "learners")
    CANDIDATE_FIELD_NUMBER: _ClassVar[int]
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    candidate: MatchCandidate
    learners: _containers.RepeatedCompositeFieldContainer[ComparedLearner]
    def __init__(self, candidate: _Optional[_Union[MatchCandidate, _Mapping]] = ..., learners: _Optional[_Iterable[_Union[ComparedLearner, _Mapping]]] = ...) -> None: ...

class CandidateDecision(_message.Message):
    __slots__ = ("candidate_id", "state", "reason_code")
    CANDIDATE_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    candidate_id: str
    state: CandidateState
    reason_code: str
    def __init__(self, candidate_id: _Optional[str] = ..., state: _Optional[_Union[CandidateState, str]] = ..., reason_code: _Optional[str] = ...) -> None: ...

class DecideCandidatesRequest(_message.Message):
    __slots__ = ("request_id", "decisions")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    DECISIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    decisions: _containers.RepeatedCompositeFieldContainer[CandidateDecision]
    def __init__(self, request_id: _Optional[str] = ..., decisions: _Optional[_Iterable[_Union[CandidateDecision, _Mapping]]] = ...) -> None: ...

class DecideCandidatesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class MergeInput(_message.Message):
    __slots__ = ("surviving_learner_id", "merged_learner_id", "right_citizen_id", "reason_code", "document_no")
    SURVIVING_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    RIGHT_CITIZEN_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NO_FIELD_NUMBER: _ClassVar[int]
    surviving_learner_id: str
    merged_learner_id: str
    right_citizen_id: MergeSide
    reason_code: str
    document_no: str
    def __init__(self, surviving_learner_id: _Optional[str] = ..., merged_learner_id: _Optional[str] = ..., right_citizen_id: _Optional[_Union[MergeSide, str]] = ..., reason_code: _Optional[str] = ..., document_no: _Optional[str] = ...) -> None: ...

class MergeLearnersRequest(_message.Message):
    __slots__ = ("request_id", "merges")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MERGES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    merges: _containers.RepeatedCompositeFieldContainer[MergeInput]
    def __init__(self, request_id: _Optional[str] = ..., merges: _Optional[_Iterable[_Union[MergeInput, _Mapping]]] = ...) -> None: ...

class MergeLearnersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class UnmergeInput(_message.Message):
    __slots__ = ("merge_id", "reason_code")
    MERGE_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    merge_id: str
    reason_code: str
    def __init__(self, merge_id: _Optional[str] = ..., reason_code: _Optional[str] = ...) -> None: ...

class UnmergeLearnersRequest(_message.Message):
    __slots__ = ("request_id", "merges")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    MERGES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    merges: _containers.RepeatedCompositeFieldContainer[UnmergeInput]
    def __init__(self, request_id: _Optional[str] = ..., merges: _Optional[_Iterable[_Union[UnmergeInput, _Mapping]]] = ...) -> None: ...

class UnmergeLearnersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class LearnerMerge(_message.Message):
    __slots__ = ("merge_id", "surviving_learner_id", "merged_learner_id", "reason_code", "document_no", "merged_at", "undone_at")
    MERGE_ID_FIELD_NUMBER: _ClassVar[int]
    SURVIVING_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    MERGED_LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    DOCUMENT_NO_FIELD_NUMBER: _ClassVar[int]
    MERGED_AT_FIELD_NUMBER: _ClassVar[int]
    UNDONE_AT_FIELD_NUMBER: _ClassVar[int]
    merge_id: str
    surviving_learner_id: str
    merged_learner_id: str
    reason_code: str
    document_no: str
    merged_at: _timestamp_pb2.Timestamp
    undone_at: _timestamp_pb2.Timestamp
    def __init__(self, merge_id: _Optional[str] = ..., surviving_learner_id: _Optional[str] = ..., merged_learner_id: _Optional[str] = ..., reason_code: _Optional[str] = ..., document_no: _Optional[str] = ..., merged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., undone_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class ListMergesRequest(_message.Message):
    __slots__ = ("learner_id",)
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    def __init__(self, learner_id: _Optional[str] = ...) -> None: ...

class ListMergesResponse(_message.Message):
    __slots__ = ("merges",)
    MERGES_FIELD_NUMBER: _ClassVar[int]
    merges: _containers.RepeatedCompositeFieldContainer[LearnerMerge]
    def __init__(self, merges: _Optional[_Iterable[_Union[LearnerMerge, _Mapping]]] = ...) -> None: ...
