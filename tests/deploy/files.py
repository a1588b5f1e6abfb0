"""Rules for what surrounds the manifests: Dockerfile, .dockerignore, compose.yaml, and files that must say the same.

Like the policy, each rule takes what it judges as a value, so that a test can hand it something broken.
"""

from __future__ import annotations

import functools
import importlib.util
import re
from collections.abc import Iterator
from typing import Any

import yaml

from tests.deploy import policy
from tests.support.manifests import K8S, ROOT, Finding

DOCKERFILE = ROOT / "deploy" / "images" / "Dockerfile"
DOCKERIGNORE = ROOT / ".dockerignore"
COMPOSE = ROOT / "compose.yaml"
TWINS = (K8S / "components" / "hardened-pod" / "pod.yaml", K8S / "components" / "hardened-pod" / "cron-job-pod.yaml")

PUBLISHED = {
    "student-registry": {8080: 8101, 9090: 9101},
    "credit-bank": {8080: 8102, 9090: 9102},
    "guidance": {8080: 8103, 9090: 9103},
    "indicators": {8080: 8104},
    "portal": {8080: 8100},
}
"""Where compose.yaml publishes each service: the addresses of the one-machine runtime."""


@functools.cache
def make_secrets() -> Any:
    """`deploy/k8s/make_secrets.py` as a module: it is a program beside the manifests, not part of a package."""
    spec = importlib.util.spec_from_file_location("nuaikit_make_secrets", K8S / "make_secrets.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def judge() -> Iterator[Finding]:
    """Every finding about the committed files."""
    yield from dockerfile(DOCKERFILE.read_text(encoding="utf-8"))
    yield from dockerignore(DOCKERIGNORE.read_text(encoding="utf-8"))
    yield from compose(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))
    yield from twins(*(yaml.safe_load(path.read_text(encoding="utf-8")) for path in TWINS))
    for service in policy.SERVICES:
        lock = ROOT / "services" / service / "requirements.lock"
        yield from lock_file(str(lock.relative_to(ROOT)), lock.read_text(encoding="utf-8") if lock.exists() else "")
    tools = ROOT / "deploy" / "images" / "build-tools.lock"
    yield from lock_file(str(tools.relative_to(ROOT)), tools.read_text(encoding="utf-8"))


# --- Dockerfile ------------------------------------------------------------------------------------------------------


def instructions(text: str) -> list[tuple[str, str]]:
    """Instructions of a Dockerfile with their arguments on one line, comments left out."""
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(line.split(None, 1)[0].upper(), line.split(None, 1)[1]) for line in joined.splitlines()]


def dockerfile(text: str) -> Iterator[Finding]:
    """The Dockerfile builds on a base the builder chooses, installs by hash, and leaves an ordinary user."""
    steps = instructions(text)
    runs = [argument for name, argument in steps if name == "RUN"]
    stages = [index for index, (name, _) in enumerate(steps) if name == "FROM"]
    final = steps[stages[-1] :] if stages else []
    checks = {
        "has-no-syntax-line": not re.match(r"\s*#\s*syntax\s*=", text, re.IGNORECASE),
        "base-image-is-the-first-argument": [name for name, _ in steps[:1]] == ["ARG"]
        and steps[0][1].startswith("BASE_IMAGE"),
        "stages-start-from-the-base-image": len(stages) > 1
        and all(steps[index][1].startswith("${BASE_IMAGE}") for index in stages),
        "works-with-the-legacy-builder": not any("--mount" in run or "<<" in run for run in runs)
        and not any(re.search(r"--(chmod|link)", argument) for name, argument in steps if name in {"COPY", "ADD"}),
        "downloads-nothing-by-hand": not any(re.search(r"\b(curl|wget|apt-get|git)\b|https?://", run) for run in runs)
        and all(name != "ADD" for name, _ in steps),
        "installs-locked-files-only": _installs_locked_files_only(runs),
        "user-is-10001": _ends_as_10001(final),
        "program-is-in-exec-form": any(name == "ENTRYPOINT" and argument.startswith("[") for name, argument in final),
        "final-stage-installs-nothing": bool(final)
        and not any("pip" in argument for name, argument in final if name == "RUN"),
        "is-labelled": all(
            any(f"org.opencontainers.image.{label}=" in argument for name, argument in final if name == "LABEL")
            for label in ("title", "description", "version", "revision")
        ),
    }
    for rule, holds in checks.items():
        if not holds:
            yield Finding(rule, "deploy/images/Dockerfile", "this does not hold")


def _installs_locked_files_only(runs: list[str]) -> bool:
    """By hash and as wheels, so that no code of others runs while building; or our own, without a network."""
    installs = [part for run in runs for part in run.split("&&") if re.search(r"\bpip install\b", part)]
    by_hash = ("--require-hashes", "--no-deps", "--only-binary=:all:")
    return bool(installs) and all(
        all(option in install for option in by_hash) or all(option in install for option in ("--no-index", "--no-deps"))
        for install in installs
    )


