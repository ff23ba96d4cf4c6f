"""The lab page in a real browser: what a newcomer sees, by pointer, by keyboard, by ear."""

import gzip
import re

import pytest

from lab import (
    CONTRASTS, PARTIES, QUIET, STAGE, begin, count_nodes, finish, panel, selected, stage,
    trapping_module,
)


# Playing


def test_the_handshake_plays_by_itself_until_four_parties_are_verified(open_lab):
    page = open_lab()
    page.wait_for_selector(STAGE)
    assert stage(page, "quiet") == "false"
    page.wait_for_selector(QUIET, timeout=20_000)
    for party in PARTIES:
        assert panel(page, party).get_attribute("data-verified") == "true"
        assert "VERIFIED" in panel(page, party).locator(".chips").inner_text()
    assert page.locator("#verified").inner_text() == "4 of 4"


def test_every_step_moves_the_world_and_the_handshake_adds_nodes(open_lab):
    page = open_lab()
    begin(page)
    counts = [count_nodes(page)]
    for step in range(1, 6):
        page.locator("#step").click()
        page.wait_for_selector(f'#stage[data-step="{step}"]')
        counts.append(count_nodes(page))
    assert counts == sorted(counts)
    assert counts[-1] > counts[0]


def test_a_step_keeps_the_elements_of_the_nodes_that_were_there(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("window.kept = [...document.querySelectorAll('.node')]")
    finish(page)
    assert page.evaluate("window.kept.length > 4 && window.kept.every((node) => node.isConnected)")


def test_reset_and_seed_are_deterministic(open_lab):
    page = open_lab()
    begin(page)
    first = stage(page, "digest")
    finish(page)
    last = stage(page, "digest")
    assert re.fullmatch(r"[0-9a-f]{8,}", last) and first != last
    begin(page)
    assert stage(page, "digest") == first
    for _ in range(int(page.locator("#step-count").inner_text()), 1000):
        if stage(page, "quiet") == "true":
            break
        page.keyboard.press("n")
    assert stage(page, "digest") == last

    page.locator("#seed").fill("2")
    page.locator("#seed").press("Enter")
    begin(page)
    finish(page)
    assert stage(page, "digest") != last
    page.locator("#seed").fill("1")
    page.locator("#seed").press("Enter")
    begin(page)
    finish(page)
    assert stage(page, "digest") == last


def test_a_seed_that_is_none_is_marked_and_starts_nothing(open_lab):
    page = open_lab()
    begin(page)
    digest = stage(page, "digest")
    page.locator("#seed").fill("-4")
    page.locator("#seed").press("Enter")
    assert page.locator("#seed").get_attribute("aria-invalid") == "true"
    assert "whole number" in page.locator("#live").inner_text()
    assert stage(page, "digest") == digest


@pytest.mark.parametrize("clients", [1, 8])
def test_the_number_of_clients_is_the_number_of_panels(open_lab, clients):
    page = open_lab()
    begin(page)
    page.locator("#clients").select_option(str(clients))
    page.wait_for_function(f"document.querySelectorAll('.panel').length === {clients + 1}")
    finish(page)
    assert page.locator('.panel[data-verified="true"]').count() == clients + 1


def test_the_new_seed_button_starts_another_world(open_lab):
    page = open_lab()
    begin(page)
    page.locator("#seed").fill("4294967295")
    page.locator("#new-seed").click()
    assert page.locator("#seed").input_value() != "4294967295"
    page.wait_for_selector(QUIET, timeout=20_000)


def test_space_pauses_and_plays(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("data-mode") == "playing"
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("data-mode") == "paused"
    step = stage(page, "step")
    page.wait_for_timeout(700)
    assert stage(page, "step") == step


def test_reduced_motion_shows_the_end_at_once_and_animates_nothing(open_lab):
    page = open_lab(reduced_motion="reduce")
    page.wait_for_selector(STAGE)
    assert stage(page, "quiet") == "true"
    begin(page)
    page.keyboard.press("n")
    assert page.evaluate("document.getAnimations().length") == 0


def test_nothing_shifts_while_the_handshake_plays(open_lab):
    def watch(page):
        page.add_init_script("""
            window.shift = 0;
            new PerformanceObserver((list) => {
              for (const entry of list.getEntries()) window.shift += entry.value;
            }).observe({ type: 'layout-shift', buffered: true });
        """)
    page = open_lab(prepare=watch)
    page.wait_for_selector(QUIET, timeout=20_000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01


# Inspecting


def test_clicking_a_node_shows_value_changes_cascade_effects_and_residue(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator('.node[data-colour]').first.click()
    titles = page.locator("#inspector h3").all_inner_texts()
    assert titles == ["Value", "What changed", "Cascade", "Effects", "Residue"]
    assert "handler" in page.locator('[data-section="value"]').inner_text()
    assert page.locator('[data-section="residue"] .json-key').count() > 0
    facts = page.locator("#inspector .facts").inner_text()
    for word in ("party", "node", "parent", "time", "step"):
        assert word in facts
    assert len(selected(page)) == 1


def test_some_node_shows_a_field_before_and_after(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    changed = 0
    nodes = panel(page, "alice").locator(".node[data-colour]")
    for index in range(nodes.count()):
        nodes.nth(index).click()
        changed += page.locator('[data-section="changes"] del + .arrow + ins').count()
    assert changed > 0


def test_handles_are_never_shown(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator(".node").last.click()
    handles = page.locator(".json-entry", has=page.locator('.json-key:text-matches("^_")'))
    texts = handles.all_inner_texts()
    assert len(texts) > 0
    assert all(text.endswith("(handle)") for text in texts)


def test_long_strings_open_and_close(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("""async () => {
        const { jsonView } = await import('/lab/json-view.js');
        const view = jsonView({ key: 'k'.repeat(300), short: 'k' }, 'test', new Map());
        view.id = 'example';
        document.querySelector('#inspector-body').replaceChildren(view);
    }""")
    text = page.locator("#example .json-string").first
    more = page.locator("#example .json-more")
    assert more.count() == 1
    assert len(text.inner_text()) < 120
    more.click()
    assert more.get_attribute("aria-expanded") == "true"
    assert "k" * 300 in text.inner_text()
    more.click()
    assert "k" * 300 not in text.inner_text()


def test_the_parent_button_walks_up_the_tree(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator(".node").last.click()
    parent = page.locator("#inspector .link-button").inner_text().removeprefix("← ")
    page.locator("#inspector .link-button").click()
    assert selected(page)[0].startswith(f"alice, node {parent},")


def test_arrow_keys_move_the_selection_and_escape_ends_it(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator(".node").first.click()
    start = selected(page)
    page.keyboard.press("ArrowRight")
    right = selected(page)
    assert right != start
    page.keyboard.press("ArrowLeft")
    assert selected(page) == start
    for _ in range(20):
        page.keyboard.press("ArrowDown")
    assert selected(page)[0].startswith("charlie,")
    page.keyboard.press("End")
    assert selected(page)[0].startswith("charlie,")
    page.keyboard.press("Escape")
    assert selected(page) == []
    assert page.locator("#inspector").get_attribute("data-open") == "false"
    assert page.evaluate("document.activeElement.getAttribute('role')") == "option"


def test_the_whole_page_works_without_a_pointer(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    page.wait_for_selector(QUIET)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "option"
    page.keyboard.press("Enter")
    assert len(selected(page)) == 1
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "inspector-title"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#help-dialog").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#help-dialog").is_visible()
    page.keyboard.press("r")
    assert stage(page, "step") == "0"


def test_the_focused_node_has_a_visible_ring(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("ArrowRight")
    stroke = "getComputedStyle(document.activeElement.querySelector('.ring'))"
    assert page.evaluate(f"{stroke}.strokeWidth") == "3px"
    assert page.evaluate(f"{stroke}.stroke") not in ("none", "rgba(0, 0, 0, 0)", "transparent")


# Hearing


def test_everything_that_can_be_operated_has_a_name(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    for role in ("button", "spinbutton", "combobox", "listbox", "option", "region", "group"):
        controls = page.get_by_role(role)
        assert controls.count() == page.get_by_role(role, name=re.compile(r"\S")).count(), role
    for name in ("Controls", "Inspector"):
        assert page.locator(f'[aria-label="{name}"]').count() == 1
    for role in ("banner", "main", "complementary", "contentinfo", "status"):
        assert page.get_by_role(role).count() == 1, role


def test_nodes_are_read_with_party_number_label_and_time(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    names = page.locator(".node").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))")
    pattern = re.compile(r"(server|alice|bob|charlie), node \d+, .+, at \d+ ms(, cascade .+)?")
    assert all(pattern.match(name) for name in names)
    assert any(", cascade " in name for name in names)
    assert len(set(names)) == len(names)


def test_each_tree_is_one_stop_for_the_tab_key(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    for party in PARTIES:
        assert panel(page, party).locator('.node[tabindex="0"]').count() == 1


def test_verified_is_announced(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    heard = page.locator("#live").inner_text()
    for party in PARTIES:
        assert f"{party} verified" in heard


# Seeing


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(open_lab, scheme):
    page = open_lab(color_scheme=scheme)
    begin(page)
    for _ in range(12):
        page.keyboard.press("n")
    middle = page.evaluate(CONTRASTS)
    finish(page)
    panel(page, "server").locator(".node[data-colour]").last.click()
    page.wait_for_timeout(400)
    seen = middle + page.evaluate(CONTRASTS)
    assert len(seen) > 150
    assert [text for text in seen if text["ratio"] < 4.5] == []


def test_light_and_dark_differ(open_lab):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = open_lab(color_scheme="light").evaluate(ground)
    assert light != open_lab(color_scheme="dark").evaluate(ground)


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280])
def test_the_page_never_scrolls_sideways(open_lab, width):
    page = open_lab(width=width, height=800)
    begin(page)
    finish(page)
    fits = "document.scrollingElement.scrollWidth <= innerWidth"
    assert page.evaluate(fits)
    panel(page, "server").locator(".node").last.click()
    assert page.evaluate(fits)
    clipped = page.evaluate("""[...document.querySelectorAll('button, input, select, .chip, dd')]
        .filter((element) => element.checkVisibility())
        .map((element) => [element.id || element.textContent, element.getBoundingClientRect()])
        .filter(([, box]) => box.left < 0 || box.right > innerWidth).map(([name]) => name)""")
    assert clipped == []


def test_on_a_phone_the_sheet_leaves_the_selected_node_in_sight(open_lab):
    page = open_lab(width=390, height=844, has_touch=True)
    begin(page)
    finish(page)
    panel(page, "server").locator(".node").last.tap()
    page.wait_for_timeout(700)
    node = page.locator('.node[aria-selected="true"]').bounding_box()
    sheet = page.locator("#inspector").bounding_box()
    assert node["y"] + node["height"] <= sheet["y"]
    assert sheet["y"] + sheet["height"] <= 844 + 1
    page.locator("#inspector-close").tap()
    assert not page.locator("#inspector").is_visible()


def test_the_newest_node_is_in_sight_on_a_phone(open_lab):
    page = open_lab(width=390, height=844, reduced_motion="reduce")
    begin(page)
    finish(page)
    for party in PARTIES:
        tree = panel(page, party).locator(".scroller").bounding_box()
        node = panel(page, party).locator(".node").last.bounding_box()
        assert tree["x"] <= node["x"]
        assert node["x"] + node["width"] <= tree["x"] + tree["width"]


# Failing


def test_a_core_that_does_not_load_is_explained(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(status=404, body="")))
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "could not be started" in alert.inner_text()
    assert alert.get_by_role("button", name="Reload the page").is_visible()
    page.keyboard.press("n")
    page.faults.clear()


def test_a_core_that_is_no_module_is_explained(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(body="no module")))
    page.get_by_role("alert").wait_for()
    assert "not a WebAssembly module" in page.get_by_role("alert").inner_text()


def test_a_trap_is_explained_and_reset_asks_a_fresh_core(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(
            body=trapping_module(), content_type="application/wasm")))
    alert = page.get_by_role("alert")
    alert.wait_for()
    assert "stopped unexpectedly" in alert.inner_text()
    alert.get_by_role("button", name="Reset the world").click()
    alert.get_by_text("stopped unexpectedly").wait_for()


# The way to the relay


def test_the_connect_command_names_this_relay(open_lab, base_url):
    page = open_lab()
    host = base_url.split("://")[1]
    assert page.locator("#connect-command").inner_text() == f"simpatico connect ws://{host}/ws"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("#copy").click()
    page.locator("#copy-label", has_text="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith(f"{host}/ws")


def test_the_page_is_small(open_lab):
    """In the form that servers send text in; with its comments the source is three times that."""
    page = open_lab()
    page.wait_for_selector(STAGE)
    names = page.evaluate("""performance.getEntriesByType('resource').map(({ name }) => name)
        .filter((name) => !name.endsWith('.wasm'))""")
    assert len(names) > 10
    bodies = [page.request.get(name).body() for name in names]
    assert sum(len(gzip.compress(body)) for body in bodies) < 50_000
