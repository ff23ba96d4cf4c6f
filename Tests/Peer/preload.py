"""Libraries in C that are loaded before a program, to be the system that it meets."""

import pathlib
import shutil
import subprocess


def preloaded(source, folder):
    """The library that one of the sources beside this file is compiled to, for LD_PRELOAD."""
    path = pathlib.Path(__file__).parent / source
    library = folder / path.with_suffix(".so").name
    compiler = shutil.which("cc") or shutil.which("clang")
    assert compiler, f"a C compiler is needed for {source}"
    subprocess.run(
        [compiler, "-shared", "-fPIC", "-O1", str(path), "-o", str(library), "-ldl"], check=True)
    return library
