"""Meta Ads (Facebook, Instagram): the tables that Ads Manager and its report builder export, and its reporting API."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.ad_api import AdApi, CampaignDaysAsked
from connectors.ad_columns import COMMON, Platform
from connectors.api import Api
from connectors.base import Batch
from connectors.secrets import Secret
from reports.report import N_, Text

VERSION = "v24.0"
LIMIT = 500
FIELDS = "campaign_id,campaign_name,account_currency,spend,impressions,inline_link_clicks,date_start,date_stop"
TOKEN = N_("An access token with ads_read: Business settings, System users, Generate token.")

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
class MetaAds(AdApi):
    """Exports of Meta's Ads Manager, by day and campaign; or its API, where no file is named.

    References
    ----------
    https://developers.facebook.com/docs/marketing-api/insights
    """

    name: ClassVar[str] = "meta-ads"
    summary: ClassVar[str] = N_("Spend, impressions and clicks by day and campaign from Meta: tables of Ads Manager, or its API.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import meta-ads Campaigns-Jan-2026.csv",
        'smarketing import meta-ads Campagnes.xlsx --sheet "Raw Data Report"',
        "smarketing import meta-ads instagram.csv --set source=instagram",
        "smarketing import meta-ads --ad-account 798085168510957 --since 2026-01-01",
    )
    platform: ClassVar[Platform] = META
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("token", TOKEN),)
    before_number: ClassVar[str] = "act_"

    def days(self, days: CampaignDaysAsked, number: str, secret: Secret) -> Iterator[Batch]:
        """Yield the days of the account's campaigns, a page at a time."""
        base = self.base_url or "https://graph.facebook.com"
        api = Api("Meta Ads", base, secret=secret, permission="ads_read", patience=self.context.patience)
        first, last = days.period
        path = f"/{VERSION}/act_{number}/insights"
        asked = {
            "level": "campaign",
            "time_increment": 1,
            "time_range": json.dumps({"since": first.isoformat(), "until": last.isoformat()}),
            "fields": FIELDS,
            "limit": LIMIT,
        }
        pages = api.pages(path, lambda after: api.get(path, asked | ({"after": after} if after else {})).json, _following)
        for page in pages:
            yield days.batch([_row(row) for row in api.listed(page, path, "data")])


def _following(page: Any) -> Any:
    """Name the next page: the address that Meta gives would hold the token, so the cursor is taken."""
    paging = page.get("paging") if isinstance(page, dict) else None
    cursors = paging.get("cursors") if isinstance(paging, dict) and paging.get("next") else None
    after = cursors.get("after") if isinstance(cursors, dict) else None
    return after if isinstance(after, str) else None


def _row(row: dict[str, Any]) -> dict[str, Any]:
    # A row that is not of one day is none that the records have; its day is left out, and it is refused for that.
    return {
        "day": row.get("date_start") if row.get("date_start") == row.get("date_stop") else None,
        "campaign_id": row.get("campaign_id"),
        "campaign": row.get("campaign_name") or row.get("campaign_id"),
        "amount": row.get("spend"),
        "currency": row.get("account_currency"),
        "impressions": row.get("impressions"),
        "clicks": row.get("inline_link_clicks"),
    }
