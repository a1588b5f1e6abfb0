"""Runs the integration and end-to-end tests through testcontainers, on any machine that can run containers.

1. An engine: the one that answers, else one of our own (Debian's, root only), removed at the end.
2. Images of PostgreSQL and Kafka: the published ones when they can be pulled, else stand-ins of the locked artifacts.
3. Integration and end-to-end tests, where falling back to other servers is an error.
4. The image of every service, built as released and run as hardened as on Kubernetes.

Stand-ins are kept under the cache of deploy/local (`/var/cache/nuaikit/images` for root, else the XDG cache;
`NUAIKIT_CACHE` moves it), so a second run loads them.
"""

import argparse
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from types import FrameType

from tests.support.containers import engine as engines
from tests.support.containers import images, services
from tests.support.containers.base import BaseError
from tests.support.containers.engine import Engine, LeftBehindError, NoEngineError
from tests.support.containers.images import ImageError, Images

PYTEST_SECONDS_MAX = 3600
TESTS = (
    *("tests/integration", "tests/e2e", "--ignore=tests/integration/local"),
    *("-m", "not long and not random"),
    *("--numprocesses", "2", "--dist", "loadfile"),
)
"""The tests of the one-machine runtime start their own servers on every path, and those that go at random take long and
prove rules, not servers; `make test` has run both."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the steps; 0 when all of them hold, 1 when a test or image fails, 3 when there can be no engine here."""
    arguments = _parse(argv)
    signal.signal(signal.SIGTERM, _end)
    began = time.monotonic()
    try:
        if arguments.remove:
            engines.remove_kept(_say)
            return 0
        with engines.running(keep=arguments.keep, say=_say) as engine:
            made = images.prepare(engine, service_base=services.default_base(), say=_say)
            code = 0 if arguments.images_only else _run_checks(engine, made, arguments.pytest_args)
    except NoEngineError as error:
        _say(f"cannot run containers here: {error}")
        return 3
    except (BaseError, ImageError, LeftBehindError, services.ServiceImageError) as error:
        _say(f"FAILED: {error}")
        return 1
    _say(f"{'done' if code == 0 else 'FAILED'} in {time.monotonic() - began:.0f} s")
    return code


def _parse(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="test-containers", description=__doc__.partition("\n")[0])
    parser.add_argument("--keep", action="store_true", help="leave our own engine and its images for the next run")
    parser.add_argument("--images-only", action="store_true", help="make the images and run nothing")
    parser.add_argument("--remove", action="store_true", help="remove an engine that --keep left, or a killed run")
    parser.add_argument(
        "--pytest-args",
        default=shlex.join(TESTS),
        help="what pytest runs, as one text; empty: no tests, service images only (default: %(default)s)",
    )
    return parser.parse_args(argv)


def _run_checks(engine: Engine, made: Images, pytest_arguments: str) -> int:
    os.environ.update(engine.environment())  # testcontainers reads it in this process too
    code = _run_tests(made, shlex.split(pytest_arguments)) if pytest_arguments else 0
    services.check(engine, made, say=_say)
    return code


def _run_tests(made: Images, arguments: list[str]) -> int:
    selected = {
        "TEST_INFRASTRUCTURE": "containers",
        "TEST_POSTGRES_IMAGE": made.postgres,
        "TEST_KAFKA_IMAGE": made.kafka,
    }
    answer = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        env=os.environ | selected,
        stdin=subprocess.DEVNULL,
        timeout=PYTEST_SECONDS_MAX,
        check=False,
    )
    return answer.returncode


def _end(_signal: int, _frame: FrameType | None) -> None:
    """Turn SIGTERM into an exception, so that what was started is removed on the way out."""
    raise SystemExit(143)


def _say(line: str) -> None:
    sys.stdout.write(f"[containers] {line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
