"""Where people are, as base stations and positioning hosts say it, each in its dialect."""
