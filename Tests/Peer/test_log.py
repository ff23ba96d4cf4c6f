"""The log: it tells what happens to connections, and of no person who they are or what they say."""

import contextlib
import re

import pytest

from peer import Peer, closing, receive
from relay import Relay
from talker import talker
from wire import dial, fetch

CLIENT = "192.0.2.77"
SECRET = "secret-words"
BOX = "5ec4e7" * 16


async def test_the_log_has_a_number_of_its_own_for_each_connection(tmp_path):
    peers = [Peer() for _ in range(6)]
    with open(tmp_path / "log", "w") as log:
        with Relay("--log-level", "info", "--event-loops", "3", log=log) as relay:
            async with contextlib.AsyncExitStack() as stack:
                for peer in peers:
                    connection = await stack.enter_async_context(peer.connect(relay.url))
                    assert await peer.register(connection)
    text = (tmp_path / "log").read_text()
    numbers = set(re.findall(r"connection (\d+): \S+ VERIFIED", text))
    assert len(numbers) == len(peers), text
    assert text.count("serving") == 1


async def what_is_logged(path, *options):
    """What a relay logs of clients who do everything that is logged, and what names them."""
    with open(path, "w") as log:
        with Relay("--admin-port", "0", "--trusted-proxy", "127.0.0.1", *options, log=log) as relay:
            proxied = {"X-Forwarded-For": CLIENT}
            async with talker(relay.url, proxied) as alice, talker(relay.url, proxied) as bob:
                await alice.say(alice.envelope(bob.peer.fingerprint, BOX))
                assert (await bob.hear("acceptEnvelop"))["box"] == BOX
                assert await alice.look_up(bob.peer.fingerprint)
                # Each breaks a rule: by what it says, and in another's name.
                await bob.say({"handler": SECRET})
                await closing(bob.connection)
                await alice.say({**alice.envelope(alice.peer.fingerprint, BOX),
                                 "from": bob.peer.fingerprint})
                await closing(alice.connection)
            async with Peer().connect(relay.url) as direct:
                await receive(direct)
                await direct.send(SECRET)
                await closing(direct)
            for url in [relay.url, relay.admin_url]:
                fetch(url, f"/{SECRET}?{SECRET}", proxied)
                with dial(url) as broken:
                    broken.sendall(f"{SECRET}\r\n\r\n".encode())
                    broken.recv(4096)
            own = [url.removeprefix("http://") for url in [relay.url, relay.admin_url]]
    text = path.read_text()
    # Where it listens itself is no secret, and is the whole address.
    for address in own:
        text = re.sub(rf"listening on {re.escape(address)}(?!\d)", "", text)
    people = [alice.peer, bob.peer]
    names = [CLIENT, "127.0.0.1", SECRET, BOX]
    names += [peer.fingerprint for peer in people]
    names += [line for peer in people for line in peer.public_key_pem.splitlines()[1:-1]]
    return text, names


@pytest.mark.parametrize("log_format", ["text", "json"])
@pytest.mark.parametrize("level", ["notice", "info", "debug", "trace"])
async def test_the_log_names_nobody(tmp_path, level, log_format):
    text, names = await what_is_logged(
        tmp_path / "log", "--log-level", level, "--log-format", log_format)
    assert [name for name in names if name in text] == []
    # It tells what it is to tell at that level, and so was looked at in earnest.
    has = {
        "notice": "serving" in text, "info": "VERIFIED" in text,
        "debug": bool(re.search(r": from address [0-9a-f]{8}\b", text)
                      and re.search(r": key [0-9a-f]{8}\b", text)),
        "trace": bool(re.search(r'\btrace\b', text)),
    }
    levels = list(has)
    assert [name for name in levels if has[name]] == levels[:levels.index(level) + 1]


async def test_a_tag_is_the_same_within_a_run_and_another_in_the_next(tmp_path):
    runs = [
        (await what_is_logged(tmp_path / number, "--log-level", "debug"))[0] for number in "12"]
    addresses = [re.findall(r"from address (\w+)", text) for text in runs]
    # Two of them came through the proxy, from one address; the third came directly.
    assert [len(found) for found in addresses] == [3, 3]
    assert all(first == second != third for first, second, third in addresses)
    assert not set(addresses[0]) & set(addresses[1])
    keys = [set(re.findall(r": key (\w+)", text)) for text in runs]
    assert [len(found) for found in keys] == [2, 2]
