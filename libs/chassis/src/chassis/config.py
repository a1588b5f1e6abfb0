"""Typed settings that refuse unknown names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class UnknownSettingError(Exception):
    """An environment variable has the service's prefix and no such setting."""


class BaseServiceSettings(BaseSettings):
    """Settings every service has; a subclass sets `env_prefix`.

    Secrets come from files of `SECRETS_DIR` or from the environment.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", case_sensitive=False)
    service_name: ClassVar[str]

    database_dsn: SecretStr = Field(description="PostgreSQL connection of this service's own role and database.")
    database_pool_size_max: int = Field(8, ge=1, le=100, description="Most connections of the pool.")
    kafka_bootstrap: str = Field(description="host:port of a Kafka broker; several are separated by commas.")
    kafka_security_protocol: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How to speak to Kafka; SASL means SCRAM-SHA-512."
    )
    kafka_username: str | None = Field(None, description="SCRAM user name.")
    kafka_password: SecretStr | None = Field(None, description="SCRAM password.")
    kafka_ca_file: Path | None = Field(None, description="Certificate authority of the brokers, for SASL_SSL.")
    topic_prefix: str = Field("", description="Put before every topic name; for shared brokers and tests.")
    consumer_group: str | None = Field(None, description="Kafka consumer group; the service name when absent.")
    http_address: str = Field("127.0.0.1:0", description="host:port on which HTTP is served.")
    grpc_address: str | None = Field(None, description="host:port on which gRPC is served; absent: no gRPC.")
    oidc_issuer: str = Field(description="URL of the OpenID Connect issuer whose tokens are accepted.")
    oidc_audience: str = Field("nuaikit", description="Audience that tokens must name.")
    client_id: str | None = Field(None, description="This service's own client at the issuer.")
    client_secret: SecretStr | None = Field(None, description="Secret of that client.")
    subject_hash_key: SecretStr = Field(description="Key of the HMAC under which subjects appear in events.")
    otlp_endpoint: str | None = Field(None, description="OTLP gRPC collector; absent: nothing is exported.")
    trace_sample_ratio: float = Field(0.05, ge=0, le=1, description="Share of traces begun here that is recorded.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    relay_poll_ms: int = Field(25, ge=1, le=10_000, description="Wait between looks at an empty outbox.")
    relay_batch_rows_max: int = Field(500, ge=1, le=10_000, description="Most outbox rows sent at once.")
    consume_batch_records_max: int = Field(200, ge=1, le=10_000, description="Most records applied in one transaction.")
    rpc_timeout_ms: int = Field(5_000, ge=1, le=60_000, description="Deadline of calls to other services.")

    @classmethod
    def load(cls) -> Self:
        """Read settings from the environment and the secrets folder.

        Raises:
            UnknownSettingError: A name with this service's prefix is not a setting (pydantic-settings would ignore it).
        """
        prefix = cls.model_config.get("env_prefix", "")
        known = {f"{prefix}{name}".upper() for name in cls.model_fields} | {f"{prefix}SECRETS_DIR".upper()}
        unknown = sorted(name for name in os.environ if name.startswith(prefix.upper()) and name.upper() not in known)
        if unknown:
            raise UnknownSettingError(f"unknown settings: {', '.join(unknown)}")
        folder = os.environ.get(f"{prefix}SECRETS_DIR")
        sources: dict[str, Any] = {"_secrets_dir": folder} if folder else {}
        return cls(**sources)

    @property
    def group(self) -> str:
        """Kafka consumer group."""
        return self.consumer_group or self.service_name
