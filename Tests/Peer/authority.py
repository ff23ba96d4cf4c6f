"""An authority that signs certificates, good ones and bad ones."""

import datetime
import ipaddress

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = datetime.timedelta(days=1)


def named(text):
    """A name that a certificate is for: numerical or not."""
    try:
        return x509.IPAddress(ipaddress.ip_address(text))
    except ValueError:
        return x509.DNSName(text)


class Authority:
    """Signs certificates; `file` is its own, in PEM."""

    def __init__(self, folder, name="an authority for tests"):
        folder.mkdir(exist_ok=True)
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / "authority.crt"
        certificate = self._certificate(
            self.subject, self.key.public_key(), -DAY, DAY,
            x509.BasicConstraints(ca=True, path_length=None))
        self.file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))

    def _certificate(self, subject, key, since, until, *extensions):
        now = datetime.datetime.now(datetime.timezone.utc)
        builder = (
            x509.CertificateBuilder().subject_name(subject).issuer_name(self.subject)
            .public_key(key).serial_number(x509.random_serial_number())
            .not_valid_before(now + since).not_valid_after(now + until)
        )
        for extension in extensions:
            builder = builder.add_extension(extension, critical=True)
        return builder.sign(self.key, hashes.SHA256())

    def sign(self, *names, since=-DAY, until=DAY):
        """Writes a certificate for these names, and answers a relay's options to show it."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a relay")])
        certificate = self._certificate(
            subject, key.public_key(), since, until,
            x509.SubjectAlternativeName([named(name) for name in names]))
        files = self.folder / "relay.crt", self.folder / "relay.key"
        files[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
        files[1].write_bytes(key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption()))
        return "--tls-certificate", str(files[0]), "--tls-key", str(files[1])
