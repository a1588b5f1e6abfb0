import datetime

from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class ImportFault(_message.Message):
    __slots__ = ("row", "column", "masked_value", "reason", "file", "referred_row")
    ROW_FIELD_NUMBER: _ClassVar[int]
    COLUMN_FIELD_NUMBER: _ClassVar[int]
    MASKED_VALUE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    FILE_FIELD_NUMBER: _ClassVar[int]
    REFERRED_ROW_FIELD_NUMBER: _ClassVar[int]
    row: int
    column: str
    masked_value: str
    reason: str
    file: str
    referred_row: int
    def __init__(self, row: _Optional[int] = ..., column: _Optional[str] = ..., masked_value: _Optional[str] = ..., reason: _Optional[str] = ..., file: _Optional[str] = ..., referred_row: _Optional[int] = ...) -> None: ...

class ImportReport(_message.Message):
    __slots__ = ("import_id", "institution_id", "layout", "encoding", "is_dry_run", "row_count", "accepted", "already_known", "rejected", "imported_at", "state", "is_held", "rows_done", "round_id", "failure_reason", "differences", "fault_count", "ignored")
    class DifferencesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    IS_DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ALREADY_KNOWN_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    IS_HELD_FIELD_NUMBER: _ClassVar[int]
    ROWS_DONE_FIELD_NUMBER: _ClassVar[int]
    ROUND_ID_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    FAULT_COUNT_FIELD_NUMBER: _ClassVar[int]
    IGNORED_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    institution_id: str
    layout: str
    encoding: str
    is_dry_run: bool
    row_count: int
    accepted: int
    already_known: int
    rejected: int
    imported_at: _timestamp_pb2.Timestamp
    state: str
    is_held: bool
    rows_done: int
    round_id: str
    failure_reason: str
    differences: _containers.ScalarMap[str, int]
    fault_count: int
    ignored: int
    def __init__(self, import_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., layout: _Optional[str] = ..., encoding: _Optional[str] = ..., is_dry_run: _Optional[bool] = ..., row_count: _Optional[int] = ..., accepted: _Optional[int] = ..., already_known: _Optional[int] = ..., rejected: _Optional[int] = ..., imported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state: _Optional[str] = ..., is_held: _Optional[bool] = ..., rows_done: _Optional[int] = ..., round_id: _Optional[str] = ..., failure_reason: _Optional[str] = ..., differences: _Optional[_Mapping[str, int]] = ..., fault_count: _Optional[int] = ..., ignored: _Optional[int] = ...) -> None: ...

