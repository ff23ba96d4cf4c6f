"""What the tests of the terminal chat share: tmux, a relay that can be killed, people."""

import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Peer"))

from chat import BINARY, Chat, KillableRelay, free_port  # noqa: E402
from relay import own_environment  # noqa: E402
from tmux import Tmux  # noqa: E402


@pytest.fixture(scope="session")
def tmux(tmp_path_factory):
    """A tmux server of its own, with no configuration of the user's."""
    server = Tmux(tmp_path_factory.mktemp("tmux"))
    yield server
    server.stop()


@pytest.fixture
def relay(tmp_path):
    """A relay on a port that stays the same when it is killed and started again."""
    relay = KillableRelay(free_port(), tmp_path / "relay.log")
    relay.start()
    yield relay
    relay.kill()


@pytest.fixture
def people(tmux, relay, tmp_path):
    """Opens `simpatico chat` for people by name, each with a file of its own."""
    opened = []

    def open_chat(name, **options):
        chat = Chat(tmux, relay, name, tmp_path, **options)
        opened.append(chat)
        return chat

    yield open_chat
    for chat in opened:
        chat.close()


@pytest.fixture
def start(relay, tmp_path):
    """Starts a command as a person with a file of their own."""
    started = []

    def start(name, command, *words, **options):
        pipes = {name: subprocess.PIPE for name in ("stdin", "stdout", "stderr")}
        process = subprocess.Popen(
            [BINARY, command, "--server", relay.url, "--name", name,
             "--data", str(tmp_path / f"{name}.sqlite"), *words],
            text=True, env=own_environment(), **{**pipes, **options},
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()
