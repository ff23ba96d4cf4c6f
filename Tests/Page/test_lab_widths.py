"""The lab page on screens of every width."""

import pytest

from lab import PARTIES, begin, finish, panel, press, selected


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1280])
def test_the_page_never_scrolls_sideways(open_lab, width):
    page = open_lab(width=width, height=800)
    begin(page)
    finish(page)
    fits = "document.scrollingElement.scrollWidth <= innerWidth"
    clipped = """[...document.querySelectorAll('button, input, select, .chip, dd')]
        .filter((element) => element.checkVisibility() && !element.closest('[popover], .unseen'))
        .map((element) => [element.id || element.textContent, element.getBoundingClientRect()])
        .filter(([, box]) => box.left < 0 || box.right > innerWidth).map(([name]) => name)"""
    assert page.evaluate(fits)
    panel(page, "server").locator(".node").last.click()
    assert page.evaluate(fits)
    assert page.evaluate(clipped) == []
    press(page, ["Escape", "/"])
    assert page.evaluate(fits)
    assert page.evaluate(clipped) == []


@pytest.mark.parametrize("width", [320, 390, 768, 1024, 1440])
def test_controls_do_not_overlap(open_lab, width):
    page = open_lab(width=width, height=800)
    begin(page)
    finish(page)
    overlaps = page.evaluate("""() => {
        const boxes = [...document.querySelectorAll(
            '.transport .button, #scrub, .readings > div, .view-bar .button, .segments')]
          .filter((element) => element.checkVisibility())
          .map((element) => [element.id || element.className || element.textContent,
            element.getBoundingClientRect()]);
        return boxes.flatMap(([name, one], at) => boxes.slice(at + 1)
          .filter(([, two]) => one.left < two.right - 1 && two.left < one.right - 1
            && one.top < two.bottom - 1 && two.top < one.bottom - 1)
          .map(([other]) => `${name} and ${other}`));
    }""")
    assert overlaps == []


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
