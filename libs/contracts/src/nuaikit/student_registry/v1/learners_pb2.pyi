import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from nuaikit.student_registry.v1 import enrolments_pb2 as _enrolments_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class IdentifierKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    IDENTIFIER_KIND_UNSPECIFIED: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_CITIZEN_ID: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_G_CODE: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_PASSPORT: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_STUDENT_NO: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_VOCATIONAL_STUDENT_NO: _ClassVar[IdentifierKind]
    IDENTIFIER_KIND_TRANSCRIPT_SERIES: _ClassVar[IdentifierKind]

class VerificationState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    VERIFICATION_STATE_UNSPECIFIED: _ClassVar[VerificationState]
    VERIFICATION_STATE_UNVERIFIED: _ClassVar[VerificationState]
    VERIFICATION_STATE_VERIFIED: _ClassVar[VerificationState]
    VERIFICATION_STATE_CONFLICT: _ClassVar[VerificationState]

class DatePrecision(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DATE_PRECISION_UNSPECIFIED: _ClassVar[DatePrecision]
    DATE_PRECISION_DAY: _ClassVar[DatePrecision]
    DATE_PRECISION_YEAR: _ClassVar[DatePrecision]

class Sex(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEX_UNSPECIFIED: _ClassVar[Sex]
    SEX_FEMALE: _ClassVar[Sex]
    SEX_MALE: _ClassVar[Sex]
IDENTIFIER_KIND_UNSPECIFIED: IdentifierKind
IDENTIFIER_KIND_CITIZEN_ID: IdentifierKind
IDENTIFIER_KIND_G_CODE: IdentifierKind
IDENTIFIER_KIND_PASSPORT: IdentifierKind
IDENTIFIER_KIND_STUDENT_NO: IdentifierKind
IDENTIFIER_KIND_VOCATIONAL_STUDENT_NO: IdentifierKind
IDENTIFIER_KIND_TRANSCRIPT_SERIES: IdentifierKind
VERIFICATION_STATE_UNSPECIFIED: VerificationState
VERIFICATION_STATE_UNVERIFIED: VerificationState
VERIFICATION_STATE_VERIFIED: VerificationState
VERIFICATION_STATE_CONFLICT: VerificationState
DATE_PRECISION_UNSPECIFIED: DatePrecision
DATE_PRECISION_DAY: DatePrecision
DATE_PRECISION_YEAR: DatePrecision
SEX_UNSPECIFIED: Sex
SEX_FEMALE: Sex
SEX_MALE: Sex

class PersonName(_message.Message):
    __slots__ = ("title_th", "given_name_th", "family_name_th")
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    GIVEN_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    FAMILY_NAME_TH_FIELD_NUMBER: _ClassVar[int]
    title_th: str
    given_name_th: str
    family_name_th: str
    def __init__(self, title_th: _Optional[str] = ..., given_name_th: _Optional[str] = ..., family_name_th: _Optional[str] = ...) -> None: ...

class IdentifierInput(_message.Message):
    __slots__ = ("kind", "value", "country", "institution_id", "verification_state")
    KIND_FIELD_NUMBER: _ClassVar[int]
    VALUE_FIELD_NUMBER: _ClassVar[int]
    COUNTRY_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_STATE_FIELD_NUMBER: _ClassVar[int]
    kind: IdentifierKind
    value: str
    country: str
    institution_id: str
    verification_state: VerificationState
    def __init__(self, kind: _Optional[_Union[IdentifierKind, str]] = ..., value: _Optional[str] = ..., country: _Optional[str] = ..., institution_id: _Optional[str] = ..., verification_state: _Optional[_Union[VerificationState, str]] = ...) -> None: ...

class IdentifierView(_message.Message):
    __slots__ = ("kind", "masked_value", "institution_id", "verification_state", "valid_from", "valid_to", "state_statement", "identifier_id")
    KIND_FIELD_NUMBER: _ClassVar[int]
    MASKED_VALUE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    VERIFICATION_STATE_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    VALID_TO_FIELD_NUMBER: _ClassVar[int]
    STATE_STATEMENT_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIER_ID_FIELD_NUMBER: _ClassVar[int]
    kind: IdentifierKind
    masked_value: str
    institution_id: str
    verification_state: VerificationState
    valid_from: _date_pb2.Date
    valid_to: _date_pb2.Date
    state_statement: StateStatement
    identifier_id: str
    def __init__(self, kind: _Optional[_Union[IdentifierKind, str]] = ..., masked_value: _Optional[str] = ..., institution_id: _Optional[str] = ..., verification_state: _Optional[_Union[VerificationState, str]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., valid_to: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., state_statement: _Optional[_Union[StateStatement, _Mapping]] = ..., identifier_id: _Optional[str] = ...) -> None: ...

class StateStatement(_message.Message):
    __slots__ = ("basis", "stated_at", "role", "institution_id")
    BASIS_FIELD_NUMBER: _ClassVar[int]
    STATED_AT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    basis: str
    stated_at: _timestamp_pb2.Timestamp
    role: str
    institution_id: str
    def __init__(self, basis: _Optional[str] = ..., stated_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., role: _Optional[str] = ..., institution_id: _Optional[str] = ...) -> None: ...

class NameInLanguage(_message.Message):
    __slots__ = ("language", "title", "given_name", "family_name")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    TITLE_FIELD_NUMBER: _ClassVar[int]
    GIVEN_NAME_FIELD_NUMBER: _ClassVar[int]
    FAMILY_NAME_FIELD_NUMBER: _ClassVar[int]
    language: str
    title: str
    given_name: str
    family_name: str
    def __init__(self, language: _Optional[str] = ..., title: _Optional[str] = ..., given_name: _Optional[str] = ..., family_name: _Optional[str] = ...) -> None: ...

class LearnerRegistration(_message.Message):
    __slots__ = ("name", "birth_date", "birth_date_precision", "sex", "identifiers", "registrar_institution_id", "enrolments", "provenance", "subject", "other_names")
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_PRECISION_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    OTHER_NAMES_FIELD_NUMBER: _ClassVar[int]
    name: PersonName
    birth_date: _date_pb2.Date
    birth_date_precision: DatePrecision
    sex: Sex
    identifiers: _containers.RepeatedCompositeFieldContainer[IdentifierInput]
    registrar_institution_id: str
    enrolments: _containers.RepeatedCompositeFieldContainer[_enrolments_pb2.EnrolmentInput]
    provenance: _provenance_pb2.Provenance
    subject: str
    other_names: _containers.RepeatedCompositeFieldContainer[NameInLanguage]
    def __init__(self, name: _Optional[_Union[PersonName, _Mapping]] = ..., birth_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., birth_date_precision: _Optional[_Union[DatePrecision, str]] = ..., sex: _Optional[_Union[Sex, str]] = ..., identifiers: _Optional[_Iterable[_Union[IdentifierInput, _Mapping]]] = ..., registrar_institution_id: _Optional[str] = ..., enrolments: _Optional[_Iterable[_Union[_enrolments_pb2.EnrolmentInput, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., subject: _Optional[str] = ..., other_names: _Optional[_Iterable[_Union[NameInLanguage, _Mapping]]] = ...) -> None: ...

class Learner(_message.Message):
    __slots__ = ("learner_id", "name", "birth_date", "birth_date_precision", "sex", "identifiers", "registrar_institution_id", "enrolments", "provenance", "identity_state", "other_names")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAME_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_PRECISION_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIERS_FIELD_NUMBER: _ClassVar[int]
    REGISTRAR_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ENROLMENTS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    IDENTITY_STATE_FIELD_NUMBER: _ClassVar[int]
    OTHER_NAMES_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    name: PersonName
    birth_date: _date_pb2.Date
    birth_date_precision: DatePrecision
    sex: Sex
    identifiers: _containers.RepeatedCompositeFieldContainer[IdentifierView]
    registrar_institution_id: str
    enrolments: _containers.RepeatedCompositeFieldContainer[_enrolments_pb2.Enrolment]
    provenance: _provenance_pb2.Provenance
    identity_state: VerificationState
    other_names: _containers.RepeatedCompositeFieldContainer[NameInLanguage]
    def __init__(self, learner_id: _Optional[str] = ..., name: _Optional[_Union[PersonName, _Mapping]] = ..., birth_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., birth_date_precision: _Optional[_Union[DatePrecision, str]] = ..., sex: _Optional[_Union[Sex, str]] = ..., identifiers: _Optional[_Iterable[_Union[IdentifierView, _Mapping]]] = ..., registrar_institution_id: _Optional[str] = ..., enrolments: _Optional[_Iterable[_Union[_enrolments_pb2.Enrolment, _Mapping]]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., identity_state: _Optional[_Union[VerificationState, str]] = ..., other_names: _Optional[_Iterable[_Union[NameInLanguage, _Mapping]]] = ...) -> None: ...

class RegisterLearnersRequest(_message.Message):
    __slots__ = ("request_id", "learners")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learners: _containers.RepeatedCompositeFieldContainer[LearnerRegistration]
    def __init__(self, request_id: _Optional[str] = ..., learners: _Optional[_Iterable[_Union[LearnerRegistration, _Mapping]]] = ...) -> None: ...

class RegisterLearnersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class BatchGetLearnersRequest(_message.Message):
    __slots__ = ("learner_ids", "purpose", "ground", "ground_id", "on_date")
    LEARNER_IDS_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    GROUND_FIELD_NUMBER: _ClassVar[int]
    GROUND_ID_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    learner_ids: _containers.RepeatedScalarFieldContainer[str]
    purpose: str
    ground: str
    ground_id: str
    on_date: _date_pb2.Date
    def __init__(self, learner_ids: _Optional[_Iterable[str]] = ..., purpose: _Optional[str] = ..., ground: _Optional[str] = ..., ground_id: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class BatchGetLearnersResponse(_message.Message):
    __slots__ = ("learners",)
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[Learner]
    def __init__(self, learners: _Optional[_Iterable[_Union[Learner, _Mapping]]] = ...) -> None: ...

class ListLearnersRequest(_message.Message):
    __slots__ = ("institution_id", "grade_label", "on_date", "purpose", "page_size", "page_token")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    GRADE_LABEL_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    grade_label: str
    on_date: _date_pb2.Date
    purpose: str
    page_size: int
    page_token: str
    def __init__(self, institution_id: _Optional[str] = ..., grade_label: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., purpose: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListLearnersResponse(_message.Message):
    __slots__ = ("learners", "next_page_token", "total")
    LEARNERS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    learners: _containers.RepeatedCompositeFieldContainer[Learner]
    next_page_token: str
    total: int
    def __init__(self, learners: _Optional[_Iterable[_Union[Learner, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class FindLearnersRequest(_message.Message):
    __slots__ = ("institution_id", "student_nos")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    STUDENT_NOS_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    student_nos: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, institution_id: _Optional[str] = ..., student_nos: _Optional[_Iterable[str]] = ...) -> None: ...

class FindLearnersResponse(_message.Message):
    __slots__ = ("matches",)
    class Match(_message.Message):
        __slots__ = ("student_no", "learner_id")
        STUDENT_NO_FIELD_NUMBER: _ClassVar[int]
        LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
        student_no: str
        learner_id: str
        def __init__(self, student_no: _Optional[str] = ..., learner_id: _Optional[str] = ...) -> None: ...
    MATCHES_FIELD_NUMBER: _ClassVar[int]
    matches: _containers.RepeatedCompositeFieldContainer[FindLearnersResponse.Match]
    def __init__(self, matches: _Optional[_Iterable[_Union[FindLearnersResponse.Match, _Mapping]]] = ...) -> None: ...

class ChangeIdentifierRequest(_message.Message):
    __slots__ = ("request_id", "learner_id", "ends_kind", "identifier", "valid_from")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    ENDS_KIND_FIELD_NUMBER: _ClassVar[int]
    IDENTIFIER_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    learner_id: str
    ends_kind: IdentifierKind
    identifier: IdentifierInput
    valid_from: _date_pb2.Date
    def __init__(self, request_id: _Optional[str] = ..., learner_id: _Optional[str] = ..., ends_kind: _Optional[_Union[IdentifierKind, str]] = ..., identifier: _Optional[_Union[IdentifierInput, _Mapping]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class ChangeIdentifierResponse(_message.Message):
    __slots__ = ("learner",)
    LEARNER_FIELD_NUMBER: _ClassVar[int]
    learner: Learner
    def __init__(self, learner: _Optional[_Union[Learner, _Mapping]] = ...) -> None: ...

class LearnerCorrection(_message.Message):
    __slots__ = ("learner_id", "names", "birth_date", "sex", "reason_code", "source")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    NAMES_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    names: _containers.RepeatedCompositeFieldContainer[NameChange]
    birth_date: _date_pb2.Date
    sex: Sex
    reason_code: str
    source: str
    def __init__(self, learner_id: _Optional[str] = ..., names: _Optional[_Iterable[_Union[NameChange, _Mapping]]] = ..., birth_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., sex: _Optional[_Union[Sex, str]] = ..., reason_code: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class NameChange(_message.Message):
    __slots__ = ("name", "valid_from", "is_ended")
    NAME_FIELD_NUMBER: _ClassVar[int]
    VALID_FROM_FIELD_NUMBER: _ClassVar[int]
    IS_ENDED_FIELD_NUMBER: _ClassVar[int]
    name: NameInLanguage
    valid_from: _date_pb2.Date
    is_ended: bool
    def __init__(self, name: _Optional[_Union[NameInLanguage, _Mapping]] = ..., valid_from: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., is_ended: _Optional[bool] = ...) -> None: ...

class CorrectLearnersRequest(_message.Message):
    __slots__ = ("request_id", "corrections")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    CORRECTIONS_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    corrections: _containers.RepeatedCompositeFieldContainer[LearnerCorrection]
    def __init__(self, request_id: _Optional[str] = ..., corrections: _Optional[_Iterable[_Union[LearnerCorrection, _Mapping]]] = ...) -> None: ...

class CorrectLearnersResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class GetIdentityVersionsRequest(_message.Message):
    __slots__ = ("learner_id", "purpose")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ...) -> None: ...

class NameVersion(_message.Message):
    __slots__ = ("name", "since", "until", "was_wrong", "recorded", "replaced_at")
    NAME_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    WAS_WRONG_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_FIELD_NUMBER: _ClassVar[int]
    name: NameInLanguage
    since: _date_pb2.Date
    until: _date_pb2.Date
    was_wrong: bool
    recorded: Recorded
    replaced_at: _timestamp_pb2.Timestamp
    def __init__(self, name: _Optional[_Union[NameInLanguage, _Mapping]] = ..., since: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., until: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., was_wrong: _Optional[bool] = ..., recorded: _Optional[_Union[Recorded, _Mapping]] = ..., replaced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class FactsVersion(_message.Message):
    __slots__ = ("birth_date", "birth_date_precision", "sex", "recorded", "replaced_at")
    BIRTH_DATE_FIELD_NUMBER: _ClassVar[int]
    BIRTH_DATE_PRECISION_FIELD_NUMBER: _ClassVar[int]
    SEX_FIELD_NUMBER: _ClassVar[int]
    RECORDED_FIELD_NUMBER: _ClassVar[int]
    REPLACED_AT_FIELD_NUMBER: _ClassVar[int]
    birth_date: _date_pb2.Date
    birth_date_precision: DatePrecision
    sex: Sex
    recorded: Recorded
    replaced_at: _timestamp_pb2.Timestamp
    def __init__(self, birth_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., birth_date_precision: _Optional[_Union[DatePrecision, str]] = ..., sex: _Optional[_Union[Sex, str]] = ..., recorded: _Optional[_Union[Recorded, _Mapping]] = ..., replaced_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class Recorded(_message.Message):
    __slots__ = ("recorded_at", "role", "institution_id", "reason_code", "source")
    RECORDED_AT_FIELD_NUMBER: _ClassVar[int]
    ROLE_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_CODE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    recorded_at: _timestamp_pb2.Timestamp
    role: str
    institution_id: str
    reason_code: str
    source: str
    def __init__(self, recorded_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., role: _Optional[str] = ..., institution_id: _Optional[str] = ..., reason_code: _Optional[str] = ..., source: _Optional[str] = ...) -> None: ...

class GetIdentityVersionsResponse(_message.Message):
    __slots__ = ("names", "facts")
    NAMES_FIELD_NUMBER: _ClassVar[int]
    FACTS_FIELD_NUMBER: _ClassVar[int]
    names: _containers.RepeatedCompositeFieldContainer[NameVersion]
    facts: _containers.RepeatedCompositeFieldContainer[FactsVersion]
    def __init__(self, names: _Optional[_Iterable[_Union[NameVersion, _Mapping]]] = ..., facts: _Optional[_Iterable[_Union[FactsVersion, _Mapping]]] = ...) -> None: ...

class GetOwnLearnerRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class GetOwnLearnerResponse(_message.Message):
    __slots__ = ("learner",)
    LEARNER_FIELD_NUMBER: _ClassVar[int]
    learner: Learner
    def __init__(self, learner: _Optional[_Union[Learner, _Mapping]] = ...) -> None: ...
