"""Measures scrubbing in the real page: scrub.py BINARY

Opens a saved tree of a hundred thousand nodes in the lab and moves the cursor once a frame, first
as a hand drags it and then to places far apart. Prints one JSON row a line, {name, value, unit}:

lab.scrub.100k.work      what one move takes the page, layout included: the median
lab.scrub.100k.work.p95  the same, of which 5 % take longer
lab.scrub.100k.jump      the median of a move to a place far away, whose nodes were not seen before
lab.scrub.100k.jump.p95  the same, of which 5 % take longer
lab.scrub.100k.cpu       what the page's thread works for one move of the drag, painting included
lab.scrub.100k.fps       frames a second while the cursor is dragged, told by requestAnimationFrame
lab.scrub.100k.fps.idle  the same while nothing moves: what this machine can show at all
lab.scrub.100k.frame     from one frame to the next while the cursor is dragged: the median
lab.scrub.100k.late      frames of the drag that came more than half a frame late
lab.scrub.100k.drawn     elements in the page, most of which are what is drawn of the tree
lab.scrub.100k.open      from choosing the file until its first moment is seen
"""

import json
import os
import re
import statistics
import subprocess
import sys

from playwright.sync_api import sync_playwright

CHROMIUM = os.environ.get("SIMPATICO_CHROMIUM", "/usr/bin/chromium")
NODES, ROWS = 100_000, 60
DRAGGED, JUMPED, IDLE = 600, 200, 120
FRAME = 1000 / 60

MEASURE = """
async ([dragged, jumped, rested, isLaidOut]) => {
  const range = document.querySelector('#scrub');
  const last = Number(range.max);
  const frame = () => new Promise(requestAnimationFrame);
  const move = (step) => {
    const start = performance.now();
    range.value = step;
    range.dispatchEvent(new Event('input', { bubbles: true }));
    if (isLaidOut) document.body.getBoundingClientRect();
    return performance.now() - start;
  };
  const drag = [], frames = [], jump = [];
  let before = await frame();
  const begun = before;
  for (let index = 0; index < rested; index++) before = await frame();
  const idle = (before - begun) / Math.max(1, rested);
  for (let index = 0; index < dragged; index++) {
    // There and back, with pauses as hands make them: fast in the middle, slow at the ends.
    const place = (1 - Math.cos(index / dragged * 2 * Math.PI)) / 2;
    drag.push(move(Math.round(last * place)));
    const now = await frame();
    frames.push(now - before);
    before = now;
  }
  let place = 1;
  for (let index = 0; index < jumped; index++) {
    place = place * 48271 % 2147483647;
    jump.push(move(place % last));
    await frame();
  }
  return { drag, frames, jump, idle, elements: document.querySelectorAll('*').length };
}
"""


def recording() -> str:
    tree: list = [{"name": "server"}, {"handlers": {"log": "log"}}]
    for row in range(ROWS):
        tree.append(1)
        tree += [{"handler": "log", "msg": f"line {at}"} if at % 3 == 0 else {"row": row}
                 for at in range(-(-NODES // ROWS))]
    return json.dumps({"trees": {"server": tree}})


def busy(session) -> float:
    """Seconds that the page's thread has worked."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration")


def measure(url: str) -> None:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        page.goto(url)
        page.wait_for_selector("#stage[data-digest]")
        page.evaluate("""() => { globalThis.chosenAt = 0; document.querySelector('#file')
          .addEventListener('change', () => { globalThis.chosenAt = performance.now(); }); }""")
        page.locator("#file").set_input_files({"name": "large.json", "mimeType": "application/json",
                                               "buffer": recording().encode()})
        opened = page.wait_for_function(
            "(count) => Number(document.querySelector('#scrub').max) >= count"
            " && performance.now() - globalThis.chosenAt", arg=NODES).json_value()
        session = page.context.new_cdp_session(page)
        session.send("Performance.enable", {"timeDomain": "threadTicks"})
        before = busy(session)
        told = page.evaluate(MEASURE, [DRAGGED, 0, 0, False])
        cpu = 1000 * (busy(session) - before) / DRAGGED
        # Asking for the layout within a move is one more, so it is asked for when nobody counts.
        told["drag"] = page.evaluate(MEASURE, [DRAGGED, 0, 0, True])["drag"]
        told["jump"] = page.evaluate(MEASURE, [0, JUMPED, 0, True])["jump"]
        told["idle"] = page.evaluate(MEASURE, [0, 0, IDLE, False])["idle"]
        browser.close()

    def report(name: str, value: float, unit: str) -> None:
        print(json.dumps({"name": f"lab.scrub.100k{name}", "value": round(value, 3), "unit": unit}))

    def p95(values: list) -> float:
        return sorted(values)[int(len(values) * 0.95)]

    report(".work", statistics.median(told["drag"]), "ms")
    report(".work.p95", p95(told["drag"]), "ms")
    report(".jump", statistics.median(told["jump"]), "ms")
    report(".jump.p95", p95(told["jump"]), "ms")
    report(".cpu", cpu, "ms")
    report(".fps", 1000 / statistics.mean(told["frames"]), "/s")
    report(".fps.idle", 1000 / told["idle"], "/s")
    report(".frame", statistics.median(told["frames"]), "ms")
    late = sum(frame > 1.5 * FRAME for frame in told["frames"])
    report(".late", 100 * late / len(told["frames"]), "%")
    report(".drawn", told["elements"], "elements")
    report(".open", opened, "ms")


def main() -> None:
    environment = {name: text for name, text in os.environ.items()
                   if not name.startswith("SIMPATICO_")}
    with subprocess.Popen([sys.argv[1], "serve", "--port", "0"], env=environment, text=True,
                          stdout=subprocess.PIPE) as relay:
        try:
            match = re.search(r"listening on (http://\S+)", relay.stdout.readline())
            if match is None:
                sys.exit("the relay printed no address")
            measure(match.group(1))
        finally:
            relay.terminate()


if __name__ == "__main__":
    main()
