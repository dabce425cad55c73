"""Rules over time: what a point did over a while. `hearing` is where samples come in."""
