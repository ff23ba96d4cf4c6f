"""The peer's own cipher suite, so that a failing handshake is not the peer's fault."""

import json

import pytest
from cryptography.hazmat.primitives import serialization

import suite
from peer import Peer
from relay import REPOSITORY

VECTORS = REPOSITORY / "Tests" / "SimpaticoCryptoTests" / "Vectors"


@pytest.mark.parametrize("byte_count", [0, 15, 16, 17, 3000])
def test_opening_gives_what_was_sealed(byte_count):
    alice, bob = Peer(), Peer()
    message = bytes(byte_count)
    box = suite.seal(message, alice.private_key, bob.public_key_pem)
    assert suite.open_box(box, bob.private_key, alice.public_key_pem) == message
    with pytest.raises(ValueError):
        suite.open_box(box[:-1], bob.private_key, alice.public_key_pem)


@pytest.mark.parametrize("name", ["openssl", "webcrypto"])
def test_vectors_open_and_fingerprints_agree(name):
    vectors = json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
    pairs = {pair["name"]: pair for pair in vectors["keyPairs"]}
    keys = {
        name: serialization.load_pem_private_key(pair["privateKeyPEM"].encode(), None)
        for name, pair in pairs.items()
    }
    for name, pair in pairs.items():
        assert suite.public_key_pem(keys[name].public_key()) == pair["publicKeyPEM"]
        assert suite.fingerprint(keys[name].public_key()) == pair["fingerprint"]
    for box in vectors["boxes"]:
        sender_pem = pairs[box["from"]]["publicKeyPEM"]
        opened = suite.open_box(bytes.fromhex(box["box"]), keys[box["to"]], sender_pem)
        assert opened.hex() == box["message"]
