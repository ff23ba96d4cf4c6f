"""In a chat, people, machines and the relay are made to do something at any moment."""

from playwright.sync_api import expect

from lab import begin, go_to, panel, stage


def open_meeting(page):
    """A chat that is half over, with what happens next in sight."""
    begin(page)
    page.locator("#scenarios").click()
    page.locator('[data-scenario="meeting"]').click()
    expect(page.locator("#scenario-name")).to_contain_text("meet")
    go_to(page, int(stage(page, "steps")) // 2)


def do(page, who, deed, **fields):
    page.locator("#act-who").select_option(label=who)
    page.locator("#act-deed").select_option(value=deed)
    for field, value in fields.items():
        control = page.locator(f'.act-form [data-field="{field}"]')
        if field == "with":
            control.select_option(label=value)
        else:
            control.fill(value)
    page.locator("#act").click()


def test_somebody_writes_in_another_universe(open_lab):
    page = open_lab()
    open_meeting(page)
    do(page, "bob", "write", **{"with": "alice", "text": "a word from elsewhere"})
    page.wait_for_selector('#stage[data-universe="2"]')
    expect(page.locator("#happened-text")).to_contain_text("write")
    expect(page.locator("#origin")).to_contain_text("forked at step")
    page.keyboard.press("/")
    page.locator("#find-text").fill("a word from elsewhere")
    expect(page.locator(".find-count")).to_contain_text("found")
    found = int(page.locator(".find-count").inner_text().split()[0])
    assert found >= 3, "written, sealed, opened"
    assert page.locator(".find-results li", has_text="alice").count() >= 1
    assert page.locator(".universe").count() == 2


def test_a_crash_is_followed_by_a_return(open_lab):
    page = open_lab()
    open_meeting(page)
    # The universe that it came from is shown beside, as the second one.
    rows = panel(page, "server").first.locator(".row-peer", has_text="alice")
    middle = int(stage(page, "step"))
    page.locator("#end").click()
    expect(page.locator("#stage")).to_have_attribute("data-step", stage(page, "steps"))
    connections = rows.count()
    go_to(page, middle)
    do(page, "alice", "crash", down="700")
    page.wait_for_selector('#stage[data-universe="2"]')
    expect(page.locator("#happened-text")).to_contain_text("crash")
    page.locator("#end").click()
    expect(rows).to_have_count(connections + 1)


def test_what_a_deed_cannot_be_is_said_in_the_form(open_lab):
    page = open_lab()
    open_meeting(page)
    do(page, "alice", "crash", down="a while")
    expect(page.locator(".act-form .form-error")).to_contain_text("whole number")
    assert stage(page, "universe") == "1"


def test_without_a_chat_nobody_is_made_to_do_anything(open_lab):
    page = open_lab()
    begin(page)
    assert page.locator(".act-form").count() == 0
