"""The dual-education scenario: what `make run` shows, spoken to the services as any client would."""

from nuaikit_local.scenario.platform import Platform
from nuaikit_local.scenario.story import ScenarioReport, run

__all__ = ["Platform", "ScenarioReport", "run"]
