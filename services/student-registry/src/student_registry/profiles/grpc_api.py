"""ProfileService: contract messages to commands and back."""

from __future__ import annotations

from typing import Any

from chassis.auth import Identifier as CallIdentifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.outcomes import outcomes_to_pb
from grpc.aio import ServicerContext
from nuaikit.student_registry.v1 import learners_pb2
from nuaikit.student_registry.v1 import profiles_pb2 as pb
from nuaikit.student_registry.v1 import profiles_pb2_grpc as pb_grpc

from student_registry.calendar_th import now_utc
from student_registry.deps import Deps
from student_registry.profiles import queries, use_cases
from student_registry.profiles.domain import (
    Address,
    Coded,
    EndReason,
    Fact,
    Made,
    Photo,
    ProfileKind,
    Reach,
    Relative,
    Schooling,
    Stated,
    Value,
)
from student_registry.profiles.errors import ProfileValueMissing
from student_registry.wire import (
    data_status_to_pb,
    date_or_none_to_pb,
    enum_from_pb,
    optional_date,
    provenance_from_pb,
    provenance_to_pb,
    required_date,
)

_KIND = "PROFILE_KIND_"
_REASON = "PROFILE_END_REASON_"


def _optional_id(message: Any, name: str, *, field: str) -> Any:
    return parse_uuid(getattr(message, name), field=f"{field}.{name}") if message.HasField(name) else None


def value_from_pb(message: pb.ProfileFactInput, *, field: str) -> Value:
    """The value that was stated.

    Raises:
        ProfileValueMissing: None was.
        InvalidField: A part of it has no usable value.
    """
    match message.WhichOneof("value"):
        case "coded":
            return Coded(message.coded.code, message.coded.detail)
        case "reach":
            return Reach(message.reach.value, message.reach.label)
        case "address":
            stated = message.address
            return Address(
                stated.line, stated.subdistrict, stated.district, stated.province, stated.postal_code, stated.label
            )
        case "relative":
            relative = message.relative
            return Relative(
                title=relative.name.title_th,
                given=relative.name.given_name_th,
                family=relative.name.family_name_th,
                relation_code=relative.relation_code,
                standing_code=relative.standing_code,
                lives_with_learner=relative.lives_with_learner if relative.HasField("lives_with_learner") else None,
            )
        case "schooling":
            stay = message.schooling
            return Schooling(
                institution_id=parse_uuid(stay.institution_id, field=f"{field}.institution_id"),
                admitted_on=required_date(stay, "admitted_on", field=f"{field}.admitted_on"),
                previous_institution_id=_optional_id(stay, "previous_institution_id", field=field),
                previous_school=stay.previous_school,
                previous_grade=stay.previous_grade,
                left_on=optional_date(stay, "left_on", field=f"{field}.left_on"),
                leaving_reason_code=stay.leaving_reason_code,
            )
        case _:
            raise ProfileValueMissing(field=f"{field}.value")


def fact_from_pb(message: pb.ProfileFactInput, *, field: str) -> Stated:
    """A fact as stated; whether it fits is decided later, item by item.

    Raises:
        InvalidField: A field has no usable value.
        ProfileValueMissing: It has no value, or is a photograph.
    """
    kind = enum_from_pb(ProfileKind, pb.ProfileKind, message.kind, prefix=_KIND, field=f"{field}.kind")
    provenance = provenance_from_pb(message, field=f"{field}.provenance")
    return Stated(
        learner_id=parse_uuid(message.learner_id, field=f"{field}.learner_id"),
        kind=kind,
        value=value_from_pb(message, field=field),
        source=provenance.source,
        status=provenance.status,
        about_fact_id=_optional_id(message, "about_fact_id", field=field),
        valid_from=optional_date(message, "valid_from", field=f"{field}.valid_from"),
        valid_to=optional_date(message, "valid_to", field=f"{field}.valid_to"),
        confirmed_on=optional_date(message, "confirmed_on", field=f"{field}.confirmed_on"),
        replaces_fact_id=_optional_id(message, "replaces_fact_id", field=field),
    )


def _made_to_pb(made: Made) -> pb.ProfileMade:
    return pb.ProfileMade(
        at=time_to_pb(made.at),
        role=made.role,
        institution_id=str(made.institution_id) if made.institution_id else None,
        source=made.source,
    )


def _photo_to_pb(photo: Photo) -> pb.PhotoValue:
    return pb.PhotoValue(
        sha256=photo.sha256,
        media_type=photo.media_type,
        byte_size=photo.byte_size,
        taken_on=date_or_none_to_pb(photo.taken_on),
    )


