"""Settings of the indicators service."""

from __future__ import annotations

from typing import ClassVar

from chassis.config import BaseServiceSettings
from pydantic_settings import SettingsConfigDict


class Settings(BaseServiceSettings):
    """Settings with the prefix `INDICATORS_`; those of every service suffice."""

    model_config = SettingsConfigDict(env_prefix="INDICATORS_", frozen=True, extra="forbid")
    service_name: ClassVar[str] = "indicators"
