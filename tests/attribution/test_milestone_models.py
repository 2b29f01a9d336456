"""Milestone models: the vendors' own examples, and their sentences followed touch by touch."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, note

from attribution.conventions import CONVENTIONS, Convention, check_told, find_convention
from attribution.milestone_models import FullPath, UShapedMilestones, WShaped, without_milestone
from attribution.models import MODELS, Model, find_model, needs_milestones, touch_weights
from attribution.options import CONVENTION_NAMES
from attribution.paths import CLOSE, ENGAGED, FIRST_TOUCH, LEAD, OPPORTUNITY
from tests.attribution.oracles import Row, paths_of
from tests.attribution.strategies import N_CHANNELS, journeys
from workspace.errors import DataError, UsageError

FT, LC, OC, CW, E = FIRST_TOUCH, LEAD, OPPORTUNITY, CLOSE, ENGAGED

EVERY: list[Model] = [
    UShapedMilestones("marketo"),
    WShaped("marketo"),
    FullPath("marketo"),
    UShapedMilestones("hubspot"),
    WShaped("hubspot"),
    FullPath("hubspot"),
    WShaped("dreamdata"),
]


def weights(model: Model, positions: Sequence[int]) -> list[float]:
    """Percent of one conversion that each touch gets."""
    seen = touch_weights(model, paths_of([Row((0,) * len(positions), 1, positions=tuple(positions))], 1))
    assert seen is not None
    return [round(100 * weight, 10) for weight in seen.tolist()]


# Marketo Measure, "Marketo Measure Attribution Models": Kate comes by an advertisement; Austin fills a form after a LinkedIn post; Hillary
# one after a search; Austin registers for a webinar after a mail; Hillary's visit to the pricing page comes last before the opportunity.
TO_OPPORTUNITY = [FT, LC | E, E, E, OC]
# ... then Elizabeth attends a conference, Kate downloads a case study, Elizabeth comes to dinner and buys.
TO_CLOSE = [*TO_OPPORTUNITY, E, E, CW | E]


@pytest.mark.parametrize(
    ("model", "positions", "percent"),
    [
        (UShapedMilestones(), TO_OPPORTUNITY, [50, 50, 0, 0, 0]),
        (WShaped(), TO_OPPORTUNITY, [30, 30, 5, 5, 30]),
        (WShaped(), TO_CLOSE, [30, 30, 5, 5, 30, 0, 0, 0]),
        (FullPath(), TO_CLOSE, [22.5, 22.5, 2.5, 2.5, 22.5, 2.5, 2.5, 22.5]),
        (UShapedMilestones("hubspot"), TO_CLOSE, [40, 40, *[20 / 6] * 6]),
        (WShaped("hubspot"), TO_CLOSE, [30, 30, 2, 2, 30, 2, 2, 2]),
        (WShaped("dreamdata"), TO_CLOSE, [30, 15, 2.5, 2.5, 15, 2.5, 2.5, 30]),
    ],
    ids=repr,
)
def test_kate_austin_hillary_and_elizabeth(model: Model, positions: list[int], percent: list[float]) -> None:
    assert weights(model, positions) == pytest.approx(percent)


def test_persons_a_and_b() -> None:
    """Marketo Measure, "Explanation of Touchpoint Positions": two people of an opportunity created on 7 March, won on 6 May 2020."""
    touches = (
        ("Paid Social.Facebook", FT),  # B, 26 August 2019: the account's first touch
        ("Paid Search.AdWords", 0),  # A's own first touch, 1 September: a visit that opens nothing for the account
        ("Organic Search.Google", LC | E),  # A's form, 20 November: the account's lead
        ("Organic Search.Yahoo", E),  # B's form, 20 February: the account was a lead already
        ("Webinar", OC | E),  # A, 4 March: the latest before 7 March
        ("Email", CW | E),  # B, 1 May: the latest before 6 May
    )
    row = Row(tuple(range(6)), 1, 10_000, positions=tuple(held for _, held in touches))
    credit = {name: dict(zip((name for name, _ in touches), values, strict=True)) for name, values in credited(row).items()}
    assert credit == {
        "w_shaped": {
            "Paid Social.Facebook": 3000,
            "Paid Search.AdWords": 0,
            "Organic Search.Google": 3000,
            "Organic Search.Yahoo": 1000,
            "Webinar": 3000,
            "Email": 0,
        },
        "full_path": {
            "Paid Social.Facebook": 2250,
            "Paid Search.AdWords": 0,
            "Organic Search.Google": 2250,
            "Organic Search.Yahoo": 1000,
            "Webinar": 2250,
            "Email": 2250,
        },
    }


def credited(row: Row) -> dict[str, list[float]]:
    return {model.name: model.credit(paths_of([row], len(row.path))).value.round(9).tolist() for model in (WShaped(), FullPath())}


@pytest.mark.parametrize(
    ("model", "positions", "percent"),
    [
        # "If an Opportunity has no dedicated middle touches, the percentage is evenly distributed among other positions."
        (WShaped(), [FT, LC, OC], [100 / 3] * 3),
        (FullPath(), [FT, LC, OC, CW], [25] * 4),
        # A mere visit is no middle touch, and what came after the opportunity is not between the milestones.
        (WShaped(), [FT, 0, LC, OC, E], [100 / 3, 0, 100 / 3, 100 / 3, 0]),
        # One touch that holds several positions adds their weights up.
        (WShaped(), [FT | LC | OC], [100]),
        (WShaped(), [FT | LC, E, OC], [60, 10, 30]),
        (FullPath(), [FT, LC | OC | CW], [25, 75]),
        # A missing milestone: the others keep their proportions.
        (WShaped(), [FT, E, OC], [300 / 7, 100 / 7, 300 / 7]),
        (WShaped(), [FT, E, E], [100, 0, 0]),
        (UShapedMilestones(), [FT, E, CW], [100, 0, 0]),
        (UShapedMilestones("hubspot"), [FT, 0, 0], [200 / 3, 50 / 3, 50 / 3]),
        (FullPath("hubspot"), [FT, 0, LC], [22.5 / 0.55, 10 / 0.55, 22.5 / 0.55]),
        (WShaped("dreamdata"), [FT, 0, E], [300 / 7, 100 / 7, 300 / 7]),
        (WShaped("dreamdata"), [FT | LC | CW], [100]),
        # Nothing is known of any touch: all alike, rather than none.
        (WShaped(), [E, 0, CW, 0], [25] * 4),
        (UShapedMilestones(), [OC, CW], [50, 50]),
        (FullPath("hubspot"), [0, E], [50, 50]),
    ],
    ids=repr,
)
def test_positions_that_fall_together_or_are_missing(model: Model, positions: list[int], percent: list[float]) -> None:
    assert weights(model, positions) == pytest.approx(percent)


def spelled_out(model: str, convention: str, positions: Sequence[int]) -> list[Fraction]:
    """Follow a vendor's sentences touch by touch."""
    n = len(positions)
    got = [Fraction(0)] * n

    def touches_with(*bits: int) -> list[int]:
        return [step for step in range(n) if any(positions[step] & bit for bit in bits)]

    if convention == "dreamdata":
        groups = [(touches_with(FT), 30), ([n - 1], 30), (touches_with(LC, OC), 30)]
        middle_part = 10
    else:
        wanted = {"u_shaped_milestones": (FT, LC), "w_shaped": (FT, LC, OC), "full_path": (FT, LC, OC, CW)}[model]
        each = {"u_shaped_milestones": 50 if convention == "marketo" else 40, "w_shaped": 30, "full_path": Fraction(45, 2)}[model]
        groups = [(touches_with(bit), each) for bit in wanted]
        middle_part = {"u_shaped_milestones": 0 if convention == "marketo" else 20, "w_shaped": 10, "full_path": 10}[model]
    taken = set()
    for holders, part in groups:
        for step in holders:
            got[step] += Fraction(part) / len(holders)
            taken.add(step)
    middle = []
    for step in range(n):
        if step in taken:
            continue
        if convention == "marketo":
            if not positions[step] & E:
                continue
            if not any(other < step for other in taken) or not any(other > step for other in taken):
                continue
        middle.append(step)
    for step in middle:
        got[step] += Fraction(middle_part) / len(middle)
    whole = sum(got)
    return [part / whole for part in got] if whole else [Fraction(1, n)] * n


