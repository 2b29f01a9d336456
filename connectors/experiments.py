"""What experiments found: rows whose days, intervals and shares fit together, and kinds of test by the names they go under."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from connectors import cells
from connectors.tables import Rows
from reports.report import N_, Text
from workspace.column_names import fold
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

KINDS: dict[str, tuple[str, ...]] = {
    kind: (kind, *names.split())
    for kind, names in {
        "geo": "geo_test geo_experiment geo_lift geolift geographic regional region test_geo test_geographique geographique regions zones",
        "holdout": "hold_out holdout_test control_group groupe_temoin groupe_de_controle temoin",
        "conversion_lift": "lift conversion_lift_study conversion_lift_test lift_study lift_test brand_lift_study etude_de_conversion_lift "
        "etude_d_impact",
        "other": "autre",
    }.items()
}
"""How experiments are run, each with the names it goes under, folded as `matching.fold` does."""

KNOWN_KINDS = ", ".join(KINDS)
OWN = ("channel", "campaign", "since", "until", "goal", "kind", "name")
"""What tells one experiment from another where it has no id."""
LOW, HIGH = "_low", "_high"

UNKNOWN_KIND = (
    N_("{field} is no way to run an experiment that is known here: '{value}'."),
    N_("Write geo, holdout, conversion_lift or other."),
)
TURNED = (N_("{field} is before the experiment's first day: '{value}'."), N_("Swap the two days, or fix the one that is wrong."))
LEVEL = (N_("{field} is no level that an interval can have: '{value}'."), N_("Write it between 0 and 100 %, such as 95 %."))
SHARE = (
    N_("{field} is no part of a market: '{value}'."),
    N_("Write the part that the experiment saw, above 0 and up to 100 %, or leave it empty."),
)
IMPOSSIBLE = (
    N_("{field} takes away all that there would be without the channel, or more: '{value}'."),
    N_("A lift is above -100 %: what came with the channel over what would have come without, minus one."),
)
ALONE = (
    N_("{field} is one bound of an interval without the other, or without the estimate: '{value}'."),
    N_("Give the estimate and both bounds, or leave the bounds empty."),
)
CROSSED = (
    N_("{field} is not below the upper bound of its interval: '{value}'."),
    N_("Put the smaller bound into the column of lower bounds; leave both empty where the interval is not known."),
)
OUTSIDE = (N_("{field} lies outside its own interval: '{value}'."), N_("Check the estimate and its two bounds."))
TWICE = (
    N_("Another row of this file says something else of the same experiment: '{value}'."),
    N_("Keep one, or give each its name or its id."),
)


def kind_of(text: str) -> str | None:
    """Name the way an experiment was run.

    Examples
    --------
    >>> kind_of("Geo-lift"), kind_of("Groupe témoin"), kind_of("gut feeling")
    ('geo', 'holdout', None)
    """
    bare = fold(text)
    return next((kind for kind, names in KINDS.items() if bare in names), None)


def given_kind(text: str) -> str:
    """Read `--set kind=…`.

    Raises
    ------
    UsageError
        There is no such kind.
    """
    kind = kind_of(text)
    if kind is None:
        raise UsageError("--set kind={kind}: choose one of {kinds}", kind=text, kinds=KNOWN_KINDS)
    return kind


Refuse = Callable[[Any, str, "pa.Array | None", str, str], None]


class Experiments:
    """The experiments in one file.

    Parameters
    ----------
    file : str
    mapping : dict of str to str
        Field to column.
    given : mapping of str to str
        Values that fill empty cells; the kind is put into our words.

    Notes
    -----
    A row without an id is known by what was tested, when, for which goal, how, and its name; of two such rows that say different things
    one would silently replace the other, so the later one is refused. Rows that are alike throughout count once, as everywhere.
    """

    def __init__(self, file: str, mapping: Mapping[str, str], given: dict[str, str]) -> None:
        self.file, self.mapping, self.given = file, mapping, given
        if "kind" in given:
            given["kind"] = given_kind(given["kind"])
        self.seen: dict[tuple[Any, ...], tuple[Any, ...]] = {}

    def checked(self, columns: dict[str, pa.Array], rows: Rows, refuse: Refuse, there: Any) -> dict[str, pa.Array]:
        """Refuse rows that contradict themselves or each other, and put the kinds into our words.

        Parameters
        ----------
        columns : dict of str to pyarrow.Array
            As the cells were read.
        rows : Rows
            As they stand in the file.
        refuse : callable
            `refuse(bad, field, texts, problem, remedy)`.
        there : array of bool, shape (n,)
            The rows that are left.
        """
        import numpy as np
        import pyarrow as pa

        def say(bad: Any, field: str, sentences: tuple[str, str]) -> None:
            refuse(bad & there, field, rows.columns[self.mapping[field]] if field in self.mapping else None, *sentences)
            np.logical_and(there, ~bad, out=there)

        columns = dict(columns)
        if "kind" in columns:
            words = columns["kind"]
            columns["kind"] = cells.on_distinct(
                words, lambda distinct: pa.array([text and kind_of(text) for text in distinct.to_pylist()], pa.string())
            )
            say(cells.mask(words.is_valid()) & cells.mask(columns["kind"].is_null()), "kind", UNKNOWN_KIND)
        floats = _Floats(columns, len(there))
        if {"since", "until"} <= columns.keys():
            since, until = (floats.of(field, "int32") for field in ("since", "until"))
            say(until < since, "until", TURNED)
        level, share = floats.of("confidence"), floats.of("coverage")
        say((level <= 0) | (level >= 1), "confidence", LEVEL)
        say((share <= 0) | (share > 1), "coverage", SHARE)
        for field in ("lift", "lift" + LOW, "lift" + HIGH):
            say(floats.of(field) <= -1, field, IMPOSSIBLE)
        for field in ("incremental", "lift"):
            _check_interval(field, floats, say)
        self._tell_apart(columns, there, say)
        return columns

    def _tell_apart(self, columns: dict[str, pa.Array], there: Any, say: Callable[[Any, str, tuple[str, str]], None]) -> None:
        import numpy as np

        fields = [field for field in columns if field not in OWN]
        own = [columns[field].to_pylist() if field in columns else [self.given.get(field)] * len(there) for field in OWN]
        own = [[value or self.given.get(field) for value in values] for field, values in zip(OWN, own, strict=True)]
        keys = list(zip(*own, strict=True))
        said = list(zip(*(columns[field].to_pylist() for field in fields), strict=True)) if fields else [()] * len(there)
        ids = columns["id"].to_pylist() if "id" in columns else [None] * len(there)
        bad = np.zeros(len(there), dtype=bool)
        for place in np.flatnonzero(there).tolist():
            if ids[place] is None:
                bad[place] = self.seen.setdefault(keys[place], said[place]) != said[place]
        say(bad, "channel" if "channel" in columns else "campaign", TWICE)

    def remarks(self) -> list[Text]:
        """Say what the rows leave open."""
        said = []
        if "goal" not in self.mapping and "goal" not in self.given:
            said.append(
                Text(
                    "{file}: no column is the goal that the experiments counted. If your conversions have several goals, import it again "
                    "with --set goal=GOAL, or these experiments are not used.",
                    file=self.file,
                )
            )
        if "confidence" not in self.mapping and {"incremental" + LOW, "lift" + LOW} & self.mapping.keys():
            said.append(Text("{file}: no column is the level of the intervals; they were taken as 95 % intervals.", file=self.file))
        return said


class _Floats:
    """The columns as floats, NaN where a cell is empty or there is no column."""

    def __init__(self, columns: Mapping[str, pa.Array], length: int) -> None:
        self.columns, self.length = columns, length

    def of(self, field: str, through: str = "double") -> Any:
        import numpy as np
        import pyarrow.compute as pc

        if field not in self.columns:
            return np.full(self.length, np.nan)
        return pc.fill_null(self.columns[field].cast(through).cast("double"), float("nan")).to_numpy(zero_copy_only=False)


def _check_interval(field: str, floats: _Floats, say: Callable[[Any, str, tuple[str, str]], None]) -> None:
    """Refuse intervals that are halves, turned around, without width, or beside their estimate."""
    import numpy as np

    point, low, high = (floats.of(field + end) for end in ("", LOW, HIGH))
    known, lower, upper = (~np.isnan(values) for values in (point, low, high))
    say(lower & ~(upper & known), field + LOW, ALONE)
    say(upper & ~(lower & known), field + HIGH, ALONE)
    say(low >= high, field + LOW, CROSSED)
    say((point < low) | (point > high), field, OUTSIDE)
