from google.type import date_pb2 as _date_pb2
from nuaikit.common.v1 import outcome_pb2 as _outcome_pb2
from nuaikit.common.v1 import provenance_pb2 as _provenance_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PolicyRule(_message.Message):
    __slots__ = ("rule_id", "key", "reference", "title_th", "value_json", "forms", "levels", "provenance", "is_repeal")
    RULE_ID_FIELD_NUMBER: _ClassVar[int]
    KEY_FIELD_NUMBER: _ClassVar[int]
    REFERENCE_FIELD_NUMBER: _ClassVar[int]
    TITLE_TH_FIELD_NUMBER: _ClassVar[int]
    VALUE_JSON_FIELD_NUMBER: _ClassVar[int]
    FORMS_FIELD_NUMBER: _ClassVar[int]
    LEVELS_FIELD_NUMBER: _ClassVar[int]
    PROVENANCE_FIELD_NUMBER: _ClassVar[int]
    IS_REPEAL_FIELD_NUMBER: _ClassVar[int]
    rule_id: str
    key: str
    reference: str
    title_th: str
    value_json: str
    forms: _containers.RepeatedScalarFieldContainer[str]
    levels: _containers.RepeatedScalarFieldContainer[str]
    provenance: _provenance_pb2.Provenance
    is_repeal: bool
    def __init__(self, rule_id: _Optional[str] = ..., key: _Optional[str] = ..., reference: _Optional[str] = ..., title_th: _Optional[str] = ..., value_json: _Optional[str] = ..., forms: _Optional[_Iterable[str]] = ..., levels: _Optional[_Iterable[str]] = ..., provenance: _Optional[_Union[_provenance_pb2.Provenance, _Mapping]] = ..., is_repeal: _Optional[bool] = ...) -> None: ...

class ListPolicyRulesRequest(_message.Message):
    __slots__ = ("key", "form", "level", "on_date", "page_size", "page_token")
    KEY_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    key: str
    form: str
    level: str
    on_date: _date_pb2.Date
    page_size: int
    page_token: str
    def __init__(self, key: _Optional[str] = ..., form: _Optional[str] = ..., level: _Optional[str] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListPolicyRulesResponse(_message.Message):
    __slots__ = ("rules", "next_page_token")
    RULES_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    rules: _containers.RepeatedCompositeFieldContainer[PolicyRule]
    next_page_token: str
    def __init__(self, rules: _Optional[_Iterable[_Union[PolicyRule, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class PolicyQuestion(_message.Message):
    __slots__ = ("key", "form", "level")
    KEY_FIELD_NUMBER: _ClassVar[int]
    FORM_FIELD_NUMBER: _ClassVar[int]
    LEVEL_FIELD_NUMBER: _ClassVar[int]
    key: str
    form: str
    level: str
    def __init__(self, key: _Optional[str] = ..., form: _Optional[str] = ..., level: _Optional[str] = ...) -> None: ...

class FindPolicyRulesRequest(_message.Message):
    __slots__ = ("questions", "on_date")
    QUESTIONS_FIELD_NUMBER: _ClassVar[int]
    ON_DATE_FIELD_NUMBER: _ClassVar[int]
    questions: _containers.RepeatedCompositeFieldContainer[PolicyQuestion]
    on_date: _date_pb2.Date
    def __init__(self, questions: _Optional[_Iterable[_Union[PolicyQuestion, _Mapping]]] = ..., on_date: _Optional[_Union[_date_pb2.Date, _Mapping]] = ...) -> None: ...

class PolicyAnswer(_message.Message):
    __slots__ = ("question", "rule")
    QUESTION_FIELD_NUMBER: _ClassVar[int]
    RULE_FIELD_NUMBER: _ClassVar[int]
    question: PolicyQuestion
    rule: PolicyRule
    def __init__(self, question: _Optional[_Union[PolicyQuestion, _Mapping]] = ..., rule: _Optional[_Union[PolicyRule, _Mapping]] = ...) -> None: ...

class FindPolicyRulesResponse(_message.Message):
    __slots__ = ("answers",)
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    answers: _containers.RepeatedCompositeFieldContainer[PolicyAnswer]
    def __init__(self, answers: _Optional[_Iterable[_Union[PolicyAnswer, _Mapping]]] = ...) -> None: ...

class PublishPolicyRulesRequest(_message.Message):
    __slots__ = ("request_id", "rules")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    RULES_FIELD_NUMBER: _ClassVar[int]
    request_id: str
    rules: _containers.RepeatedCompositeFieldContainer[PolicyRule]
    def __init__(self, request_id: _Optional[str] = ..., rules: _Optional[_Iterable[_Union[PolicyRule, _Mapping]]] = ...) -> None: ...

class PublishPolicyRulesResponse(_message.Message):
    __slots__ = ("outcomes",)
    OUTCOMES_FIELD_NUMBER: _ClassVar[int]
    outcomes: _containers.RepeatedCompositeFieldContainer[_outcome_pb2.ItemOutcome]
    def __init__(self, outcomes: _Optional[_Iterable[_Union[_outcome_pb2.ItemOutcome, _Mapping]]] = ...) -> None: ...
