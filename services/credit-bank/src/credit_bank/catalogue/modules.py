"""Modules (ชุดวิชาชีพ): general and vocational units earned one by one toward a course or qualification. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from credit_bank.catalogue.domain import CHARACTERS_MAX
from credit_bank.catalogue.keys import CourseKey, ProvisionMode, ScopeTag, key_text
from credit_bank.provenance import Provenance, provenance_document

UNITS_MAX: Final = 100


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What is published about a module (R-02).

    Attributes:
        units: Courses of any system, in their order.
        min_units: Units needed to earn it.
        is_block: May be taught as a block outside terms.
        leads_to_course: Course toward which it is earned; a published rule says for what it is accepted.
        leads_to_qualification: Code and version; an empty version means any, an empty code none.
    """

    code: str
    owner_institution_id: UUID | None
    title_th: str
    units: tuple[CourseKey, ...]
    min_units: int
    is_block: bool
    leads_to_course: CourseKey | None
    leads_to_qualification: tuple[str, str]
    scopes: tuple[ScopeTag, ...]
    provision_modes: tuple[ProvisionMode, ...]
    provenance: Provenance


@dataclass(frozen=True, slots=True)
class Module:
    """A module in its newest version."""

    module_id: UUID
    version: int
    facts: ModuleFacts


def module_fault(facts: ModuleFacts) -> tuple[str, str] | None:
    """Field and expectation of what can never be right about a module; None for a good one."""
    if not 0 < len(facts.code) <= CHARACTERS_MAX or not 0 < len(facts.title_th) <= CHARACTERS_MAX:
        return "code", f"code and title of 1 to {CHARACTERS_MAX} characters"
    if not 1 < len(facts.units) <= UNITS_MAX or len(set(facts.units)) != len(facts.units):
        return "units", f"2 to {UNITS_MAX} courses, each once"
    if not 0 < facts.min_units <= len(facts.units):
        return "min_units", "1 to the number of units, or 0 for all"
    if facts.leads_to_course in facts.units:
        return "leads_to_course", "a course that is no unit of it"
    if facts.leads_to_course is None and not facts.leads_to_qualification[0]:
        return "leads_to_course", "a course or a qualification toward which it is earned"
    return None


def module_document(facts: ModuleFacts) -> dict[str, Any]:
    """What makes a module sent again the same."""
    return {
        "code": facts.code,
        "owner_institution_id": None if facts.owner_institution_id is None else str(facts.owner_institution_id),
        "title_th": facts.title_th,
        "units": [key_text(key) for key in facts.units],
        "min_units": facts.min_units,
        "is_block": facts.is_block,
        "leads_to_course": None if facts.leads_to_course is None else key_text(facts.leads_to_course),
        "leads_to_qualification": list(facts.leads_to_qualification),
        "scopes": [tag.text for tag in facts.scopes],
        "provision_modes": [str(mode) for mode in facts.provision_modes],
        **provenance_document(facts.provenance),
    }


@dataclass(frozen=True, slots=True)
class ModuleProgress:
    """Which units a learner has earned.

    Attributes:
        earned: The result that earned a unit, by unit.
    """

    module: Module
    earned: Mapping[CourseKey, UUID]

    @property
    def is_earned(self) -> bool:
        """Whether enough units are earned."""
        return len(self.earned) >= self.module.facts.min_units


def progress(module: Module, earned: Mapping[CourseKey, UUID]) -> ModuleProgress:
    """Progress in a module; results of other courses do not matter."""
    return ModuleProgress(module, {unit: earned[unit] for unit in module.facts.units if unit in earned})
