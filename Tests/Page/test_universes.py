"""Changing what happens: edits, insertion into the past, comparison, the fan of faults, the map."""

import json
import re

import pytest
from playwright.sync_api import expect

from lab import begin, drop_the_challenge, finish, go_to, open_event, panel, press, stage

EDITS = {
    ("begin", "take"), ("begin", "delay"), ("begin", "drop"), ("begin", "refuse"),
    ("frame", "take"), ("frame", "delay"), ("frame", "drop"), ("frame", "corrupt"),
    ("frame", "replay"), ("result", "drop"), ("result", "fail"), ("timer", "take"),
}


@pytest.mark.parametrize(("kind", "edit"), sorted(EDITS))
def test_every_edit_of_an_event_makes_a_universe_that_differs(open_lab, kind, edit):
    page = open_lab()
    begin(page)
    go_to(page, 0 if kind == "begin" else 12)
    open_event(page, kind).locator(f'[data-edit="{edit}"]').click()
    page.wait_for_selector('#stage[data-universe="1"]')
    assert page.locator("#universe-count").inner_text() == "2"
    assert page.locator("#origin").inner_text().startswith("forked at step")
    assert page.locator("#happened-text").inner_text().startswith(
        "refuse" if edit == "refuse" else edit) or edit == "take"


def test_sockets_are_closed_cut_stalled_and_resumed(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    edits = [("stall", "stalled to server"), ("resume", "OPEN"), ("cut", "OPEN")]
    for number, (edit, said) in enumerate(edits, 1):
        socket = page.locator('[data-socket="alice/1"]')
        if socket.get_attribute("open") is None:
            socket.locator("summary").click()
        socket.locator(f'[data-edit="{edit}"]').first.click()
        page.wait_for_selector(f'#stage[data-universe="{number}"]')
        assert said in page.locator('[data-socket="alice/1"] summary').inner_text()
    assert page.locator('.event[data-kind="closing"]').count() == 2
    finish(page)
    assert "CLOSED" in page.locator('[data-socket="alice/1"] summary').inner_text()


def test_a_frame_is_replaced_by_what_is_written(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    event = open_event(page, "frame")
    event.locator('[data-edit="replace"]').click()
    editor = event.locator("textarea")
    frame = json.loads(editor.input_value())
    assert frame["handler"] == "register2"
    editor.fill('{"handler": "register2",')
    event.locator(".editor-status", has_text="Line 1, column").wait_for()
    editor.fill(json.dumps({**frame, "t1": frame["t1"] + 1}))
    event.locator(".event-edits > .edit-place > .button").click()
    page.wait_for_selector('#stage[data-universe="1"]')
    assert page.locator(".message-arrow.is-touched").count() == 1


def test_what_is_no_longer_possible_is_marked_in_the_universe_beside(open_lab):
    page = open_lab()
    drop_the_challenge(page)
    assert page.locator(".universe").count() == 2
    finish(page)
    mine, theirs = page.locator(".universe").nth(0), page.locator(".universe").nth(1)
    assert mine.locator(".end-chip").inner_text() == "ends in error"
    assert theirs.locator(".end-chip").inner_text() == "ends verified"
    assert mine.locator(".node.mark-new").count() == 4
    assert theirs.locator(".node.mark-gone").count() == 5
    assert "5 no longer possible" in page.locator("#origin").inner_text()
    names = theirs.locator(".node.mark-gone").evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))")
    assert all("no longer possible" in name for name in names)
    assert page.locator(".message-arrow.is-lost .arrow-cross").count() == 1


def test_both_universes_show_the_same_moment(open_lab):
    page = open_lab()
    drop_the_challenge(page)
    for step in (4, 12, 18):
        go_to(page, step)
        clocks = page.locator(".cursor-time").all_inner_texts()
        mine, theirs = (int(clock.removesuffix(" ms").replace(",", "")) for clock in clocks)
        assert theirs <= mine
        if step <= 12:
            assert mine == theirs
    press(page, "c")
    assert page.locator(".universe").count() == 1
    assert page.locator(".mark-same").count() == 0


def test_going_to_the_other_universe_leads_back(open_lab):
    page = open_lab()
    drop_the_challenge(page)
    page.get_by_role("button", name="Go there").click()
    assert stage(page, "universe") == "0"
    finish(page)
    assert page.locator("#verified").inner_text() == "3 of 3"


