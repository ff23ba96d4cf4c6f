"""Every wrong answer gets the same refusal, byte for byte, and harms nobody else."""

import asyncio
import contextlib

import pytest
import websockets

from peer import (
    POLICY_VIOLATION,
    UNSUPPORTED_DATA,
    UNVERIFIED,
    VERIFIED,
    Peer,
    closing,
    compact,
    receive_challenge,
)

MESSAGE_CHARACTERS_MAXIMUM = 4096


@pytest.fixture(autouse=True)
def next_good_client_is_served(url):
    """After every test of this file the relay registers a client that does everything right."""
    yield

    async def register():
        peer = Peer()
        async with peer.connect(url) as connection:
            assert await peer.register(connection)

    asyncio.run(register())


async def assert_refused(url, make_message, peer=None):
    """Connects, answers the challenge with `make_message(peer, challenge)`, expects refusal."""
    peer = peer or Peer()
    async with peer.connect(url) as connection:
        challenge = await receive_challenge(connection)
        message = make_message(peer, challenge)
        await connection.send(message if isinstance(message, str) else compact(message))
        assert await closing(connection) == ([UNVERIFIED], POLICY_VIOLATION)


async def send_if_open(connection, text):
    """Sends a text that the relay may no longer wait for."""
    with contextlib.suppress(websockets.ConnectionClosed):
        await connection.send(text)


def flipped(box, offset):
    """A box, in hexadecimal, with one bit of one byte flipped."""
    data = bytearray.fromhex(box)
    data[offset] ^= 1
    return data.hex()


# Boxes and what they say.


@pytest.mark.parametrize("offset", [0, 15, 16, 31, -17, -16, -1])
async def test_flipped_bit_in_the_box_is_refused(url, offset):
    def make(peer, challenge):
        answer = peer.answer(challenge)
        return {**answer, "cypherText": flipped(answer["cypherText"], offset)}

    await assert_refused(url, make)


@pytest.mark.parametrize("kept", [0, 2, 30, 32, 34, 62, 64, -2, -1])
async def test_truncated_box_is_refused(url, kept):
    def make(peer, challenge):
        answer = peer.answer(challenge)
        return {**answer, "cypherText": answer["cypherText"][:kept]}

    await assert_refused(url, make)


@pytest.mark.parametrize("box", ["", "zz", "0x00", "00 ", "no hexadecimal at all", "٣٣"])
async def test_box_that_is_not_hexadecimal_is_refused(url, box):
    await assert_refused(url, lambda peer, challenge: peer.answer(challenge, cypherText=box))


async def test_box_sealed_to_another_key_is_refused(url):
    def make(peer, challenge):
        answer = peer.answer(challenge)
        box = peer.seal(answer["clearText"], Peer().public_key_pem)
        return {**answer, "cypherText": box}

    await assert_refused(url, make)


async def test_box_sealed_by_another_key_is_refused(url):
    def make(peer, challenge):
        answer = peer.answer(challenge)
        box = Peer().seal(answer["clearText"], challenge["publicKeyPem"])
        return {**answer, "cypherText": box}

    await assert_refused(url, make)


@pytest.mark.parametrize("text", ["", "something else", "{}", "null"])
async def test_box_of_another_text_is_refused(url, text):
    def make(peer, challenge):
        return peer.answer(challenge, cypherText=peer.seal(text, challenge["publicKeyPem"]))

    await assert_refused(url, make)


async def test_clear_text_that_differs_from_the_box_by_its_spelling_is_refused(url):
    def make(peer, challenge):
        answer = peer.answer(challenge)
        return {**answer, "clearText": answer["clearText"] + " "}

    await assert_refused(url, make)


# Time.


def answer_saying(peer, challenge, clear_text):
    """An answer whose clear text and box agree, whatever they say."""
    box = peer.seal(clear_text, challenge["publicKeyPem"])
    return peer.answer(challenge, clearText=clear_text, cypherText=box)


@pytest.mark.parametrize("offset", [-86_400_000, -60_000, -1, 1, 60_000])
async def test_t1_that_was_not_asked_is_refused(url, offset):
    def make(peer, challenge):
        times = peer.times({**challenge, "t1": challenge["t1"] + offset})
        return answer_saying(peer, challenge, compact(times))

    await assert_refused(url, make)


@pytest.mark.parametrize("t1", [None, "text", True, [], {}, "missing"])
async def test_t1_that_is_no_number_is_refused(url, t1):
    def make(peer, challenge):
        times = {**peer.times(challenge), "t1": t1}
        if t1 == "missing":
            del times["t1"]
        return answer_saying(peer, challenge, compact(times))

    await assert_refused(url, make)


