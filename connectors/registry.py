"""The connectors there are: ours, and those that other packages bring under the entry point `smarketing.connectors`."""

from __future__ import annotations

from typing import Any

from connectors.bluesky import Bluesky
from connectors.csv_files import CsvFiles
from connectors.ga4 import Ga4
from connectors.google_ads import GoogleAds
from connectors.hubspot import HubSpot
from connectors.linkedin_ads import LinkedInAds
from connectors.linkedin_member import LinkedInMember
from connectors.linkedin_page import LinkedInPage
from connectors.mastodon import Mastodon
from connectors.meta_ads import MetaAds
from connectors.microsoft_ads import MicrosoftAds
from connectors.referrals import Referrals
from connectors.salesforce import Salesforce
from connectors.search_console import SearchConsole
from connectors.singer import Singer
from connectors.tryton import Tryton
from connectors.warehouse import LandedTables
from connectors.weblog import WebLog

OURS: tuple[type[Any], ...] = (
    CsvFiles,
    WebLog,
    Ga4,
    SearchConsole,
    GoogleAds,
    MetaAds,
    LinkedInAds,
    MicrosoftAds,
    HubSpot,
    Salesforce,
    Tryton,
    LinkedInMember,
    LinkedInPage,
    Bluesky,
    Mastodon,
    Referrals,
    LandedTables,
    Singer,
)


def connectors() -> tuple[type[Any], ...]:
    """List every connector, ours first."""
    from importlib.metadata import entry_points

    return (*OURS, *(point.load() for point in entry_points(group="smarketing.connectors")))
