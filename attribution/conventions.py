"""What the vendors say their models weigh: one named, dated convention for each, with where it says so.

Models of one name differ between products: a W is 30/30/30/10 everywhere, but whose touches share the 10, and what happens to it where
there are none, does not go without saying. Nothing here was made up: where a vendor does not publish how a model weighs, its convention
has no such model.

References
----------
Marketo Measure: AdobeDocs/marketo-measure.en, "Marketo Measure Attribution Models", "Explanation of Touchpoint Positions and Generation
Across BTs and BATs", "Custom Attribution Model and Setup", "Account Based Attribution".
HubSpot: knowledge.hubspot.com, "Understand attribution reporting" (the positions); thewayhow.com, "Marketing Attribution Models", June 2026
(the weights: second hand).
Dreamdata: docs.dreamdata.io, "Position Based Attribution Models".
Adobe Analytics: AdobeDocs/analytics.en, "Attribution models, containers and lookback windows".
Amplitude: amplitude.com/docs, "Attribute credit to multiple acquisition touch points".
Google Analytics 4: support.google.com/analytics/answer/10597962 and the Admin API's ReportingAttributionModel; first click, linear, time
decay and position-based were withdrawn in November 2023. Direct visits: support.google.com/analytics/answer/10596866, "All attribution
models exclude direct visits".
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence

from attribution.paths import CLOSE, FIRST_TOUCH, LEAD, OPPORTUNITY
from reports.report import N_
from workspace.errors import UsageError

LAST_TOUCH = 32
"""A bit beside those of `Paths.positions`: the journey's last touch, whatever it led to."""


@dataclasses.dataclass(frozen=True)
class Weights:
    """How a milestone model shares a conversion out.

    Parameters
    ----------
    positions : tuple of (int, float)
        Bits, and the percentage for the touches that hold any of them, in equal parts; a touch that is in several adds them up.
    middle : float
        The percentage that the touches in no position share, in equal parts.
    """

    positions: tuple[tuple[int, float], ...]
    middle: float = 0.0


@dataclasses.dataclass(frozen=True)
class Convention:
    """What one vendor says of its models.

    Parameters
    ----------
    name : str
        What the user calls it.
    date : str
        Year and month in which it was so: of the document where that is dated or was withdrawn, else when it was read.
    models : tuple of str
        Our names of the vendor's models whose weights are known.
    rules : str
        Its rules in a sentence, in English, with `{date}`; the key of its translation.
    milestones : mapping of str to Weights
        By milestone model.
    between : bool
        Whether only touches between the first and the last position held can be middle touches; else any touch in no position is one.
    engaged : bool
        Whether a mere visit can be no middle touch.
    parameters : mapping of str to mapping of str to float
        By model that knows no milestones: its parameters.
    skips_direct : bool
        Whether direct visits get no credit from any of its models, unless a journey holds nothing else.

    Notes
    -----
    Where a milestone is held by no touch, or no touch can be a middle one, what is there keeps its proportions and is brought to a sum of
    1. Marketo Measure says that the part of absent middle touches is "evenly" distributed over the positions; as the positions of every
    published model weigh alike, that is the same. No vendor says what becomes of a missing milestone.
    """

    name: str
    date: str
    models: tuple[str, ...]
    rules: str
    milestones: Mapping[str, Weights] = dataclasses.field(default_factory=dict)
    between: bool = False
    engaged: bool = False
    parameters: Mapping[str, Mapping[str, float]] = dataclasses.field(default_factory=dict)
    skips_direct: bool = False

    @property
    def stated(self) -> str:
        """Its name and date, for a report's meta."""
        return f"{self.name} ({self.date})"


_W = Weights(((FIRST_TOUCH, 30.0), (LEAD, 30.0), (OPPORTUNITY, 30.0)), 10.0)
_FULL_PATH = Weights(((FIRST_TOUCH, 22.5), (LEAD, 22.5), (OPPORTUNITY, 22.5), (CLOSE, 22.5)), 10.0)

