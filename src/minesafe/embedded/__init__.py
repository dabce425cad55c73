"""Starts PostgreSQL and an MQTT broker of our own where the configuration names none."""
