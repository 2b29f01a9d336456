"""Texts, numbers, money and times as each language writes them."""

import datetime as dt
import locale
import math
import string

import numpy as np
import pandas as pd
import pytest
from babel.numbers import parse_decimal
from hypothesis import given
from hypothesis import strategies as st

from reports.catalogue import gather, sources
from reports.columns import COLUMNS, PARAMETERS, UNITS, column
from reports.identifiers import WORDS
from reports.language import CODES, Language, choose_language, language
from reports.report import Text
from reports.values import plain
from tests.reports.samples import ENGLISH, FRENCH
from workspace.errors import SourceError

NARROW, HARD = "\u202f", "\xa0"
NOON = dt.datetime(2026, 3, 1, 12, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("template", "fields", "english", "french"),
    [
        ("{n}", {"n": 12345}, "12,345", f"12{NARROW}345"),
        ("{n}", {"n": 0.12345}, "0.123", "0,123"),
        ("{n:d}", {"n": 12345}, "12345", "12345"),
        ("{n:,}", {"n": 12345}, "12,345", f"12{NARROW}345"),
        ("{n:.2f}", {"n": 1234.5}, "1,234.50", f"1{NARROW}234,50"),
        ("{n:,.0f}", {"n": 1234.4}, "1,234", f"1{NARROW}234"),
        ("{share:.1%}", {"share": 0.1234}, "12.3%", f"12,3{HARD}%"),
        ("{share:.0%}", {"share": 1}, "100%", f"100{HARD}%"),
        ("{n:.3g}", {"n": 0.00012345}, "0.000123", "0.000123"),
        ("{file}:{row}: {value!r}", {"file": "a.csv", "row": 1204, "value": "x"}, "a.csv:1204: 'x'", "a.csv:1204: 'x'"),
        ("{day}", {"day": dt.date(2026, 3, 1)}, "Mar 1, 2026", "1 mars 2026"),
        ("{day:%Y-%m}", {"day": dt.date(2026, 3, 1)}, "2026-03", "2026-03"),
        ("{at}", {"at": NOON}, "Mar 1, 2026 12:00 UTC", "1 mars 2026 12:00 UTC"),
        ("{n}", {"n": None}, "–", "–"),
        ("{n}", {"n": True}, "yes", "oui"),
        ("{n}", {"n": np.int64(1200)}, "1,200", f"1{NARROW}200"),
        ("{n}", {"n": math.inf}, "inf", "inf"),
        ("{label}: {value}", {"label": Text("Channel"), "value": ["a", "b"]}, "Channel: a, b", "Canal\xa0: a, b"),
        ("{{x}} {n}", {"n": "y"}, "{x} y", "{x} y"),
        ("{n} {n:row was|rows were}", {"n": 0}, "0 rows were", "0 row was"),
        ("{n} {n:row was|rows were}", {"n": 1}, "1 row was", "1 row was"),
        ("{n} {n:row was|rows were}", {"n": 1.5}, "1.5 rows were", "1,5 row was"),
        ("{n} {n:row was|rows were}", {"n": np.int64(2000)}, "2,000 rows were", f"2{NARROW}000 rows were"),
    ],
)
def test_a_text_is_filled_in_the_language_s_way(template, fields, english, french):
    assert (ENGLISH.text(Text(template, **fields)), FRENCH.text(Text(template, **fields))) == (english, french)


def test_every_sentence_with_words_that_depend_on_a_number_can_be_said():
    """In both languages, for none, one and many: no brace and no bar is left."""
    written = {message.id for message in gather(sources()) if isinstance(message.id, str) and ":" in message.id and "|" in message.id}
    parsed = {template: list(string.Formatter().parse(template)) for template in written}
    chosen = {template: parts for template, parts in parsed.items() if any("|" in (spec or "") for _, _, spec, _ in parts)}
    assert len(chosen) > 40
    for template, parts in chosen.items():
        fields = [name for _, name, _, _ in parts if name]
        for count in (0, 1, 2):
            text = Text(template, **dict.fromkeys(fields, count))
            for said in (str(text), ENGLISH.text(text), FRENCH.text(text)):
                assert not set("{}|") & set(said), said


@pytest.mark.parametrize(
    ("name", "english", "french"),
    [
        ("credited_démo_planifiée", "Credited: démo planifiée", "Crédité\xa0: démo planifiée"),
        ("cost_per_demo", "Cost per demo", "Coût par demo"),
        ("cost_per_demo_low", "Cost per demo, from", "Coût par demo, de"),
        ("cost_per_demo_high", "Cost per demo, to", "Coût par demo, à"),
    ],
)
def test_columns_of_goals_that_only_the_user_knows(name, english, french):
    assert (ENGLISH.label(name), FRENCH.label(name)) == (english, french)
    assert column(name, np.dtype(float)).unit == ("money" if name.startswith("cost") else "number")


