"""What no export should hold, and some do."""

from __future__ import annotations

import gzip

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.connectors.ad_samples import CONNECTORS, GOOGLE, LINKEDIN, META, MICROSOFT, Read, read, read_or_refusal, spent, write

ADS = {"google-ads": GOOGLE, "meta-ads": META, "linkedin-ads": LINKEDIN, "microsoft-ads": MICROSOFT}
EVERY = pytest.mark.parametrize("connector", ADS)
HEAD = "Day,Campaign,Campaign ID,Cost (EUR),Impr.\n"


@EVERY
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1252", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\n\n", "\r\n,\r\n"])
def test_encodings_and_line_ends(tmp_path, connector, encoding, end):
    content = ADS[connector].replace("©", "@").replace("Brand", "Marque été").replace("Leads", "Été")
    usual = read(connector, write(tmp_path, content))
    found = read(connector, write(tmp_path, content.replace("\n", end).encode(encoding)))
    assert [row | {"row": 0} for row in found.rows] == [row | {"row": 0} for row in usual.rows]


@EVERY
def test_from_a_compressed_file(tmp_path, connector):
    usual = read(connector, write(tmp_path, ADS[connector]))
    found = read(connector, write(tmp_path, gzip.compress(ADS[connector].encode()), "export.csv.gz"))
    assert (found.rows, found.rejects) == (usual.rows, usual.rejects)


@EVERY
def test_cut_short_anywhere(tmp_path, connector):
    """What is left is read, or refused as a whole; no cut makes a row that was not there."""
    whole = {(row["day"], row["campaign"]): row["amount"] for row in read(connector, write(tmp_path, ADS[connector])).rows}
    content = ADS[connector].rstrip()
    for length in range(0, len(content), 7):
        found = read_or_refusal(connector, write(tmp_path, content[:length]))
        if isinstance(found, Read):
            for row in found.rows[:-1]:
                assert row["amount"] <= whole[row["day"], row["campaign"]]


@EVERY
@pytest.mark.parametrize(
    "junk", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff" * 300, b"PK\x03\x04zip", b"%PDF-1.7", b"<html><table>", b"{}\n"]
)
def test_other_files(tmp_path, connector, junk):
    assert isinstance(read_or_refusal(connector, write(tmp_path, junk)), str)


@EVERY
def test_an_export_of_another_platform_or_of_visits(tmp_path, connector):
    path = write(tmp_path, "person,at,source\nanna,2026-01-31,google\n")
    assert f"no row holds the column names of an export of {CONNECTORS[connector].platform.title}" in str(read_or_refusal(connector, path))


def test_an_export_that_stands_twice_in_its_file(tmp_path):
    """The second header is a row without a day and a cost, and said; so are the rows that are alike; the sum shows it too."""
    found = read("google-ads", write(tmp_path, GOOGLE + GOOGLE))
    assert [row["amount"] for row in found.rows] == [24.68, 2041.0, 6.2, 0.0]
    assert [row for row, _, _ in found.refused] == [11, 12, 13]
    assert found.remarks[-4:] == [
        "{file}: rows like an earlier one in every column: 3. They count; if the file holds its rows twice, export it again.",
        "{file}: rows of totals, passed over: 6.",
        "{file}: the rows add up to 2,071.88 CAD, but 'Total: Campaigns' is 1,035.94: the rows have 1,035.94 more.",
        "{file}: rows that were rejected and are not in the sum: 3.",
    ]


def test_formula_like_and_huge_cells(tmp_path):
    content = HEAD + '2026-09-01,=1+1,1,5.00,7\n2026-09-01,"' + "x" * 100_000 + '",2,5.00,7\n2026-09-01,C,' + "9" * 2_000 + ",5.00,7\n"
    found = read("google-ads", write(tmp_path, content))
    assert found.rows == [spent("google-ads", 2, "2026-09-01", "=1+1", 5.0, impressions=7, key="1")]
    assert [(row, field) for row, field, _ in found.refused] == [(3, "campaign"), (4, "id")]
    assert all(len(value) <= 200 for _, _, value in found.refused)


@pytest.mark.parametrize("amount", ["five", "1e400", "1,2,3", "--5--", "=5+5", "5 EUR USD", "1.000.00"])
def test_amounts_that_are_none(tmp_path, amount):
    found = read("google-ads", write(tmp_path, HEAD + f'2026-09-01,A,1,"{amount}",7\n2026-09-02,A,1,5.00,7\n'))
    assert ([row["amount"] for row in found.rows], [row for row, _, _ in found.refused]) == ([5.0], [2])


def test_a_credit_is_subtracted(tmp_path):
    found = read("google-ads", write(tmp_path, HEAD + "2026-09-01,A,1,-5.00,\n2026-09-01,A,1,(1.50),\n2026-09-01,A,1,10.00,\n"))
    assert [row["amount"] for row in found.rows] == [3.5]


def test_blank_rows_are_no_rows(tmp_path):
    found = read("google-ads", write(tmp_path, HEAD + ",,,,\n--,--,--,--,--\n\n2026-09-01,A,1,5.00,\n"))
    assert ([row["row"] for row in found.rows], found.rejects) == ([5], [])


CELL = st.sampled_from(
    ["", "2026-09-01", "9/13/2026", "Total", "Total: x", "5", "1,5", "< 10", "--", "é", "©2026 Microsoft", '"', "=1", "a\nb"]
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(rows=st.lists(st.lists(CELL, min_size=5, max_size=6), max_size=6), connector=st.sampled_from(list(ADS)))
def test_any_cells_are_read_or_refused(tmp_path, rows, connector):
    """Every row is read, refused, or of a kind that is passed over; whatever is read has a day and an amount."""
    head = {"google-ads": HEAD, "meta-ads": "Day,Campaign name,Campaign ID,Amount spent (EUR),Impressions\n"}.get(
        connector, "Day,Campaign name,Campaign ID,Spend (EUR),Impressions\n"
    )
    lines = [",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    found = read_or_refusal(connector, write(tmp_path, head + "\n".join(lines) + "\n"))
    if isinstance(found, Read):
        assert len(found.rows) + len(found.rejects) <= len(rows)
        assert all(row["amount"] is not None and row["day"] is not None for row in found.rows)
        assert len({row["id"] for row in found.rows}) == len(found.rows)
