"""A key that is taken elsewhere: `simpatico identity --export`, and `--import`."""

import subprocess

import pytest

from chat import BINARY
from commands import DONE, ERROR, WRONG_USAGE
from relay import own_environment

PASSPHRASE = "correct horse battery staple"


def run(*words, text=None):
    """Runs `simpatico identity` where nobody can be asked."""
    return subprocess.run(
        [BINARY, "identity", *map(str, words)], input=text, capture_output=True, text=True,
        env=own_environment(), start_new_session=True, check=False)


@pytest.fixture
def passphrase(tmp_path):
    path = tmp_path / "passphrase"
    path.write_text(PASSPHRASE + "\n")
    return path


def exported(tmp_path, passphrase):
    """A new person's fingerprint, and their key in a file."""
    old, key = tmp_path / "old.sqlite", tmp_path / "key.pem"
    fingerprint = run("--data", old).stdout
    made = run("--data", old, "--export", "--export-passphrase-file", passphrase)
    assert (made.returncode, made.stderr) == (DONE, "")
    key.write_text(made.stdout)
    return fingerprint, key


@pytest.mark.parametrize("is_piped", [False, True])
def test_a_key_comes_back_as_it_was_taken(tmp_path, passphrase, is_piped):
    fingerprint, key = exported(tmp_path, passphrase)
    new = tmp_path / "new.sqlite"
    place, text = ("-", key.read_text()) if is_piped else (key, None)
    for _ in range(2):
        ended = run("--data", new, "--import", place, "--import-passphrase-file", passphrase,
                    text=text)
        assert (ended.returncode, ended.stdout) == (DONE, fingerprint)
        assert f"not encrypted in {new}" in ended.stderr
    assert run("--data", new).stdout == fingerprint


@pytest.mark.parametrize("is_there", [False, True])
def test_a_key_that_is_imported_is_encrypted_where_that_is_asked_for(
    tmp_path, passphrase, is_there
):
    fingerprint, key = exported(tmp_path, passphrase)
    new = tmp_path / "new.sqlite"
    if is_there:
        new.touch()
        # Nobody can be asked, and nobody else becomes the owner of the file.
        ended = run("--data", new, "--encrypt", "--import", key,
                    "--import-passphrase-file", passphrase)
        assert ended.returncode == ERROR and "--passphrase-file" in ended.stderr
        kept = b"".join(file.read_bytes() for file in tmp_path.glob("new.sqlite*"))
        assert b"PRIVATE KEY" not in kept
    ended = run("--data", new, "--encrypt", "--passphrase-file", passphrase,
                "--import", key, "--import-passphrase-file", passphrase)
    assert (ended.returncode, ended.stdout, ended.stderr) == (DONE, fingerprint, "")
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("new.sqlite*"))
    assert b"BEGIN ENCRYPTED PRIVATE KEY" in kept and b"BEGIN PRIVATE KEY" not in kept


def test_a_key_of_openssl_is_taken(tmp_path, passphrase):
    plain, encrypted = tmp_path / "plain.pem", tmp_path / "encrypted.pem"
    subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521",
         "-out", plain], check=True, capture_output=True)
    subprocess.run(
        ["openssl", "pkcs8", "-topk8", "-in", plain, "-passout", f"file:{passphrase}",
         "-out", encrypted], check=True, capture_output=True)
    windows = tmp_path / "windows.pem"
    windows.write_bytes(plain.read_bytes().replace(b"\n", b"\r\n"))
    ends = [
        run("--data", tmp_path / "a.sqlite", "--import", plain),
        run("--data", tmp_path / "b.sqlite", "--import", windows),
        run("--data", tmp_path / "c.sqlite", "--import", encrypted,
            "--import-passphrase-file", passphrase),
    ]
    assert {ended.returncode for ended in ends} == {DONE}
    assert len({ended.stdout for ended in ends}) == 1 and ends[0].stdout != ""


@pytest.mark.parametrize("words, reason", [
    (["ecparam", "-name", "secp521r1", "-genkey", "-noout"], "convert it with: openssl pkcs8"),
    (["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "P-521"),
    (["genpkey", "-algorithm", "ED25519"], "P-521"),
])
def test_another_key_of_openssl_is_told_apart(tmp_path, words, reason):
    key = tmp_path / "key.pem"
    subprocess.run(["openssl", *words, "-out", key], check=True, capture_output=True)
    ended = run("--data", tmp_path / "new.sqlite", "--import", key)
    assert ended.returncode == ERROR and reason in ended.stderr


def test_the_passphrase_is_asked_for_where_somebody_is_there(tmp_path, passphrase, tmux):
    fingerprint, key = exported(tmp_path, passphrase)
    pane = tmux.open(
        [BINARY, "identity", "--import", str(key), "--data", str(tmp_path / "new.sqlite")],
        80, 24, {})
    pane.wait_for_text("Passphrase of the key to import: ")
    pane.enter(PASSPHRASE)
    pane.wait_for_text(fingerprint.strip())


def test_what_cannot_be_imported_makes_no_file(tmp_path, passphrase):
    _, key = exported(tmp_path, passphrase)
    wrong, text, new = tmp_path / "wrong", tmp_path / "text", tmp_path / "new.sqlite"
    wrong.write_text("another\n")
    text.write_text("Dear Bob,\n")
    for words, reason in [
        (["--import", key], "--import-passphrase-file"),
        (["--import", key, "--import-passphrase-file", wrong], "the passphrase does not open"),
        (["--import", text], "not a single PEM block"),
        (["--import", "/dev/zero"], "longer than"),
        (["--import", tmp_path / "none"], "none: No such file or directory"),
        (["--import", tmp_path], "Is a directory"),
    ]:
        ended = run("--data", new, *words)
        assert (ended.returncode, ended.stdout) == (ERROR, "")
        assert reason in ended.stderr and ended.stderr.count("\n") == 1
    assert not new.exists()


def test_a_file_stays_the_one_of_whom_it_is(tmp_path, passphrase):
    fingerprint, key = exported(tmp_path, passphrase)
    other = tmp_path / "other.sqlite"
    own = run("--data", other).stdout
    ended = run("--data", other, "--import", key, "--import-passphrase-file", passphrase)
    assert ended.returncode == ERROR and own.strip() in ended.stderr
    assert run("--data", other).stdout == own != fingerprint


@pytest.mark.parametrize("words", [
    ["--export", "--import", "key.pem"], ["--import", "key.pem", "--ephemeral"],
    ["--export-passphrase-file", "passphrase"], ["--import-passphrase-file", "passphrase"],
])
def test_what_does_not_go_together_is_told(words):
    assert run(*words).returncode == WRONG_USAGE
