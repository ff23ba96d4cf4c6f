"""Trees that grow while the lab looks at them: a chat's in another tab, and the relay's own."""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request

import pytest
from playwright.sync_api import expect

from chat_page import Person, meet
from conftest import ROOT
from lab import open_file, panel, stage

BINARY = os.environ.get("SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico"))
ENVIRONMENT = {name: text for name, text in os.environ.items()
               if not name.startswith("SIMPATICO_")}
SECRETS = re.compile(r"-----BEGIN|[0-9a-f]{64}|[A-Za-z0-9_-]{43}")


class LiveRelay:
    """A relay that shows its tree, and the link that it prints."""

    def __init__(self, *options):
        self.process = subprocess.Popen(
            [BINARY, "serve", "--port", "0", *options], env=ENVIRONMENT, cwd=ROOT,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")
        self.link = self.process.stdout.readline().split()[-1] if "--live" in options else ""

    @property
    def token(self):
        return self.link.split("token=")[1]

    def connect(self):
        """Somebody registers, and leaves."""
        subprocess.run([BINARY, "connect", self.url.replace("http", "ws") + "/ws"],
                       env=ENVIRONMENT, check=True, capture_output=True, timeout=60)

    def ask(self, **headers):
        request = urllib.request.Request(self.url + "/live", headers=headers)
        return urllib.request.urlopen(request, timeout=30)

    def refusal(self, **headers):
        with pytest.raises(urllib.error.HTTPError) as error:
            self.ask(**headers)
        return error.value.code


@pytest.fixture
def live_relay():
    started = []

    def start(*options):
        started.append(LiveRelay(*options))
        return started[-1]

    yield start
    for relay in started:
        relay.process.terminate()
        relay.process.wait(timeout=10)


@pytest.fixture
def look(browser):
    """Opens an address; afterwards nothing may have gone wrong unseen."""
    contexts, faults = [], []

    def open_page(address):
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []


def test_what_was_there_before_is_drawn_from_its_beginning(live_relay, look):
    relay = live_relay("--live")
    for _ in range(3):
        relay.connect()
    page = look(relay.link)
    rows = panel(page, "relay").locator(".row-peer", has_text="key")
    expect(rows).to_have_count(3)
    # All of it fits, so all of it is to be seen: the trunk, each row's first node and its last.
    marks = panel(page, "relay").locator(".node")
    expect(marks).to_have_count(int(stage(page, "steps")) + 1)
    times = page.locator(".axis text")
    assert re.fullmatch(r"\d\d:\d\d\.\d", times.last.text_content())
    assert re.fullmatch(r"\d\d:\d\d:\d\d\.\d{3}", page.locator("#clock").inner_text())
    assert page.locator("#clock-unit").inner_text() == ""


def test_the_lab_follows_the_relay_s_own_tree(live_relay, look):
    relay = live_relay("--live")
    page = look(relay.link)
    expect(page.locator("#pulse")).to_have_text("Live: the relay")
    expect(page.locator("#scenario-name")).to_have_text("relay")
    assert stage(page, "steps") == "2"
    relay.connect()
    tree = panel(page, "relay")
    expect(tree.locator('.node[aria-label*="register3"]')).to_have_count(1)
    # Whoever has registered leaves.
    expect(tree.locator(".row-phase")).to_have_text("CLOSED")
    expect(tree.locator(".chip").first).to_have_text("NO ONE CONNECTED")
    expect(tree.locator(".chip-registration")).to_be_hidden()
    expect(page.locator("#stage")).to_have_attribute("data-quiet", "true")
    relay.connect()
    expect(tree.locator('.node[aria-label*="register3"]')).to_have_count(2)
    shown = tree.locator('.node[aria-label*="register3"]').first
    shown.click()
    value = page.locator('[data-section="value"]')
    expect(value).to_contain_text("(box, ")
    expect(value).to_contain_text("(public key)")
    assert not SECRETS.search(page.locator("#inspector").inner_text())
    assert not page.locator("#fork").is_visible()


def test_whoever_looks_at_the_past_is_left_there(live_relay, look):
    relay = live_relay("--live")
    relay.connect()
    page = look(relay.link)
    expect(panel(page, "relay").locator('.node[aria-label*="register3"]')).to_have_count(1)
    page.keyboard.press("r")
    expect(page.locator("#stage")).to_have_attribute("data-step", "0")
    before = int(stage(page, "steps"))
    relay.connect()
    page.wait_for_function(
        "(count) => Number(document.querySelector('#stage').dataset.steps) > count", arg=before)
    assert stage(page, "step") == "0"
    page.locator("#pulse").click()
    expect(panel(page, "relay").locator('.node[aria-label*="register3"]')).to_have_count(2)


def test_the_live_link_is_in_the_address_whenever_the_live_tree_is_looked_at(live_relay, look):
    relay = live_relay("--live")
    page = look(relay.link)
    page.locator("#pulse[data-pulse='live']").wait_for()
    page.locator("#scenarios").click()
    page.locator("[data-scenario]").first.click()
    page.wait_for_function("() => location.hash.startsWith('#u=')")
    page.locator("#pulse").click()
    page.wait_for_function("() => location.hash.startsWith('#live=relay&token=')")
    assert page.url == relay.link


def stand_in(page, feed):
    """In a relay's place, a stream that sends what it is told to."""
    page.route("**/live", lambda route: route.fulfill(
        status=200, content_type="application/x-ndjson", body=feed))


def entries(count: int, rows: int) -> str:
    """What a relay tells of so many rows of connections, and of so many nodes in all."""
    lines = [{"node": at, "parent": 0, "branch": 0, "time": 1764480000000, "value": {"a": 0}}
             for at in range(2)]
    last = {}
    for at in range(2, count):
        row = 1 + (at - 2) % rows
        lines.append({"node": at, "parent": last.get(row, 0), "branch": row,
                      "time": 1764480000000 + at * 10, "value": {"n": at}, "residue": {
                          "peer": f"key {row:08x}", "connection": "OPEN",
                          "registration": "VERIFIED"}})
        last[row] = at
    return "".join(json.dumps(line) + "\n" for line in lines)


def test_of_many_connections_it_is_said_which_are_counted(live_relay, look):
    relay = live_relay("--live")
    page = look(relay.url)
    stand_in(page, entries(302, 150))
    page.evaluate("location.hash = 'live=relay&token=a'")
    expect(panel(page, "relay").locator(".chips")).to_contain_text("65/65 OPEN")
    expect(panel(page, "relay").locator(".chips")).to_contain_text("in the newest 65 of 151 rows")
    page.keyboard.press("/")
    page.locator("#find-party").select_option("relay")
    expect(page.locator(".found .unit").last).to_have_text(
        re.compile(r"^\d\d:\d\d:\d\d\.\d{3}$"))


def test_nothing_secret_is_in_the_stream_and_only_who_may_gets_it(live_relay):
    relay = live_relay("--live")
    relay.connect()
    right = {"Authorization": f"Bearer {relay.token}"}
    assert relay.refusal() == 401
    assert relay.refusal(Authorization="Bearer " + "A" * len(relay.token)) == 401
    assert relay.refusal(**right, **{"X-Forwarded-For": "192.0.2.1"}) == 403
    assert len(relay.token) == 22
    with relay.ask(**right) as stream:
        lines = [stream.readline().decode() for _ in range(9)]
    assert all(line.startswith('{"') and line.endswith("}\n") for line in lines)
    assert "register3" in "".join(lines) and '"_privateKey":{"_handle":true}' in "".join(lines)
    for line in lines:
        assert not SECRETS.search(line), line


def test_a_few_may_look_and_no_more(live_relay):
    relay = live_relay("--live")
    right = {"Authorization": f"Bearer {relay.token}"}
    streams = [relay.ask(**right) for _ in range(8)]
    assert relay.refusal(**right) == 503
    for stream in streams:
        stream.close()


def test_a_relay_shows_its_tree_only_where_it_was_told_to(live_relay, look):
    relay = live_relay()
    assert relay.refusal(Authorization="Bearer x") == 404
    page = look(relay.url + "/#live=relay&token=AAAAAAAAAAAAAAAAAAAAAA")
    expect(page.locator("#notice")).to_contain_text("without --live")
    expect(page.locator("#pulse")).to_have_attribute("data-pulse", "ended")


def test_a_relay_that_has_stopped_says_so_in_the_lab(live_relay, look):
    relay = live_relay("--live")
    page = look(relay.link)
    expect(page.locator("#pulse")).to_have_attribute("data-pulse", "live")
    relay.process.terminate()
    expect(page.locator("#pulse")).to_have_attribute("data-pulse", "ended", timeout=30_000)
    assert relay.process.wait(timeout=10) == 0
    assert stage(page, "steps") == "2"


@pytest.mark.parametrize("more", ['{"node": 3}', '{"node": 1, "parent": 77}', "no JSON"])
def test_a_stream_that_cannot_be_taken_any_further_has_ended(live_relay, look, more):
    relay = live_relay("--live")
    page = look(relay.url)
    # So many that they are added in two parts.
    stand_in(page, entries(2_000, 5) + more + "\n")
    page.evaluate("location.hash = 'live=relay&token=a'")
    expect(page.locator("#notice")).to_contain_text("cannot be followed any further")
    expect(page.locator("#pulse")).to_have_attribute("data-pulse", "ended")
    assert (more == "no JSON") == (stage(page, "steps") != "1999")


def test_a_relay_that_has_come_back_is_connected_to_again(live_relay, look):
    relay = live_relay("--live")
    page = look(relay.url)
    stand_in(page, entries(20, 2))
    page.evaluate("location.hash = 'live=relay&token=a'")
    again = page.get_by_role("button", name="Connect again")
    again.wait_for()
    page.evaluate("document.querySelector('#live').textContent = ''")
    stand_in(page, entries(30, 2))
    again.click()
    expect(page.locator("#stage")).to_have_attribute("data-steps", "29")
    expect(page.locator("#live")).not_to_contain_text("finished")
    again.wait_for()


def test_the_lab_follows_the_chat_in_another_tab(browser, base_url):
    alice = Person(browser, base_url, "Alice").open().online()
    bob = Person(browser, base_url, "Bob")
    lab = alice.tab()
    lab.goto(base_url + "/#live=simpatico-tree")
    expect(lab.locator("#pulse")).to_have_attribute("data-pulse", "live", timeout=30_000)
    before = int(stage(lab, "steps"))
    bob.accept(alice.invite())
    alice.talks_with("Bob")
    bob.write("a word for the tree")
    alice.hears("a word for the tree")
    lab.bring_to_front()
    lab.wait_for_function(
        "(count) => Number(document.querySelector('#stage').dataset.steps) > count + 5",
        arg=before)
    assert "#live=" in lab.url
    for person in (alice, bob):
        person.context.close()
        assert person.faults == []


def test_a_chat_is_shown_as_it_stands_and_its_recording_opens_the_same(
        browser, base_url, tmp_path):
    """Also what needed a key or a socket, which the lab has not."""
    alice, bob = (Person(browser, base_url, name) for name in ("Alice", "Bob"))
    secret = meet(alice, bob).rsplit(".", 1)[1]
    alice.write("for the tree")
    bob.hears("for the tree").write("and back")
    alice.hears("and back")
    lab = alice.tab()
    lab.goto(base_url + "/#live=simpatico-tree")
    tree = panel(lab, "Alice")
    expect(tree.locator(".row-phase").nth(1)).to_contain_text("VERIFIED")
    for handler in ("register2", "register4", "acceptEnvelop", "write"):
        expect(lab.locator("#legend")).to_contain_text(handler)
    # The newest is in sight as it comes, in the diagram too.
    alice.page.bring_to_front()
    for number in range(4):
        alice.write(f"more {number}").phase(f"more {number}", "READ|DELIVERED")
    lab.bring_to_front()
    lab.wait_for_function("""() => {
      const cursor = document.querySelector(".cursor").getBoundingClientRect();
      const { right } = document.querySelector(".spacetime-scroller").getBoundingClientRect();
      const { step, steps } = document.querySelector("#stage").dataset;
      return step === steps && cursor.right < right;
    }""")
    text = lab.locator("#stage").inner_text()
    alice.open("#/connection")
    with alice.page.expect_download() as download:
        alice.page.get_by_role("button", name="Save a recording").click()
    file = tmp_path / "recording.json"
    download.value.save_as(file)
    content = file.read_text()
    assert "for the tree" in content
    assert secret not in content and "PRIVATE" not in content
    other = browser.new_context().new_page()
    other.goto(base_url + "/")
    open_file(other, "recording.json", content)
    other.get_by_role("button", name="To the end").click()
    expect(panel(other, "Alice").locator(".row-phase").nth(1)).to_contain_text("VERIFIED")
    assert "VERIFIED" in text
    other.context.close()
    for person in (alice, bob):
        person.context.close()
        assert person.faults == []
