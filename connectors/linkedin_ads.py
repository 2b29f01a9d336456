"""LinkedIn Ads: the reports that Campaign Manager exports."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from connectors.ad_columns import COMMON, Platform
from connectors.ad_exports import AdExports
from reports.report import N_, Text

LINKEDIN = Platform(
    title="LinkedIn Ads",
    source="linkedin",
    medium="paid-social",
    names=COMMON
    | {
        "day": "day | jour",
        "start": "start_date date | date_de_début date_début startdatum fecha_de_inicio",
        "until": "end_date | date_de_fin date_fin enddatum fecha_de_finalizacion",
        "account": "account_id account_name | id_du_compte nom_du_compte kontoname",
        "amount": "total_spent cost_in_local_currency amount_spent spent spend | total_dépensé montant_total_dépensé montant_dépensé "
        "dépenses_totales dépense_totale total_des_dépenses gesamtausgaben importe_total_gastado total_gastado",
    },
    by_day=Text("In Campaign Manager: set the period, Export, Campaign performance, time breakdown Daily."),
    month_first=True,
)


@dataclasses.dataclass
class LinkedInAds(AdExports):
    """Exports of LinkedIn's Campaign Manager, by day and campaign."""

    name: ClassVar[str] = "linkedin-ads"
    summary: ClassVar[str] = N_(
        "Spend, impressions and clicks by day and campaign from the reports that LinkedIn's Campaign Manager exports."
    )
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import linkedin-ads account_5041_campaign_performance_report.csv",
        "smarketing import linkedin-ads rapport.csv --dayfirst --currency EUR",
    )
    platform: ClassVar[Platform] = LINKEDIN
