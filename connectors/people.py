"""Reports on who is who: why identifiers are one person, and which were not joined."""

from __future__ import annotations

import difflib
from typing import Any

from reports.report import Report, Text
from workspace import people_reading
from workspace.errors import DataError
from workspace.identity import emails, resolve, ties_of
from workspace.store import Workspace


def explain(workspace: Workspace, name: str) -> Report:
    """Show every identifier of a person, and the records that tie it to the others.

    Raises
    ------
    DataError
        No record names the identifier.
    """
    import networkx as nx
    import pandas as pd

    name = name.lower() if "@" in name else name
    ties = people_reading.ties(workspace)
    if not people_reading.is_known(workspace, name):
        raise _unknown(name, ties)
    graph = ties_of(ties)
    graph.add_node(name)
    most = workspace.settings.identity.most_emails
    resolved = resolve([(tie["person"], tie["same_as"]) for tie in ties], most)
    main = resolved.person.get(name, name)
    members = [main, *sorted(other for other, person in resolved.person.items() if person == main)]
    joined = graph.subgraph(members)
    walked = nx.bfs_edges(joined, main, sort_neighbors=sorted) if main in joined else ()
    steps: list[tuple[str, str | None]] = [(main, None), *((to, via) for via, to in walked)]
    touches = people_reading.touches_by_identifier(workspace, [*members, *graph.neighbors(name)])
    rows = [_row(identifier, via, graph, touches, "joined") for identifier, via in steps]
    notes = [Text("Each line but the first is tied to the person by a record: its import, file and row.")] if len(rows) > 1 else []
    rows += [_row(other, name, graph, touches, "apart") for other in sorted(set(graph.neighbors(name)) - set(members))]
    if len(rows) == 1:
        notes.append(Text("No record ties this identifier to another one."))
    apart = [name] if name in resolved.shared else sorted(set(graph.neighbors(name)) & set(resolved.shared))
    notes += [_apart(other, resolved.shared[other], most) for other in apart]
    notes += [_chain(name, chain, most) for chain in resolved.chains if name in chain]
    columns = ["identifier", "tied_to", "joined", "basis", "touches", "connector", "import_id", "file", "row"]
    title = Text("Who {identifier} is: the identifiers of {person}", identifier=name, person=main)
    return Report("people_explain", title, pd.DataFrame(rows, columns=columns).convert_dtypes(), tuple(notes), {"identifiers": len(rows)})


def shared(workspace: Workspace) -> Report:
    """List the identifiers that too many e-mail addresses are tied to, and that join nobody therefore."""
    import pandas as pd

    ties = people_reading.ties(workspace)
    resolved = resolve([(tie["person"], tie["same_as"]) for tie in ties], workspace.settings.identity.most_emails)
    groups: dict[tuple[str, ...], tuple[str, ...]] = {(name,): known for name, known in resolved.shared.items()}
    groups |= {chain: emails(chain) for chain in resolved.chains}
    touches = people_reading.touches_by_identifier(workspace, [name for members in groups for name in members])
    rows = [
        {
            "identifier": _few(members),
            "count": len(known),
            "emails": _few(known),
            "touches": sum(touches.get(name, 0) for name in members),
        }
        for members, known in sorted(groups.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    ]
    note = Text(
        "More than {most:g} e-mail addresses (identity.most_emails in the settings) are tied to each of these, so they join nobody: a "
        "shared computer, a mailbox of several, a test. Several identifiers in one line are tied one after the other.",
        most=workspace.settings.identity.most_emails,
    )
    meta = {"identifiers": len({name for tie in ties for name in (tie["person"], tie["same_as"])}), "merged": len(resolved.person)}
    frame = pd.DataFrame(rows, columns=["identifier", "count", "emails", "touches"])
    return Report("people_shared", Text("Identifiers that were not joined"), frame, (note,) if rows else (), meta)


def _apart(identifier: str, known: tuple[str, ...], most: float) -> Text:
    return Text(
        "{identifier} is not joined to anybody: {count} e-mail addresses are tied to it ({emails}), more than identity.most_emails = "
        "{most:g} in the settings. It may be a shared computer or mailbox.",
        identifier=identifier,
        count=len(known),
        emails=_few(known),
        most=most,
    )


def _chain(identifier: str, chain: tuple[str, ...], most: float) -> Text:
    known = emails(chain)
    return Text(
        "{identifier} is one of {count} identifiers that are tied together one after the other; {emails} of them are e-mail addresses "
        "({listed}), more than identity.most_emails = {most:g} in the settings, so none of them is joined. Take a wrong tie back where it "
        "comes from, or raise the number.",
        identifier=identifier,
        count=len(chain),
        emails=len(known),
        listed=_few(known),
        most=most,
    )


def _row(identifier: str, via: str | None, graph: Any, touches: dict[str, int], joined: str) -> dict[str, Any]:
    tie = graph.edges[via, identifier] if via is not None else {}
    told = {name: tie.get(name) for name in ("basis", "connector", "import_id", "file", "row")}
    return {"identifier": identifier, "tied_to": via, "joined": joined, "touches": touches.get(identifier, 0), **told}


def _few(names: tuple[str, ...]) -> str:
    return ", ".join([*names[:5], *(["…"] if len(names) > 5 else [])])


def _unknown(name: str, ties: list[dict[str, Any]]) -> DataError:
    known = sorted({other for tie in ties for other in (tie["person"], tie["same_as"])})
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return DataError("{name}: no record names this identifier; did you mean '{near}'?", name=name, near=near[0])
    return DataError(
        "{name}: no record names this identifier; give an e-mail address, a client id or a CRM's number as the records have it", name=name
    )
