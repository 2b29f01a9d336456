"""A real site's log of May 2015: 5,000 lines of semicomplete.com."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.connectors.weblog_samples import read
from workspace.settings import Settings

LOG = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "weblogs" / "access.log"


@pytest.mark.skipif(not LOG.exists(), reason="needs shared/data/weblogs/access.log beside the checkout")
def test_semicomplete():
    found = read(LOG, settings=Settings(), goal=("download=*.pdf",))
    assert found.rejects == []
    assert [str(remark) for remark in found.remarks] == [
        "5000 lines in 1 file: 560 visits by 469 people, 818 page views",
        "1743 requests by robots and other programs that are no browsers "
        "(Googlebot, UniversalFeedParser, archive.org_bot, (no user agent), msnbot, …)",
        "2 requests for feeds",
        "2396 requests for images, scripts, styles, fonts, media and other files that belong to pages",
        "12 requests that failed (status 400 and above, or none)",
        "23 redirects; the page that each led to counts",
        "6 requests other than GET (POST counts only where it reaches a goal)",
        "own site guessed: semicomplete.com; set own_domains in smarketing.toml if that is wrong",
        "158 visits begin with a page of our own as referrer: people back after a pause, and robots that fake one",
        "goal download: 8 conversions",
    ]
    assert Counter(row["referrer"] for row in found.touches).most_common(8) == [
        (None, 282),
        ("www.google.com", 83),
        ("stackoverflow.com", 16),
        ("www.google.co.uk", 15),
        ("www.google.de", 13),
        ("logstash.net", 13),
        ("www.google.co.in", 12),
        ("www.google.fr", 11),
    ]
    assert Counter((row["source"], row["medium"]) for row in found.touches) == {(None, None): 556, ("feedburner", "feed"): 4}
    assert len(set(found.ids)) == len(found.touches) + len(found.conversions)