def _ends_as_10001(final: list[tuple[str, str]]) -> bool:
    """The last USER is ours, and nothing is built after it."""
    names = [name for name, _ in final]
    if "USER" not in names:
        return False
    last = len(names) - 1 - names[::-1].index("USER")
    return final[last][1] == "10001:10001" and not {"RUN", "COPY"} & set(names[last:])


def dockerignore(text: str) -> Iterator[Finding]:
    """Everything is left out first; no secret, test or state of a checkout comes back in."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    if not lines or lines[0] != "*":
        yield Finding("context-is-an-allow-list", ".dockerignore", "does not begin by leaving everything out")
    for line in lines:
        if line.startswith("!") and not re.fullmatch(r"!(libs|services|deploy/images/build-tools\.lock)", line):
            yield Finding("context-is-an-allow-list", ".dockerignore", f"lets in {line[1:]}")


def lock_file(name: str, text: str) -> Iterator[Finding]:
    """A lock names versions and hashes and no address, so that any mirror can serve it."""
    entries = re.findall(r"^([A-Za-z0-9][\w.-]*)((?:.*\\\n)*.*)", text, re.MULTILINE)
    if not entries:
        yield Finding("locks-are-complete", name, "is missing or empty")
    for package, rest in entries:
        if "==" not in rest or "--hash=sha256:" not in rest:
            yield Finding("locks-are-complete", name, f"{package} is not pinned by hash")
    if "://" in re.sub(r"(?m)^\s*#.*$", "", text):
        yield Finding("locks-name-no-address", name, "names an address")


# --- compose.yaml ----------------------------------------------------------------------------------------------------


def compose(document: dict[str, Any]) -> Iterator[Finding]:
    """The stack for Docker obeys what the pods obey, as far as compose knows it."""
    for name, service in document["services"].items():
        for rule, fault in _compose_faults(name, service):
            yield Finding(rule, f"compose.yaml {name}", fault)
    for service in policy.SERVICES:
        for rule, fault in _compose_settings(service, document["services"].get(service, {})):
            yield Finding(rule, f"compose.yaml {service}", fault)


def _compose_faults(name: str, service: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if service.get("read_only") is not True:
        yield "compose-is-hardened", "its root file system can be written to"
    if service.get("cap_drop") != ["ALL"] or service.get("cap_add") or service.get("privileged"):
        yield "compose-is-hardened", "its capabilities are not dropped"
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "compose-is-hardened", "it can gain privileges"
    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", str(service.get("user", ""))):
        yield "compose-is-hardened", "it has no ordinary user"
    if "mem_limit" not in service:
        yield "compose-is-hardened", "its memory has no limit"
    image = str(service.get("image", ""))
    default = re.sub(r"\$\{\w+:-(.*)\}", r"\1", image)
    if default.partition(":")[2] in {"", "latest"}:
        yield "images-have-a-version", f"image {image!r} has no version"
    is_once = name.endswith(("-migrate", "-topics"))
    if not is_once and "test" not in service.get("healthcheck", {}):
        yield "compose-has-health-checks", "it has no health check"
    for published in service.get("ports", []):
        if not str(published).startswith("127.0.0.1:"):
            yield "compose-is-local", f"{published} is open to the network"
    for variable in service.get("environment", {}):
        if re.search(r"PASSWORD|SECRET|TOKEN|_KEY|DSN", variable) and not re.search(r"_(FILE|DIR)$", variable):
            yield "secrets-are-files", f"{variable} is in the environment"


def _compose_settings(service: str, definition: dict[str, Any]) -> Iterator[tuple[str, str]]:
    given, known = set(definition.get("environment", {})), policy.settings_of(service)
    for name in sorted(given - known.keys()):
        yield "settings-are-known", f"{name} is not a setting"
    required = {name for name, (_, is_required) in known.items() if is_required}
    for name in sorted(required - given - policy.secret_files(service)):
        yield "settings-are-known", f"{name} is required and not given"
    ports = {int(inside): int(outside) for *_, outside, inside in (p.split(":") for p in definition.get("ports", []))}
    if ports != PUBLISHED[service]:
        yield "compose-is-local", f"is published as {ports}, the one-machine runtime has {PUBLISHED[service]}"


def twins(pod: dict[str, Any], cron_job_pod: dict[str, Any]) -> Iterator[Finding]:
    """A CronJob's pods are hardened like all others; kustomize needs the patch twice, one level apart."""
    if pod["spec"]["template"] != cron_job_pod["spec"]["jobTemplate"]["spec"]["template"]:
        yield Finding("twins-agree", "deploy/k8s/components/hardened-pod", "pod.yaml and cron-job-pod.yaml differ")
