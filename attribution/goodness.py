"""Hold a fitted hazard against the data that it was fitted to, on the engine where they lie."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution import hazard_check
from attribution.hazard_check import Rates
from attribution.incremental import Fit
from attribution.residuals import Classes, Goodness, Residuals, residuals_of, tenths

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import Table

    from attribution.exposure_engine import Prepared
    from attribution.paths import Floats, Ints

MOST_SPELLS = 100_000
"""Of more touches, people are sampled."""
MOST_WEEKS = 60
"""Of a longer time several weeks are put together."""
DAYS = (0.0, 1.0, 3.0, 7.0, 14.0, 28.0, 56.0, 112.0)
"""Where the classes of days since the last touch begin."""
LATER = 3.0
"""Days after a touch in which those convert who had decided already; what is credited is told by the time after them."""
WEEK = 7 * 86_400
MONDAY = 4 * 86_400
"""The first Monday, in seconds since 1970."""


def goodness(ready: Prepared, fitted: Fit) -> Goodness:
    """Compare what the fit expected with what was observed.

    Parameters
    ----------
    ready : Prepared
        The spells that the fit's exposures are of.
    fitted : Fit

    Notes
    -----
    Time at risk is cut into stretches, and these are put into classes by what is known before: the predicted rate, the week, the touches
    so far, the days since the last one. In each class, observed less expected is chance alone if the model is right. What was expected is
    scaled to as many conversions as were observed: the pull of the fit leaves some unexpected. Of more than `MOST_SPELLS` touches every
    so-manieth person is looked at. Cost: each stretch is held against each touch of the person before it.
    """
    rates = _rates(ready, fitted)
    touches = int(ready.spells.count().to_pyarrow().as_py())
    chosen = ready.keep(hazard_check.sample(ready.spells, max(math.ceil(touches / MOST_SPELLS), 1)))
    days = ready.keep(hazard_check.stretches(chosen, _register(ready, "ages", _ages()), rates, by_age_of_touch=True))
    begins = _week_begins(ready)
    weeks = hazard_check.stretches(chosen, _register(ready, "weeks", _weeks(ready, begins)), rates, by_age_of_touch=False)
    by_days = _classes(hazard_check.by_class(days, "split"))
    scale = float(by_days.observed.sum()) / max(float(by_days.expected.sum()), 1e-300)
    later, soon = days.filter(days.split >= DAYS.index(LATER)), days.filter(days.split < DAYS.index(LATER))
    by_week = _classes(hazard_check.by_class(weeks, "split"))

    def scaled(one: Classes) -> Classes:
        return dataclasses.replace(one, expected=one.expected * scale)

    return Goodness(
        all_time=_residuals(days),
        later=_residuals(later),
        rate_later=scaled(tenths(*_sums(hazard_check.by_class(later, "steep")))),
        rate_soon=scaled(tenths(*_sums(hazard_check.by_class(soon, "steep")))),
        touches_later=scaled(_classes(hazard_check.by_class(later, "counted"))),
        days=scaled(by_days),
        weeks=scaled(dataclasses.replace(by_week, labels=tuple(begins[int(str(place))] for place in by_week.labels))),
        people=int(ready.spells.key.nunique().to_pyarrow().as_py()),
        looked_at=int(chosen.key.nunique().to_pyarrow().as_py()),
    )


def _week_begins(ready: Prepared) -> list[dt.date]:
    """List the Mondays on which the weeks (or several together) of the span begin, the first on or before the span's first day."""
    first, last = (ready.span.start - MONDAY) // WEEK, (ready.span.end - 1 - MONDAY) // WEEK
    together = math.ceil((last - first + 1) / MOST_WEEKS)
    return [dt.date(1970, 1, 5) + dt.timedelta(days=7 * week) for week in range(first, last + 1, together)]


def _weeks(ready: Prepared, begins: list[dt.date]) -> pa.Table:
    import pyarrow as pa

    step = (begins[1] - begins[0]).days if len(begins) > 1 else 7
    low = ready.clock.read(np.array([(day - dt.date(1970, 1, 1)).days * 86_400 for day in begins]))
    return pa.table({"split": np.arange(len(begins)), "low": low, "high": low + step})


def _ages() -> pa.Table:
    import pyarrow as pa

    return pa.table({"split": np.arange(len(DAYS)), "low": np.array(DAYS), "high": np.array([*DAYS[1:], 1e9])})


def _rates(ready: Prepared, fitted: Fit) -> Rates:
    import pyarrow as pa

    beta, bases = fitted.beta, fitted.baseline
    touches = pa.table({"code": np.arange(len(beta)), **{f"b{k}": beta[:, k] for k in range(beta.shape[1])}})
    own = pa.table({"segment": np.arange(len(bases)), **{f"base{b}": bases[:, b] for b in range(bases.shape[1])}})
    return Rates(ready.kernels, _register(ready, "rates", touches), _register(ready, "bases", own), ready.presence)


def _register(ready: Prepared, name: str, table: pa.Table) -> Table:
    ready.engine.con.register(name, table)
    return ready.engine.table(name)


def _residuals(table: Table) -> Residuals:
    told = hazard_check.residuals(table).to_pyarrow()
    classes, people, converted, hazard = (_column(told, name) for name in ("class", "people", "converted", "hazard"))
    return residuals_of(classes, people, converted, hazard)


def _sums(table: Table) -> tuple[Ints, Floats, Floats]:
    told = table.to_pyarrow()
    return _column(told, "class"), _column(told, "expected"), _column(told, "observed").astype(np.float64)


def _classes(table: Table) -> Classes:
    classes, expected, observed = _sums(table)
    order = np.argsort(classes)
    return Classes(tuple(classes[order].tolist()), expected[order], observed[order])


def _column(table: pa.Table, name: str) -> Any:
    return np.asarray(table[name].to_numpy())
