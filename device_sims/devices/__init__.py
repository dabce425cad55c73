"""The simulated devices: each speaks one dialect of docs/wire.md over a real socket."""
