"""Make `.venv` with exactly what the locks name: `python3 deploy/local/bootstrap.py` (`make` runs it when needed).

Needs Python 3.11 with its venv module and nothing else. Three steps: a venv of the standard library; uv, pinned by
hash, through pip; then everything in the locks, hash-checked, and our own packages as they lie in the checkout. No
address is named: pip's configuration says where packages come from, and uv is told the same.
"""

import argparse
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

OLDEST = (3, 11)
ROOT = Path(__file__).resolve().parents[2]
INSTALLER_LOCK = "deploy/local/installer.lock"
LOCKS = ("requirements.lock", "deploy/images/build-tools.lock", INSTALLER_LOCK)
STAMP = ".nuaikit-installed"

# pip's option, the variable in which uv takes the same thing.
MIRROR_SETTINGS = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}


def main() -> int:
    """Install; gives the exit code."""
    parser = argparse.ArgumentParser(description="Make .venv with exactly what the locks name.")
    parser.add_argument("--venv", type=Path, default=ROOT / ".venv")
    venv = parser.parse_args().venv.absolute()
    if sys.version_info < OLDEST:
        return fail("Python 3.11 or later is needed.", "ต้องใช้ Python 3.11 ขึ้นไป", "make PYTHON=python3.12 …")
    try:
        make_venv(venv)
        install(venv)
    except subprocess.CalledProcessError as error:
        program = Path(error.cmd[0]).name
        return fail(
            f"Installation stopped in {program} (exit code {error.returncode}); its message is above.",
            f"การติดตั้งหยุดที่ {program} ข้อความอยู่ด้านบน",
            "no network: connect, or set pip's index-url to a mirror you can reach; then run the same command again · "
            "ไม่มีเครือข่าย: เชื่อมต่อ หรือกำหนด index-url ของ pip เป็นคลังที่เข้าถึงได้ แล้วสั่งใหม่อีกครั้ง",
        )
    (venv / STAMP).touch()
    return 0


def fail(english: str, thai: str, way: str) -> int:
    """Say what is wrong and what to do, in both languages."""
    sys.stderr.write(f"\n✗ {english}\n  {thai}\n  → {way}\n")
    return 1


def make_venv(venv: Path) -> None:
    """A venv of the standard library, unless there is one that works."""
    python = venv / "bin" / "python"
    if works(python):
        if not works(python, "import pip"):
            # Without pip, uv can neither be installed nor be told where packages come from.
            sys.exit(
                fail(
                    f"{venv} has no pip: another tool made it (`uv venv`, `python -m venv --without-pip`).",
                    f"{venv} ไม่มี pip เพราะสร้างด้วยเครื่องมืออื่น (`uv venv`, `python -m venv --without-pip`)",
                    f"remove it and run the same command again: rm -rf {venv} · ลบแล้วสั่งใหม่อีกครั้ง; "
                    f"or give it pip and keep it: {python} -m ensurepip · หรือเพิ่ม pip ให้โดยไม่ต้องลบ",
                )
            )
        return
    say(f"Making {venv} · สร้างสภาพแวดล้อม Python")
    if run(sys.executable, "-m", "venv", "--clear", venv, check=False).returncode:
        sys.exit(fail("The venv module of Python is missing.", "ไม่มีโมดูล venv ของ Python", "apt install python3-venv"))


def works(python: Path, statement: str = "") -> bool:
    """Whether a venv's Python starts and can do something.

    One copied from another machine, or whose Python was removed, does not start.
    """
    return python.exists() and run(python, "-c", statement, check=False, capture_output=True).returncode == 0


def install(venv: Path) -> None:
    """Bring the venv to what the locks name."""
    environment = installer_environment(venv)
    uv = venv / "bin" / "uv"
    if not uv.exists():
        say("Installing uv · ติดตั้ง uv")
        pip = [venv / "bin" / "python", "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
        hashed = ["--require-hashes", "--no-deps", "--only-binary=:all:", "--requirement", ROOT / INSTALLER_LOCK]
        run(*pip, *hashed)
    say("Installing what the locks name · ติดตั้งแพ็กเกจตามรายการ")
    python = ["--python", venv / "bin" / "python"]
    locks = [ROOT / lock for lock in LOCKS]
    run(uv, "pip", "sync", "--quiet", *python, "--require-hashes", *locks, env=environment)
    members = [word for member in workspace_members() for word in ("--editable", str(member))]
    # The build backend is among the locks, so nothing is fetched here.
    as_they_lie = ["--no-deps", "--no-build-isolation", "--offline", *members]
    run(uv, "pip", "install", "--quiet", *python, *as_they_lie, env=environment)


def workspace_members() -> list[Path]:
    """Our own packages."""
    places = (*ROOT.glob("libs/*"), *ROOT.glob("services/*"), ROOT / "deploy" / "local")
    return sorted(place for place in places if (place / "pyproject.toml").is_file())


def installer_environment(venv: Path) -> dict[str, str]:
    """The environment for uv: never another Python, and the package mirror that pip is configured for."""
    # The system's certificate authorities: a closed network has added its own to them.
    environment = {"UV_SYSTEM_CERTS": "1"} | dict(os.environ) | {"UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    listed = run(venv / "bin" / "python", "-m", "pip", "config", "list", check=False, capture_output=True, text=True)
    return mirror_settings(listed.stdout) | environment


def mirror_settings(listed: str) -> dict[str, str]:
    """The variables of uv for what `pip config list` says; what the person set for uv itself wins over these.

    Args:
        listed: Lines like `global.index-url='…'` and `:env:.cert='…'`; later ones win, the environment over all files.
    """
    found: dict[str, str] = {}
    for line in sorted(listed.splitlines(), key=lambda line: line.startswith(":env:")):
        name, _, value = line.partition("=")
        option = name.rpartition(".")[2]
        if option in MIRROR_SETTINGS:
            found[MIRROR_SETTINGS[option]] = " ".join(value.strip("'\"").replace("\\n", " ").split())
    return found


def run(*command: str | Path, check: bool = True, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run a program of this installation."""
    return subprocess.run([str(word) for word in command], check=check, **options)  # noqa: S603 - ours, no outside words


def say(sentence: str) -> None:
    """A step, for people."""
    sys.stderr.write(f"· {sentence}\n")


if __name__ == "__main__":
    sys.exit(main())
