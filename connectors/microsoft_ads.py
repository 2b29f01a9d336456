"""Microsoft Advertising (Bing): the reports that its pages and its reporting service export."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from connectors.ad_columns import COMMON, Platform
from connectors.ad_exports import AdExports
from reports.report import N_, Text

MICROSOFT = Platform(
    title="Microsoft Advertising",
    source="bing",
    medium="cpc",
    # Of the French names, Microsoft's help for reports has impressions, clics and dépenses (help.ads.microsoft.com/apex/index/3/fr/50833);
    # no export in French was seen.
    names=COMMON
    | {
        "day": "gregorian_date gregoriandate day | date_grégorienne jour tag día",
        "start": "date time_period timeperiod | période",
        "account": "account_number accountnumber account_id accountid account_name accountname | "
        "numéro_de_compte id_de_compte nom_du_compte",
        "amount": "spend cost | dépenses dépense coût ausgaben kosten gasto",
    },
    by_day=Text("In Microsoft Advertising: Reports, Campaign performance, show by Day, then Download."),
    month_first=True,
)


@dataclasses.dataclass
class MicrosoftAds(AdExports):
    """Exports of Microsoft Advertising, by day and campaign."""

    name: ClassVar[str] = "microsoft-ads"
    summary: ClassVar[str] = N_("Spend, impressions and clicks by day and campaign from the reports that Microsoft Advertising exports.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import microsoft-ads Campaign_Performance_Report.csv",
        "smarketing import microsoft-ads rapport.tsv --dayfirst",
    )
    platform: ClassVar[Platform] = MICROSOFT
