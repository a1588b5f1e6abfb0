"""LearnerService: contract messages to commands and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from chassis.auth import Identifier as CallIdentifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from google.type.date_pb2 import Date
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import learners_pb2 as pb
from nuaikit.student_registry.v1 import learners_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc, today_in_thailand
from student_registry.deps import Deps
from student_registry.enrolments.grpc_api import enrolment_to_pb
from student_registry.enrolments.grpc_api import facts_from_pb as enrolment_from_pb
from student_registry.identifiers.domain import (
    Identifier,
    IdentifierFacts,
    IdentifierKind,
    StateStated,
    VerificationState,
)
from student_registry.learners import corrections, queries, use_cases
from student_registry.learners.domain import Learner, PersonName, Registration, Sex, birth_of
from student_registry.learners.errors import BirthDateInvalid
from student_registry.learners.versions import Correction, IdentityVersions, NameChange, Recorded
from student_registry.matching.domain import BirthDate, Precision
from student_registry.wire import (
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    optional_enum_from_pb,
    provenance_from_pb,
    provenance_to_pb,
)

_KIND = "IDENTIFIER_KIND_"
_STATE = "VERIFICATION_STATE_"


OTHER_NAMES_MAX = 20
"""Names of one person in other languages."""


def identifier_from_pb(message: pb.IdentifierInput, *, field: str) -> IdentifierFacts:
    """An identifier as stated; its number is checked later, item by item.

    Raises:
        InvalidField: A field has no usable value.
    """
    return IdentifierFacts(
        kind=enum_from_pb(IdentifierKind, pb.IdentifierKind, message.kind, prefix=_KIND, field=f"{field}.kind"),
        value=message.value,
        country=message.country if message.HasField("country") else None,
        institution_id=parse_uuid(message.institution_id, field=f"{field}.institution_id")
        if message.HasField("institution_id")
        else None,
        state=optional_enum_from_pb(
            VerificationState,
            pb.VerificationState,
            message.verification_state,
            prefix=_STATE,
            field=f"{field}.verification_state",
        )
        or VerificationState.UNVERIFIED,
    )


def birth_from_pb(message: pb.LearnerRegistration, *, field: str) -> BirthDate | None:
    """A birth date, whole or the year only; None when it is absent.

    Raises:
        InvalidField: It names no day, or its precision does not fit.
    """
    if not message.HasField("birth_date"):
        return None
    stated = message.birth_date
    precision = enum_from_pb(
        Precision,
        pb.DatePrecision,
        message.birth_date_precision,
        prefix="DATE_PRECISION_",
        field=f"{field}.birth_date_precision",
    )
    try:
        birth = birth_of(stated.year, stated.month, stated.day)
    except BirthDateInvalid:
        raise InvalidField(field=f"{field}.birth_date", expected="a calendar date, or a year alone") from None
    if birth.precision is not precision:
        raise InvalidField(field=f"{field}.birth_date", expected=f"a date of precision {precision}")
    return birth


def registration_from_pb(message: pb.LearnerRegistration, *, field: str) -> Registration:
    """A learner as stated.

    Raises:
        InvalidField: A field has no usable value.
    """
    if len(message.other_names) > OTHER_NAMES_MAX:
        raise InvalidField(field=f"{field}.other_names", expected=f"at most {OTHER_NAMES_MAX}")
    return Registration(
        name=PersonName(message.name.title_th, message.name.given_name_th, message.name.family_name_th),
        birth=birth_from_pb(message, field=field),
        sex=optional_enum_from_pb(Sex, pb.Sex, message.sex, prefix="SEX_", field=f"{field}.sex"),
        identifiers=tuple(
            identifier_from_pb(item, field=f"{field}.identifiers[{n}]") for n, item in enumerate(message.identifiers)
        ),
        registrar_institution_id=parse_uuid(
            message.registrar_institution_id, field=f"{field}.registrar_institution_id"
        ),
        enrolments=tuple(
            enrolment_from_pb(item, field=f"{field}.enrolments[{n}]") for n, item in enumerate(message.enrolments)
        ),
        provenance=provenance_from_pb(message, field=f"{field}.provenance"),
        subject=message.subject if message.HasField("subject") and message.subject else None,
        other_names=tuple(
            (item.language, PersonName(item.title, item.given_name, item.family_name)) for item in message.other_names
        ),
    )


def identifier_to_pb(identifier: Identifier, value: str | None) -> pb.IdentifierView:
    """As shown: masked, unless the whole value is given."""
    return pb.IdentifierView(
        kind=f"{_KIND}{identifier.kind}",
        masked_value=value or identifier.masked,
        institution_id=str(identifier.institution_id) if identifier.institution_id else None,
        verification_state=f"{_STATE}{identifier.state}",
        valid_from=date_to_pb(identifier.valid_from),
        valid_to=date_or_none_to_pb(identifier.valid_to),
        state_statement=_statement_to_pb(identifier.stated),
        identifier_id=str(identifier.identifier_id),
    )


def _statement_to_pb(stated: StateStated | None) -> pb.StateStatement | None:
    if stated is None:
        return None
    return pb.StateStatement(
        basis=stated.basis,
        stated_at=time_to_pb(stated.stated_at),
        role=stated.role,
        institution_id=str(stated.institution_id) if stated.institution_id else None,
    )


def birth_to_pb(birth: BirthDate) -> Date:
    """A birth date; month and day are 0 when only the year is known."""
    return date_to_pb(birth.value) if birth.precision is Precision.DAY else Date(year=birth.value.year)


def learner_to_pb(learner: Learner, *, today: date) -> pb.Learner:
    """As the contracts carry it."""
    birth = learner.birth
    return pb.Learner(
        learner_id=str(learner.learner_id),
        name=pb.PersonName(
            title_th=learner.name.title, given_name_th=learner.name.given, family_name_th=learner.name.family
        ),
        birth_date=birth_to_pb(birth) if birth else None,
        birth_date_precision=f"DATE_PRECISION_{birth.precision}" if birth else None,
        sex=f"SEX_{learner.sex}" if learner.sex else None,
        identifiers=[
            identifier_to_pb(item, learner.shown_values.get(item.identifier_id)) for item in learner.identifiers
        ],
        registrar_institution_id=str(learner.registrar_institution_id),
        enrolments=[enrolment_to_pb(item, today=today) for item in learner.enrolments],
        provenance=provenance_to_pb(learner.provenance),
        identity_state=f"{_STATE}{learner.identity_state}",
        other_names=[name_to_pb(*item) for item in learner.other_names.items()],
    )


def name_to_pb(language: str, name: PersonName) -> pb.NameInLanguage:
    """A name in one language."""
    return pb.NameInLanguage(language=language, title=name.title, given_name=name.given, family_name=name.family)


def correction_from_pb(message: pb.LearnerCorrection, *, field: str) -> Correction:
    """A correction as stated; what the learner has is compared later.

    Raises:
        InvalidField: A field has no usable value.
        BirthDateInvalid: The birth date names no day.
    """
    stated = message.birth_date
    return Correction(
        learner_id=parse_uuid(message.learner_id, field=f"{field}.learner_id"),
        reason_code=message.reason_code,
        source=message.source,
        names=tuple(
            NameChange(
                item.name.language,
                None if item.is_ended else PersonName(item.name.title, item.name.given_name, item.name.family_name),
                optional_date(item, "valid_from", field=f"{field}.names[{n}].valid_from"),
            )
            for n, item in enumerate(message.names)
        ),
        birth=birth_of(stated.year, stated.month, stated.day) if message.HasField("birth_date") else None,
        sex=optional_enum_from_pb(Sex, pb.Sex, message.sex, prefix="SEX_", field=f"{field}.sex"),
    )


def _recorded_to_pb(recorded: Recorded) -> pb.Recorded:
    return pb.Recorded(
        recorded_at=time_to_pb(recorded.recorded_at),
        role=recorded.role,
        institution_id=str(recorded.institution_id) if recorded.institution_id else None,
        reason_code=recorded.reason_code,
        source=recorded.source,
    )


def versions_to_pb(versions: IdentityVersions) -> pb.GetIdentityVersionsResponse:
    """As the contracts carry them."""
    return pb.GetIdentityVersionsResponse(
        names=[
            pb.NameVersion(
                name=name_to_pb(item.language, item.name),
                since=date_or_none_to_pb(item.since),
                until=date_or_none_to_pb(item.until),
                was_wrong=item.was_wrong,
                recorded=_recorded_to_pb(item.recorded),
                replaced_at=time_to_pb(item.replaced_at) if item.replaced_at else None,
            )
            for item in versions.names
        ],
        facts=[
            pb.FactsVersion(
                birth_date=birth_to_pb(item.birth) if item.birth else None,
                birth_date_precision=f"DATE_PRECISION_{item.birth.precision}" if item.birth else None,
                sex=f"SEX_{item.sex}" if item.sex else None,
                recorded=_recorded_to_pb(item.recorded),
                replaced_at=time_to_pb(item.replaced_at) if item.replaced_at else None,
            )
            for item in versions.facts
        ],
    )


class LearnerServicer(pb_grpc.LearnerServiceServicer):
    """Learners over gRPC."""

    def __init__(self, deps: Deps, identifier: CallIdentifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def RegisterLearners(  # noqa: N802  # named by the contract
        self, request: pb.RegisterLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.RegisterLearnersResponse:
        """Register learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RegisterLearners(
            parse_uuid(request.request_id, field="request_id"),
            tuple(registration_from_pb(item, field=f"learners[{n}]") for n, item in enumerate(request.learners)),
        )
        outcomes = await use_cases.register_learners(self._deps, command, actor=actor, now=now_utc())
        return pb.RegisterLearnersResponse(outcomes=outcomes_to_pb(outcomes))

    async def BatchGetLearners(  # noqa: N802  # named by the contract
        self, request: pb.BatchGetLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.BatchGetLearnersResponse:
        """Read learners that exist for the caller."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.BatchGetLearners(
            learner_ids=tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            purpose=request.purpose,
            ground=request.ground,
            ground_id=request.ground_id,
            on_date=optional_date(request, "on_date", field="on_date"),
        )
        now = now_utc()
        learners = await queries.batch_get_learners(self._deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return pb.BatchGetLearnersResponse(learners=[learner_to_pb(item, today=today) for item in learners])

    async def ListLearners(  # noqa: N802  # named by the contract
        self, request: pb.ListLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListLearnersResponse:
        """List the learners of the caller's institution."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.ListLearners(
            institution_id=parse_uuid(request.institution_id, field="institution_id"),
            grade_label=request.grade_label,
            on_date=optional_date(request, "on_date", field="on_date"),
            purpose=request.purpose,
            page_size=request.page_size,
            after=parse_uuid(request.page_token, field="page_token") if request.page_token else None,
        )
        now = now_utc()
        page = await queries.list_learners(self._deps, query, actor=actor, now=now)
        today = today_in_thailand(now)
        return pb.ListLearnersResponse(
            learners=[learner_to_pb(item, today=today) for item in page.learners],
            next_page_token=str(page.after) if page.after else "",
            total=page.total,
        )

    async def FindLearners(  # noqa: N802  # named by the contract
        self, request: pb.FindLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.FindLearnersResponse:
        """Find learners of the caller's institution by student number."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        institution_id = parse_uuid(request.institution_id, field="institution_id")
        found = await queries.find_learners(self._deps, institution_id, request.student_nos, actor=actor, now=now_utc())
        return pb.FindLearnersResponse(
            matches=[
                pb.FindLearnersResponse.Match(student_no=number, learner_id=str(learner_id))
                for number, learner_id in found.items()
            ]
        )

    async def ChangeIdentifier(  # noqa: N802  # named by the contract
        self, request: pb.ChangeIdentifierRequest, context: ServicerContext[Any, Any]
    ) -> pb.ChangeIdentifierResponse:
        """Replace an identifier."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        if not request.HasField("identifier"):
            raise InvalidField(field="identifier", expected="the new identifier")
        command = use_cases.ChangeIdentifier(
            request_id=parse_uuid(request.request_id, field="request_id"),
            learner_id=parse_uuid(request.learner_id, field="learner_id"),
            ends_kind=enum_from_pb(
                IdentifierKind, pb.IdentifierKind, request.ends_kind, prefix=_KIND, field="ends_kind"
            ),
            identifier=identifier_from_pb(request.identifier, field="identifier"),
            valid_from=optional_date(request, "valid_from", field="valid_from"),
        )
        now = now_utc()
        await use_cases.change_identifier(self._deps, command, actor=actor, now=now)
        learner = await queries.load_changed(self._deps, command.learner_id, actor=actor, now=now)
        return pb.ChangeIdentifierResponse(learner=learner_to_pb(learner, today=today_in_thailand(now)))

    async def CorrectLearners(  # noqa: N802  # named by the contract
        self, request: pb.CorrectLearnersRequest, context: ServicerContext[Any, Any]
    ) -> pb.CorrectLearnersResponse:
        """Correct learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = corrections.CorrectLearners(
            parse_uuid(request.request_id, field="request_id"),
            tuple(correction_from_pb(item, field=f"corrections[{n}]") for n, item in enumerate(request.corrections)),
        )
        outcomes = await corrections.correct_learners(self._deps, command, actor=actor, now=now_utc())
        return pb.CorrectLearnersResponse(outcomes=outcomes_to_pb(outcomes))

    async def GetIdentityVersions(  # noqa: N802  # named by the contract
        self, request: pb.GetIdentityVersionsRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetIdentityVersionsResponse:
        """What was ever recorded of a learner."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        found = await corrections.get_versions(
            self._deps, learner_id, purpose=request.purpose, actor=actor, now=now_utc()
        )
        return versions_to_pb(found)

    async def GetOwnLearner(  # noqa: N802  # named by the contract
        self, request: pb.GetOwnLearnerRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetOwnLearnerResponse:
        """The caller's own record."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        now = now_utc()
        learner = await queries.get_own_learner(self._deps, actor=actor, now=now)
        return pb.GetOwnLearnerResponse(learner=learner_to_pb(learner, today=today_in_thailand(now)))


def servicer(deps: Deps, identifier: CallIdentifier) -> Servicer:
    """LearnerService, ready to be served."""
    serving = LearnerServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["LearnerService"].full_name,
        lambda server: pb_grpc.add_LearnerServiceServicer_to_server(serving, server),
    )
