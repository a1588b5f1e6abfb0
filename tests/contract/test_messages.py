"""Every refusal has a Thai sentence for the person who meets it (style.md 5.4)."""

import importlib
import pkgutil

import pytest
from chassis.errors import ServiceError
from chassis.messages import Messages

from tests.support.schema import ROOT

PACKAGES = sorted({path.parent.name for path in (ROOT / "services").glob("*/src/*/__init__.py")} | {"chassis"})


def refusals(package: str) -> dict[str, str]:
    """Reason and class of every error that a package defines."""
    for info in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
        if not info.name.endswith("__main__"):
            importlib.import_module(info.name)
    found: dict[str, str] = {}
    waiting = [ServiceError]
    while waiting:
        cls = waiting.pop()
        waiting += cls.__subclasses__()
        if cls.__module__.partition(".")[0] == package:
            found[cls.reason] = f"{cls.__module__}.{cls.__qualname__}"
    return found


@pytest.mark.parametrize("package", PACKAGES)
def test_every_reason_has_a_thai_sentence(package: str) -> None:
    known = Messages(package).reasons()
    missing = {reason: place for reason, place in refusals(package).items() if reason not in known}
    assert missing == {}


@pytest.mark.parametrize("package", PACKAGES)
def test_every_sentence_is_thai_and_says_something(package: str) -> None:
    messages = Messages(package)
    for reason in messages.reasons():
        sentence = messages.sentence(reason)
        assert sum("\u0e01" <= letter <= "\u0e5b" for letter in sentence) >= 10, f"{reason}: {sentence}"


def test_reason_nobody_knows_has_the_general_sentence() -> None:
    messages = Messages("chassis")
    assert messages.sentence("NEVER_HEARD_OF") == messages.sentence("INTERNAL")
