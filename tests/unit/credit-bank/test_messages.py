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
from credit_bank.equivalences import previewing
from credit_bank.equivalences.previewing import Verdict
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
    previews = re.findall(r'"([A-Z]+_[A-Z_]+)"', inspect.getsource(previewing))
    claims = ("COURSE_ALREADY_AWARDED", "ENTRY_ALREADY_CLAIMED", "ENTRY_COUNTS_ELSEWHERE", "ENTRY_EXPIRED")
    previews = [code for code in previews if not code.startswith("CR_")]  # units are no notes
    told = {f"PREVIEW_{code}" for code in (*previews, *Verdict, *claims, "ACCOUNT_REDEEMED", "ACCOUNT_CLOSED")}
    return told | ours | set(faults) | set(rows) - {"INTERNAL"}


@pytest.mark.parametrize("reason", sorted(reasons()))
def test_reason_has_a_thai_sentence(reason: str) -> None:
    assert reason in MESSAGES.reasons()
    assert THAI.search(MESSAGES.sentence(reason))
