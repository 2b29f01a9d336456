"""Origins of touches that lie in an engine: the distinct ones come here, go through the channel rules, and go back as a table of codes."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attribution.channels import Classifier, Origin
from attribution.engine import check_names
from attribution.naming import DIRECT, NONE
from attribution.reserved import told_apart
from workspace import urls
from workspace.errors import DataError
from workspace.ids import stable_id
from workspace.reading import TIES

if TYPE_CHECKING:
    import pyarrow as pa
    from ibis.expr.types import StringValue, Table

    from attribution.elsewhere.tables import Found

OWN = ("source", "medium", "campaign", "content", "referrer", "click_id_kind", "channel", "kind")
MOST = 200_000
"""So many distinct origins can be sent through the rules and back."""
QUERY, ASKS = "smarketing_query", "smarketing_asks"
TAGS = ("source", "medium", "campaign", "content")
"""The UTM parameters that are read from a URL; utm_term decides nothing."""


def origin_columns(found: Found, content: bool) -> dict[str, StringValue]:
    """Define what an origin is made of, for each touch; "" where there is nothing.

    Parameters
    ----------
    found : Found
        The table of touches, `with_query`.
    content : bool
        Whether credit is broken down by content; else it is left out, since links differ in it most.

    Returns
    -------
    dict of str to string column
        The columns of `OWN` that the table has, the referrer as its authority (the part that names the host); where there is a URL,
        "url_source", … with the parameters as they stand in it, and "url_click_id_kind".
    """
    import ibis

    columns = {}
    for field in OWN:
        if field in found.columns and (content or field != "content"):
            text = found.table[found.columns[field]].cast("string").fill_null("")
            columns[field] = _authority(text.strip()) if field == "referrer" else text
    if "click_id_kind" not in columns and (clicks := _click_columns(found)):
        columns["click_id_kind"] = ibis.cases(*clicks, else_="")
    if "url" in found.columns:
        columns |= _url_columns(found.table, TAGS if content else TAGS[:-1])
    if not columns:
        return {"kind": ibis.literal("")}
    return {name: column.fill_null("") for name, column in columns.items()}


def _click_columns(found: Found) -> list[tuple[Any, str]]:
    """Find the columns that bear the name of a click id, the most telling first."""
    there = {name.lower(): name for name in found.table.columns}
    return [(found.table[there[kind]].cast("string").fill_null("") != "", kind) for kind in urls.CLICK_IDS if kind in there]


def _authority(referrer: StringValue) -> StringValue:
    """Cut a referrer to the part that names its host; plain searches cost a fifth of what a pattern does (PostgreSQL)."""
    import ibis

    mark = referrer.find("://")
    scheme = (mark > 0) & (referrer.find("/") == mark + 1)
    rest = ibis.cases((scheme, referrer.substr(mark + 3)), (referrer.startswith("//"), referrer.substr(2)), else_=referrer)
    return rest.split("/")[0]


def with_query(found: Found) -> Found:
    """Add the query of each URL as a column, "&" before its first parameter, so that it is cut out once and not for each parameter."""
    if "url" not in found.columns:
        return found
    url = found.table[found.columns["url"]].cast("string").fill_null("")
    return dataclasses.replace(
        found, table=found.table.mutate(**{QUERY: ("&" + url.substr(url.find("?") + 1)).split("#")[0], ASKS: url.contains("?")})
    )


def _url_columns(table: Table, tags: Sequence[str]) -> dict[str, StringValue]:
    """Define what a URL tells: the first value of each UTM parameter, and any of a click id; names may be in upper or lower case.

    Most URLs tell nothing, so what costs little is asked first.
    """
    import ibis

    query = table[QUERY]
    names = query.lower()
    tagged = table[ASKS] & names.contains("&utm_")
    columns = {}
    for tag in tags:
        name = f"&utm_{tag}="
        at = names.find(name)
        value = ibis.ifelse(at >= 0, query.substr(at + len(name)).split("&")[0], "")
        columns[f"url_{tag}"] = ibis.ifelse(tagged, value, "")
    endings = sorted({f"{kind[-2:]}=" for kind in urls.CLICK_IDS})
    clicked = table[ASKS] & functools.reduce(operator.or_, (names.contains(ending) for ending in endings))
    # Each "&" stands twice, so that empty ones side by side can all be taken out; what is left has a value.
    doubled = (names + "&").replace("&", "&&")
    kinds = [(doubled.replace(f"&{kind}=&", "").contains(f"&{kind}="), kind) for kind in urls.CLICK_IDS]
    return columns | {"url_click_id_kind": ibis.ifelse(clicked, ibis.cases(*kinds, else_=""), "")}


def code_table(distinct: pa.Table, classifier: Classifier, by: str) -> tuple[pa.Table, tuple[str, ...], frozenset[str]]:
    """Name origins by the rules in force.

    Parameters
    ----------
    distinct : pyarrow.Table
        The columns of `origin_columns`, each origin once.
    classifier : Classifier
    by : str
        A cut of `attribution.naming.CUTS`.

    Returns
    -------
    codes : pyarrow.Table
        `distinct` with `code` (place in `names`) and `shuffle` (from 0, below `TIES`): a number of the origin that favours none.
    names : tuple of str
    direct : frozenset of str
        The names all of whose origins are in the channel Direct.

    Raises
    ------
    DataError
        There are too many origins, or too many names.
    """
    import pyarrow as pa

    if distinct.num_rows > MOST:
        raise DataError(
            "There are more than {most} different origins of touches: one of their columns tells visits apart rather than where they came "
            "from. The columns are {columns}; leave one out with --map FIELD=, or clean it in a view",
            most=MOST,
            columns=", ".join(distinct.column_names),
        )
    labels, other = [], set()
    for row in distinct.to_pylist():
        origin = origin_of(row)
        verdict = classifier.classify(origin)
        label = _label(by, origin, verdict, classifier)
        labels.append(label)
        if verdict.channel != DIRECT:
            other.add(label)
    names = tuple(sorted(set(labels)))
    check_names(len(names))
    place = {name: code for code, name in enumerate(names)}
    shuffle = [stable_id(*row.values()) % TIES for row in distinct.to_pylist()]
    codes = distinct.append_column("code", pa.array([place[label] for label in labels], pa.int64()))
    return codes.append_column("shuffle", pa.array(shuffle, pa.int64())), names, frozenset(names) - other


def _label(by: str, origin: Origin, verdict: Any, classifier: Classifier) -> str:
    ways: Mapping[str, Callable[[], str | None]] = {
        "channel": lambda: verdict.channel,
        "family": lambda: verdict.family,
        "source": lambda: classifier.source(origin),
        "medium": lambda: classifier.medium(origin),
        "campaign": lambda: origin.campaign,
        "content": lambda: origin.content,
    }
    return told_apart(ways[by]() or NONE)


def origin_of(row: Mapping[str, str]) -> Origin:
    """Put an origin together from its columns as an import does: the URL fills what the columns leave empty, unless the two disagree.

    Examples
    --------
    >>> origin_of({"source": "News", "campaign": "", "url_source": "news", "url_campaign": "spring%20sale"}).campaign
    'spring sale'
    >>> origin_of({"source": "google", "campaign": "", "url_source": "news", "url_campaign": "spring%20sale"}).campaign is None
    True
    """
    own = {name: text for name in OWN if (text := row.get(name, "").translate(urls.CONTROLS).strip())}
    if "referrer" in own:
        own["referrer"] = urls.host(f"//{own['referrer']}") or ""
    parts = [f"utm_{field}={row[f'url_{field}']}" for field in TAGS if row.get(f"url_{field}")]
    clicked = row.get("url_click_id_kind")
    tags = _tags("&".join([*parts, *([f"{clicked}=1"] if clicked else [])]))
    differ = any(field in own and (value := getattr(tags, field)) and own[field].lower() != value.lower() for field in TAGS)
    if not differ:
        for field in (*TAGS, "click_id_kind"):
            if value := getattr(tags, field):
                own.setdefault(field, value)
    own.setdefault("kind", "visit")
    return Origin(**{name: text or None for name, text in own.items()})


@functools.lru_cache(1 << 14)
def _tags(query: str) -> urls.Tags:
    return urls.tags(f"?{query}")
