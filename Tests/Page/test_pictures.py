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

#: What both are to agree on: where each node is, how large, what is written on it and below it.
DRAWN = """
() => {
  const at = (element, x, y) => [x, y].map(Number);
  const tree = document.querySelector('.tree');
  return {
    nodes: [...tree.querySelectorAll('.node')].map((node) => {
      const [x, y] = node.getAttribute('transform').match(/-?[0-9.]+/g).map(Number);
      const dot = node.querySelector('.effect-mark');
      return { x, y, radius: Number(node.querySelector('.disc').getAttribute('r')),
        colour: node.getAttribute('data-colour'),
        glyph: node.querySelector('.glyph').textContent,
        cascade: node.querySelector('.cascade')?.textContent ?? '',
        effect: dot === null ? null
          : [Number(dot.getAttribute('cx')), Number(dot.getAttribute('cy'))] };
    }),
    links: [...tree.querySelectorAll('.link')].map((link) => link.getAttribute('d'))
      .filter((path) => path !== null),
  };
}
"""


def drawn_by_the_tool(svg: str) -> dict:
    nodes, links = [], []
    group = ElementTree.fromstring(svg).find(f"{SVG}g")
    for element in group:
        if element.tag == f"{SVG}path":
            links.append(element.get("d"))
            continue
        disc, *others = element.findall(f"{SVG}circle")
        texts = {text.get("class").split()[0]: "".join(text.itertext())
                 for text in element.findall(f"{SVG}text")}
        colour = re.search(r"\bh(\d+)", disc.get("class"))
        away = [float(number) for other in others
                for number in re.findall(r"-?[0-9.]+", other.get("transform"))]
        nodes.append({
            "x": float(disc.get("cx")), "y": float(disc.get("cy")),
            "radius": float(disc.get("r")), "colour": colour and colour.group(1),
            "glyph": texts.get("glyph", ""), "cascade": texts.get("cascade", ""),
            "effect": away or None})
    return {"nodes": nodes, "links": links}


def sorted_nodes(nodes: list) -> list:
    return sorted(nodes, key=lambda node: (node["y"], node["x"]))


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
    assert len(ours["nodes"]) == sum(isinstance(item, dict) for item in TREES[name])
    assert sorted_nodes(ours["nodes"]) == sorted_nodes(theirs["nodes"])
    assert sorted(ours["links"]) == sorted(theirs["links"])
