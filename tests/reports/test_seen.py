"""The page in a real browser, the workbook in a real office."""

import io
import re
import subprocess

import pandas as pd

from reports.as_html import write as write_page
from reports.as_xlsx import write as write_workbook
from reports.report import Report
from tests.parts import needs
from tests.reports.samples import FRENCH, MADE_ON, attribution, hostile, imports

CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync",
    "--disable-component-update", "--enable-logging=stderr", "--virtual-time-budget=10000",
)  # fmt: skip


def page_of(reports):
    content = io.BytesIO()
    write_page(reports, FRENCH, content, made_on=MADE_ON)
    return content.getvalue().decode()


def browse(tmp_path, page, option):
    (tmp_path / "page.html").write_text(page)
    profile = f"--user-data-dir={tmp_path / 'profile'}"
    command = [*CHROMIUM, profile, option, (tmp_path / "page.html").as_uri()]
    result = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return result.stdout, [line for line in result.stderr.splitlines() if "CONSOLE" in line]


@needs("chromium", package="chromium")
def test_the_page_draws_its_charts_without_an_error(tmp_path):
    page, console = browse(tmp_path, page_of([attribution(), imports(), hostile()]), "--dump-dom")
    assert console == []
    plots = re.split(r'class="plot[ "]', page)[1:]
    assert ['class="main-svg"' in plot for plot in plots] == [True, True, True]
    assert [len(re.findall(r'<g class="point"[^>]*><path[^>]* d="M', plot)) for plot in plots] == [6, 0, 4]
    assert plots[1].count('<path class="point"') == 2
    assert "Recherche payante" in plots[0]
    assert "févr." in plots[1]


@needs("chromium", package="chromium")
@needs("pdftotext", package="poppler-utils")
def test_the_page_is_readable_where_scripts_may_not_run(tmp_path):
    page = page_of([attribution()]).replace("script-src 'unsafe-inline'", "script-src 'none'")
    browse(tmp_path, page, f"--print-to-pdf={tmp_path / 'page.pdf'}")
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    words = " ".join(text.split())
    assert "Recherche payante 3,00 37,5 % 2,25 28,1 %" in words
    assert "Fenêtre d'attribution (jours)" in words


@needs("chromium", package="chromium")
@needs("pdftotext", package="poppler-utils")
def test_no_column_of_a_wide_table_is_cut_off_on_paper(tmp_path):
    """On paper nothing scrolls: the figures of all 20 columns stand within the page."""
    frame = pd.DataFrame({f"figure_{number}": [1_000_000.0 + number] for number in range(20)})
    browse(tmp_path, page_of([Report("wide", "Wide", frame)]), f"--print-to-pdf={tmp_path / 'page.pdf'}")
    command = ["pdftotext", "-bbox", str(tmp_path / "page.pdf"), "-"]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    width = float(re.search(r'<page width="([\d.]+)"', told)[1])
    ends = [float(end) for end, text in re.findall(r'xMax="([\d.]+)" yMax="[\d.]+">([^<]*)</word>', told) if "000" in text]
    assert len(ends) >= 20
    assert max(ends) < width


@needs("soffice", package="libreoffice-calc")
@needs("pdftotext", package="poppler-utils")
def test_an_office_opens_the_workbook_and_shows_its_figures(tmp_path):
    content = io.BytesIO()
    write_workbook([attribution(), imports()], FRENCH, content, made_on=MADE_ON)
    (tmp_path / "x.xlsx").write_bytes(content.getvalue())
    office = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--convert-to", "pdf", "--outdir"]
    subprocess.run([*office, str(tmp_path), str(tmp_path / "x.xlsx")], check=True, capture_output=True, timeout=180)
    text = subprocess.run(["pdftotext", "-layout", str(tmp_path / "x.pdf"), "-"], check=True, capture_output=True, text=True).stdout
    pages = [" ".join(page.split()) for page in text.split("\f")]
    assert pages[0].startswith("Rapport marketing Réalisé avec smarketing le 2 nov. 2026 09:30 UTC")
    assert "Recherche payante 3.00 37.5% 2.25 28.1%" in pages[1]
    assert "Premier point de contact Recherche payante 3.00 3,100 € 37.5%" in pages[2]
    assert "=access.log" in text
    assert "#REF!" not in text
