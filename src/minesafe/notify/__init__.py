"""Telling people: commands from the outbox go out on every channel at once, receipts come back."""
