"""Where touches and conversions lie when they do not lie in the workspace."""

from __future__ import annotations

import dataclasses

from workspace.errors import UsageError

IN_PROCESS = "duckdb://"


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """Tables in an engine.

    Parameters
    ----------
    url : str
        As `attribution.elsewhere.backends.connected` takes it.
    touches, conversions : str
        Tables or Parquet files, as `attribution.elsewhere.tables.find` takes them.
    map : tuple of str
        "FIELD=COLUMN" (`attribution.elsewhere.tables.parse_map`).
    """

    url: str
    touches: str
    conversions: str
    map: tuple[str, ...] = ()


def place_asked(on: str | None, touches: str | None, conversions: str | None, columns: tuple[str, ...]) -> Place | None:
    """Make the place of what was typed; None where nothing was.

    Raises
    ------
    UsageError
        Only a part of it was typed.

    Examples
    --------
    >>> place_asked(None, "touches.parquet", "deals.parquet", ()).url
    'duckdb://'
    """
    if touches is not None and conversions is not None:
        return Place(on or IN_PROCESS, touches, conversions, columns)
    typed = {"--on": on, "--touches": touches, "--conversions": conversions, "--map": columns}
    given = [option for option, value in typed.items() if value]
    if given:
        missing = [option for option in ("--touches", "--conversions") if option not in given]
        raise UsageError(
            "{given} says where the data lie, and {missing} is missing; say both, as in --on URL --touches TABLE --conversions TABLE",
            given=given[0],
            missing=missing[0],
        )
    return None
