"""The settings file: what it may hold, and what is said of what it may not."""

import dataclasses
import datetime as dt
import os
import re

import pytest

from workspace.errors import SettingsError
from workspace.settings import (
    AttributionSettings,
    ChannelRule,
    ChannelSettings,
    IdentitySettings,
    LinkSettings,
    PipelineSettings,
    ReferralSettings,
    Settings,
    SingerStream,
    load,
)
from workspace.social_settings import Points, Rate, SocialPolicy, SocialSettings
from workspace.template import IN_FRENCH, TEMPLATE


@pytest.fixture
def loaded(tmp_path):
    def load_text(text):
        path = tmp_path / "smarketing.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return load(path)

    return load_text


def test_a_missing_file_means_every_default(tmp_path):
    assert load(tmp_path / "smarketing.toml") == Settings()


def test_the_template_states_the_defaults(loaded):
    assert loaded(TEMPLATE) == Settings()


def test_the_templates_differ_in_their_comments_and_in_what_french_labour_law_asks(loaded):
    """Every line that is a setting, or one in a comment, is the same in both but for one; other comments are in the reader's language."""

    def split(template):
        settings, words = [], []
        for line in template.splitlines():
            code, _, comment = line.partition("  #")
            told = line.startswith("# ") and not re.match(r'# (\[|"?\w+"? = )', line)
            (words if told else settings).append(line if told else code.rstrip())
            words += [comment] * bool(comment)
        return settings, words

    (settings, english), (same, french) = split(TEMPLATE), split(IN_FRENCH)
    assert [pair for pair in zip(settings, same, strict=True) if pair[0] != pair[1]] == [
        ("individual_reporting = true", "individual_reporting = false")
    ]
    assert len(english) == len(french)
    assert not set(english) & set(french)
    assert loaded(IN_FRENCH) == Settings(social=SocialSettings(individual_reporting=False))


def test_the_template_shows_every_setting(loaded):
    uncommented = re.sub(r'(?m)^# ((\[+[a-z.]+\]+|"?\w+"? = .*)$)', r"\1", TEMPLATE)

    assert loaded(uncommented) == Settings(
        company="Example SAS",
        own_domains=("example.com", "example.fr"),
        currency="EUR",
        time_zone="UTC",
        language="fr",
        rates={"USD": 0.92},
        attribution=AttributionSettings(lookback_days=90.0, goal="won", stages=("lead", "mql", "sql", "opportunity", "won")),
        pipeline=PipelineSettings(
            sales_kinds=("call", "meeting"),
            sales_sources=("sales", "outbound", "cold call", "prospecting", "sdr", "bdr", "prospection", "appel sortant"),
        ),
        identity=IdentitySettings(most_emails=3.0),
        links=LinkSettings(
            sources=("linkedin", "google", "newsletter"),
            mediums=("social", "paid-social", "cpc", "email"),
            campaigns=("2026q1-white-paper",),
        ),
        singer={
            "deals": SingerStream(
                "conversions",
                {"person": "contact.email", "at": "won_time", "value": "value", "currency": "currency"},
                {"goal": "won"},
            )
        },
        referrals=ReferralSettings(partners=("partner.example",), employee_sites=("medium.com/@lea",)),
        sync={"mastodon": {"page": ["example@mastodon.social"]}},
        social=SocialSettings(
            own_page={"linkedin": "example"},
            company_texts=("Our white paper is out: …",),
            view_probability={"linkedin": 0.06},
            policy=(SocialPolicy(rule="approve", team="Finance", network="linkedin", disclosure="#teamexample"),),
            rate=(Rate(network="linkedin", since=dt.date(2026, 1, 1), cpm=32.0, cpc=5.5),),
            points=(Points(since=dt.date(2026, 1, 1), original=10.0, repost=3.0, click=1.0),),
        ),
        channels=ChannelSettings(
            rules="smarketing",
            ignored_referrers=("pay.example.net",),
            aliases={"li": "linkedin"},
            rule=(ChannelRule("partners", "Partners", "referral", source="partner|reseller"),),
        ),
    )
    named = set(re.findall(r'(?m)^"?(\w+)"? = ', uncommented)) | set(re.findall(r"(?m)^\[+(?:channels\.)?(\w+)(?:\.\w+)?\]+", uncommented))
    fields = {
        field.name
        for cls in (Settings, AttributionSettings, PipelineSettings, IdentitySettings, LinkSettings, ReferralSettings, ChannelSettings)
        for field in dataclasses.fields(cls)
    }
    assert fields <= named


