"""Each page is small. What the lab transfers is counted by the browser itself, headers included; of
the chat all is counted that it may ever load, and what a first visit loads of it is measured in
test_chat_loading.py."""

import gzip
import pathlib
import urllib.parse

from lab import QUIET, STAGE, press

PUBLIC = pathlib.Path(__file__).resolve().parents[2] / "Sources/SimpaticoWeb/Public"
#: What the chat's page loads from outside its folder.
CHAT_BESIDE = ["chat.html", "chat-worker.js", "chat.webmanifest", "lab/theme.css"]
#: All that the lab ever transfers, and what a first visit does.
LAB_BYTES, FIRST_BYTES = 300_000, 285_000


class Transfers:
    """What a page receives, in bytes on the wire."""

    def __init__(self, page):
        self.answers = {}
        self._names = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._begun)
        session.on("Network.loadingFinished", self._ended)

    def _begun(self, event):
        self._names[event["requestId"]] = event["request"]["url"]

    def _ended(self, event):
        url = self._names[event["requestId"]]
        self.answers[url] = self.answers.get(url, 0) + event["encodedDataLength"]

    @property
    def total(self):
        return sum(self.answers.values())


def test_all_that_the_lab_loads_is_small(open_lab):
    counted = []
    page = open_lab(prepare=lambda page: counted.append(Transfers(page)))
    transfers = counted[0]
    page.wait_for_selector(QUIET, timeout=30_000)
    first = transfers.total
    assert any(url.endswith(".wasm") for url in transfers.answers)
    assert 200_000 < first < FIRST_BYTES, transfers.answers
    # Now everything is used.
    page.locator(".node").first.click()
    page.locator("#inspector-title").wait_for()
    press(page, "i")
    page.locator("#insert-body select").first.wait_for()
    press(page, "/")
    page.locator("#find-text").fill("alice")
    press(page, "m")
    page.locator(".map-card").wait_for()
    press(page, "m?")
    page.locator("#keys kbd").first.wait_for()
    page.keyboard.press("Escape")
    page.locator("#share").click()
    with page.expect_download():
        page.locator("#save-svg").click()
    page.goto(page.url.split("#")[0] + "#live=nothing")
    page.locator("#pulse:not([hidden])").wait_for()
    assert transfers.total < LAB_BYTES, transfers.answers


def test_the_chat_and_its_core_are_small():
    inside = [path for path in (PUBLIC / "chat").rglob("*")
              if path.is_file() and path.suffix not in (".wasm",)]
    assert len(inside) > 10 and any(path.name == "simpatico.wasm.br" for path in inside)
    beside = [PUBLIC / name for name in CHAT_BESIDE]
    sizes = [path.stat().st_size if path.suffix == ".br" else len(gzip.compress(path.read_bytes()))
             for path in [*inside, *beside]]
    assert sum(sizes) < 240_000


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
    # Its style sheets have become one.
    assert {path for path in paths if not path.startswith("/lab/")} == {"/index.css"}


def test_the_chat_loads_its_own_files_only(people):
    paths = loaded(people("Alice").open().online().page)
    assert "/chat/simpatico.wasm" in paths
    outside = {path[1:] for path in paths if not path.startswith("/chat/")}
    # It asks for itself once more, whether the relay has a newer one.
    assert outside <= {*CHAT_BESIDE, "chat", "chat.css"}
