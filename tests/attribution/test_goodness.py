"""The fit held against its data: each stretch of each person's time written out by hand beside what the engine sums up."""

from __future__ import annotations

import datetime as dt
import math
from collections import defaultdict

import numpy as np
import pytest

from attribution import goodness as checked
from attribution.buyers_clock import CALENDAR, clock_of
from attribution.exposure_engine import prepared
from attribution.goodness import DAYS, goodness
from attribution.hazard_check import STEPS, TINY
from attribution.hazard_fit import fit
from attribution.hazard_kernels import Kernels
from attribution.residuals import residuals_of, tenths
from attribution.spells import Span
from tests.attribution.exposure_oracle import Person, count_class, kernel_values, literal_presence, pieces, reading, time_class
from tests.attribution.test_exposure import CHANNELS, DAY, START, tables

END = START + 200 * DAY
NAMES = {70 + code: name for code, name in enumerate(CHANNELS)}


def drawn(seed):
    """Some people with touches at any second, and conversions of a third of them."""
    draws = np.random.default_rng(seed)
    keys, at, codes = draws.integers(1, 60, 300), draws.integers(0, 190 * DAY, 300), draws.integers(0, 3, 300)
    touches = [(int(key), START + int(second), CHANNELS[code]) for key, second, code in zip(keys, at, codes, strict=True)]
    return touches, [
        (key, START + int(second), 1.0) for key, second in zip(range(1, 60, 3), draws.integers(60 * DAY, 199 * DAY, 20), strict=True)
    ]


class Literal:
    """One person's hazard under a fit, piece by piece."""

    def __init__(self, person, presence, kernels, fitted):
        self.person, self.presence, self.kernels = person, presence, kernels
        self.beta = dict(zip(fitted.exposures.channels, fitted.beta, strict=True))
        self.base = fitted.baseline[person.segment]
        self.functions = kernel_values(kernels)
        self.before, spent = [], 0.0
        for channel, count, day, begin, until, _ in person.spells:
            self.before.append(spent)
            spent += self.present(channel, count, begin - day, until - day)

    def present(self, channel, count, begin, until):
        return sum(self.presence(channel, count, place) * days for place, days in pieces(begin, until))

    def stretch(self, place, begin, until):
        """Give the hazard from one day to another of a spell, and the rate at the first."""
        channel, count, day, since, _, _ = self.person.spells[place]
        hazard, rate = self.base[0] * (until - begin), self.base[0]
        touches = [(at, touched) for at, touched in self.person.touches if at <= day] if count else []
        for at, touched in touches:
            for k, (value, integral) in enumerate(self.functions):
                hazard += self.beta[touched][k] * integral(begin - at, until - at)
                rate += self.beta[touched][k] * value(begin - at)
        if (still := self.kernels.intent_days) is not None:
            low = self.before[place] + self.present(channel, count, since - day, begin - day)
            high = low + self.present(channel, count, begin - day, until - day)
            weight = self.base[1] + sum(self.beta[touched][-1] for _, touched in touches)
            hazard += weight * still * math.log((still + high) / (still + low))
            rate += weight * self.presence(channel, count, time_class(begin - day)) * still / (still + low)
        return hazard, rate

    def cut(self, splits):
        """Yield (split, class of touches so far, class of the rate, hazard, whether it ends with the conversion)."""
        for place, (_, count, day, since, until, follows) in enumerate(self.person.spells):
            for split, low, high in splits(day):
                begin, end = max(since, low), min(until, high)
                if begin < end:
                    hazard, rate = self.stretch(place, begin, end)
                    ends = not follows and self.person.converts and end == self.person.leaves
                    yield split, count_class(count), math.floor(math.log(max(rate, 1e-300)) * STEPS), hazard, int(ends)


def summed(rows, which):
    """Sum (expected, observed) by one of the classes."""
    sums = defaultdict(lambda: [0.0, 0.0])
    for row in rows:
        sums[row[which]][0] += row[4]
        sums[row[which]][1] += row[5]
    return dict(sums)


