"""Parts of the system that some tests need."""

import shutil
import signal

import pytest


def needs(program: str, package: str) -> pytest.MarkDecorator:
    """Skip a test where a program is absent, naming the package that brings it.

    Parameters
    ----------
    program : str
        What is looked for on the path.
    package : str
        Its package on Debian and Ubuntu.
    """
    return pytest.mark.skipif(shutil.which(program) is None, reason=f"missing part: {package} (the program {program})")


def hear_interrupts() -> None:
    """Let a child process hear Ctrl-C (as `preexec_fn`): one started from a shell's background ignores it, and hands that on."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
