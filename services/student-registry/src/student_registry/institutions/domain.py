"""Institutions and their codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from student_registry.institutions.errors import InstitutionNameMissing, LocalAliasFormat, OfficialCodeFormat
from student_registry.provenance import Provenance
from student_registry.text import ascii_digits, clean

NAME_CHARACTERS_MAX = 300
_OFFICIAL_CODE = re.compile(r"[0-9]{10}")
_LOCAL_ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,63}")


class InstitutionKind(StrEnum):
    """What an institution is."""

    SCHOOL = "SCHOOL"
    COLLEGE = "COLLEGE"
    AREA_OFFICE_PRIMARY = "AREA_OFFICE_PRIMARY"
    AREA_OFFICE_SECONDARY = "AREA_OFFICE_SECONDARY"
    HOME_SCHOOL = "HOME_SCHOOL"
    UNIVERSITY = "UNIVERSITY"
    AGENCY = "AGENCY"


@dataclass(frozen=True, slots=True)
class InstitutionFacts:
    """What is stated about an institution.

    Attributes:
        official_code: Ten digits: affiliation, province, institution; None while unknown, never invented.
        local_alias: Unique in this installation; names the institution in files while the official code is unknown.
    """

    kind: InstitutionKind
    name_th: str
    name_en: str | None
    official_code: str | None
    local_alias: str
    parent_institution_id: UUID | None
    provenance: Provenance

    @property
    def codes(self) -> tuple[str, ...]:
        """Every code under which the institution is found."""
        return (self.local_alias,) if self.official_code is None else (self.local_alias, self.official_code)


@dataclass(frozen=True, slots=True)
class Institution:
    """A registered institution, with its parent on the day asked for."""

    institution_id: UUID
    facts: InstitutionFacts


def checked(facts: InstitutionFacts) -> InstitutionFacts:
    """The facts as they are stored: cleaned text, ASCII digits.

    The official code has no check digit, so only its shape is checked here; the register itself is what validates it.

    Raises:
        InstitutionNameMissing: No name, or one too long.
        OfficialCodeFormat: Not ten digits.
        LocalAliasFormat: Not an alias.

    Source: credit-bank.md e.3.
    """
    name_th, alias = clean(facts.name_th), clean(facts.local_alias)
    name_en = clean(facts.name_en) if facts.name_en else None
    code = ascii_digits(clean(facts.official_code)) if facts.official_code else None
    if not name_th or len(name_th) > NAME_CHARACTERS_MAX or len(name_en or "") > NAME_CHARACTERS_MAX:
        raise InstitutionNameMissing(field="name_th")
    if code is not None and not _OFFICIAL_CODE.fullmatch(code):
        raise OfficialCodeFormat(field="official_code")
    if not _LOCAL_ALIAS.fullmatch(alias):
        raise LocalAliasFormat(field="local_alias")
    return replace(facts, name_th=name_th, name_en=name_en or None, official_code=code, local_alias=alias)