@pytest.mark.parametrize("setting", re.findall(r"(?m)^# (\w+ = .*)$", TEMPLATE.partition("# [rates]")[0]))
def test_each_commented_setting_can_be_used_alone(loaded, setting):
    assert loaded(TEMPLATE.replace(f"# {setting}", setting)) != Settings()


def test_a_byte_order_mark_and_windows_line_ends_are_no_trouble(loaded):
    assert loaded(b'\xef\xbb\xbfcurrency = "USD"\r\n[attribution]\r\nlookback_days = 30\r\n') == Settings(
        currency="USD", attribution=AttributionSettings(lookback_days=30.0)
    )


UNKNOWN = [
    ('curency = "EUR"', "curency", "currency"),
    ('[attributions]\ngoal = "won"', "attributions", "attribution"),
    ("[attribution]\nlookback = 90", "attribution.lookback", "attribution.lookback_days"),
    ('[channels]\nignored_referers = ["a.fr"]', "channels.ignored_referers", "channels.ignored_referrers"),
    ('[[channels.rule]]\nname = "a"\nchanel = "b"', "channels.rule.chanel", "channels.rule.channel"),
    ("lookback_days = 30", "lookback_days", "attribution.lookback_days"),
    ('[channels]\ncompany = "Example"', "channels.company", "company"),
    ('devise = "EUR"', "devise", "currency"),
    ("[attribution]\nobjectif = 3", "attribution.objectif", "attribution.goal"),
]


@pytest.mark.parametrize(("text", "key", "near"), UNKNOWN)
def test_an_unknown_key_suggests_the_nearest(loaded, text, key, near):
    with pytest.raises(SettingsError) as error:
        loaded(text)
    assert str(error.value) == f"smarketing.toml: there is no setting '{key}'; did you mean '{near}'?"


def test_an_unknown_key_that_is_like_nothing_lists_what_there_is(loaded):
    with pytest.raises(SettingsError) as error:
        loaded('[identity]\nzzz = "?"')
    assert str(error.value) == "smarketing.toml: there is no setting 'identity.zzz'; here there are: most_emails"


