"""The files of a LinkedIn member's data archive that may be read, and their rows; all others are never opened."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import itertools
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path, PurePosixPath

from connectors.csv_tables import NEVER_CLOSED, NO_TABLE
from connectors.named_files import expand
from connectors.table_files import opened
from connectors.text_encodings import encoding_of, text_of
from reports.report import N_, Text
from workspace.errors import SourceError

HEADERS: dict[str, tuple[str, ...]] = {
    "connections": ("first name", "last name", "company", "position", "connected on"),
    "shares": ("date", "sharelink", "sharecommentary"),
    "comments": ("date", "link", "message"),
    "reactions": ("date", "type", "link"),
    "instantreposts": ("date", "link"),
}
"""The files that are read, with the columns that each has in every variant seen."""
TITLES = {
    "connections": "Connections.csv",
    "shares": "Shares.csv",
    "comments": "Comments.csv",
    "reactions": "Reactions.csv",
    "instantreposts": "InstantReposts.csv",
}
WRITTEN = ("shares", "comments")
"""Files with texts of several lines, which LinkedIn quotes oddly."""
_NAMES = "|".join(HEADERS)
_IN_ARCHIVE = re.compile(rf"({_NAMES})(?:_\d+)?\.csv", re.IGNORECASE)
_LOOSE = re.compile(rf"(?:.*[-_])?({_NAMES})(?:_\d+)?(?: ?\(\d+\))?\.(?:csv|txt)(?:\.gz)?", re.IGNORECASE)
_TABLE = re.compile(r".*\.(?:csv|txt|tsv|html?|json|jpe?g|png|pdf|mp4)(?:\.gz)?", re.IGNORECASE)
_EXPORTED = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(\d{4})(?!\d)")
_STARTS = re.compile(r'"?\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?"?[,;\t]"?https?:')
LOOKED_AT = 10
"""Lines among which the header is looked for."""
LARGEST = 512 << 20
LONGEST = 200_000
"""Letters of a record that is worth mending; a post has 3,000 at most."""
NO_HEADER = N_(
    "{file}: none of its first {lines} lines is the header of LinkedIn's {title} ({columns}); nothing was imported. Was it saved by "
    "another program, or is the export in another language? Ask LinkedIn for a new archive"
)
NO_FILE = N_(
    "{file}: none of the files that may be read is there ({titles}); name the archive as LinkedIn gives it, or these files under their "
    "names"
)
DAMAGED = N_("{file}: this archive is damaged or locked ({why}); fetch it again from LinkedIn")
TOO_LARGE = N_("{file}: larger than {most} MB unpacked, which no member's file is")
UNREAD = N_("{file}: {count} other files were left unread and never opened, messages among them if there are any.")


@dataclasses.dataclass(frozen=True, slots=True)
class Part:
    """A file that may be read.

    Parameters
    ----------
    kind : str
        A key of `HEADERS`.
    file : str
        As the user knows it.
    columns : tuple of str
        In lower case.
    rows : list of (int, list of str)
        Each with its number as a spreadsheet shows it; rows without anything are left out.
    broken : list of int
        Numbers of rows that have other columns than the header.
    as_of : datetime.date
        When LinkedIn made it.
    """

    kind: str
    file: str
    columns: tuple[str, ...]
    rows: list[tuple[int, list[str]]]
    broken: list[int]
    as_of: dt.date


class Archive:
    """What the user named: an archive, or files out of it.

    Parameters
    ----------
    sources : tuple of str

    Notes
    -----
    After `parts` is exhausted, `remarks` says how many files were left alone.
    """

    def __init__(self, sources: tuple[str, ...]) -> None:
        self._sources = sources
        self.remarks: list[Text] = []

    def parts(self) -> Iterator[Part]:
        """Read the files one after the other.

        Raises
        ------
        SourceError
            A file that may be read has no header, an archive is damaged, or nothing may be read.
        """
        loose_unread, found = 0, False
        for source in expand(self._sources):
            if source != "-" and zipfile.is_zipfile(source):
                unread = yield from self._zipped(source)
                found = True
                if unread:
                    self.remarks.append(Text(UNREAD, file=source, count=unread))
                continue
            name = _LOOSE.fullmatch(Path(source).name)
            if name is None and _TABLE.fullmatch(Path(source).name):
                loose_unread += 1
                continue
            found = True
            yield _loose(source, name[1].lower() if name else None)
        if loose_unread:
            self.remarks.append(Text("{count} files of other names were left unread and never opened.", count=loose_unread))
        if not found:
            raise SourceError(NO_FILE, file=", ".join(self._sources), titles=", ".join(TITLES.values()))

    def _zipped(self, source: str) -> Generator[Part, None, int]:
        try:
            with zipfile.ZipFile(source) as archive, tempfile.TemporaryDirectory(prefix="smarketing-") as folder:
                files = [entry for entry in archive.infolist() if not entry.is_dir()]
                wanted = [
                    (entry, name[1].lower()) for entry in files if (name := _IN_ARCHIVE.fullmatch(PurePosixPath(entry.filename).name))
                ]
                if not wanted:
                    raise SourceError(NO_FILE, file=source, titles=", ".join(TITLES.values()))
                for entry, kind in wanted:
                    shown = f"{source}/{PurePosixPath(entry.filename).name}"
                    if entry.file_size > LARGEST:
                        raise SourceError(TOO_LARGE, file=shown, most=LARGEST >> 20)
                    path = Path(folder) / "part"
                    with archive.open(entry) as packed, path.open("wb") as plain:
                        shutil.copyfileobj(packed, plain, 1 << 20)
                    yield _part(path, shown, kind, _as_of(source) or _entry_day(entry))
                    path.unlink()
        except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
            raise SourceError(DAMAGED, file=source, why=error) from error
        return len(files) - len(wanted)


def _loose(source: str, kind: str | None) -> Part:
    with opened(source) as file:
        if file.kind != "csv":
            raise SourceError(NO_FILE, file=file.name, titles=", ".join(TITLES.values()))
        day = _as_of(source) or dt.datetime.fromtimestamp(file.path.stat().st_mtime).date()
        return _part(file.path, file.name, kind, day)


def _as_of(name: str) -> dt.date | None:
    """Read the day in the name of the archive, which LinkedIn writes MM-DD-YYYY, or in that of its folder."""
    for part in reversed(Path(name).parts):
        if found := _EXPORTED.search(part):
            try:
                return dt.date(int(found[3]), int(found[1]), int(found[2]))
            except ValueError:
                continue
    return None


def _entry_day(entry: zipfile.ZipInfo) -> dt.date:
    return dt.date(*entry.date_time[:3])


def _part(path: Path, shown: str, kind: str | None, as_of: dt.date) -> Part:
    encoding, _ = encoding_of(path, shown, None)
    with text_of(path, encoding) as lines:
        head = list(itertools.islice(lines, LOOKED_AT))
        found = _header(head, kind)
        if found is None:
            title = TITLES[kind] if kind else " / ".join(TITLES.values())
            needed = ", ".join(HEADERS[kind or "connections"])
            raise SourceError(NO_HEADER, file=shown, lines=LOOKED_AT, title=title, columns=needed)
        known, place, delimiter, columns = found
        below = itertools.chain(head[place + 1 :], lines)
        chunks: Iterable[list[str]] = _records(below) if known in WRITTEN and columns[0] == "date" else [list(below)]
        part = Part(known, shown, columns, [], [], as_of)
        row = place + 1
        for chunk in chunks:
            row = _read(part, chunk, delimiter, row)
    return part


def _header(head: list[str], kind: str | None) -> tuple[str, int, str, tuple[str, ...]] | None:
    for place, line in enumerate(head):
        for delimiter in ",;\t":
            try:
                names = tuple(cell.strip("\ufeff \t\r\n").lower() for cell in next(csv.reader([line], delimiter=delimiter), []))
            except csv.Error:
                continue
            for known in [kind] if kind else HEADERS:
                # Reposts have two columns that others have too.
                fits = set(names) == set(HEADERS[known]) if known == "instantreposts" else set(HEADERS[known]) <= set(names)
                if fits and len(set(names)) == len(names):
                    return known, place, delimiter, names
    return None


def _records(lines: Iterable[str]) -> Iterator[list[str]]:
    """Part a file where its records begin: with a moment and an address. A broken quotation ends with its record."""
    record: list[str] = []
    for line in lines:
        if record and _STARTS.match(line):
            yield record
            record = []
        record.append(line)
    if record:
        yield record


def _read(part: Part, chunk: list[str], delimiter: str, row: int) -> int:
    """Read some lines into a part; return the number of the last row."""
    width, text = len(part.columns), part.kind in WRITTEN
    try:
        cells = list(csv.reader(chunk, delimiter=delimiter))
    except csv.Error as error:  # a field without end
        if not text:
            raise SourceError(NO_TABLE, file=part.file, row=row + 1, why=error) from error
        part.broken.append(row + 1)
        return row + 1
    if text and any(len(found) not in (0, width) for found in cells) and (mended := _mended(chunk, cells[0], part, delimiter)):
        part.rows.append((row + 1, mended))
        return row + len(cells)
    if not text and cells and (chunk[-1:] and "".join(chunk).count('"') % 2) and any("\n" in cell for cell in cells[-1]):
        raise SourceError(NEVER_CLOSED, file=part.file, row=row + len(cells))
    for found in cells:
        row += 1
        if not any(cell.strip() for cell in found):
            continue
        runs_on = not text and any("\n" in cell for cell in found)
        if len(found) > width or runs_on or (text and len(found) < width):
            part.broken.append(row)
        else:
            part.rows.append((row, [cell.strip() for cell in found] + [""] * (width - len(found))))
    return row


def _mended(record: list[str], first: list[str], part: Part, delimiter: str) -> list[str] | None:
    """Take a record apart from both ends where the text in its middle is quoted line by line; None where that does not work."""
    column = next(place for place, name in enumerate(part.columns) if name in ("sharecommentary", "message"))
    last = column == len(part.columns) - 1
    if (len(first) == len(part.columns) and not last) or sum(map(len, record)) > LONGEST:
        return None
    cell = rf'("(?:[^"]|"")*"|[^"{delimiter}\r\n]*)'
    before, after = (cell + delimiter) * column, (delimiter + cell) * (len(part.columns) - column - 1)
    found = re.fullmatch(rf"{before}(.*){after}\s*", "".join(record), re.DOTALL)
    return [_unquoted(text) for text in found.groups()] if found else None


def _unquoted(cell: str) -> str:
    return cell.strip().removeprefix('"').removesuffix('"').replace('""', '"')


def whole_text(text: str) -> str:
    r"""Take out of a text the quotation marks that LinkedIn puts around each of its lines; others stay.

    Examples
    --------
    >>> whole_text('New"\n"\n"He said "yes" to it'), whole_text('He said "yes"\nand went')
    ('New\n\nHe said "yes" to it', 'He said "yes"\nand went')
    """
    lines = text.replace("\r\n", "\n").split("\n")
    if len(lines) > 1 and all(line.startswith('"') for line in lines[1:]) and all(line.rstrip().endswith('"') for line in lines[:-1]):
        last = len(lines) - 1
        opened_lines = [line[1:] if place else line for place, line in enumerate(lines)]
        lines = [line.rstrip().removesuffix('"') if place < last else line for place, line in enumerate(opened_lines)]
    return "\n".join(lines).strip()
