"""Turn what a frame holds (numpy, pandas, missing values of every kind) into plain Python values."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def plain(value: Any) -> Any:  # noqa: PLR0911 - one line for each kind of value
    """Turn one value into None, bool, int, float, str, date, datetime, list, dict, or a text object as it is.

    Unknown values (None, NaN, NaT, pandas.NA) become None. A time keeps its zone. Infinity stays infinity.

    Examples
    --------
    >>> plain(float("nan")) is None
    True
    """
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return None if math.isnan(value) else float(value)
    if isinstance(value, decimal.Decimal):
        return None if value.is_nan() else float(value)
    if isinstance(value, dt.datetime):
        return _time(value)
    if isinstance(value, dt.date):
        return value
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(part) for part in value]
    if isinstance(value, dict):
        return {str(key): plain(part) for key, part in value.items()}
    if hasattr(value, "template"):
        return value
    if hasattr(value, "tolist"):  # numpy scalars and arrays
        return plain(value.astype("datetime64[us]").tolist() if getattr(value.dtype, "kind", "") == "M" else value.tolist())
    return None if type(value).__name__ in ("NAType", "NaTType") else str(value)


def _time(value: dt.datetime) -> dt.datetime | None:
    if value != value:  # noqa: PLR0124 - NaT is a datetime that differs from itself
        return None
    exact: dt.datetime = value.to_pydatetime(warn=False) if hasattr(value, "to_pydatetime") else value  # pandas.Timestamp
    return exact


def rows(frame: pd.DataFrame) -> list[tuple[Any, ...]]:
    """Give a frame's rows as tuples of plain values, in its order.

    Examples
    --------
    >>> import pandas as pd
    >>> rows(pd.DataFrame({"channel": ["Direct", None], "touches": [2, 3]}))
    [('Direct', 2), (None, 3)]
    """
    columns = [[plain(value) for value in frame.iloc[:, place]] for place in range(frame.shape[1])]
    return list(zip(*columns, strict=True))


def machine(value: Any, unit: str = "text") -> Any:
    """Give a plain value as programs read it: times as ISO 8601 in UTC, whole counts as int, no noise of floats; text objects stay.

    Examples
    --------
    >>> paris = dt.timezone(dt.timedelta(hours=1))
    >>> machine(dt.datetime(2026, 3, 1, 9, 0, tzinfo=paris)), machine(3.0, "count"), machine(float("inf"))
    ('2026-03-01T08:00:00Z', 3, None)
    """
    if isinstance(value, dt.datetime):
        return (value.astimezone(dt.UTC) if value.tzinfo else value).isoformat().replace("+00:00", "Z")
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, float):
        if math.isinf(value):
            return None
        value = without_noise(value)
        return int(value) if unit in ("count", "identifier", "figure") and value.is_integer() else value
    return value


DIGITS, NOISE = 9, 1e-12
"""A number of so few digits, or one that differs from it by so little of itself, is the same one after a few sums."""


def without_noise(value: float) -> float:
    """Take off what adding floats has left behind the last digit of a number of at most `DIGITS` digits.

    A number that has more digits of its own stays as it is, to the last of them.

    Examples
    --------
    >>> without_noise(4069.9999999999945), without_noise(0.1 + 0.2), without_noise(1 / 3), without_noise(1234567.891234)
    (4070.0, 0.3, 0.3333333333333333, 1234567.891234)
    """
    short = float(f"{value:.{DIGITS}g}")
    return short if abs(short - value) <= NOISE * abs(value) else value
