"""Whoever asks and hangs up costs nobody else an answer."""

import socket

HUNG_UP = 500


def test_a_crowd_that_hangs_up_keeps_nobody_waiting(bridge, attestors, database_url):
    attestor = attestors(database_url)
    attestor.start()
    block = bridge.lock(5)["blockNumber"]
    said = attestor.signed(bridge.there, block)
    host, port = attestor.environment["QUITTANCE_LISTEN"].split(":")
    question = f"GET /v1/attestations/0x{bridge.there.hex()}/{block} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
    for _ in range(HUNG_UP):
        with socket.create_connection((host, int(port)), 60) as asking:
            asking.sendall(question)
    assert attestor.ask(bridge.there, block) == (200, said)
    # whose turn it was before: nearly all of them had it, if what they asked for were done all the same
    answered = attestor.metrics()[f'quittance_attestations_total{{route="0x{bridge.there.hex()}",status="200"}}']
    assert answered < HUNG_UP / 2
    assert attestor.health() == (200, {})
