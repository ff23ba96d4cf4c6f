"""Pictures of the lab page for looking at: screenshots.py URL OUTDIR

Three widths, light and dark: the middle of the handshake, the whole page at its end, a node
selected, every fault of a moment, two universes beside each other, a chat, and the scenarios. Those
of the README are 1440-light-node.png and 1440-dark-node.png.
"""

import pathlib
import sys

from playwright.sync_api import sync_playwright

SIZES = {1440: 900, 768: 1024, 390: 844}
CHROMIUM = "/usr/bin/chromium"


def picture(browser, url: str, directory: pathlib.Path, width: int, scheme: str) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": SIZES[width]},
        color_scheme=scheme,
        device_scale_factor=2 if width < 700 else 1,
        has_touch=width < 700,
    )
    page = context.new_page()
    name = f"{width}-{scheme}"
    page.goto(url)
    page.wait_for_selector("#stage[data-digest]")
    def take(scene: str, **options) -> None:
        page.wait_for_timeout(500)
        page.screenshot(path=directory / f"{name}-{scene}.png", **options)

    page.keyboard.press("r")
    for _ in range(16):
        page.keyboard.press("n")
    take("middle")
    page.keyboard.press("e")
    page.wait_for_selector('#stage[data-quiet="true"]')
    take("end", full_page=True)
    page.locator('[data-party="server"] .node:not(.is-plain)').nth(2).click()
    take("node")
    page.keyboard.press("Escape")
    page.evaluate("scrollTo(0, 0)")
    for _ in range(12):
        page.keyboard.press("b")
    page.keyboard.press("o")
    take("fan")
    page.locator(".ends tbody button").nth(3).click()
    take("beside")
    page.locator("#scenarios").click()
    page.locator("[data-scenario]").first.wait_for()
    take("scenarios")
    page.locator('[data-scenario="meeting"]').click()
    page.locator("#scrub").evaluate(
        "(range) => { range.value = range.max / 2; range.dispatchEvent(new Event('input')); }")
    if page.locator("#show-events").is_visible():
        page.locator("#show-events").click()
    else:
        page.locator("#tab-events").click()
    take("chat")
    context.close()


def main() -> None:
    url, directory = sys.argv[1], pathlib.Path(sys.argv[2])
    directory.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width in SIZES:
            for scheme in ("light", "dark"):
                picture(browser, url, directory, width, scheme)
        browser.close()


if __name__ == "__main__":
    main()
