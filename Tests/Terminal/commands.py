"""The commands that scripts call, and how they end."""

import fcntl
import json
import os

from chat import LINK

DONE, ERROR, NOT_IN_TIME, REFUSED, WRONG_USAGE = 0, 1, 3, 4, 64
PATIENCE_SECONDS = 60
# The smallest that Linux makes a pipe, so that a reader who does not read is soon noticed.
SMALL_PIPE_BYTES = 4096


def ended(process, text=None):
    """Code, output and errors, once a command has ended, with a text for its input."""
    output, errors = process.communicate(text, timeout=PATIENCE_SECONDS)
    return process.returncode, output, errors


def introduce(start, host, guest):
    """Two people meet by a link."""
    waiting = start(host, "invite", "--wait")
    link = LINK.search(waiting.stdout.readline())[0]
    assert ended(start(guest, "accept", link, "--wait"))[0] == DONE
    assert ended(waiting)[0] == DONE


def deliver(start, sender, recipient, texts):
    """Has a recipient's client get texts that nobody looks at."""
    receiving = start(recipient, "listen")
    sending = start(sender, "send", "--to", recipient, "--wait", "delivered", "-")
    assert ended(sending, "".join(text + "\n" for text in texts))[0] == DONE
    receiving.terminate()
    assert ended(receiving)[0] == DONE


def phases(start, name, contact):
    """How far each message with a contact has come, by text."""
    code, output, _ = ended(start(name, "messages", "--with", contact, "--json"))
    assert code == DONE
    messages = [json.loads(line) for line in output.splitlines()]
    return {message["text"]: message["phase"] for message in messages}


def small_pipe():
    """The ends of a pipe that is full soon."""
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETPIPE_SZ, SMALL_PIPE_BYTES)
    return reading, writing
