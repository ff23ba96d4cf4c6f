"""A relay and a browser for the page's tests.

SIMPATICO_URL names a relay that already runs; otherwise the binary (SIMPATICO_BIN, or the debug
build) is started on a free port and stopped at the end.
"""

import os
import pathlib
import subprocess

import pytest
from playwright.sync_api import sync_playwright

import chat_page

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def base_url():
    given = os.environ.get("SIMPATICO_URL")
    if given:
        yield given.rstrip("/")
        return
    binary = os.environ.get("SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico"))
    process = subprocess.Popen(
        [binary, "serve", "--port", "0"],
        env=chat_page.relay_environment(), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )
    try:
        yield chat_page.printed_url(process).rstrip("/")
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chat_page.CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def open_lab(browser, base_url):
    """Opens the lab; afterwards nothing may have gone wrong unseen.

    Every page is watched for console errors, policy violations and requests to other origins. A
    test that provokes an error empties `page.faults` itself.
    """
    opened = []

    def open_page(width=1440, height=900, prepare=None, path="", **options):
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.faults = []
        page.on("console", lambda message: page.faults.append(message.text)
                if message.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("request", lambda request: page.faults.append(f"foreign: {request.url}")
                if not request.url.startswith(base_url + "/") else None)
        page.add_init_script(
            "addEventListener('securitypolicyviolation', (event) => console.error("
            "`policy: ${event.violatedDirective} ${event.blockedURI}`))")
        if prepare is not None:
            prepare(page)
        opened.append((context, page))
        page.goto(base_url + "/" + path)
        return page

    yield open_page
    faults = [fault for _, page in opened for fault in page.faults]
    for context, _ in opened:
        context.close()
    assert faults == []


@pytest.fixture
def people(browser, base_url):
    """Makes people, each with a browser context of their own on the chat page; afterwards nothing
    may have gone wrong unseen. A test that provokes an error empties a person's `faults`."""
    made = []

    def person(name="", address=None, browser=browser, **options):
        one = chat_page.Person(browser, address or base_url, name, **options)
        made.append(one)
        return one

    yield person
    faults = [fault for one in made for fault in one.faults]
    for one in made:
        one.context.close()
    assert faults == []


@pytest.fixture
def own_relay():
    """A relay that the test may kill and start again on the same port."""
    relay = chat_page.OwnRelay(
        os.environ.get("SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico")))
    yield relay
    relay.kill()
