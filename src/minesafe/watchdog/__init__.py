"""minesafe-watchdog: sees from outside whether the server can still raise an alarm, and shouts.

A process and a unit of its own, of the standard library alone, importing nothing of minesafe: what
breaks the server must not break what watches it. It reads, and never writes, the status row that
the server keeps beside its journal; past a limit it closes a relay and writes SMS by a modem of its
own. Neither is reached over a connection that the server uses.

The other way round it may be a Modbus slave that the server polls like any substation: its one
register rises every minute, the server must raise an alarm of it and acknowledge that by itself,
and two such proofs missing are a trouble like a status that has grown old.
"""