WRONG = [
    ("currency = 5", 'currency = 5 is not a text, such as "EUR"'),
    ('own_domains = "example.com"', 'own_domains = "example.com" is not a list, such as ["example.com"]'),
    ('own_domains = ["a.fr", 3]', 'own_domains = 3 is not a text, such as "EUR"'),
    ('rates = ["USD"]', 'rates = ["USD"] is not a table, such as { USD = 0.92 }'),
    ('[rates]\nUSD = "0,92"', 'rates.USD = "0,92" is not a number, such as 90'),
    ("attribution = 90", "attribution = 90 is not a table of settings"),
    ("[attribution]\nlookback_days = true", "attribution.lookback_days = true is not a number, such as 90"),
    ("[attribution]\nlookback_days = 2026-01-31", "attribution.lookback_days = 2026-01-31 is not a number, such as 90"),
    ("company = 09:30:00", 'company = 09:30:00 is not a text, such as "EUR"'),
    ("company = { Name = 'Ex' }", 'company = { Name = "Ex" } is not a text, such as "EUR"'),
    ('[[channels.rule]]\nname = "partners"', "'channels.rule.channel' is missing; every [[channels.rule]] needs it"),
    ('currency = "euro"', "'euro' is not a currency; write its three-letter code, such as EUR"),
    ("[rates]\nusd = 0.9", "'usd' is not a currency; write its three-letter code, such as EUR"),
    ("[rates]\nUSD = 0", "rates.USD = 0.0 has to be above 0: what one USD is worth in your currency"),
    ("[rates]\nUSD = inf", "rates.USD = inf has to be above 0: what one USD is worth in your currency"),
    ("[rates]\nUSD = nan", "rates.USD = nan has to be above 0: what one USD is worth in your currency"),
    ("[rates]\nEUR = 2", "rates.EUR is the rate of your own currency, which is 1; take it out"),
    ('time_zone = "europe/pari"', "there is no time zone 'europe/pari'; did you mean 'Europe/Paris'?"),
    ('time_zone = "../etc/passwd"', None),
    ('time_zone = "Europe"', None),
    ('time_zone = ""', None),
    ('language = "de"', 'language = "de" is not there; choose "en" or "fr"'),
    ('[channels]\nrules = "ga3"', 'channels.rules = "ga3" is not there; choose "smarketing" or "ga4"'),
    ("[attribution]\nlookback_days = 0", "attribution.lookback_days = 0 has to be above 0 and at most 36500"),
    ("[attribution]\nlookback_days = inf", "attribution.lookback_days = inf has to be above 0 and at most 36500"),
    ("[attribution]\nlookback_days = nan", "attribution.lookback_days = nan has to be above 0 and at most 36500"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_value_that_cannot_be_used_is_named_with_what_would_work(loaded, text, said):
    with pytest.raises(SettingsError) as error:
        loaded(text)
    if said is None:
        zone = text.partition('"')[2].rstrip('"')
        assert str(error.value).startswith(f"smarketing.toml: there is no time zone '{zone}'; did you mean '")
    else:
        assert str(error.value) == f"smarketing.toml: {said}"


def test_a_rate_of_one_for_the_own_currency_is_allowed(loaded):
    assert loaded("[rates]\nEUR = 1").rates == {"EUR": 1.0}


WRITTEN = (
    "this line cannot be read; texts stand in straight quotes, lists in square brackets, decimals have a point and days stand bare, as in "
    'own_domains = ["example.com"], cpc = 5.5 and since = 2026-01-31'
)
TWICE = "what stands here is there a second time; put both under one heading, and each setting once"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("own_domains = [example.com]", f"1: {WRITTEN}"),
        ("[[social.rate]]\ncpm = 32,0\n", f"2: {WRITTEN}"),
        ("company = «Veloria»", f"1: {WRITTEN}"),
        ('company = "Veloria"\nown_domains = ["veloria.example"', f"2: {WRITTEN}"),
        ("[social]\nclick_days = 30\n\n[social]\nlead_days = 60\n", f"4: {TWICE}"),
        ('currency = "EUR"\ncurrency = "USD"\n', f"2: {TWICE}"),
    ],
)
def test_what_is_not_toml_is_shown_where_and_how(loaded, text, said):
    with pytest.raises(SettingsError) as error:
        loaded(text)
    assert str(error.value) == f"smarketing.toml:{said}"


@pytest.mark.parametrize("text", ['company = "Société"'.encode("latin-1"), 'company = "A"'.encode("utf-16")])
def test_what_is_not_utf8_is_said(loaded, text):
    with pytest.raises(SettingsError) as error:
        loaded(text)
    assert str(error.value) == "smarketing.toml: the settings are not UTF-8 text; save the file as UTF-8"


def test_a_folder_in_place_of_the_file_is_said(tmp_path):
    path = tmp_path / "smarketing.toml"
    path.mkdir()
    with pytest.raises(SettingsError) as error:
        load(path)
    assert str(error.value) == f"{path}: the settings cannot be read ({os.strerror(21)}); check the file and its permissions"
