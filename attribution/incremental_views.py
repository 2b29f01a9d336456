"""What lies behind incremental credit, as reports: how it hangs on the guard, how effects fade, how well the model fits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.goodness import DAYS, LATER
from attribution.hazard_check import touches_so_far
from attribution.incremental import Incremental
from attribution.incremental_report import FEW, too_few
from attribution.paths import Floats
from attribution.residuals import Classes, Goodness, Residuals
from reports.report import Chart, Pivot, Report, Text

if TYPE_CHECKING:
    import pandas as pd

    from attribution.incremental_intervals import Replicates

AGES = tuple(range(0, 65, 5))
"""Days after a touch at which its effect is shown."""
PER = 1000
FALLS_TO = 0.5
"""A channel whose credit falls to less than this share of that without a guard is named."""
ENOUGH = 0.05
"""A probability below which chance is no explanation."""
LITTLE = 0.02
"""A difference between expected and observed, as a share of the conversions, that matters little however sure it is."""
FAR = 4.0
"""Standard deviations beyond which a class of those who convert at once is told."""


def guard_report(results: Mapping[float, Incremental], by: str, meta: Mapping[str, Any]) -> Report:
    """Lay the credit by guard out (`attribution.exposure_engine.by_guard`).

    Returns
    -------
    Report
        `channel` (or the cut's name), `guard_hours`, `conversions`, one row each.
    """
    import pandas as pd

    first = next(iter(results.values()))
    order = sorted(range(len(first.channels)), key=lambda code: (-first.conversions[code], first.channels[code]))
    frames = [
        pd.DataFrame({by: [result.channels[c] for c in order], "guard_hours": round(guard * 24), "conversions": result.conversions[order]})
        for guard, result in results.items()
    ]
    notes = [
        *too_few(first),
        Text(
            "Here short effects are credited like others, and the guard alone keeps those out who had decided already: who converts within "
            "so many hours of a touch says nothing of its effect. Credit that a channel really caused stays as the guard grows, or rises "
            "by what others had taken from it."
        ),
    ]
    if named := falling(results):
        notes.append(
            Text(
                "The credit of {channels} falls away as the guard grows: people come through it when they have decided already. That is "
                "harvest, not effect.",
                channels=", ".join(named),
            )
        )
    else:
        notes.append(Text("No channel's credit falls to less than half as the guard grows from 0 to 3 days."))
    title = Text("Credit by guard: who only catches people already decided")
    drawn = Text("Conversions credited, by guard in hours")
    return Report(
        "incremental_guard", title, pd.concat(frames, ignore_index=True), tuple(notes), meta, Pivot(by, "guard_hours", "conversions"),
        (Chart("line", "guard_hours", ("conversions",), drawn, by),),
    )  # fmt: skip


def falling(results: Mapping[float, Incremental]) -> tuple[str, ...]:
    """Name the channels whose credit falls away from the smallest guard to the largest."""
    least, most = results[min(results)], results[max(results)]
    found = zip(least.channels, least.conversions, most.conversions, strict=True)
    return tuple(channel for channel, before, after in found if before >= FEW and after < FALLS_TO * before)


def half_lives(effects: Floats, days: Floats, longest: float = 400.0) -> Floats:
    """Say after how many days what a touch adds to the rate has fallen to half; NaN where it adds nothing.

    Parameters
    ----------
    effects : array of float, shape (..., n_effects)
        What a touch adds for each time constant.
    days : array of float, shape (n_effects,)
        The time constants.

    Examples
    --------
    >>> half_lives(np.array([[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]), np.array([10.0, 20.0])).round(2).tolist()
    [6.93, 9.62, nan]
    """
    begin = effects.sum(axis=-1)
    low, high = np.zeros(begin.shape), np.full(begin.shape, longest)
    for _ in range(40):
        middle = (low + high) / 2
        above = (effects * np.exp(-middle[..., None] / days)).sum(axis=-1) > begin / 2
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    return np.where(begin > 0, high, np.nan)


def decay_report(result: Incremental, by: str, meta: Mapping[str, Any], drawn: Replicates | None = None) -> Report:
    """Lay out how the effect of a touch fades.

    Returns
    -------
    Report
        `channel` (or the cut's name), `effect_per_1000_touches` (conversions in all), `effect_half_life_days`, with replicates its bounds
        (of the samples in which there is an effect; missing where that is half of them or fewer), `touch_age_days`,
        `added_per_1000_touches` (conversions a day), one row for each age and channel that has an effect.
    """
    import pandas as pd

    effects, days = result.scale * result.fit.effects(), np.array(result.fit.exposures.kernels.effect_days)
    total = effects @ days
    lasting = [code for code in range(len(total)) if total[code] > 0]
    order = np.array(sorted(lasting, key=lambda code: (-total[code], result.channels[code])), dtype=np.int64)
    curves = effects @ np.exp(-np.array(AGES)[None, :] / days[:, None])
    columns: dict[str, Any] = {
        by: np.repeat(np.array(result.channels, dtype=object)[order], len(AGES)),
        "effect_per_1000_touches": np.repeat(PER * total[order], len(AGES)),
        "effect_half_life_days": np.repeat(half_lives(effects, days)[order], len(AGES)),
    }
    if drawn is not None:
        lives = half_lives(drawn.effects, days)
        surely = np.isfinite(lives).mean(axis=0) > 0.5
        low, high = (np.where(surely, bound, np.nan) for bound in drawn.interval(np.where(surely, lives, 0.0)))
        columns |= {
            "effect_half_life_low": np.repeat(low[order], len(AGES)), "effect_half_life_high": np.repeat(high[order], len(AGES)),
        }  # fmt: skip
    columns |= {"touch_age_days": np.tile(np.array(AGES), len(order)), "added_per_1000_touches": PER * curves[order].ravel()}
    title = Text("How the effect of a touch fades")
    notes = [
        *too_few(result),
        Text(
            "What 1,000 touches add to the conversions of a day, so many days after them, and in all. What is gone again within a day or "
            "two is left out: it cannot be told from people who had decided already."
        ),
        Text(
            "The curves are sums of {days} days' decays. Days are those of the buyers' clock, which stands nearly still at night and on "
            "weekends; over a week they are 7.",
            days=", ".join(f"{each:g}" for each in days),
        ),
    ]
    if without := sorted(set(result.channels) - {result.channels[code] for code in lasting}):
        notes.append(Text("No effect that lasts was found of {channels}.", channels=", ".join(without)))
    drawn_title = Text("Conversions that 1,000 touches add a day, by days after the touch")
    index = tuple(name for name in columns if name not in ("touch_age_days", "added_per_1000_touches"))
    return Report(
        "incremental_decay", title, pd.DataFrame(columns), tuple(notes), meta, Pivot(index, "touch_age_days", "added_per_1000_touches"),
        (Chart("line", "touch_age_days", ("added_per_1000_touches",), drawn_title, by),),
    )  # fmt: skip


def fit_report(told: Goodness, meta: Mapping[str, Any]) -> Report:
    """Lay out what the model expected beside what was observed, and say in words whether it fits.

    Returns
    -------
    Report
        `part` (of the table), `class_of_time`, `expected_conversions`, `observed_conversions`, `observed_to_expected`,
        `standard_deviations` (how many the two are apart).
    """
    import pandas as pd

    parts = (
        ("rate_later", told.rate_later, _tenth), ("rate_soon", told.rate_soon, _tenth), ("days_since_touch", told.days, _days),
        ("touches_so_far", told.touches_later, _touches), ("week", told.weeks, str),
    )  # fmt: skip
    frames = [_classes(part, one, name) for part, one, name in parts]
    stated = {**meta, "people": told.people, "people_looked_at": told.looked_at}
    title = Text("How well the model of incremental credit fits")
    return Report("incremental_fit", title, pd.concat(frames, ignore_index=True), _verdict(told), stated)


def _classes(part: str, one: Classes, name: Any) -> pd.DataFrame:
    import pandas as pd

    met = np.flatnonzero(one.expected > 0)
    return pd.DataFrame(
        {
            "part": part,
            "class_of_time": [name(one.labels[place]) for place in met],
            "expected_conversions": one.expected[met],
            "observed_conversions": one.observed[met],
            "observed_to_expected": one.observed[met] / one.expected[met],
            "standard_deviations": one.deviation[met],
        }
    )


def _tenth(place: Any) -> str:
    return f"{place} / 10"


def _days(place: Any) -> str:
    low, high = DAYS[place], DAYS[place + 1] if place + 1 < len(DAYS) else None
    return f"{low:g}+" if high is None else f"{low:g}–{high:g}"


def _touches(counted: Any) -> str:
    low, high = touches_so_far(counted)
    return f"{low}+" if high is None else f"{low}" if low == high else f"{low}–{high}"


def _verdict(told: Goodness) -> tuple[Text, ...]:
    """Say in words whether the fit is good."""
    notes = [_whether(told.later)]
    worst = int(np.nanargmax(np.abs(np.append(told.rate_soon.deviation, 0.0))))
    if abs(np.append(told.rate_soon.deviation, 0.0)[worst]) > FAR:
        expected, observed = told.rate_soon.expected[worst], told.rate_soon.observed[worst]
        notes.append(
            Text(
                "Within {days} days of a touch it fits badly: in one tenth of the predicted rates {observed} converted where {expected} "
                "were expected. Most of these had decided already, and people who come twice in a day have decided more often than the "
                "model knows; no channel is credited with them.",
                days=round(LATER),
                observed=round(float(observed)),
                expected=round(float(expected)),
            )
        )
    weeks = told.weeks.deviation
    if len(weeks) and np.any(np.abs(weeks) > FAR):
        place = int(np.nanargmax(np.abs(weeks)))
        notes.append(
            Text(
                "Some weeks are far from what was expected, most that of {week} ({observed} conversions, {expected} expected): the model "
                "knows no seasons and no campaigns but by their touches.",
                week=told.weeks.labels[place],
                observed=round(float(told.weeks.observed[place])),
                expected=round(float(told.weeks.expected[place])),
            )
        )
    notes.append(
        Text(
            "Each row compares the conversions that the model expected of people in a class with those observed, after the sum of what "
            "was expected was scaled to that of what was observed; the classes are made by what was known before. By chance the two are "
            "apart by fewer than 2 standard deviations in 95 of 100 rows."
        )
    )
    notes.append(Text("A model that fits need not be right: what moves touches and conversions together and is not recorded fits as well."))
    if told.looked_at < told.people:
        notes.append(Text("Looked at were {looked} of {people} people.", looked=told.looked_at, people=told.people))
    return tuple(notes)


def _whether(later: Residuals) -> Text:
    share, n = later.distance, round(float(later.observed[-1])) if len(later.observed) else 0
    known = {"days": round(LATER), "share": share, "probability": later.probability, "conversions": n}
    if n < FEW:
        return Text(
            "Whether the model fits cannot be told: {conversions} conversions came {days} days or more after a touch, and {few} are the "
            "least to tell anything from.",
            **known,
            few=FEW,
        )
    if later.probability >= ENOUGH:
        return Text(
            "The fit is good where credit is told, {days} days and more after the last touch: the residuals of {conversions} conversions "
            "part from what the model expects by {share:.1%} of them at most, as chance does with probability {probability:.0%}.",
            **known,
        )
    if share <= LITTLE:
        return Text(
            "The fit is fair where credit is told, {days} days and more after the last touch: the residuals of {conversions} conversions "
            "part from what the model expects by {share:.1%} of them at most. That is little, but more than chance (probability "
            "{probability:.1%}).",
            **known,
        )
    return Text(
        "The fit is poor where credit is told, {days} days and more after the last touch: the residuals of {conversions} conversions part "
        "from what the model expects by {share:.1%} of them (probability by chance {probability:.1%}). Do not rely on the credit; look "
        "below for where it fails.",
        **known,
    )
