"""Secrets of a first installation: complete, different, kept when they exist, closed to others."""

from __future__ import annotations

import base64
import json
import stat
import subprocess
import sys

import pytest

from tests.deploy import files, policy
from tests.support import manifests

PROGRAM = manifests.K8S / "make_secrets.py"


def run(*arguments):
    return subprocess.run([sys.executable, str(PROGRAM), *arguments], capture_output=True, text=True, check=True)


def test_secrets_for_kubernetes_are_what_the_pods_mount():
    secrets = json.loads(run("kubernetes").stdout)["items"]
    assert list(manifests.validate(secrets)) == []
    made = {secret["metadata"]["name"]: secret["stringData"] for secret in secrets}
    wanted = set()
    for workload in policy.Rendered(manifests.render(manifests.OVERLAYS[0])).workloads:
        for volume in workload.pod["volumes"]:
            wanted |= {source["secret"]["name"] for source in volume.get("projected", {}).get("sources", [])}
            wanted |= {volume["secret"]["secretName"]} if "secret" in volume else set()
    assert made.keys() == wanted


def test_secret_keys_are_settings_of_their_service():
    made = files.make_secrets().make({})
    for service in policy.SERVICES:
        given = {name for reader in (f"{service}-keys", f"{service}-database") for name in made.get(reader, {})}
        assert given == {name.lower() for name in policy.secret_files(service)}


def test_each_key_is_its_own_and_the_subject_key_is_shared():
    made = files.make_secrets().make({})
    flat = {name: value for values in made.values() for name, value in values.items()}
    shared = {value for name, value in flat.items() if name.endswith("_subject_hash_key")}
    others = [value for name, value in flat.items() if not name.endswith("_subject_hash_key")]
    assert len(shared) == 1
    assert len(set(others)) == len(others)
    assert len(base64.b64decode(flat["student_registry_identifier_key"], validate=True)) == 32


def test_address_of_a_database_holds_the_password_of_its_role():
    made = files.make_secrets().make({})
    dsn = made["credit-bank-database"]["credit_bank_database_dsn"]
    assert dsn == f"postgresql://credit_bank:{made['postgresql']['credit_bank']}@postgresql:5432/credit_bank"


def test_second_run_keeps_what_exists_and_fills_what_is_missing(tmp_path):
    folder = tmp_path / "secrets"
    run("files", str(folder))
    before = {path: path.read_text() for path in folder.rglob("*") if path.is_file()}
    lost = folder / "guidance" / "guidance_subject_hash_key"
    lost.unlink()
    assert run("files", str(folder)).stdout.startswith("1 secrets written")
    assert {path: path.read_text() for path in folder.rglob("*") if path.is_file()} == before


def test_lost_password_of_a_role_is_not_made_anew_behind_its_address(tmp_path):
    folder = tmp_path / "secrets"
    run("files", str(folder))
    password = (folder / "postgresql" / "guidance").read_text()
    (folder / "guidance" / "guidance_database_dsn").unlink()
    run("files", str(folder))
    assert password in (folder / "guidance" / "guidance_database_dsn").read_text()


def test_files_are_closed_to_other_people_and_readable_in_a_container(tmp_path):
    folder = tmp_path / "secrets"
    run("files", str(folder))
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o755}
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.rglob("*") if path.is_file()} == {0o644}


def test_no_secret_is_said_aloud(tmp_path):
    folder = tmp_path / "secrets"
    done = run("files", str(folder))
    values = [path.read_text() for path in folder.rglob("*") if path.is_file()]
    assert not any(value in done.stdout + done.stderr for value in values)


@pytest.mark.parametrize("service", policy.SERVICES)
def test_folder_of_compose_holds_every_secret_of_a_service(service, tmp_path):
    run("files", str(tmp_path))
    assert {path.name.upper() for path in (tmp_path / service).iterdir()} == policy.secret_files(service)
