"""The roll-out script keeps its order, stops at the first failure, and finds what the overlays render.

No cluster is at hand, so a recording program stands for kubectl; what it records is compared with the real rendering.
"""

from __future__ import annotations

import os
import shlex
import subprocess

import pytest

from tests.deploy import policy
from tests.support import manifests

SCRIPT = manifests.K8S / "roll-out.sh"
RECORDER = """#!/bin/sh
printf '%s\\n' "$*" >> "$RECORD"
case "$*" in
*"$FAIL_AT"*) [ -n "$FAIL_AT" ] && exit 1 ;;
esac
case "$*" in
*"get cronjobs"*) printf 'cronjob.batch/guidance-migrate-post\\ncronjob.batch/credit-bank-migrate-post\\n' ;;
esac
exit 0
"""


@pytest.fixture
def roll_out(tmp_path):
    recorder = tmp_path / "kubectl"
    recorder.write_text(RECORDER)
    recorder.chmod(0o755)
    record = tmp_path / "record"

    def run(*arguments, fail_at=""):
        record.write_text("")
        environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "RECORD": str(record), "FAIL_AT": fail_at}
        done = subprocess.run(
            ["sh", str(SCRIPT), *arguments], env=environment, capture_output=True, text=True, check=False, timeout=20
        )
        return done, record.read_text().splitlines()

    return run


def verbs(calls):
    words = (shlex.split(call) for call in calls)
    return [next(w for w in call if w not in {"--namespace", "nuaikit"}) for call in words]


def test_schema_changes_lie_around_the_rollout(roll_out):
    done, calls = roll_out("deploy/k8s/overlays/dev")
    assert done.returncode == 0
    post = ["create", "wait", "logs"]
    assert verbs(calls) == ["delete", "apply", "wait", "rollout", "get", *post, *post]
    assert calls[1] == "apply --kustomize deploy/k8s/overlays/dev"


@pytest.mark.parametrize("failing", ["delete", "apply", "wait jobs", "rollout", "create", "wait job/"])
def test_failed_step_ends_the_roll_out(roll_out, failing):
    done, calls = roll_out("deploy/k8s/overlays/dev", fail_at=failing)
    assert done.returncode != 0
    assert failing in calls[-1]


def test_overlay_must_be_named(roll_out):
    done, calls = roll_out()
    assert done.returncode != 0
    assert calls == []
    assert "usage" in done.stderr


def test_selectors_of_the_script_find_what_is_rendered(roll_out):
    _, calls = roll_out("deploy/k8s/overlays/dev")
    selectors = [w.partition("=")[2] for call in calls for w in shlex.split(call) if w.startswith("--selector=")]
    rendered = policy.Rendered(manifests.render(manifests.OVERLAYS[0]))

    def found(kinds, selector):
        key, _, value = selector.partition("=")
        return {m["metadata"]["name"] for m in rendered.of(*kinds) if m["metadata"].get("labels", {}).get(key) == value}

    assert len(selectors) == 4
    assert found(["Job"], selectors[0]) == found(["Job"], selectors[1]) == rendered.names("Job")
    everything = rendered.names("Deployment") | rendered.names("StatefulSet")
    assert found(["Deployment", "StatefulSet"], selectors[2]) == everything
    stored = {"student-registry", "credit-bank", "guidance", "indicators"}
    assert found(["CronJob"], selectors[3]) == {f"{service}-migrate-post" for service in stored}


def test_names_of_jobs_fit():
    stamp = "20261121120000"
    for name in policy.Rendered(manifests.render(manifests.OVERLAYS[0])).names("CronJob"):
        assert len(f"{name}-{stamp}") <= 63
