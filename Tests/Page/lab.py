"""What the tests of the lab page share: its parts by name, and a few measurements."""

STAGE = "#stage[data-digest]"
QUIET = '#stage[data-quiet="true"]'
PARTIES = ["server", "alice", "bob", "charlie"]

# Modules that trap or refuse at will, small enough to be written by hand: they export `memory`,
# `simpatico_alloc`, `simpatico_free` and a `simpatico_call` whose body is `unreachable`.
_NAMES = [b"memory", b"simpatico_alloc", b"simpatico_free", b"simpatico_call"]


def _section(number: int, body: bytes) -> bytes:
    return bytes([number, len(body)]) + body


def trapping_module() -> bytes:
    types = bytes([3, 0x60, 1, 0x7F, 1, 0x7F, 0x60, 1, 0x7F, 0, 0x60, 2, 0x7F, 0x7F, 1, 0x7E])
    functions = bytes([3, 0, 1, 2])
    memory = bytes([1, 0, 1])
    kinds = [(2, 0), (0, 0), (0, 1), (0, 2)]
    exports = bytes([4]) + b"".join(
        bytes([len(name)]) + name + bytes(kind) for name, kind in zip(_NAMES, kinds))
    bodies = [bytes([0, 0x41, 16, 0x0B]), bytes([0, 0x0B]), bytes([0, 0x00, 0x0B])]
    code = bytes([3]) + b"".join(bytes([len(body)]) + body for body in bodies)
    return b"\0asm\1\0\0\0" + b"".join([
        _section(1, types), _section(3, functions), _section(5, memory),
        _section(7, exports), _section(10, code)])


def stage(page, name: str) -> str:
    return page.locator("#stage").get_attribute(f"data-{name}")


def begin(page) -> None:
    """Waits for the first universe, then rewinds it: every test starts from the same place."""
    page.wait_for_selector(STAGE)
    page.locator("#reset").click()
    page.wait_for_selector('#stage[data-step="0"]')


def finish(page) -> None:
    page.locator("#end").click()
    page.wait_for_selector(QUIET)


def go_to(page, step: int) -> None:
    """Moves the cursor as a hand on the scrubber does."""
    page.locator("#scrub").evaluate(
        "(range, step) => { range.value = step; range.dispatchEvent(new Event('input')); }", step)
    page.wait_for_selector(f'#stage[data-step="{step}"]')


def press(page, keys: str) -> None:
    page.evaluate("document.activeElement?.blur()")
    for key in keys:
        page.keyboard.press(key)


def open_event(page, kind: str):
    """Opens the first pending event of a kind, with all that can be done about it."""
    event = page.locator(f'.event[data-kind="{kind}"]').first
    event.locator("summary").click()
    return event


def drop_the_challenge(page) -> None:
    """In the first universe, at step 12, the challenge to bob is dropped."""
    begin(page)
    go_to(page, 12)
    open_event(page, "frame").locator('[data-edit="drop"]').click()
    page.wait_for_selector('#stage[data-universe="1"]')


def count_nodes(page) -> int:
    return page.locator(".node").count()


def panel(page, party: str):
    return page.locator(f'.panel[data-party="{party}"]')


def selected(page) -> list[str]:
    return page.locator('.node[aria-selected="true"]').evaluate_all(
        "nodes => nodes.map((node) => node.getAttribute('aria-label'))")


# The contrast of every text that is seen, as WCAG defines it: the ink (an SVG text's fill, any
# other text's colour) against the nearest opaque ground, with translucent layers mixed in.
CONTRASTS = """
() => {
  const HIDDEN = '.unseen, .skip, title, option, noscript, .is-future, .editor-marks';
  const canvas = new OffscreenCanvas(1, 1).getContext('2d', { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, below) => top.slice(0, 3).map((c, i) => c * top[3] + below[i] * (1 - top[3]));
  const luminance = (colour) => {
    const [r, g, b] = colour.map((c) => c / 255)
      .map((c) => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    const layers = [];
    for (let at = element; at !== null; at = at.parentElement) {
      layers.push(rgba(getComputedStyle(at).backgroundColor));
      if (layers.at(-1)[3] === 1) break;
    }
    return layers.reverse().reduce((below, top) => over(top, below), [255, 255, 255]);
  };
  const ratio = (one, other) => {
    const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (high + 0.05) / (low + 0.05);
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const text = walker.currentNode;
    const element = text.parentElement;
    if (text.data.trim() === '' || element.closest(HIDDEN)) continue;
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const isDrawn = element instanceof SVGElement;
    const style = getComputedStyle(element);
    // What a glyph stands on is the nearest shape below it.
    let disc = element.closest('.glyph');
    while (disc !== null && !disc.matches('.disc, .mark-shape')) disc = disc.previousElementSibling;
    const below = disc === null ? ground(element.closest(':not(svg *)'))
      : rgba(getComputedStyle(disc).fill).slice(0, 3);
    const ink = over(rgba(isDrawn ? style.fill : style.color), below);
    found.push({ text: text.data.trim().slice(0, 40), ratio: ratio(ink, below) });
  }
  return found;
}
"""


def open_file(page, name: str, content: str) -> None:
    """Opens a file as a person would choose it."""
    page.locator("#file").set_input_files(
        {"name": name, "mimeType": "application/json", "buffer": content.encode()})
