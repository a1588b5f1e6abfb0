"""Keys of courses: which catalogue, code, curriculum and owner. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from uuid import UUID


class CodeSystem(StrEnum):
    """Which catalogue a course code belongs to (CB c.1)."""

    OBEC = "OBEC"
    OVEC = "OVEC"
    SHORT = "SHORT"
    EXT = "EXT"


CREDIT_STEP_HUNDREDTHS: Final = {"CR_OBEC": 50, "CR_OVEC": 100}
"""Least step of credits by unit. Source: CB c.2; assumed for CR_OVEC."""


@dataclass(frozen=True, slots=True)
class CourseKey:
    """The key of a course: a code alone is not unique across schools.

    Attributes:
        owner_institution_id: Institution that owns a local course; None for national ones.
    """

    code_system: CodeSystem
    code: str
    curriculum_version: str
    owner_institution_id: UUID | None = None


def key_text(key: CourseKey) -> str:
    """A key as one text, for digests and orders."""
    return "|".join((key.code_system, key.code, key.curriculum_version, str(key.owner_institution_id or "national")))


class ScopeTier(StrEnum):
    """Of which tier of the credit bank a tag speaks (R-11)."""

    NATIONAL = "NATIONAL"
    LEVEL = "LEVEL"
    PROVINCE = "PROVINCE"


class ProvisionMode(StrEnum):
    """How a course is taught; ทวิภาคี is not ทวิศึกษา, which is one learner in a school and a college."""

    INSTITUTION = "INSTITUTION"
    DUAL_VOCATIONAL_TRAINING = "DUAL_VOCATIONAL_TRAINING"
    WORKPLACE = "WORKPLACE"
    DISTANCE = "DISTANCE"


@dataclass(frozen=True, slots=True)
class ScopeTag:
    """For which tier of the credit bank something is meant.

    Attributes:
        code: Level of education, or two digits of a province; empty for the whole country.
    """

    tier: ScopeTier
    code: str = ""

    @property
    def text(self) -> str:
        """As it is kept: `NATIONAL`, `LEVEL:UPPER_SECONDARY`, `PROVINCE:70`."""
        return f"{self.tier}:{self.code}" if self.code else str(self.tier)

    @classmethod
    def of(cls, text: str) -> ScopeTag:
        """From the text as it is kept.

        Raises:
            ValueError: No tier of ours.
        """
        tier, _, code = text.partition(":")
        return cls(ScopeTier(tier), code)
