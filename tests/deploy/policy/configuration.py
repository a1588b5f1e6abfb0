"""Settings that services know, secrets that stay files, addresses that are the pod's."""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.deploy.policy.model import LONG_RUNNING, SERVICES, Rendered, What, Where, each_container, port_number, rule
from tests.support.manifests import name_of


@functools.cache
def settings_of(service: str) -> dict[str, tuple[bool, bool]]:
    """The settings of a service as environment names: whether each is a secret, and whether it must be given."""
    settings = importlib.import_module(f"{SERVICES[service]}.config").Settings
    prefix = settings.model_config["env_prefix"].upper()
    fields = settings.model_fields.items()
    found = {
        f"{prefix}{name}".upper(): ("SecretStr" in str(field.annotation), field.is_required()) for name, field in fields
    }
    return found | {f"{prefix}SECRETS_DIR": (False, False)}


def secret_files(service: str) -> set[str]:
    """Settings that `deploy/k8s/make_secrets.py` gives a service, as environment names."""
    from tests.deploy.files import make_secrets  # noqa: PLC0415  # it loads a program that is not a package

    return {name.upper() for name in make_secrets().settings_of(service)}


@rule
def settings_are_known(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A name that is no setting stops the service; a name that must be given and is not does too."""
    for service, package in SERVICES.items():
        given, known = rendered.settings(service), settings_of(service)
        for name in sorted(given.keys() - known.keys()):
            yield service, f"{name} is not a setting of {package}.config.Settings"
        required = {name for name, (_, is_required) in known.items() if is_required}
        for name in sorted(required - given.keys() - secret_files(service)):
            yield service, f"{name} is required, and neither the ConfigMap nor a secret gives it"
        for name in sorted(secret_files(service) - known.keys()):
            yield service, f"secret {name} is not a setting"


@rule
def secrets_stay_out(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """No Secret is rendered, no secret setting is in a ConfigMap or an environment, nothing looks like a password."""
    for manifest in rendered.of("Secret"):
        yield name_of(manifest), "is rendered; secrets are made apart and never committed"
    secret_names = {name for service in SERVICES for name, (is_secret, _) in settings_of(service).items() if is_secret}
    for manifest in rendered.of("ConfigMap"):
        for name, value in manifest.get("data", {}).items():
            if name in secret_names:
                yield name_of(manifest), f"holds the secret {name}"
            if re.search(r"://[^/\s:@]+:[^/\s@]+@", value):
                yield name_of(manifest), f"{name} holds a password in an address"
    for _, container, where in each_container(rendered):
        for entry in container.get("env", []):
            name = entry["name"]
            looks_secret = re.search(r"PASSWORD|SECRET|TOKEN|_KEY|DSN", name) and not re.search(r"_(FILE|DIR)$", name)
            if name in secret_names or looks_secret:
                yield where, f"{name} is in the environment; secrets are files"


@rule
def secrets_are_mounted(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Each service mounts its own Secrets, read-only, for its group alone, where its settings look for them."""
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        prefix = SERVICES[workload.service].upper()
        folder = rendered.settings(workload.service).get(f"{prefix}_SECRETS_DIR")
        mounts = {m["mountPath"]: m for c in workload.containers for m in c.get("volumeMounts", [])}
        mount = mounts.get(folder or "", {})
        volume = next((v for v in workload.pod.get("volumes", []) if v["name"] == mount.get("name")), {})
        projected = volume.get("projected", {})
        names = {source.get("secret", {}).get("name") for source in projected.get("sources", [])}
        # A key of a bucket goes with the way to it, and a bucket that the settings name needs both.
        has_store = f"{workload.service}-evidence-store" in names
        is_named = rendered.settings(workload.service).get(f"{prefix}_EVIDENCE_STORE_URL", "").startswith("s3:")
        takes_files = workload.labels.get("app.kubernetes.io/component") in {"api", "relay"}
        if {has_store, workload.labels.get("nuaikit/uses-evidence-store") == "true"} != {is_named and takes_files}:
            yield workload.name, "uses an evidence store without its key or the way to it, or has them without one"
        names -= {f"{workload.service}-evidence-store", f"{workload.service}-exchange"}
        wanted = {f"{workload.service}-keys", f"{workload.service}-database"}
        if not mount.get("readOnly") or names - wanted or f"{workload.service}-keys" not in names:
            yield workload.name, f"mounts {sorted(map(str, names))} at {folder}"
        if projected.get("defaultMode") != 0o440:
            yield workload.name, "its secrets are readable by others"
        if workload.labels.get("nuaikit/uses-postgresql") != ("true" if len(names) == 2 else None):
            yield workload.name, "uses PostgreSQL without its credentials, or has them without using it"


@rule
def exchange_is_whole(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Who is told of other banks has their list and the key to sign with; who sends, and nobody else, has the way."""
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        role, secret = workload.labels.get("app.kubernetes.io/component"), f"{workload.service}-exchange"
        mounts = {m["mountPath"]: m["name"] for c in workload.containers for m in c.get("volumeMounts", [])}
        environment = {e["name"]: e.get("value", "") for c in workload.containers for e in c.get("env", [])}
        prefix = SERVICES[workload.service].upper()
        list_of_peers = environment.get(f"{prefix}_EXCHANGE_PEERS_FILE")
        holding = {
            volume["name"]
            for volume in workload.pod.get("volumes", [])
            for source in volume.get("projected", {}).get("sources", [])
            if source.get("secret", {}).get("name") == secret
        }
        needed = (
            {
                mounts.get(str(PurePosixPath(list_of_peers).parent)),
                mounts.get(rendered.settings(workload.service).get(f"{prefix}_SECRETS_DIR", "")),
            }
            if list_of_peers
            else set()
        )
        if needed != holding:
            yield workload.name, f"is told of other banks in {list_of_peers} and mounts {secret} as {sorted(holding)}"
        if list_of_peers and role not in {"api", "relay"}:
            yield workload.name, "neither hears nor sends, and knows other banks"
        sends = bool(list_of_peers) and role == "relay"
        if (workload.labels.get("nuaikit/uses-exchange") == "true") != sends:
            yield workload.name, "sends to other banks without a way, or has a way and sends nothing"


@rule
def addresses_are_those_of_the_pod(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """What a service is told to listen on is what its containers declare."""
    for workload in rendered.workloads:
        if workload.service is None or workload.kind not in LONG_RUNNING:
            continue
        settings, prefix = rendered.settings(workload.service), SERVICES[workload.service].upper()
        serves_grpc = workload.labels.get("app.kubernetes.io/component") == "api"
        for name, wanted in (("http", True), ("grpc", serves_grpc)):
            address = settings.get(f"{prefix}_{name.upper()}_ADDRESS")
            declared = port_number(workload.containers[0], name)
            told = int(address.rpartition(":")[2]) if address and wanted else None
            if told != declared:
                yield workload.name, f"is told to serve {name} on {told} and declares {declared}"
