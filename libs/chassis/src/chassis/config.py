"""Typed settings that refuse unknown names."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict


class UnknownSettingError(Exception):
    """An environment variable has the service's prefix and no such setting."""


_ADDRESS = r"^[^:\s]*:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$"


class EdgeSettings(BaseSettings):
    """Settings of every program; alone enough for one without database and events, such as the portal.

    A subclass sets `env_prefix`. Secrets come from files of `{PREFIX}SECRETS_DIR`, which are named as the environment
    variables are, in lower case; the environment wins over a file.
    """

    model_config = SettingsConfigDict(frozen=True, extra="forbid", case_sensitive=False)
    service_name: ClassVar[str]

    http_address: str = Field("127.0.0.1:0", pattern=_ADDRESS, description="host:port on which HTTP is served.")
    grpc_address: str | None = Field(
        None, pattern=_ADDRESS, description="host:port on which gRPC is served; absent: no gRPC."
    )
    oidc_issuer: str = Field(
        description="URL of the OpenID Connect issuer whose tokens are accepted, as its `iss` says."
    )
    oidc_audience: str = Field("nuaikit", description="Audience that tokens must name.")
    client_id: str | None = Field(None, description="This service's own client at the issuer.")
    client_secret: SecretStr | None = Field(None, description="Secret of that client.")
    otlp_endpoint: str | None = Field(
        None, description="URL of an OTLP gRPC collector, https for TLS; absent: nothing is exported."
    )
    trace_sample_ratio: float = Field(0.05, ge=0, le=1, description="Share of traces begun here that is recorded.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="Least level logged.")
    rpc_timeout_ms: int = Field(5_000, ge=1, le=60_000, description="Deadline of calls to other services.")

    @classmethod
    def load(cls) -> Self:
        """Read settings from the environment and the secrets folder.

        Raises:
            UnknownSettingError: A name with this service's prefix is not a setting (pydantic-settings would ignore it),
                or the secrets folder is not there.
            pydantic.ValidationError: A setting is missing or malformed.
        """
        prefix = cls.model_config.get("env_prefix", "").lower()
        folder_name = f"{prefix}secrets_dir"
        known = {f"{prefix}{name}" for name in cls.model_fields} | {folder_name}
        environment = {name.lower(): value for name, value in os.environ.items() if name.lower().startswith(prefix)}
        unknown = [name.upper() for name in environment if name not in known]
        sources: dict[str, Any] = {}
        if folder_name in environment:
            folder = Path(environment[folder_name])
            if not folder.is_dir():
                raise UnknownSettingError(f"{folder_name.upper()} is not a folder")
            files = [path.name for path in folder.iterdir() if path.name.lower().startswith(prefix)]
            unknown += [f"file {name}" for name in files if name.lower() not in known]
            sources["_secrets_dir"] = folder
        if unknown:
            raise UnknownSettingError(f"unknown settings: {', '.join(sorted(unknown))}")
        return cls(**sources)


class BaseServiceSettings(EdgeSettings):
    """Settings of a service that owns data: its database, and Kafka."""

    database_dsn: SecretStr = Field(description="PostgreSQL connection of this service's own role and database.")
    database_pool_size_max: int = Field(8, ge=1, le=100, description="Most connections of the pool.")
    kafka_bootstrap: str = Field(description="host:port of a Kafka broker; several are separated by commas.")
    kafka_security_protocol: Literal["PLAINTEXT", "SASL_PLAINTEXT", "SASL_SSL"] = Field(
        "PLAINTEXT", description="How to speak to Kafka; SASL means SCRAM-SHA-512."
    )
    kafka_username: str | None = Field(None, description="SCRAM user name.")
    kafka_password: SecretStr | None = Field(None, description="SCRAM password.")
    kafka_ca_file: Path | None = Field(
        None, description="Certificate authority of the brokers, for SASL_SSL; absent: the system's."
    )
    topic_prefix: str = Field(
        "", description="Put before every topic name and the group; for shared brokers and tests."
    )
    consumer_group: str | None = Field(None, description="Kafka consumer group; the service name when absent.")
    subject_hash_key: SecretStr = Field(description="Key of the HMAC under which subjects appear in events.")
    relay_poll_ms: int = Field(25, ge=1, le=10_000, description="Wait between looks at an empty outbox.")
    relay_batch_rows_max: int = Field(500, ge=1, le=10_000, description="Most outbox rows sent at once.")
    consume_batch_records_max: int = Field(200, ge=1, le=10_000, description="Most records applied in one transaction.")

    @model_validator(mode="after")
    def _check_kafka(self) -> Self:
        if self.kafka_security_protocol != "PLAINTEXT" and not (self.kafka_username and self.kafka_password):
            raise PydanticCustomError("kafka_credentials_missing", "SASL needs kafka_username and kafka_password")
        return self

    @property
    def group(self) -> str:
        """Kafka consumer group."""
        return self.consumer_group or f"{self.topic_prefix}{self.service_name}"
