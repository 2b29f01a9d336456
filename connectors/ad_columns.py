"""The columns of an advertising platform's export: by which names, in which language, and in which currency."""

from __future__ import annotations

import dataclasses
import functools
import re
from collections.abc import Mapping, Sequence

from connectors import cells
from connectors.headers import Header
from reports.report import Text
from workspace.column_names import fold, listed
from workspace.errors import SourceError, UsageError

FIELDS = ("day", "campaign", "campaign_id", "account", "currency", "amount", "impressions", "clicks", "conversions")
"""What is read of an export; `--map` takes these."""
PERIODS = (
    *("week", "week_of", "month", "quarter", "year", "day_of_week", "month_of_year", "hour_of_day"),
    *("weekstartdate", "week_start_date", "monthstartdate", "month_start_date", "dayofweek", "hourofday"),
    *("semaine", "mois", "trimestre", "annee", "jour_de_la_semaine", "mois_de_l_annee", "heure_de_la_journee"),
    *("woche", "monat", "quartal", "jahr", "wochentag", "semana", "mes", "ano", "dia_de_la_semana"),
)
"""Names of columns that part an export by something other than days."""
COMMON = {
    "campaign": "campaign_name campaign campaignname | nom_de_la_campagne campagne nom_de_campagne kampagne kampagnenname "
    "campaña nombre_de_la_campaña naam_campagne campagna",
    "campaign_id": "campaign_id campaignid | id_de_la_campagne id_de_campagne id_campagne identifiant_de_la_campagne "
    "identifiant_de_campagne numéro_de_la_campagne numéro_de_campagne n_de_la_campagne n_de_campagne no_de_la_campagne no_de_campagne "
    "kampagnen_id id_de_la_campaña identificador_de_la_campaña",
    "currency": "currency_code currencycode currency account_currency customer_currency_code | code_de_la_devise code_de_devise "
    "code_devise devise währungscode währung código_de_moneda moneda divisa valuta",
    "impressions": "impressions impr metrics_impressions | impressionen impresiones vertoningen",
    "clicks": "clicks metrics_clicks | clics klicks",
    "conversions": "conversions metrics_conversions external_website_conversions total_conversions | konversionen conversiones",
}
"""Names of columns that the platforms share: "N° de campagne" and "Nº de campagne" are among them, as `fold` gives them."""
_BRACKETED = re.compile(r"\s*[(\[]\s*(?P<inside>[^()\[\]]*?)\s*[)\]]\s*$")
_ZONE = re.compile(r"(?:in |en )?(?:utc|gmt)\b.*", re.IGNORECASE)


@dataclasses.dataclass(frozen=True, slots=True)
class Platform:
    """How a platform's exports are written.

    Parameters
    ----------
    title : str
    source, medium : str
        What visits by its ads are tagged with.
    names : dict of str to str
        Of each field, and of "start" and "until" (first and last day of the rows' periods): the names of its columns, the best first, words
        joined by underscores; after "|" those of languages other than English.
    by_day : Text
        What to do in the platform so that the rows are of single days.
    month_first : bool
        Does an export in English write 01/31/2026?
    nameless_totals : bool
        Is a row without a campaign the sum of the others?
    """

    title: str
    source: str
    medium: str
    names: Mapping[str, str]
    by_day: Text
    month_first: bool = False
    nameless_totals: bool = False


@dataclasses.dataclass(frozen=True, slots=True)
class AdColumns:
    """Which column of an export holds what.

    Parameters
    ----------
    fields : dict of str to str
        Field to column; "day", "amount" are among them, and "until" where there is a column of last days.
    currency : str or None
        What stands in brackets behind the name of the amounts: a code or a symbol.
    english : bool
        Is the name of the amounts an English one?
    starts : bool
        Does the column of days hold the first days of what may be longer periods?
    millionths : bool
        Are the amounts in millionths of the currency?
    """

    fields: dict[str, str]
    currency: str | None
    english: bool
    starts: bool
    millionths: bool


def bare(name: str) -> tuple[str, str | None]:
    """Part a column's name from the currency, or the zone of its times, in brackets behind it.

    Examples
    --------
    >>> bare("Montant dépensé (EUR)"), bare("Start Date (in UTC)"), bare("Clicks (all)"), bare("Cost ($)")
    (('montant_depense', 'EUR'), ('start_date', None), ('clicks_all', None), ('cost', '$'))
    """
    found = _BRACKETED.search(name)
    if found:
        inside = found["inside"]
        # As it is written: "(all)" is no lek.
        if inside in cells.SYMBOLS or inside in cells.known_currencies():
            return fold(name[: found.start()]), inside
        if _ZONE.fullmatch(inside):
            return fold(name[: found.start()]), None
    return fold(name), None


