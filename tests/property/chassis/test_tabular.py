"""Whatever is in a table comes back, and whatever happens to a file costs no whole row before it."""

import csv
import io
from functools import cache

import openpyxl
import pytest
from chassis import tabular
from chassis.errors import Invalid
from chassis.messages import Messages
from chassis.tabular import Table, ascii_digits, clean, read_table
from hypothesis import given, settings
from hypothesis import strategies as st

COLUMNS = ("รหัสวิชา", "ผลการเรียน", "หมายเหตุ")
NEEDED = COLUMNS[:2]
THAI = st.characters(min_codepoint=0x0E01, max_codepoint=0x0E3A) | st.characters(
    min_codepoint=0x0E3F, max_codepoint=0x0E5B
)
PLAIN = st.characters(min_codepoint=0x20, max_codepoint=0x7E)
CELLS = st.text(THAI | PLAIN, max_size=12)
ROWS = st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=12)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "cp874"])
REASONS = Messages("chassis").reasons()


def written(rows: list[tuple[str, ...]], encoding: str, *, ending: str = "\r\n") -> bytes:
    """A CSV file."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=ending).writerows([COLUMNS, *rows])
    return out.getvalue().encode(encoding)


def expected(rows: list[tuple[str, ...]]) -> list[tuple[int, tuple[str, ...]]]:
    """The rows that are none too blank to be rows."""
    return [
        (number, tuple(clean(cell) for cell in row))
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row)
    ]


def found(table: Table) -> list[tuple[int, tuple[str, ...]]]:
    """Number and cells of the good rows."""
    return [(row.number, tuple(row.cells.values())) for row in table.rows]


def read(data: bytes, **options: str) -> Table | None:
    """A table, or None where the file was refused in one of the documented ways."""
    reason, table = "", None
    try:
        table = read_table(data, needed=NEEDED, **options)
    except Invalid as refusal:
        reason = refusal.reason
    if table is None:
        assert reason in REASONS
        return None
    assert {fault.reason for fault in table.faults} <= REASONS
    numbers = [row.number for row in table.rows]
    assert numbers == sorted(set(numbers))
    assert not set(numbers) & {fault.row for fault in table.faults}, "a row is good or at fault"
    return table


@given(rows=ROWS, encoding=ENCODINGS, ending=st.sampled_from(["\r\n", "\n", "\r"]))
def test_table_comes_back_in_any_encoding(rows: list[tuple[str, ...]], encoding: str, ending: str) -> None:
    table = read(written(rows, encoding, ending=ending))
    assert (found(table) if table else []) == expected(rows)
    if table:
        assert table.faults == ()
        assert table.encoding == ("cp874" if encoding == "cp874" else "utf-8")


@given(rows=ROWS, encoding=ENCODINGS, place=st.floats(0, 1))
def test_file_cut_at_any_byte_keeps_every_whole_row_before_the_cut(
    rows: list[tuple[str, ...]], encoding: str, place: float
) -> None:
    whole = written(rows, encoding)
    cut = int(len(whole) * place)
    table = read(whole[:cut])
    complete = whole[:cut].count(b"\r\n") - 1  # rows whose end is there; cells hold no line ends here
    kept = [row for row in expected(rows) if row[0] <= complete + 1]
    assert kept == [] or table is not None
    if table:
        rest = found(table)
        assert rest[: len(kept)] == kept
        assert len(rest) <= len(kept) + 1, "at most the row of the cut itself, when it happens to have all its cells"
        assert all(row[0] == complete + 2 for row in rest[len(kept) :])


@given(rows=ROWS, encoding=ENCODINGS, place=st.floats(0, 1), byte=st.integers(0, 255))
def test_one_wrong_byte_costs_no_row_but_its_own(
    rows: list[tuple[str, ...]], encoding: str, place: float, byte: int
) -> None:
    whole = written(rows, encoding)
    begin = whole.index(b"\r\n") + 2
    at = begin + int((len(whole) - begin - 1) * place)
    broken = whole[:at] + bytes([byte]) + whole[at + 1 :]
    if byte in b'\r\n",' or whole[at] in b'\r\n",':
        read(broken)  # it moved the borders of cells: no promise but a documented answer
        return
    struck = whole[:at].count(b"\r\n") + 1
    table = read(broken)
    others = [row for row in expected(rows) if row[0] != struck]
    assert [row for row in (found(table) if table else []) if row[0] != struck] == others
    assert {fault.row for fault in table.faults} <= {struck} if table else True


@given(data=st.binary(max_size=400), encoding=st.sampled_from([None, "utf-8", "cp874"]))
def test_any_bytes_are_a_table_or_refused_in_a_documented_way(data: bytes, encoding: str | None) -> None:
    read(data, **({"encoding": encoding} if encoding else {}))
    header = ",".join(COLUMNS).encode("cp874" if encoding == "cp874" else "utf-8") + b"\n"
    read(header + data, **({"encoding": encoding} if encoding else {}))


@given(rows=ROWS, real=ENCODINGS, said=st.sampled_from(["utf-8", "cp874"]))
def test_wrongly_said_encoding_costs_only_rows_that_are_not_ascii(
    rows: list[tuple[str, ...]], real: str, said: str
) -> None:
    is_right = (real == "cp874") == (said == "cp874")
    table = read(written(rows, real), encoding=said)
    wanted = [row for row in expected(rows) if is_right or all(cell.isascii() for cell in rows[row[0] - 2])]
    assert (found(table) if table else []) == wanted
    if table and not is_right:
        assert {fault.reason for fault in table.faults} <= {f"ENCODING_NOT_{'UTF8' if said == 'utf-8' else 'CP874'}"}
        assert all(fault.column in COLUMNS for fault in table.faults)


@cache
def workbook() -> bytes:
    """An XLSX file of forty rows."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(list(COLUMNS))
    for number in range(40):
        book.active.append([f"ท{number:05}", number / 2, "ดีมาก"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_whole_workbook_is_read() -> None:
    table = read(workbook())
    assert table is not None
    assert len(table.rows) == 40


@pytest.mark.parametrize("part", range(8))
def test_workbook_cut_at_any_byte_is_told_to_be_cut(part: int) -> None:
    whole = workbook()
    for cut in range(4 + part, len(whole), 8 * 7):
        with pytest.raises(Invalid) as caught:
            read_table(whole[:cut], needed=NEEDED)
        assert caught.value.reason == "FILE_TRUNCATED"


@settings(max_examples=20, deadline=None)  # each in a process of its own
@given(place=st.floats(0, 1), wrong=st.binary(min_size=1, max_size=8))
def test_workbook_with_wrong_bytes_is_a_table_or_refused(place: float, wrong: bytes) -> None:
    whole = workbook()
    at = 4 + int((len(whole) - 4 - len(wrong)) * place)
    read(whole[:at] + wrong + whole[at + len(wrong) :])


@given(st.text(max_size=50))
def test_clean_text_stays_as_it_is(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(st.integers(0, 10**18))
def test_thai_digits_are_the_same_number(number: int) -> None:
    thai = str(number).translate(str.maketrans("0123456789", "๐๑๒๓๔๕๖๗๘๙"))
    assert int(ascii_digits(thai)) == number


_LINES = st.lists(
    st.one_of(
        st.lists(st.text("กขABC12 \u0e4d๙é\x00\ufffd", max_size=6), min_size=3, max_size=3).map(",".join),
        st.text('ก,"\r\nAé ', max_size=20),
        st.sampled_from(["", ",,", 'ก,"ข\n ค",ง', '"ก"",ข","2",3', "1,2", "1,2,3,4", '"x,1,2']),
    ),
    max_size=12,
)


@given(
    _LINES, st.sampled_from(["utf-8", "cp874", "utf-8-sig"]), st.sampled_from(["", "\n", "\r\n"]), st.integers(1, 60)
)
def test_file_read_in_blocks_of_any_size_is_the_file_read_whole(
    lines: list[str], encoding: str, end: str, block_bytes: int
) -> None:
    data = ("รหัส,ผล,ภาค\n" + "\n".join(lines) + end).encode(encoding, "replace")
    found: list[list[object]] = []
    for size in (block_bytes, 10_000_000):
        try:
            table = tabular.open_table(io.BytesIO(data), needed=["รหัส"], block_bytes=size)
            rows: list[object] = []
            for batch in table.batches:
                rows += zip(batch.numbers, zip(*batch.columns, strict=True), strict=True)
                rows += [(row.number, row.faults, row.cells) for row in batch.broken]
            found.append([table.format, sorted(rows, key=repr)])
        except Invalid:
            found.append([])
    assert found[0] == found[1]
