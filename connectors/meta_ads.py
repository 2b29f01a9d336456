"""Meta Ads (Facebook, Instagram): the tables that Ads Manager and its report builder export."""

from __future__ import annotations

import dataclasses
from typing import ClassVar

from connectors.ad_columns import COMMON, Platform
from connectors.ad_exports import AdExports
from reports.report import N_, Text

META = Platform(
    title="Meta Ads",
    source="facebook",
    medium="paid-social",
    names=COMMON
    | {
        "day": "day date | jour tag día giorno dag",
        "start": "reporting_starts date_start starts | début_des_rapports début inicio_del_informe start_der_berichterstattung",
        "until": "reporting_ends date_stop ends | fin_des_rapports fin fin_del_informe ende_der_berichterstattung",
        "account": "account_id account_name | id_du_compte nom_du_compte numéro_de_compte identifiant_du_compte",
        "amount": "amount_spent spend | montant_dépensé ausgegebener_betrag importe_gastado besteed_bedrag importo_speso",
        "clicks": "link_clicks inline_link_clicks clicks_all clicks | clics_sur_un_lien clics_sur_le_lien clics_sur_lien clics_tous "
        "clics link_klicks klicks_alle clics_en_el_enlace clics_todos",
    },
    by_day=Text("In Ads Manager: Breakdown, By time, Day, then Reports, Export table data."),
    nameless_totals=True,
)


@dataclasses.dataclass
class MetaAds(AdExports):
    """Exports of Meta's Ads Manager, by day and campaign."""

    name: ClassVar[str] = "meta-ads"
    summary: ClassVar[str] = N_("Spend, impressions and clicks by day and campaign from the tables that Meta's Ads Manager exports.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import meta-ads Campaigns-Jan-2026.csv",
        'smarketing import meta-ads Campagnes.xlsx --sheet "Raw Data Report"',
        "smarketing import meta-ads instagram.csv --set source=instagram",
    )
    platform: ClassVar[Platform] = META
