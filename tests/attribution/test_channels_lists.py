"""The lists of sites: how they are made, that the shipped ones are what the sources give, and what must hold of those kept by hand."""

import json
from pathlib import Path

import pytest

from attribution.rules import refresh_lists
from attribution.rules.sites import LISTS, fold, read_list
from workspace.errors import SourceError

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data"
DATA = Path(refresh_lists.__file__).parent / "data"

ENGINES = """\
# comment
Über Suche!:
  -
    urls:
      - www.suche.example
      - 'suche.{}'
      - suche.example/images
    params:
      - q
      - '/s\\/([^\\/]+)/'
    backlink: 's/{k}'
  -
    urls:
      - zwei.example
    params: []
Avira:
  - urls:
      - search.avira.example
    params:
      - ask
"""


@pytest.fixture
def matomo(tmp_path: Path) -> Path:
    (tmp_path / "SearchEngines.yml").write_text(ENGINES, encoding="utf-8")
    (tmp_path / "Socials.yml").write_text(
        '"Google%2B":\n  - Plus.Google.com\n\n"Hacker News":\n  - news.example\n  - news.example\n', encoding="utf-8"
    )
    (tmp_path / "AIAssistants.yml").write_text("Grok:\n  - grok.com\n  - x.com/i/grok\n", encoding="utf-8")
    return tmp_path


def test_matomos_files_are_read(matomo: Path) -> None:
    assert refresh_lists.matomo_sites(matomo) == {
        "ai": {"grok": ["grok.com"]},
        "social": {"google+": ["plus.google.com"], "hacker news": ["news.example"]},
        "search": {"avira": ["search.avira.example"], "über suche": ["suche.example", "suche.{}", "zwei.example"]},
    }


def test_a_line_of_another_shape_is_named(matomo: Path) -> None:
    (matomo / "Socials.yml").write_text("X:\n  - x.com\nY = z\n", encoding="utf-8")
    with pytest.raises(SourceError) as caught:
        refresh_lists.matomo_sites(matomo)
    assert str(caught.value) == "Socials.yml:3: 'Y = z' is not a line this list used to have"


def test_googles_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ga4.csv"
    path.write_text(
        "source,source_category\nHatena,SOURCE_CATEGORY_SOCIAL\nbing,SOURCE_CATEGORY_SEARCH\nhatena,SOURCE_CATEGORY_SOCIAL\n",
        encoding="utf-8",
    )
    assert refresh_lists.ga4_sources(path) == {"search": ["bing"], "social": ["hatena"]}


def test_the_command_writes_both_lists(matomo: Path, tmp_path: Path) -> None:
    path = tmp_path / "ga4.csv"
    path.write_text("source,source_category\nbing,SOURCE_CATEGORY_SEARCH\n", encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    refresh_lists.main(["--ga4", str(path), "--matomo", str(matomo), "--out", str(out)])
    assert sorted(file.name for file in out.iterdir()) == ["ga4_sources.json", "matomo_sites.json"]
    assert (out / "ga4_sources.json").read_text(encoding="utf-8") == '{\n "search": [\n  "bing"\n ]\n}\n'
    assert json.loads((out / "matomo_sites.json").read_text(encoding="utf-8")) == refresh_lists.matomo_sites(matomo)


def test_the_shipped_lists_are_what_the_sources_give() -> None:
    ga4, matomo = SHARED / "ga4_source_categories" / "ga4_source_categories.csv", SHARED / "referrers"
    if not (ga4.exists() and matomo.exists()):
        pytest.skip("the source files of the lists are not in ../shared/data")
    assert (DATA / "ga4_sources.json").read_text(encoding="utf-8") == refresh_lists.as_json(refresh_lists.ga4_sources(ga4))
    assert (DATA / "matomo_sites.json").read_text(encoding="utf-8") == refresh_lists.as_json(refresh_lists.matomo_sites(matomo))


def test_licences_and_provenance_lie_beside_the_lists() -> None:
    assert "Copyright (c) 2022 Adam Ribaudo" in (DATA / "LICENSE-dbt-ga4.txt").read_text(encoding="utf-8")
    assert (DATA / "LICENSE-matomo-lists.txt").read_text(encoding="utf-8").startswith("CC0 1.0 Universal")
    provenance = (DATA / "README.md").read_text(encoding="utf-8")
    assert [name for name in LISTS if f"`{name}`" not in provenance] == []


def test_our_own_list_says_everything_once() -> None:
    seen: dict[str, str] = {}
    for category, sites in read_list("smarketing_sites.json").items():
        for label, spellings in sites.items():
            assert label == label.lower()
            for written in dict.fromkeys(fold(text) for text in (label, *spellings)):
                assert seen.setdefault(written, label) == label, (written, category)
            assert [text for text in spellings if text != fold(text)] == [], label


def test_ignored_hosts_are_lower_case_and_said_once() -> None:
    hosts = [host for hosts in read_list("ignored_referrers.json").values() for host in hosts]
    assert len(hosts) == len(set(hosts))
    assert [host for host in hosts if host != host.lower() or host.startswith("www.")] == []
