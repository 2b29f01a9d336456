"""Parts of the system that some tests need."""

import shutil

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
