"""Links for advocates to post: a code for each of them and each content, made once, found again, retired; and the table of codes."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

from attribution.channels import Classifier, origin_from
from attribution.links import chosen
from reports.report import Report, Text
from social.clicks import ADVOCACY
from social.link_codes import code_table, keep, retire
from social.scope import Advocate, Scope, roster
from social.tagged_links import MEDIUM, content_of, new_code, page, slug, tagged
from workspace import social_reading, urls
from workspace.consent import granted
from workspace.errors import DataError, UsageError
from workspace.settings import LinkSettings
from workspace.store import Workspace

NETWORK = "linkedin"
KEY = ("advocate", "content", "network", "link")
"""What a code stands for."""


@dataclasses.dataclass(frozen=True, slots=True)
class Wanted:
    """What links are asked for.

    Parameters
    ----------
    urls : tuple of str
    advocates : tuple of str
        Codes of advocates; of the whole team, or of everybody who takes part, where there are none.
    team : str or None
    content : str or None
        Of every address; named after each page by default.
    network : str or None
        LinkedIn by default.
    campaign : str or None
    """

    urls: tuple[str, ...]
    advocates: tuple[str, ...] = ()
    team: str | None = None
    content: str | None = None
    network: str | None = None
    campaign: str | None = None


def links(workspace: Workspace, wanted: Wanted, *, listed: bool = False, retired: Sequence[str] = ()) -> Report:
    """Make links, or list or retire their codes.

    Raises
    ------
    UsageError
        Two of these are asked for at once, or one of them cannot be had.
    """
    if (bool(wanted.urls) + listed + bool(retired)) > 1:
        raise UsageError("Addresses, --list and --retire are three things; ask for one at a time")
    told = {"--campaign": wanted.campaign, "--content": wanted.content, "--network": wanted.network, "--team": wanted.team}
    told |= {"--advocate": ", ".join(wanted.advocates)}
    for option in ("--campaign",) if listed else tuple(told) if retired else ():
        if told[option]:
            raise UsageError("{one} and {other} do not go together; leave one out", one="--list" if listed else "--retire", other=option)
    if retired:
        return retire(workspace, retired)
    if listed:
        scope = Scope(wanted.team, wanted.network.casefold() if wanted.network else None)
        return code_table(workspace, scope, wanted.advocates, wanted.content)
    return make_links(workspace, wanted)


def make_links(workspace: Workspace, wanted: Wanted, day: dt.date | None = None) -> Report:
    """Make the tagged links of advocates, and keep their codes.

    Parameters
    ----------
    workspace : Workspace
    wanted : Wanted
    day : datetime.date, optional
        Today by default: who takes part on it gets links.

    Returns
    -------
    Report
        One row for each advocate and address: `advocate, team, content, network, code, url`.

    Raises
    ------
    UsageError
        An advocate, the team or an address is none, or an advocate takes no part.

    Notes
    -----
    Asked again, an advocate has the same code for the same content, network and page, until it is retired; the campaign is no part of
    that. Who did not agree to have their own posts measured gets a link without a code: it tells the channel, and not whose it is.
    """
    import pandas as pd

    today = day or dt.date.today()
    network = slug(wanted.network or NETWORK, "network")
    campaign = _campaign(workspace, network, wanted.campaign)
    pages = list(dict.fromkeys(page(url) for url in wanted.urls))
    if not pages:
        raise UsageError(
            "Name the page that the links lead to, such as https://www.example.com/white-paper; --list shows the codes there are"
        )
    content = {link: slug(wanted.content, "content") if wanted.content else content_of(link) for link in pages}
    staff = _whose(workspace, wanted, today)
    agreed = granted(workspace, "own_posts", today)
    known = social_reading.link_codes(workspace)
    taken = {row["code"] for row in known}
    codes = {tuple(row[name] for name in KEY): row["code"] for row in known if row["retired_on"] is None}
    rows, made = [], []
    for one in staff:
        for link in pages:
            key = (one.advocate, content[link], network, link)
            if one.advocate in agreed and key not in codes:
                codes[key] = new_code(taken)
                taken.add(codes[key])
                made.append({"code": codes[key], **dict(zip(KEY, key, strict=True)), "made_on": today})
            code = codes[key] if one.advocate in agreed else None
            row = {"advocate": one.advocate, "team": one.team, "content": content[link], "network": network, "code": code}
            rows.append(row | {"url": tagged(link, network, code, campaign)})
    keep(workspace, made)
    frame = pd.DataFrame(rows, columns=["advocate", "team", "content", "network", "code", "url"])
    notes = [
        Text(
            "{made} {made:code is|codes are} new, {known} {known:was|were} there already.",
            made=len(made),
            known=len(frame["code"].dropna()) - len(made),
        ),
        Text("A code says nothing of who it is; whose it is stands in this workspace alone, and leaves it with: smarketing social forget."),
        *_remarks(workspace, pages, len(staff) - len(agreed & {one.advocate for one in staff})),
        *_channel(workspace, frame["url"][0]),
    ]
    meta = {"network": network, "campaign": campaign, "team": wanted.team, "made_on": today, "codes": int(frame["code"].notna().sum())}
    return Report("social_links", Text("Links for employees' posts"), frame, tuple(notes), meta)


def _campaign(workspace: Workspace, network: str, campaign: str | None) -> str | None:
    """Spell the campaign, and hold it against those that were agreed on, where the settings list them."""
    if not campaign:
        return None
    given = {"source": network, "medium": MEDIUM, "campaign": campaign}
    return chosen(given, LinkSettings(campaigns=workspace.settings.links.campaigns)).campaign


def _whose(workspace: Workspace, wanted: Wanted, today: dt.date) -> list[Advocate]:
    """Name whom the links are for: those who take part today."""
    people = roster(workspace, Scope(team=wanted.team))
    if not people:
        raise DataError("There are no advocates yet; import them with 'smarketing import csv FILE --as advocates'")
    taking_part = [one for one in people if one.enrolled(today, today)]
    if not wanted.advocates:
        if not taking_part:
            raise DataError(
                "Nobody of {team} takes part on {day}: they left, or have not enrolled, as the days of their records say",
                team=wanted.team or Text("the programme"),
                day=today,
            )
        return taking_part
    known = {one.advocate.casefold(): one for one in people}
    named = []
    for name in dict.fromkeys(wanted.advocates):
        one = known.get(name.casefold())
        if one is None:
            raise UsageError(
                "--advocate {name}: there is no such advocate; there are {known}", name=name, known=_some([one.advocate for one in people])
            )
        if one not in taking_part:
            raise UsageError("--advocate {name}: takes no part on {day}; a code would be that of nobody", name=name, day=today)
        named.append(one)
    return list(dict.fromkeys(named))


def _some(names: Sequence[str]) -> str:
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "")


def _remarks(workspace: Workspace, pages: list[str], without: int) -> list[Text]:
    """Say what the links will not tell."""
    notes = []
    if without:
        notes.append(
            Text(
                "{count} {count:advocate has|advocates have} not agreed that their own posts are measured: their links bear no code, and "
                "what they bring counts for the channel and for nobody. Consents come with: smarketing import csv FILE --as consents",
                count=without,
            )
        )
    domains = [domain.casefold().removeprefix("www.") for domain in workspace.settings.own_domains]
    elsewhere = sorted({name for link in pages if (name := urls.host(link)) and not any(urls.under(name, own) for own in domains)})
    if domains and elsewhere:
        notes.append(
            Text(
                "{hosts}: not among own_domains of smarketing.toml; clicks are seen only where you measure visits.",
                hosts=", ".join(elsewhere),
            )
        )
    return notes


def _channel(workspace: Workspace, url: str) -> list[Text]:
    """Say which channel the rules in force make of the links, where it is not that of employees."""
    verdict = Classifier(workspace.settings.channels, workspace.settings.own_domains).classify(origin_from(url=url))
    if verdict.channel == ADVOCACY:
        return []
    return [
        Text(
            "The channel rules in force ({rules}) count visits by these links as {channel}, not as {advocacy}.",
            rules=verdict.rule_set,
            channel=verdict.channel,
            advocacy=ADVOCACY,
        )
    ]
