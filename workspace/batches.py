"""What a connector hands to an import: rows of one kind, and the rows it had to refuse."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclasses.dataclass(frozen=True, slots=True)
class Reject:
    """A row that could not be read, or a cell without which its row was kept: where it stands, what was seen, what would be right.

    `problem` and `remedy` are English sentences that serve as keys of their translation; they may hold `{field}` and `{value}`.
    `row` is the row's number as a spreadsheet shows it (the header is row 1), or the line of a log. `column` is what the file itself calls
    the field, "" where the source has no names of its own. With `kept`, the row was accepted without this one cell.
    """

    file: str
    row: int
    field: str
    value: str
    problem: str
    remedy: str
    column: str = ""
    kept: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class Batch:
    """Rows of one kind from one file, and those rows and cells of it that were refused.

    Parameters
    ----------
    kind : str
        A key of `workspace.records.KINDS`.
    file : str
        The file or API object the rows come from, as the user named it.
    rows : pyarrow.Table
        Accepted rows with the schema `workspace.records.schema(kind)`. At most some 100,000 rows, so memory stays flat.
    rejects : tuple of Reject
    """

    kind: str
    file: str
    rows: pa.Table
    rejects: tuple[Reject, ...] = ()
