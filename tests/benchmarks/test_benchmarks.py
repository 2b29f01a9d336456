"""Each benchmark runs at a tiny size and finds what it is to find; how long anything took is not looked at."""

import dataclasses
import importlib.util
import json
import math

import click
import pytest
from click.testing import CliRunner

from benchmarks import (
    attribution,
    coverage,
    figures,
    imports,
    intervals,
    made_touches,
    measuring,
    orders,
    peers,
    sizes,
    social_activate,
    startup,
    task,
    truth,
    weblog,
    writing,
)
from benchmarks.__main__ import BENCHMARKS, main

TINY = 2_000


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    return measuring.Bench(TINY, 1, tmp_path_factory.mktemp("benchmarks"))


@pytest.fixture
def here(monkeypatch):
    """Run the tasks in this process, where the libraries are loaded once."""
    monkeypatch.setattr(
        measuring.Task, "run", lambda self: measuring.Run(**json.loads(task.measure(self.place, json.dumps(self.arguments))))
    )


def test_a_task_runs_in_a_process_of_its_own(tmp_path):
    run = measuring.Task("benchmarks.peers:touches_written", {"file": str(tmp_path / "touches.parquet"), "size": 100}).run()
    assert run.facts == {"rows": 100}
    assert 10_000_000 < run.peak < 10**9
    with pytest.raises(click.ClickException, match="No module named 'nothing'"):
        measuring.Task("nothing:at_all").run()


def told(found, folder):
    """Check what holds of all findings, and give the labels and sizes of their figures."""
    for figure in found.figures:
        assert all(math.isfinite(ratio) and ratio > 0 for ratio in figure.ratios)
        assert figure.ours > 0
        assert figure.theirs > 0
        assert figure.peak is None or figure.peak > 10_000_000
    figures.save(found, folder)
    assert figures.load(found.name, folder) == found
    lines = writing.section(found).splitlines()
    assert lines[0] == f"## {writing.TITLES[found.name][0]}"
    assert sum(line.startswith("| ") for line in lines) >= len(found.figures) + 2
    return [(figure.what, figure.size, figure.goal) for figure in found.figures]


@pytest.mark.usefixtures("here")
def test_attribution(bench, tmp_path):
    assert told(attribution.run(bench), tmp_path) == [
        ("report", 200, None),
        ("report, the origins named for the first time", 200, None),
        ("report", 2_000, 2),
        ("report, the origins named for the first time", 2_000, 2),
        ("report, growth with the touches", 2_000, 11),
    ]


@pytest.mark.usefixtures("here")
def test_the_made_up_touches_are_twelve_channels_and_every_conversion_has_a_touch(bench):
    database = str(attribution.workspace_of(TINY, bench.cache))
    facts = measuring.Task("benchmarks.attribution:ours", {"database": database, "unnamed": False}).run().facts
    assert facts.pop("null_journeys") > 500
    assert facts == {"touches": 2_000, "conversions": 15, "conversions_without_touch": 0, "channels": 12}
    assert measuring.Task("benchmarks.attribution:floor", {"database": database}).run().facts == {"rows": 2_000}


def test_blocks_are_drawn_alike_each_time():
    first, second = (
        [(block.person.tolist(), block.at.tolist(), block.origin.tolist()) for block in made_touches.blocks(TINY)] for _ in range(2)
    )
    assert first == second
    assert sum(len(block.at) for block in made_touches.blocks(TINY)) == TINY


@pytest.mark.usefixtures("here")
def test_imports(bench, tmp_path):
    assert told(imports.run(bench), tmp_path) == [
        ("import into an empty workspace", 2_000, 0.2),
        ("the same file once more", 2_000, None),
        ("import into an empty workspace, each paid click with an id of its own", 200, None),
        ("the same file once more, each paid click with an id of its own", 200, None),
    ]


@pytest.mark.usefixtures("here")
def test_weblog(bench, tmp_path):
    assert told(weblog.run(bench), tmp_path) == [("visits and goals from an access log", 2_000, None)]
    log = str(weblog.log_of(TINY, bench.cache))
    assert measuring.Task("benchmarks.weblog:floor", {"log": log}).run().facts == {"lines": 2_000}
    facts = measuring.Task("benchmarks.weblog:ours", {"log": log}).run().facts
    assert facts["touches"] > 500
    assert facts["conversions"] > 0


