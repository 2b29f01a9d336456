"""The files of a LinkedIn member's data archive that may be read, and their rows; all others are never opened."""

from __future__ import annotations

import csv
import datetime as dt
import itertools
import re
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path, PurePosixPath

from connectors.linkedin_rows import WRITTEN, Part, read_into, records
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
_NAMES = "|".join(HEADERS)
_IN_ARCHIVE = re.compile(rf"({_NAMES})(?:_\d+)?\.csv", re.IGNORECASE)
_LOOSE = re.compile(rf"(?:.*[-_])?({_NAMES})(?:_\d+)?(?: ?\(\d+\))?\.(?:csv|txt)(?:\.gz)?", re.IGNORECASE)
_TABLE = re.compile(r".*\.(?:csv|txt|tsv|html?|json|jpe?g|png|pdf|mp4)(?:\.gz)?", re.IGNORECASE)
_EXPORTED = re.compile(r"(?<!\d)(\d\d)-(\d\d)-(\d{4})(?!\d)")
LOOKED_AT = 10
"""Lines among which the header is looked for."""
LARGEST = 512 << 20
NO_HEADER = N_(
    "{file}: none of its first {lines} lines is the header of LinkedIn's {title} ({columns}); nothing was imported. Was it saved by "
    "another program, or is the export in another language? Ask LinkedIn for a new archive"
)
NO_FILE = N_(
    "{file}: none of the files that may be read is there ({titles}); name the archive as LinkedIn gives it, or these files under their "
    "names"
)
NO_ARCHIVE = N_("{file}: this is no ZIP archive, whatever its name says; download the archive from LinkedIn again")
DAMAGED = N_("{file}: this archive is damaged or locked ({why}); fetch it again from LinkedIn")
TOO_LARGE = N_("{file}: larger than {most} MB unpacked, which no member's file is")
UNREAD = N_("{file}: {count} other files were left unread and never opened, messages among them if there are any.")


WHOSE = N_(
    "{path}: whose archive is this? Name the employee with --advocate CODE; of several employees, name a folder that holds one folder for "
    "each of them, called by their code, with their archive in it"
)


def archives_of(sources: tuple[str, ...], advocate: str | None) -> list[tuple[str, tuple[str, ...]]]:
    """Say whose archives the sources are.

    Parameters
    ----------
    sources : tuple of str
        Archives, files out of one, folders that one was unpacked into; without `advocate`, folders that hold such a folder (or one with the
        archive as it is) for each employee, called by their code.
    advocate : str or None
        The employee whose they all are.

    Returns
    -------
    list of (str, tuple of str)
        The code of each employee, and their files.

    Raises
    ------
    SourceError
        It cannot be told whose a file is, or a folder holds nothing that may be read.
    """
    if advocate is not None:
        inside = ([*_inside(Path(source))] if Path(source).is_dir() else [source] for source in sources)
        return [(advocate, tuple(file for files in inside for file in files))]
    found: list[tuple[str, tuple[str, ...]]] = []
    for source in sources:
        folders = [path for path in _shown(Path(source)) if path.is_dir()] if Path(source).is_dir() else []
        astray = [path for path in _shown(Path(source)) if path.is_file() and _may_be_read(path)] if folders else []
        if not folders or astray:
            raise SourceError(WHOSE, path=astray[0] if astray else source)
        found += [(folder.name, tuple(_inside(folder))) for folder in folders]
    return found


def _shown(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if not path.name.startswith((".", "__")))


def _may_be_read(path: Path) -> bool:
    return path.suffix.lower() == ".zip" or _LOOSE.fullmatch(path.name) is not None


def _inside(folder: Path) -> Iterator[str]:
    """Name the files of an archive in a folder, or in the one folder in it: what unpacks an archive may make one."""
    paths = _shown(folder)
    files, folders = [path for path in paths if path.is_file()], [path for path in paths if path.is_dir()]
    if not any(_may_be_read(path) for path in files):
        if len(folders) != 1:
            raise SourceError(NO_FILE, file=folder, titles=", ".join(TITLES.values()))
        yield from _inside(folders[0])
        return
    yield from (str(path) for path in files if _may_be_read(path) or _TABLE.fullmatch(path.name))


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
            if source.lower().endswith(".zip"):
                raise SourceError(NO_ARCHIVE, file=source)
            name = _LOOSE.fullmatch(Path(source).name)
            if name is None and _TABLE.fullmatch(Path(source).name):
                loose_unread += 1
                continue
            found = True
            yield _loose(source, name[1].lower() if name else None)
        if loose_unread:
            self.remarks.append(
                Text("{count} {count:file of another name was|files of other names were} left unread and never opened.", count=loose_unread)
            )
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
        chunks: Iterable[list[str]] = records(below) if known in WRITTEN and columns[0] == "date" else [list(below)]
        part = Part(known, shown, columns, [], [], as_of)
        row = place + 1
        for chunk in chunks:
            row = read_into(part, chunk, delimiter, row)
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
