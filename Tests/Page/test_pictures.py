"""`simpatico tree svg` and the page draw the same picture of a tree."""

import json
import os
import re
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from conftest import ROOT
from lab import begin, finish

BINARY = os.environ.get("SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico"))
SVG = "{http://www.w3.org/2000/svg}"

#: What is seen of the page's tree, shape by shape: where each is, how large, in which colour.
DRAWN = """
() => {
  const tree = document.querySelector('.tree');
  const numbers = (text) => (text.match(/-?[0-9.]+/g) ?? []).map(Number);
  const colour = (element) => element.getAttribute('data-colour');
  const all = (selector) => [...tree.querySelectorAll(selector)];
  const circles = (path) => path.getAttribute('d').split('Z').slice(0, -1).map((circle) => {
    const [x, y, radius] = numbers(circle);
    return [x + radius, y, radius];
  });
  const letters = (text) => {
    const places = numbers(text.getAttribute('x') ?? '');
    const y = Number(text.getAttribute('y'));
    return text.childElementCount === 0
      ? [...text.textContent].map((letter, index) => [places[index], y, letter])
      : [...text.children].map((part) => [Number(part.getAttribute('x')), y, part.textContent]);
  };
  return {
    discs: all('.disc').flatMap((path) => (
      circles(path).map(([x, y, radius]) => [x, y, radius, colour(path)]))),
    glyphs: all('.glyph').flatMap(letters),
    effects: all('.effect-mark').flatMap((path) => circles(path).map(([x, y]) => [x, y])),
    cascades: all('.cascade').map((text) => (
      [Number(text.getAttribute('x')), Number(text.getAttribute('y')), text.textContent])),
    links: all('.link').flatMap((link) => link.getAttribute('d').split(/(?=M)/)),
    reached: all('.node').map((node) => (
      [Number(node.getAttribute('cx')), Number(node.getAttribute('cy')), colour(node)])),
  };
}
"""


def drawn_by_the_tool(svg: str) -> dict:
    drawn = {name: [] for name in ("discs", "glyphs", "effects", "cascades", "links", "reached")}
    group = ElementTree.fromstring(svg).find(f"{SVG}g")
    for element in group:
        if element.tag == f"{SVG}path":
            drawn["links"].append(element.get("d"))
            continue
        disc, *others = element.findall(f"{SVG}circle")
        x, y = float(disc.get("cx")), float(disc.get("cy"))
        found = re.search(r"\bh(\d+)", disc.get("class"))
        colour = found and found.group(1)
        drawn["discs"].append([x, y, float(disc.get("r")), colour])
        drawn["reached"].append([x, y, colour])
        for other in others:
            away = [float(number) for number in re.findall(r"-?[0-9.]+", other.get("transform"))]
            drawn["effects"].append([x + away[0], y + away[1]])
        for text in element.findall(f"{SVG}text"):
            kind = "cascades" if text.get("class").split()[0] == "cascade" else "glyphs"
            drawn[kind].append([float(text.get("x")), float(text.get("y")),
                                "".join(text.itertext())])
    return drawn


def rounded(shapes: list) -> list:
    """In an order of their own, and in hundredths of a pixel, which the page draws at most."""
    return sorted((shape if isinstance(shape, str) else [
        round(part, 2) if isinstance(part, float | int) else part for part in shape]
        for shape in shapes), key=str)


TREES = {
    "letters": [{"a": 1}, {"b": 2}, 0, {"c": 3}, {"d": 4}, 1, {"e": 5}, 1, {"f": 6}],
    "handlers": [
        {"name": "x"}, {"handlers": {"log": "log", "assert": "assert"}},
        *[{"handler": "log", "msg": str(number)} for number in range(4)],
        1, {"handler": "log", "msg": "branch"}, {"plain": True}, -1, {"handler": "log", "msg": "b"},
    ],
}


@pytest.mark.parametrize("name", TREES)
def test_the_tool_and_the_page_draw_one_picture(open_lab, tmp_path, name):
    file = tmp_path / f"{name}.json"
    file.write_text(json.dumps(TREES[name]))
    svg = subprocess.run([BINARY, "tree", "svg", str(file)], check=True, capture_output=True,
                         text=True, timeout=60).stdout
    page = open_lab()
    begin(page)
    page.locator("#file").set_input_files(file)
    page.locator("#scenario-name", has_text=name).wait_for()
    finish(page)
    ours, theirs = page.evaluate(DRAWN), drawn_by_the_tool(svg)
    nodes = sum(isinstance(item, dict) for item in TREES[name])
    assert len(ours["discs"]) == len(ours["reached"]) == len(ours["glyphs"]) == nodes
    for kind, shapes in theirs.items():
        assert rounded(ours[kind]) == rounded(shapes), kind
