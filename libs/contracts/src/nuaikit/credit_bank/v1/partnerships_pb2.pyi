import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
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
    __slots__ = ("committee_id", "institution_id", "mandates", "order_no", "quorum", "members", "valid_from", "valid_to", "provenance", "tier")
    COMMITTEE_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    MANDATES_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    QUORUM_FIELD_NUMBER: _ClassVar[int]
    MEMBERS_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    committee_id: str
    institution_id: str
    mandates: _containers.RepeatedScalarFieldContainer[str]
    order_no: str
    quorum: int
    members: _containers.RepeatedCompositeFieldContainer[CommitteeMember]
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    tier: str
    def __init__(self, committee_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., mandates: _Optional[_Iterable[str]] = ..., order_no: _Optional[str] = ..., quorum: _Optional[int] = ..., members: _Optional[_Iterable[_Union[CommitteeMember, _Mapping]]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., tier: _Optional[str] = ...) -> None: ...

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
    __slots__ = ("partnership_id", "reference", "party_institution_ids", "programme", "state", "signed_on", "valid_from", "valid_to", "committee_id", "provenance", "outside_parties", "courses", "signatories", "file_sha256", "version", "confirmations", "awaited_institution_ids", "proposed_state", "proposal")
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
    OUTSIDE_PARTIES_FIELD_NUMBER: _ClassVar[int]
    COURSES_FIELD_NUMBER: _ClassVar[int]
    SIGNATORIES_FIELD_NUMBER: _ClassVar[int]
    FILE_SHA256_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATIONS_FIELD_NUMBER: _ClassVar[int]
    AWAITED_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_STATE_FIELD_NUMBER: _ClassVar[int]
    PROPOSAL_FIELD_NUMBER: _ClassVar[int]
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
    outside_parties: _containers.RepeatedCompositeFieldContainer[OutsideParty]
    courses: _containers.RepeatedCompositeFieldContainer[_catalogue_pb2.CourseKey]
    signatories: _containers.RepeatedCompositeFieldContainer[Signatory]
    file_sha256: bytes
    version: int
    confirmations: _containers.RepeatedCompositeFieldContainer[PartnershipConfirmation]
    awaited_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    proposed_state: PartnershipState
    proposal: PartnershipProposal
    def __init__(self, partnership_id: _Optional[str] = ..., reference: _Optional[str] = ..., party_institution_ids: _Optional[_Iterable[str]] = ..., programme: _Optional[str] = ..., state: _Optional[_Union[PartnershipState, str]] = ..., signed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., committee_id: _Optional[str] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., outside_parties: _Optional[_Iterable[_Union[OutsideParty, _Mapping]]] = ..., courses: _Optional[_Iterable[_Union[_catalogue_pb2.CourseKey, _Mapping]]] = ..., signatories: _Optional[_Iterable[_Union[Signatory, _Mapping]]] = ..., file_sha256: _Optional[bytes] = ..., version: _Optional[int] = ..., confirmations: _Optional[_Iterable[_Union[PartnershipConfirmation, _Mapping]]] = ..., awaited_institution_ids: _Optional[_Iterable[str]] = ..., proposed_state: _Optional[_Union[PartnershipState, str]] = ..., proposal: _Optional[_Union[PartnershipProposal, _Mapping]] = ...) -> None: ...

class PartnershipProposal(_message.Message):
    __slots__ = ("version", "terms", "proposed_by_institution_id", "proposed_at", "confirmations", "awaited_institution_ids")
    VERSION_FIELD_NUMBER: _ClassVar[int]
    TERMS_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_BY_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    PROPOSED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMATIONS_FIELD_NUMBER: _ClassVar[int]
    AWAITED_INSTITUTION_IDS_FIELD_NUMBER: _ClassVar[int]
    version: int
    terms: Partnership
    proposed_by_institution_id: str
    proposed_at: _timestamp_pb2.Timestamp
    confirmations: _containers.RepeatedCompositeFieldContainer[PartnershipConfirmation]
    awaited_institution_ids: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, version: _Optional[int] = ..., terms: _Optional[_Union[Partnership, _Mapping]] = ..., proposed_by_institution_id: _Optional[str] = ..., proposed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confirmations: _Optional[_Iterable[_Union[PartnershipConfirmation, _Mapping]]] = ..., awaited_institution_ids: _Optional[_Iterable[str]] = ...) -> None: ...

class PartnershipConfirmation(_message.Message):
    __slots__ = ("institution_id", "version", "assignment_id", "confirmed_at", "status")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    ASSIGNMENT_ID_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    STATUS_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    version: int
    assignment_id: str
    confirmed_at: _timestamp_pb2.Timestamp
    status: str
    def __init__(self, institution_id: _Optional[str] = ..., version: _Optional[int] = ..., assignment_id: _Optional[str] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., status: _Optional[str] = ...) -> None: ...

class OutsideParty(_message.Message):
    __slots__ = ("kind", "name_th", "evidence_th")
    KIND_FIELD_NUMBER: _ClassVar[int]
    NAME_TH_FIELD_NUMBER: _ClassVar[int]
    EVIDENCE_TH_FIELD_NUMBER: _ClassVar[int]
    kind: str
    name_th: str
    evidence_th: str
    def __init__(self, kind: _Optional[str] = ..., name_th: _Optional[str] = ..., evidence_th: _Optional[str] = ...) -> None: ...

