"""Write a file whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import click

from reports.language import Language
from reports.report import N_, Text

_REASONS = {
    errno.EACCES: N_("{path}: no right to write there; choose another folder with -o, or close the program that holds the file"),
    errno.EPERM: N_("{path}: no right to write there; choose another folder with -o, or close the program that holds the file"),
    errno.EROFS: N_("{path}: the folder can only be read; choose another with -o"),
    errno.ENOSPC: N_("{path}: the disk is full; make room or choose another folder with -o"),
    errno.EDQUOT: N_("{path}: the disk is full; make room or choose another folder with -o"),
    errno.ENOENT: N_("{path}: there is no such folder; make it or choose another with -o"),
    errno.EISDIR: N_("{path}: this is a folder; name a file in it"),
    errno.EBUSY: N_("{path}: another program has the file open; close it and try again"),
}


@contextlib.contextmanager
def replacing(path: str, language: Language) -> Iterator[BinaryIO]:
    """Open a file for writing that takes its place only when all of it is written.

    Parameters
    ----------
    path : str
        An existing file is replaced, through links; a device or pipe is written straight.
    language : Language
        Of the message where writing fails.

    Raises
    ------
    click.ClickException
        Where the folder, the disk or another program prevents it; what was there before is still there.
    """
    target = Path(os.path.realpath(path))
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    straight = target.exists() and not target.is_file() and not target.is_dir()
    try:
        with target.open("wb") if straight else part.open("xb") as file:
            yield file
        if not straight:
            part.replace(target)
    except OSError as error:
        template = _REASONS.get(error.errno or 0, N_("{path}: it cannot be written: {reason}"))
        raise click.ClickException(language.text(Text(template, path=path, reason=error.strerror or str(error)))) from error
    finally:
        if not straight:
            part.unlink(missing_ok=True)
