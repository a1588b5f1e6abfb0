"""Tables out as CSV and XLSX: nothing computed, nothing lost, rejected rows with why."""

import io
from collections.abc import AsyncIterator, Sequence

import openpyxl
import pytest
from chassis.messages import Messages
from chassis.sheets import EXPLANATION, GUARD, REASON_CODE, as_csv, as_xlsx, download, with_reasons
from chassis.tabular import clean, read_table

HEADER = ("ชื่อ", "สูตร")


async def some(*rows: Sequence[str]) -> AsyncIterator[Sequence[str]]:
    for row in rows:
        yield row


async def test_cell_that_would_begin_a_formula_is_guarded_and_read_again_without_it() -> None:
    content = b"".join([piece async for piece in as_csv(some(HEADER, ("ก", '=HYPERLINK("x")')), separator=";")])
    assert f";{GUARD}=".encode() in content or f';"{GUARD}='.encode() in content
    (row,) = read_table(content, needed=HEADER).rows
    assert clean(row.cells["สูตร"]) == '=HYPERLINK("x")'


@pytest.mark.parametrize(("is_workbook", "ending"), [(False, "csv"), (True, "xlsx")])
async def test_long_table_is_written_whole_in_pieces(is_workbook: bool, ending: str) -> None:
    file = download("rows", some(HEADER, *((f"แถว {n}", "=1+1") for n in range(20_000))), is_workbook=is_workbook)
    pieces = [piece async for piece in file.content]
    assert (file.name, len(pieces) > 1 or is_workbook) == (f"rows.{ending}", True)
    table = read_table(b"".join(pieces), needed=HEADER)
    assert (len(table.rows), table.faults) == (20_000, ())
    assert clean(table.rows[-1].cells["สูตร"]) == "=1+1"


async def test_rejected_rows_say_why_in_two_columns_which_make_room_for_new_ones() -> None:
    header = ("ชื่อ", REASON_CODE, EXPLANATION, "ห้อง")
    sent = some(("ก", "OLD", "เก่า", "1"), ("ข",))

    async def rejected() -> AsyncIterator[tuple[Sequence[str], Sequence[str]]]:
        async for row in sent:
            yield row, ["NOT_FOUND", "UNAVAILABLE"]

    messages = Messages("chassis")
    found = [list(row) async for row in with_reasons(header, rejected(), messages)]
    told = f"{messages.sentence('NOT_FOUND')} / {messages.sentence('UNAVAILABLE')}"
    assert found == [
        ["ชื่อ", "ห้อง", REASON_CODE, EXPLANATION],
        ["ก", "1", "NOT_FOUND UNAVAILABLE", told],
        ["ข", "", "NOT_FOUND UNAVAILABLE", told],
    ]


async def test_workbook_holds_whatever_a_sender_typed() -> None:
    odd = "ก\x0bข\x00 <&> \ud800 \uffff"
    content = b"".join([piece async for piece in as_xlsx(some(HEADER, (odd, "\ttab")))])
    (row,) = read_table(content, needed=HEADER).rows
    assert "<&>" in row.cells["ชื่อ"]
    assert row.cells["ชื่อ"].startswith("ก")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert [len(line) for line in sheet.iter_rows(values_only=True)] == [2, 2]
