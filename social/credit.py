"""What a model credits to the social touches, split among those whose posts they came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from attribution.attribute import make_models
from attribution.question import Question
from attribution.touch_credit import TouchCredit, check_model, touch_credit
from social.clicks import ADVOCACY
from social.posts import posts
from social.scope import Scope
from workspace import reading
from workspace.reposts import Originals
from workspace.store import Workspace

if TYPE_CHECKING:
    import pandas as pd

UNASSIGNED, PAGE = "(unassigned)", "(page and network)"
"""Who is credited with a click on an employee's link that bears no known code; and with social traffic of no employee's link."""
PARTS = ("whole", "passed_on", "author", "author_unknown")
"""What a share is of its touch: all of it; of a repost that is split, the part of who passed it on, or the author's; all of a repost whose
author is not known."""


def social_credit(workspace: Workspace, question: Question, clicks: pd.DataFrame) -> tuple[TouchCredit, pd.DataFrame]:
    """Split the credit of the social touches among those whose posts they came from.

    Parameters
    ----------
    workspace : Workspace
        Its origins are named.
    question : Question
        Its goal, period, lookback and level; the model is its first, by touch (`attribution.touch_credit.check_model`).
    clicks : pandas.DataFrame
        `social.evidence_reading.clicks`.

    Returns
    -------
    credit : TouchCredit
    shares : pandas.DataFrame
        One row for each conversion and social touch, two where it is split: `id` (of the conversion), `at, channel, advocate` (a code,
        `UNASSIGNED`, `PAGE`, or why it was left out, in parentheses), `content, network, post`, `part` (one of `PARTS`),
        `credit_conversions`, `credit_value` (NaN where the conversion's value is not known).

    Notes
    -----
    Law: over all rows of a conversion the credit is the conversion's social part, and by channel over all conversions what `attribution`
    reports. Nothing of what is left out is handed to others. A touch that came by a repost of a colleague's or the page's post is split
    between who passed it on and who wrote it, as `social.author_share` of the settings says.
    """
    import pandas as pd

    (model,) = make_models(question)
    check_model(model)
    named = {row["id"]: row for row in reading.origins(workspace)}
    ours = np.unique(clicks["origin_id"].to_numpy(dtype=np.int64))
    credit = touch_credit(workspace, question, model, ours)
    person = "person" if "person" in credit.touches else "key"
    touched = credit.touches[credit.touches["origin_id"].isin(ours)].rename(columns={person: "person_id"})
    described = clicks.drop_duplicates(["person_id", "at", "origin_id"])
    columns = ["person_id", "at", "origin_id", "advocate", "content", "network", "post", "code", "left_out"]
    rows = touched[["id", "person_id", "at", "origin_id", "share"]].merge(
        described[columns], on=["person_id", "at", "origin_id"], how="left"
    )
    rows["channel"] = [named[origin]["channel"] for origin in rows["origin_id"]]
    known, out = rows["code"].notna() & rows["advocate"].notna(), rows["left_out"].fillna("")
    whose = np.where(known, rows["advocate"], np.where(rows["channel"] == ADVOCACY, UNASSIGNED, PAGE))
    rows["advocate"] = np.where(out != "", "(" + out + ")", whose)
    of_advocates = known & (out == "")
    shared = split(rows[of_advocates], passed_on(workspace), workspace.settings.social.author_share)
    rows = pd.concat([shared, rows[~of_advocates].assign(part="whole")], ignore_index=True)
    rows["credit_conversions"] = rows["share"]
    rows["credit_value"] = rows["share"] * rows["id"].map(credit.conversions.set_index("id")["value"])
    kept = ["id", "at", "channel", "advocate", "content", "network", "post", "part", "credit_conversions", "credit_value"]
    return credit, rows[kept]


def passed_on(workspace: Workspace) -> pd.DataFrame:
    """List the reposts that say what they pass on.

    Returns
    -------
    pandas.DataFrame
        `network, post` (the repost), `original` and `author`: the stored post that it passes on, and the code of whoever wrote it (`PAGE`
        where that is a page); both None where it is not stored, as with a stranger's post or one that is held back. A repost of a post of
        one's own is not listed.
    """
    import pandas as pd

    every = posts(workspace, Scope(), pages=True)[["network", "post", "advocate", "page", "kind", "url", "alias", "repost_of"]]
    stored: list[dict[str, Any]] = every.astype(object).where(every.notna(), None).to_dict("records")  # type: ignore[assignment]
    originals = Originals(stored)
    wrote = {(row["network"], row["post"]): row["advocate"] or PAGE for row in stored}
    rows = []
    for row in stored:
        if row["repost_of"] is None:
            continue
        original = originals.of(row["network"], row["repost_of"], row["post"])
        author = wrote.get((row["network"], original))
        if author is None or author != row["advocate"]:
            rows.append((row["network"], row["post"], original, author))
    return pd.DataFrame(rows, columns=["network", "post", "original", "author"], dtype=object)


def split(rows: pd.DataFrame, reposts: pd.DataFrame, author_share: float) -> pd.DataFrame:
    """Split shares that came by reposts between who passed on and who wrote.

    Parameters
    ----------
    rows : pandas.DataFrame
        `network, post, advocate, share` and more, which stays as it is: shares of advocates' touches.
    reposts : pandas.DataFrame
        `passed_on`.
    author_share : float
        From 0 to 1.

    Returns
    -------
    pandas.DataFrame
        The rows with `part`, and after them one row more for each that is split, with the original as its `post`.

    Notes
    -----
    Law: the parts of a share add up to it. What passes on a repost with words of its own is split once: the part of that repost's own
    original is not handed on.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"network": "linkedin", "post": ["r", "p", "s"], "advocate": ["A2", "A1", "A2"], "share": [0.5, 0.3, 0.2]})
    >>> known = {"network": "linkedin", "post": ["r", "s"], "original": ["p", None], "author": ["A1", None]}
    >>> split(rows, pd.DataFrame(known), 0.3)[["post", "advocate", "share", "part"]].values.tolist()
    [['r', 'A2', 0.35, 'passed_on'], ['p', 'A1', 0.3, 'whole'], ['s', 'A2', 0.2, 'author_unknown'], ['p', 'A1', 0.15, 'author']]
    """
    import pandas as pd

    known = {(network, post): (original, author) for network, post, original, author in reposts.itertuples(index=False)}
    passed = [known.get(pair) for pair in zip(rows["network"], rows["post"], strict=True)]
    parts = ["whole" if one is None else "passed_on" if isinstance(one[1], str) else "author_unknown" for one in passed]
    found = rows.assign(part=parts)
    shared = found["part"] == "passed_on"
    originals = [one for one in passed if one is not None and isinstance(one[1], str)]
    theirs = found[shared].assign(post=[original for original, _ in originals], advocate=[author for _, author in originals], part="author")
    theirs["share"] *= author_share
    found.loc[shared, "share"] -= theirs["share"]
    return pd.concat([found, theirs], ignore_index=True)
