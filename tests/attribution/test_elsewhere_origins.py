"""Origins told by an engine, against the rows read one by one as an import reads them."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from attribution.channels import Classifier, Origin
from attribution.elsewhere import origins
from attribution.elsewhere.tables import TOUCH_FIELDS, find
from tests.attribution.elsewhere_samples import tables_there
from workspace import urls
from workspace.errors import DataError
from workspace.settings import ChannelSettings

FIELDS = ("source", "medium", "campaign", "content", "referrer", "click_id_kind", "channel", "kind")
ROWS = [
    {},
    {"source": " Google ", "medium": "CPC", "campaign": "Été 2026", "kind": "visit"},
    {"source": "a|b\\c'd\"e", "medium": "%", "campaign": "x\ty"},
    {"source": "", "referrer": "https://www.Google.com/search?q=crm#top"},
    {"referrer": "android-app://com.slack/"},
    {"referrer": "lnkd.in/abc"},
    {"referrer": "https://user:secret@news.example.org:8080/p//q"},
    {"referrer": "//cdn.example.org/a"},
    {"referrer": "example.org/a//b"},
    {"referrer": "www.example.org:8080/x"},
    {"referrer": " https://chatgpt.com/ "},
    {"referrer": "-"},
    {"referrer": "https://example.com?u=https://other.org/"},
    {"url": "https://ex.com/?utm_source=lnkd.in&utm_medium=social&li_fat_id=9"},
    {"url": "/p?id=7&gclid=1"},
    {"url": "/p?gclid=&fbclid=2"},
    {"url": "/p?fbclid=2&GCLID=1"},
    {"url": "/p?gclid=&gclid=1"},
    {"url": "/p?gclid=1&gclid="},
    {"url": "/p?gclid=&gclid=&GCLID=&fbclid=&fbclid=3#gclid=4"},
    {"url": "/p?gclid=&gclid="},
    {"url": "https://ex.com/a#x?UTM_Source=Bing%20Ads&utm_medium=cpc#end"},
    {"url": "https://ex.com/?a=1&utm_campaign=spring+sale%26more&utm_content=B"},
    {"url": "https://ex.com/?utm_source="},
    {"url": "https://ex.com/?utm_source=%20&utm_medium=email"},
    {"url": "https://ex.com/?xutm_source=no&utm_sources=no"},
    {"url": "https://ex.com/utm_source=path"},
    {"url": "?utm_source=first&utm_source=second"},
    {"url": "https://ex.com/?q=%C3%89T%C3%89&utm_source=caf%C3%A9"},
    {"url": "https://ex.com/?q=ÉTÉ&utm_source=x", "source": "X"},
    {"source": "google", "url": "https://ex.com/?utm_source=news&utm_campaign=y&gclid=3"},
    {"source": "News", "url": "https://ex.com/?utm_source=news&utm_campaign=y&gclid=3"},
    {"click_id_kind": "msclkid", "url": "https://ex.com/?gclid=3"},
    {"channel": "Paid Social", "kind": "ad_click"},
]


def literal(row, content):
    """Read one row as an import does."""
    own = {name: value.strip().replace("\t", " ") for name in FIELDS if (value := row.get(name)) and value.strip()}
    if not content:
        own.pop("content", None)
    if "referrer" in own:
        own["referrer"] = urls.host(own["referrer"])
    tags = urls.tags(row["url"]) if row.get("url") else urls.NO_TAGS
    shared = [name for name in ("source", "medium", "campaign", "content") if content or name != "content"]
    if all(name not in own or getattr(tags, name) is None or own[name].lower() == getattr(tags, name).lower() for name in shared):
        for name in (*shared, "click_id_kind"):
            if name not in own and getattr(tags, name):
                own[name] = getattr(tags, name)
    return Origin(**{"kind": "visit", **own})


def table_of(rows):
    columns = {name: pa.array([row.get(name) for row in rows], pa.string()) for name in (*FIELDS, "url")}
    return pa.table({"id": pa.array(range(len(rows)), pa.int64()), **columns})


def told(backend, name, content):
    found = origins.with_query(find(backend, "the engine", name, TOUCH_FIELDS, (), {}))
    columns = origins.origin_columns(found, content)
    rows = found.table.select("id", **columns).to_pyarrow().sort_by("id").to_pylist()
    return [origins.origin_of({name: row[name] for name in columns}) for row in rows]


@pytest.mark.parametrize("content", [True, False])
def test_every_engine_reads_origins_as_an_import_does(engine_url, tmp_path, content):
    with tables_there(engine_url, tmp_path, touches=table_of(ROWS)) as (backend, names):
        assert told(backend, names["touches"], content) == [literal(row, content) for row in ROWS]


PIECES = st.lists(
    st.sampled_from(
        ["utm_source=a", "UTM_SOURCE=A", "utm_medium=cpc", "utm_campaign=%C3%A9", "gclid=1", "fbclid=x", "id=3", "gclid=", "a=b", "utm_x=1"]
    ),
    max_size=5,
).map("&".join)
TEXTS = st.sampled_from([None, "", " ", "a", "A", "b", "x y", "é"])
TOUCHES = st.fixed_dictionaries(
    {
        "source": TEXTS,
        "medium": TEXTS,
        "campaign": TEXTS,
        "referrer": st.sampled_from([None, "", "https://a.example/x", "b.example", "//c.example/?q", "app://d.example", "http://", "/"]),
        "url": st.one_of(
            st.none(),
            st.builds("{}{}{}".format, st.sampled_from(["", "https://e.example/", "/p"]), PIECES.map("?{}".format), st.just("#f?g")),
        ),
    }
)


@given(st.lists(TOUCHES, min_size=1, max_size=30))
def test_any_row_is_read_as_an_import_reads_it(tmp_path_factory, rows):
    with tables_there("duckdb://", tmp_path_factory.mktemp("rows"), touches=table_of(rows)) as (backend, names):
        assert told(backend, names["touches"], True) == [literal(row, True) for row in rows]


def test_a_table_may_name_click_ids_in_columns_of_their_own_or_nothing_at_all(tmp_path):
    rows = pa.table({"id": [0, 1, 2], "GCLID": ["", "x", None], "fbclid": ["y", "z", None]})
    bare = pa.table({"id": [0]})
    with tables_there("duckdb://", tmp_path, rows=rows, bare=bare) as (backend, names):
        assert [origin.click_id_kind for origin in told(backend, names["rows"], False)] == ["fbclid", "gclid", None]
        assert told(backend, names["bare"], False) == [Origin(kind="visit")]


def test_origins_get_the_codes_of_their_names():
    classifier = Classifier(ChannelSettings(), ["ours.example"])
    distinct = pa.table(
        {"source": ["google", "google", "", ""], "medium": ["cpc", "organic", "", ""], "referrer": ["", "", "", "www.ours.example"]}
    )
    codes, names, direct = origins.code_table(distinct, classifier, "channel")
    assert names == ("Direct", "Organic Search", "Paid Search")
    assert codes["code"].to_pylist() == [2, 1, 0, 0]
    assert direct == {"Direct"}
    assert len(set(codes["shuffle"].to_pylist())) == 4
    assert origins.code_table(distinct, classifier, "source")[1:] == (("(direct)", "google"), frozenset({"(direct)"}))
    assert origins.code_table(distinct, classifier, "campaign")[1:] == (("(none)",), frozenset())


def test_too_many_origins_are_refused_with_the_way_out(monkeypatch):
    monkeypatch.setattr(origins, "MOST", 2)
    with pytest.raises(DataError) as caught:
        origins.code_table(pa.table({"campaign": ["a", "b", "c"]}), Classifier(ChannelSettings(), []), "channel")
    assert str(caught.value) == (
        "There are more than 2 different origins of touches: one of their columns tells visits apart rather than where they came from. The "
        "columns are campaign; leave one out with --map FIELD=, or clean it in a view"
    )