def _value_to_pb(value: Value) -> dict[str, Any]:
    """The field of the value and its message."""
    match value:
        case Coded():
            return {"coded": pb.CodedValue(code=value.code, detail=value.detail)}
        case Reach():
            return {"reach": pb.ReachValue(value=value.value, label=value.label)}
        case Address():
            return {
                "address": pb.AddressValue(
                    line=value.line,
                    subdistrict=value.subdistrict,
                    district=value.district,
                    province=value.province,
                    postal_code=value.postal_code,
                    label=value.label,
                )
            }
        case Relative():
            name = learners_pb2.PersonName(title_th=value.title, given_name_th=value.given, family_name_th=value.family)
            return {
                "relative": pb.RelativeValue(
                    name=name,
                    relation_code=value.relation_code,
                    standing_code=value.standing_code,
                    lives_with_learner=value.lives_with_learner,
                )
            }
        case Schooling():
            previous = value.previous_institution_id
            return {
                "schooling": pb.SchoolingValue(
                    institution_id=str(value.institution_id),
                    admitted_on=date_to_pb(value.admitted_on),
                    previous_institution_id=str(previous) if previous else None,
                    previous_school=value.previous_school,
                    previous_grade=value.previous_grade,
                    left_on=date_or_none_to_pb(value.left_on),
                    leaving_reason_code=value.leaving_reason_code,
                )
            }
        case Photo():
            return {"photo": _photo_to_pb(value)}


def fact_to_pb(fact: Fact) -> pb.ProfileFact:
    """As the contracts carry it."""
    stated = fact.stated
    return pb.ProfileFact(
        fact_id=str(fact.fact_id),
        kind=f"{_KIND}{stated.kind}",
        about_fact_id=str(stated.about_fact_id) if stated.about_fact_id else None,
        valid_from=date_or_none_to_pb(stated.valid_from),
        valid_to=date_or_none_to_pb(stated.valid_to),
        confirmed_on=date_or_none_to_pb(stated.confirmed_on),
        data_status=data_status_to_pb(stated.status),
        recorded=_made_to_pb(fact.recorded),
        ended=_made_to_pb(fact.ended) if fact.ended else None,
        end_reason=f"{_REASON}{fact.end_reason}" if fact.end_reason else None,
        replaces_fact_id=str(stated.replaces_fact_id) if stated.replaces_fact_id else None,
        **_value_to_pb(stated.value),
    )


def profile_to_pb(profile: queries.Profile) -> pb.Profile:
    """As the contracts carry it."""
    return pb.Profile(
        learner_id=str(profile.learner_id),
        facts=[fact_to_pb(fact) for fact in profile.facts],
        completeness_score=profile.completeness.score,
        missing=[pb.MissingProfileItem(code=item.code, name_th=item.name_th) for item in profile.missing],
        completeness_rule=provenance_to_pb(profile.weights.provenance),
    )


