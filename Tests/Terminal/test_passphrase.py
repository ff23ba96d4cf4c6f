"""The passphrase of the key: what opens, and what encrypts."""

import subprocess

import pytest

from chat import BINARY
from relay import own_environment

PASSPHRASE = "correct horse battery staple"


@pytest.fixture
def tool(tmp_path):
    """Runs a command on one file, where nobody can be asked."""

    def tool(*words, environment=None):
        return subprocess.run(
            [BINARY, *words, "--data", str(tmp_path / "me.sqlite")], capture_output=True, text=True,
            env=own_environment(environment), start_new_session=True, check=False,
        )

    return tool


def is_encrypted(folder):
    """Whether only a passphrase opens the key."""
    content = b"".join(file.read_bytes() for file in folder.glob("me.sqlite*"))
    is_plain = b"BEGIN PRIVATE KEY" in content
    assert is_plain != (b"BEGIN ENCRYPTED PRIVATE KEY" in content)
    return not is_plain


@pytest.mark.parametrize("is_new", [True, False])
def test_a_passphrase_that_lies_around_encrypts_nothing(tool, tmp_path, is_new):
    if not is_new:
        tool("identity")
    (tmp_path / "passphrase").write_text(PASSPHRASE)
    for words, environment in [
        (["--passphrase-file", str(tmp_path / "passphrase")], {}),
        ([], {"SIMPATICO_PASSPHRASE": PASSPHRASE}),
    ]:
        ended = tool("contacts", *words, environment=environment)
        assert ended.returncode == 0
        assert "is not encrypted" in ended.stderr and "--encrypt" in ended.stderr
        assert not is_encrypted(tmp_path)


@pytest.mark.parametrize("is_new", [True, False])
def test_who_asks_for_it_has_the_key_encrypted(tool, tmp_path, is_new):
    if not is_new:
        tool("identity")
    environment = {"SIMPATICO_PASSPHRASE": PASSPHRASE}
    first = tool("identity", "--encrypt", environment=environment)
    assert (first.returncode, first.stderr) == (0, "") and is_encrypted(tmp_path)
    again = tool("identity", environment=environment)
    assert (again.returncode, again.stderr, again.stdout) == (0, "", first.stdout)
    for wrong in [{}, {"SIMPATICO_PASSPHRASE": "wrong"}]:
        ended = tool("identity", "--encrypt", environment=wrong)
        assert ended.returncode == 1 and "passphrase" in ended.stderr


@pytest.mark.parametrize(("first", "second", "is_same"), [
    (b"abc", b"abc\n", True), (b"abc\n", b"abc\r\nmore\r\n", True), (b"abc", b"abd", False),
    (b"\xc3\xa9", b"\xc3\xa9\r\n", True),
])
def test_a_passphrase_is_the_first_line_of_its_file(tool, tmp_path, first, second, is_same):
    file = tmp_path / "passphrase"
    words = ("--encrypt", "--passphrase-file", str(file))
    file.write_bytes(first)
    assert tool("identity", *words).returncode == 0 and is_encrypted(tmp_path)
    file.write_bytes(second)
    assert (tool("identity", *words).returncode == 0) == is_same


@pytest.mark.parametrize("content", [b"", b"\n", b"\r\nabc", b"\xe9\xe8", b"abc\xff\n"])
def test_a_passphrase_that_is_none_is_refused(tool, tmp_path, content):
    file = tmp_path / "passphrase"
    file.write_bytes(content)
    ended = tool("identity", "--encrypt", "--passphrase-file", str(file))
    assert ended.returncode == 1 and "the first line of" in ended.stderr
    assert not (tmp_path / "me.sqlite").exists()


def test_a_new_passphrase_is_asked_for_only_where_there_is_none(tool, tmux, tmp_path):
    fingerprint = tool("identity").stdout.strip()
    for questions in [["New passphrase: ", "Once more: "], ["Passphrase: "]]:
        pane = tmux.open(
            [BINARY, "identity", "--encrypt", "--data", str(tmp_path / "me.sqlite")], 80, 24, {})
        for question in questions:
            pane.wait_for_text(question)
            pane.enter(PASSPHRASE)
        pane.wait_for_text(fingerprint)
        assert pane.wait_until_exited() == 0 and is_encrypted(tmp_path)
        assert ("New passphrase" in pane.everything()) == (len(questions) == 2)
        pane.close()
