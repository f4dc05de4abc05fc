"""Whoever asks and hangs up costs nobody else an answer."""

import socket
import time

HUNG_UP = 3_000


def test_a_crowd_that_hangs_up_keeps_nobody_waiting(bridge, attestors, database_url):
    attestor = attestors(database_url)
    attestor.start()
    block = bridge.lock(5)["blockNumber"]
    said = attestor.signed(bridge.there, block)
    host, port = attestor.environment["QUITTANCE_LISTEN"].split(":")
    question = f"GET /v1/attestations/0x{bridge.there.hex()}/{block} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    for _ in range(HUNG_UP):
        with socket.create_connection((host, int(port)), 10) as asking:
            asking.sendall(question)
    began = time.monotonic()
    assert attestor.ask(bridge.there, block) == (200, said)
    assert time.monotonic() - began < 10
    assert attestor.health() == (200, {})