class ProfileServicer(pb_grpc.ProfileServiceServicer):
    """Profiles over gRPC."""

    def __init__(self, deps: Deps, identifier: CallIdentifier) -> None:
        """Serve from `deps`; callers are identified by `identifier`."""
        self._deps = deps
        self._identifier = identifier

    async def RecordProfileFacts(  # noqa: N802  # named by the contract
        self, request: pb.RecordProfileFactsRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordProfileFactsResponse:
        """Record facts."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.RecordFacts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(fact_from_pb(item, field=f"facts[{n}]") for n, item in enumerate(request.facts)),
        )
        outcomes = await use_cases.record_facts(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordProfileFactsResponse(outcomes=outcomes_to_pb(outcomes))

    async def EndProfileFacts(  # noqa: N802  # named by the contract
        self, request: pb.EndProfileFactsRequest, context: ServicerContext[Any, Any]
    ) -> pb.EndProfileFactsResponse:
        """End facts."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.EndFacts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                use_cases.EndedFact(
                    fact_id=parse_uuid(item.fact_id, field=f"facts[{n}].fact_id"),
                    reason=enum_from_pb(
                        EndReason, pb.ProfileEndReason, item.reason, prefix=_REASON, field=f"facts[{n}].reason"
                    ),
                    source=item.source,
                    valid_to=optional_date(item, "valid_to", field=f"facts[{n}].valid_to"),
                )
                for n, item in enumerate(request.facts)
            ),
        )
        outcomes = await use_cases.end_facts(self._deps, command, actor=actor, now=now_utc())
        return pb.EndProfileFactsResponse(outcomes=outcomes_to_pb(outcomes))

    async def ConfirmContacts(  # noqa: N802  # named by the contract
        self, request: pb.ConfirmContactsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ConfirmContactsResponse:
        """Confirm contact data."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        command = use_cases.ConfirmContacts(
            parse_uuid(request.request_id, field="request_id"),
            tuple(
                (
                    parse_uuid(item.fact_id, field=f"contacts[{n}].fact_id"),
                    optional_date(item, "confirmed_on", field=f"contacts[{n}].confirmed_on"),
                )
                for n, item in enumerate(request.contacts)
            ),
        )
        outcomes = await use_cases.confirm_contacts(self._deps, command, actor=actor, now=now_utc())
        return pb.ConfirmContactsResponse(outcomes=outcomes_to_pb(outcomes))

    async def BatchGetProfiles(  # noqa: N802  # named by the contract
        self, request: pb.BatchGetProfilesRequest, context: ServicerContext[Any, Any]
    ) -> pb.BatchGetProfilesResponse:
        """Read profiles."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.BatchGetProfiles(
            tuple(parse_uuid(item, field="learner_ids") for item in request.learner_ids),
            request.purpose,
            request.with_restricted,
            optional_date(request, "on_date", field="on_date"),
        )
        profiles = await queries.batch_get_profiles(self._deps, query, actor=actor, now=now_utc())
        return pb.BatchGetProfilesResponse(profiles=[profile_to_pb(item) for item in profiles])

    async def GetProfileHistory(  # noqa: N802  # named by the contract
        self, request: pb.GetProfileHistoryRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetProfileHistoryResponse:
        """Everything that was ever recorded."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.BatchGetProfiles(
            (parse_uuid(request.learner_id, field="learner_id"),), request.purpose, request.with_restricted
        )
        facts = await queries.get_history(self._deps, query, actor=actor, now=now_utc())
        return pb.GetProfileHistoryResponse(facts=[fact_to_pb(fact) for fact in facts])

    async def ListStaleContacts(  # noqa: N802  # named by the contract
        self, request: pb.ListStaleContactsRequest, context: ServicerContext[Any, Any]
    ) -> pb.ListStaleContactsResponse:
        """Whose contact data must be confirmed again."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = queries.ListStaleContacts(
            parse_uuid(request.institution_id, field="institution_id"), request.page_size, request.page_token
        )
        page = await queries.list_stale_contacts(self._deps, query, actor=actor, now=now_utc())
        return pb.ListStaleContactsResponse(
            learners=[
                pb.StaleContact(
                    learner_id=str(item.learner_id),
                    name=learners_pb2.PersonName(
                        title_th=item.name.title, given_name_th=item.name.given, family_name_th=item.name.family
                    ),
                    confirmed_on=date_or_none_to_pb(item.confirmed_on),
                )
                for item in page.learners
            ],
            next_page_token=page.after,
            total=page.total,
            stale_after_days=page.rule.number,
            rule=provenance_to_pb(page.rule.provenance),
        )

    async def RecordPhoto(  # noqa: N802  # named by the contract
        self, request: pb.RecordPhotoRequest, context: ServicerContext[Any, Any]
    ) -> pb.RecordPhotoResponse:
        """Record a photograph."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        if not request.content:
            raise InvalidField(field="content", expected="a photograph")
        provenance = provenance_from_pb(request, field="provenance")
        command = use_cases.RecordPhoto(
            request_id=parse_uuid(request.request_id, field="request_id"),
            learner_id=parse_uuid(request.learner_id, field="learner_id"),
            content=request.content,
            taken_on=optional_date(request, "taken_on", field="taken_on"),
            source=provenance.source,
            status=provenance.status,
        )
        fact_id = await use_cases.record_photo(self._deps, command, actor=actor, now=now_utc())
        return pb.RecordPhotoResponse(fact_id=str(fact_id))

    async def GetPhoto(  # noqa: N802  # named by the contract
        self, request: pb.GetPhotoRequest, context: ServicerContext[Any, Any]
    ) -> pb.GetPhotoResponse:
        """Read a photograph."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_id = parse_uuid(request.learner_id, field="learner_id")
        photo, content = await queries.get_photo(
            self._deps, learner_id, purpose=request.purpose, actor=actor, now=now_utc()
        )
        return pb.GetPhotoResponse(photo=_photo_to_pb(photo), content=content)


def servicer(deps: Deps, identifier: CallIdentifier) -> Servicer:
    """ProfileService, ready to be served."""
    serving = ProfileServicer(deps, identifier)
    return Servicer(
        pb.DESCRIPTOR.services_by_name["ProfileService"].full_name,
        lambda server: pb_grpc.add_ProfileServiceServicer_to_server(serving, server),
    )
