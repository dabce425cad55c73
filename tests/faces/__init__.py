"""Every dialect in which readings come, each a device that says one of everything to its source."""
