"""The server of an underground mine's six safety systems. Read `pipeline` first."""
