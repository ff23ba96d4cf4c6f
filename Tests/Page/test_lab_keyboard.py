"""The lab page by keyboard: every deed has a key, and the focus is never lost."""

import pytest

from lab import begin, finish, go_to, open_file, panel, press, selected, stage


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
    assert selected(page)[0].startswith("charlie, node 8,")
    page.keyboard.press("Escape")
    assert selected(page) == []
    assert page.evaluate("document.activeElement.getAttribute('role')") == "option"


def test_the_whole_page_works_without_a_pointer(open_lab):
    page = open_lab()
    begin(page)
    press(page, ["ArrowRight", "ArrowRight"])
    assert stage(page, "step") == "2"
    press(page, ["ArrowLeft"])
    assert stage(page, "step") == "1"
    press(page, ["e", "ArrowDown"])
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
    page.keyboard.press("m")
    assert page.locator("#multiverse").is_visible()


def test_the_focused_node_has_a_visible_ring(open_lab):
    page = open_lab()
    begin(page)
    press(page, ["ArrowDown"])
    stroke = "getComputedStyle(document.activeElement)"
    assert page.evaluate(f"{stroke}.strokeWidth") == "3px"
    assert page.evaluate(f"{stroke}.stroke") not in ("none", "rgba(0, 0, 0, 0)", "transparent")


@pytest.mark.parametrize(("key", "menu"), [("s", "scenario"), ("x", "share")])
def test_a_menu_has_the_keyboard_and_escape_closes_it(open_lab, key, menu):
    page = open_lab()
    begin(page)
    inside = f"document.activeElement.closest('#{menu}-menu') !== null"
    button = page.locator("#scenarios" if menu == "scenario" else "#share")
    for open_menu in (lambda: press(page, key), button.click):
        open_menu()
        page.locator(f"#{menu}-menu button").first.wait_for()
        assert page.evaluate(inside)
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
        page.keyboard.press("Escape")
        page.locator(f"#{menu}-menu").wait_for(state="hidden")
    assert button.evaluate("button => button === document.activeElement")
    button.click()
    # Whoever has left it with the keyboard can close it all the same.
    page.locator("#play").focus()
    page.keyboard.press("Escape")
    page.locator(f"#{menu}-menu").wait_for(state="hidden")


FOCUSED = "document.activeElement"


def test_the_keyboard_stays_where_it_was_when_something_is_drawn_anew(open_lab):
    page = open_lab()
    begin(page)
    go_to(page, 12)
    # What is done to an event leads to the one that is in its place.
    page.locator('.event[data-kind="frame"] summary').first.press("Enter")
    page.locator('.event[open] [data-edit="drop"]').press("Enter")
    page.wait_for_selector('#stage[data-universe="1"]')
    assert page.evaluate(f"{FOCUSED}.closest('#events-body') !== null")
    # A row of the map leads to the world.
    page.locator("#tab-multiverse").press("Enter")
    page.locator('.map-row[data-universe="0"]').focus()
    page.keyboard.press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "tab-world"
    panel(page, "alice").locator(".node").nth(3).click()
    page.locator("#pin").press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "pin"
    press(page, "/")
    page.locator("#find-text").fill("alice")
    page.locator(".found").last.press("Enter")
    assert page.evaluate(f"{FOCUSED}.ariaCurrent") == "true"


def test_a_notice_is_in_sight_and_gives_the_keyboard_back(open_lab):
    page = open_lab(width=360, height=640)
    begin(page)
    page.evaluate("scrollTo(0, 600)")
    open_file(page, "other.json", "{")
    notice = page.locator("#notice")
    notice.wait_for()
    bar = page.locator(".toolbar").bounding_box()
    assert bar["y"] + bar["height"] <= notice.bounding_box()["y"] <= 600
    notice.get_by_role("button", name="Close").press("Enter")
    assert page.evaluate(f"{FOCUSED}.id") == "views"
