"""Which relay a command is for."""

import subprocess

import pytest

from chat import BINARY, free_port
from relay import own_environment

PATIENCE_SECONDS = 60
NOT_IN_TIME = 3


@pytest.fixture
def tool(tmp_path):
    """Runs a command on a person's file, to its end."""

    def tool(name, *words):
        return subprocess.run(
            [BINARY, *words, "--data", str(tmp_path / f"{name}.sqlite")], input="",
            capture_output=True, text=True, env=own_environment(), timeout=PATIENCE_SECONDS,
            check=False,
        )

    return tool


def test_the_relay_of_an_invitation_is_the_one_of_later_commands(tool, relay):
    first = tool("Alice", "invite", "--server", relay.url)
    assert first.stdout.startswith(relay.url + "/chat#")
    assert tool("Alice", "invite").stdout.startswith(relay.url + "/chat#")
    # Who follows a link is at its relay, too, whether its host is there or not.
    assert tool("Bob", "accept", first.stdout.strip()).returncode == 0
    assert tool("Bob", "invite").stdout.startswith(relay.url + "/chat#")


def test_a_link_moves_nobody_who_has_a_relay(tool, relay):
    link = tool("Alice", "invite", "--server", relay.url).stdout.strip()
    elsewhere = f"http://127.0.0.1:{free_port()}"
    tool("Bob", "invite", "--server", elsewhere)
    ended = tool("Bob", "accept", link)
    assert ended.returncode == 1 and f"--server {relay.url}\n" in ended.stderr
    assert tool("Bob", "invite").stdout.startswith(elsewhere)


def test_a_link_that_is_refused_names_no_relay(tool, relay, tmp_path):
    elsewhere = f"http://127.0.0.1:{free_port()}"
    own = tool("Bob", "identity").stdout.strip()
    # Whether it is there or not; after the first one, the second would be for another relay.
    for server in [relay.url, elsewhere]:
        ended = tool("Bob", "accept", f"{server}/chat#invite={own}.aaaa.bbbb", "--wait")
        assert ended.returncode == 1 and "your own" in ended.stderr
    link = tool("Alice", "invite", "--server", relay.url).stdout.strip()
    assert tool("Bob", "accept", link).returncode == 0
    # What is no link, or is one of no address, makes no file either.
    rest = link.split("/chat")[1]
    for wrong in ["a link", rest, f"http://127.0.0.1:99999/chat{rest}", f"http://a\nb/chat{rest}"]:
        ended = tool("Carol", "accept", wrong)
        assert ended.returncode == 1 and "no invitation link" in ended.stderr
        assert ended.stderr.count("\n") == 1
    assert not (tmp_path / "Carol.sqlite").exists()


def test_a_relay_that_one_was_connected_to_is_kept(tool, relay, tmp_path):
    listening = subprocess.Popen(
        [BINARY, "listen", "--json", "--server", relay.url, "--data", str(tmp_path / "A.sqlite")],
        stdout=subprocess.PIPE, text=True, env=own_environment())
    assert any('"phase":"ONLINE"' in line for line in listening.stdout)
    listening.terminate()
    listening.communicate()
    assert tool("A", "invite").stdout.startswith(relay.url + "/chat#")


def test_another_relay_that_is_named_wins_and_one_that_is_not_there_is_not_kept(tool, relay):
    tool("Alice", "invite", "--server", relay.url)
    elsewhere = f"http://127.0.0.1:{free_port()}"
    ended = tool("Alice", "chat", "--server", elsewhere)
    assert f"at {elsewhere}" in ended.stdout
    assert tool("Alice", "invite").stdout.startswith(relay.url + "/chat#")
    assert tool("Alice", "invite", "--server", elsewhere).stdout.startswith(elsewhere)
    assert tool("Alice", "invite").stdout.startswith(elsewhere)


def test_what_is_late_says_where_and_why(tool, relay):
    link = tool("Alice", "invite", "--server", relay.url).stdout.strip()
    wait = ["--wait", "--timeout", "1"]
    ended = tool("Bob", "accept", link, *wait, "--server", relay.url)
    assert ended.returncode == NOT_IN_TIME and f"at {relay.url}: it is kept" in ended.stderr
    relay.kill()
    ended = tool("Bob", "accept", link, *wait)
    assert ended.returncode == NOT_IN_TIME
    assert f"no connection to {relay.url} (" in ended.stderr and "refused" in ended.stderr
