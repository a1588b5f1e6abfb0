"""The house policy for rendered manifests: a table of small rules, each of which yields what it refuses.

Schemas say which fields exist; these rules say which values are right, because a schema accepts `containerPort: 99999`
and a selector that selects nothing. `tests/deploy/test_policy.py` breaks a good rendering for every rule and expects
the rule to refuse it.

Sources: architecture.md 4; style.md 5.12; Kubernetes "Pod Security Standards", level restricted.
"""

from __future__ import annotations

import functools
import importlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from tests.support.manifests import Finding, Manifest, name_of

NAMESPACE = "nuaikit"
SERVICES = {
    "student-registry": "student_registry",
    "credit-bank": "credit_bank",
    "guidance": "guidance",
    "indicators": "indicators",
    "portal": "portal",
}
"""Our services and their Python packages; everything else in a rendering is platform."""

SETTINGS_MOUNT = "/run/secrets/nuaikit"
POD_KINDS = {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Pod", "ReplicaSet"}
LONG_RUNNING = {"Deployment", "StatefulSet", "DaemonSet"}
CLUSTER_SCOPED = {"Namespace"}
PROBES = ("startupProbe", "readinessProbe", "livenessProbe")
IDENTITY_LABELS = {"app.kubernetes.io/name", "app.kubernetes.io/component"}
"""What a selector may be made of: who a pod is, never its version or environment, which change."""

OUTSIDE_POLICIES = {"use-sign-in": {443}}
"""Policies that may open a way to addresses instead of pods, and their ports."""

Where = str
What = str
Rule = Callable[["Rendered"], Iterator[tuple[Where, What]]]
RULES: dict[str, Rule] = {}


def rule(check: Rule) -> Rule:
    """Enter a rule into the table under its own name."""
    RULES[check.__name__] = check
    return check


@dataclass(frozen=True, slots=True)
class Workload:
    """A resource that makes pods."""

    manifest: Manifest
    template: Manifest

    @property
    def kind(self) -> str:
        """Deployment, StatefulSet, Job, CronJob …"""
        return str(self.manifest["kind"])

    @property
    def name(self) -> str:
        """`kind/name`."""
        return name_of(self.manifest)

    @property
    def spec(self) -> dict[str, Any]:
        """The workload's own spec."""
        return self.manifest["spec"]

    @property
    def job(self) -> dict[str, Any]:
        """The spec of a Job, also of the Jobs a CronJob makes."""
        return self.spec["jobTemplate"]["spec"] if self.kind == "CronJob" else self.spec

    @property
    def labels(self) -> dict[str, str]:
        """Labels of the pods."""
        return self.template.get("metadata", {}).get("labels", {})

    @property
    def pod(self) -> dict[str, Any]:
        """The pod's spec."""
        return self.template["spec"]

    @property
    def containers(self) -> list[dict[str, Any]]:
        """Containers, the init containers too."""
        return [*self.pod.get("initContainers", []), *self.pod.get("containers", [])]

    @property
    def service(self) -> str | None:
        """Which of our services it belongs to; None for the platform."""
        name = self.labels.get("app.kubernetes.io/name")
        return name if name in SERVICES else None


class Rendered:
    """Resources of one overlay, by the questions the rules ask."""

    def __init__(self, manifests: Sequence[Manifest]) -> None:
        self.manifests = list(manifests)
        self.workloads = [Workload(m, _template(m)) for m in self.manifests if m.get("kind") in POD_KINDS]

    def of(self, *kinds: str) -> list[Manifest]:
        """Resources of these kinds."""
        return [manifest for manifest in self.manifests if manifest.get("kind") in kinds]

    def names(self, kind: str) -> set[str]:
        """Names of the resources of a kind."""
        return {manifest["metadata"]["name"] for manifest in self.of(kind)}

    def selected(self, selector: dict[str, Any]) -> list[Workload]:
        """Workloads whose pods a label selector matches; an empty selector matches all."""
        return [workload for workload in self.workloads if matches(selector, workload.labels)]

    def settings(self, service: str) -> dict[str, str]:
        """The ConfigMap of a service that its workloads read."""
        for workload in self.workloads:
            if workload.service == service:
                for source in workload.containers[0].get("envFrom", []):
                    wanted = source.get("configMapRef", {}).get("name")
                    for manifest in self.of("ConfigMap"):
                        if manifest["metadata"]["name"] == wanted:
                            return manifest.get("data", {})
        return {}


def judge(manifests: Sequence[Manifest]) -> list[Finding]:
    """Hold a rendering against every rule."""
    rendered = Rendered(manifests)
    return [Finding(name, where, what) for name, check in RULES.items() for where, what in check(rendered)]


def _template(manifest: Manifest) -> Manifest:
    if manifest["kind"] == "Pod":
        return manifest
    if manifest["kind"] == "CronJob":
        return manifest["spec"]["jobTemplate"]["spec"]["template"]
    return manifest["spec"]["template"]


def matches(selector: dict[str, Any], labels: dict[str, str]) -> bool:
    """Whether a label selector selects these labels.

    Raises:
        ValueError: An operator that Kubernetes does not know.
    """
    if any(labels.get(key) != value for key, value in (selector.get("matchLabels") or {}).items()):
        return False
    return all(_expression_matches(expression, labels) for expression in selector.get("matchExpressions") or [])


def _expression_matches(expression: dict[str, Any], labels: dict[str, str]) -> bool:
    key, operator, values = expression["key"], expression["operator"], expression.get("values", [])
    match operator:
        case "In":
            return labels.get(key) in values
        case "NotIn":
            return labels.get(key) not in values
        case "Exists":
            return key in labels
        case "DoesNotExist":
            return key not in labels
        case _:
            raise ValueError(f"unknown operator {operator}")


_UNITS = {
    "": Decimal(1),
    "m": Decimal("0.001"),
    "k": Decimal(1000),
    "M": Decimal(10**6),
    "G": Decimal(10**9),
    "Ki": Decimal(2**10),
    "Mi": Decimal(2**20),
    "Gi": Decimal(2**30),
}


def quantity(text: str | int) -> Decimal | None:
    """A Kubernetes quantity as a number; None when it is none."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)(m|k|M|G|Ki|Mi|Gi)?", str(text))
    return Decimal(found[1]) * _UNITS[found[2] or ""] if found else None


def _effective(workload: Workload, container: dict[str, Any], field: str) -> Any:
    own = container.get("securityContext", {}).get(field)
    return own if own is not None else workload.pod.get("securityContext", {}).get(field)


def _each_container(rendered: Rendered) -> Iterator[tuple[Workload, dict[str, Any], str]]:
    for workload in rendered.workloads:
        for container in workload.containers:
            yield workload, container, f"{workload.name} container {container.get('name')}"


# --- Hardened pods ---------------------------------------------------------------------------------------------------


@rule
def pods_run_as_an_ordinary_user(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """runAsNonRoot with a user and group above 0, on every container; our own images' user is 10001."""
    for workload, container, where in _each_container(rendered):
        if _effective(workload, container, "runAsNonRoot") is not True:
            yield where, "runAsNonRoot is not true"
        for field in ("runAsUser", "runAsGroup"):
            number = _effective(workload, container, field)
            if not isinstance(number, int) or number < 1:
                yield where, f"{field} is {number}"
            elif workload.service and number != 10001:
                yield where, f"{field} is {number}, our images have 10001"


@rule
def root_file_system_is_read_only(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A taken-over process cannot leave a program behind; /tmp is an emptyDir of limited size."""
    for workload, container, where in _each_container(rendered):
        if container.get("securityContext", {}).get("readOnlyRootFilesystem") is not True:
            yield where, "readOnlyRootFilesystem is not true"
        if "/tmp" not in {mount["mountPath"] for mount in container.get("volumeMounts", [])}:  # noqa: S108  # in a pod
            yield where, "nothing is mounted at /tmp"
        for volume in workload.pod.get("volumes", []):
            if "emptyDir" in volume and not (volume["emptyDir"] or {}).get("sizeLimit"):
                yield where, f"emptyDir {volume['name']} has no sizeLimit"


@rule
def capabilities_are_dropped(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """drop ALL and add none; no privilege can be gained."""
    for _, container, where in _each_container(rendered):
        context = container.get("securityContext", {})
        if context.get("capabilities", {}).get("drop") != ["ALL"]:
            yield where, "capabilities are not dropped"
        if context.get("capabilities", {}).get("add"):
            yield where, "capabilities are added"
        if context.get("allowPrivilegeEscalation") is not False:
            yield where, "allowPrivilegeEscalation is not false"
        if context.get("privileged"):
            yield where, "is privileged"


@rule
def seccomp_is_runtime_default(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """The runtime's filter of system calls."""
    for workload, container, where in _each_container(rendered):
        if (_effective(workload, container, "seccompProfile") or {}).get("type") != "RuntimeDefault":
            yield where, "seccompProfile is not RuntimeDefault"


@rule
def pods_do_not_touch_the_node(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """No host network, process or file system."""
    for workload in rendered.workloads:
        for field in ("hostNetwork", "hostPID", "hostIPC"):
            if workload.pod.get(field):
                yield workload.name, f"{field} is on"
        for volume in workload.pod.get("volumes", []):
            if "hostPath" in volume:
                yield workload.name, f"volume {volume['name']} is a hostPath"
    for _, container, where in _each_container(rendered):
        if any("hostPort" in port for port in container.get("ports", [])):
            yield where, "has a hostPort"


@rule
def no_token_of_the_api_server(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Nothing here talks to the API server."""
    for workload in rendered.workloads:
        if workload.pod.get("automountServiceAccountToken") is not False:
            yield workload.name, "automountServiceAccountToken is not false"
    for account in rendered.of("ServiceAccount"):
        if account.get("automountServiceAccountToken") is not False:
            yield name_of(account), "automountServiceAccountToken is not false"


@rule
def no_service_links(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Injected CREDIT_BANK_API_SERVICE_HOST would be an unknown setting, and the service would never start."""
    for workload in rendered.workloads:
        if workload.pod.get("enableServiceLinks") is not False:
            yield workload.name, "enableServiceLinks is not false"


@rule
def sizes_are_stated(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Requests and limits of CPU and memory, and no request above its limit."""
    for _, container, where in _each_container(rendered):
        resources = container.get("resources", {})
        for name in ("cpu", "memory"):
            request, limit = (quantity(resources.get(side, {}).get(name, "")) for side in ("requests", "limits"))
            if not request or not limit:
                yield where, f"{name}: requests and limits must both be quantities above 0"
            elif request > limit:
                yield where, f"{name}: the request is above the limit"


@rule
def images_have_a_version(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A tag other than latest, or a digest; and none of the names that kustomize should have replaced."""
    for _, container, where in _each_container(rendered):
        image = str(container.get("image", ""))
        last = image.rpartition("/")[2]
        tag = last.partition("@")[0].partition(":")[2]
        if "@sha256:" not in image and tag in {"", "latest"}:
            yield where, f"image {image!r} has no version"
        if last.partition(":")[0] in {"service", "postgresql", "kafka"} and image.startswith("nuaikit/"):
            yield where, f"image {image!r} is a placeholder"


# --- Probes and ports ------------------------------------------------------------------------------------------------


def _port_number(container: dict[str, Any], port: Any) -> int | None:
    """The declared container port that a number or a name means."""
    for declared in container.get("ports", []):
        if port in (declared.get("containerPort"), declared.get("name")):
            return int(declared["containerPort"])
    return None


@rule
def ports_are_possible(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """In 1024 to 65535 (an ordinary user binds no lower one), each once, named in 15 characters or fewer."""
    for _, container, where in _each_container(rendered):
        numbers = [port.get("containerPort") for port in container.get("ports", [])]
        names = [port.get("name", "") for port in container.get("ports", [])]
        for number in numbers:
            if not isinstance(number, int) or not 1024 <= number <= 65535:
                yield where, f"port {number} is impossible"
        if len(set(numbers)) != len(numbers) or len(set(names)) != len(names):
            yield where, "a port or its name is declared twice"
        for name in names:
            if not re.fullmatch(r"[a-z][a-z0-9-]{0,14}", name):
                yield where, f"port name {name!r} is not one"


@rule
def long_running_containers_have_probes(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Started, ready, alive: three questions, each asked."""
    for workload, container, where in _each_container(rendered):
        if workload.kind in LONG_RUNNING:
            for probe in PROBES:
                if not container.get(probe):
                    yield where, f"has no {probe}"


@rule
def probes_ask_declared_ports(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Exactly one question each, on a port that the container declares."""
    for _, container, where in _each_container(rendered):
        for probe in PROBES:
            asked = container.get(probe) or {}
            ways = [way for way in ("httpGet", "grpc", "tcpSocket", "exec") if way in asked]
            if asked and len(ways) != 1:
                yield where, f"{probe} asks in {len(ways)} ways"
            for way in ways:
                port = asked[way].get("port") if way != "exec" else None
                if way != "exec" and _port_number(container, port) is None:
                    yield where, f"{probe} asks port {port}, which the container does not declare"
                if way == "grpc" and not isinstance(port, int):
                    yield where, f"{probe}: a grpc probe takes a number, not {port!r}"


@rule
def probe_times_make_sense(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """An answer may not take longer than the time until the next question; a restart is slower than being unready."""
    for workload, container, where in _each_container(rendered):
        if workload.kind not in LONG_RUNNING:
            continue
        patience: dict[str, int] = {}
        for probe in PROBES:
            asked = container.get(probe) or {}
            period, timeout = asked.get("periodSeconds", 10), asked.get("timeoutSeconds", 1)
            patience[probe] = period * asked.get("failureThreshold", 3)
            if timeout > period:
                yield where, f"{probe}: timeoutSeconds {timeout} is above periodSeconds {period}"
        if patience["livenessProbe"] < 2 * patience["readinessProbe"]:
            yield where, "is restarted before it was unready for a while"
        if patience["startupProbe"] < 60:
            yield where, "is given less than a minute to start"


@rule
def services_answer_the_right_questions(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Ours: ready is /readyz (schema current, pool answers), alive asks no dependency, gRPC is asked natively."""
    for workload, container, where in _each_container(rendered):
        if workload.service is None or workload.kind not in LONG_RUNNING:
            continue
        if container.get("readinessProbe", {}).get("httpGet", {}).get("path") != "/readyz":
            yield where, "readiness is not GET /readyz"
        serves_grpc = _port_number(container, "grpc") is not None
        for probe in ("startupProbe", "livenessProbe"):
            asked = container.get(probe) or {}
            if serves_grpc and "grpc" not in asked:
                yield where, f"serves gRPC and {probe} does not ask it"
            if not serves_grpc and asked.get("httpGet", {}).get("path") != "/livez":
                yield where, f"{probe} is not GET /livez"


@rule
def there_is_time_to_drain(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """terminationGracePeriodSeconds covers the wait before SIGTERM and the drain of chassis.service."""
    grace = importlib.import_module("chassis.service").GRACE_S
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        sleep = max(
            (c.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0) for c in workload.containers),
            default=0,
        )
        if workload.labels.get("app.kubernetes.io/component") == "api" and sleep < 3:
            yield workload.name, "stops accepting before its endpoints are withdrawn (preStop sleep)"
        # gRPC calls in flight, then HTTP, consumer and relay: GRACE_S and GRACE_S + 10 (Running.stop).
        needed = sleep + 2 * grace + 10
        if workload.pod.get("terminationGracePeriodSeconds", 30) < needed + 5:
            yield workload.name, f"needs {needed:.0f} s to drain, with 5 s to spare"


# --- Shape of workloads ----------------------------------------------------------------------------------------------


@rule
def replicas_survive_a_drain(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """More than one replica: one disruption budget that lets one pod go, and a spread over nodes that counts them."""
    for workload in rendered.workloads:
        if workload.kind not in {"Deployment", "StatefulSet"} or workload.spec.get("replicas", 1) < 2:
            continue
        budgets = [b for b in rendered.of("PodDisruptionBudget") if matches(b["spec"]["selector"], workload.labels)]
        if len(budgets) != 1:
            yield workload.name, f"has {len(budgets)} disruption budgets"
        spread = workload.pod.get("topologySpreadConstraints", [])
        if not any(matches(constraint.get("labelSelector", {}), workload.labels) for constraint in spread):
            yield workload.name, "is not spread over nodes"
        for constraint in spread:
            if len(rendered.selected(constraint.get("labelSelector", {}))) != 1:
                yield workload.name, "its spread counts pods of others"


@rule
def budgets_do_not_block(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A budget selects one workload and lets at least one pod go, else no node can ever be drained."""
    for budget in rendered.of("PodDisruptionBudget"):
        if len(rendered.selected(budget["spec"].get("selector", {}))) != 1:
            yield name_of(budget), "does not select exactly one workload"
        if budget["spec"].get("maxUnavailable") in {None, 0, "0%"}:
            yield name_of(budget), "lets no pod go"


@rule
def relays_are_alone(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """One relay per service, replaced and not rolled: order per key depends on it."""
    for workload in rendered.workloads:
        if workload.labels.get("app.kubernetes.io/component") != "relay":
            continue
        if workload.spec.get("replicas") != 1:
            yield workload.name, "has not exactly one replica"
        if workload.spec.get("strategy", {}).get("type") != "Recreate":
            yield workload.name, "is not replaced with Recreate"


@rule
def rollouts_keep_serving(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """An api never has fewer ready pods than it should."""
    for workload in rendered.workloads:
        if workload.labels.get("app.kubernetes.io/component") == "api":
            rolling = workload.spec.get("strategy", {}).get("rollingUpdate", {})
            if rolling.get("maxUnavailable") != 0:
                yield workload.name, "a rollout takes ready pods away (maxUnavailable)"


@rule
def jobs_end(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A Job has a deadline and a limit of tries; one that every rollout brings goes away by itself."""
    for workload in rendered.workloads:
        if workload.kind not in {"Job", "CronJob"}:
            continue
        for field in ("activeDeadlineSeconds", "backoffLimit"):
            if field not in workload.job:
                yield workload.name, f"has no {field}"
        if workload.pod.get("restartPolicy") not in {"Never", "OnFailure"}:
            yield workload.name, "its restartPolicy is not one for Jobs"
        if workload.kind == "Job":
            if not 0 < workload.job.get("ttlSecondsAfterFinished", 0) <= 3600:
                yield workload.name, "stays when finished, and cannot be changed by the next rollout"
            if workload.manifest["metadata"].get("labels", {}).get("nuaikit/runs") != "with-each-rollout":
                yield workload.name, "is not found by the roll-out script (label nuaikit/runs)"


@rule
def schedules_are_ours(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Thai time said aloud, one run at a time, names short enough; migrate-post is never started by the clock."""
    for manifest in rendered.of("CronJob"):
        spec, where = manifest["spec"], name_of(manifest)
        if spec.get("timeZone") != "Asia/Bangkok":
            yield where, "timeZone is not Asia/Bangkok"
        if spec.get("concurrencyPolicy") != "Forbid":
            yield where, "may run twice at once"
        if len(manifest["metadata"]["name"]) > 52:
            yield where, "is named in more than 52 characters, to which a CronJob adds 11"
        if not re.fullmatch(r"@yearly|@daily|(\S+ ){4}\S+", str(spec.get("schedule"))):
            yield where, f"schedule {spec.get('schedule')!r} is none"
        is_post = manifest["metadata"]["labels"].get("app.kubernetes.io/component") == "migrate-post"
        if bool(spec.get("suspend")) != is_post:
            yield where, "migrate-post is suspended, and nothing else is"


@rule
def every_service_has_its_roles(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """The roles of the architecture, one workload each, started with the right command."""
    commands = {
        "api": ["serve"],
        "relay": ["relay"],
        "consumer": ["consume"],
        "migrate-pre": ["migrate", "--step", "pre"],
        "migrate-post": ["migrate", "--step", "post"],
        "audit": ["audit"],
    }
    stored = {"api", "migrate-pre", "migrate-post"}
    wanted = {
        "student-registry": stored | {"relay"},
        "credit-bank": stored | {"relay", "consumer", "audit"},
        "guidance": stored | {"relay", "consumer"},
        "indicators": stored | {"consumer"},
        "portal": {"api"},
    }
    for service, roles in wanted.items():
        own = [workload for workload in rendered.workloads if workload.service == service]
        found = sorted(workload.labels.get("app.kubernetes.io/component", "") for workload in own)
        if found != sorted(roles):
            yield service, f"has the roles {', '.join(found)}"
        for workload in own:
            role = workload.labels.get("app.kubernetes.io/component", "")
            if workload.containers[0].get("args") != commands.get(role) or "command" in workload.containers[0]:
                yield workload.name, f"does not run {commands.get(role)}"


# --- Names, labels, references ---------------------------------------------------------------------------------------


@rule
def names_are_names(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """DNS labels of 63 characters or fewer, each once, and everything in the one namespace."""
    seen: set[str] = set()
    for manifest in rendered.manifests:
        where = name_of(manifest)
        if where in seen:
            yield where, "is rendered twice"
        seen.add(where)
        if not re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", str(manifest["metadata"].get("name"))):
            yield where, "is not a DNS label"
        if manifest["kind"] not in CLUSTER_SCOPED and manifest["metadata"].get("namespace") != NAMESPACE:
            yield where, f"is not in namespace {NAMESPACE}"


@rule
def namespaces_refuse_soft_pods(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """The API server enforces the restricted level at a fixed version."""
    namespaces = {m["metadata"]["name"]: m["metadata"].get("labels", {}) for m in rendered.of("Namespace")}
    labels = namespaces.get(NAMESPACE, {})
    if labels.get("pod-security.kubernetes.io/enforce") != "restricted":
        yield f"Namespace/{NAMESPACE}", "does not enforce the restricted level"
    if not re.fullmatch(r"v1\.\d+", labels.get("pod-security.kubernetes.io/enforce-version", "")):
        yield f"Namespace/{NAMESPACE}", "enforces an unnamed version"


@rule
def pods_say_who_they_are(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """name, component and part-of on the workload and on its pods."""
    for workload in rendered.workloads:
        for labels, what in ((workload.manifest["metadata"].get("labels", {}), "it"), (workload.labels, "its pod")):
            lacking = (IDENTITY_LABELS | {"app.kubernetes.io/part-of"}) - labels.keys()
            if lacking:
                yield workload.name, f"{what} lacks {', '.join(sorted(lacking))}"


@rule
def selectors_never_have_to_change(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Selectors are immutable: made of name and component only, and fitting their own pods and no others."""
    for workload in rendered.workloads:
        if workload.kind not in LONG_RUNNING:
            continue
        selector = workload.spec.get("selector", {})
        if set(selector.get("matchLabels", {})) != IDENTITY_LABELS or selector.get("matchExpressions"):
            yield workload.name, "its selector is not made of name and component"
        if [found.name for found in rendered.selected(selector)] != [workload.name]:
            yield workload.name, "its selector does not select exactly its own pods"


@rule
def services_lead_somewhere(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A Service selects one workload, and each of its ports is a port of that workload's container."""
    for service in rendered.of("Service"):
        where, spec = name_of(service), service["spec"]
        found = rendered.selected({"matchLabels": spec.get("selector") or {}})
        if len(found) != 1 or not spec.get("selector"):
            yield where, f"selects {len(found)} workloads"
            continue
        for port in spec.get("ports", []):
            target = _port_number(found[0].containers[0], port.get("targetPort", port.get("port")))
            if target is None:
                yield where, f"port {port.get('name')} leads to no container port"
            elif target != port.get("port"):
                yield where, f"port {port.get('name')} is {port.get('port')}, its pods have {target}"
        if spec.get("type", "ClusterIP") != "ClusterIP":
            yield where, "is open to the outside; the ingress of the cluster does that"


@rule
def references_exist(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """ConfigMaps, accounts, volumes and mounts; a ConfigMap's name ends in the hash that rolls pods when it changes."""
    maps, accounts = rendered.names("ConfigMap"), rendered.names("ServiceAccount")
    for workload in rendered.workloads:
        claims = {claim["metadata"]["name"] for claim in workload.spec.get("volumeClaimTemplates", [])}
        volumes = {volume["name"] for volume in workload.pod.get("volumes", [])} | claims
        mounts = {mount["name"] for container in workload.containers for mount in container.get("volumeMounts", [])}
        for name in sorted(mounts ^ volumes):
            yield workload.name, f"volume {name} is {'mounted' if name in mounts else 'there'} without its other half"
        account = workload.pod.get("serviceAccountName")
        if workload.service and account not in accounts:
            yield workload.name, f"service account {account} does not exist"
        for name in _config_maps_of(workload):
            if name not in maps:
                yield workload.name, f"ConfigMap {name} does not exist"
            elif not re.search(r"-[a-z0-9]{10}$", name):
                yield workload.name, f"ConfigMap {name} has no hash in its name, so a change rolls nothing"


def _config_maps_of(workload: Workload) -> Iterator[str]:
    for container in workload.containers:
        for source in container.get("envFrom", []):
            if "configMapRef" in source:
                yield source["configMapRef"]["name"]
    for volume in workload.pod.get("volumes", []):
        if "configMap" in volume:
            yield volume["configMap"]["name"]


# --- Settings and secrets --------------------------------------------------------------------------------------------


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
    for _, container, where in _each_container(rendered):
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
        wanted = {f"{workload.service}-keys", f"{workload.service}-database"}
        if not mount.get("readOnly") or names - wanted or f"{workload.service}-keys" not in names:
            yield workload.name, f"mounts {sorted(map(str, names))} at {folder}"
        if projected.get("defaultMode") != 0o440:
            yield workload.name, "its secrets are readable by others"
        if workload.labels.get("nuaikit/uses-postgresql") != ("true" if len(names) == 2 else None):
            yield workload.name, "uses PostgreSQL without its credentials, or has them without using it"


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
            declared = _port_number(workload.containers[0], name)
            told = int(address.rpartition(":")[2]) if address and wanted else None
            if told != declared:
                yield workload.name, f"is told to serve {name} on {told} and declares {declared}"


# --- Network ---------------------------------------------------------------------------------------------------------


@rule
def everything_is_denied_first(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """One policy that selects every pod and allows nothing in either direction."""
    for policy in rendered.of("NetworkPolicy"):
        spec = policy["spec"]
        is_empty = spec.get("podSelector") == {} and not spec.get("ingress") and not spec.get("egress")
        if is_empty and set(spec.get("policyTypes", [])) == {"Ingress", "Egress"}:
            return
    yield f"Namespace/{NAMESPACE}", "has no policy that denies everything"


@rule
def flows_are_named(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Every allowed flow names its peers and ports; each end that is one of our pods exists."""
    for policy in rendered.of("NetworkPolicy"):
        where, spec = name_of(policy), policy["spec"]
        if not rendered.selected(spec.get("podSelector", {})):
            yield where, "selects no pod"
        for direction, key in (("ingress", "from"), ("egress", "to")):
            if spec.get(direction) and direction.capitalize() not in spec.get("policyTypes", []):
                yield where, f"has {direction} rules and not that policyType"
            for entry in spec.get(direction, []):
                if not entry.get(key) or not entry.get("ports"):
                    yield where, f"a rule for {direction} is open: it lacks peers or ports"
                if any("port" not in port for port in entry.get("ports", [])):
                    yield where, f"a rule for {direction} opens every port"
                for peer in entry.get(key, []):
                    yield from ((where, fault) for fault in _peer_faults(rendered, policy, peer, entry))


def _peer_faults(rendered: Rendered, policy: Manifest, peer: dict[str, Any], entry: dict[str, Any]) -> Iterator[What]:
    if "ipBlock" in peer:
        ports = {port.get("port") for port in entry.get("ports", [])}
        if not ports <= OUTSIDE_POLICIES.get(policy["metadata"]["name"], set()):
            yield f"opens the way to addresses on {sorted(map(str, ports))}"
        return
    for selector in (peer.get("podSelector"), peer.get("namespaceSelector")):
        if selector == {}:
            yield "a peer is everybody"
    if "namespaceSelector" not in peer and not rendered.selected(peer.get("podSelector", {})):
        yield "a peer does not exist"
    listed = (
        e for e in peer.get("podSelector", {}).get("matchExpressions", []) if e["key"] == "app.kubernetes.io/name"
    )
    for expression in listed:
        known = {workload.labels.get("app.kubernetes.io/name") for workload in rendered.workloads}
        for name in sorted(set(expression.get("values", [])) - known):
            yield f"peer {name} does not exist"


def _allows(policy: Manifest, direction: str, peer_labels: dict[str, str], port: int) -> bool:
    key = {"ingress": "from", "egress": "to"}[direction]
    return any(
        any(entry_port.get("port") == port for entry_port in entry.get("ports", []))
        and any(
            "podSelector" in peer and "namespaceSelector" not in peer and matches(peer["podSelector"], peer_labels)
            for peer in entry.get(key, [])
        )
        for entry in policy["spec"].get(direction, [])
    )


def flows(rendered: Rendered) -> set[tuple[str, str, int]]:
    """Every way from one workload to a port of another that the policies leave open at both of its ends."""
    policies = rendered.of("NetworkPolicy")
    found: set[tuple[str, str, int]] = set()
    for source in rendered.workloads:
        leaving = [p for p in policies if matches(p["spec"].get("podSelector", {}), source.labels)]
        for target in rendered.workloads:
            entering = [p for p in policies if matches(p["spec"].get("podSelector", {}), target.labels)]
            for declared in target.containers[0].get("ports", []):
                port = declared["containerPort"]
                if any(_allows(p, "egress", target.labels, port) for p in leaving) and any(
                    _allows(p, "ingress", source.labels, port) for p in entering
                ):
                    found.add((source.manifest["metadata"]["name"], target.manifest["metadata"]["name"], port))
    return found


def _addresses(rendered: Rendered, service: str) -> Iterator[tuple[str, str, int]]:
    """Settings that name a Service of this rendering: setting, Service, port."""
    names = rendered.names("Service")
    for name, value in rendered.settings(service).items():
        found = re.fullmatch(r"(?:\w+://)?([a-z0-9-]+):(\d+)(?:/.*)?", value)
        if found and found[1] in names:
            yield name, found[1], int(found[2])


@rule
def flows_fit_the_settings(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A service may reach what its settings name, at the port they name, and no other service of ours."""
    open_ways = flows(rendered)
    for service in SERVICES:
        own = {w.manifest["metadata"]["name"] for w in rendered.workloads if w.service == service}
        if not own:
            continue
        named = list(_addresses(rendered, service))
        for setting, target, port in named:
            if "KAFKA" not in setting and (f"{service}-api", target, port) not in open_ways:
                yield service, f"{setting} names {target}:{port}, and no flow leads there"
        for source, target, port in sorted(open_ways):
            is_ours = any(target.startswith(f"{other}-") for other in SERVICES)
            if source in own and is_ours and (target, port) not in {(t, p) for _, t, p in named}:
                yield source, f"may reach {target}:{port}, which no setting names"


@rule
def events_can_flow(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """Relays and consumers reach the broker that their settings name; nothing else of ours does."""
    for workload in rendered.workloads:
        if workload.service is None:
            continue
        is_needed = workload.labels.get("app.kubernetes.io/component") in {"relay", "consumer"}
        if (workload.labels.get("nuaikit/uses-kafka") == "true") != is_needed:
            yield workload.name, "uses Kafka without need, or needs it and may not"
