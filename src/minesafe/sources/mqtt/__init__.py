"""What speaks through an MQTT broker: gateways with points, and terminals with cards."""
