"""Exports of advertising platforms made by hand to the shape of real ones, and a way to read them through the whole connector."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from connectors.base import ImportContext, Reject
from connectors.registry import OURS
from tests.connectors.csv_samples import PARIS, Read
from workspace.errors import SmarketingError
from workspace.records import schema
from workspace.settings import Settings

CONNECTORS = {connector.name: connector for connector in OURS}
TAGS = {
    "google-ads": {"source": "google", "medium": "cpc"},
    "meta-ads": {"source": "facebook", "medium": "paid-social"},
    "linkedin-ads": {"source": "linkedin", "medium": "paid-social"},
    "microsoft-ads": {"source": "bing", "medium": "cpc"},
}

GOOGLE = """Campaign report
"September 1, 2026 - September 3, 2026"
Day,Campaign,Campaign ID,Currency code,Cost,Impr.,Clicks,CTR,Search impr. share
2026-09-01,Brand,111,CAD,12.34,"1,234",7,0.57%,< 10%
2026-09-02,Brand,111,CAD,"1,020.50","10,500",88,0.84%, --
2026-09-01,Total Energies - Search,222,CAD,3.10,40,2,5.00%,61.20%
2026-09-03,Total Energies - Search,222,CAD,0.00,0,0, --, --
Total: Account,--,--,CAD,"1,135.94","12,774",107,0.84%, --
Total: Search,--,--,CAD,"1,035.94","11,774",97,0.82%, --
Total: Campaigns,--,--,CAD,"1,035.94","11,774",97,0.82%, --
"""
"""As the campaigns page exports it, by day (`Segment > Time > Day`)."""

GOOGLE_FRENCH = """Rapport sur les campagnes
"1 sept. 2026 - 3 sept. 2026"
Jour;Campagne;Code de la devise;Coût;Impr.;Clics
2026-09-01;Marque;EUR;12,34;1\u202f234;7
2026-09-02;Marque;EUR;1\u202f020,50;10\u202f500;88
2026-09-03;Toitures;EUR;0,00;0;0
Total\u00a0: compte;--;EUR;1\u202f032,84;11\u202f734;95
"""

META = """Reporting starts,Reporting ends,Campaign name,Campaign ID,Ad name,Amount spent (EUR),Impressions,Link clicks,Clicks (all)
2026-09-01,2026-09-02,,,,1038.10,13734,97,112
2026-09-01,2026-09-01,Leads FR,900,Video A,12.34,1234,7,9
2026-09-01,2026-09-01,Leads FR,900,Video B,1020.50,12500,88,100
2026-09-02,2026-09-02,Leads FR,900,Video B,5.26,,2,3
2026-09-02,2026-09-02,Paused,901,Image,,,,
"""
"""As Ads Manager exports a table with the breakdown by day and the row of totals."""

META_FRENCH = """Jour,Nom de la campagne,Montant dépensé (EUR),Impressions,Clics sur un lien,Début des rapports,Fin des rapports
2026-09-01,Leads FR,"12,34","1 234",7,2026-09-01,2026-09-30
2026-09-02,Leads FR,"1 020,50","12 500",88,2026-09-01,2026-09-30
"""

LINKEDIN = """Campaign Performance Report (in UTC)
Report Start: 09/01/2026, Report End: 09/30/2026
Date Generated: 10/01/2026

Start Date (in UTC),Account Name,Campaign Name,Campaign ID,Currency,Total Spent,Impressions,Clicks,Clicks to Landing Page
09/01/2026,Acme,"Leads, directors",11,USD,"1,234.50",10000,200,150
09/01/2026,Acme,Brand,12,USD,10.25,500,4,2
09/02/2026,Acme,"Leads, directors",11,USD,100.00,2000,40,30
"""

LINKEDIN_FRENCH = """Rapport de performances de la campagne (en UTC)
Début du rapport : 01/09/2026, fin du rapport : 30/09/2026

Date de début (en UTC)\tNom du compte\tNom de la campagne\tID de la campagne\tDevise\tTotal dépensé\tImpressions\tClics
01/09/2026\tAcme\tPistes, directeurs\t11\tEUR\t1\u00a0234,50\t10\u00a0000\t200
02/09/2026\tAcme\tMarque\t12\tEUR\t10,25\t500\t4
"""

MICROSOFT = """"Report Name: Campaign performance"
"Report Time: 6/10/2026,6/16/2026"
"Time Zone: (GMT+01:00) Brussels, Copenhagen, Madrid, Paris"
"Last Completed Available Day: 6/17/2026 7:20:00 AM (GMT)"
"Last Completed Available Hour: 6/17/2026 7:20:00 AM (GMT)"
"Report Aggregation: Daily"
"Report Filter: "
"Potential Incomplete Data: false"
"Rows: 3"

"Gregorian date","Account name","Campaign name","Currency code","Impressions","Clicks","CTR (%)","Spend"
"6/10/2026","Acme","Brand","EUR","309","91","29.45%","318.26"
"6/11/2026","Acme","Brand","EUR","309","91","29.45%","1,018.26"
"6/12/2026","Acme","Other","EUR","5","0","0.00%","0.00"
"Overall total","","","EUR","623","182","29.21%","1,336.52"

"©2026 Microsoft Corporation. All rights reserved. "
"""

MICROSOFT_FRENCH = """Nom du rapport : Performance des campagnes
Agrégation du rapport : Quotidien

Jour;Nom de la campagne;Devise;Impressions;Clics;Dépenses
10/06/2026;Marque;EUR;309;91;318,26
13/06/2026;Marque;EUR;309;91;1 018,26
"""


def spent(connector: str, row: int, day: str, campaign: str | None, amount: float, currency: str = "EUR", **fields: Any) -> dict[str, Any]:
    """A day of a campaign as the connector gives it; `key` is what tells the campaign from others."""
    key = fields.pop("key", f"/{campaign or ''}")
    known: dict[str, Any] = {"day": dt.date.fromisoformat(day), "amount": amount, "currency": currency, "campaign": campaign, "row": row}
    known |= TAGS[connector] | {"id": f"{connector}:{key}:{day}"} | fields
    return {name: known.get(name) for name in schema("spend").names}


def read(connector: str, *sources: Path | str, settings: Settings = PARIS, **options: Any) -> Read:
    """Read an export; remarks are sentences with the file's name as {file}."""
    found = CONNECTORS[connector](ImportContext(settings, b"a secret of the tests"), tuple(str(source) for source in sources), **options)
    rows: list[dict[str, Any]] = []
    rejects: list[Reject] = []
    files: dict[str, None] = {}
    for batch in found.read():
        assert batch.rows.schema == schema("spend")
        batch.rows.validate(full=True)
        rows += batch.rows.to_pylist()
        rejects += batch.rejects
        files[batch.file] = None
    remarks = [str(remark) for remark in found.remarks]
    for source in sources:
        remarks = [remark.replace(str(source), "{file}") for remark in remarks]
    return Read(rows, rejects, remarks, list(files))


def read_or_refusal(connector: str, *sources: Path | str, **options: Any) -> Read | str:
    """What was read, or what our error says, with the file's name as {file}; any other error is not caught."""
    try:
        return read(connector, *sources, **options)
    except SmarketingError as error:
        return str(error).replace(str(sources[0]), "{file}")


def write(folder: Path, content: str | bytes, name: str = "export.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path
