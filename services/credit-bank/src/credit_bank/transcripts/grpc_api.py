"""TranscriptService over gRPC."""

from __future__ import annotations

from datetime import UTC
from typing import Any

import grpc.aio
from chassis.auth import Identifier
from chassis.errors import InvalidField
from chassis.grpc_server import Servicer, actor_of
from chassis.ids import date_to_pb, parse_uuid, time_to_pb
from chassis.pg import Pool
from google.protobuf.timestamp_pb2 import Timestamp
from nuaikit.credit_bank.v1 import transcripts_pb2, transcripts_pb2_grpc

from credit_bank.averages.domain import ScopedAverage
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.recording.wire import entry_to_pb
from credit_bank.transcripts import use_cases
from credit_bank.transcripts.domain import Transcript
from credit_bank.transcripts.use_cases import TranscriptQuery
from credit_bank.wire import amount_to_pb, date_or_none_to_pb, unit_to_pb

FULL_NAME = transcripts_pb2.DESCRIPTOR.services_by_name["TranscriptService"].full_name

Context = grpc.aio.ServicerContext[Any, Any]


def transcript_to_pb(transcript: Transcript) -> transcripts_pb2.Transcript:
    """A transcript as the contract carries it."""
    return transcripts_pb2.Transcript(
        learner_id=str(transcript.learner_id),
        as_of=time_to_pb(transcript.as_of),
        identity=_identity_to_pb(transcript),
        rows=[
            transcripts_pb2.TranscriptRow(
                entry=entry_to_pb(entry),
                issuer_name_th=transcript.institution_name(entry.issuer_institution_id),
                content_sha256_hex=entry.content_sha256.hex(),
            )
            for entry in transcript.rows
        ],
        activities=[transcripts_pb2.ActivityResult(entry=entry_to_pb(entry)) for entry in transcript.activities],
        averages=[_average_to_pb(average) for average in transcript.averages],
        claims=[
            transcripts_pb2.ExistingClaim(
                entry_id=str(claim.entry_id),
                qualification_code=claim.qualification_code,
                awarding_institution_id=str(claim.awarding_institution_id),
                state=str(claim.state),
                target_course_code=claim.target_course_code,
            )
            for claim in transcript.claims
        ],
        totals=[
            transcripts_pb2.UnitTotal(
                earned=amount_to_pb(total.earned_hundredths, total.unit),
                attempted=amount_to_pb(total.attempted_hundredths, total.unit),
            )
            for total in transcript.totals
        ],
        head_hash_hex=transcript.head_hash.hex(),
        transcript_id="" if transcript.transcript_id is None else str(transcript.transcript_id),
    )


def _identity_to_pb(transcript: Transcript) -> transcripts_pb2.IdentityProof:
    identity = transcript.identity
    return transcripts_pb2.IdentityProof(
        full_name_th=identity.full_name_th,
        masked_identifiers=identity.masked_identifiers,
        identity_state=identity.state,
        enrolments=[
            transcripts_pb2.EnrolmentProof(
                institution_id=str(enrolment.institution_id),
                institution_name_th=transcript.institution_name(enrolment.institution_id),
                role=enrolment.role,
                grade_label=enrolment.grade_label,
                valid_from=date_to_pb(enrolment.valid_from),
                valid_to=date_or_none_to_pb(enrolment.valid_to),
            )
            for enrolment in identity.enrolments
        ],
    )


def _average_to_pb(one: ScopedAverage) -> transcripts_pb2.Average:
    average = one.average
    return transcripts_pb2.Average(
        unit=unit_to_pb(average.unit),
        numerator_ten_thousandths=average.numerator_ten_thousandths,
        denominator_hundredths=average.denominator_hundredths,
        value=average.value,
        rounding=str(average.policy.rounding),
        retake_policy=str(average.policy.retake_policy),
        rule_status=average.policy.status,
        level=one.level,
        rule_version=average.policy.version,
    )


def query_from_pb(request: transcripts_pb2.GetTranscriptRequest) -> TranscriptQuery:
    """What is asked for.

    Raises:
        InvalidField: The learner is no UUID, or the instant is none.
    """
    return TranscriptQuery(
        learner_ids=(parse_uuid(request.learner_id, field="learner_id"),),
        purpose=request.purpose,
        as_of=_instant(request.as_of) if request.HasField("as_of") else None,
        curriculum_version=request.curriculum_version,
    )


def _instant(stamp: Timestamp) -> Any:
    try:
        return stamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise InvalidField(field="as_of", expected="an instant") from None


class TranscriptServicer(transcripts_pb2_grpc.TranscriptServiceServicer):
    """Reads the messages, calls the use cases, writes the answers."""

    def __init__(self, pool: Pool, registry: Registry, identifier: Identifier) -> None:
        """Serve from `pool`; ask `registry` who learners are."""
        self._pool = pool
        self._registry = registry
        self._identifier = identifier

    async def GetTranscript(  # noqa: N802  # named by the contract
        self, request: transcripts_pb2.GetTranscriptRequest, context: Context
    ) -> transcripts_pb2.GetTranscriptResponse:
        """Read one learner's transcript."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        query = query_from_pb(request)
        transcript = await use_cases.get_transcript(self._pool, self._registry, query, actor=actor, now=utc_now())
        return transcripts_pb2.GetTranscriptResponse(transcript=transcript_to_pb(transcript))

    async def QueryTranscripts(  # noqa: N802  # named by the contract
        self, request: transcripts_pb2.QueryTranscriptsRequest, context: Context
    ) -> transcripts_pb2.QueryTranscriptsResponse:
        """Read transcripts of many learners."""
        actor = await actor_of(context, self._identifier, is_fresh_needed=True)
        learner_ids = tuple(parse_uuid(text, field="learner_ids") for text in request.learner_ids)
        query = TranscriptQuery(learner_ids, request.purpose)
        found = await use_cases.query_transcripts(self._pool, self._registry, query, actor=actor, now=utc_now())
        return transcripts_pb2.QueryTranscriptsResponse(
            transcripts=[transcript_to_pb(transcript) for transcript in found]
        )


def servicer(pool: Pool, registry: Registry, identifier: Identifier) -> Servicer:
    """The servicer and how it is added to a server."""
    serving = TranscriptServicer(pool, registry, identifier)
    return Servicer(
        FULL_NAME, lambda server: transcripts_pb2_grpc.add_TranscriptServiceServicer_to_server(serving, server)
    )
