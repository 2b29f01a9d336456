"""The exposures of the incremental model written out by hand, one person, one touch and one kernel at a time."""

import math
from collections import defaultdict

DAY = 86400


def kernel_values(kernels):
    """List each kernel as a function of the touch's age and the person's known time before it, in days, and its integral over ages."""

    def step(days):
        return (lambda age, before: float(age < days), lambda a, b, before: min(b, days) - min(a, days))

    def fading(days):
        return (
            lambda age, before: math.exp(-age / days),
            lambda a, b, before: days * (math.exp(-a / days) - math.exp(-b / days)),
        )

    def lasting(days):
        return (
            lambda age, before: days / (before + age + days),
            lambda a, b, before: days * math.log((before + b + days) / (before + a + days)),
        )

    made = [step(kernels.guard_days)] if kernels.guard_days else []
    made += [fading(kernels.arrival_days)] if kernels.arrival_days is not None else []
    made += [fading(days) for days in kernels.effect_days]
    return made + ([lasting(kernels.intent_days)] if kernels.intent_days is not None else [])


def literal_exposures(touches, conversions, start, end, kernels, people=None):
    """Compute the aggregates.

    Parameters
    ----------
    touches : list of (key, at, channel)
    conversions : list of (key or None, at, value or None)
    people : dict of key to segment, or None

    Returns
    -------
    dict
        `mass`: channel to list; `risk`: segment to days; `converted`: sorted list of (segment, known, remaining, value, claims), claims
        a dict of channel to list; `outside`, `outside_value`, `repeats`.
    """
    people = people or {}
    functions = kernel_values(kernels)
    mass, risk = defaultdict(lambda: [0.0] * len(functions)), defaultdict(float)
    converted = []
    told = [c for c in conversions if start <= c[1] < end]
    firsts, inside = 0, 0
    outside_value = sum(value or 0 for key, _, value in told if key is None)
    for key in {t[0] for t in touches} | set(people) | {c[0] for c in conversions if c[0] is not None}:
        mine = [(at, channel) for k, at, channel in touches if k == key]
        seconds = [at for k, at, _ in conversions if k == key]
        first = min(seconds, default=None)
        worth = sum(value or 0 for k, at, value in conversions if k == key and at == first)
        leaves = first if first is not None and first < end else end
        counts = first is not None and start <= first < end
        firsts += counts
        seen = min((at for at, _ in mine), default=None)
        if key in people:
            origin, enters = (start if seen is None else min(seen, start)), start
        elif seen is not None and seen < end:
            origin, enters = seen, max(seen + round(kernels.guard_days * DAY), start)
        else:
            enters = leaves
        if not enters < leaves:
            outside_value += worth if counts else 0
            continue
        segment = people.get(key, 0)
        risk[segment] += (leaves - enters) / DAY
        claims = defaultdict(lambda: [0.0] * len(functions))
        for at, channel in mine:
            if at >= leaves:
                continue
            before, begin, until = (at - origin) / DAY, max(enters - at, 0) / DAY, (leaves - at) / DAY
            for k, (value, integral) in enumerate(functions):
                mass[channel][k] += integral(begin, until, before)
                claims[channel][k] += value(until, before)
        if counts:
            inside += 1
            converted.append((segment, (leaves - origin) / DAY, (end - leaves) / DAY, float(worth), dict(claims)))
    unnamed = sum(key is None for key, _, _ in told)
    return {
        "mass": dict(mass),
        "risk": dict(risk),
        "converted": converted,
        "outside": firsts + unnamed - inside,
        "outside_value": outside_value,
        "repeats": len(told) - firsts - unnamed,
    }
