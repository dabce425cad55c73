"""SMS as a modem carries it: PDUs of 3GPP TS 23.040, alphabets of TS 23.038.

Out go SMS-SUBMITs in UCS-2, parted by a user data header where they are long; in come
SMS-DELIVERs in any alphabet and SMS-STATUS-REPORTs. No permissively licensed library that is kept
does both ways; what is needed of the standard is a page, held by recorded PDUs in the tests.
"""

from dataclasses import dataclass

ALONE, PARTED = 70, 67
"""UCS-2 characters of a message alone, and of one of several (a header takes three)."""

MOST_PARTS = 8

VALID_AN_HOUR = 0x0B
"""(n + 1) times five minutes: an order that comes later than that misleads."""

SUBMIT, REPLY_ASKED, VALIDITY_RELATIVE, HEADER = 0x01, 0x20, 0x10, 0x40
DELIVER, STATUS_REPORT, KIND = 0x00, 0x02, 0x03
INTERNATIONAL, NATIONAL, ALPHANUMERIC = 0x91, 0x81, 0x50
UCS2 = 0x08
CONCATENATED_8, CONCATENATED_16 = 0x00, 0x08

GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet, by code."""

ESCAPE = 0x1B

EXTENDED = {
    0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]",
    0x40: "|", 0x65: "€",
}  # fmt: skip
"""What follows an escape."""


class Unreadable(ValueError):
    """No PDU, or one of a kind nobody asked for."""


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of how many a message is."""

    reference: int
    of: int
    number: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message somebody has sent us."""

    sender: str
    text: str
    part: Part | None


@dataclass(frozen=True, slots=True)
class Reported:
    """What became of a message of ours."""

    reference: int
    phone: str
    state: str
    """As SMPP says it: DELIVRD · ENROUTE · UNDELIV."""


# --- out ------------------------------------------------------------------------------------


def submits(phone: str, text: str, reference: int, *, report: bool) -> list[tuple[int, str]]:
    """A text as the PDUs that carry it, each with the length AT+CMGS is given.

    Args:
        phone: digits, with a leading "+" where the country is given.
        text: what to say; what goes beyond eight parts is cut.
        reference: tells the parts of this message from those of another, 0 … 255.
        report: whether the network shall report the delivery.
    """
    parts = _parts(text)
    first = SUBMIT | VALIDITY_RELATIVE | (REPLY_ASKED if report else 0)
    pdus = []
    for number, part in enumerate(parts, 1):
        header = bytes((5, CONCATENATED_8, 3, reference, len(parts), number))
        data = (header if len(parts) > 1 else b"") + part.encode("utf-16-be")
        octets = bytes((first | (HEADER if len(parts) > 1 else 0), 0)) + _address(phone)
        octets += bytes((0, UCS2, VALID_AN_HOUR, len(data))) + data
        pdus.append((len(octets), f"00{octets.hex().upper()}"))
    return pdus


def _parts(text: str) -> list[str]:
    """Cut where no character is torn; one outside the basic plane takes two."""
    if _size(text) <= ALONE:
        return [text]
    parts = [""]
    for character in text:
        if _size(parts[-1] + character) > PARTED:
            parts.append("")
        parts[-1] += character
    return parts[:MOST_PARTS]


def _size(text: str) -> int:
    return len(text.encode("utf-16-be", "replace")) // 2


def _address(phone: str) -> bytes:
    digits = phone.removeprefix("+")
    kind = INTERNATIONAL if phone.startswith("+") else NATIONAL
    return bytes((len(digits), kind)) + _swapped(digits)


def _swapped(digits: str) -> bytes:
    padded = digits + "F" * (len(digits) % 2)
    return bytes.fromhex("".join(b + a for a, b in zip(padded[::2], padded[1::2], strict=True)))


# --- in -------------------------------------------------------------------------------------


class _Octets:
    """Read from the front."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def take(self, count: int) -> bytes:
        if count > len(self._data):
            raise Unreadable("the PDU ends too early")
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def one(self) -> int:
        return self.take(1)[0]

    @property
    def rest(self) -> bytes:
        return self._data


