"""Make the lists of sites that the channel rules read from the files of the projects that keep them.

Run it when a new version is out, and write the commit and the day into `attribution/rules/data/README.md`::

    python -m attribution.rules.refresh_lists --ga4 ga4_source_categories.csv --matomo searchengine-and-social-list/
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from workspace.errors import SourceError

Groups = dict[str, list[str]]

MATOMO = {"ai": "AIAssistants.yml", "social": "Socials.yml", "search": "SearchEngines.yml"}
"""Matomo's files, the most particular first: a host that stands in two of them is what the first says."""


def ga4_sources(path: Path) -> Groups:
    """Read the GA4 source categories.

    Parameters
    ----------
    path : Path
        `seeds/ga4_source_categories.csv` of Velir/dbt-ga4: columns source and source_category (SOURCE_CATEGORY_SEARCH and so on).

    Returns
    -------
    dict of str to list of str
        Category in lower case ("search") to its sources in lower case, sorted: GA4 compares them upper and lower case alike.
    """
    groups: Groups = {}
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            groups.setdefault(row["source_category"].removeprefix("SOURCE_CATEGORY_").lower(), []).append(row["source"].strip().lower())
    return {category: sorted(set(groups[category])) for category in sorted(groups)}


def matomo_sites(folder: Path) -> dict[str, Groups]:
    """Read Matomo's search engines, social networks and AI assistants.

    Parameters
    ----------
    folder : Path
        A checkout of matomo-org/searchengine-and-social-list.

    Returns
    -------
    dict of str to dict of str to list of str
        Category to name in lower case to hosts, sorted. `{}` in a host stands for a country. Addresses with a path are left out:
        a referrer is kept as a host alone.
    """
    lists: dict[str, Groups] = {}
    for category, file in MATOMO.items():
        groups: dict[str, set[str]] = {}
        for name, host in _hosts(folder / file):
            if "/" not in host:
                groups.setdefault(unquote(name).replace("!", "").strip().lower(), set()).add(host.lower().removeprefix("www."))
        lists[category] = {name: sorted(groups[name]) for name in sorted(groups)}
    return lists


def _hosts(path: Path) -> Iterator[tuple[str, str]]:
    """Give (name, host) of each entry: the little of YAML that the three files use, and an error for anything else."""
    name, wanted = "", True
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        text = line.strip()
        if text == "- urls:":
            text = "urls:"
        if line and not line.startswith((" ", "#")) and text.endswith(":"):
            name, wanted = _bare(text[:-1]), True
        elif text.startswith("- ") and name:
            if wanted:
                yield name, _bare(text[2:])
        elif text.partition(":")[1] and name and line.startswith(" "):
            wanted = text == "urls:"
        elif text not in ("", "-", "---") and not text.startswith("#"):
            raise SourceError("{file}:{line}: '{seen}' is not a line this list used to have", file=path.name, line=number, seen=text)


def _bare(text: str) -> str:
    return text.strip().strip("'\"")


def as_json(lists: object) -> str:
    """Write a list as the shipped files hold it: indented, one line a name, ready to be compared."""
    return json.dumps(lists, ensure_ascii=False, indent=1) + "\n"


def refresh(ga4: Path, matomo: Path, out: Path) -> None:
    """Write `ga4_sources.json` and `matomo_sites.json` into a folder."""
    (out / "ga4_sources.json").write_text(as_json(ga4_sources(ga4)), encoding="utf-8")
    (out / "matomo_sites.json").write_text(as_json(matomo_sites(matomo)), encoding="utf-8")


def main(arguments: list[str] | None = None) -> None:
    """Refresh the lists from the command line."""
    parser = argparse.ArgumentParser(prog="python -m attribution.rules.refresh_lists", description="Refresh the lists of sites.")
    parser.add_argument("--ga4", type=Path, required=True, help="ga4_source_categories.csv of Velir/dbt-ga4")
    parser.add_argument("--matomo", type=Path, required=True, help="a checkout of matomo-org/searchengine-and-social-list")
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "data", help="where the lists are written")
    chosen = parser.parse_args(arguments)
    refresh(chosen.ga4, chosen.matomo, chosen.out)


if __name__ == "__main__":
    main()