@pytest.mark.usefixtures("here")
def test_an_import_adds_every_row_once(bench):
    csv, arrow = imports.files_of(TINY, True, bench.cache)
    facts = measuring.Task("benchmarks.imports:ours", {"csv": str(csv)}).run().facts
    assert (facts["added_first"], facts["added_again"]) == (2_000, 0)
    assert measuring.Task("benchmarks.imports:floor", {"arrow": str(arrow)}).run().facts["rows"] == 2_000


@pytest.mark.usefixtures("here")
def test_orders(bench, tmp_path):
    assert [(what.partition(",")[0], size, goal) for what, size, goal in told(orders.run(bench), tmp_path)] == [
        (f"Markov chain of order {order}", 2_000, 1) for order in (1, 2, 3, 4)
    ]


@pytest.mark.usefixtures("here")
def test_truth(bench, tmp_path, capsys):
    found = truth.run(dataclasses.replace(bench, size=6_000))
    assert [what for what, _, _ in told(found, tmp_path)] == ["touches to incremental credit"]
    models = ("incremental", *truth.MODELS)
    assert [row.what for row in found.agreements] == [f"{model}, {scenario}" for scenario in truth.SCENARIOS for model in models]
    ours = [row for row in found.agreements if row.what.startswith("incremental")]
    assert all(0 < row.difference < 1 and "of the intervals hold the truth" in row.remark for row in ours)
    assert [line.strip() for line in capsys.readouterr().err.splitlines()[:2]] == [
        "ChannelAttribution is not installed and not compared; pip install '.[bench]' brings it",
        "marketing-attribution-models is not installed and not compared; pip install '.[bench]' brings it",
    ]


def test_a_score_by_hand():
    """Errors of 0.2 and 0.3 are 0.25 in the mean; each is half of 0.1 from it, which is a standard deviation of 0.1 / sqrt(2)."""
    rows = truth._agreements(
        [truth.Score("harvest", "last", seed, error, 2.0, held) for seed, error, held in ((1, 0.2, 1.0), (2, 0.3, 0.5))]
    )
    assert [(row.what, row.difference, row.remark) for row in rows] == [
        (
            "last, harvest",
            0.25,
            "half the L1 distance of shares, ± 7.1% over 2 companies; total 2.00 times; 75% of the intervals hold the truth",
        )
    ]


@pytest.mark.usefixtures("here")
def test_sizes(bench, tmp_path):
    assert told(sizes.run(bench), tmp_path) == [("report", 20, None), ("report", 200, None), ("report", 2_000, None)]


@pytest.mark.usefixtures("here")
def test_social_activate(tmp_path):
    found = social_activate.run(measuring.Bench(60, 1, tmp_path))
    assert told(found, tmp_path) == [
        ("report of 50 advocates, everybody at a key account", 60, None),
        ("choice of 50 alone", 60, None),
    ]
    assert [agreement.difference for agreement in found.agreements] == [0.0]


@pytest.mark.usefixtures("here")
def test_intervals(bench, tmp_path):
    assert told(intervals.run(bench), tmp_path) == [
        ("intervals of all rule models and Shapley", 2_000, None),
        *((f"intervals of a Markov chain of order {order}", 2_000, None) for order in (1, 2, 3, 4)),
        ("journeys told by key", 2_000, None),
    ]


def test_coverage(bench, tmp_path):
    """Of three companies; how often intervals hold is a matter of many more."""
    found = coverage.run(bench, 3)
    assert told(found, tmp_path) == []
    assert [row.model for row in found.coverages][-4:] == ["shapley", "markov, order 2", "markov, order 3", "markov, order 4"]
    for row in found.coverages:
        assert all(0.5 < held <= 1 for held in row.all)
        assert 10 < row.all_count <= 3 * 14
        assert row.sure_count < row.all_count


def test_startup(tmp_path):
    (figure,) = told(startup.run(measuring.Bench(1, 1, tmp_path)), tmp_path)
    assert figure[1:] == (0, 2)


