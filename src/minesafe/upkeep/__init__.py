"""Whether what the mine relies on is in order: its six systems, and the papers of its devices."""
