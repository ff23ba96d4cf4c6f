"""The classic cipher suite, written on `cryptography` and independent of the relay's own.

A box is IV(16) ‖ AES-256-CBC with PKCS#7; its key is the first 32 bytes of the P-521 ECDH secret.
A fingerprint is the base64url, without padding, of the SHA-256 of a public key's SPKI DER.
"""

import base64
import hashlib
import os

from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK_BITS = 128
BLOCK_BYTES = 16
CIPHER_KEY_BYTES = 32


def public_key_pem(public_key):
    """The SPKI of a public key as PEM."""
    return public_key.public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    ).decode()


def fingerprint(public_key):
    """The name of a public key, 43 characters."""
    der = public_key.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return base64.urlsafe_b64encode(hashlib.sha256(der).digest()).rstrip(b"=").decode()


def seal(message, private_key, recipient_pem):
    """A box of these bytes for the owner of a public key."""
    vector = os.urandom(BLOCK_BYTES)
    padder = padding.PKCS7(BLOCK_BITS).padder()
    padded = padder.update(message) + padder.finalize()
    encryptor = _cipher(private_key, recipient_pem, vector).encryptor()
    return vector + encryptor.update(padded) + encryptor.finalize()


def open_box(box, private_key, sender_pem):
    """The bytes in a box. Raises ValueError when it does not open."""
    decryptor = _cipher(private_key, sender_pem, box[:BLOCK_BYTES]).decryptor()
    padded = decryptor.update(box[BLOCK_BYTES:]) + decryptor.finalize()
    unpadder = padding.PKCS7(BLOCK_BITS).unpadder()
    return unpadder.update(padded) + unpadder.finalize()


def _cipher(private_key, public_pem, vector):
    public_key = serialization.load_pem_public_key(public_pem.encode())
    secret = private_key.exchange(ec.ECDH(), public_key)
    return Cipher(algorithms.AES256(secret[:CIPHER_KEY_BYTES]), modes.CBC(vector))


def fingerprint_of_pem(pem):
    """The name of a public key that came as PEM."""
    return fingerprint(serialization.load_pem_public_key(pem.encode()))
