"""What is wrong with how visits are tagged: one function a problem, each over the origins of a workspace."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attribution.rules.passages import Passages
from reports.report import N_, Text
from workspace.column_names import fold
from workspace.settings import Settings

UNPAID = ("fbclid",)
"""Click ids that unpaid links carry too."""
UNPAID_MEDIUMS = ("organic", "referral", "social", "organic-social", "email", "(none)", "none")
MAIL_HOSTS = ("mail.", "webmail.", "outlook.", "messagerie.", "email.", "mailin.")
"""How the hosts of mail programs in the browser begin: mail.google.com, outlook.live.com, webmail.example.com."""


@dataclasses.dataclass(frozen=True, slots=True)
class Case:
    """One thing that is wrong: what it is, in the words of the data, and the origins whose touches it concerns."""

    example: str | Text
    origins: frozenset[int]


@dataclasses.dataclass(frozen=True, slots=True)
class Visits:
    """The origins of a workspace's touches, each a row of `workspace.reading.origins`, and how many touches each has."""

    rows: Sequence[Mapping[str, Any]]
    touches: Mapping[int, int]
    passages: Passages

    @classmethod
    def of(cls, origins: Iterable[Mapping[str, Any]], touches: Mapping[int, int], settings: Settings) -> Visits:
        """Keep the origins that have touches, the most frequent first."""
        rows = sorted((row for row in origins if row["id"] in touches), key=lambda row: (-touches[row["id"]], row["id"]))
        return cls(rows, touches, Passages(settings.own_domains, settings.channels.ignored_referrers))

    def together(self, key: Callable[[Mapping[str, Any]], Any]) -> dict[Any, list[Mapping[str, Any]]]:
        """Group origins by a key; those whose key is None are left out."""
        groups: dict[Any, list[Mapping[str, Any]]] = defaultdict(list)
        for row in self.rows:
            if (found := key(row)) is not None:
                groups[found].append(row)
        return groups


def _tags(row: Mapping[str, Any]) -> str:
    said = [f"{name}={row[name]}" for name in ("source", "medium", "campaign") if row[name]]
    if row["referrer"] and len(said) < 2:
        said.append(f"referrer={row['referrer']}")
    return ", ".join(said) or "-"


def _each(rows: Iterable[Mapping[str, Any]], shown: Callable[[Mapping[str, Any]], str]) -> list[Case]:
    """Make one case of the origins that are shown alike."""
    groups: dict[str, list[int]] = defaultdict(list)
    for row in rows:
        groups[shown(row)].append(row["id"])
    return [Case(example, frozenset(ids)) for example, ids in groups.items()]


def _tagged(row: Mapping[str, Any]) -> bool:
    return any(row[name] for name in ("source", "medium", "campaign"))


def unassigned(visits: Visits) -> list[Case]:
    """Find origins that no rule gives a channel."""
    return _each((row for row in visits.rows if row["channel"] == "Unassigned"), _tags)


def spellings(visits: Visits) -> list[Case]:
    """Find sources that are written in several ways: LinkedIn, linkedin, Linked-In."""
    cases = []
    for rows in visits.together(lambda row: fold(row["source"]).replace("_", "") or None if row["source"] else None).values():
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row["source"]] += visits.touches[row["id"]]
        written = [source for source, _ in counts.most_common()]
        if len(written) > 1:
            # The most frequent one is right; what has to be mended are the others.
            cases.append(Case(" / ".join(written[:4]), frozenset(row["id"] for row in rows if row["source"] != written[0])))
    return cases


def two_mediums(visits: Visits) -> list[Case]:
    """Find campaigns that one source carries under two mediums; that several sources carry a campaign is as it should be."""

    def campaign(row: Mapping[str, Any]) -> Any:
        return (fold(row["source"]), fold(row["campaign"])) if row["source"] and row["campaign"] and row["medium"] else None

    cases = []
    for rows in visits.together(campaign).values():
        counts: Counter[str] = Counter()
        for row in rows:
            counts[row["medium"].lower()] += visits.touches[row["id"]]
        if len(counts) > 1:
            # Which of them is right only people know: all count as concerned.
            said = ", ".join(f"{medium} ({count})" for medium, count in counts.most_common(4))
            cases.append(Case(f"{rows[0]['campaign']}: {said}", frozenset(row["id"] for row in rows)))
    return cases


def paid_as_unpaid(visits: Visits) -> list[Case]:
    """Find visits that carry the click id of an advertisement and are tagged as something else."""
    rows = (row for row in visits.rows if row["click_id_kind"] and row["click_id_kind"] not in UNPAID and _unpaid(row))
    return _each(rows, lambda row: f"{row['click_id_kind']}, {_tags(row)}")


def _unpaid(row: Mapping[str, Any]) -> bool:
    return row["family"] != "ads" or (row["medium"] or "").lower() in UNPAID_MEDIUMS


def internal_tags(visits: Visits) -> list[Case]:
    """Find tags on links from one of our pages to another: they overwrite where the visitor came from."""
    rows = (row for row in visits.rows if row["referrer"] and _tagged(row) and visits.passages.kind(row["referrer"].lower()) == "own")
    return _each(rows, lambda row: f"{row['referrer']} → {_tags(row)}")


def untagged_email(visits: Visits) -> list[Case]:
    """Find visits from mailboxes whose link carries no tag: whose newsletter it was is not known."""
    rows = (
        row
        for row in visits.rows
        if not _tagged(row) and (row["kind"] == "email_click" or (row["referrer"] or "").lower().startswith(MAIL_HOSTS))
    )
    return _each(rows, lambda row: row["referrer"] or row["kind"])


def own_referrals(visits: Visits) -> list[Case]:
    """Find visits that begin on our own pages, or on a payment or log-in page: where they really came from is lost."""
    rows = (row for row in visits.rows if row["referrer"] and not _tagged(row) and visits.passages.kind(row["referrer"].lower()))
    return _each(rows, lambda row: row["referrer"])


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A problem: its name, how to find its cases, what to do."""

    name: str
    find: Callable[[Visits], list[Case]]
    remedy: str


TAGGING: tuple[Problem, ...] = (
    Problem(
        "unassigned",
        unassigned,
        N_(
            "Name the channel with a rule ([[channels.rule]] in smarketing.toml), or tag the links anew: 'smarketing links' builds tags "
            "that are known. 'smarketing channels explain' says why no rule fits."
        ),
    ),
    Problem(
        "spellings",
        spellings,
        N_("Agree on one spelling, the first one here, and enter the others under [channels.aliases] in smarketing.toml."),
    ),
    Problem("two_mediums", two_mediums, N_("Decide which medium the campaign has at this source, and mend the links that say otherwise.")),
    Problem(
        "paid_as_unpaid",
        paid_as_unpaid,
        N_("Mend the tags of these ads (utm_medium=cpc or paid-social), or take them out and let the click id speak."),
    ),
    Problem(
        "internal_tags",
        internal_tags,
        N_("Take the utm_ tags off the links between your own pages; each click on one makes the visit begin anew, with a false source."),
    ),
    Problem("untagged_email", untagged_email, N_("Tag the links in e-mails: utm_source=newsletter&utm_medium=email&utm_campaign=…")),
    Problem(
        "own_referrals",
        own_referrals,
        N_(
            "Let your web statistics treat all your domains as one (cross-domain tracking), and leave payment and log-in pages out of "
            "referrers; until then, enter them in own_domains or channels.ignored_referrers in smarketing.toml."
        ),
    ),
)
"""Problems of tags, each with its remedy."""
