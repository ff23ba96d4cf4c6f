"""Pictures of the chat page for looking at: chat_screenshots.py URL OUTDIR

Phone and desktop, light and dark, through a first visit, an invitation and a conversation.
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

from chat_page import CHROMIUM, Person

SIZES = {1440: 900, 390: 844}
TALK = [
    (0, "The library opens at nine. Shall we meet at the steps?"),
    (0, "I can bring the old maps."),
    (1, "Yes, gladly. I have only seen copies of them."),
    (1, "Nine it is."),
    (0, "One more thing: my sister would like to come along. She knows the valley better than "
        "anybody, and has walked every one of the paths that are on no map."),
    (1, "مرحبا بها، سأكون سعيدة بلقائها"),
    (0, "Wonderful. See you on Thursday, then."),
]


def pictures(browser, url: str, directory: pathlib.Path, width: int, scheme: str) -> None:
    def shot(name: str) -> None:
        alice.page.wait_for_timeout(400)
        alice.page.screenshot(path=directory / f"{width}-{scheme}-{name}.png")

    options = {"width": width, "height": SIZES[width], "color_scheme": scheme,
               "device_scale_factor": 2 if width < 700 else 1}
    alice = Person(browser, url, "Alice", **options)
    alice.open().online()
    shot("1-welcome")
    alice.page.locator(".limits summary").click()
    shot("1-limits")
    for name in ("Bob", "Charlotte"):
        link = alice.invite(note="The woman from the conference" if name != "Bob" else "")
        if name == "Bob":
            shot("3-link")
        guest = Person(browser, url, name, **options)
        guest.follow(link).heading("You are invited")
        if name == "Bob":
            guest.page.wait_for_timeout(300)
            guest.page.screenshot(path=directory / f"{width}-{scheme}-4-question.png")
        guest.accept(link).talks_with("Alice")
        alice.talks_with(name)
        for who, text in TALK:
            (alice, guest)[who].write(text)
            (guest, alice)[who].hears(text)
        alice.phase(TALK[-1][1], "READ")
        shot(f"5-talk-{name}")
    if width < 700:
        alice.page.get_by_role("button", name="Back").click()
        shot("6-list")
        alice.choose("Charlotte")
    alice.message("old maps").locator(".more").focus()
    alice.page.keyboard.press("Enter")
    shot("5-actions")
    alice.context.set_offline(True)
    alice.write("I will be there at nine.").phase("at nine", "QUEUED")
    alice.sees(".connection", "No network")
    shot("6-offline")
    alice.context.set_offline(False)
    alice.online()
    alice.page.get_by_role("button", name="Details").click()
    shot("7-details")
    alice.show_list().page.evaluate("location.hash = '/invite'")
    shot("2-invite")
    alice.page.evaluate("location.hash = '/settings'")
    shot("8-settings")
    alice.page.evaluate("location.hash = '/connection'")
    shot("9-connection")
    alice.context.close()


def main() -> None:
    url, directory = sys.argv[1].rstrip("/"), pathlib.Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in SIZES:
            for scheme in ("light", "dark"):
                pictures(browser, url, directory, width, scheme)
        browser.close()


if __name__ == "__main__":
    main()
