"""The simulated world as pure functions: seeded, without clock and without I/O."""