class Signatory(_message.Message):
    __slots__ = ("position_th", "institution_id", "outside_party_th", "signed_on")
    POSITION_TH_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    OUTSIDE_PARTY_TH_FIELD_NUMBER: _ClassVar[int]
    SIGNED_ON_FIELD_NUMBER: _ClassVar[int]
    position_th: str
    institution_id: str
    outside_party_th: str
    signed_on: _date_pb2.Date
    def __init__(self, position_th: _Optional[str] = ..., institution_id: _Optional[str] = ..., outside_party_th: _Optional[str] = ..., signed_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

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

class SeenPartnership(_message.Message):
    __slots__ = ("partnership_id", "version")
    PARTNERSHIP_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    partnership_id: str
    version: int
    def __init__(self, partnership_id: _Optional[str] = ..., version: _Optional[int] = ...) -> None: ...

class ConfirmPartnershipsRequest(_message.Message):
    __slots__ = ("request_id", "partnerships")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIPS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    partnerships: _containers.RepeatedCompositeFieldContainer[SeenPartnership]
    def __init__(self, request_id: _Optional[str] = ..., partnerships: _Optional[_Iterable[_Union[SeenPartnership, _Mapping]]] = ...) -> None: ...

class ConfirmPartnershipsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class TakeBackPartnershipsRequest(_message.Message):
    __slots__ = ("request_id", "partnerships")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    PARTNERSHIPS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    partnerships: _containers.RepeatedCompositeFieldContainer[SeenPartnership]
    def __init__(self, request_id: _Optional[str] = ..., partnerships: _Optional[_Iterable[_Union[SeenPartnership, _Mapping]]] = ...) -> None: ...

class TakeBackPartnershipsResponse(_message.Message):
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
    __slots__ = ("page_size", "page_token", "state", "ends_before", "is_awaited")
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    ENDS_BEFORE_FIELD_NUMBER: _ClassVar[int]
    IS_AWAITED_FIELD_NUMBER: _ClassVar[int]
    page_size: int
    page_token: str
    state: PartnershipState
    ends_before: _date_pb2.Date
    is_awaited: bool
    def __init__(self, page_size: _Optional[int] = ..., page_token: _Optional[str] = ..., state: _Optional[_Union[PartnershipState, str]] = ..., ends_before: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_awaited: _Optional[bool] = ...) -> None: ...

class ListPartnershipsResponse(_message.Message):
    __slots__ = ("partnerships", "next_page_token")
    PARTNERSHIPS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    partnerships: _containers.RepeatedCompositeFieldContainer[Partnership]
    next_page_token: str
    def __init__(self, partnerships: _Optional[_Iterable[_Union[Partnership, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class ListCommitteesRequest(_message.Message):
    __slots__ = ("mandate", "valid_on", "page_size", "page_token")
    MANDATE_FIELD_NUMBER: _ClassVar[int]
    VALID_ON_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    mandate: str
    valid_on: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, mandate: _Optional[str] = ..., valid_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListCommitteesResponse(_message.Message):
    __slots__ = ("committees", "next_page_token")
    COMMITTEES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    committees: _containers.RepeatedCompositeFieldContainer[Committee]
    next_page_token: str
    def __init__(self, committees: _Optional[_Iterable[_Union[Committee, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class LeadOrganisation(_message.Message):
    __slots__ = ("lead_id", "tier", "scope", "institution_id", "order_no", "valid_from", "valid_to", "provenance")
    LEAD_ID_FIELD_NUMBER: _ClassVar[int]
    TIER_FIELD_NUMBER: _ClassVar[int]
    SCOPE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ORDER_NO_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    lead_id: str
    tier: str
    scope: str
    institution_id: str
    order_no: str
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    provenance: _provenance_pb2.Provenance
    def __init__(self, lead_id: _Optional[str] = ..., tier: _Optional[str] = ..., scope: _Optional[str] = ..., institution_id: _Optional[str] = ..., order_no: _Optional[str] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class RegisterLeadOrganisationsRequest(_message.Message):
    __slots__ = ("request_id", "leads")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEADS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    leads: _containers.RepeatedCompositeFieldContainer[LeadOrganisation]
    def __init__(self, request_id: _Optional[str] = ..., leads: _Optional[_Iterable[_Union[LeadOrganisation, _Mapping]]] = ...) -> None: ...

class RegisterLeadOrganisationsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ListLeadOrganisationsRequest(_message.Message):
    __slots__ = ("tier", "on_date")
    TIER_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    tier: str
    on_date: _date_pb2.Date
    def __init__(self, tier: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ListLeadOrganisationsResponse(_message.Message):
    __slots__ = ("leads",)
    LEADS_FIELD_NUMBER: _ClassVar[int]
    leads: _containers.RepeatedCompositeFieldContainer[LeadOrganisation]
    def __init__(self, leads: _Optional[_Iterable[_Union[LeadOrganisation, _Mapping]]] = ...) -> None: ...