async def test_t1_as_text_is_refused(url):
    def make(peer, challenge):
        times = {**peer.times(challenge), "t1": str(challenge["t1"])}
        return answer_saying(peer, challenge, compact(times))

    await assert_refused(url, make)


@pytest.mark.parametrize("clear_text", ["", "null", "[]", "1", "{}", "{", '{"t1":1}'])
async def test_clear_text_that_is_no_answer_is_refused(url, clear_text):
    await assert_refused(
        url, lambda peer, challenge: answer_saying(peer, challenge, clear_text))


async def test_right_answer_to_an_earlier_challenge_is_refused(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        earlier = await receive_challenge(connection)
        answer = peer.answer(earlier)
    await asyncio.sleep(0.01)
    await assert_refused(url, lambda peer, challenge: answer, peer)


# Identity.


async def test_wrong_fingerprint_is_refused(url):
    await assert_refused(
        url, lambda peer, challenge: peer.answer(challenge, publicKeySig=Peer().fingerprint))


@pytest.mark.parametrize("alter", [
    lambda name: "", lambda name: name[:-1], lambda name: name + "=", lambda name: name + "A",
    lambda name: name.swapcase(), lambda name: " " + name, lambda name: "__proto__",
])
async def test_fingerprint_in_any_other_spelling_is_refused(url, alter):
    def make(peer, challenge):
        return peer.answer(challenge, publicKeySig=alter(peer.fingerprint))

    await assert_refused(url, make)


async def test_somebody_elses_public_key_is_refused(url):
    other = Peer()
    await assert_refused(
        url, lambda peer, challenge: peer.answer(challenge, publicKey=other.public_key_pem))


async def test_somebody_elses_identity_is_refused(url):
    other = Peer()

    def make(peer, challenge):
        return peer.answer(
            challenge, publicKey=other.public_key_pem, publicKeySig=other.fingerprint)

    await assert_refused(url, make)


async def test_relays_own_public_key_is_refused(url):
    await assert_refused(
        url, lambda peer, challenge: peer.answer(challenge, publicKey=challenge["publicKeyPem"]))


@pytest.mark.parametrize("alter", [
    lambda pem: "", lambda pem: "garbage", lambda pem: pem[:-30], lambda pem: pem + pem,
    lambda pem: pem.replace("PUBLIC", "PRIVATE"), lambda pem: pem.replace("MIGb", "MIGc"),
])
async def test_broken_public_key_is_refused(url, alter):
    def make(peer, challenge):
        return peer.answer(challenge, publicKey=alter(peer.public_key_pem))

    await assert_refused(url, make)


# Shape.


@pytest.mark.parametrize("field", ["clearText", "cypherText", "publicKeySig", "publicKey"])
@pytest.mark.parametrize("value", [None, 1, True, [], {}, "missing"])
async def test_field_of_the_wrong_type_is_refused(url, field, value):
    def make(peer, challenge):
        answer = peer.answer(challenge, **{field: value})
        if value == "missing":
            del answer[field]
        return answer

    await assert_refused(url, make)


@pytest.mark.parametrize("text", [
    "", " ", "{", "}", "{]", '{"handler"}', '{"handler":"register3",}', "{'handler':'register3'}",
    "nonsense", '{"handler":"register3"} {}', '{"handler":"\\ud800"}', '{"a":' * 500,
    "[" * 4000, '{"handler":"register3","t1":1e999999}', "\ufeff{}", '{"handler":NaN}',
])
async def test_malformed_json_is_refused(url, text):
    await assert_refused(url, lambda peer, challenge: text)


@pytest.mark.parametrize("text", [
    "null", "true", "1", '"register3"', "[]", '["register3"]', "[{}]",
])
async def test_json_that_is_no_object_is_refused(url, text):
    await assert_refused(url, lambda peer, challenge: text)


@pytest.mark.parametrize("handler", [
    "unknown", "", "REGISTER3", "register3 ", "__proto__", "constructor", "toString", "log",
    "assert", "register1", "register2", "connect", "send", "close", "open", "error", "message",
    "deliverEnvelop", "acceptEnvelop", "invite3", None, 3, [], {}, ["register3"],
])
async def test_right_answer_under_another_handler_is_refused(url, handler):
    await assert_refused(
        url, lambda peer, challenge: peer.answer(challenge, handler=handler))


@pytest.mark.parametrize("message", [
    {"handler": "state", "state2": "VERIFIED"},
    {"handler": "state", "registration": "VERIFIED"},
    {"handler": "register4", "state2": "VERIFIED"},
    {"handler": "register4", "state2": "UNVERIFIED"},
    {"handler": "connect", "websocketURL": "ws://127.0.0.1:9/", "remote": 0, "conn": 0},
    {"state2": "VERIFIED"},
    {},
])
async def test_message_that_sets_the_state_is_refused(url, message):
    await assert_refused(url, lambda peer, challenge: message)


# Fields that are not of the wire: they are never merged into anything.

SMUGGLED = {
    "state2": "VERIFIED",
    "registration": "VERIFIED",
    "server": True,
    "_socket": 1,
    "_privateKey": 1,
    "handlers": {"register3": "log", "register4": "log", "state": "log"},
    "msgs": [{"handler": "state", "state2": "VERIFIED"}],
    "__proto__": {"state2": "VERIFIED"},
    "constructor": {"prototype": {"state2": "VERIFIED"}},
}


@pytest.mark.parametrize("field", SMUGGLED)
async def test_smuggled_field_alone_is_refused(url, field):
    await assert_refused(
        url, lambda peer, challenge: {"handler": "register3", field: SMUGGLED[field]})


@pytest.mark.parametrize("field", SMUGGLED)
async def test_smuggled_field_does_not_rescue_a_wrong_answer(url, field):
    def make(peer, challenge):
        wrong = peer.seal("something else", challenge["publicKeyPem"])
        return peer.answer(challenge, cypherText=wrong, **{field: SMUGGLED[field]})

    await assert_refused(url, make)


@pytest.mark.parametrize("field", SMUGGLED)
async def test_smuggled_field_in_a_right_answer_changes_nothing(url, field):
    """Whether the field is dropped or the answer refused, there is no third outcome."""
    peer = Peer()
    async with peer.connect(url) as connection:
        answer = peer.answer(await receive_challenge(connection))
        await connection.send(compact({**answer, field: SMUGGLED[field]}))
        await send_if_open(connection, "{}")
        messages, code = await closing(connection)
    assert code == POLICY_VIOLATION
    assert messages in ([UNVERIFIED], [VERIFIED, UNVERIFIED])


# Size.


def padded(message, character_count):
    """A message as JSON of exactly this many characters: spaces at the end mean nothing."""
    text = compact(message)
    assert len(text) <= character_count
    return text + " " * (character_count - len(text))


async def test_right_answer_of_the_greatest_size_is_verified(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        answer = peer.answer(await receive_challenge(connection))
        await connection.send(padded(answer, MESSAGE_CHARACTERS_MAXIMUM))
        assert await connection.recv() == VERIFIED


@pytest.mark.parametrize("character_count", [MESSAGE_CHARACTERS_MAXIMUM + 1, 60_000])
async def test_oversize_right_answer_is_refused(url, character_count):
    await assert_refused(
        url, lambda peer, challenge: padded(peer.answer(challenge), character_count))


@pytest.mark.parametrize("character_count", [MESSAGE_CHARACTERS_MAXIMUM + 1, 60_000])
async def test_oversize_nonsense_is_refused(url, character_count):
    await assert_refused(url, lambda peer, challenge: "x" * character_count)


async def test_oversize_message_in_many_fragments_is_refused(url):
    async with Peer().connect(url) as connection:
        await receive_challenge(connection)
        await connection.send(["x" * 100] * 50)
        assert await closing(connection) == ([UNVERIFIED], POLICY_VIOLATION)


# Kinds of frame, and one attempt.


async def test_binary_message_is_refused(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        answer = peer.answer(await receive_challenge(connection))
        await connection.send(compact(answer).encode())
        messages, code = await closing(connection)
    assert (messages, code) == ([UNVERIFIED], UNSUPPORTED_DATA)


async def test_second_answer_after_verification_is_refused(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        challenge = await receive_challenge(connection)
        await connection.send(compact(peer.answer(challenge)))
        assert await connection.recv() == VERIFIED
        await connection.send(compact(peer.answer(challenge)))
        assert await closing(connection) == ([UNVERIFIED], POLICY_VIOLATION)


async def test_two_answers_at_once_are_refused(url):
    """One attempt per connection: the second message meets a connection that has answered."""
    peer = Peer()
    async with peer.connect(url) as connection:
        answer = compact(peer.answer(await receive_challenge(connection)))
        await connection.send(answer)
        await send_if_open(connection, answer)
        messages, code = await closing(connection)
    assert code == POLICY_VIOLATION
    assert messages in ([UNVERIFIED], [VERIFIED, UNVERIFIED])


async def test_right_answer_after_a_wrong_one_is_not_heard(url):
    peer = Peer()
    async with peer.connect(url) as connection:
        right = peer.answer(await receive_challenge(connection))
        await connection.send(compact({**right, "cypherText": flipped(right["cypherText"], -1)}))
        await send_if_open(connection, compact(right))
        assert await closing(connection) == ([UNVERIFIED], POLICY_VIOLATION)
