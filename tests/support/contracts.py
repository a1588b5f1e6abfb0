"""Generates, lints and guards the contracts; the Makefile's `proto` and `check` call it.

`generate` writes the code into libs/contracts; `check` lints, looks for breaking changes against the committed
baseline and fails when the generated code differs from what the proto files say; `release` renews the baseline.
buf reads a descriptor set made by the locked protoc, so no remote module is ever asked for.
"""

from __future__ import annotations

import argparse
import filecmp
import importlib.resources
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROTO = ROOT / "proto"
GENERATED = ROOT / "libs" / "contracts" / "src"
BASELINE = PROTO / "released.binpb"


def proto_files() -> list[str]:
    """Contract files, relative to the proto root, in a stable order."""
    return sorted(str(path.relative_to(PROTO)) for path in PROTO.glob("nuaikit/**/*.proto"))


def _include_paths() -> list[str]:
    # `google/type` comes from googleapis-common-protos, `google/protobuf` from grpcio-tools; both are locked.
    site = Path(sysconfig.get_path("purelib"))
    bundled = importlib.resources.files("grpc_tools") / "_proto"
    return [f"-I{PROTO}", f"-I{site}", f"-I{bundled}"]


def _protoc(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, "-m", "grpc_tools.protoc", *_include_paths(), *arguments, *proto_files()], check=True
    )


def generate(out: Path) -> None:
    """Write `_pb2.py`, `_pb2.pyi`, `_pb2_grpc.py` and `_pb2_grpc.pyi` below `out`."""
    scripts = Path(sysconfig.get_path("scripts"))
    _protoc(
        f"--plugin=protoc-gen-mypy_grpc={scripts / 'protoc-gen-mypy_grpc'}",
        f"--python_out={out}",
        f"--pyi_out={out}",
        f"--grpc_python_out={out}",
        f"--mypy_grpc_out=quiet:{out}",
    )


def describe(out: Path) -> None:
    """Write one descriptor set with imports and comments."""
    _protoc("--include_imports", "--include_source_info", f"--descriptor_set_out={out}")


def _buf(*arguments: str) -> int:
    buf = Path(sysconfig.get_path("scripts")) / "buf"
    return subprocess.run([str(buf), *arguments], check=False, cwd=PROTO).returncode


def check() -> int:
    """Lint, compare with the baseline, and compare the generated code with the proto files."""
    with tempfile.TemporaryDirectory() as name:
        image = Path(name) / "image.binpb"
        describe(image)
        failed = _buf("lint", str(image), "--config", "buf.yaml")
        failed |= _buf("breaking", str(image), "--against", str(BASELINE), "--config", "buf.yaml")
        fresh = Path(name) / "generated"
        fresh.mkdir()
        generate(fresh)
        expected = {path.relative_to(fresh) for path in fresh.rglob("*.py*")}
        present = {
            path.relative_to(GENERATED)
            for path in (GENERATED / "nuaikit").rglob("*_pb2*.py*")
            if path.suffix != ".pyc"  # what importing leaves behind
        }
        drift = sorted(
            str(path)
            for path in expected | present
            if path not in expected
            or path not in present
            or not filecmp.cmp(fresh / path, GENERATED / path, shallow=False)
        )
    for path in drift:
        sys.stderr.write(f"drift: libs/contracts/src/{path} differs from the proto files; run `make proto`\n")
    return 1 if failed or drift else 0


def main(argv: list[str] | None = None) -> int:
    """Run one of `generate`, `check`, `release`."""
    parser = argparse.ArgumentParser(prog="python -m tests.support.contracts", description=__doc__)
    parser.add_argument("command", choices=["generate", "check", "release"])
    command = parser.parse_args(argv).command
    if command == "check":
        return check()
    if command == "generate":
        for stale in (GENERATED / "nuaikit").rglob("*_pb2*.py*"):
            stale.unlink()
        generate(GENERATED)
    else:
        describe(BASELINE)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
