"""What a pod and a container are given is enough: each service's own Settings class loads from it."""

from __future__ import annotations

import importlib
import os
import re

import pytest
import yaml

from tests.deploy import files, policy
from tests.support import manifests


@pytest.fixture
def only_these_settings(monkeypatch):
    """Put exactly these names into the environment, with none of a service's left over from this machine."""

    def put(settings):
        for name in list(os.environ):
            if name.startswith(tuple(f"{package.upper()}_" for package in policy.SERVICES.values())):
                monkeypatch.delenv(name)
        for name, value in settings.items():
            monkeypatch.setenv(name, value)

    return put


def load(service):
    return importlib.import_module(f"{policy.SERVICES[service]}.config").Settings.load()


@pytest.fixture
def secrets(tmp_path):
    made = files.make_secrets()
    made.write(tmp_path, made.make({}))
    return tmp_path


@pytest.mark.parametrize("overlay", manifests.OVERLAYS, ids=lambda folder: folder.name)
@pytest.mark.parametrize("service", policy.SERVICES)
def test_pod_has_what_its_service_needs(service, overlay, only_these_settings, secrets):
    given = policy.Rendered(manifests.render(overlay)).settings(service)
    folder = {f"{policy.SERVICES[service].upper()}_SECRETS_DIR": str(secrets / service)}
    only_these_settings(given | folder)
    settings = load(service)
    assert settings.oidc_issuer == "https://sign-in.nuaikit.example"
    assert settings.http_address == "0.0.0.0:8080"


@pytest.mark.parametrize("service", policy.SERVICES)
def test_container_of_compose_has_what_its_service_needs(service, only_these_settings, secrets):
    text = files.COMPOSE.read_text(encoding="utf-8")
    text = text.replace("${NUAIKIT_OIDC_ISSUER:?", "${_:-https://sign-in.example/").replace(
        "${NUAIKIT_ADMIN_SUBJECT:?", "${_:-"
    )
    given = yaml.safe_load(re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))["services"][service]["environment"]
    folder = {f"{policy.SERVICES[service].upper()}_SECRETS_DIR": str(secrets / service)}
    only_these_settings(given | folder)
    assert load(service).client_id == service


def test_pod_whose_setting_is_misspelt_does_not_start(only_these_settings, secrets):
    given = policy.Rendered(manifests.render(manifests.OVERLAYS[0])).settings("guidance")
    only_these_settings(given | {"GUIDANCE_SECRETS_DIR": str(secrets / "guidance"), "GUIDANCE_LOG_LEVLE": "INFO"})
    with pytest.raises(importlib.import_module("chassis.config").UnknownSettingError, match="GUIDANCE_LOG_LEVLE"):
        load("guidance")
