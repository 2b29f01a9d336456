"""Who takes part: eligible, invited, enrolled and sharing, each counted in the period it is said of; and how alike the posts are."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reports.report import Chart, Report, Text
from social.anonymity import withheld
from social.cuts import cut
from social.groups import NO_TEAM, check_team, members, small_teams, teams_note, withheld_note
from social.posts import posts
from social.scope import Advocate, Scope, roster
from workspace.errors import DataError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("programme", "team", "network", "month")
ALIKE = 90.0
"""From this similarity on (rapidfuzz's ratio, of 100) a text is a near-copy of another."""
SPANS, SPAN_DAYS, LEAST_SPANS = 3, 30, 2
"""Who posts in two of the last three spans of thirty days keeps sharing."""
ALL = "(all)"


def report(workspace: Workspace, scope: Scope, by: str) -> Report:
    """Report who takes part.

    Parameters
    ----------
    workspace : Workspace
    scope : Scope
    by : {"programme", "team", "network", "month"}

    Raises
    ------
    DataError
        There are no advocates.
    UsageError
        The team is too small.

    Notes
    -----
    Adoption is enrolled / eligible, activation sharing / enrolled. Everybody counts who was eligible, invited or enrolled on any day of
    the period, whoever is today; sharing are those of the enrolled who posted an original or a repost in it.
    """
    people = roster(workspace, scope)
    smallest = workspace.settings.social.smallest_group
    if not people:
        raise DataError("There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'")
    check_team(workspace, scope)
    # Earlier posts too, and those elsewhere: whether somebody keeps sharing is seen before the period, and so is what a text is a copy of.
    everything = posts(workspace, Scope(until=scope.until), pages=True)
    texts = [*workspace.settings.social.company_texts, *everything[everything["advocate"].isna()]["text"].dropna()]
    published = everything[everything["advocate"].notna() & everything["kind"].isin(["original", "repost"])]
    published = published.assign(copied=copied(list(zip(published["advocate"], published["text"], strict=True)), texts))
    if scope.network:
        published = published[published["network"].str.casefold() == scope.network]
    last = scope.until or max(published["day"], default=None)
    rows = [{by: name} | _figures(some, shared, period, last) for name, some, shared, period in _groups(people, published, scope, by)]
    hidden: set[object] = set(_too_small(rows, smallest)) if by == "team" else set()
    frame = _frame([row for row in rows if row[by] not in hidden], by)
    inside = published[within(published, scope.since, scope.until)]
    unshown = hidden if by == "team" else _cells_hidden(workspace, scope, by, inside)
    figures = _mask(frame, rows, unshown, _team_told(workspace, scope, by, inside), smallest)
    title = Text("Who takes part in employee advocacy")
    strangers = int((~inside["advocate"].isin([one.advocate for one in roster(workspace, Scope())])).sum())
    notes = [
        Text("Adoption: enrolled of those eligible. Activation: of the enrolled, those who posted. Both with who was there in the period."),
        Text(
            "Near-copies: texts at least {alike:g} % like one of the company's, or like an earlier post of another advocate.", alike=ALIKE
        ),
        Text(
            "Stickiness: of those enrolled in at least {least} of the last {spans} spans of {days} days, up to the period's end or the "
            "last post, the share who posted in at least {least} of them.",
            least=LEAST_SPANS,
            spans=SPANS,
            days=SPAN_DAYS,
        ),
        *teams_note(len(hidden), smallest),
        *withheld_note(0, smallest, figures),
    ]
    if strangers:
        notes.append(
            Text(
                "{count} {count:post is of an advocate who is|posts are of advocates who are} not on the list; import them (smarketing "
                "import csv FILE --as advocates).",
                count=strangers,
            )
        )
    chart = Chart("line" if by == "month" else "bar", by, ("eligible", "enrolled", "sharing"), title)
    meta = {**scope.meta, "by": by, "cohort_rule": "published in the period", "company_texts": len(texts)}
    return Report("social_participation", title, frame, tuple(notes), meta, charts=(chart,))


def _too_small(rows: Sequence[dict[str, Any]], smallest: float) -> set[str]:
    """Name the teams to withhold: by who was enrolled in the period, and by who was eligible and may not have enrolled."""
    return set().union(*(withheld({row["team"]: row[count] for row in rows}, smallest) for count in ("enrolled", "eligible")))


OF_SHARING = {"posts": "sharing", "originals": "sharing", "reposts": "sharing", "near_copies": "writing"}
"""Figures of posts, and how many advocates they are of."""


def _team_told(workspace: Workspace, scope: Scope, by: str, published: pd.DataFrame) -> bool | None:
    """Say whether a team is told of by itself (None where rows are no cut of one), and then whether enough of it posted."""
    if scope.team is None and by != "team":
        return None
    everyone = roster(workspace, Scope())
    sharing = members(everyone, (scope.since, scope.until)) & set(published["advocate"])
    few = small_teams(everyone, workspace.settings.social.smallest_group, sharing)
    return scope.team is None or not few & {one.team for one in roster(workspace, scope)}


def _cells_hidden(workspace: Workspace, scope: Scope, by: str, published: pd.DataFrame) -> set[object]:
    """Name the networks or months of a team by itself that too few posted in, beside all other teams."""
    if scope.team is None or by not in ("network", "month"):
        return set()
    rows = published.assign(month=[day.replace(day=1) for day in published["day"]])
    found = cut(rows, by, roster(workspace, Scope()), workspace.settings.social.smallest_group, scope.team)
    return {value for team, value in found.hidden if team == found.team}


def _mask(frame: pd.DataFrame, rows: Sequence[dict[str, Any]], hidden: Collection[object], told: bool | None, smallest: float) -> int:
    """Leave the figures of posts unknown that are of too few; people are counted all the same. Say how many were known."""
    by, count = frame.columns[0], 0
    for figure, of in OF_SHARING.items() if told is not None else ():
        few = withheld({row[by]: row[of] for row in rows}, smallest, hidden) if told else {row[by] for row in rows}
        gone = frame[by].isin(list(few))
        count += int(frame.loc[gone, figure].notna().sum())
        frame[figure] = frame[figure].astype(float).mask(gone)
    return count


def _frame(rows: Sequence[dict[str, Any]], by: str) -> pd.DataFrame:
    import pandas as pd

    counts = ["eligible", "invited", "enrolled", "sharing", "posts", "originals", "reposts", "copies", "texts", "sticky", "could_be_sticky"]
    frame = pd.DataFrame(rows, columns=[by, *counts])
    for name, part, whole in (
        ("adoption", "enrolled", "eligible"),
        ("activation", "sharing", "enrolled"),
        ("stickiness", "sticky", "could_be_sticky"),
        ("near_copies", "copies", "texts"),
    ):
        frame[name] = (frame[part] / frame[whole]).where(frame[whole] > 0)
    rates = ["adoption", "activation", "stickiness"]
    return frame[[by, "eligible", "invited", "enrolled", "sharing", *rates, "posts", "originals", "reposts", "near_copies"]]


def _groups(
    people: list[Advocate], published: pd.DataFrame, scope: Scope, by: str
) -> Iterable[tuple[str | dt.date, list[Advocate], pd.DataFrame, tuple[dt.date | None, dt.date | None]]]:
    """Cut the advocates and their posts: name, advocates, posts until the period's end, period."""
    period = scope.since, scope.until
    ours = published[published["advocate"].isin([one.advocate for one in people])]
    if by == "programme":
        yield ALL, people, ours, period
    elif by == "team":
        for team in sorted({one.team or NO_TEAM for one in people}):
            members = [one for one in people if (one.team or NO_TEAM) == team]
            yield team, members, ours[ours["advocate"].isin([one.advocate for one in members])], period
    elif by == "network":
        for network, some in ours[ours["network"].isin(ours["network"][within(ours, *period)])].groupby("network"):
            yield str(network), people, some, period
    else:
        for first, last in months(ours["day"][within(ours, scope.since, scope.until)], scope):
            yield first.replace(day=1), people, ours[ours["day"] <= last], (first, last)


def within(published: pd.DataFrame, since: dt.date | None, until: dt.date | None) -> pd.Series:
    """Tell which posts are of a period."""
    return published["day"].map(lambda day: (since is None or day >= since) and (until is None or day <= until)).astype(bool)


def stickiness(people: Sequence[Advocate], shared: Sequence[tuple[str, dt.date]], last: dt.date | None) -> tuple[int, int]:
    """Count who keeps sharing, and who could.

    Parameters
    ----------
    people : sequence of Advocate
    shared : sequence of (str, date)
        Who posted, and when.
    last : date or None
        The last day of the last span; None where nothing was ever posted.

    Returns
    -------
    sticky, possible : int
        Those who posted in `LEAST_SPANS` of the last `SPANS` spans of `SPAN_DAYS` days while enrolled, of those enrolled in as many.

    Examples
    --------
    >>> day = dt.date(2026, 6, 30)
    >>> both = [Advocate("A1", since=dt.date(2026, 1, 1)), Advocate("A2", since=dt.date(2026, 6, 15))]
    >>> stickiness(both, [("A1", day), ("A1", dt.date(2026, 5, 10)), ("A2", day)], day)
    (1, 1)
    """
    if last is None:
        return 0, 0
    ends = [last - dt.timedelta(days=SPAN_DAYS * place) for place in range(SPANS)]
    spans = [(end - dt.timedelta(days=SPAN_DAYS - 1), end) for end in ends]
    posted = {(advocate, (last - day).days // SPAN_DAYS) for advocate, day in shared if day <= last}
    sticky = possible = 0
    for one in people:
        mine = [place for place, span in enumerate(spans) if one.enrolled(*span)]
        if len(mine) >= LEAST_SPANS:
            possible += 1
            sticky += sum((one.advocate, place) in posted for place in mine) >= LEAST_SPANS
    return sticky, possible


def months(days: Iterable[dt.date], scope: Scope) -> list[tuple[dt.date, dt.date]]:
    """List the months of a period, each from its first to its last day; without bounds, those between the first and the last of some days.

    Examples
    --------
    >>> months([dt.date(2026, 1, 30), dt.date(2026, 2, 3)], Scope())
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31)), (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))]
    """
    known = list(days)
    first, last = scope.since or min(known, default=None), scope.until or max(known, default=None)
    if first is None or last is None:
        return []
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    begins = [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]
    ends = [day.replace(day=calendar.monthrange(day.year, day.month)[1]) for day in begins]
    since, until = scope.since or dt.date.min, scope.until or dt.date.max
    return [(max(begin, since), min(end, until)) for begin, end in zip(begins, ends, strict=True)]


def _figures(
    people: list[Advocate],
    published: pd.DataFrame,
    period: tuple[dt.date | None, dt.date | None],
    last: dt.date | None,
) -> dict[str, Any]:
    since, until = period

    def by_then(day: dt.date | None) -> bool:
        return day is not None and (until is None or day <= until)

    def there(one: Advocate) -> bool:
        return one.until is None or since is None or one.until >= since

    enrolled = {one.advocate for one in people if one.enrolled(since, until)}
    # Who enrolled was eligible, whatever the list says of that; so was who was invited.
    eligible = {one.advocate for one in people if there(one) and (by_then(one.eligible_since) or by_then(one.invited_on))} | enrolled
    invited = {one.advocate for one in people if there(one) and by_then(one.invited_on)}
    there_then = [one for one in people if one.advocate in enrolled]
    sticky, possible = stickiness(there_then, list(zip(published["advocate"], published["day"], strict=True)), until or last)
    shared = published[published["advocate"].isin(list(enrolled)) & within(published, since, until)]
    written = shared.dropna(subset="text")
    return {
        "eligible": len(eligible),
        "invited": len(invited) if any(one.invited_on for one in people) else None,
        "enrolled": len(enrolled),
        "sharing": shared["advocate"].nunique(),
        "posts": len(shared),
        "originals": int((shared["kind"] == "original").sum()),
        "reposts": int((shared["kind"] == "repost").sum()),
        "sticky": sticky,
        "could_be_sticky": possible,
        "texts": len(written),
        "writing": written["advocate"].nunique(),
        "copies": int(written["copied"].sum()),
    }


def copied(written: Sequence[tuple[str, str | None]], texts: Sequence[str]) -> list[bool]:
    """Tell which texts are near-copies of one of the company's, or of an earlier one of another advocate.

    Parameters
    ----------
    written : sequence of (str, str or None)
        Advocates and their texts, by time; what is not known is no copy.
    texts : sequence of str
        The company's.

    Notes
    -----
    Similarity is the normalised indel distance of the lower-cased texts without their links, rapidfuzz's `fuzz.ratio`. Distinct texts are
    compared with distinct texts: O(n^2) in these, about ten million pairs a second.

    Examples
    --------
    >>> copied([("A1", "Read our paper!"), ("A2", "read our paper"), ("A3", "What I learnt from ten audits")], ["Nothing alike"])
    [False, True, False]
    """
    import re

    from rapidfuzz import fuzz, process

    def plain(text: str) -> str:
        return " ".join(re.sub(r"https?://\S+", " ", text).casefold().split())

    company = sorted({plain(text) for text in texts} - {""})
    first: dict[str, str] = {}
    found = []
    for advocate, text in ((advocate, plain(text) if isinstance(text, str) else "") for advocate, text in written):
        if not text:
            found.append(False)
            continue
        others = [known for known, author in first.items() if author != advocate]
        alike = process.extractOne(text, company, scorer=fuzz.ratio, score_cutoff=ALIKE) or process.extractOne(
            text, others, scorer=fuzz.ratio, score_cutoff=ALIKE
        )
        found.append(alike is not None)
        first.setdefault(text, advocate)
    return found
