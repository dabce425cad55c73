"""SMS PDUs as the network's end of a modem sees them (3GPP TS 23.040): submits in, the rest out."""

from dataclasses import dataclass

REPORT, HEADER, UCS2 = 0x20, 0x40, 0x08
WHEN = bytes.fromhex("62117241652323")
"""Some time stamp; nobody reads it."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A message, or a part of one, that the host has given to the modem."""

    phone: str
    text: str
    report: bool
    part: tuple[int, int, int] | None
    """(reference, of how many, which)."""


def read_submit(pdu: str) -> Submitted:
    """Read what follows AT+CMGS.

    Raises:
        ValueError: it is no SMS-SUBMIT in UCS-2.
    """
    octets = bytes.fromhex(pdu)
    at = octets[0] + 1
    first = octets[at]
    digits, kind = octets[at + 2], octets[at + 3]
    body = at + 4 + (digits + 1) // 2
    phone = _digits(octets[at + 4 : body], digits)
    if first & 3 != 1 or octets[body + 1] != UCS2:
        raise ValueError("no SMS-SUBMIT in UCS-2")
    body += 3 if first & 0x18 else 2
    data = octets[body + 1 : body + 1 + octets[body]]
    part = (data[3], data[4], data[5]) if first & HEADER else None
    text = data[data[0] + 1 if part else 0 :].decode("utf-16-be")
    plus = "+" if kind == 0x91 else ""
    return Submitted(plus + phone, text, bool(first & REPORT), part)


def deliver(sender: str, text: str, part: tuple[int, int, int] | None = None) -> str:
    """A message from a phone, as the modem hands it over."""
    header = b"" if part is None else bytes((6, 8, 4, part[0] >> 8, part[0] & 255, *part[1:]))
    data = header + text.encode("utf-16-be")
    octets = bytes((0, 0x04 | (HEADER if part else 0))) + _address(sender)
    return (octets + bytes((0, UCS2)) + WHEN + bytes((len(data),)) + data).hex().upper()


def report(reference: int, phone: str, status: int) -> str:
    """What became of a message."""
    octets = bytes((0, 0x06, reference)) + _address(phone) + WHEN + WHEN + bytes((status,))
    return octets.hex().upper()


def _address(phone: str) -> bytes:
    digits = phone.removeprefix("+")
    padded = digits + "F" * (len(digits) % 2)
    swapped = "".join(padded[i + 1] + padded[i] for i in range(0, len(padded), 2))
    return bytes((len(digits), 0x91 if phone.startswith("+") else 0x81)) + bytes.fromhex(swapped)


def _digits(octets: bytes, count: int) -> str:
    return "".join(f"{b & 15:x}{b >> 4:x}" for b in octets)[:count]
