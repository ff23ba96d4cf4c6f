"""What the tool prints opens in the lab: a simulation as its world, a history as a tree."""

import json
import os
import subprocess

from playwright.sync_api import expect

from conftest import ROOT
from lab import begin, finish, panel, stage

BINARY = os.environ.get("SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico"))


def tool(*arguments) -> str:
    return subprocess.run([BINARY, *map(str, arguments)], check=True, capture_output=True,
                          text=True, timeout=60).stdout


def choose(page, path) -> None:
    page.locator("#file").set_input_files(path)


def test_a_simulation_opens_as_the_world_that_it_was(open_lab, tmp_path):
    printed = tool("simulate", "--json", "--clients", 4, "--seed", 11)
    (tmp_path / "four.json").write_text(printed)
    page = open_lab()
    begin(page)
    choose(page, tmp_path / "four.json")
    expect(page.locator("#scenario-name")).to_have_text("four")
    assert stage(page, "step") == "0"
    finish(page)
    told = json.loads(printed)
    assert stage(page, "digest") == told["digest"]
    assert int(stage(page, "steps")) == told["steps"]
    expect(page.locator("#origin")).to_contain_text("digest for digest")
    assert page.locator(".panel").count() == 5
    assert page.locator("#fork").is_visible()


def test_a_client_s_exported_history_opens_as_a_tree(open_lab, tmp_path):
    data = tmp_path / "alice.sqlite"
    tool("identity", "--data", data, "--name", "Alice")
    file = tmp_path / "history.json"
    file.write_text(tool("export", "--data", data))
    page = open_lab()
    begin(page)
    choose(page, file)
    expect(page.locator("#scenario-name")).to_have_text("history")
    finish(page)
    tree = panel(page, "history")
    expect(tree.locator(".row-peer", has_text="home")).to_have_count(1)
    assert tree.locator(".node").count() >= 4
    tree.locator(".node").last.click()
    expect(page.locator('[data-section="value"]')).to_be_visible()
    assert "PRIVATE" not in page.locator("#inspector").inner_text()
