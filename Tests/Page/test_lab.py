"""The lab page in a real browser: what a newcomer sees, by pointer and by ear."""

import re

import pytest

from lab import (
    CONTRASTS, PARTIES, QUIET, STAGE, begin, count_nodes, finish, go_to, panel, press, selected,
    stage, trapping_module,
)

# One cursor


def test_the_handshake_plays_by_itself_until_all_are_verified(open_lab):
    page = open_lab()
    page.wait_for_selector(STAGE)
    assert stage(page, "quiet") == "false"
    page.wait_for_selector(QUIET, timeout=30_000)
    for party in PARTIES:
        assert panel(page, party).get_attribute("data-verified") == "true"
        assert "VERIFIED" in panel(page, party).locator(".chips").inner_text()
    assert page.locator("#verified").inner_text() == "3 of 3"


def moment(page) -> list[str]:
    """What clock, scrubber, diagram and trees show, each by itself."""
    shown = page.locator(".tree .node").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))")
    return [page.locator("#clock").inner_text(), page.locator(".cursor-time").inner_text(),
            page.locator("#scrub").input_value(), page.locator("#step-count").inner_text(),
            str(page.locator(".moment-mark:not(.is-future)").count()), *shown]


def test_clock_scrubber_diagram_and_trees_show_the_same_moment(open_lab):
    page = open_lab()
    begin(page)
    for step in (0, 7, 15, 24):
        go_to(page, step)
        clock, cursor, scrub, count, marks, *nodes = moment(page)
        assert cursor == f"{clock} ms"
        assert scrub == count == stage(page, "step") == str(step)
        plain = re.compile(r", (root|handlers|cap|settings),")
        messages = [name for name in nodes if not plain.search(name)]
        assert int(marks) == len(messages)
        assert all(int(re.search(r"at (\d+) ms", name)[1]) <= int(clock) for name in nodes)


def test_scrubbing_changes_nothing(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 9)
    before = (stage(page, "digest"), moment(page))
    for step in (24, 3, 0, 17):
        go_to(page, step)
    go_to(page, 9)
    assert (stage(page, "digest"), moment(page)) == before
    assert page.locator("#universe-count").inner_text() == "1"
    assert stage(page, "steps") == "24"


def test_step_forward_and_back_are_inverse(open_lab):
    page = open_lab()
    begin(page)
    digests = [stage(page, "digest")]
    for _ in range(5):
        page.locator("#step").click()
        digests.append(stage(page, "digest"))
    assert len(set(digests)) == 6
    for digest in digests[-2::-1]:
        page.locator("#back").click()
        assert stage(page, "digest") == digest


def test_a_step_keeps_the_elements_of_the_nodes_that_were_there(open_lab):
    page = open_lab()
    begin(page)
    page.evaluate("window.kept = [...document.querySelectorAll('.node')]")
    count = count_nodes(page)
    finish(page)
    assert count_nodes(page) > count
    assert page.evaluate("window.kept.length > 4 && window.kept.every((node) => node.isConnected)")


def test_pressing_in_the_diagram_moves_the_cursor(open_lab):
    page = open_lab()
    begin(page)
    box = page.locator(".spacetime-canvas").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + 190)
    page.mouse.down()
    first = int(stage(page, "step"))
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 190)
    page.mouse.up()
    assert 3 < first < int(stage(page, "step")) < 20