CONVENTIONS: tuple[Convention, ...] = (
    Convention(
        "marketo",
        "2026-11",
        ("first", "u_shaped_milestones", "w_shaped", "full_path"),
        N_(
            "Milestones weigh as in Marketo Measure ({date}): each position goes to the latest touch at or before its stage; touches "
            "between the positions that are more than a visit share the middle's part; what a missing position or middle would get goes "
            "to the others."
        ),
        {"u_shaped_milestones": Weights(((FIRST_TOUCH, 50.0), (LEAD, 50.0))), "w_shaped": _W, "full_path": _FULL_PATH},
        between=True,
        engaged=True,
    ),
    Convention(
        "hubspot",
        "2026-06",
        ("first", "last", "linear", "u_shaped_milestones", "w_shaped", "full_path"),
        N_(
            "Milestones weigh as in HubSpot ({date}): each position goes to the latest touch at or before its stage; all other touches, "
            "visits too, share the middle's part; what a missing position or middle would get goes to the others."
        ),
        {
            "u_shaped_milestones": Weights(((FIRST_TOUCH, 40.0), (LEAD, 40.0)), 20.0),
            "w_shaped": _W,
            "full_path": _FULL_PATH,
        },
    ),
    Convention(
        "dreamdata",
        "2026-11",
        ("first", "last", "linear", "u_shaped", "w_shaped"),
        N_(
            "Milestones weigh as in Dreamdata ({date}): the first touch, the last touch, and together the touches that led to the lead or "
            "the opportunity; all other touches share the middle's part; what a missing position or middle would get goes to the others."
        ),
        {"w_shaped": Weights(((FIRST_TOUCH, 30.0), (LAST_TOUCH, 30.0), (LEAD | OPPORTUNITY, 30.0)), 10.0)},
        parameters={"u_shaped": {"first": 0.4, "last": 0.4}},
    ),
    Convention(
        "adobe",
        "2026-11",
        ("first", "last", "linear", "participation", "u_shaped", "j_shaped", "inverse_j", "time_decay", "custom"),
        N_(
            "Positions weigh as in Adobe Analytics ({date}): of two touches, j_shaped gives 25/75, and custom leaves the middle's weight "
            "out."
        ),
        parameters={
            "u_shaped": {"first": 0.4, "last": 0.4},
            "j_shaped": {"pair": 0.25},
            "inverse_j": {"pair": 0.75},
            "time_decay": {"half_life_days": 7.0},
            "custom": {"halved": False},
        },
    ),
    Convention(
        "amplitude",
        "2026-11",
        ("first", "last", "linear", "participation", "u_shaped", "j_shaped", "inverse_j", "custom"),
        N_(
            "Positions weigh as in Amplitude ({date}): of two touches, j_shaped gives 30/70, and custom halves the middle's weight between "
            "them. Unlike there, weights of your own are always brought to a sum of 100 %."
        ),
        parameters={
            "u_shaped": {"first": 0.4, "last": 0.4},
            "j_shaped": {"pair": 0.3},
            "inverse_j": {"pair": 0.7},
            "custom": {"halved": True},
        },
    ),
    Convention(
        "ga4",
        "2023-10",
        ("first", "last_non_direct", "linear", "u_shaped", "time_decay"),
        N_(
            "Models are those of Google Analytics 4 ({date}, the last month in which it had them all): none of them credits direct visits, "
            "unless a journey holds nothing else, and last stands as last_non_direct."
        ),
        parameters={"u_shaped": {"first": 0.4, "last": 0.4}, "time_decay": {"half_life_days": 7.0}},
        skips_direct=True,
    ),
)
"""Every convention, in the order in which they are listed."""

DEFAULT = "marketo"
"""The convention of milestone models where none is asked for."""


def find_convention(name: str) -> Convention:
    """Look a convention up by its name; capitals do not matter.

    Raises
    ------
    UsageError
        There is none of that name.

    Examples
    --------
    >>> find_convention("HubSpot").stated
    'hubspot (2026-06)'
    """
    for convention in CONVENTIONS:
        if convention.name == name.casefold():
            return convention
    listed = ", ".join(convention.name for convention in CONVENTIONS)
    raise UsageError("there is no convention '{name}'; there are: {names}", name=name, names=listed)


def tells(convention: Convention, model: str) -> bool:
    """Say whether a convention tells how a model weighs."""
    return model in convention.milestones or model in convention.parameters


def knows(convention: Convention, model: str) -> bool:
    """Say whether a model can be had under a convention: it tells how the model weighs, or no convention does.

    Examples
    --------
    >>> [knows(find_convention("ga4"), name) for name in ("time_decay", "markov", "w_shaped")]
    [True, True, False]
    """
    return tells(convention, model) or not any(tells(other, model) for other in CONVENTIONS)


def check_told(convention: Convention, model: str) -> None:
    """Refuse a model that a convention does not tell of, where others do.

    Raises
    ------
    UsageError
        The message says which models the convention has, and which conventions have the model.

    Examples
    --------
    >>> check_told(find_convention("ga4"), "markov")  # whose weights no vendor has a say in
    >>> check_told(find_convention("ga4"), "w_shaped")
    Traceback (most recent call last):
    workspace.errors.UsageError: the convention 'ga4' does not say how w_shaped weighs; marketo, hubspot, dreamdata do. Of ga4 are known: \
first, last_non_direct, linear, u_shaped, time_decay
    """
    if not knows(convention, model):
        others = [other.name for other in CONVENTIONS if tells(other, model)]
        raise UsageError(
            "the convention '{convention}' does not say how {model} weighs; {others} do. Of {convention} are known: {known}",
            convention=convention.name,
            model=model,
            others=", ".join(others),
            known=", ".join(convention.models),
        )


def under(
    convention: Convention, names: Sequence[str], half_life_days: float = 7.0, *, own_weights: bool = False
) -> dict[str, dict[str, float | str]]:
    """Choose models by a convention, each with the parameters that it has there.

    Parameters
    ----------
    convention : Convention
    names : sequence of str
        Our names of the models asked for; none means the vendor's own, `custom` apart.
    half_life_days : float
        What was asked for.
    own_weights : bool
        Whether weights for `custom` were given, so that it is meant too where no model is asked for.

    Returns
    -------
    dict of str to dict
        Parameters by model, in the order asked for.

    Raises
    ------
    UsageError
        The convention does not say how one of them weighs, though others do, or has another half-life.

    Examples
    --------
    >>> under(find_convention("ga4"), ["last", "time_decay", "markov"])
    {'last_non_direct': {}, 'time_decay': {'half_life_days': 7.0}, 'markov': {}}
    >>> under(find_convention("marketo"), [])["w_shaped"]
    {'convention': 'marketo'}
    """
    chosen: dict[str, dict[str, float | str]] = {}
    for asked in names or [*(name for name in convention.models if name != "custom"), *(["custom"] if own_weights else [])]:
        check_told(convention, asked)
        name = "last_non_direct" if asked == "last" and convention.skips_direct else asked
        parameters = dict[str, float | str](convention.parameters.get(name, {}))
        chosen[name] = parameters | ({"convention": convention.name} if name in convention.milestones else {})
        fixed = chosen[name].get("half_life_days", half_life_days)
        if fixed != half_life_days:
            raise UsageError(
                "--half-life {days:g}: the convention '{convention}' has a half-life of {fixed:g} days; leave one of the two out",
                days=half_life_days,
                convention=convention.name,
                fixed=fixed,
            )
    return chosen