def test_an_error_and_a_plain_string_are_texts_too():
    error = SourceError("{path}: this is a folder; name a file in it", path="x")
    assert FRENCH.text(error) == "x\xa0: c'est un dossier\xa0; nommez un fichier dans ce dossier"
    assert FRENCH.text("Notes in no catalogue {as they stand}") == "Notes in no catalogue {as they stand}"


@pytest.mark.parametrize(
    ("value", "name", "english", "french"),
    [
        (1234.5, "value", "€1,234.50", f"1{NARROW}234,50{HARD}€"),
        (-3, "value", "-€3.00", f"-3,00{HARD}€"),
        (12000, "touches", "12,000", f"12{NARROW}000"),
        (12000.0, "touches", "12,000", f"12{NARROW}000"),
        (12345, "import", "12345", "12345"),
        (12.34, "conversions", "12.3", "12,3"),
        (0.0123, "conversions", "0.01", "0,01"),
        (0.0, "conversions", "0.0", "0,0"),
        (0.256, "share_of_touches", "25.6%", f"25,6{HARD}%"),
        (dt.date(2026, 3, 1), "month", "Mar 2026", "mars 2026"),
        ("Paid Search > Direct", "path", "Paid Search > Direct", "Recherche payante > Direct"),
        ("u_shaped", "model", "U-shaped", "En U"),
        ("Paid Search", "campaign", "Paid Search", "Paid Search"),
        (Text("Notes"), "reason", "Notes", "Notes"),
        (math.inf, "cost_per_lead", "∞", "∞"),
    ],
)
def test_a_cell_is_shown_by_its_column(value, name, english, french):
    assert (ENGLISH.cell(value, name, "EUR"), FRENCH.cell(value, name, "EUR")) == (english, french)


@pytest.mark.parametrize("missing", [None, math.nan, np.float64("nan"), pd.NA, pd.NaT, np.datetime64("NaT")])
def test_what_is_unknown_is_a_dash_never_a_zero(missing):
    assert plain(missing) is None
    assert ENGLISH.cell(missing, "conversions") == "–"


@given(st.floats(-1e12, 1e12), st.sampled_from(CODES), st.integers(0, 4))
def test_a_number_read_back_is_the_number_rounded(value, code, digits):
    shown = Language(code).text(Text(f"{{value:.{digits}f}}", value=value))
    assert abs(float(parse_decimal(shown, locale=code)) - value) <= 0.5 * 10**-digits + abs(value) * 1e-12


@given(st.integers(-(10**15), 10**15), st.sampled_from(CODES))
def test_a_count_read_back_is_the_count(value, code):
    assert int(parse_decimal(Language(code).cell(value, "touches"), locale=code)) == value


def test_unknown_columns_are_shown_by_their_words_and_their_type():
    assert (column("deals_won", np.dtype("int64")).unit, column("deals_won").label) == ("count", "Deals won")
    assert ENGLISH.label("deals_won") == "Deals won"


def test_the_catalogues_name_known_units_and_each_name_once():
    assert {one.unit for one in (*COLUMNS.values(), *PARAMETERS.values())} <= set(UNITS)
    assert all(name == one.name for catalogue in (COLUMNS, PARAMETERS) for name, one in catalogue.items())
    assert all(WORDS.values())


@pytest.mark.parametrize(
    ("asked", "settings", "environ", "code"),
    [
        ("fr", "en", {"SMARKETING_LANG": "en", "LANG": "en_US.UTF-8"}, "fr"),
        (None, "en", {"SMARKETING_LANG": "fr", "LANG": "en_US.UTF-8"}, "fr"),
        (None, "fr", {"LANG": "en_US.UTF-8"}, "fr"),
        (None, None, {"LC_ALL": "fr_FR", "LANG": "en_US.UTF-8"}, "fr"),
        (None, None, {"LC_ALL": "C", "LANG": "fr_FR.UTF-8"}, "en"),
        (None, None, {"LC_ALL": "", "LC_MESSAGES": "fr-CA", "LANG": "de_DE"}, "fr"),
        (None, None, {"LANG": "de_DE.UTF-8"}, "en"),
        (None, None, {}, "en"),
    ],
)
def test_the_language_is_the_first_of_those_wished_for(asked, settings, environ, code):
    assert choose_language(asked, settings, environ) == Language(code)


def test_a_language_without_a_catalogue_is_refused():
    with pytest.raises(ValueError, match="no catalogue for language 'de'; there are en, fr"):
        language("de")


def test_the_locale_of_the_process_stays_as_it_was():
    before = locale.setlocale(locale.LC_ALL)
    FRENCH.cell(1234.5, "value", "EUR")
    FRENCH.cell(NOON, "at")
    assert locale.setlocale(locale.LC_ALL) == before
