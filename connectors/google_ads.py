"""Google Ads: the reports that its pages and its report editor export."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from connectors.ad_columns import COMMON, Platform
from connectors.ad_exports import AdExports
from reports.report import N_, Text

GOOGLE = Platform(
    title="Google Ads",
    source="google",
    medium="cpc",
    names=COMMON
    | {
        "day": "day date segments_date | jour tag día giorno dag",
        "account": "customer_id account account_name customer | numéro_client id_client compte nom_du_compte konto cuenta",
        "amount": "cost spend metrics_cost_micros cost_micros | coût kosten coste costo",
    },
    by_day=Text("In Google Ads: Campaigns, Segment, Time, Day, then Download; or add Day to the rows of the report editor."),
)


@dataclasses.dataclass
class GoogleAds(AdExports):
    """Exports of Google Ads, by day and campaign."""

    name: ClassVar[str] = "google-ads"
    summary: ClassVar[str] = N_("Spend, impressions and clicks by day and campaign from the reports that Google Ads exports.")
    examples: ClassVar[tuple[str, ...]] = (
        'smarketing import google-ads "Campaign report.csv"',
        'smarketing import google-ads "rapport-*.csv" --currency EUR',
        "smarketing import google-ads kampagnen.xlsx --map day=Tag --map amount=Kosten",
    )
    platform: ClassVar[Platform] = GOOGLE
