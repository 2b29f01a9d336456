"""What a reader must know of cost and return: what is on one side only, what is missing, and what a ratio is not."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attribution.credit_report import UNATTRIBUTED
from attribution.naming import NONE
from attribution.question import Question
from attribution.returns import TOUCH, Returns, columns_of, stages_without_currency
from attribution.spending import NOT_SET
from reports.identifiers import WORDS
from reports.report import Text

if TYPE_CHECKING:
    import pandas as pd

FEW = 5
"""So many names are listed in a sentence; the table has them all."""
APART = dt.timedelta(days=31)
"""Spend and conversions that begin or end so far apart are not of the same period."""


def notes_of(returns: Returns, frame: pd.DataFrame, question: Question) -> tuple[Text, ...]:
    """Say it all, what matters most first."""
    return (
        *_reading(returns, question),
        *_sides(returns, frame, question.by),
        *_spend(returns),
        *_missing(returns),
        *returns.notes,
        *_pipeline(returns),
    )


def listed(names: Iterable[str], words: bool = False) -> Text:
    """List a few names, and how many more there are.

    Parameters
    ----------
    names : iterable of str
    words : bool
        They are channels or families, which readers see in their language.

    Examples
    --------
    >>> str(listed("abcdefg")), str(listed(["ads", "{x}"], words=True))
    ('a, b, c, d, e + 2', 'Ads, {x}')
    """
    every = list(names)
    shown = {f"name_{place}": _word(name) if words else name for place, name in enumerate(every[:FEW])}
    template = ", ".join(f"{{{place}}}" for place in shown)
    return Text(template + " + {more}", more=len(every) - FEW, **shown) if len(every) > FEW else Text(template, **shown)


def _word(name: str) -> Text | str:
    # A template with braces would be filled in.
    return name if "{" in name or "}" in name else Text(WORDS.get(name, name))


def _reading(returns: Returns, question: Question) -> list[Text]:
    notes = []
    if returns.dated == TOUCH:
        notes.append(
            Text(
                "By touch date: what the touches of the period are credited with, whenever their conversions closed, over what was spent "
                "in it. Conversions are known until {latest}; later ones may still bring credit to touches after {young}.",
                latest=returns.latest,
                young=returns.latest - dt.timedelta(days=returns.lookback_days),
            )
        )
    else:
        notes.append(
            Text(
                "By close date: what is credited with the conversions of the period, over what was spent in it. Deals may owe to earlier "
                "spend, and late spend to deals that have not closed; --date touch looks at it from the other side."
            )
        )
    notes.append(Text("Credit splits the conversions that were observed. It shows what went along with them, not what caused them."))
    notes.append(Text("The cost is what was imported as spend and nothing else: no salaries, no cost of sales."))
    notes.append(
        Text(
            "The interval of the cost of one '{goal}' is what chance alone would explain (95 %, Poisson, on the credited conversions); "
            "less than one credited conversion sets no upper limit.",
            goal=returns.goal,
        )
    )
    if any(not model.conserves for model in returns.models):
        notes.append(
            Text("Participation counts a conversion once for every channel of its journey, so its figures add up to more than there were.")
        )
    return notes


def _sides(returns: Returns, frame: pd.DataFrame, by: str) -> list[Text]:
    """Name what has cost and no credit, and what has credit and no cost."""
    parts = returns.spending.parts
    unnamed = set(parts.loc[~parts["named"], "name"])
    rows = frame[frame["model"] == returns.models[0].name] if "model" in frame else frame
    rows = rows.iloc[:-1]  # without the total
    counts = [columns_of(goal)[0] for goal in returns.stages]
    paid, credited = rows["spend"].fillna(0) != 0, (rows[counts] > 0).any(axis=1)
    words, notes = by in ("channel", "family"), []
    names = [name for name in rows.loc[paid & ~credited, by] if name not in unnamed]
    strange = [name for name in names if name not in returns.touched]
    if strange:
        notes.append(
            Text(
                "Spend and not one touch: what it brought cannot be known, so it has no credit and no return here; check spelling and "
                "tagging ({count}): {names}",
                count=len(strange),
                names=listed(_with_nearest(strange, returns.touched - set(parts["name"])), words),
            )
        )
    if idle := [name for name in names if name in returns.touched]:
        notes.append(Text("Spend and touches, and no credit ({count}): {names}", count=len(idle), names=listed(idle, words)))
    free = [name for name in rows.loc[~paid & credited, by] if name not in {*unnamed, UNATTRIBUTED, NONE, NOT_SET}]
    if free:
        notes.append(
            Text(
                "Credit and no spend; what they cost is not known here, which is not a cost of 0 ({count}): {names}",
                count=len(free),
                names=listed(free, words),
            )
        )
    return notes


def _with_nearest(names: Sequence[str], others: Iterable[str]) -> list[str]:
    """Add to each name the one among the others that is probably the same, written otherwise."""
    folded = {_fold(other): other for other in sorted(others)}
    found = []
    for name in names[:FEW]:
        near = difflib.get_close_matches(_fold(name), folded, n=1, cutoff=0.85)
        found.append(f"{name} (≈ {folded[near[0]]})" if near else name)
    return [*found, *names[FEW:]]


def _fold(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _spend(returns: Returns) -> list[Text]:
    spending, currency = returns.spending, returns.currency
    parts, notes = spending.parts, []
    unnamed = parts[~parts["named"]]
    if len(unnamed):
        where = sorted(set(unnamed["channel"]) - set(unnamed["name"]))
        notes.append(
            Text(
                "{amount:,.2f} {currency} of spend bear no name in this table. They stand in the row '{name}', without a ratio: what is "
                "credited there is not what they paid for. Their channels: {channels}",
                amount=float(unnamed["spend"].sum()),
                currency=currency,
                name=Text(WORDS[unnamed["name"].iloc[0]]),
                channels=listed(where or ["?"], words=True),
            )
        )
    guessed = parts[parts["guessed"] & (parts["family"] != "ads")]
    if len(guessed):
        notes.append(
            Text(
                "Spend on {sources} names no medium and no channel, so the rules took it for {channels}; if it paid for ads, import it "
                "with a medium (cpc) or a channel.",
                sources=listed(sorted(set(guessed["source"]))),
                channels=listed(sorted(set(guessed["channel"])), words=True),
            )
        )
    if spending.negative_rows:
        notes.append(
            Text(
                "{count} of {total} rows of spend are below 0 (credit notes): {amount:,.2f} {currency}. They are subtracted.",
                count=spending.negative_rows,
                total=spending.rows,
                amount=spending.negative,
                currency=currency,
            )
        )
    if spending.total <= 0:
        notes.append(Text("In all, nothing was spent in the period, so there is no return on it."))
    if spending.respelt:
        notes.append(
            Text(
                "Names of spend that differ from those of touches in capitals alone were taken for the same ({count}): {names}",
                count=len(spending.respelt),
                names=listed(f"{name} = {meant}" for name, meant in sorted(spending.respelt.items())),
            )
        )
    for code, amount in spending.left_out.items():
        notes.append(Text("{amount:,.2f} {currency} of spend were left out.", amount=amount, currency=code))
    if spending.left_out and (foreign := stages_without_currency(returns)):
        notes.append(
            Text(
                "No conversion of these stages has a value, so none has a currency, and they may come of the spend that was left out: "
                "{stages}. What one costs is therefore not shown.",
                stages=", ".join(goal for goal in returns.stages if goal in foreign),
            )
        )
    for goal, stage in returns.stages.items():
        if spending.left_out and 0 < stage.valued < stage.conversions:
            notes.append(
                Text(
                    "{count} {count:conversion|conversions} of '{goal}' {count:has no value and so no currency; it counts|have "
                    "no value and so no currency; all of them count}, though spend was left out.",
                    count=stage.conversions - stage.valued,
                    goal=goal,
                )
            )
    for code, count in returns.left_out.items():
        notes.append(
            Text("{count} {count:conversion|conversions} valued in {currency} {count:was|were} left out.", count=count, currency=code)
        )
    return notes


def _missing(returns: Returns) -> list[Text]:
    stage, notes = returns.stages[returns.goal], []
    if returns.missing:
        notes.append(Text("The data hold no conversions of: {stages}; they have no columns.", stages=", ".join(returns.missing)))
    none = [goal for goal, one in returns.stages.items() if not one.conversions]
    if none:
        notes.append(Text("In this period there were no conversions of: {stages}", stages=", ".join(none)))
    if stage.conversions and not stage.valued:
        notes.append(Text("No value is known of any '{goal}' in the period, so there is no return in money.", goal=returns.goal))
    if returns.dated == TOUCH:
        return notes
    spending = returns.spending
    if spending.first - returns.first > APART or returns.last - spending.last > APART:
        notes.append(
            Text(
                "Spend is known from {spend_first} to {spend_last}, conversions from {first} to {last}: where one of them is missing the "
                "ratios are wrong. Choose a period that both cover with --since and --until.",
                spend_first=spending.first,
                spend_last=spending.last,
                first=returns.first,
                last=returns.last,
            )
        )
    return notes


def _pipeline(returns: Returns) -> list[Text]:
    if returns.pipeline is None or not returns.pipeline.conversions:
        return []
    if not returns.pipeline.valued:
        return [Text("No value is known of any open opportunity, so no pipeline is shown.")]
    if returns.dated == TOUCH:
        of = Text(
            "Unrealised pipeline is what the touches of the period are credited with of opportunities that are neither won nor lost to "
            "this day."
        )
    else:
        of = Text(
            "Unrealised pipeline is the credited value of those {count} opportunities of the period that were neither won nor lost at its "
            "end.",
            count=returns.pipeline.conversions,
        )
    rule = Text(
        "A later 'won' or 'lost' of the same name closes an opportunity. Of those without a name, a closing belongs to the latest that is "
        "open of its person, else of its account. The pipeline is not weighted by the odds of winning."
    )
    return [of, rule]
