"""Files as people send them, one example each."""

import io
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
import pytest
from chassis import tabular
from chassis.errors import Invalid
from chassis.messages import Messages
from chassis.tabular import (
    Fault,
    FileEmpty,
    FileTooLarge,
    FileTruncated,
    FileUnreadable,
    HeaderMissing,
    HeaderRepeated,
    ascii_digits,
    clean,
    read_table,
)

HEADER = "รหัสวิชา,ปีการศึกษา,ผลการเรียน\r\n"
NEEDED = ("รหัสวิชา", "ผลการเรียน")
ROWS = "ท31101,๒๕๖๙,4\r\nค31101,2569,3.5\r\n"


def read(data: bytes, **options: Any) -> tuple[str, list[tuple[int, list[str]]], list[tuple[int, str | None, str]]]:
    """Encoding, rows and faults of a file."""
    table = read_table(data, needed=options.pop("needed", NEEDED), **options)
    rows = [(row.number, list(row.cells.values())) for row in table.rows]
    return table.encoding, rows, [(fault.row, fault.column, fault.reason) for fault in table.faults]


GOOD = [(2, ["ท31101", "๒๕๖๙", "4"]), (3, ["ค31101", "2569", "3.5"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp874"])
def test_encoding_is_seen_by_itself(encoding: str) -> None:
    used, rows, faults = read((HEADER + ROWS).encode(encoding))
    assert (used, rows, faults) == ("cp874" if encoding == "cp874" else "utf-8", GOOD, [])


@pytest.mark.parametrize("said", ["utf-8", "UTF-8", "utf8", "utf-8-sig"])
def test_said_utf8_is_believed(said: str) -> None:
    assert read((HEADER + ROWS).encode("utf-8-sig"), encoding=said) == ("utf-8", GOOD, [])


@pytest.mark.parametrize("said", ["cp874", "CP874", "TIS-620", "windows-874"])
def test_said_cp874_is_believed(said: str) -> None:
    assert read((HEADER + ROWS).encode("cp874"), encoding=said) == ("cp874", GOOD, [])


@pytest.mark.parametrize(
    ("real", "said", "reason"),
    [("cp874", "utf-8", "ENCODING_NOT_UTF8"), ("utf-8-sig", "cp874", "ENCODING_NOT_CP874")],
)
def test_file_in_another_encoding_than_said_keeps_its_ascii_rows(real: str, said: str, reason: str) -> None:
    text = HEADER + "ท31101,2569,4\r\nENG101,2569,3\r\nENG102,๒๕๖๙,ผ\r\n"
    assert read(text.encode(real), encoding=said) == (
        said,
        [(3, ["ENG101", "2569", "3"])],
        [(2, "รหัสวิชา", reason), (4, "ปีการศึกษา", reason), (4, "ผลการเรียน", reason)],
    )


@pytest.mark.parametrize("word", ["ยก", "เธน", "เนกขัม"])
def test_word_of_cp874_that_is_utf8_by_chance_is_still_not_taken_for_utf8(word: str) -> None:
    """In CP874 these words are bytes that also form characters of UTF-8."""
    data = (HEADER + f"{word},2569,4\r\nENG101,2569,3\r\n").encode("cp874")
    assert read(data) == ("cp874", [(2, [word, "2569", "4"]), (3, ["ENG101", "2569", "3"])], [])
    assert read(data, encoding="utf-8")[1:] == (
        [(3, ["ENG101", "2569", "3"])],
        [(2, "รหัสวิชา", "ENCODING_NOT_UTF8")],
    )


def test_thai_in_cp874_below_an_ascii_header_is_seen() -> None:
    data = "code,grade,note\nENG101,4,ดีมาก ผ่านเกณฑ์\n".encode("cp874")
    assert read(data, needed=("code",)) == ("cp874", [(2, ["ENG101", "4", "ดีมาก ผ่านเกณฑ์"])], [])


@pytest.mark.parametrize("place", [0, 1, 2])
def test_few_broken_bytes_do_not_turn_a_utf8_file_into_cp874(place: int) -> None:
    lines = [f"ท3110{number},2569,ดีเยี่ยม" for number in range(5)]
    data = b"code,year,grade\n" + "\n".join(lines).encode() + b"\n"
    thai = data.index("ท".encode())
    broken = data[: thai + place] + b"\xff" + data[thai + place + 1 :]
    used, rows, faults = read(broken, needed=("code",))
    assert used == "utf-8"
    assert len(rows) == 4
    assert faults == [(2, "code", "ENCODING_NOT_UTF8")]


def test_replacement_character_is_data_that_somebody_lost() -> None:
    assert read((HEADER + "ท3\ufffd101,2569,4\r\nENG,2569,1\r\n").encode())[1:] == (
        [(3, ["ENG", "2569", "1"])],
        [(2, "รหัสวิชา", "ENCODING_NOT_UTF8")],
    )


def test_nul_in_a_cell_is_a_fault_of_its_cell() -> None:
    assert read((HEADER + "x\0,2569,4\r\nENG,2569,1\r\n").encode())[1:] == (
        [(3, ["ENG", "2569", "1"])],
        [(2, "รหัสวิชา", "ENCODING_NOT_UTF8")],
    )


def test_undefined_byte_in_a_cp874_file_is_a_fault_of_its_cell() -> None:
    data = (HEADER + "ท31101,2569,4\r\nค31101,2569,3\r\n").encode("cp874").replace("ค".encode("cp874"), b"\xfe")
    assert read(data)[1:] == ([(2, ["ท31101", "2569", "4"])], [(3, "รหัสวิชา", "ENCODING_NOT_CP874")])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_seen_by_the_header(separator: str) -> None:
    assert read((HEADER + ROWS).replace(",", separator).encode()) == ("utf-8", GOOD, [])


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", ""])
def test_line_endings_of_any_system(ending: str) -> None:
    text = (HEADER + ROWS).replace("\r\n", "\n").rstrip("\n").replace("\n", ending or "\n") + ending
    assert read(text.encode())[1:] == (GOOD, [])


def test_blank_rows_and_blank_columns_at_the_right_are_nothing() -> None:
    text = "รหัสวิชา,ผลการเรียน,,\r\nท31101,4,,\r\n,,,\r\n\r\nค31101,3,,,,\r\n"
    assert read(text.encode())[1:] == ([(2, ["ท31101", "4"]), (5, ["ค31101", "3"])], [])


def test_cells_are_cleaned_and_columns_found_by_their_clean_name() -> None:
    text = "\u200bรหัสวิชา ,  ผลการเรียน\r\n ท\u200b31101\u00a0 x,\u0e19\u0e49\u0e33\r\n"
    assert read(text.encode())[1] == [(2, ["ท31101 x", "น้ำ"])]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("ท31101,2569", "COLUMN_COUNT"),
        ("ท31101,2569,4,5", "COLUMN_COUNT"),
        ('"ท31101,2569,4', "QUOTE_BROKEN"),
        ('"ท"x,2569,4', "QUOTE_BROKEN"),
    ],
)
def test_row_that_is_none_stands_alone_and_the_others_are_read(line: str, reason: str) -> None:
    text = HEADER + f"ENG101,2569,4\r\n{line}\r\nENG102,2569,3\r\nENG103,2569,2\r\n"
    _used, rows, faults = read(text.encode())
    assert [cells[0] for _number, cells in rows] == ["ENG101", "ENG102", "ENG103"]
    assert faults == [(3, None, reason)]


def test_quoted_cells_hold_separators_quotes_and_line_ends() -> None:
    text = HEADER + '"ท31101","a,b ""c""\r\nd",4\r\nENG,2569,3\r\n'
    assert read(text.encode())[1] == [(2, ["ท31101", 'a,b "c" d', "4"]), (3, ["ENG", "2569", "3"])]


@pytest.mark.parametrize("cut", ["ท31101,2569", "ท31101", '"ท31101,25'])
def test_file_that_breaks_off_says_so_of_its_last_row(cut: str) -> None:
    _used, rows, faults = read((HEADER + "ENG101,2569,4\r\n" + cut).encode())
    assert [cells[0] for _number, cells in rows] == ["ENG101"]
    assert faults == [(3, None, "ROW_TRUNCATED")]


def test_character_cut_at_the_end_says_so_of_its_row() -> None:
    data = (HEADER + "ENG101,2569,4\r\nENG102,2569,ผ่าน").encode()[:-1]
    assert read(data)[1:] == ([(2, ["ENG101", "2569", "4"])], [(3, None, "ROW_TRUNCATED")])


REFUSED: dict[str, tuple[bytes, type[Invalid]]] = {
    "nothing": (b"", FileEmpty),
    "white space": (b" \r\n\r\n", FileEmpty),
    "byte order mark alone": (b"\xef\xbb\xbf", FileEmpty),
    "header alone": (HEADER.encode(), FileEmpty),
    "header and blank rows": ((HEADER + ",,\r\n").encode(), FileEmpty),
    "another header": (b"a,b,c\n1,2,3\n", HeaderMissing),
    "broken header": (b'"a,b\n1,2\n', HeaderMissing),
    "repeated header": ("รหัสวิชา,รหัสวิชา,ผลการเรียน\nx,y,1\n".encode(), HeaderRepeated),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512, FileUnreadable),
    "utf-16": ((HEADER + ROWS).encode("utf-16"), FileUnreadable),
    "picture": (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x10\0\0", FileUnreadable),
    "beginning of a workbook": (b"PK\x03\x04", FileTruncated),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_file_that_is_no_table_is_refused_with_a_thai_sentence(kind: str) -> None:
    data, error = REFUSED[kind]
    with pytest.raises(error) as caught:
        read(data)
    assert caught.value.reason in Messages("chassis").reasons()
    assert "x,y" not in str(caught.value.metadata)


def test_unknown_encoding_and_too_large_a_file_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileUnreadable):
        read(b"a", encoding="latin-1")
    monkeypatch.setattr(tabular, "BYTES_MAX", 10)
    with pytest.raises(FileTooLarge):
        read((HEADER + ROWS).encode())


def workbook(rows: list[list[Any]], *, above: int = 0) -> bytes:
    """An XLSX file."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for number, row in enumerate(rows, start=above + 1):
        for place, value in enumerate(row, start=1):
            sheet.cell(number, place, value)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_workbook_cells_are_text_as_people_see_it() -> None:
    rows = [
        ["รหัสวิชา", "ผลการเรียน", "วันที่"],
        ["ท31101", 4, date(2026, 5, 16)],
        [1234567890123, 3.5, datetime(2026, 5, 16, 8, 30)],  # noqa: DTZ001  # as a sheet has it
        ["๒๐๐๐๐", None, "15/06/2552"],
        [None, None, None],
        [True, "", 0],
    ]
    used, found, faults = read(workbook(rows))
    assert used == "xlsx"
    assert found == [
        (2, ["ท31101", "4", "2026-05-16"]),
        (3, ["1234567890123", "3.5", "2026-05-16 08:30:00"]),
        (4, ["๒๐๐๐๐", "", "15/06/2552"]),
        (6, ["True", "", "0"]),
    ]
    assert faults == []


def test_rows_of_a_workbook_have_the_numbers_that_people_see() -> None:
    _used, found, _faults = read(workbook([["รหัสวิชา", "ผลการเรียน"], ["x", "1"]], above=3))
    assert found == [(5, ["x", "1"])]


def test_workbook_that_unfolds_beyond_memory_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active["A1"], book.active["XFD1048576"] = "รหัสวิชา", "x"
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(FileTooLarge):
        read(out.getvalue())
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"\0" * 2_000_000)
    monkeypatch.setattr(tabular, "UNPACKED_BYTES_MAX", 1_000_000)
    with pytest.raises(FileTooLarge):
        read(bomb.getvalue())


def test_archive_that_is_no_workbook_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("readme.txt", "hello")
    with pytest.raises(FileUnreadable):
        read(out.getvalue())


def test_thai_digits_and_clean_text() -> None:
    assert ascii_digits("๒๕๖๙/๐๑ a๙") == "2569/01 a9"
    assert clean("\ufeff  ก\u200b ข\u00a0\tค\u00ad ") == "ก ข ค"
    assert Fault(1, None, "X") == Fault(row=1, column=None, reason="X")
