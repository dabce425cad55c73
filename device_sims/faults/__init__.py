"""Everything that goes wrong between the mine and its server: what devices say, and their wires."""
