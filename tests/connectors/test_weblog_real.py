"""A real site's log of May 2015: 5,000 lines of semicomplete.com."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from weblog_samples import read

from workspace.settings import Settings

LOG = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "weblogs" / "access.log"


@pytest.mark.skipif(not LOG.exists(), reason="needs shared/data/weblogs/access.log beside the checkout")
def test_semicomplete():
    found = read(LOG, settings=Settings(), goal=("download=*.pdf",))
    assert found.rejects == []
    assert [str(remark) for remark in found.remarks] == [
        "x",
    ]
    assert Counter(row["referrer"] for row in found.touches).most_common(8) == [
    ]
    assert Counter((row["source"], row["medium"]) for row in found.touches) == {(None, None): 0, ("feedburner", "feed"): 4}
    assert len(set(found.ids)) == len(found.touches) + len(found.conversions)