def test_fork_here_makes_an_equal_universe(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 10)
    digest = stage(page, "digest")
    press(page, "f")
    page.wait_for_selector('#stage[data-universe="1"]')
    assert (stage(page, "step"), stage(page, "digest")) == ("10", digest)


# Inserting


def test_the_form_is_made_from_the_pattern_and_the_error_is_in_place(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    press(page, "i")
    page.locator("#insert-party").select_option("server")
    page.locator("#insert-handler").select_option("closed")
    form = page.locator(".insert-form")
    assert form.locator('[data-field="code"]').input_value() == "1006"
    assert "1000 to 4999" in form.inner_text()
    form.locator('[data-field="code"]').fill("7")
    form.locator(".editor-failure", has_text="code").wait_for()
    assert form.locator("#insert").is_disabled()
    form.locator("textarea").fill('{"handler": "closed"\n  "code": 1}')
    form.locator(".editor-status", has_text="Line 2, column 3").wait_for()
    assert form.locator(".editor-marks mark").count() == 1


def test_a_message_is_inserted_into_the_past_and_what_followed_happens_again(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "alice").locator('.node[aria-label*="opened"]').click()
    page.get_by_role("button", name="Insert after …").click()
    assert page.locator("#insert-place").input_value() == "node 5"
    page.locator("#insert-handler").select_option("log")
    page.locator("#insert").click()
    page.wait_for_selector('#stage[data-universe="1"]')
    assert "forked at step 10" in page.locator("#origin").inner_text()
    finish(page)
    mine = page.locator(".universe").first
    assert mine.locator('[data-party="alice"] .node.mark-new').count() == 1
    assert mine.locator('[data-party="bob"] .node:not(.mark-same)').count() == 0
    assert page.locator("#verified").inner_text() == "3 of 3"


def test_what_cannot_be_inserted_is_said_in_the_form(open_lab):
    page = open_lab()
    begin(page)
    finish(page)
    panel(page, "server").locator('.node[aria-label*="node 7, connect"]').click()
    page.get_by_role("button", name="Insert after …").click()
    page.locator("#insert-handler").select_option("log")
    page.locator("#insert").click()
    page.locator(".insert-form .form-error", has_text="node 7").wait_for()
    assert stage(page, "universe") == "0"


# The multiverse


def test_a_fan_out_lists_every_fault_and_its_end(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    digest = stage(page, "digest")
    press(page, "o")
    rows = page.locator(".ends tbody tr")
    rows.first.wait_for()
    assert rows.count() > 20
    assert page.locator("#universe-count").inner_text() == str(rows.count() + 1)
    assert stage(page, "digest") == digest
    ends = rows.locator(".end-chip").all_inner_texts()
    assert {"verified", "error", "refused"} <= set(ends)


def test_the_table_is_sorted_by_the_heading_that_is_pressed(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    press(page, "o")
    page.locator('[data-column="clock"]').click()
    column = page.locator(".ends tbody tr td:last-child")
    clocks = [int(text.replace(",", "")) for text in column.all_inner_texts()]
    assert clocks == sorted(clocks, reverse=True) and len(set(clocks)) > 3
    heading = page.locator("th", has=page.locator('[data-column="clock"]'))
    assert heading.get_attribute("aria-sort") == "descending"
    page.locator('[data-column="clock"]').click()
    assert heading.get_attribute("aria-sort") == "ascending"
    page.locator('.ends-counts [data-end="refused"]').click()
    assert set(page.locator(".ends tbody .end-chip").all_inner_texts()) == {"refused"}


def test_a_row_and_the_map_lead_to_their_universe(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    press(page, "o")
    row = page.locator(".ends tbody tr").first
    number = row.get_attribute("data-universe")
    row.locator(".link-button").click()
    assert stage(page, "universe") == number
    assert page.locator("#world").is_visible()
    press(page, "m")
    current = page.locator('.map-row[aria-selected="true"]')
    assert current.get_attribute("data-universe") == number
    current.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    assert stage(page, "universe") != number


def test_the_map_zooms_and_its_minimap_leads_on(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    press(page, "o")
    page.locator(".map-row").first.wait_for()
    height = page.locator(".map-canvas").bounding_box()["height"]
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator(".map-canvas").bounding_box()["height"] > height * 1.4
    page.locator(".minimap").click(position={"x": 60, "y": 85})
    assert page.locator(".map-scroller").evaluate("one => one.scrollTop") > height / 2
    total = int(page.locator("#universe-count").inner_text())
    page.wait_for_function(
        f"document.querySelectorAll('.map-row').length < {total}")


def test_universes_are_removed_with_all_that_came_of_them(open_lab):
    page = open_lab()
    begin(page)
    count = page.locator("#universe-count")
    go_to(page, 12)
    press(page, "o")
    page.locator(".ends tbody .link-button").first.click()
    press(page, "f")
    expect(page.locator("#origin")).to_contain_text("forked at step")
    press(page, "m")
    page.locator("#remove").click()
    # One looks at the universe that it came from.
    assert stage(page, "universe") == "1"
    page.locator("#remove").click()
    assert stage(page, "universe") == "0"
    go_to(page, 12)
    rows = page.locator(".ends tbody tr")
    many = rows.count()
    expect(count).to_have_text(str(many + 1))
    page.locator(".ends-counts .end-chip").first.click()
    shown = rows.count()
    assert 0 < shown < many
    page.locator("#remove-rows").click()
    expect(count).to_have_text(str(many - shown + 1))
    assert rows.count() == many - shown
    page.locator("#remove-rows").click()
    expect(count).to_have_text("1")
    page.locator("#remove").click()
    page.locator("#notice", has_text="There is no other universe").wait_for()


def test_the_table_tells_of_the_moment_that_is_looked_at(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    press(page, "o")
    title = page.locator(".ends h3")
    expect(title).to_have_text("Every fault at step 12")
    page.locator(".ends tbody .link-button").first.click()
    press(page, "m")
    expect(title).to_have_text("Every fault at step 12")
    press(page, "f")
    expect(title).to_have_text("Forked from here")
    page.locator('.map-row[data-universe="0"]').click()
    go_to(page, 5)
    press(page, "m")
    expect(title).to_have_text("Forked from here")


def test_a_fan_that_is_not_whole_says_so(open_lab):
    page = open_lab()
    begin(page)
    page.locator("#scenarios").click()
    page.locator("#clients").fill("60")
    page.locator("#start").click()
    go_to(page, 256)
    press(page, "o")
    expect(page.locator(".ends h3")).to_have_text(
        re.compile(r"^200 of \d{3} faults at step 256$"), timeout=30_000)


# Finding


def test_find_leads_to_nodes_by_handler_party_phase_and_first_value(open_lab):
    page = open_lab()
    begin(page)
    press(page, "/")
    page.locator("#find-handler").select_option("register3")
    page.locator(".find-count", has_text="3 found").wait_for()
    page.locator("#find-handler").select_option("")
    page.locator("#find-phase").select_option("VERIFIED")
    page.locator("#find-party").select_option("bob")
    page.locator(".find-count", has_text="1 found").wait_for()
    page.locator("#find-phase").select_option("")
    page.locator("#find-party").select_option("")
    page.locator("#find-path").fill("registration")
    page.locator("#find-equals").fill("COMPUTING")
    page.locator("#find-equals").press("Enter")
    page.locator(".find-count", has_text="6 found").wait_for()
    assert stage(page, "step") == "9"
    assert page.locator('.node[aria-selected="true"]').get_attribute("aria-label").startswith(
        "charlie, node 6")
    press(page, "]")
    assert stage(page, "step") == "11"
    press(page, "[")
    assert stage(page, "step") == "9"


def test_find_offers_what_is_in_the_universe_that_is_looked_at(open_lab):
    page = open_lab()
    begin(page)
    press(page, "/")
    page.locator("#find-party").select_option("charlie")
    page.locator("#find-handler").select_option("register2")
    page.locator(".find-count", has_text="1 found").wait_for()
    page.locator("#scenarios").click()
    page.locator("#clients").fill("1")
    page.locator("#start").click()
    page.wait_for_selector('#stage[data-universe="1"]')
    assert page.locator("#find-party option").all_inner_texts() == ["any", "server", "alice"]
    assert page.locator("#find-party").input_value() == ""
    assert page.locator("#notice").is_hidden()
    expect(page.locator(".find-count")).to_contain_text("found")