@given(rows=journeys(signed=True))
def test_equals_the_vendors_sentences(rows: list[Row]) -> None:
    for model in EVERY:
        note(f"model: {model}")
        conversions, value = np.zeros(N_CHANNELS), np.zeros(N_CHANNELS)
        for row in rows:
            shares = spelled_out(model.name, model.convention, row.positions or ())  # type: ignore[attr-defined]
            for code, share in zip(row.path, shares, strict=True):
                conversions[code] += float(share) * row.conversions
                value[code] += float(share) * row.value
        credits = model.credit(paths_of(rows, N_CHANNELS))
        assert credits.conversions == pytest.approx(conversions, rel=1e-12, abs=1e-12)
        assert credits.value == pytest.approx(value, rel=1e-12, abs=1e-10)


@given(rows=journeys())
def test_conversions_without_a_milestone_are_counted(rows: list[Row]) -> None:
    counted = dict.fromkeys(("first_touch", "lead", "opportunity", "close"), 0.0)
    for row in rows:
        for name, bit in (("first_touch", FT), ("lead", LC), ("opportunity", OC), ("close", CW)):
            if not any(held & bit for held in row.positions or ()):
                counted[name] += row.conversions
    assert without_milestone(paths_of(rows, N_CHANNELS)) == counted


@pytest.mark.parametrize("model", [UShapedMilestones(), WShaped(), FullPath()], ids=repr)
def test_a_file_of_paths_carries_no_milestones(model: Model) -> None:
    paths = paths_of([Row((0,), 1)], 1)
    object.__setattr__(paths, "positions", None)
    with pytest.raises(DataError) as error:
        model.credit(paths)
    assert str(error.value) == (
        f"{model.name} needs to know which touch led to which stage, and a file of aggregated paths carries no milestones; leave "
        f"{model.name} out, or import the touches and the stages into a workspace"
    )


