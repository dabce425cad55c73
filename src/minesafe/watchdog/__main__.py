"""The command minesafe-watchdog."""

import argparse
import logging
import signal
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from minesafe.watchdog.modem import Texter
from minesafe.watchdog.settings import Refused, Settings, load
from minesafe.watchdog.siren import siren_of
from minesafe.watchdog.watch import log, watch


def main(arguments: Sequence[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(
        prog="minesafe-watchdog",
        description="看门狗：服务器失效时鸣响并发短信 · "
        "Sounds a siren and writes SMS when the minesafe server can no longer raise an alarm.",
    )
    parser.add_argument("config", type=Path, help="watchdog.toml; see deploy/watchdog.toml")
    parser.add_argument("--test", action="store_true", help="sound for 3 s, write one SMS, end")
    asked = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        settings = load(asked.config)
    except Refused as error:
        print(error, file=sys.stderr)  # noqa: T201  what a command says
        return 2
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    if asked.test:
        return _test(settings)
    watch(settings, ended)
    return 0


def _test(settings: Settings) -> int:
    """Prove the siren and the modem; 1 where one of them fails."""
    siren, failed = siren_of(settings.relay), False
    try:
        siren.sound(True)
        time.sleep(3.0)
        siren.sound(False)
    except (OSError, ValueError) as error:
        failed = True
        log.error("the siren: %s", error)
    if settings.modem is not None:
        texter = Texter(settings.modem)
        said = f"【{settings.mine}】看门狗测试 watchdog test"
        failed |= any(not texter.written(number, said) for number in settings.modem.numbers)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
