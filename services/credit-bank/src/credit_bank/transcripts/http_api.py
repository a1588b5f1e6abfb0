"""Transcripts over HTTP: the same content as over gRPC, amounts as decimal strings."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from chassis.http import FreshActor, Purpose
from chassis.pg import Pool
from fastapi import APIRouter, Header, Query, Response
from pydantic import AwareDatetime, BaseModel, Field

from credit_bank.averages.domain import ScopedAverage
from credit_bank.calendar_th import utc_now
from credit_bank.clients import Registry
from credit_bank.json_models import AmountOut, Body
from credit_bank.recording.http_models import EntryOut
from credit_bank.transcripts import use_cases
from credit_bank.transcripts.domain import Transcript
from credit_bank.transcripts.use_cases import LEARNERS_MAX, TranscriptQuery


class EnrolmentProofOut(BaseModel):
    """One enrolment as proof; `valid_to` is absent while it is open."""

    institution_id: UUID
    institution_name_th: str
    role: str
    grade_label: str
    valid_from: date
    valid_to: date | None


class IdentityProofOut(BaseModel):
    """Proof that the learner is the person and is enrolled, as student-registry says now."""

    full_name_th: str
    masked_identifiers: list[str]
    identity_state: str
    enrolments: list[EnrolmentProofOut]


class RowOut(BaseModel):
    """One verified result; the hash is over the course's frozen description and outcomes."""

    entry: EntryOut
    issuer_name_th: str
    content_sha256_hex: str


class ActivityOut(BaseModel):
    """An activity or conduct result."""

    entry: EntryOut


class AverageOut(BaseModel):
    """A cumulative average in one level and unit, with what it was made of and how far the rule may be trusted."""

    level: str
    unit: str
    numerator_ten_thousandths: int
    denominator_hundredths: int
    value: str
    rounding: str
    retake_policy: str
    rule_status: str
    rule_version: str

    @classmethod
    def of(cls, one: ScopedAverage) -> AverageOut:
        """As shown."""
        average = one.average
        return cls(
            level=one.level,
            unit=average.unit,
            numerator_ten_thousandths=average.numerator_ten_thousandths,
            denominator_hundredths=average.denominator_hundredths,
            value=average.value,
            rounding=str(average.policy.rounding),
            retake_policy=str(average.policy.retake_policy),
            rule_status=average.policy.status,
            rule_version=average.policy.version,
        )


class ClaimOut(BaseModel):
    """What a result already counts for; `target_course_code` is empty while it counts as itself."""

    entry_id: UUID
    qualification_code: str
    awarding_institution_id: UUID
    state: str
    target_course_code: str


class TotalOut(BaseModel):
    """Verified credits in one unit."""

    earned: AmountOut | None
    attempted: AmountOut | None


class TranscriptOut(BaseModel):
    """A transcript: verified results only, units apart."""

    learner_id: UUID
    as_of: datetime
    identity: IdentityProofOut
    rows: list[RowOut]
    activities: list[ActivityOut]
    averages: list[AverageOut]
    claims: list[ClaimOut]
    totals: list[TotalOut]
    head_hash_hex: str
    transcript_id: UUID | None

    @classmethod
    def of(cls, transcript: Transcript) -> TranscriptOut:
        """As shown."""
        return cls(
            learner_id=transcript.learner_id,
            as_of=transcript.as_of,
            identity=_identity(transcript),
            rows=[
                RowOut(
                    entry=EntryOut.of(entry),
                    issuer_name_th=transcript.institution_name(entry.issuer_institution_id),
                    content_sha256_hex=entry.content_sha256.hex(),
                )
                for entry in transcript.rows
            ],
            activities=[ActivityOut(entry=EntryOut.of(entry)) for entry in transcript.activities],
            averages=[AverageOut.of(average) for average in transcript.averages],
            claims=[
                ClaimOut(
                    entry_id=claim.entry_id,
                    qualification_code=claim.qualification_code,
                    awarding_institution_id=claim.awarding_institution_id,
                    state=str(claim.state),
                    target_course_code=claim.target_course_code,
                )
                for claim in transcript.claims
            ],
            totals=[
                TotalOut(
                    earned=AmountOut.of(total.earned_hundredths, total.unit),
                    attempted=AmountOut.of(total.attempted_hundredths, total.unit),
                )
                for total in transcript.totals
            ],
            head_hash_hex=transcript.head_hash.hex(),
            transcript_id=transcript.transcript_id,
        )

    def etag(self, *, is_dated: bool) -> str:
        """Validator of the content; the instant counts only where it was asked for, as otherwise it always differs."""
        left_out = None if is_dated else {"as_of"}
        digest = hashlib.sha256(self.model_dump_json(exclude=left_out).encode()).hexdigest()
        return f'"{digest[:32]}"'


def _identity(transcript: Transcript) -> IdentityProofOut:
    identity = transcript.identity
    return IdentityProofOut(
        full_name_th=identity.full_name_th,
        masked_identifiers=list(identity.masked_identifiers),
        identity_state=identity.state,
        enrolments=[
            EnrolmentProofOut(
                institution_id=enrolment.institution_id,
                institution_name_th=transcript.institution_name(enrolment.institution_id),
                role=enrolment.role,
                grade_label=enrolment.grade_label,
                valid_from=enrolment.valid_from,
                valid_to=enrolment.valid_to,
            )
            for enrolment in identity.enrolments
        ],
    )


class TranscriptQueryIn(Body):
    """Learners whose transcripts are asked for."""

    learner_ids: Annotated[list[UUID], Field(min_length=1, max_length=LEARNERS_MAX)]


class TranscriptsOut(BaseModel):
    """Transcripts that the caller may see, in the order of the request."""

    transcripts: list[TranscriptOut]


def router(pool: Pool, registry: Registry) -> APIRouter:
    """The paths of transcripts."""
    api = APIRouter(tags=["transcripts"])

    @api.get(
        "/v1/learners/{learner_id}/transcript",
        response_model=TranscriptOut,
        responses={304: {"description": "Nothing has changed since the answer with this ETag."}},
    )
    async def get_transcript(  # noqa: PLR0917  # FastAPI passes them by name
        learner_id: UUID,
        actor: FreshActor,
        purpose: Purpose,
        response: Response,
        as_of: Annotated[AwareDatetime | None, Query(description="As posted until then; absent: now.")] = None,
        curriculum: Annotated[str, Query(max_length=500, description="Only this version; empty: all.")] = "",
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> TranscriptOut | Response:
        """One learner's verified results with everything a committee judges by."""
        query = TranscriptQuery((learner_id,), purpose, as_of, curriculum)
        found = await use_cases.get_transcript(pool, registry, query, actor=actor, now=utc_now())
        shown = TranscriptOut.of(found)
        etag = shown.etag(is_dated=as_of is not None)
        # Personal data: the browser may keep it to compare, and no proxy may keep it at all.
        headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
        if if_none_match is not None and etag in (tag.strip() for tag in if_none_match.split(",")):
            return Response(status_code=304, headers=headers)
        response.headers.update(headers)
        return shown

    @api.post("/v1/transcript-queries")
    async def query_transcripts(body: TranscriptQueryIn, actor: FreshActor, purpose: Purpose) -> TranscriptsOut:
        """Transcripts of many learners; those whom the caller may not see are left out."""
        query = TranscriptQuery(tuple(body.learner_ids), purpose)
        found = await use_cases.query_transcripts(pool, registry, query, actor=actor, now=utc_now())
        return TranscriptsOut(transcripts=[TranscriptOut.of(transcript) for transcript in found])

    return api
