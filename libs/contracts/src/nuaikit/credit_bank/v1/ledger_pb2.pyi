import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import credit_pb2 as _credit_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AccountKind(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACCOUNT_KIND_UNSPECIFIED: _ClassVar[AccountKind]
    ACCOUNT_KIND_BANK: _ClassVar[AccountKind]
    ACCOUNT_KIND_QUALIFICATION: _ClassVar[AccountKind]
ACCOUNT_KIND_UNSPECIFIED: AccountKind
ACCOUNT_KIND_BANK: AccountKind
ACCOUNT_KIND_QUALIFICATION: AccountKind

class CountInput(_message.Message):
    __slots__ = ("entry_id", "qualification_code", "qualification_version")
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    entry_id: str
    qualification_code: str
    qualification_version: str
    def __init__(self, entry_id: _Optional[str] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ...) -> None: ...

class CountEntriesRequest(_message.Message):
    __slots__ = ("request_id", "entries")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    ENTRIES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    entries: _containers.RepeatedCompositeFieldContainer[CountInput]
    def __init__(self, request_id: _Optional[str] = ..., entries: _Optional[_Iterable[_Union[CountInput, _Mapping]]] = ...) -> None: ...

class CountEntriesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class BucketBalance(_message.Message):
    __slots__ = ("bucket", "amount")
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    bucket: str
    amount: _credit_pb2.CreditAmount
    def __init__(self, bucket: _Optional[str] = ..., amount: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Account(_message.Message):
    __slots__ = ("account_id", "kind", "qualification_code", "qualification_version", "awarding_institution_id", "balances")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_CODE_FIELD_NUMBER: _ClassVar[int]
    QUALIFICATION_VERSION_FIELD_NUMBER: _ClassVar[int]
    AWARDING_INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    BALANCES_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    kind: AccountKind
    qualification_code: str
    qualification_version: str
    awarding_institution_id: str
    balances: _containers.RepeatedCompositeFieldContainer[BucketBalance]
    def __init__(self, account_id: _Optional[str] = ..., kind: _Optional[_Union[AccountKind, str]] = ..., qualification_code: _Optional[str] = ..., qualification_version: _Optional[str] = ..., awarding_institution_id: _Optional[str] = ..., balances: _Optional[_Iterable[_Union[BucketBalance, _Mapping]]] = ...) -> None: ...

class JournalLine(_message.Message):
    __slots__ = ("account_id", "bucket", "amount")
    ACCOUNT_ID_FIELD_NUMBER: _ClassVar[int]
    BUCKET_FIELD_NUMBER: _ClassVar[int]
    AMOUNT_FIELD_NUMBER: _ClassVar[int]
    account_id: str
    bucket: str
    amount: _credit_pb2.CreditAmount
    def __init__(self, account_id: _Optional[str] = ..., bucket: _Optional[str] = ..., amount: _Optional[_Union[_credit_pb2.CreditAmount, _Mapping]] = ...) -> None: ...

class Journal(_message.Message):
    __slots__ = ("journal_id", "seq", "type", "posted_at", "effective_on", "entry_id", "lines", "prev_hash_hex", "hash_hex")
    JOURNAL_ID_FIELD_NUMBER: _ClassVar[int]
    SEQ_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    POSTED_AT_FIELD_NUMBER: _ClassVar[int]
    EFFECTIVE_ON_FIELD_NUMBER: _ClassVar[int]
    ENTRY_ID_FIELD_NUMBER: _ClassVar[int]
    LINES_FIELD_NUMBER: _ClassVar[int]
    PREV_HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    journal_id: str
    seq: int
    type: str
    posted_at: _timestamp_pb2.Timestamp
    effective_on: _date_pb2.Date
    entry_id: str
    lines: _containers.RepeatedCompositeFieldContainer[JournalLine]
    prev_hash_hex: str
    hash_hex: str
    def __init__(self, journal_id: _Optional[str] = ..., seq: _Optional[int] = ..., type: _Optional[str] = ..., posted_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., effective_on: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., entry_id: _Optional[str] = ..., lines: _Optional[_Iterable[_Union[JournalLine, _Mapping]]] = ..., prev_hash_hex: _Optional[str] = ..., hash_hex: _Optional[str] = ...) -> None: ...

class GetStatementRequest(_message.Message):
    __slots__ = ("learner_id", "purpose", "as_of")
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    PURPOSE_FIELD_NUMBER: _ClassVar[int]
    AS_OF_FIELD_NUMBER: _ClassVar[int]
    learner_id: str
    purpose: str
    as_of: _timestamp_pb2.Timestamp
    def __init__(self, learner_id: _Optional[str] = ..., purpose: _Optional[str] = ..., as_of: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class GetStatementResponse(_message.Message):
    __slots__ = ("accounts", "journals", "head_hash_hex")
    ACCOUNTS_FIELD_NUMBER: _ClassVar[int]
    JOURNALS_FIELD_NUMBER: _ClassVar[int]
    HEAD_HASH_HEX_FIELD_NUMBER: _ClassVar[int]
    accounts: _containers.RepeatedCompositeFieldContainer[Account]
    journals: _containers.RepeatedCompositeFieldContainer[Journal]
    head_hash_hex: str
    def __init__(self, accounts: _Optional[_Iterable[_Union[Account, _Mapping]]] = ..., journals: _Optional[_Iterable[_Union[Journal, _Mapping]]] = ..., head_hash_hex: _Optional[str] = ...) -> None: ...
