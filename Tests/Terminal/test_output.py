"""Output that cannot be written: an error, and no silence."""

import subprocess

import pytest

from chat import BINARY
from commands import DONE, ERROR, deliver, ended, introduce
from relay import own_environment

COMMANDS = [
    ["identity"], ["contacts"], ["messages", "--with", "Bob"], ["export"],
    ["invite"], ["send", "--to", "Bob", "--wait", "kept", "--json", "hello"],
]


# Of nobody's file.
OTHER_COMMANDS = [
    ["simulate"], ["simulate", "--json"], ["simulate", "--svg", "-"],
    ["tree", "residues", "-"], ["tree", "text", "--values", "-"], ["tree", "svg", "-"],
    ["serve", "--check-config"],
]
NOWHERE = pytest.mark.parametrize("target, reason", [
    (">/dev/full", "No space left on device"), (">&-", "Bad file descriptor"),
])


@NOWHERE
@pytest.mark.parametrize("command", OTHER_COMMANDS, ids=" ".join)
def test_nobodys_output_that_cannot_be_written_is_an_error(command, target, reason):
    process = subprocess.run(
        ["sh", "-c", f'exec "$@" {target}', "sh", BINARY, *command], input='[{"a":1},{"b":2}]',
        stderr=subprocess.PIPE, text=True, env=own_environment(), check=False)
    assert process.returncode == ERROR
    assert process.stderr == f"Error: cannot write to standard output: {reason}\n"


@NOWHERE
def test_what_cannot_be_written_is_an_error(start, tmp_path, target, reason):
    introduce(start, "Alice", "Bob")
    deliver(start, "Alice", "Bob", ["hello"])
    for command in COMMANDS:
        words = [BINARY, *command, "--data", str(tmp_path / "Alice.sqlite")]
        process = subprocess.run(
            ["sh", "-c", f'exec "$@" {target}', "sh", *words],
            stderr=subprocess.PIPE, text=True, env=own_environment(), check=False)
        assert process.returncode == ERROR, command
        assert process.stderr == f"Error: cannot write to standard output: {reason}\n", command


def test_errors_that_nobody_can_be_told_end_it_as_others_do(start):
    introduce(start, "Alice", "Bob")
    words = ("send", "--to", "Bob", "--wait", "delivered", "--timeout", "0.1", "hello")
    with open("/dev/full", "w", encoding="utf-8") as full:
        assert start("Alice", *words, stderr=full).wait(60) == 3


def test_a_key_that_was_not_written_is_no_copy(start, tmp_path):
    (tmp_path / "passphrase").write_text("correct horse\n")
    words = ("identity", "--export", "--export-passphrase-file", str(tmp_path / "passphrase"))
    assert ended(start("Alice", *words))[0] == DONE
    with open("/dev/full", "w", encoding="utf-8") as full:
        assert start("Alice", *words, stdout=full).wait(60) == ERROR
