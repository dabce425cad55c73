"""Measures: seeded, one JSON object each, ratios within one run; `minesafe bench NAME`."""