class ListImportsRequest(_message.Message):
    __slots__ = ("states", "page_size", "page_token")
    STATES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    states: _containers.RepeatedScalarFieldContainer[str]
    page_size: int
    page_token: str
    def __init__(self, states: _Optional[_Iterable[str]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ImportSummary(_message.Message):
    __slots__ = ("import_id", "layout", "encoding", "is_dry_run", "is_held", "state", "failure_reason", "imported_at", "imported_by", "imported_by_role", "source", "round_id", "row_count", "rows_done", "accepted", "already_known", "rejected", "ignored")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    ENCODING_FIELD_NUMBER: _ClassVar[int]
    IS_DRY_RUN_FIELD_NUMBER: _ClassVar[int]
    IS_HELD_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    FAILURE_REASON_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_AT_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_BY_FIELD_NUMBER: _ClassVar[int]
    IMPORTED_BY_ROLE_FIELD_NUMBER: _ClassVar[int]
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    ROUND_ID_FIELD_NUMBER: _ClassVar[int]
    ROW_COUNT_FIELD_NUMBER: _ClassVar[int]
    ROWS_DONE_FIELD_NUMBER: _ClassVar[int]
    ACCEPTED_FIELD_NUMBER: _ClassVar[int]
    ALREADY_KNOWN_FIELD_NUMBER: _ClassVar[int]
    REJECTED_FIELD_NUMBER: _ClassVar[int]
    IGNORED_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    layout: str
    encoding: str
    is_dry_run: bool
    is_held: bool
    state: str
    failure_reason: str
    imported_at: _timestamp_pb2.Timestamp
    imported_by: str
    imported_by_role: str
    source: str
    round_id: str
    row_count: int
    rows_done: int
    accepted: int
    already_known: int
    rejected: int
    ignored: int
    def __init__(self, import_id: _Optional[str] = ..., layout: _Optional[str] = ..., encoding: _Optional[str] = ..., is_dry_run: _Optional[bool] = ..., is_held: _Optional[bool] = ..., state: _Optional[str] = ..., failure_reason: _Optional[str] = ..., imported_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., imported_by: _Optional[str] = ..., imported_by_role: _Optional[str] = ..., source: _Optional[str] = ..., round_id: _Optional[str] = ..., row_count: _Optional[int] = ..., rows_done: _Optional[int] = ..., accepted: _Optional[int] = ..., already_known: _Optional[int] = ..., rejected: _Optional[int] = ..., ignored: _Optional[int] = ...) -> None: ...

class ListImportsResponse(_message.Message):
    __slots__ = ("imports", "next_page_token", "total")
    IMPORTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_FIELD_NUMBER: _ClassVar[int]
    imports: _containers.RepeatedCompositeFieldContainer[ImportSummary]
    next_page_token: str
    total: int
    def __init__(self, imports: _Optional[_Iterable[_Union[ImportSummary, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total: _Optional[int] = ...) -> None: ...

class GetImportRequest(_message.Message):
    __slots__ = ("import_id",)
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    def __init__(self, import_id: _Optional[str] = ...) -> None: ...

class GetImportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: ImportReport
    def __init__(self, report: _Optional[_Union[ImportReport, _Mapping]] = ...) -> None: ...

class ApplyImportRequest(_message.Message):
    __slots__ = ("import_id", "request_id")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    request_id: str
    def __init__(self, import_id: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class ApplyImportResponse(_message.Message):
    __slots__ = ("report",)
    REPORT_FIELD_NUMBER: _ClassVar[int]
    report: ImportReport
    def __init__(self, report: _Optional[_Union[ImportReport, _Mapping]] = ...) -> None: ...

class ListImportFaultsRequest(_message.Message):
    __slots__ = ("import_id", "page_size", "after")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    page_size: int
    after: int
    def __init__(self, import_id: _Optional[str] = ..., page_size: _Optional[int] = ..., after: _Optional[int] = ...) -> None: ...

class ListImportFaultsResponse(_message.Message):
    __slots__ = ("faults", "next_after")
    FAULTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    faults: _containers.RepeatedCompositeFieldContainer[ImportFault]
    next_after: int
    def __init__(self, faults: _Optional[_Iterable[_Union[ImportFault, _Mapping]]] = ..., next_after: _Optional[int] = ...) -> None: ...

class ListImportDifferencesRequest(_message.Message):
    __slots__ = ("import_id", "kind", "page_size", "after")
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    import_id: str
    kind: str
    page_size: int
    after: int
    def __init__(self, import_id: _Optional[str] = ..., kind: _Optional[str] = ..., page_size: _Optional[int] = ..., after: _Optional[int] = ...) -> None: ...

class ImportChange(_message.Message):
    __slots__ = ("field", "before", "after")
    FIELD_FIELD_NUMBER: _ClassVar[int]
    BEFORE_FIELD_NUMBER: _ClassVar[int]
    AFTER_FIELD_NUMBER: _ClassVar[int]
    field: str
    before: str
    after: str
    def __init__(self, field: _Optional[str] = ..., before: _Optional[str] = ..., after: _Optional[str] = ...) -> None: ...

class ImportDifference(_message.Message):
    __slots__ = ("kind", "position", "learner_id", "changes")
    KIND_FIELD_NUMBER: _ClassVar[int]
    POSITION_FIELD_NUMBER: _ClassVar[int]
    LEARNER_ID_FIELD_NUMBER: _ClassVar[int]
    CHANGES_FIELD_NUMBER: _ClassVar[int]
    kind: str
    position: int
    learner_id: str
    changes: _containers.RepeatedCompositeFieldContainer[ImportChange]
    def __init__(self, kind: _Optional[str] = ..., position: _Optional[int] = ..., learner_id: _Optional[str] = ..., changes: _Optional[_Iterable[_Union[ImportChange, _Mapping]]] = ...) -> None: ...

class ListImportDifferencesResponse(_message.Message):
    __slots__ = ("differences", "next_after")
    DIFFERENCES_FIELD_NUMBER: _ClassVar[int]
    NEXT_AFTER_FIELD_NUMBER: _ClassVar[int]
    differences: _containers.RepeatedCompositeFieldContainer[ImportDifference]
    next_after: int
    def __init__(self, differences: _Optional[_Iterable[_Union[ImportDifference, _Mapping]]] = ..., next_after: _Optional[int] = ...) -> None: ...

class ImportRound(_message.Message):
    __slots__ = ("round_id", "institution_id", "academic_year_be", "kind", "kind_version", "reference_date", "stage", "import_id", "learner_count", "opened_at", "confirmed_at", "certified_at", "acknowledged_at")
    ROUND_ID_FIELD_NUMBER: _ClassVar[int]
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    KIND_VERSION_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_DATE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    IMPORT_ID_FIELD_NUMBER: _ClassVar[int]
    LEARNER_COUNT_FIELD_NUMBER: _ClassVar[int]
    OPENED_AT_FIELD_NUMBER: _ClassVar[int]
    CONFIRMED_AT_FIELD_NUMBER: _ClassVar[int]
    CERTIFIED_AT_FIELD_NUMBER: _ClassVar[int]
    ACKNOWLEDGED_AT_FIELD_NUMBER: _ClassVar[int]
    round_id: str
    institution_id: str
    academic_year_be: int
    kind: str
    kind_version: str
    reference_date: _date_pb2.Date
    stage: str
    import_id: str
    learner_count: int
    opened_at: _timestamp_pb2.Timestamp
    confirmed_at: _timestamp_pb2.Timestamp
    certified_at: _timestamp_pb2.Timestamp
    acknowledged_at: _timestamp_pb2.Timestamp
    def __init__(self, round_id: _Optional[str] = ..., institution_id: _Optional[str] = ..., academic_year_be: _Optional[int] = ..., kind: _Optional[str] = ..., kind_version: _Optional[str] = ..., reference_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., stage: _Optional[str] = ..., import_id: _Optional[str] = ..., learner_count: _Optional[int] = ..., opened_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., confirmed_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., certified_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., acknowledged_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ...) -> None: ...

class OpenImportRoundRequest(_message.Message):
    __slots__ = ("institution_id", "academic_year_be", "kind", "request_id")
    INSTITUTION_ID_FIELD_NUMBER: _ClassVar[int]
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    KIND_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    institution_id: str
    academic_year_be: int
    kind: str
    request_id: str
    def __init__(self, institution_id: _Optional[str] = ..., academic_year_be: _Optional[int] = ..., kind: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class OpenImportRoundResponse(_message.Message):
    __slots__ = ("round",)
    ROUND_FIELD_NUMBER: _ClassVar[int]
    round: ImportRound
    def __init__(self, round: _Optional[_Union[ImportRound, _Mapping]] = ...) -> None: ...

class ListImportRoundsRequest(_message.Message):
    __slots__ = ("academic_year_be", "stage", "page_size", "page_token")
    ACADEMIC_YEAR_BE_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    academic_year_be: int
    stage: str
    page_size: int
    page_token: str
    def __init__(self, academic_year_be: _Optional[int] = ..., stage: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListImportRoundsResponse(_message.Message):
    __slots__ = ("rounds", "next_page_token")
    ROUNDS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rounds: _containers.RepeatedCompositeFieldContainer[ImportRound]
    next_page_token: str
    def __init__(self, rounds: _Optional[_Iterable[_Union[ImportRound, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class AdvanceImportRoundsRequest(_message.Message):
    __slots__ = ("round_ids", "stage", "request_id")
    ROUND_IDS_FIELD_NUMBER: _ClassVar[int]
    STAGE_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    round_ids: _containers.RepeatedScalarFieldContainer[str]
    stage: str
    request_id: str
    def __init__(self, round_ids: _Optional[_Iterable[str]] = ..., stage: _Optional[str] = ..., request_id: _Optional[str] = ...) -> None: ...

class AdvanceImportRoundsResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...

class ImportLayoutColumn(_message.Message):
    __slots__ = ("source", "constant", "values", "date_format")
    class ValuesEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SOURCE_FIELD_NUMBER: _ClassVar[int]
    CONSTANT_FIELD_NUMBER: _ClassVar[int]
    VALUES_FIELD_NUMBER: _ClassVar[int]
    DATE_FORMAT_FIELD_NUMBER: _ClassVar[int]
    source: str
    constant: str
    values: _containers.ScalarMap[str, str]
    date_format: str
    def __init__(self, source: _Optional[str] = ..., constant: _Optional[str] = ..., values: _Optional[_Mapping[str, str]] = ..., date_format: _Optional[str] = ...) -> None: ...

class ImportLayout(_message.Message):
    __slots__ = ("name", "base", "definition", "provenance")
    class DefinitionEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: ImportLayoutColumn
        def __init__(self, key: _Optional[str] = ..., value: _Optional[_Union[ImportLayoutColumn, _Mapping]] = ...) -> None: ...
    NAME_FIELD_NUMBER: _ClassVar[int]
    BASE_FIELD_NUMBER: _ClassVar[int]
    DEFINITION_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    name: str
    base: str
    definition: _containers.MessageMap[str, ImportLayoutColumn]
    provenance: _provenance_pb2.Provenance
    def __init__(self, name: _Optional[str] = ..., base: _Optional[str] = ..., definition: _Optional[_Mapping[str, ImportLayoutColumn]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ...) -> None: ...

class PublishImportLayoutRequest(_message.Message):
    __slots__ = ("layout", "request_id")
    LAYOUT_FIELD_NUMBER: _ClassVar[int]
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    layout: ImportLayout
    request_id: str
    def __init__(self, layout: _Optional[_Union[ImportLayout, _Mapping]] = ..., request_id: _Optional[str] = ...) -> None: ...

class PublishImportLayoutResponse(_message.Message):
    __slots__ = ("already_done",)
    ALREADY_DONE_FIELD_NUMBER: _ClassVar[int]
    already_done: bool
    def __init__(self, already_done: _Optional[bool] = ...) -> None: ...

class ListImportLayoutsRequest(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class ListImportLayoutsResponse(_message.Message):
    __slots__ = ("layouts",)
    LAYOUTS_FIELD_NUMBER: _ClassVar[int]
    layouts: _containers.RepeatedCompositeFieldContainer[ImportLayout]
    def __init__(self, layouts: _Optional[_Iterable[_Union[ImportLayout, _Mapping]]] = ...) -> None: ...
