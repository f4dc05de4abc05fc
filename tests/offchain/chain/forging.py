"""What a proxy makes of true answers, and what a node's headers are."""


def height(chain):
    return int(chain.rpc("eth_blockNumber"), 16)


def header(chain, number):
    return chain.rpc("eth_getBlockByNumber", hex(number), False)


def hash_of(chain, number):
    return bytes.fromhex(header(chain, number)["hash"][2:])


def forging(method, change):
    """Changes the results of one method: `change` gets parameters and result."""

    def forge(question, answer):
        if question["method"] == method and "result" in answer:
            answer["result"] = change(question["params"], answer["result"])
        return answer

    return forge


def refusing(method, when=lambda params: True):
    """Refuses what `when` says of one method."""

    def forge(question, answer):
        if question["method"] != method or not when(question["params"]):
            return answer
        return {"jsonrpc": "2.0", "id": question["id"], "error": {"code": -32005, "message": "limit exceeded"}}

    return forge
