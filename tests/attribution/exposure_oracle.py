"""The exposures of the incremental model written out by hand: one person, one touch, one kernel and one class of time at a time."""

import math
from collections import defaultdict
from itertools import pairwise

DAY = 86400
EDGES = (0, 1, 7, 14, 21, 28, 42, 56, 84, 112, 168, 240, math.inf)
COUNTS = ((0, 0), (1, 1), (2, 2), (3, 4), (5, 8), (9, math.inf))
NOBODY = "(no touch yet)"


def reading(clock):
    """Give the clock as a function of one moment in epoch seconds."""
    starts = clock.starts.tolist()

    def read(at):
        weeks, rest = divmod(at, 7 * DAY)
        hour, seconds = divmod(rest, 3600)
        return 7.0 * weeks + starts[hour] + (starts[hour + 1] - starts[hour]) * (seconds / 3600)

    return read


def kernel_values(kernels):
    """List each kernel but intent as a function of the touch's age in days, and its integral over ages."""

    def step(days):
        return lambda age: float(age < days), lambda a, b: min(b, days) - min(a, days)

    def fading(days):
        return lambda age: math.exp(-age / days), lambda a, b: days * (math.exp(-a / days) - math.exp(-b / days))

    made = [step(kernels.guard_days)] if kernels.guard_days else []
    return made + [fading(days) for days in (*kernels.arrival_days, *kernels.effect_days)]


def time_class(age):
    return next(place for place, (low, high) in enumerate(pairwise(EDGES)) if low <= age < high)


def count_class(count):
    return next(place for place, (low, high) in enumerate(COUNTS) if low <= count <= high)


def pieces(begin, until):
    """Cut a stretch of ages at the edges of the classes: (class, days)."""
    cut = [(place, min(until, high) - max(begin, low)) for place, (low, high) in enumerate(pairwise(EDGES))]
    return [(place, days) for place, days in cut if days > 0]


class Person:
    """Who was at risk from when to when, and what touched them before they left."""

    def __init__(self, key, touches, conversions, span, kernels, people, read):
        start, end = span
        mine = sorted((at, channel) for k, at, channel in touches if k == key)
        seconds = [at for k, at, _ in conversions if k == key]
        first = min(seconds, default=None)
        self.worth = sum(value or 0 for k, at, value in conversions if k == key and at == first)
        self.converts = first is not None and first < end
        self.told = first is not None and start <= first < end
        self.leaves = read(first) if self.converts else read(end)
        seen = read(mine[0][0]) if mine else None
        self.segment = people.get(key, 0)
        if key in people:
            self.origin, self.enters = (read(start) if seen is None else min(seen, read(start))), read(start)
        elif mine and mine[0][0] < end:
            self.origin, self.enters = seen, max(seen + kernels.guard_days, read(start))
        else:
            self.origin, self.enters = None, math.inf
        self.at_risk = self.enters < self.leaves
        self.touches = [(read(at), channel) for at, channel in mine if read(at) < self.leaves] if self.at_risk else []
        self.spells = list(self._spells(key in people)) if self.at_risk else []

    def _spells(self, listed):
        """Yield (channel, number of touches so far, day of the touch, begin, until, another follows)."""
        begun = [(self.origin, NOBODY, 0)] if listed else []
        begun += [(day, channel, nth) for nth, (day, channel) in enumerate(self.touches, 1)]
        for place, (day, channel, count) in enumerate(begun):
            follows = place + 1 < len(begun)
            begin = max(day, self.enters)
            yield channel, count, day, begin, max(begun[place + 1][0] if follows else self.leaves, begin), follows


