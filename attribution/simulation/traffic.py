"""Who is on the market, when which touches reach them, and how each touch is written down."""

from __future__ import annotations

import dataclasses
import datetime as dt
import math
from urllib.parse import urlencode

import numpy as np
from numpy.random import Generator

from attribution.paths import Floats, Ints
from attribution.simulation.company import OWN_DOMAIN, Process, Scenario, Tag
from attribution.simulation.hazard import Clock

PEOPLE_PER_ACCOUNT = 2.4
MOST_DETAILS = 60
"""The most combinations of content, term and page that one tag takes in a period: real tags repeat."""


@dataclasses.dataclass(frozen=True, eq=False)
class People:
    """Everyone who could become a lead.

    Parameters
    ----------
    account : array of int, shape (n_people,)
    enter, leave : array of float, shape (n_people,)
        Days of the clock between which the person is on the market; equal for those who left before the window.
    baseline : array of float, shape (n_people,)
        Lead hazard per day on the market, without any touch.
    activity : array of float, shape (n_people,)
        How many touches the person gets, relative to an average person in an average stay.
    intent : array of float, shape (n_people,)
        The baseline relative to its mean.
    """

    account: Ints
    enter: Floats
    leave: Floats
    baseline: Floats
    activity: Floats
    intent: Floats


@dataclasses.dataclass(frozen=True, eq=False)
class Touches:
    """Touches as they are drawn: one row a touch.

    Parameters
    ----------
    person, at, process, period : array of int, shape (n_touches,)
        `at` in epoch seconds, `process` a place in the scenario's tuple, `period` the quarter or the occasion.
    """

    person: Ints
    at: Ints
    process: Ints
    period: Ints


@dataclasses.dataclass(frozen=True, slots=True)
class Origin:
    """How a touch is written: its columns, and the URL to which a click id may be added.

    `billed` is the campaign as the advertising platform knows it, whatever the columns say.
    """

    process: int
    source: str | None = None
    medium: str | None = None
    campaign: str | None = None
    content: str | None = None
    term: str | None = None
    referrer: str | None = None
    url: str | None = None
    click_id: str | None = None
    billed: str | None = None


def _spread(shape: float | None, size: int, rng: Generator) -> Floats:
    """Draw factors of mean 1."""
    return np.ones(size) if shape is None else rng.standard_gamma(shape, size) / shape


def population(scenario: Scenario, size: int, days: float, rng: Generator) -> People:
    """Draw the people, the companies they work for and the time they are on the market."""
    account = np.cumsum(rng.random(size) < 1 / PEOPLE_PER_ACCOUNT).astype(np.int64)
    stay, enter, leave = days, np.zeros(size), np.full(size, days)
    if scenario.stay_days is not None:
        stay = scenario.stay_days
        arrives = rng.random(size) * (days + stay) - stay
        enter = np.clip(arrives, 0.0, None)
        leave = np.clip(arrives + stay * _spread(2.0, size, rng), enter, days)
    intent = _spread(scenario.baseline_shape, size, rng)
    activity = _spread(scenario.activity_shape, size, rng) * ((leave - enter) / stay)
    return People(account, enter, leave, intent * (scenario.baseline / stay), activity, intent)


def quarters(clock: Clock) -> tuple[list[str], Ints]:
    """Name the quarters of the window ("2025q1"), with the epoch seconds at which each begins."""
    names: list[str] = []
    begins: list[int] = []
    for at in range(clock.start, clock.end, 86400):
        day = dt.datetime.fromtimestamp(at, dt.UTC)
        name = f"{day.year}q{(day.month + 2) // 3}"
        if name not in names:
            names.append(name)
            begins.append(at)
    return names, np.array(begins, dtype=np.int64)


