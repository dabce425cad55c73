"""The whole chain walked by a child: a journal of years takes no seconds from who watches."""

import asyncio
import json
import os
import sys
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

from minesafe.embedded.child import started
from minesafe.model.errors import BrokenJournal, MinesafeError, StoreUnavailable
from minesafe.model.past import Walked
from minesafe.store.chain import verify
from minesafe.store.following import JournalReader

LIMIT_S = 120.0
"""Real seconds: some million records."""


def walked(journal: Path) -> Walked:
    """Hold every record against the one before. Blocks.

    Raises:
        StoreUnavailable: there is no journal.
    """
    try:
        count, fault = verify(journal), ""
    except BrokenJournal as broken:
        count, fault = max(0, broken.position - 1), str(broken)
    with closing(JournalReader(journal)) as reader:
        last = [] if fault else reader.read(count - 1, 1)
    return Walked(count, last[0].hash if last else "", fault)


async def walk(journal: Path) -> Walked:
    """As `walked`, by a child.

    Raises:
        StoreUnavailable: there is no journal, or it took longer than anybody waits.
    """
    words = (sys.executable, "-m", "minesafe.memory.walking", str(journal))
    child = await started(*words, stdout=asyncio.subprocess.PIPE)
    try:
        async with asyncio.timeout(LIMIT_S):
            said, _ = await child.communicate()
    except TimeoutError as error:
        raise StoreUnavailable(f"{journal}: not walked within {LIMIT_S:.0f} s") from error
    finally:
        if child.returncode is None:
            child.kill()
    if child.returncode:
        raise StoreUnavailable(f"{journal}: cannot be walked; the server's log says why")
    return Walked(**json.loads(said))


def _main() -> int:
    os.nice(10)
    try:
        sys.stdout.write(json.dumps(asdict(walked(Path(sys.argv[1])))))
    except MinesafeError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(_main())
