"""The README shows what the tool prints."""

from docs.make_readme import README, _printed, rerun


def test_the_readme_shows_what_the_tool_prints(tmp_path):
    _printed("smarketing --quiet demo", tmp_path)
    text = README.read_text(encoding="utf-8")
    assert rerun(text, tmp_path) == text, "run `make docs`"
    assert sorted(path.name for path in (tmp_path / "demo").iterdir() if path.suffix in (".xlsx", ".html")) == [
        "advocacy.html",
        "advocacy.xlsx",
        "attribution.html",
        "attribution.xlsx",
    ]
