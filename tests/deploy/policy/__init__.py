"""The house policy for rendered manifests: a table of small rules, each of which yields what it refuses.

Schemas say which fields exist; these rules say which values are right, because a schema accepts `containerPort: 99999`
and a selector that selects nothing. `tests/deploy/test_policy.py` breaks a good rendering for every rule and expects
the rule to refuse it.

Sources: architecture.md 4; style.md 5.12; Kubernetes "Pod Security Standards", level restricted.
"""

from __future__ import annotations

from collections.abc import Sequence

from tests.deploy.policy import configuration, network, pods, probes, references, workloads
from tests.deploy.policy.configuration import secret_files, settings_of
from tests.deploy.policy.model import RULES, SERVICES, Rendered, matches, quantity, template_of
from tests.deploy.policy.network import flows
from tests.support.manifests import Finding, Manifest

__all__ = [
    "RULES",
    "SERVICES",
    "Rendered",
    "flows",
    "judge",
    "matches",
    "quantity",
    "secret_files",
    "settings_of",
    "template_of",
]

# Each module enters its rules into RULES when it is imported.
MODULES = (pods, probes, workloads, references, configuration, network)


def judge(manifests: Sequence[Manifest]) -> list[Finding]:
    """Hold a rendering against every rule."""
    rendered = Rendered(manifests)
    return [Finding(name, where, what) for name, check in RULES.items() for where, what in check(rendered)]
