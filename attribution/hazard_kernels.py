"""How the rate of converting may follow a touch: the kernels, what each stands for, and their values and integrals on any engine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from workspace.errors import UsageError

if TYPE_CHECKING:
    from ibis.expr.types import FloatingColumn, NumericColumn

Role = Literal["guard", "arrival", "effect", "intent"]


@dataclasses.dataclass(frozen=True)
class Kernels:
    """How the rate of converting may follow a touch; all days are those of the buyers' clock (`attribution.buyers_clock`).

    Parameters
    ----------
    guard_days : float
        What happens within so long after a touch, beyond what its later effect lets expect, is not credited; 0 for no guard.
    arrival_days : tuple of float
        Time constants of people who had decided already and come through the channel. Empty to credit short effects like others.
    effect_days : tuple of float
        Time constants of what touches do, the shortest first.
    intent_days : float or None
        Who the people are: a person present for u days (`attribution.presence`) after n touches of a channel converts at a rate that goes
        with (1 + n * w) * intent_days / (u + intent_days), as the mean of a gamma-distributed rate moves with what is counted. None to
        credit what hardly fades.

    Examples
    --------
    >>> Kernels().roles
    ('guard', 'arrival', 'arrival', 'effect', 'effect', 'effect', 'effect', 'intent')
    """

    guard_days: float = 0.5
    arrival_days: tuple[float, ...] = (0.75, 1.5)
    effect_days: tuple[float, ...] = (3.0, 8.0, 20.0, 45.0)
    intent_days: float | None = 365.0

    def __post_init__(self) -> None:
        if not 0 <= self.guard_days <= 30:
            raise UsageError("--guard {days}: give a number of days from 0 to 30, for example 0.5 for 12 hours", days=self.guard_days)
        constants = [*self.effect_days, *self.arrival_days, *(() if self.intent_days is None else (self.intent_days,))]
        if not self.effect_days or not all(0 < days < float("inf") for days in constants):
            raise UsageError(
                "incremental needs at least one time constant, and each above 0 days; these were given: {days}", days=constants
            )

    @property
    def fading(self) -> tuple[float, ...]:
        """The time constants of the exponential kernels, in the order of `roles`."""
        return (*self.arrival_days, *self.effect_days)

    @property
    def roles(self) -> tuple[Role, ...]:
        """What each kernel stands for, in the order of every array of kernels."""
        return (
            *(("guard",) if self.guard_days else ()),
            *(["arrival"] * len(self.arrival_days)),
            *(["effect"] * len(self.effect_days)),
            *(("intent",) if self.intent_days is not None else ()),
        )

    @property
    def bases(self) -> int:
        """How many parts the baseline has: one that never changes, and with intent one of those who are present."""
        return 1 if self.intent_days is None else 2

    def where(self, *roles: Role) -> NDArray[np.bool_]:
        """Mark the kernels of some roles, shape (n_kernels,)."""
        return np.array([role in roles for role in self.roles])


@dataclasses.dataclass(frozen=True)
class Step:
    """The guard: 1 for so many days, then 0."""

    days: float

    def at(self, age: FloatingColumn) -> NumericColumn:
        """Give the kernel at an age of the touch."""
        return (age < self.days).cast("float64")

    def integral(self, begin: FloatingColumn, until: FloatingColumn) -> NumericColumn:
        """Integrate the kernel from one age to a later one."""
        import ibis

        days = ibis.literal(self.days)
        return ibis.least(until, days) - ibis.least(begin, days)


@dataclasses.dataclass(frozen=True)
class Fading:
    """Exp(-age / days)."""

    days: float

    def at(self, age: FloatingColumn) -> NumericColumn:
        """Give the kernel at an age of the touch."""
        return (age / -self.days).exp()

    def integral(self, begin: FloatingColumn, until: FloatingColumn) -> NumericColumn:
        """Integrate the kernel from one age to a later one."""
        return ((begin / -self.days).exp() - (until / -self.days).exp()) * self.days


def by_age(kernels: Kernels) -> list[Step | Fading]:
    """List the kernels that depend on the touch's age alone: all but intent, in the order of `Kernels.roles`."""
    return [*([Step(kernels.guard_days)] if kernels.guard_days else []), *(Fading(days) for days in kernels.fading)]
