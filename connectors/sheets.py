"""Whole small workbooks: every sheet with its cells as they stand, for exports that put several tables on one sheet."""

from __future__ import annotations

import csv
import dataclasses
from typing import Any

from connectors.csv_tables import NO_TABLE
from connectors.table_files import Opened
from connectors.table_formats import damage_told
from connectors.text_encodings import encoding_of, text_of
from workspace.errors import SourceError

MOST = 100_000
"""Rows of a sheet; those that are read here have some hundreds."""


@dataclasses.dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, and its rows from the first on, each a list of typed cells."""

    name: str
    rows: list[list[Any]]


def sheets_of(file: Opened, delimiters: str = ",;\t") -> list[list[Sheet]]:
    """Read a workbook or a text table, in each way in which it can be read.

    Returns
    -------
    list of lists of Sheet
        Of a workbook one; of a text table one for each delimiter that it may have.

    Raises
    ------
    SourceError
        The file is damaged, or no table.
    """
    if file.kind == "excel":
        return [_workbook(file)]
    if file.kind != "csv":
        raise SourceError("{file}: this is neither a workbook nor a text table; export it as Excel or CSV", file=file.name)
    encoding, _ = encoding_of(file.path, file.name, None)
    ways = []
    for delimiter in delimiters:
        with text_of(file.path, encoding) as lines:
            try:
                rows = [list(row) for row in csv.reader(lines, delimiter=delimiter)]
            except csv.Error as error:
                raise SourceError(NO_TABLE, file=file.name, row=1, why=error) from error
        ways.append([Sheet("", rows[:MOST])])
    return ways


def _workbook(file: Opened) -> list[Sheet]:
    import python_calamine

    with damage_told(file):
        workbook = python_calamine.CalamineWorkbook.from_path(str(file.path))
        names = [known.name for known in workbook.sheets_metadata if known.typ == python_calamine.SheetTypeEnum.WorkSheet]
        return [Sheet(name, workbook.get_sheet_by_name(name).to_python(skip_empty_area=False, nrows=MOST)) for name in names]
