"""Tagged links: built from a vocabulary, so that tags are spelled one way and every link has a channel."""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from attribution.channels import Classifier, origin_from
from reports.report import Report, Text
from workspace.column_names import fold
from workspace.errors import UsageError
from workspace.settings import FILE_NAME, LinkSettings, Settings

NEEDED = ("source", "medium", "campaign")
OPTIONAL = ("content", "term")


@dataclasses.dataclass(frozen=True, slots=True)
class Tags:
    """What a link is tagged with, as it is written into the address."""

    source: str
    medium: str
    campaign: str
    content: str | None = None
    term: str | None = None


def written(text: str) -> str:
    """Spell a tag: lower case, no accents, hyphens in place of all else; the dot stays, as in "linkedin.com".

    Examples
    --------
    >>> written(" Livre blanc : ETI (Été) ")
    'livre-blanc-eti-ete'
    """
    return re.sub(r"[^a-z0-9.]+", "-", ".".join(fold(part).replace("_", "-") for part in text.split("."))).strip("-.")


def chosen(given: Mapping[str, str | None], vocabulary: LinkSettings) -> Tags:
    """Spell tags, and hold them against the vocabulary, where the settings have one.

    Raises
    ------
    UsageError
        A tag says nothing, or is not in its list.
    """
    lists: dict[str, Sequence[str]] = {"source": vocabulary.sources, "medium": vocabulary.mediums, "campaign": vocabulary.campaigns}
    found: dict[str, str | None] = {}
    for name in (*NEEDED, *OPTIONAL):
        text = given.get(name)
        spelled = written(text) if text else None
        if not spelled and name in NEEDED:
            raise UsageError(
                "--{name} {seen}: write it with letters or digits, such as {example}", name=name, seen=text, example="newsletter"
            )
        allowed = [written(entry) for entry in lists.get(name, ())]
        if allowed and spelled not in allowed:
            near = difflib.get_close_matches(spelled or "", allowed, n=1, cutoff=0.0)[0]
            raise UsageError(
                "--{name} {seen} is not among those agreed on; did you mean '{near}'? A new one is entered in {file}, [links] {name}s",
                name=name,
                seen=text,
                near=near,
                file=FILE_NAME,
            )
        found[name] = spelled
    return Tags(**found)  # type: ignore[arg-type]


def tagged(url: str, tags: Tags) -> str:
    """Put tags into an address; those that it has are replaced, everything else stays.

    Raises
    ------
    UsageError
        It is no address of a page.

    Examples
    --------
    >>> tagged("https://example.com/white-paper?lang=fr&utm_source=old#top", Tags("linkedin", "social", "spring"))
    'https://example.com/white-paper?lang=fr&utm_source=linkedin&utm_medium=social&utm_campaign=spring#top'
    """
    try:
        parts = urlsplit(url.strip())
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise UsageError("{url}: write a whole address, such as https://www.example.com/page", url=url)
    kept = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if not name.lower().startswith("utm_")]
    ours = [(f"utm_{name}", value) for name in (*NEEDED, *OPTIONAL) if (value := getattr(tags, name))]
    return urlunsplit(parts._replace(query=urlencode([*kept, *ours])))


def links(urls: Sequence[str], given: Mapping[str, str | None], settings: Settings) -> Report:
    """Build tagged links, and say which channel their visits will belong to.

    Parameters
    ----------
    urls : sequence of str
    given : mapping
        Tags by name: source, medium, campaign, content, term.
    settings : Settings

    Raises
    ------
    UsageError
        An address or a tag cannot be used.
    """
    import pandas as pd

    tags = chosen(given, settings.links)
    classifier = Classifier(settings.channels, settings.own_domains)
    verdict = classifier.classify(origin_from(**{name: getattr(tags, name) for name in (*NEEDED, *OPTIONAL)}))
    rows = [{"channel": verdict.channel, "family": verdict.family, "link": tagged(url, tags)} for url in urls]
    notes = []
    if verdict.channel == "Unassigned":
        notes.append(
            Text(
                "No channel knows {source} / {medium}: visits by these links will be counted as without a channel. Use a medium such as "
                "email, social, paid-social, cpc, referral or display, or add a rule to {file}.",
                source=tags.source,
                medium=tags.medium,
                file=FILE_NAME,
            )
        )
    changed = [
        f"{given[name]} → {getattr(tags, name)}" for name in (*NEEDED, *OPTIONAL) if given.get(name) and given[name] != getattr(tags, name)
    ]
    if changed:
        notes.append(Text("Spelled in lower case with hyphens: {changed}.", changed=", ".join(changed)))
    meta = {name: getattr(tags, name) for name in NEEDED}
    return Report("links", Text("Tagged links"), pd.DataFrame(rows, columns=["channel", "family", "link"]), tuple(notes), meta)
