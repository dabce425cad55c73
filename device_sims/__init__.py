"""The simulated mine: its air, its people, its devices on the wire. It knows only mine.json."""