def literal_presence(persons, channels):
    """Give presence as a function of the last touch's channel, the number of touches and the class of days since."""
    days, touches = defaultdict(float), defaultdict(float)
    for person in persons:
        for channel, count, day, begin, until, follows in person.spells:
            for place, spent in pieces(begin - day, until - day):
                days[channel, count_class(count), place] += spent
            if follows and until > begin:
                touches[channel, count_class(count), time_class(until - day)] += 1

    def total(table, channel=None, count=None, place=None):
        return sum(
            amount
            for (c, n, p), amount in table.items()
            if c != NOBODY and channel in (None, c) and count in (None, n) and place in (None, p)
        )

    def rate(count, time, like):
        return (count + 50) / (time + 50 / like)

    if not total(touches):
        return lambda channel, count, place: 1.0
    usual = total(touches) / total(days)
    everyone = [rate(total(touches, place=p), total(days, place=p), usual) for p in range(12)]

    def presence(channel, count, place):
        if channel == NOBODY:
            key = (NOBODY, 0, place)
            return min(rate(touches[key], days[key], everyone[place]) / everyone[1], 1.0) ** 0.8
        n = count_class(count)
        by_count = [rate(total(touches, count=n, place=p), total(days, count=n, place=p), everyone[p]) for p in (place, 1)]
        of_channel = rate(total(touches, channel, place=place), total(days, channel, place=place), everyone[place]) / everyone[place]
        return min(min(by_count[0] / by_count[1], 1.0) * of_channel, 1.0) ** 0.8

    assert channels
    return presence


def literal_exposures(touches, conversions, start, end, kernels, people=None, clock=None):
    """Compute the aggregates.

    Parameters
    ----------
    touches : list of (key, at, channel)
    conversions : list of (key or None, at, value or None)
    people : dict of key to segment, or None
    clock : Clock

    Returns
    -------
    dict
        `mass`: channel to list; `risk`: segment to list; `converted`: list of (segment, age, remaining, value, base, base_later, claims),
        claims a dict of channel to list; `outside`, `outside_value`, `repeats`.
    """
    people, read, functions = people or {}, reading(clock), kernel_values(kernels)
    keys = {t[0] for t in touches} | set(people) | {c[0] for c in conversions if c[0] is not None}
    persons = [Person(key, touches, conversions, (start, end), kernels, people, read) for key in sorted(keys)]
    channels = sorted({t[2] for t in touches}) or ["none"]
    presence = literal_presence(persons, channels)
    intent = kernels.intent_days
    width = len(functions) + (intent is not None)
    mass, risk = defaultdict(lambda: [0.0] * width), defaultdict(lambda: [0.0] * kernels.bases)
    converted, outside_value = [], sum(value or 0 for key, at, value in conversions if key is None and start <= at < end)
    for person in persons:
        if not person.at_risk:
            outside_value += person.worth if person.told else 0
            continue
        spent = []  # days present in each spell
        for channel, count, day, begin, until, _ in person.spells:
            spent.append(sum(presence(channel, count, place) * days for place, days in pieces(begin - day, until - day)))
        present = sum(spent)
        risk[person.segment][0] += person.leaves - person.enters
        if intent is not None:
            risk[person.segment][1] += intent * math.log((intent + present) / intent)
        claims = defaultdict(lambda: [0.0] * width)
        listed = len(person.spells) - len(person.touches)
        for nth, (day, channel) in enumerate(person.touches):
            begin, until = max(person.enters - day, 0), person.leaves - day
            for k, (value, integral) in enumerate(functions):
                mass[channel][k] += integral(begin, until)
                claims[channel][k] += value(until)
            if intent is not None:
                mass[channel][-1] += intent * math.log((intent + present) / (intent + sum(spent[: nth + listed])))
        if person.told:
            channel, count, day, _, until, _ = person.spells[-1]
            base, later = [1.0], [read(end) - until]
            if intent is not None:
                now = presence(channel, count, time_class(until - day)) * intent / (intent + present)
                ahead = sum(presence(channel, count, place) * days for place, days in pieces(until - day, until - day + later[0]))
                base, later = [*base, now], [*later, intent * math.log((intent + present + ahead) / (intent + present))]
                for claim in claims.values():
                    claim[-1] = 0.0
                for _, touched in person.touches:
                    claims[touched][-1] += now
            converted.append((person.segment, until - person.origin, read(end) - until, float(person.worth), base, later, dict(claims)))
    told = [c for c in conversions if start <= c[1] < end]
    firsts, unnamed = sum(person.told for person in persons), sum(key is None for key, _, _ in told)
    return {
        "mass": dict(mass),
        "risk": dict(risk),
        "converted": converted,
        "outside": firsts + unnamed - len(converted),
        "outside_value": outside_value,
        "repeats": len(told) - firsts - unnamed,
    }
