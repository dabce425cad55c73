"""A lean MQTT 3.1.1 client for what comes in a stream: bytes in, many messages at once out.

aiomqtt reads a packet a byte at a time and makes a task of each; at QoS 1 that is some hundred
microseconds a message, and at ten thousand messages a second a reading is seconds old before it
is judged. Here one read of the socket is one micro-batch: scanned in one loop, handed on in one
call, acknowledged in one write. What it leaves out is what readings never need: QoS 2 and MQTT 5.
Why it is our own: docs/decisions/0090-a-lean-reader-for-the-hot-stream.md.
"""