@pytest.mark.parametrize(
    ("model", "convention", "message"),
    [
        (
            WShaped,
            "ga4",
            "the convention 'ga4' does not say how w_shaped weighs; marketo, hubspot, dreamdata do. Of ga4 are known: first, "
            "last_non_direct, linear, u_shaped, time_decay",
        ),
        (
            FullPath,
            "Dreamdata",
            "the convention 'dreamdata' does not say how full_path weighs; marketo, hubspot do. Of dreamdata are known: first, last, "
            "linear, u_shaped, w_shaped",
        ),
        (
            WShaped,
            "bizible",
            "there is no convention 'bizible'; there are: marketo, hubspot, dreamdata, adobe, amplitude, ga4",
        ),
    ],
)
def test_a_convention_that_says_nothing_of_a_model_is_refused(model: type[WShaped | FullPath], convention: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        model(convention)
    assert str(error.value) == message


@pytest.mark.parametrize("convention", CONVENTIONS, ids=lambda convention: convention.name)
def test_a_convention_is_whole(convention: Convention) -> None:
    """Its models exist, all it tells of is among them, its weights make 100, and its parameters are the models' own."""
    assert "{date}" in convention.rules
    assert [find_model(name).name for name in convention.models] == list(convention.models)
    assert {*convention.milestones, *convention.parameters} <= set(convention.models)
    for rule in convention.milestones.values():
        assert sum(part for _, part in rule.positions) + rule.middle == 100
    for name in convention.models:
        check_told(convention, name)
    for name, parameters in convention.parameters.items():
        needed = {"first": 1.0, "middle": 1.0, "last": 1.0} if name == "custom" else {}
        assert find_model(name)(**needed | dict(parameters)).name == name  # type: ignore[call-arg]


def test_the_option_knows_every_convention() -> None:
    assert tuple(convention.name for convention in CONVENTIONS) == CONVENTION_NAMES


def test_models_by_milestone_are_marketo_s_unless_said_otherwise() -> None:
    models = [model for model in MODELS if needs_milestones(model)]
    assert [model.name for model in models] == ["u_shaped_milestones", "w_shaped", "full_path"]
    assert {find_convention(model().convention).stated for model in models} == {"marketo (2026-11)"}  # type: ignore[call-arg, attr-defined]
