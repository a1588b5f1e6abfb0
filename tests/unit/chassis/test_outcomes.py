"""What becomes of each item of a list, on the wire and in the kept answer."""

import pytest
from chassis.errors import InvalidField, NotFound, TooManyItems
from chassis.http import item_results
from chassis.messages import Messages
from chassis.outcomes import (
    Outcome,
    check_size,
    outcomes_from_answer,
    outcomes_to_answer,
    outcomes_to_pb,
)

OUTCOMES = [
    Outcome.failed(2, InvalidField(field="key", expected="ก")),
    Outcome(0, id="a"),
    Outcome(1, id="b", already_done=True),
]


def test_kept_answer_says_the_same_in_the_order_of_the_request() -> None:
    again = outcomes_from_answer(outcomes_to_answer(OUTCOMES))
    assert again == sorted(OUTCOMES, key=lambda outcome: outcome.index)


def test_contract_and_json_carry_the_same_outcomes() -> None:
    messages = outcomes_to_pb(OUTCOMES)
    results = item_results(OUTCOMES, Messages("chassis"))
    assert [message.index for message in messages] == [result.index for result in results] == [0, 1, 2]
    assert [message.id for message in messages] == ["a", "b", ""]
    assert not messages[0].HasField("problem")
    problem, shown = messages[2].problem, results[2].problem
    assert shown is not None
    assert (problem.kind, problem.reason, problem.field) == (shown.kind, shown.reason, shown.field)
    assert dict(problem.metadata) == shown.metadata == {"expected": "ก"}
    assert shown.title_th == "ข้อมูลบางช่องไม่ถูกต้อง กรุณาแก้ไขช่องที่ระบุแล้วส่งใหม่"


def test_problem_without_field_has_none_on_the_wire() -> None:
    (message,) = outcomes_to_pb([Outcome.failed(0, NotFound())])
    assert not message.problem.HasField("field")


@pytest.mark.parametrize(("count", "error"), [(0, InvalidField), (4, TooManyItems)])
def test_list_outside_its_bounds_is_refused(count: int, error: type[Exception]) -> None:
    with pytest.raises(error):
        check_size([1] * count, 3, field="items")
    check_size([1], 3, field="items")
    check_size([1] * 3, 3, field="items")
