"""The commands that scripts call: what they print, and the codes that they end with."""

import pytest

from chat import LINK
from commands import DONE, NOT_IN_TIME, REFUSED, WRONG_USAGE, ended


def test_a_link_is_followed_by_one_guest_and_by_no_other(start):
    host = start("Alice", "invite", "--wait")
    link = LINK.search(host.stdout.readline())[0]
    code, output, errors = ended(start("Bob", "accept", link, "--wait"))
    assert (code, errors) == (DONE, "") and output.endswith("  Alice\n")
    code, output, _ = ended(host)
    assert code == DONE and output.endswith("  Bob\n")
    # The host is not there: nothing can be said yet, and it is kept.
    code, output, errors = ended(start("Carol", "accept", link, "--wait", "--timeout", "1"))
    assert (code, output) == (NOT_IN_TIME, "") and "it is kept" in errors
    start("Alice", "listen")
    code, output, errors = ended(start("Carol", "accept", link, "--wait"))
    assert (code, output) == (REFUSED, "") and "somebody else has used" in errors


def test_who_does_not_stay_for_an_answer_is_told_how_it_goes_on(start):
    host = start("Alice", "invite", "--wait")
    link = LINK.search(host.stdout.readline())[0]
    code, output, errors = ended(start("Bob", "accept", link))
    assert (code, output) == (DONE, "")
    assert "simpatico listen" in errors and "--wait" in errors
    # It goes on whatever runs next.
    start("Bob", "listen")
    code, output, _ = ended(host)
    assert code == DONE and output.endswith("  Bob\n")


def test_a_message_is_for_a_contact(start):
    code, output, errors = ended(start("Alice", "send", "--to", "Nobody", "hello"))
    assert code not in (DONE, NOT_IN_TIME) and output == "" and "Nobody" in errors


@pytest.mark.parametrize("seconds", ["1e30", "nan", "inf", "31536001"])
def test_a_time_that_nobody_waits_is_refused_before_anything_is_done(start, seconds):
    for words in [
        ("send", "--to", "Nobody", "hello"), ("invite", "--wait"), ("accept", "a link", "--wait"),
    ]:
        code, output, errors = ended(start("Alice", *words, "--timeout", seconds))
        assert (code, output) == (WRONG_USAGE, "") and "0 to 31536000 seconds" in errors


def test_a_fingerprint_may_begin_with_a_dash(start):
    for words in [("send", "--to", "-Nobody", "hello"), ("messages", "--with", "-Nobody")]:
        code, output, errors = ended(start("Alice", *words))
        assert (code, output) == (1, "") and "there is no contact “-Nobody”" in errors
