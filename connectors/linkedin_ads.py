"""LinkedIn Ads: the reports that Campaign Manager exports, and its reporting API."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from typing import Any, ClassVar

from connectors.ad_api import AdApi, CampaignDaysAsked
from connectors.ad_columns import COMMON, Platform
from connectors.api import Api
from connectors.base import Batch
from connectors.secrets import Secret
from reports.report import N_, Text

FIELDS = "dateRange,pivotValues,costInLocalCurrency,impressions,clicks,externalWebsiteConversions"
LIMIT = 1000
TOKEN = N_("An access token with r_ads and r_ads_reporting: an app at developer.linkedin.com with the Advertising API.")

LINKEDIN = Platform(
    title="LinkedIn Ads",
    source="linkedin",
    medium="paid-social",
    # Of the French names, "ID de la campagne" was seen in a program that reads such an export (UTF-16, tabs); none of the others was.
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
class LinkedInAds(AdApi):
    """Exports of LinkedIn's Campaign Manager, by day and campaign; or its API, where no file is named.

    References
    ----------
    https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/ads-reporting
    """

    name: ClassVar[str] = "linkedin-ads"
    summary: ClassVar[str] = N_("Spend, impressions and clicks by day and campaign from LinkedIn: reports of Campaign Manager, or its API.")
    examples: ClassVar[tuple[str, ...]] = (
        "smarketing import linkedin-ads account_5041_campaign_performance_report.csv",
        "smarketing import linkedin-ads rapport.csv --dayfirst --currency EUR",
        "smarketing import linkedin-ads --ad-account 5041 --since 2026-01-01",
    )
    platform: ClassVar[Platform] = LINKEDIN
    secrets: ClassVar[tuple[tuple[str, str], ...]] = (("token", TOKEN),)
    before_number: ClassVar[str] = "urn:li:sponsoredAccount:"

    def days(self, days: CampaignDaysAsked, number: str, secret: Secret) -> Iterator[Batch]:
        """Yield the days of the account's campaigns, a month at a time: LinkedIn does not page its reports."""
        # A version is one month's and lives for a year; each month has one.
        version = (self._window.today - dt.timedelta(days=75)).strftime("%Y%m")
        api = Api(
            "LinkedIn Ads",
            self.base_url or "https://api.linkedin.com",
            secret=secret,
            headers={"LinkedIn-Version": version, "X-Restli-Protocol-Version": "2.0.0"},
            permission="r_ads, r_ads_reporting",
            patience=self.context.patience,
        )
        account = f"/rest/adAccounts/{number}"
        currency = api.need(api.get(account).json, account, "currency")
        names = _names(api, number)
        for first, last in _months(*days.period):
            path = "/rest/adAnalytics"
            # Parentheses and commas are its own grammar: they stand in the address as they are.
            asked = (
                f"{path}?q=analytics&pivot=CAMPAIGN&timeGranularity=DAILY&dateRange=(start:{_day(first)},end:{_day(last)})"
                f"&accounts=List(urn%3Ali%3AsponsoredAccount%3A{number})&fields={FIELDS}"
            )
            rows = api.listed(api.get(asked).json, path, "elements")
            yield days.batch([_row(row, names, currency) for row in rows])


def _names(api: Api, account: str) -> dict[str, str]:
    """Read what the account's campaigns are called."""
    path = f"/rest/adAccounts/{account}/adCampaigns"

    def ask(token: Any) -> Any:
        return api.get(f"{path}?q=search&pageSize={LIMIT}" + (f"&pageToken={token}" if token else "")).json

    def following(page: Any) -> Any:
        metadata = page.get("metadata") if isinstance(page, dict) else None
        token = metadata.get("nextPageToken") if isinstance(metadata, dict) else None
        return token if isinstance(token, str) else None

    found = {}
    for page in api.pages(path, ask, following):
        for campaign in api.listed(page, path, "elements"):
            if isinstance(name := campaign.get("name"), str):
                found[str(campaign.get("id"))] = name
    return found


def _months(first: dt.date, last: dt.date) -> Iterator[tuple[dt.date, dt.date]]:
    while first <= last:
        following = (first.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        yield first, min(last, following - dt.timedelta(days=1))
        first = following


def _day(day: dt.date) -> str:
    return f"(year:{day.year},month:{day.month},day:{day.day})"


def _row(row: dict[str, Any], names: dict[str, str], currency: Any) -> dict[str, Any]:
    campaign = _campaign(row.get("pivotValues"))
    return {
        "day": _one_day(row.get("dateRange")),
        "campaign_id": campaign,
        "campaign": names.get(campaign or "", campaign),
        "amount": row.get("costInLocalCurrency"),
        "currency": currency,
        "impressions": row.get("impressions"),
        "clicks": row.get("clicks"),
        "conversions": row.get("externalWebsiteConversions"),
    }


def _campaign(pivots: Any) -> str | None:
    if isinstance(pivots, list) and len(pivots) == 1 and isinstance(pivots[0], str):
        return pivots[0].rpartition(":")[2]
    return None


def _one_day(period: Any) -> dt.date | None:
    """Read a period that is one day; what is not makes its row one that is refused."""
    try:
        first, last = (dt.date(period[end]["year"], period[end]["month"], period[end]["day"]) for end in ("start", "end"))
    except (KeyError, TypeError, ValueError):
        return None
    return first if first == last else None