def residuals(rows):
    """Class people by the hazard that they lived through."""
    people = defaultdict(lambda: [0.0, 0])
    for key, *_, hazard, ends in rows:
        people[key][0] += hazard
        people[key][1] += ends
    classes = [math.floor(math.log(hazard + TINY) * STEPS) for hazard, _ in people.values()]
    return residuals_of(
        np.array(classes), np.ones(len(people)), np.array([ends for _, ends in people.values()]),
        np.array([hazard for hazard, _ in people.values()]),
    )  # fmt: skip


def same_classes(found, rows, which, scale):
    expected = {key: amounts for key, amounts in summed(rows, which).items() if amounts[0] > 0}
    assert [*found.labels] == sorted(expected)
    assert found.expected == pytest.approx([expected[label][0] * scale for label in found.labels])
    assert found.observed.tolist() == [expected[label][1] for label in found.labels]


@pytest.mark.parametrize("clock", [CALENDAR, clock_of(np.arange(100), np.arange(100) * 10)], ids=["calendar", "clock"])
@pytest.mark.parametrize(
    "kernels", [Kernels(), Kernels(guard_days=0.0, arrival_days=(), effect_days=(8.0,), intent_days=None)], ids=["all", "few"]
)
def test_each_stretch_of_time_is_held_against_the_rate_as_written_out(kernels, clock):
    touches, conversions = drawn(3)
    touched, converted = tables(touches, conversions)
    with prepared(touched, converted, NAMES, kernels, span=Span(START, END), clock=clock) as ready:
        fitted = fit(ready.exposures())
        found = goodness(ready, fitted)
        begins = checked._week_begins(ready)
    read = reading(clock)
    persons = [Person(key, touches, conversions, (START, END), kernels, {}, read) for key in sorted({t[0] for t in touches})]
    persons = [person for person in persons if person.at_risk]
    presence = literal_presence(persons, CHANNELS)
    edges = [read((day - dt.date(1970, 1, 1)).days * DAY) for day in begins]
    by_age, by_week = [], []
    for number, person in enumerate(persons):
        literal = Literal(person, presence, kernels, fitted)
        by_age += [
            (number, *row)
            for row in literal.cut(lambda day: [(s, day + a, day + b) for s, (a, b) in enumerate(zip(DAYS, (*DAYS[1:], 1e9), strict=True))])
        ]
        by_week += [(number, *row) for row in literal.cut(lambda _: [(s, a, a + 7) for s, a in enumerate(edges)])]
    scale = sum(row[5] for row in by_age) / sum(row[4] for row in by_age)
    later, soon = ([row for row in by_age if (row[1] >= DAYS.index(3.0)) == late] for late in (True, False))
    assert (found.people, found.looked_at) == (len(persons), len(persons))
    assert sum(row[5] for row in by_age) == sum(row[5] for row in by_week) == len(fitted.exposures.segment) > 10
    same_classes(found.days, by_age, 1, scale)
    same_classes(found.touches_later, later, 2, scale)
    same_classes(dataclass_with(found.weeks, begins), by_week, 1, scale)
    for classes, rows in ((found.rate_later, later), (found.rate_soon, soon)):
        sums = summed(rows, 3)
        wanted = tenths(np.array([*sums]), np.array([e for e, _ in sums.values()]), np.array([o for _, o in sums.values()]))
        assert classes.expected == pytest.approx(wanted.expected * scale)
        assert classes.observed.tolist() == wanted.observed.tolist()
    for told, rows in ((found.all_time, by_age), (found.later, later)):
        wanted = residuals(rows)
        assert told.distance == pytest.approx(wanted.distance)
        assert told.probability == pytest.approx(wanted.probability)


def dataclass_with(weeks, begins):
    """Label weeks by their place."""
    return type(weeks)(tuple(begins.index(label) for label in weeks.labels), weeks.expected, weeks.observed)


def test_of_many_touches_every_so_manieth_person_is_looked_at(monkeypatch):
    monkeypatch.setattr(checked, "MOST_SPELLS", 100)
    touched, converted = tables(*drawn(3))
    with prepared(touched, converted, NAMES, Kernels(), span=Span(START, END)) as ready:
        found = goodness(ready, fit(ready.exposures()))
    assert 0 < found.looked_at < found.people / 2
    assert found.days.expected.sum() == pytest.approx(found.days.observed.sum())
