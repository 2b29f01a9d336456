"""Completing the origin of touches: what the tags in their URLs add, and referrers reduced to hosts."""

from __future__ import annotations

import dataclasses
import functools
import operator
import re
from typing import TYPE_CHECKING

from connectors.cells import mask, on_distinct, words
from workspace.urls import CLICK_IDS, UTM_FIELDS, Tags, host, tags

if TYPE_CHECKING:
    import pyarrow as pa

_NAMES = tuple(field.name for field in dataclasses.fields(Tags))
_VALUES = operator.attrgetter(*_NAMES)
_TAG = rf"(?:utm_|(?:{'|'.join(CLICK_IDS)})=|[^=&#]*%)"  # a name may be encoded
_TAGGED = rf"(?i)[?&]{_TAG}"
_TAGS = re.compile(rf"(?:^|(?<=&)){_TAG}[^&]*", re.IGNORECASE)


def with_origin(columns: dict[str, pa.Array]) -> tuple[dict[str, pa.Array], int]:
    """Let the tags of a row's URL fill what its columns leave empty, and keep the referrer's host alone.

    A row's origin is never put together from two. Where a filled column and a UTM parameter of the URL say different things (upper
    and lower case aside), the row and its URL speak of two visits, and nothing is taken from the URL, its click id included. A column that
    is filled always stays as it is.

    Returns
    -------
    columns : dict of str to pyarrow.StringArray
    differing : int
        Rows whose URL speaks of another origin.
    """
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if "referrer" in columns:
        hosts = on_distinct(columns["referrer"], lambda texts: pa.array([text and host(text) for text in texts.to_pylist()], pa.string()))
        columns = columns | {"referrer": hosts}
    if "url" not in columns or not pc.any(pc.match_substring(columns["url"], "?")).as_py():
        return columns, 0
    tagged = _tags(columns["url"])
    differs = np.zeros(len(columns["url"]), dtype=bool)
    for field in UTM_FIELDS:
        if field in columns and field in tagged:
            differs |= mask(pc.not_equal(pc.utf8_lower(columns[field]), pc.utf8_lower(tagged[field])))
    for field, values in tagged.items():
        fitting = pc.if_else(differs, None, values)
        columns = columns | {field: pc.coalesce(columns[field], fitting) if field in columns else fitting}
    return columns, int(differs.sum())


def _tags(urls: pa.Array) -> dict[str, pa.Array]:
    """Read the tags of each URL; a field that none has is left out."""
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = pc.if_else(pc.match_substring_regex(urls, _TAGGED), urls, None).dictionary_encode()
    found = zip(*(_VALUES(tags_of(url)) for url in coded.dictionary.to_pylist()), strict=True)
    columns = {name: pa.array(values, pa.string()) for name, values in zip(_NAMES, found, strict=False)}
    return {name: words(values.take(coded.indices))[0] for name, values in columns.items() if values.null_count < len(values)}


def tags_of(url: str) -> Tags:
    """Read the tags of a URL as `workspace.urls.tags` does, faster where many URLs differ in other parameters alone.

    Examples
    --------
    >>> tags_of("/?session=17&utm_source=news#top").source
    'news'
    """
    return _cached_tags("?" + "&".join(_TAGS.findall(url.partition("?")[2].partition("#")[0])))


_cached_tags = functools.lru_cache(1 << 14)(tags)