def _names(platform: Platform, field: str) -> tuple[list[str], list[str]]:
    english, _, others = platform.names.get(field, "").partition("|")
    return english.split(), others.split()


@functools.cache
def _folded(name: str) -> str:
    return fold(name)


def _fitting(columns: Sequence[str], platform: Platform, field: str) -> list[str]:
    """List the columns that bear the best name of a field that any bears."""
    folded = [(column, bare(column)[0]) for column in columns]
    for name in [name for names in _names(platform, field) for name in names]:
        if found := [column for column, other in folded if other == _folded(name)]:
            return found
    return []


def header_of(platform: Platform, chosen: Mapping[str, str]) -> Header:
    """Tell the row of column names of a platform's export: an amount stands in it, beside a day, a period or a campaign."""

    def there(row: Sequence[str], field: str) -> bool:
        return chosen[field] in row if field in chosen else bool(_fitting(row, platform, field))

    def fits(row: Sequence[str]) -> bool:
        return there(row, "amount") and (
            any(there(row, field) for field in ("day", "start", "campaign")) or any(fold(name) in PERIODS for name in row)
        )

    def missing(file: str) -> SourceError:
        return SourceError(
            "{file}: no row holds the column names of an export of {platform}; looked for the cost ({cost}) beside the day ({day}) or the "
            "campaign ({campaign}). Name the columns with --map amount=COLUMN --map day=COLUMN",
            file=file,
            platform=platform.title,
            cost=_looked_for(platform, "amount"),
            day=_looked_for(platform, "day", "start"),
            campaign=_looked_for(platform, "campaign"),
        )

    return Header(fits, missing, doubled=True)


def _looked_for(platform: Platform, *fields: str) -> str:
    return ", ".join(name.replace("_", " ") for field in fields for names in _names(platform, field) for name in names[:2])


def columns_of(columns: Sequence[str], platform: Platform, chosen: Mapping[str, str], file: str) -> AdColumns:
    """Find the columns of an export.

    Raises
    ------
    SourceError
        Two columns fit a field, there is no amount, or the rows are not told apart by day.
    UsageError
        A column that the user named is not there.
    """
    fields: dict[str, str] = {}
    for field in (*FIELDS, "start", "until"):
        if field in chosen:
            if chosen[field] not in columns:
                raise UsageError(
                    "{file} has no column '{column}'; it has {columns}", file=file, column=chosen[field], columns=listed(columns)
                )
            fields[field] = chosen[field]
        elif found := _fitting(columns, platform, field):
            fields[field] = _only(found, columns, field, file)
    starts = "day" not in fields or "day" in chosen
    if "day" not in fields and "start" in fields:
        fields["day"] = fields["start"]
    if "day" not in fields:
        raise _not_by_day(columns, platform, file)
    if "amount" not in fields:
        raise header_of(platform, chosen).missing(file)  # type: ignore[misc]
    fields.pop("start", None)
    if not starts:
        fields.pop("until", None)
    name, currency = bare(fields["amount"])
    return AdColumns(fields, currency, name in _names(platform, "amount")[0], starts, "micros" in name)


def _only(found: list[str], columns: Sequence[str], field: str, file: str) -> str:
    twice = [column for column in columns if column.startswith(f"{found[0]} (column ")]
    if field in ("day", "amount") and (others := [*found[1:], *twice]):
        raise SourceError(
            "{file}: both '{first}' and '{second}' could be {field}; say which with --map {field}='{first}'",
            file=file,
            first=found[0],
            second=others[0],
            field=field,
        )
    return found[0]


def _not_by_day(columns: Sequence[str], platform: Platform, file: str) -> SourceError:
    period = next((column for column in columns if fold(column) in PERIODS), None)
    if period is not None:
        return SourceError(
            "{file}: the rows are parted by '{column}', not by day. {remedy}", file=file, column=period, remedy=platform.by_day
        )
    return SourceError(
        "{file}: no column holds the day, so each row is the sum of a longer time. {remedy}", file=file, remedy=platform.by_day
    )
