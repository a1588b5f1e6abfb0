"""Every refusal of the service has a Thai sentence."""

import guidance.app
import pytest
from chassis.errors import ServiceError
from chassis.messages import Messages

MESSAGES = Messages("guidance")
assert guidance.app.SERVICE.package == "guidance"  # its import brings in every refusal of the service


def refusals(of: type[ServiceError]) -> list[type[ServiceError]]:
    """All refusals below a kind."""
    return [found for sub in of.__subclasses__() for found in (sub, *refusals(sub))]


@pytest.mark.parametrize(
    "reason", sorted({error.reason for error in refusals(ServiceError) if "guidance" in error.__module__})
)
def test_refusal_has_a_thai_sentence_of_its_own(reason: str) -> None:
    assert reason in MESSAGES.reasons()
    assert MESSAGES.sentence(reason) != MESSAGES.sentence("INTERNAL")
