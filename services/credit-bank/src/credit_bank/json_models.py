"""JSON shapes that several HTTP paths share. Names are those of the contracts; amounts are decimal strings."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from chassis.errors import InvalidField
from chassis.http import ItemResult
from pydantic import BaseModel, ConfigDict, Field

from credit_bank.catalogue.domain import CodeSystem, CourseKey, normalise_code
from credit_bank.ledger.domain import decimal_text
from credit_bank.provenance import SOURCE_CHARACTERS_MAX, Provenance

AMOUNT_PATTERN = r"^\d{1,4}(\.\d{1,2})?$"

Status = Literal["confirmed", "assumed", "demonstration"]
Unit = Literal["CR_OBEC", "CR_OVEC"]


class Body(BaseModel):
    """A request body: unknown names are refused, so that a misspelt field is not silently lost."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ProvenanceBody(Body):
    """Where a fact comes from and how far it may be trusted."""

    source: Annotated[str, Field(min_length=1, max_length=SOURCE_CHARACTERS_MAX)]
    status: Status
    effective_from: date | None = None
    version: str | None = None

    def to_domain(self) -> Provenance:
        """As the use cases know it."""
        return Provenance(self.source, self.status, self.effective_from, self.version)

    @classmethod
    def of(cls, provenance: Provenance) -> ProvenanceBody:
        """As shown."""
        return cls.model_validate(
            {
                "source": provenance.source,
                "status": provenance.status,
                "effective_from": provenance.effective_from,
                "version": provenance.version,
            }
        )


class AmountBody(Body):
    """An amount of credit in one unit: a decimal string such as `1.0` or `0.5`, never a float."""

    amount: Annotated[str, Field(pattern=AMOUNT_PATTERN, examples=["1.0"])]
    unit: Unit

    @property
    def hundredths(self) -> int:
        """In 1/100 credit."""
        whole, _, rest = self.amount.partition(".")
        return int(whole) * 100 + int(rest.ljust(2, "0"))


class AmountOut(BaseModel):
    """An amount of credit in one unit; signed in journal lines."""

    amount: str
    unit: str

    @classmethod
    def of(cls, hundredths: int | None, unit: str | None) -> AmountOut | None:
        """As shown; None where the course has no credits."""
        return None if hundredths is None or unit is None else cls(amount=decimal_text(hundredths), unit=unit)


class CourseKeyBody(Body):
    """The key of a course: a code alone is not unique across schools."""

    code_system: CodeSystem
    code: Annotated[str, Field(min_length=1, max_length=500, examples=["ท31101"])]
    curriculum_version: Annotated[str, Field(min_length=1, max_length=500, examples=["OBEC-2551R60"])]
    owner_institution_id: UUID | None = None

    def to_domain(self) -> CourseKey:
        """The key with its code normalised."""
        return CourseKey(
            self.code_system,
            normalise_code(self.code_system, self.code),
            self.curriculum_version.strip(),
            self.owner_institution_id,
        )

    @classmethod
    def of(cls, key: CourseKey) -> CourseKeyBody:
        """As shown."""
        return cls(
            code_system=key.code_system,
            code=key.code,
            curriculum_version=key.curriculum_version,
            owner_institution_id=key.owner_institution_id,
        )


class ListResult(BaseModel):
    """What became of each item, in the order of the request; the good ones are done whatever the others are."""

    results: list[ItemResult]


def required_amount(body: AmountBody | None, *, field: str) -> AmountBody:
    """An amount that must be given.

    Raises:
        InvalidField: It is not.
    """
    if body is None:
        raise InvalidField(field=field, expected="an amount")
    return body