@pytest.mark.usefixtures("here")
def test_our_side_of_the_comparison_with_other_packages(bench):
    touches, paths = peers.files_of(TINY, bench.cache)
    credits = measuring.Task("benchmarks.peers:ours_of_touches", {"file": str(touches)}).run().facts["credits"]
    assert list(credits) == [*("first", "last", "linear", "u_shaped", "time_decay", "markov", "shapley"), "removal effects"]
    ours = measuring.Task("benchmarks.peers:ours_of_paths", {"file": str(paths)}).run().facts
    exact = measuring.Task("benchmarks.peers:exact", {"file": str(paths)}).run().facts["credit"]
    assert ours["credit"] == pytest.approx(exact, rel=1e-9)
    assert credits["markov"] == pytest.approx(exact, rel=1e-9)


@pytest.mark.skipif(
    not (importlib.util.find_spec("mam") and importlib.util.find_spec("ChannelAttribution")), reason="the extra 'bench' is not installed"
)
@pytest.mark.usefixtures("here")
def test_other_packages(bench, tmp_path):
    found = peers.run(bench)
    assert [(what, goal) for what, _, goal in told(found, tmp_path)] == [
        ("raw touches to credits, seven models", 5),
        ("aggregated paths to Markov credits, order 1", 3),
        ("aggregated paths to Markov credits, order 2", 5),
        ("aggregated paths to Markov credits, order 3", 5),
    ]
    equal = [agreement for agreement in found.agreements if agreement.remark == peers.ALIKE]
    assert len(equal) == 7
    assert max(agreement.difference for agreement in equal) < 1e-9


def test_the_list_and_an_unknown_name():
    listed = CliRunner().invoke(main, [])
    assert [line.split()[0] for line in listed.output.splitlines()] == [*(name for name, _, _ in BENCHMARKS), "all", "page"]
    unknown = CliRunner().invoke(main, ["speed"])
    assert unknown.exit_code == 2
    names = ", ".join([*(name for name, _, _ in BENCHMARKS), "all", "page"])
    assert f"there is no benchmark 'speed'; there are: {names}" in unknown.output


def test_a_figure_says_whether_its_goals_are_met():
    figure = figures.Figure("report", 10, 3.0, "floor", 2.0, "s", (1.4, 1.6, 1.5), 2, False, 10, 20)
    assert (figure.ratio, figure.met) == (1.5, True)
    assert dataclasses.replace(figure, goal=1.4).met is False
    assert dataclasses.replace(figure, goal=1.5, at_least=True).met is True
    assert dataclasses.replace(figure, peak=20).met is False
    assert dataclasses.replace(figure, goal=None, peak_goal=None).met is None


def test_coverage_is_written_whole():
    row = figures.Coverage("markov", (0.951, 0.92, 0.95, 0.93), (0.9, 0.88, 0.91, 0.89), 1_500, 2_000)
    found = figures.Findings("coverage", "2026-01-02", "a machine", {"numpy": "2"}, (), (), (row,))
    assert writing.section(found).splitlines()[4:] == [
        "| model | conversions | value | share of conversions | share of value | intervals | all rows: conversions | value | shares |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
        "| markov | 95.1% | 92.0% | 95.0% | 93.0% | 1,500 | 90.0% | 88.0% | 91.0%, 89.0% |",
        "",
        "2026-01-02. a machine. numpy 2.",
    ]


def test_a_section_is_written_whole():
    figure = figures.Figure("report", 1_000, 3.0, "floor", 2.0, "s", (1.4, 1.6, 1.5), 2, False, 1_500_000_000, 10**9)
    agreement = figures.Agreement("markov", "a | peer", 0.05, "it simulates")
    found = figures.Findings("startup", "2026-01-02", "a machine", {"numpy": "2"}, (figure,), (agreement,))
    assert (
        writing.section(found)
        == """\
## Start

How long the command line takes to answer `--help`, against Python importing click alone.

| what | size | ours | floor or peer | theirs | ratio | goal | met | peak memory |
| --- | --- | --- | --- | --- | --- | --- | --- | --- |
| report | 1,000 | 3.00 s | floor | 2.00 s | 1.50 (1.40 to 1.60) | ≤ 2, < 1 GB | **no** | 1.50 GB |

Do the figures agree?

| figure | compared with | largest difference |  |
| --- | --- | --- | --- |
| markov | a \\| peer | 5.00% | it simulates |

2026-01-02. a machine. numpy 2.
"""
    )
