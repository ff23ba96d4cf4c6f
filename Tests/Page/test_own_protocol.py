"""The example of a protocol of one's own: it runs in the world, and the lab shows what it wrote."""

import base64
import json
import os
import pathlib
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import ROOT
from lab import begin, finish, go_to, panel, stage

BINARY = pathlib.Path(os.environ.get(
    "SIMPATICO_BIN", str(ROOT / ".build" / "debug" / "simpatico"))).parent / "TwoPhaseCommit"


@pytest.fixture(scope="module")
def commit(tmp_path_factory):
    file = tmp_path_factory.mktemp("commit") / "commit.json"
    run = subprocess.run([BINARY, file], check=True, capture_output=True, text=True, timeout=120)
    return run.stdout, file


def test_no_fault_makes_one_commit_while_another_aborts(commit):
    told, _ = commit
    lines = told.splitlines()
    assert lines[0] == "nothing goes wrong: committed"
    assert "mixed" not in told
    for end in ("aborted", "blocked", "committed"):
        (line,) = [line for line in lines[1:] if line.startswith(f"{end}: ")]
        assert int(line.split()[1]) > 20


def test_the_lab_shows_it_with_its_messages(commit, open_lab):
    _, file = commit
    page = open_lab()
    begin(page)
    page.locator("#file").set_input_files(file)
    expect(page.locator("#scenario-name")).to_contain_text("two-phase commit")
    finish(page)
    coordinator = panel(page, "coordinator")
    assert coordinator.locator('.node[aria-label*="decide"]').count() == 3
    expect(coordinator).to_contain_text("COMMITTED")
    assert page.locator(".panel").count() == 4
    labels = [panel(page, name).locator(".row-phase").inner_text()
              for name in ("alice", "bob", "charlie")]
    assert sorted(labels) == ["COMMITTED", "COMMITTED", "READY"]
    assert page.locator(".message-arrow").count() >= 12
    panel(page, "alice").locator('.node[aria-label*="prepare"]').click()
    expect(page.locator('[data-section="changes"]')).to_contain_text("READY")
    go_to(page, 0)
    assert page.locator(".message-arrow:not(.is-future)").count() == 0


def test_a_link_holds_it_as_well(commit, open_lab):
    _, file = commit
    packed = base64.urlsafe_b64encode(json.dumps(
        json.loads(file.read_text()), separators=(",", ":")).encode()).decode().rstrip("=")
    page = open_lab(path="#open=" + packed)
    expect(page.locator("#scenario-name")).to_contain_text("two-phase commit")
    assert stage(page, "step") == "0" and int(stage(page, "steps")) > 20
