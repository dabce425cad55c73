"""TLS to a broker: who it is, and in plain words why it is not believed."""

import socket
import ssl
from typing import Any

from minesafe.model.errors import LinkDown
from minesafe.model.mine import Tls


class Context(ssl.SSLContext):
    """As any other; two things for paho, which makes its socket itself.

    It has no way to name who is expected, and lets go of no socket whose handshake failed.
    """

    name = ""
    _made: ssl.SSLSocket | None = None

    def wrap_socket(self, sock: socket.socket, *args: Any, **how: Any) -> ssl.SSLSocket:
        """As in the standard library."""
        if self.name:
            how["server_hostname"] = self.name
        self._made = super().wrap_socket(sock, *args, **how)
        return self._made

    def let_go(self) -> None:
        """Close what was made last."""
        if self._made is not None:
            self._made.close()


def context(tls: Tls) -> Context:
    """TLS 1.2 or newer, with the name and the date of the broker's certificate checked.

    Blocks: it reads the files each time, so that a renewed certificate is taken at the next
    connection.

    Raises:
        LinkDown: a file cannot be read or is no certificate.
    """
    try:
        made = Context(ssl.PROTOCOL_TLS_CLIENT)
        made.name = tls.name
        if tls.ca:
            made.load_verify_locations(tls.ca)
        else:
            made.load_default_certs()
    except (OSError, ssl.SSLError) as error:
        raise LinkDown(f"{tls.ca}: {_why(error)}") from error
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate:
        try:
            made.load_cert_chain(tls.certificate, tls.key or None, password="")
        except (OSError, ssl.SSLError, ValueError) as error:
            raise LinkDown(f"{tls.certificate}: {_why(error)}") from error
    return made


def refused(error: Exception) -> str:
    """Why a connection did not come about, where it was for a certificate; else what it says."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the broker's certificate is not believed: {error.verify_message}"
    if isinstance(error, ssl.SSLError):
        return f"TLS with the broker failed: {_why(error)}"
    return str(error)


def _why(error: Exception) -> str:
    reason = getattr(error, "reason", None)
    if isinstance(error, ssl.SSLError) and reason:
        return str(reason).replace("_", " ").lower()
    return getattr(error, "strerror", None) or str(error)
