"""Every reason that this service can give has a Thai sentence of its own."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator

import credit_bank
import pytest
from chassis.errors import ServiceError
from chassis.messages import Messages
from credit_bank.catalogue import domain as catalogue
from credit_bank.catalogue import layout, oddities
from credit_bank.recording import layouts

MESSAGES = Messages("credit_bank")
THAI = re.compile(r"[\u0e01-\u0e5b]")


def classes(kind: type[ServiceError]) -> Iterator[type[ServiceError]]:
    for child in kind.__subclasses__():
        yield child
        yield from classes(child)


def reasons() -> set[str]:
    for module in pkgutil.walk_packages(credit_bank.__path__, "credit_bank."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)
    ours = {kind.reason for kind in classes(ServiceError) if kind.__module__.startswith(("credit_bank", "chassis"))}
    faults = re.findall(r'CourseFault\(\s*"([A-Z_]+)"', inspect.getsource(catalogue))
    faults += re.findall(r'_odd\(\s*"([A-Z_]+)"', inspect.getsource(oddities))
    faults += re.findall(r'Cell(?:Fault|Invalid)\((?:[A-Z]+, )?"([A-Z_]+)"', inspect.getsource(layout))
    rows = re.findall(r'"([A-Z_]+_(?:INVALID|MISSING))"', inspect.getsource(layouts))
    return ours | set(faults) | set(rows) - {"INTERNAL"}


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_reason_has_a_thai_sentence(reason: str) -> None:
    assert reason in MESSAGES.reasons()
    assert THAI.search(MESSAGES.sentence(reason))
