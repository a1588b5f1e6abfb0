"""Locks: checked against the pyproject files and against nothing in the world."""

import importlib.util
import venv
from pathlib import Path

import pytest
from nuaikit_local import locks
from nuaikit_local.layout import checkout

HASH = "    --hash=sha256:" + "ab" * 32


def pyproject(name: str, *needs: str) -> str:
    listed = ", ".join(f'"{need}"' for need in needs)
    return (
        f'[project]\nname = "{name}"\ndependencies = [{listed}]\n'
        '[build-system]\nrequires = ["hatchling"]\n[dependency-groups]\ndev = ["ruff>=0.15"]\n'
    )


@pytest.fixture
def tree(tmp_path) -> Path:
    """A checkout of one library and one service, with locks that fit."""
    for folder, text in (
        (".", pyproject("root")),
        ("libs/plumbing", pyproject("our-plumbing", "rich>=14")),
        ("services/bank", pyproject("our-bank", "our-plumbing", "typer>=0.20")),
        ("deploy/local", pyproject("our-local", "psutil>=7")),
        ("deploy/images", ""),
    ):
        (tmp_path / folder).mkdir(parents=True, exist_ok=True)
        if text:
            (tmp_path / folder / "pyproject.toml").write_text(text)
    root = checkout()
    for lock in ("requirements.lock", "deploy/images/build-tools.lock", "deploy/local/installer.lock"):
        (tmp_path / lock).write_text((root / lock).read_text())
    (tmp_path / "services/bank/requirements.lock").write_text((root / "requirements.lock").read_text())
    return tmp_path


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_locks_that_fit_pass(tree):
    assert locks.check(tree) == []


def test_dependency_that_is_not_locked_is_told_in_both_locks(tree):
    change(tree / "libs/plumbing/pyproject.toml", '"rich>=14"', '"rich>=14", "left-pad>=1"')
    assert locks.check(tree) == [
        "requirements.lock: pyproject.toml needs left-pad>=1, which is not locked",
        "services/bank/requirements.lock: pyproject.toml needs left-pad>=1, which is not locked",
    ]


def test_locked_version_that_no_longer_satisfies_is_told(tree):
    change(tree / "deploy/local/pyproject.toml", "psutil>=7", "psutil>=999")
    (said,) = locks.check(tree)
    assert said.startswith("requirements.lock: pyproject.toml needs psutil>=999, locked is ")


def test_lock_that_lacks_what_a_package_needs_in_turn_is_told(tree):
    text = (tree / "requirements.lock").read_text()
    pins = text.split("\nmarkdown-it-py==")
    (tree / "requirements.lock").write_text(
        pins[0] + "\n" + pins[1].partition("\nmarkupsafe")[2].join(["markupsafe", ""])
    )
    assert any("rich needs markdown-it-py" in said for said in locks.check(tree))


def test_service_lock_of_another_version_is_told(tree):
    version = locks.read_pins((tree / "requirements.lock").read_text())["rich"].version
    change(tree / "services/bank/requirements.lock", f"rich=={version} ", "rich==14.0.0 ")
    assert locks.check(tree) == [f"services/bank/requirements.lock: rich 14.0.0, but requirements.lock has {version}"]


def test_address_or_missing_hash_is_told(tree):
    lock = tree / "deploy/local/installer.lock"
    lock.write_text("--index-url https://mirror.example/simple\neditables==0.5\nuv==0.13.8 \\\n" + HASH + "\n")
    said = locks.check(tree)
    assert any("editables has no hash" in line for line in said)
    assert any("names an address" in line for line in said)


def test_committed_locks_fit_this_checkout():
    assert locks.check(checkout()) == []


def bootstrap():
    spec = importlib.util.spec_from_file_location("bootstrap", checkout() / "deploy" / "local" / "bootstrap.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_installer_takes_the_mirror_that_pip_is_configured_for():
    listed = (
        ":env:.cert='/etc/ssl/ministry.pem'\n"
        "global.index-url='https://mirror.example/simple'\n"
        "global.extra-index-url='\\nhttps://a.example\\nhttps://b.example'\n"
        "global.timeout='60'\n"
        "user.cert='/home/khru/old.pem'\n"
    )
    assert bootstrap().mirror_settings(listed) == {
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://a.example https://b.example",
        "SSL_CERT_FILE": "/etc/ssl/ministry.pem",
    }


def test_installer_knows_every_member():
    names = {path.relative_to(checkout()).as_posix() for path in bootstrap().workspace_members()}
    assert names == {place.relative_to(checkout()).as_posix() for place in locks.members(checkout()).values()}


def test_environment_without_pip_is_called_that_and_not_a_missing_network(tmp_path, capsys):
    venv.create(tmp_path / "venv", with_pip=False, symlinks=True)
    with pytest.raises(SystemExit) as stopped:
        bootstrap().make_venv(tmp_path / "venv")
    said = capsys.readouterr().err
    assert stopped.value.code == 1
    assert f"{tmp_path / 'venv'} has no pip" in said
    assert "ไม่มี pip" in said
    assert "ensurepip" in said
    assert "network" not in said
