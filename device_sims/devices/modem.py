"""The 4G modem on a serial line (a pty): AT commands, SMS in PDU mode, calls that ring."""

import asyncio
import os
import tty
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from pathlib import Path

from device_sims.clock import MineClock
from device_sims.devices import sms_pdu
from device_sims.devices.device import Device, ended
from device_sims.devices.inbox import Inbox, Sms, digits
from device_sims.diary import Diary
from device_sims.mine import Modem

DELIVERY_S = 1.5
"""From the network's acceptance to the phone, mine seconds."""
SLOTS = 10
"""Messages that fit on the SIM."""
ALERTS_AFTER_S = 1.5
"""From dialling until the other telephone rings, mine seconds."""
MODEM_FAULTS = (
    "no_carrier",
    "busy",
    "error",
    "cms_error",
    "hang",
    "garbage",
    "half_lines",
    "slow",
    "unregistered",
    "never_delivers",
    "stores_reports",
)
"""What may be wrong with it; all may be so at one time."""
SLOW_S = 4.0
"""What a slow one takes for a message, mine seconds."""

Answer = Callable[[str], "list[str] | None"]
"""Lines before the OK; None: ERROR."""


class ModemDevice(Device):
    """Lives on the far side of a pty, to which the port's file is a link."""

    def __init__(self, modem: Modem, clock: MineClock, diary: Diary) -> None:
        super().__init__("modem")
        self.inbox = Inbox()
        self.faults: set[str] = set()
        self.answers_after_s: float | None = None
        """After so long of ringing somebody picks up, mine seconds; None: nobody does."""
        self.signal = 21
        self._port = Path(modem.port)
        self._clock = clock
        self._diary = diary
        self._fd = -1
        self._buffer = b""
        self._sending = False
        """The prompt stands; what comes is a PDU."""
        self._echo = True
        self._sim: dict[int, str] = {}
        self._reports: dict[int, str] = {}
        """Delivery reports, where it keeps them in a memory of their own."""
        self._memory = self._sim
        self._references = count(1)
        self._parts: dict[tuple[str, int], dict[int, str]] = {}
        self._dialled_at: int | None = None
        self._errands: set[asyncio.Task[None]] = set()
        self._work: asyncio.Queue[bytes] = asyncio.Queue()
        self.dialled: list[str] = []
        self._answers: dict[str, Answer] = {
            "AT+CREG?": lambda _: [f"+CREG: 0,{2 if 'unregistered' in self.faults else 1}"],
            "AT+CSQ": lambda _: [f"+CSQ: {self.signal},99"],
            "AT+CMGL=": lambda _: [line for n in self._memory for line in self._stored("L", n)],
            "AT+CMGR=": self._read,
            "AT+CMGD=": self._delete,
            "AT+CLCC": lambda _: self._calls(),
            "AT+CHUP": self._hang_up,
            "ATE0": self._be_quiet,
            "AT+CNMI=": self._news_by,
            "AT+CPMS=": self._looks_at,
            "AT+C": lambda _: [],
            "AT": lambda text: [] if text == "AT" else None,
        }

    # --- its life -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Be plugged in."""
        self.plug_in()
        self.spawn(self._live())

    async def stop(self) -> None:
        """Be pulled out for good."""
        await ended(self._errands)
        await super().stop()
        self.pull_out()

    def plug_in(self) -> None:
        """The port's file is there."""
        self._fd, far = os.openpty()
        tty.setraw(far)
        self._port.unlink(missing_ok=True)
        self._port.symlink_to(os.ttyname(far))
        os.close(far)
        os.set_blocking(self._fd, False)
        asyncio.get_running_loop().add_reader(self._fd, self._readable)
        self._echo, self._sending, self._buffer = True, False, b""

    def pull_out(self) -> None:
        """It is gone; what lies on the SIM stays there."""
        if self._fd >= 0:
            asyncio.get_running_loop().remove_reader(self._fd)
            os.close(self._fd)
            self._fd = -1
            self._port.unlink(missing_ok=True)

    def _readable(self) -> None:
        with suppress(OSError):  # nobody has the other end open
            self._buffer += os.read(self._fd, 4096)
        end = b"\x1a" if self._sending else b"\r"
        while end in self._buffer:
            text, _, self._buffer = self._buffer.partition(end)
            self._work.put_nowait(text)

    async def _live(self) -> None:
        while True:
            text = (await self._work.get()).decode("ascii", "replace").strip("\x1b\r\n ")
            if "hang" in self.faults:
                continue
            if self._sending:
                await self._send(text)
            else:
                self._obey(text)

    # --- what it says -------------------------------------------------------------------------

    def _say(self, *lines: str) -> None:
        data = "".join(f"\r\n{line}\r\n" for line in lines).encode("ascii")
        if "garbage" in self.faults:
            data = b"\r\n\xff\x00#?\r\n" + data + b"\r\n^BOOT:1,2\r\n"
        pieces = [data[i : i + 3] for i in range(0, len(data), 3)]
        for piece in pieces if "half_lines" in self.faults else [data]:
            with suppress(OSError):
                os.write(self._fd, piece)

    def _obey(self, text: str) -> None:
        if self._echo:
            self._say(text)
        if text.startswith("AT+CMGS="):
            self._sending = True
            with suppress(OSError):
                os.write(self._fd, b"\r\n> ")
        elif text.startswith("ATD"):
            self._say(self._dial(text[3:].rstrip(";")))
        elif text:
            answer = next(a for start, a in self._answers.items() if text.startswith(start))(text)
            self._say(*(answer or ()), "ERROR" if answer is None else "OK")

    async def _send(self, pdu: str) -> None:
        self._sending = False
        if "slow" in self.faults:
            await self._clock.sleep(SLOW_S)
        if "error" in self.faults:
            self._say("ERROR")
        elif "cms_error" in self.faults:
            self._say("+CMS ERROR: 500")
        else:
            self._take(pdu)

    def _take(self, pdu: str) -> None:
        try:
            message = sms_pdu.read_submit(pdu)
        except (ValueError, IndexError):
            self._say("+CMS ERROR: 304")
            return
        reference = next(self._references) % 256
        errand = asyncio.create_task(self._bring(message, reference), name=f"sms {reference}")
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)
        self._say(f"+CMGS: {reference}", "OK")

    # --- the network --------------------------------------------------------------------------

    async def _bring(self, message: sms_pdu.Submitted, reference: int) -> None:
        await self._clock.sleep(DELIVERY_S)
        if "never_delivers" in self.faults:
            return
        text = self._whole_text(message)
        if text is not None:
            self._diary.note("sms", to=digits(message.phone), text=text)
            sms = Sms(self._clock.now(), digits(message.phone), "modem", text, str(reference))
            self.inbox.put(sms)
        if message.report:
            self._report(sms_pdu.report(reference, message.phone, 0))

    def _report(self, pdu: str) -> None:
        if "stores_reports" in self.faults:
            place = len(self._reports) + 1
            self._reports[place] = pdu
            self._say(f'+CDSI: "SR",{place}')
        else:
            self._say(f"+CDS: {len(pdu) // 2 - 1}", pdu)

    def _news_by(self, text: str) -> list[str] | None:
        whole = text.partition("=")[2].split(",")[3] == "1"
        return None if whole and "stores_reports" in self.faults else []

    def _looks_at(self, text: str) -> list[str]:
        self._memory = self._reports if '"SR"' in text else self._sim
        return []

    def _whole_text(self, message: sms_pdu.Submitted) -> str | None:
        if message.part is None:
            return message.text
        reference, of, number = message.part
        parts = self._parts.setdefault((message.phone, reference), {})
        parts[number] = message.text
        return "".join(parts[n] for n in sorted(parts)) if len(parts) == of else None

    def reply(self, phone: str, text: str, part: tuple[int, int, int] | None = None) -> bool:
        """A phone writes; False when the SIM is full, and the network keeps it."""
        place = next((n for n in range(1, SLOTS + 1) if n not in self._sim), None)
        if place is None:
            self._say("^SMMEMFULL: SM")
            return False
        self._sim[place] = sms_pdu.deliver(phone, text, part)
        self._diary.note("sms_reply", phone=digits(phone), text=text)
        self._say(f'+CMTI: "SM",{place}')
        return True

    def fill_sim(self) -> None:
        """Advertisements, as many as fit."""
        for n in range(1, SLOTS + 1):
            self._sim.setdefault(n, sms_pdu.deliver("10086", "广告"))

    # --- the SIM ------------------------------------------------------------------------------

    def _stored(self, way: str, place: int) -> list[str]:
        pdu = self._memory[place]
        where = f"{place}," if way == "L" else ""
        return [f"+CMG{way}: {where}0,,{len(pdu) // 2 - 1}", pdu]

    def _read(self, text: str) -> list[str] | None:
        place = int(text.partition("=")[2])
        return self._stored("R", place) if place in self._memory else None

    def _delete(self, text: str) -> list[str]:
        self._memory.pop(int(text.partition("=")[2]), None)
        return []

    def _be_quiet(self, _text: str) -> list[str]:
        self._echo = False
        return []

    # --- calls --------------------------------------------------------------------------------

    def _dial(self, number: str) -> str:
        for fault, answer in (("no_carrier", "NO CARRIER"), ("busy", "BUSY"), ("error", "ERROR")):
            if fault in self.faults:
                return answer
        self.dialled.append(number)
        self._dialled_at = self._clock.now()
        self._diary.note("dialled", number=number)
        return "OK"

    def _calls(self) -> list[str]:
        if self._dialled_at is None:
            return []
        rung_s = (self._clock.now() - self._dialled_at) / 1e6 - ALERTS_AFTER_S
        answered = self.answers_after_s is not None and rung_s >= self.answers_after_s
        state = 2 if rung_s < 0 else 0 if answered else 3
        return [f'+CLCC: 1,0,{state},0,0,"{self.dialled[-1]}",129']

    def _hang_up(self, _text: str) -> list[str]:
        self._dialled_at = None
        return []