def read(pdu: str) -> Delivered | Reported:
    """Read what a modem hands over.

    Raises:
        Unreadable: it is no PDU, or of a kind that is not for us.
    """
    try:
        octets = _Octets(bytes.fromhex(pdu))
    except ValueError as error:
        raise Unreadable("no hexadecimal digits") from error
    octets.take(octets.one())  # the centre's own number
    first = octets.one()
    if first & KIND == DELIVER:
        return _delivered(octets, bool(first & HEADER))
    if first & KIND == STATUS_REPORT:
        return _reported(octets)
    raise Unreadable(f"a message of kind {first & KIND}")


def _reported(octets: _Octets) -> Reported:
    reference, phone = octets.one(), _read_address(octets)
    octets.take(14)  # when it was sent, and when it arrived
    return Reported(reference, phone, _state(octets.one()))


def _state(status: int) -> str:
    """TP-Status: done, still trying, or given up (TS 23.040, 9.2.3.15).

    >>> [_state(s) for s in (0x00, 0x30, 0x46, 0x63)]
    ['DELIVRD', 'ENROUTE', 'UNDELIV', 'UNDELIV']
    """
    return ("DELIVRD", "ENROUTE", "UNDELIV", "UNDELIV")[min(status >> 5, 3)]


def _delivered(octets: _Octets, header: bool) -> Delivered:
    sender = _read_address(octets)
    octets.one()
    coding = octets.one()
    octets.take(7)
    length, data = octets.one(), octets.rest
    part, skip = _read_header(data) if header else (None, 0)
    return Delivered(sender, _text(coding, data, length, skip), part)


def _text(coding: int, data: bytes, length: int, skip: int) -> str:
    """The user data behind a header of `skip` octets, in the alphabet the coding names."""
    alphabet = _alphabet(coding)
    if alphabet == "ucs2":
        return data[skip:length].decode("utf-16-be", "replace")
    if alphabet == "octets":
        return data[skip:length].decode("latin-1")
    return _gsm(_codes(data, length)[(skip * 8 + 6) // 7 :])


def _codes(data: bytes, length: int) -> list[int]:
    """Seven bits each, the lowest first."""
    bits = int.from_bytes(data, "little")
    return [bits >> 7 * n & 0x7F for n in range(min(length, len(data) * 8 // 7))]


def _gsm(codes: list[int]) -> str:
    """The default alphabet and what an escape adds to it."""
    text, escaped = "", False
    for code in codes:
        if code == ESCAPE and not escaped:
            escaped = True
            continue
        text += EXTENDED.get(code, GSM[code]) if escaped else GSM[code]
        escaped = False
    return text


def _alphabet(coding: int) -> str:
    """TS 23.038, 4."""
    if coding & 0xC0 == 0 or coding & 0xF0 == 0xF0:
        bits = coding >> 2 & (3 if coding & 0xC0 == 0 else 1)
        return ("gsm", "octets", "ucs2", "gsm")[bits]
    return "ucs2" if coding & 0xF0 == 0xE0 else "gsm"


def _read_header(data: bytes) -> tuple[Part | None, int]:
    """The part it is, and how many octets the header takes."""
    octets, part = _Octets(data), None
    end = octets.one() + 1
    elements = _Octets(octets.take(end - 1))
    while elements.rest:
        kind, body = elements.one(), elements.take(elements.one())
        if kind == CONCATENATED_8 and len(body) == 3:
            part = Part(*body)
        elif kind == CONCATENATED_16 and len(body) == 4:
            part = Part(body[0] << 8 | body[1], body[2], body[3])
    return part, end


def _read_address(octets: _Octets) -> str:
    digits, kind = octets.one(), octets.one()
    data = octets.take((digits + 1) // 2)
    if kind & 0x70 == ALPHANUMERIC:
        return _gsm(_codes(data, digits * 4 // 7))
    number = "".join(f"{b & 15:x}{b >> 4:x}" for b in data)[:digits]
    return ("+" if kind & 0x70 == 0x10 else "") + number
