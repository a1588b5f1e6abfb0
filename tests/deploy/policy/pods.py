"""How pods are hardened: user, file system, capabilities, tokens, sizes, images."""

from __future__ import annotations

from collections.abc import Iterator

from tests.deploy.policy.model import Rendered, What, Where, each_container, effective, quantity, rule
from tests.support.manifests import name_of


@rule
def pods_run_as_an_ordinary_user(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """runAsNonRoot with a user and group above 0, on every container; our own images' user is 10001."""
    for workload, container, where in each_container(rendered):
        if effective(workload, container, "runAsNonRoot") is not True:
            yield where, "runAsNonRoot is not true"
        for field in ("runAsUser", "runAsGroup"):
            number = effective(workload, container, field)
            if not isinstance(number, int) or number < 1:
                yield where, f"{field} is {number}"
            elif workload.service and number != 10001:
                yield where, f"{field} is {number}, our images have 10001"


@rule
def root_file_system_is_read_only(rendered: Rendered) -> Iterator[tuple[Where, What]]:
    """A taken-over process cannot leave a program behind; /tmp is an emptyDir of limited size."""
    for workload, container, where in each_container(rendered):
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
    for _, container, where in each_container(rendered):
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
    for workload, container, where in each_container(rendered):
        if (effective(workload, container, "seccompProfile") or {}).get("type") != "RuntimeDefault":
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
    for _, container, where in each_container(rendered):
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
    for _, container, where in each_container(rendered):
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
    for _, container, where in each_container(rendered):
        image = str(container.get("image", ""))
        last = image.rpartition("/")[2]
        tag = last.partition("@")[0].partition(":")[2]
        if "@sha256:" not in image and tag in {"", "latest"}:
            yield where, f"image {image!r} has no version"
        if last.partition(":")[0] in {"service", "postgresql", "kafka"} and image.startswith("nuaikit/"):
            yield where, f"image {image!r} is a placeholder"
