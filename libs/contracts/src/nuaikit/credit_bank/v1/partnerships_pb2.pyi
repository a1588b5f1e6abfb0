from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.credit_bank.v1 import catalogue_pb2 as _catalogue_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PartnershipState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    PARTNERSHIP_STATE_UNSPECIFIED: _ClassVar[PartnershipState]
    PARTNERSHIP_STATE_DRAFT: _ClassVar[PartnershipState]
    PARTNERSHIP_STATE_SIGNED: _ClassVar[PartnershipState]
    PARTNERSHIP_STATE_ACTIVE: _ClassVar[PartnershipState]
    PARTNERSHIP_STATE_SUSPENDED: _ClassVar[PartnershipState]
    PARTNERSHIP_STATE_ENDED: _ClassVar[PartnershipState]
PARTNERSHIP_STATE_UNSPECIFIED: PartnershipState
PARTNERSHIP_STATE_DRAFT: PartnershipState
PARTNERSHIP_STATE_SIGNED: PartnershipState
PARTNERSHIP_STATE_ACTIVE: PartnershipState
PARTNERSHIP_STATE_SUSPENDED: PartnershipState
PARTNERSHIP_STATE_ENDED: PartnershipState

class CommitteeMember(_message.Message):
    __slots__ = ("assignment_id", "is_chair")
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    IS_CHAIR_FIELD_NUMBER: _ClassVar[int]
    assignment_id: str
    is_chair: bool
    def __init__(self, assignment_id: _Optional[str] = ..., is_chair: _Optional[bool] = ...) -> None: ...

class Committee(_message.Message):
    __slots__ = ("committee_id", "institution_id", "mandates", "order_no", "quorum", "members", "valid_from", "valid_to", "provenance")
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    QUORUM_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    committee_id: str
    institution_id: str
    mandates: _containers.RepeatedScalarFieldContainer[str]
    order_no: str
    quorum: int
    members: _containers.RepeatedCompositeFieldContainer[CommitteeMember]
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, committee_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., mandates: _Optional[_Iterable[str]] = ..., order_no: _Optional[str] = ..., quorum: _Optional[int] = ..., members: _Optional[_Iterable[_Union[CommitteeMember, _Mapping]]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RegisterCommitteesRequest(_message.Message):
    __slots__ = ("request_id", "committees")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    COMMITTEES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    committees: _containers.RepeatedCompositeFieldContainer[Committee]
    def __init__(self, request_id: _Optional[str] = ..., committees: _Optional[_Iterable[_Union[Committee, _Mapping]]] = ...) -> None: ...

class RegisterCommitteesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Partnership(_message.Message):
    __slots__ = ("partnership_id", "reference", "party_institution_ids", "programme", "state", "signed_on", "valid_from", "valid_to", "committee_id", "provenance")
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    PARTY_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    PROGRAMME_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    SIGNED_ON_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    partnership_id: str
    reference: str
    party_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    programme: str
    state: PartnershipState
    signed_on: _date_pb2.Date
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    committee_id: str
    provenance: _provenance_pb2.Provenance
    def __init__(self, partnership_id: _Optional[str] = ..., reference: _Optional[str] = ..., party_institution_ids: _Optional[_Iterable[str]] = ..., programme: _Optional[str] = ..., state: _Optional[_Union[PartnershipState, str]] = ..., signed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., committee_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RegisterPartnershipsRequest(_message.Message):
    __slots__ = ("request_id", "partnerships")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIPS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    partnerships: _containers.RepeatedCompositeFieldContainer[Partnership]
    def __init__(self, request_id: _Optional[str] = ..., partnerships: _Optional[_Iterable[_Union[Partnership, _Mapping]]] = ...) -> None: ...

class RegisterPartnershipsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class Offering(_message.Message):
    __slots__ = ("offering_id", "reference", "course", "institution_id", "partnership_id", "year_be", "term", "provenance")
    OFFERING_ID_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    COURSE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    TERM_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    offering_id: str
    reference: str
    course: _catalogue_pb2.CourseKey
    institution_id: str
    partnership_id: str
    year_be: int
    term: int
    provenance: _provenance_pb2.Provenance
    def __init__(self, offering_id: _Optional[str] = ..., reference: _Optional[str] = ..., course: _Optional[_Union[_catalogue_pb2.CourseKey, _Mapping]] = ..., institution_id: _Optional[str] = ..., partnership_id: _Optional[str] = ..., year_be: _Optional[int] = ..., term: _Optional[int] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class ScheduleOfferingsRequest(_message.Message):
    __slots__ = ("request_id", "offerings")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    OFFERINGS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    offerings: _containers.RepeatedCompositeFieldContainer[Offering]
    def __init__(self, request_id: _Optional[str] = ..., offerings: _Optional[_Iterable[_Union[Offering, _Mapping]]] = ...) -> None: ...

class ScheduleOfferingsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListPartnershipsRequest(_message.Message):
    __slots__ = ("page_size", "page_token")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPartnershipsResponse(_message.Message):
    __slots__ = ("partnerships", "next_page_token")
    PARTNERSHIPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    partnerships: _containers.RepeatedCompositeFieldContainer[Partnership]
    next_page_token: str
    def __init__(self, partnerships: _Optional[_Iterable[_Union[Partnership, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...
