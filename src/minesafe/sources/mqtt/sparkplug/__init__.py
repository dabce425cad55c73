"""Sparkplug B 3.0 (Eclipse, ISO/IEC 20237): edge nodes that say when they are born and when dead.

`payload` reads the bytes, `node` follows births, sequence and aliases, `ears` hears one edge node.
Why the decoder is our own: docs/decisions/0091-sparkplug-is-read-by-a-table.md.
"""
