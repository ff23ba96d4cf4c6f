"""Each page is small: all that it may ever load, its core included, in the form of RFC 1952 that
every server can send. The chat promises to stay under 300 KB; what a first visit loads of it is
measured in test_chat_loading.py."""

import gzip
import pathlib
import urllib.parse

import pytest

from lab import STAGE

PUBLIC = pathlib.Path(__file__).resolve().parents[2] / "Sources/SimpaticoWeb/Public"
#: What the chat's page loads from outside its folder.
CHAT_BESIDE = ["chat.html", "chat-worker.js", "chat.webmanifest", "lab/theme.css"]


def gzipped(paths) -> int:
    return sum(len(gzip.compress(path.read_bytes(), 9)) for path in paths)


def files(folder: str, *beside: str) -> list[pathlib.Path]:
    inside = [path for path in (PUBLIC / folder).rglob("*") if path.is_file()]
    assert len(inside) > 10 and any(path.suffix == ".wasm" for path in inside)
    return [*inside, *(PUBLIC / name for name in beside)]


@pytest.mark.parametrize(("folder", "beside", "limit"), [
    ("lab", ["index.html"], 440_000),
    ("chat", CHAT_BESIDE, 280_000),
])
def test_a_page_and_its_core_are_small(folder, beside, limit):
    assert gzipped(files(folder, *beside)) < limit


def loaded(page) -> set[str]:
    """The paths that a page has loaded, without the version of all files in front."""
    names = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    paths = [urllib.parse.urlsplit(name).path for name in names]
    return {"/" + path.split("/", 3)[3] if path.startswith("/v/") else path for path in paths}


def test_the_lab_loads_its_own_files_only(open_lab):
    page = open_lab()
    page.wait_for_selector(STAGE)
    paths = loaded(page)
    assert "/lab/simpatico.wasm" in paths
    assert {path for path in paths if not path.startswith("/lab/")} == set()


def test_the_chat_loads_its_own_files_only(people):
    paths = loaded(people("Alice").open().online().page)
    assert "/chat/simpatico.wasm" in paths
    outside = {path[1:] for path in paths if not path.startswith("/chat/")}
    # It asks for itself once more, whether the relay has a newer one.
    assert outside <= {*CHAT_BESIDE, "chat"}
