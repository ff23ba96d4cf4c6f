"""Taking universes along: scenarios, links, files, pictures, logs, recordings."""

import base64
import json
import struct
import zlib

import pytest
from playwright.sync_api import expect

from lab import STAGE, begin, drop_the_challenge, finish, go_to, open_file, panel, press, stage


def universe(*edits, **settings) -> dict:
    """A saved universe, with edits of one's own."""
    return {"simpatico": "universe", "version": 1, "name": "mine",
            "settings": {"seed": 1, "clients": 3, **settings}, "edits": list(edits)}


#: An edit of an event that there is not.
IMPOSSIBLE = {"at": 3, "edit": "drop", "event": "f" * 16}


def recording(nodes: int, rows: int = 1) -> str:
    """A saved tree: its setup, then rows of messages and plain values, as long as asked for."""
    tree: list = [{"name": "server"}, {"handlers": {"log": "log"}}]
    for row in range(rows):
        tree.append(1)
        tree += [{"handler": "log", "msg": f"line {at}"} if at % 3 == 0 else {"row": row}
                 for at in range(nodes // rows)]
    return json.dumps({"trees": {"server": tree}})


def link_of(document: dict) -> str:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(json.dumps(document).encode()) + packer.flush()
    return "#u=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


def saved(page, item: str) -> bytes:
    """What an item of the share menu saves."""
    page.locator("#share").click()
    with page.expect_download() as download:
        page.locator(f"#{item}").click()
    return download.value.path().read_bytes()


def test_every_scenario_opens_paused_at_its_start(open_lab):
    page = open_lab()
    begin(page)
    page.locator("#scenarios").click()
    # The menu comes when the parts have come that a first picture does without.
    page.locator("[data-scenario]").first.wait_for()
    titles = page.locator("[data-scenario]").evaluate_all(
        "items => items.map((item) => [item.dataset.scenario, item.firstChild.textContent])")
    assert len(titles) >= 7
    for name, title in titles:
        if not page.locator("#scenario-menu").is_visible():
            page.locator("#scenarios").click()
        page.locator(f'[data-scenario="{name}"]').click()
        page.locator("#scenario-name", has_text=title).wait_for()
        assert stage(page, "step") == "0"
        assert page.locator("#play").get_attribute("data-mode") == "paused"
        assert int(stage(page, "steps")) > 4


def test_a_chat_ends_where_it_was_played_to_and_goes_on_for_a_bounded_time(open_lab):
    page = open_lab()
    begin(page)
    page.locator("#scenarios").click()
    page.locator(".scenario-group").last.wait_for()
    page.locator("[data-scenario]").last.click()
    page.wait_for_selector("#stage[data-step='0'][data-universe='1']")
    steps = int(stage(page, "steps"))
    page.locator("#end").click()
    page.wait_for_selector(f"#stage[data-step='{steps}'][data-steps='{steps}']")
    clock = int(stage(page, "clock"))
    page.locator("#end").click()
    page.wait_for_function("(clock) => document.querySelector('#stage').dataset.clock > clock",
                           arg=clock)
    assert int(stage(page, "steps")) < steps + 200


def test_seed_clients_and_latency_make_a_world_of_one_s_own(open_lab):
    page = open_lab()
    begin(page)
    first = stage(page, "digest")

    def start(seed, clients="3"):
        page.locator("#scenarios").click()
        page.locator("#seed").fill(seed)
        page.locator("#clients").fill(clients)
        page.locator("#latency-high").fill("90")
        page.locator("#start").click()

    start("-4")
    assert "whole number" in page.locator("#scenario-menu .form-error").inner_text()
    assert stage(page, "digest") == first
    page.keyboard.press("Escape")
    start("8", "5")
    page.wait_for_function("() => document.querySelectorAll('.panel').length === 6")
    finish(page)
    last, clock = stage(page, "digest"), int(stage(page, "clock"))
    assert clock > 100
    start("9", "5")
    finish(page)
    assert stage(page, "digest") != last
    start("8", "5")
    finish(page)
    assert stage(page, "digest") == last


# Links


def test_a_link_reopens_the_same_moment_in_a_fresh_browser(open_lab):
    page = open_lab()
    drop_the_challenge(page)
    go_to(page, 20)
    page.wait_for_function("() => location.hash.length > 10")
    page.wait_for_timeout(700)
    link = page.url
    seen = (stage(page, "digest"), stage(page, "clock"))
    fresh = open_lab(path=link[link.index("#"):])
    fresh.wait_for_selector('#stage[data-step="20"]')
    assert (stage(fresh, "digest"), stage(fresh, "clock")) == seen
    assert "digest for digest" in fresh.locator("#origin").inner_text()
    assert fresh.locator("#play").get_attribute("data-mode") == "paused"
    finish(fresh)
    assert fresh.locator("#verified").inner_text() == "2 of 3"


def test_a_broken_link_is_explained_and_the_page_goes_on(open_lab):
    page = open_lab(path="#u=AAAA")
    page.locator("#notice", has_text="The link could not be opened").wait_for()
    page.wait_for_selector(STAGE)


@pytest.mark.parametrize("document", [universe(clients=500), universe(IMPOSSIBLE)])
def test_a_link_that_the_core_refuses_stays_in_the_address_until_somebody_moves(
        open_lab, document):
    link = link_of({**document, "step": 5, "digest": "0" * 16})
    page = open_lab(path=link)
    page.locator("#notice", has_text="The link could not be opened").wait_for()
    page.wait_for_timeout(800)
    assert page.url.endswith(link)
    page.locator("#step").click()
    page.wait_for_function("(link) => location.hash !== link", arg=link)
    here = page.url
    page.evaluate("(link) => { location.hash = link; }", link)
    page.locator("#notice", has_text="The link could not be opened").wait_for()
    page.wait_for_timeout(800)
    assert page.url.endswith(link) and here != page.url


def test_the_address_of_a_recording_is_what_it_was_opened_by(open_lab):
    page = open_lab()
    begin(page)
    page.wait_for_function("() => location.hash.startsWith('#u=')")
    open_file(page, "journal.json", recording(9))
    page.wait_for_function("() => location.hash === ''")
    link = "#open=" + base64.urlsafe_b64encode(recording(5).encode()).decode().rstrip("=")
    page.evaluate("(link) => { location.hash = link; }", link)
    page.wait_for_selector("#stage[data-steps='6']")
    page.locator("#tab-multiverse").click()
    page.locator(".map-row").first.click()
    page.wait_for_function("() => location.hash.startsWith('#u=')")
    page.locator("#tab-multiverse").click()
    page.locator(".map-row").last.click()
    page.wait_for_function("(link) => location.hash === link", arg=link)


def test_a_link_that_comes_while_the_address_follows_is_opened(open_lab):
    page = open_lab()
    begin(page)
    link = link_of({**universe(seed=9), "step": 5, "digest": ""})
    # As the address is about to follow, and as its link is packed.
    page.evaluate("""(link) => {
        const { write } = WritableStreamDefaultWriter.prototype;
        WritableStreamDefaultWriter.prototype.write = function (...all) {
            WritableStreamDefaultWriter.prototype.write = write;
            location.hash = link;
            return write.apply(this, all);
        };
    }""", link)
    go_to(page, 7)
    page.wait_for_selector("#stage[data-universe='1'][data-step='5']")


def test_what_a_recording_cannot_give_is_not_offered(open_lab):
    page = open_lab()
    begin(page)
    items = ["copy-link", "save-universe", "save-log"]
    page.locator("#share").click()
    assert [page.locator(f"#{item}").is_visible() for item in items] == [True, True, True]
    page.keyboard.press("Escape")
    open_file(page, "journal.json", recording(9))
    page.locator("#scenario-name", has_text="journal").wait_for()
    page.locator("#share").click()
    assert [page.locator(f"#{item}").is_visible() for item in items] == [False, False, True]


def test_a_link_is_copied(open_lab):
    page = open_lab()
    begin(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go_to(page, 5)
    page.locator("#share").click()
    page.locator("#copy-link").click()
    page.locator("#live", has_text="Link copied").wait_for()
    assert "#u=" in page.evaluate("navigator.clipboard.readText()")


# Files


def test_a_saved_universe_opens_again_paused_with_its_edits(open_lab):
    page = open_lab()
    drop_the_challenge(page)
    finish(page)
    digest = stage(page, "digest")
    document = json.loads(saved(page, "save-universe"))
    assert document["simpatico"] == "universe" and len(document["edits"]) == 1
    assert "_" not in json.dumps(document)
    other = open_lab()
    begin(other)
    open_file(other, "mine.json", json.dumps(document))
    other.locator("#scenario-name", has_text="drop register2").wait_for()
    assert stage(other, "step") == "0"
    assert other.locator("#play").get_attribute("data-mode") == "paused"
    finish(other)
    assert stage(other, "digest") == digest


def still_works(page) -> bool:
    """Whether the lab goes on after what was said."""
    step = int(stage(page, "step"))
    page.locator("#step").click()
    page.wait_for_selector(f'#stage[data-step="{step + 1}"]')
    return page.locator("#play").get_attribute("data-mode") == "paused"


@pytest.mark.parametrize(("content", "said"), [
    ("{", "not JSON"), ('{"a": 1}', "neither a universe nor a saved tree"),
    ('{"simpatico": "universe", "version": 99}', "version"),
    (json.dumps(universe(clients=500)), "clients"),
    (json.dumps(universe({"at": 1, "edit": "explode"})), "edits[0].edit"),
    ('{"trees": [{"name": "a", "tree": [{"a": 1}, 7, {"b": 1}]}]}', "trees"),
])
def test_a_file_that_cannot_be_opened_says_why(open_lab, content, said):
    page = open_lab()
    begin(page)
    digest = stage(page, "digest")
    open_file(page, "other.json", content)
    page.locator("#notice", has_text="The file was not opened").wait_for()
    assert said in page.locator("#notice").inner_text()
    assert stage(page, "digest") == digest
    assert still_works(page)


def test_a_universe_is_shown_up_to_an_edit_that_cannot_be_made(open_lab):
    page = open_lab()
    begin(page)
    for at in (1, 3):
        open_file(page, "mine.json", json.dumps(universe({**IMPOSSIBLE, "at": at})))
        page.wait_for_selector(f'#stage[data-steps="{at - 1}"]')
        page.locator("#notice", has_text="An edit could not be made").wait_for()
        assert "edits[0].event: nothing of the id" in page.locator("#notice").inner_text()
        assert page.locator("#play").get_attribute("data-mode") == "paused"
        page.locator("#play").click()
        expect(page.locator("#play")).to_have_attribute("data-mode", "paused")
    page.locator("#tab-multiverse").click()
    page.locator('.map-row[data-universe="0"]').click()
    finish(page)


def test_a_folder_or_a_file_that_is_gone_says_so(open_lab, tmp_path):
    page = open_lab()
    begin(page)
    mouse = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        mouse.send("Input.dispatchDragEvent", {"type": kind, "x": 600, "y": 500, "data": {
            "items": [], "files": [str(tmp_path)], "dragOperationsMask": 1}})
    page.locator("#notice", has_text="cannot be read. Is it a folder").wait_for()
    assert still_works(page)


def test_what_fails_unseen_is_said_and_stops_nothing(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("setTimeout(() => { throw new Error('stray'); })")
    page.locator("#notice", has_text="stray").wait_for()
    assert still_works(page)
    page.faults.clear()


def test_pictures_hold_what_is_on_the_screen(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    svg = saved(page, "save-svg").decode()
    assert svg.count("<circle") > 30
    for text in ("alice", "charlie", "CHALLENGED", "50 ms"):
        assert f">{text}<" in svg
    png = saved(page, "save-png")
    assert png.startswith(b"\x89PNG")
    width, height = struct.unpack(">II", png[16:24])
    views = page.locator("#views").bounding_box()
    assert abs(width - 2 * views["width"]) <= 2 and height > 600


def test_the_log_has_a_line_for_every_node_and_its_reader_s_expression(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    log = saved(page, "save-log").decode()
    assert log.startswith("(?<event>")
    assert log.count("\nserver {") == 18 and log.count("\nalice {") == 9


# Recordings


def test_a_saved_tree_is_looked_at_and_not_changed(open_lab):
    page = open_lab()
    begin(page)
    open_file(page, "journal.json", recording(60, 3))
    page.locator("#scenario-name", has_text="journal").wait_for()
    assert stage(page, "steps") == "61"
    assert not page.locator("#fork").is_visible()
    assert "recording" in page.locator("#events-body").inner_text()
    finish(page)
    assert panel(page, "server").locator('.node[aria-label*="log"]').count() > 5
    panel(page, "server").locator('.node[aria-label*="log"]').last.click()
    assert "line" in page.locator('[data-section="value"]').inner_text()
    press(page, "/")
    page.locator("#find-text").fill("line 9")
    page.locator(".find-count", has_text="3 found").wait_for()


def test_a_file_may_be_dropped_on_the_page(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("""(content) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([content], 'dropped.json', { type: 'application/json' }));
        dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, cancelable: true }));
    }""", recording(20))
    page.locator("#scenario-name", has_text="dropped").wait_for()


def test_a_hundred_thousand_nodes_are_drawn_only_where_they_are_seen(open_lab):
    page = open_lab()
    begin(page)
    open_file(page, "large.json", recording(100_000, 60))
    page.locator("#scenario-name", has_text="large").wait_for()
    for step in (0, 99_000, 50_000, 77_777):
        go_to(page, step)
        page.wait_for_timeout(200)
        assert 1 <= page.locator(".tree .node").count() < 400
        newest = page.locator(".node.is-latest")
        assert newest.count() == (0 if step == 0 else 1)
        assert page.locator(".moment-mark").count() < 400
    assert stage(page, "digest") != ""


def test_a_long_branch_is_walked_to_its_end_and_what_is_found_may_be_more(open_lab):
    page = open_lab()
    begin(page)
    open_file(page, "long.json", recording(13_000))
    page.locator("#scenario-name", has_text="long").wait_for()
    go_to(page, 12_500)
    page.locator('.node[tabindex="0"]').first.focus()
    page.keyboard.press("End")
    page.wait_for_function("() => document.activeElement.ariaLabel.includes('node 12500')")
    press(page, "/")
    page.locator("#find-text").fill("line")
    page.locator(".find-count", has_text="4000+ found").wait_for()
