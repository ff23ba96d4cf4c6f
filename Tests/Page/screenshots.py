"""Pictures of the lab page for looking at: screenshots.py URL OUTDIR

Three widths, light and dark, at the end of the handshake with a node selected, in the middle of it,
and the whole page.
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
    page.keyboard.press("r")
    for _ in range(16):
        page.keyboard.press("n")
    page.wait_for_timeout(500)
    page.screenshot(path=directory / f"{name}-middle.png")
    page.keyboard.press("e")
    page.wait_for_selector('#stage[data-quiet="true"]')
    page.wait_for_timeout(500)
    page.screenshot(path=directory / f"{name}-end.png", full_page=True)
    page.locator('[data-party="server"] .node:not(.is-plain)').nth(2).click()
    page.wait_for_timeout(400)
    page.screenshot(path=directory / f"{name}-inspector.png")
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
