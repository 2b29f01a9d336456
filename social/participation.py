"""Who takes part: eligible, invited, enrolled and sharing, each counted in the period it is said of; and how alike the posts are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from reports.report import Chart, Report, Text
from social.groups import NO_TEAM, check_team, small_teams, withheld_note
from social.posts import posts
from social.scope import Advocate, Scope, roster
from workspace.errors import UsageError
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

CUTS = ("programme", "team", "network", "month")
ALIKE = 90.0
"""From this similarity on (rapidfuzz's ratio, of 100) a text is a near-copy of another."""
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
    UsageError
        There are no advocates, or the team is too small.

    Notes
    -----
    Adoption is enrolled / eligible, activation sharing / enrolled. Everybody counts who was eligible, invited or enrolled on any day of
    the period, whoever is today; sharing are those of the enrolled who posted an original or a repost in it.
    """
    people = roster(workspace, scope)
    smallest = workspace.settings.social.smallest_group
    if not people:
        raise UsageError("There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'")
    check_team(scope.team, people, smallest)
    everything = posts(workspace, Scope(network=scope.network, since=scope.since, until=scope.until), pages=True)
    texts = [*workspace.settings.social.company_texts, *everything[everything["advocate"].isna()]["text"].dropna()]
    published = everything[everything["advocate"].notna() & everything["kind"].isin(["original", "repost"])]
    hidden = small_teams(people, smallest) if by == "team" else set()
    rows = [
        {by: name} | _figures(some, shared, period, texts)
        for name, some, shared, period in _groups(people, published, scope, by)
        if name not in hidden
    ]
    frame = _frame(rows, by)
    title = Text("Who takes part in employee advocacy")
    strangers = int((~published["advocate"].isin([one.advocate for one in roster(workspace, Scope())])).sum())
    notes = [
        Text("Adoption: enrolled of those eligible. Activation: of the enrolled, those who posted. Both with who was there in the period."),
        Text(
            "Near-copies: texts at least {alike:g} % like one of the company's, or like an earlier post of another advocate.", alike=ALIKE
        ),
        *withheld_note(len(hidden), smallest),
    ]
    if strangers:
        notes.append(
            Text(
                "{count} posts are of advocates who are not on the list; import them (smarketing import csv FILE --as advocates).",
                count=strangers,
            )
        )
    chart = Chart("line" if by == "month" else "bar", by, ("eligible", "enrolled", "sharing"), title)
    meta = {**scope.meta, "by": by, "cohort_rule": "published in the period", "company_texts": len(texts)}
    return Report("social_participation", title, frame, tuple(notes), meta, charts=(chart,))


def _frame(rows: Sequence[dict[str, Any]], by: str) -> pd.DataFrame:
    import pandas as pd

    counts = ["eligible", "invited", "enrolled", "sharing", "posts", "originals", "reposts", "copies", "texts"]
    frame = pd.DataFrame(rows, columns=[by, *counts])
    for name, part, whole in (
        ("adoption", "enrolled", "eligible"),
        ("activation", "sharing", "enrolled"),
        ("near_copies", "copies", "texts"),
    ):
        frame[name] = (frame[part] / frame[whole]).where(frame[whole] > 0)
    figures = ["eligible", "invited", "enrolled", "sharing", "adoption", "activation", "posts", "originals", "reposts", "near_copies"]
    return frame[[by, *figures]]


def _groups(
    people: list[Advocate], published: pd.DataFrame, scope: Scope, by: str
) -> Iterable[tuple[str | dt.date, list[Advocate], pd.DataFrame, tuple[dt.date | None, dt.date | None]]]:
    """Cut the advocates and their posts: name, advocates, posts, period."""
    period = scope.since, scope.until
    ours = published[published["advocate"].isin([one.advocate for one in people])]
    if by == "programme":
        yield ALL, people, ours, period
    elif by == "team":
        for team in sorted({one.team or NO_TEAM for one in people}):
            members = [one for one in people if (one.team or NO_TEAM) == team]
            yield team, members, ours[ours["advocate"].isin([one.advocate for one in members])], period
    elif by == "network":
        for network, some in ours.groupby("network"):
            yield str(network), people, some, period
    else:
        for first, last in months(ours["day"], scope):
            yield first.replace(day=1), people, ours[(ours["day"] >= first) & (ours["day"] <= last)], (first, last)


def months(days: Iterable[dt.date], scope: Scope) -> list[tuple[dt.date, dt.date]]:
    """List the months of a period, each from its first to its last day; without bounds, those between the first and the last of some days.

    Examples
    --------
    >>> months([dt.date(2026, 1, 30), dt.date(2026, 2, 3)], Scope())
    [(datetime.date(2026, 1, 1), datetime.date(2026, 1, 31)), (datetime.date(2026, 2, 1), datetime.date(2026, 2, 28))]
    """
    known = list(days)
    first, last = scope.since or min(known, default=None), scope.until or max(known, default=None)
    found: list[tuple[dt.date, dt.date]] = []
    if first is None or last is None:
        return found
    begins = first.replace(day=1)
    while begins <= last:
        following = (begins + dt.timedelta(days=32)).replace(day=1)
        found.append((max(begins, scope.since or begins), min(following - dt.timedelta(days=1), scope.until or dt.date.max)))
        begins = following
    return found


def _figures(
    people: list[Advocate], published: pd.DataFrame, period: tuple[dt.date | None, dt.date | None], texts: Sequence[str]
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
    shared = published[published["advocate"].isin(list(enrolled))]
    written = shared.dropna(subset="text")
    return {
        "eligible": len(eligible),
        "invited": len(invited) if any(one.invited_on for one in people) else None,
        "enrolled": len(enrolled),
        "sharing": shared["advocate"].nunique(),
        "posts": len(shared),
        "originals": int((shared["kind"] == "original").sum()),
        "reposts": int((shared["kind"] == "repost").sum()),
        "texts": len(written),
        "copies": copies(list(zip(written["advocate"], written["text"], strict=True)), texts),
    }


def copies(written: Sequence[tuple[str, str]], texts: Sequence[str]) -> int:
    """Count the texts that are near-copies of one of the company's, or of an earlier one of another advocate.

    Parameters
    ----------
    written : sequence of (str, str)
        Advocates and their texts, by time.
    texts : sequence of str
        The company's.

    Notes
    -----
    Similarity is the normalised indel distance of the lower-cased texts without their links, rapidfuzz's `fuzz.ratio`. Distinct texts are
    compared with distinct texts: O(n^2) in these, about ten million pairs a second.

    Examples
    --------
    >>> copies([("A1", "Read our paper!"), ("A2", "read our paper"), ("A3", "What I learnt from ten audits")], ["Nothing alike"])
    1
    """
    import re

    from rapidfuzz import fuzz, process

    def plain(text: str) -> str:
        return " ".join(re.sub(r"https?://\S+", " ", text).casefold().split())

    company = sorted({plain(text) for text in texts} - {""})
    first: dict[str, str] = {}
    found = 0
    for advocate, text in ((advocate, plain(text)) for advocate, text in written):
        if not text:
            continue
        others = [known for known, author in first.items() if author != advocate]
        alike = process.extractOne(text, company, scorer=fuzz.ratio, score_cutoff=ALIKE) or process.extractOne(
            text, others, scorer=fuzz.ratio, score_cutoff=ALIKE
        )
        found += alike is not None
        first.setdefault(text, advocate)
    return found
