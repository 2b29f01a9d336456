"""Which column of a file fills which field of a record, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence

from reports.report import Text
from workspace.column_names import CLOSE, fill, fold, listed
from workspace.errors import SourceError


def names_columns(row: Sequence[str], required: Sequence[tuple[str, ...]], chosen: dict[str, str]) -> bool:
    """Tell whether a row holds column names: one at least for a field of each tuple, recognised or chosen by the user.

    Examples
    --------
    >>> names_columns(["Jour", "Coût"], [("day",), ("amount",)], {}), names_columns(["2026-01-31", "5"], [("day",), ("amount",)], {})
    (True, False)
    """
    folded = {fold(name) for name in row}

    def there(field: str) -> bool:
        return chosen[field] in row if field in chosen else field in folded or not folded.isdisjoint(CLOSE.get(field, ()))

    return all(any(there(field) for field in group) for group in required)


def match(
    columns: Sequence[str],
    fields: Sequence[str],
    required: Sequence[tuple[str, ...]],
    chosen: dict[str, str],
    file: str,
    used: Sequence[str] = (),
) -> tuple[dict[str, str], list[Text]]:
    """Find the column of each field.

    Parameters
    ----------
    columns : sequence of str
        The file's column names.
    fields : sequence of str
        The record's fields.
    required : sequence of tuples of str
        Of each tuple at least one field has to be there.
    chosen : dict of str to str
        Field to column, as the user said.
    file : str
    used : sequence of str
        Columns that serve something else than a field.

    Returns
    -------
    mapping : dict of str to str
        Field to column.
    remarks : list of Text
        Close names that were taken, columns that were not used.

    Raises
    ------
    SourceError
        Two columns fit a field, or none fits a required one.
    UsageError
        A column that the user named is not there.
    """
    mapping, guessed = fill(columns, fields, chosen, file)
    remarks = [
        Text("{file}: the column '{column}' was taken as {field}.", file=file, column=mapping[field], field=field) for field in guessed
    ]
    missing = [group for group in required if not any(field in mapping for field in group)]
    if missing:
        template = (
            "{file}: no column for {field}; its first row has {columns}. Say which one it is with --map {first}=COLUMN; if that row "
            "is not the column names, put them there"
            if len(missing) == 1
            else "{file}: no columns for {field}; its first row has {columns}. Say which ones they are with --map {first}=COLUMN; if that "
            "row is not the column names, put them there"
        )
        raise SourceError(
            template,
            file=file,
            field=", ".join(" / ".join(group) for group in missing),
            columns=listed(columns),
            first=_options([group[0] for group in missing]),
        )
    unused = [column for column in columns if column not in (*mapping.values(), *used)]
    if unused:
        remarks.append(Text("{file}: columns that were not used: {columns}.", file=file, columns=listed(unused)))
    return mapping, remarks


def _options(fields: Sequence[str]) -> Text | str:
    """Write the options that name a column for each field, but for what the message itself says around them."""
    field, *others = fields
    return Text("{field}=COLUMN --map {rest}", field=field, rest=_options(others)) if others else field