def occasions(process: Process, clock: Clock) -> Ints:
    """List when the occasions of a process happen: 8:00 UTC on Tuesdays, the first about a third of a cycle into the window."""
    if process.every_days is None:
        return np.zeros(0, dtype=np.int64)
    days = np.arange(process.every_days // 3, round(clock.days), process.every_days, dtype=np.int64)
    first = clock.start // 86400 + days
    tuesday = first - (first + 3) % 7 + 1  # the epoch began on a Thursday
    at = tuesday * 86400 + 8 * 3600
    return at[(at >= clock.start) & (at < clock.end)]


def arrivals(process: Process, code: int, people: People, clock: Clock, rng: Generator) -> Touches:
    """Draw the touches that come by themselves: a Poisson stream for each person, whatever the person then does."""
    rate = process.touches * people.activity
    if process.intent:
        rate = rate * people.intent**process.intent
    count = rng.poisson(rate)
    person = np.repeat(np.arange(len(count)), count)
    at = people.enter[person] + rng.random(len(person)) * (people.leave - people.enter)[person]
    seconds = np.floor(clock.seconds(at)).astype(np.int64)
    if process.every_days is None:
        return stamped(person, np.minimum(seconds, clock.end - 1), code, clock)
    happens = occasions(process, clock)
    which = np.searchsorted(happens, seconds)
    delay = rng.random(len(person)) * 9.0 if process.hours_after is None else rng.standard_exponential(len(person)) * process.hours_after
    once = np.unique(person * (len(happens) + 1) + which, return_index=True)[1]
    once = once[which[once] < len(happens)]
    person, which, delay = person[once], which[once], delay[once]
    seconds = happens[which] + np.floor(delay * 3600).astype(np.int64)
    inside = seconds < clock.end
    return Touches(person[inside], seconds[inside], np.full(int(inside.sum()), code), which[inside])


def harvested(process: Process, code: int, people: People, leads: tuple[Ints, Floats], *, clock: Clock, rng: Generator) -> Touches:
    """Draw the touches of people who have decided already: within a day or so before they become leads."""
    person, day = leads
    comes = rng.random(len(person)) < process.harvest
    person, day = person[comes], day[comes]
    since = day - people.enter[person]
    before = np.minimum(rng.standard_exponential(len(person)) * 0.8, since * rng.random(len(person)))
    return stamped(person, np.floor(clock.seconds(day - before)).astype(np.int64), code, clock)


def stamped(person: Ints, at: Ints, code: int | Ints, clock: Clock) -> Touches:
    """Note the quarter of touches that happen at any time."""
    period = np.searchsorted(quarters(clock)[1], at, side="right") - 1
    return Touches(person, at, np.broadcast_to(np.asarray(code, dtype=np.int64), person.shape), period)


def joined(parts: list[Touches]) -> Touches:
    """Put touches together, in the order given."""
    return Touches(
        np.concatenate([part.person for part in parts]),
        np.concatenate([part.at for part in parts]),
        np.concatenate([part.process for part in parts]),
        np.concatenate([part.period for part in parts]),
    )


def origins(processes: tuple[Process, ...], touches: Touches, clock: Clock, rng: Generator) -> tuple[list[Origin], Ints]:
    """Decide how each touch is written.

    Returns
    -------
    origins : list of Origin
        Every way in which this company's touches may be written.
    place : array of int, shape (n_touches,)
        Each touch's place in it.
    """
    written: list[Origin] = []
    place = np.zeros(len(touches.person), dtype=np.int64)
    names, _ = quarters(clock)
    for code, process in enumerate(processes):
        mine = np.flatnonzero(touches.process == code)
        share = np.cumsum([tag.weight for tag in process.tags])
        details = _details(process)
        tag = np.searchsorted(share / share[-1], rng.random(len(mine)), side="right").clip(0, len(share) - 1)
        detail = (details * rng.random(len(mine)) ** 1.5).astype(np.int64)
        place[mine] = len(written) + (touches.period[mine] * len(share) + tag) * details + detail
        happens = [dt.datetime.fromtimestamp(at, dt.UTC) for at in occasions(process, clock).tolist()]
        periods = names if process.every_days is None else [f"{day.year}q{(day.month + 2) // 3}" for day in happens]
        written += [
            _origin(process, code, t, d, period=period, quarter=quarter)
            for period, quarter in enumerate(periods)
            for t in process.tags
            for d in range(details)
        ]
    return written, place


def _details(process: Process) -> int:
    """Count the combinations of campaign, content, term and page that a tag of the process takes."""
    several = (process.campaigns, process.contents, process.terms, process.pages)
    return min(MOST_DETAILS, math.lcm(*(max(1, len(values)) for values in several)))


def _origin(process: Process, code: int, tag: Tag, detail: int, *, period: int, quarter: str) -> Origin:
    """Write one tag of one period with one choice of details."""

    def pick(values: tuple[str, ...]) -> str | None:
        return values[detail % len(values)].format(quarter=quarter) if values else None

    source = process.occasions[period % len(process.occasions)] if process.occasions else tag.source
    campaign, content, term, page = pick(process.campaigns), pick(process.contents), pick(process.terms), pick(process.pages)
    utm = {"source": source, "medium": tag.medium, "campaign": campaign, "content": content, "term": term}
    query = urlencode({f"utm_{field}": value for field, value in utm.items() if value}) if tag.in_url else ""
    url = None if page is None else f"https://www.{OWN_DOMAIN}{page}" + (f"?{query}" if query else "")
    if url is not None and tag.click_id:
        url += ("&" if query else "?") + f"{tag.click_id}="
    columns = dict.fromkeys(utm) if tag.in_url else utm
    return Origin(code, **columns, referrer=tag.referrer, url=url, click_id=tag.click_id, billed=campaign)
