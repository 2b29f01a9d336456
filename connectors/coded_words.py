"""Reading cells that hold one of a few words, whatever the file's language and capitals; another word is refused, never stored as it is.

A consent to something nobody knows would never hold, and taking it back would remove nothing; posts of "LinkedIn" and connections of
"linkedin" would not be of the same network, nor under its policy; a post of an unknown kind would be counted nowhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from connectors import cells
from reports.report import N_, Text
from workspace.column_names import fold
from workspace.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

    from connectors.cells import Read

DATA = {
    "own_posts": "own_posts posts ses_posts own_posts_and_their_figures ses_posts_et_leurs_chiffres posts_et_chiffres publications "
    "my_posts mes_posts mes_propres_posts ses_propres_posts",
    "audience": "audience audience_members connections connections_as_hashes hashed_connections membres_de_l_audience relations "
    "relations_hachees my_connections mes_relations mon_audience son_audience",
    "company_and_title": "company_and_title company_and_title_of_connections company_and_title_of_connections_at_key_accounts "
    "entreprise_et_poste entreprise_et_fonction entreprise_et_poste_des_relations entreprise_et_poste_des_relations_aux_comptes_cles",
    "name": "name name_on_the_leaderboard nom mon_nom son_nom nom_au_classement",
    "introductions": "introductions being_asked_for_introductions mise_en_relation mises_en_relation "
    "etre_sollicite_pour_une_mise_en_relation",
}
"""What may be agreed to (`workspace.consent.DATA`), and its names in the tables of consents, folded as `fold` does."""
POSTS = {
    "original": "original originals originaux post posts publication publication_originale share",
    "repost": "repost reposts republication republications repartage partage reshare",
    "comment": "comment comments commentaire commentaires reply",
    "reaction": "reaction reactions like mention_j_aime",
}
APPROVALS = {
    "pending": "pending held_back waiting en_attente retenu",
    "approved": "approved accepted approuve valide",
    "refused": "refused rejected refuse rejete",
}
ANSWERS = {"accepted": "accepted yes accepte oui", "declined": "declined refused no decline refuse non"}
UNKNOWN = N_("{field} is none of the words it can be: '{value}'.")
CODED: dict[tuple[str, str], tuple[dict[str, str], str]] = {
    ("consents", "datum"): (DATA, N_("Write own_posts, audience, company_and_title, name or introductions.")),
    ("posts", "kind"): (POSTS, N_("Write original, repost, comment or reaction, or leave it empty for an original.")),
    ("posts", "approval"): (APPROVALS, N_("Write pending, approved or refused, or leave it empty.")),
    ("introductions", "answer"): (ANSWERS, N_("Write accepted or declined, or leave it empty until they answer.")),
}
"""By kind of record and field: the words with the names they go by, and what to write instead of another one."""


def coded(kind: str, field: str, column: pa.Array) -> Read:
    """Read a column of one of the `CODED` words.

    Examples
    --------
    >>> import pyarrow as pa
    >>> read, (_, unknown) = coded("posts", "kind", pa.array(["Republication", "ORIGINAL", "story", None]))
    >>> read.to_pylist(), unknown.bad.tolist()
    (['repost', 'original', None, None], [False, False, True, False])
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    column, troubles = cells.words(column)
    words, remedy = CODED[kind, field]
    meant = {name: word for word, names in words.items() for name in names.split()}
    read = cells.on_distinct(column, lambda distinct: pa.array([_word(seen, meant) for seen in distinct.to_pylist()], pa.string()))
    bad = cells.mask(pc.and_(pc.is_valid(column), pc.is_null(read)))
    return read, (*troubles, cells.Trouble(bad, UNKNOWN, remedy))


def _word(seen: str | None, meant: dict[str, str]) -> str | None:
    return meant.get(fold(seen)) if seen is not None else None


def networks(column: pa.Array) -> Read:
    """Read the names of networks: in small letters, as exports and archives have them.

    Examples
    --------
    >>> import pyarrow as pa
    >>> networks(pa.array(["LinkedIn", " X "]))[0].to_pylist()
    ['linkedin', 'x']
    """
    import pyarrow.compute as pc

    column, troubles = cells.words(column)
    return cells.on_distinct(column, pc.utf8_lower), troubles


def read_coded(kind: str, field: str, column: pa.Array) -> Read | None:
    """Read a column of a field that holds one of a few words; None for one of another field."""
    if (kind, field) in CODED:
        return coded(kind, field, column)
    return networks(column) if field == "network" else None


def read_given(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Read the values that are given for every row (`--set`).

    Raises
    ------
    UsageError
        One is none of the words that its field can be.

    Examples
    --------
    >>> read_given("posts", {"network": "LinkedIn", "kind": "republication", "advocate": "A7"})
    {'network': 'linkedin', 'kind': 'repost', 'advocate': 'A7'}
    """
    import pyarrow as pa

    read = dict(given)
    for field, value in given.items():
        found = read_coded(kind, field, pa.array([value], pa.string()))
        if found is None:
            continue
        word = found[0][0].as_py()
        if word is None:
            remedy = next(trouble.remedy for trouble in found[1] if trouble.bad.any())
            raise UsageError("--set {field}={value}: {field} cannot be that. {remedy}", field=field, value=value, remedy=Text(remedy))
        read[field] = word
    return read