def test_arrows_tell_where_each_message_is(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    flying = page.locator(".message-arrow.is-flying")
    assert flying.count() == 2
    assert flying.locator(".rider:not([visibility])").count() == 2
    assert page.locator(".message-arrow.is-future").count() > 0
    finish(page)
    assert page.locator(".message-arrow:not(.is-arrived)").count() == 0


def test_space_pauses_and_plays_at_the_chosen_speed(open_lab):
    page = open_lab()
    begin(page)
    press(page, [" "])
    assert page.locator("#play").get_attribute("data-mode") == "playing"
    page.keyboard.press("Space")
    assert page.locator("#play").get_attribute("data-mode") == "paused"
    step = stage(page, "step")
    page.wait_for_timeout(700)
    assert stage(page, "step") == step
    page.locator("#speed").select_option("16")
    press(page, [" "])
    page.wait_for_selector(QUIET, timeout=3000)


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
    page.wait_for_selector(QUIET, timeout=30_000)
    page.wait_for_timeout(300)
    assert page.evaluate("window.shift") < 0.01


# The inspector


def test_a_node_shows_value_changes_cascade_effects_and_residue(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator('.node[data-colour]').first.click()
    titles = page.locator("#inspector-body h3").all_inner_texts()
    assert titles == ["Value", "What changed", "Cascade", "Effects", "Residue"]
    assert "handler" in page.locator('[data-section="value"]').inner_text()
    facts = page.locator("#inspector-body .facts").inner_text()
    for word in ("party", "node", "parent", "time", "step"):
        assert word in facts
    assert len(selected(page)) == 1


def test_each_field_of_the_residue_names_the_node_that_wrote_it(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator(".node").last.click()
    writers = page.locator('[data-section="residue"] .writer')
    assert writers.count() == page.locator(
        '[data-section="residue"] > .json > *').count()
    page.get_by_role("button", name="connection was last written by node 5, opened").click()
    assert selected(page)[0].startswith("alice, node 5, opened")


def test_a_value_s_deeper_parts_are_asked_for_when_they_are_opened(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator(".node").last.click()
    handlers = page.locator('[data-section="residue"] .json-branch',
                            has=page.locator(".json-key", has_text="handlers"))
    assert handlers.locator(".json-children").count() == 0
    handlers.locator("summary").click()
    handlers.locator(".json-children .json-code").first.wait_for()


def test_effects_tell_what_answered_them(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator('.node[aria-label*="register2"]').click()
    page.locator('[data-section="effects"] .link-button').click()
    assert ", sealed, " in selected(page)[0]


def test_a_pinned_node_is_what_others_are_compared_with(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator('.node[aria-label*="opened"]').click()
    page.locator("#pin").click()
    panel(page, "alice").locator(".node").last.click()
    changes = page.locator('[data-section="changes"]')
    assert "pinned alice 5" in changes.locator("h3").inner_text()
    assert "VERIFIED" in changes.inner_text()
    assert changes.locator("del + .arrow + ins").count() > 0


def test_sealed_boxes_tell_who_can_read_them(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator('.node[aria-label*="register3"]').first.click()
    assert "server, charlie can read it" in page.locator('[data-section="boxes"]').inner_text()


def test_handles_are_never_shown(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator(".node").last.click()
    handles = page.locator(".json-entry", has=page.locator('.json-key:text-matches("^_")'))
    values = handles.locator("> :nth-child(2)").all_inner_texts()
    assert len(values) > 1 and set(values) == {"handle"}


# By ear


def test_everything_that_can_be_operated_has_a_name(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    for role in ("button", "spinbutton", "combobox", "listbox", "option", "region", "slider", "tab",
                 "tabpanel"):
        controls = page.get_by_role(role)
        assert controls.count() == page.get_by_role(role, name=re.compile(r"\S")).count(), role
    assert page.locator('[role="group"]:not([aria-label])').count() == 0
    assert page.locator('section[aria-label="Controls"]').count() == 1
    assert page.locator('aside[aria-label="Inspector"]').count() == 1
    for role in ("banner", "main", "complementary", "contentinfo"):
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


def test_steps_and_verifications_are_announced(open_lab):
    page = open_lab()
    begin(page)
    page.locator("#step").click()
    assert "charlie: connect to the server" in page.locator("#live").inner_text()
    finish(page)
    heard = page.locator("#live").inner_text()
    for party in PARTIES:
        assert f"{party} verified" in heard


# By eye


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(open_lab, scheme):
    page = open_lab(color_scheme=scheme)
    begin(page)
    go_to(page, 12)
    page.locator('.event[data-kind="frame"] summary').first.click()
    seen = page.evaluate(CONTRASTS)
    finish(page)
    panel(page, "server").locator(".node[data-colour]").last.click()
    page.wait_for_timeout(400)
    seen += page.evaluate(CONTRASTS)
    go_to(page, 12)
    press(page, "o")
    page.wait_for_selector(".ends tbody tr")
    seen += page.evaluate(CONTRASTS)
    assert len(seen) > 250
    assert [text for text in seen if text["ratio"] < 4.5] == []


def test_light_and_dark_differ(open_lab):
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    light = open_lab(color_scheme="light").evaluate(ground)
    assert light != open_lab(color_scheme="dark").evaluate(ground)


def test_a_core_that_does_not_load_is_explained(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(status=404, body="")))
    alert = page.locator("#notice")
    alert.get_by_role("button", name="Reload the page").wait_for()
    assert "could not be started" in alert.inner_text()
    page.keyboard.press("n")
    page.faults.clear()


def test_a_core_that_is_no_module_is_explained(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(body="no module")))
    page.locator("#notice .notice-title").wait_for()
    assert "not a WebAssembly module" in page.locator("#notice").inner_text()


def test_a_trap_is_explained_and_reset_asks_a_fresh_core(open_lab):
    page = open_lab(prepare=lambda page: page.route(
        "**/simpatico.wasm", lambda route: route.fulfill(
            body=trapping_module(), content_type="application/wasm")))
    alert = page.locator("#notice")
    alert.get_by_role("button", name="Reset the world").wait_for()
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


def test_the_cursor_s_time_is_never_cut_off(open_lab):
    page = open_lab()
    begin(page)
    for go in (lambda: None, lambda: finish(page)):
        go()
        page.wait_for_function("() => document.getAnimations().length === 0")
        flag = page.locator(".cursor-time").bounding_box()
        sheet = page.locator(".spacetime-sheet").bounding_box()
        assert flag["x"] >= sheet["x"]
        assert flag["x"] + flag["width"] <= sheet["x"] + sheet["width"]


def test_a_part_that_does_not_load_is_explained_and_the_page_goes_on(open_lab):
    page = open_lab(prepare=lambda page: page.route("**/parts.js", lambda route: route.abort()))
    begin(page)
    press(page, "/")
    page.get_by_text("This part of the page did not load").wait_for()
    assert any("parts.js" in fault or "ERR_FAILED" in fault for fault in page.faults)
    page.faults.clear()
    page.get_by_role("button", name="Close", exact=True).first.click()
    finish(page)
    assert stage(page, "quiet") == "true"


def test_a_row_has_the_colour_of_its_phase(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    # Colours glide.
    page.wait_for_function("""() => new Set(['.chip-registration', 'li:last-child .row-phase']
      .map((one) => getComputedStyle(document.querySelector(`[data-party="alice"] ${one}`)).color))
      .size === 1""")
