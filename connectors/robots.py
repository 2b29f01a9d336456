"""Tell robots from people by the user agent they name themselves with.

Robots that pass for a browser are not found here: a log alone does not show them.
"""

from __future__ import annotations

import functools
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

_TOGETHER = 50
"""Patterns joined into one: RE2's automaton outgrows its memory from some hundreds on (all 1,504 joined: 30 times slower)."""

_CONFESSED = (
    # What robots write of themselves and browsers do not. "Cubot" is a maker of telephones.
    r"(?i)(?:^|[^u])bots?\b|(?:crawler|spider|scraper|fetcher|feedparser|validator|monitoring)\b|\+ ?https?://"
)
_COMPATIBLE = r"\(compatible; "
"""Since Netscape's days "Mozilla/5.0 (compatible; NAME" has been how robots introduce themselves; of browsers, these write it too:"""
_COMPATIBLE_BROWSERS = r"MSIE|Trident|Konqueror"
_BROWSERS = r"^(?:Mozilla/|Opera/|Lynx/|Links |ELinks/|w3m/|Dillo/|NetSurf/|Nokia|SAMSUNG|SonyEricsson|BlackBerry|Dalvik/|Instagram )"
"""How every browser's user agent begins, with the older telephones' and the terminal's."""

_OWN_WORD = re.compile(r"(?i)\b(?!robots?\b)[\w.-]+(?:bot|spider|crawler)\b")
_INTRODUCED = re.compile(r"\(compatible; ([^;/)]+)")
_READ = 500  # bytes of a user agent in which a name is looked for; some patterns are quadratic in its length
NO_AGENT = "(no user agent)"
_NAME = re.compile(r"[A-Za-z0-9!_.-]+(?: [A-Z][A-Za-z!_-]*)*")


def robot_name(agents: pa.Array) -> list[str | None]:
    """Name the robots among user agents.

    Parameters
    ----------
    agents : pyarrow.BinaryArray of length n
        As the log has them; null where the log's format has none.

    Returns
    -------
    list of str or None, of length n
        A short name for a robot or another program that is no browser, None for a browser and where there is nothing to tell from.

    Notes
    -----
    A robot is what the list of the package crawler-user-agents knows (github.com/monperrus/crawler-user-agents), what says so in
    other words (a "bot", a "spider", a "+http://" with its home page, "compatible" without being an old Internet Explorer), what
    does not introduce itself at all, and any program whose name does not begin as every browser's does: feed readers, link checkers,
    download tools.

    Examples
    --------
    >>> import pyarrow as pa
    >>> robot_name(pa.array([b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", b"curl/8.5.0", b"-", None]))
    ['Googlebot', 'curl', '(no user agent)', None]
    """
    import pyarrow.compute as pc

    browser = pc.match_substring_regex(agents, _BROWSERS)
    robot = pc.or_(pc.invert(browser), pc.match_substring_regex(agents, _CONFESSED))
    old_browser = pc.match_substring_regex(agents, _COMPATIBLE_BROWSERS)
    robot = pc.or_(robot, pc.and_not(pc.match_substring_regex(agents, _COMPATIBLE), old_browser))
    for pattern in _known():
        robot = pc.or_(robot, pc.match_substring_regex(agents, pattern))
    found = pc.fill_null(robot, False)
    return [_short_name(agent) if is_robot else None for agent, is_robot in zip(agents.to_pylist(), found.to_pylist(), strict=True)]


@functools.cache
def _known() -> tuple[str, ...]:
    import crawleruseragents

    patterns = [entry["pattern"] for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA]
    return tuple("|".join(patterns[start : start + _TOGETHER]) for start in range(0, len(patterns), _TOGETHER))


def _short_name(agent: bytes) -> str:
    """Name a robot by its own word for itself ("YandexBot"), else as the list knows it, else by how its user agent begins."""
    text = agent[:_READ].decode("latin-1").strip()
    if text in {"", "-"}:
        return NO_AGENT
    known = (found[0] for pattern in _known() if (found := re.search(pattern, text)))
    own_word, introduced = _OWN_WORD.search(text), _INTRODUCED.search(text)
    named = own_word[0] if own_word else next(known, None) or (introduced[1] if introduced else text)
    name = _NAME.search(named)
    return (name[0] if name else named)[:40].strip(" -_.")
