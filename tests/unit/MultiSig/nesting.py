"""ERC-7739: how the owners of a wallet sign for the wallet, spelled out a second time."""

from eth_abi import encode
from eth_utils import keccak

from scripts.papers import agreement

QUORUM = "(uint256,address[],uint256,bytes)"
DOMAIN_FIELDS = "string name,string version,uint256 chainId,address verifyingContract,bytes32 salt"


def typed_digest(council, separator, contents_hash, description, name):
    """What the owners sign: the application's struct inside one that names their wallet, under its domain."""
    spelled = description if description.endswith(")") else description.removesuffix(name)
    typehash = keccak(text=f"TypedDataSign({name} contents,{DOMAIN_FIELDS}){spelled}")
    domain = council.domain
    words = [typehash, contents_hash, keccak(text=agreement.NAME), keccak(text=agreement.VERSION)]
    types = ["bytes32"] * 4 + ["uint256", "address", "bytes32"]
    struct = keccak(encode(types, [*words, domain.chain_id, domain.wallet, domain.owner_set]))
    return keccak(b"\x19\x01" + separator + struct)


def personal_digest(council, content):
    """What the owners sign of a hash that no type is known of."""
    struct = keccak(keccak(text="PersonalSign(bytes prefixed)") + content)
    return keccak(b"\x19\x01" + agreement.domain_separator(council.domain) + struct)


def packed(council, digest, signers=None):
    return encode([QUORUM], [council.quorum(digest, signers)])


def typed(council, separator, contents_hash, description, name, signers=None):
    """The signature of typed data: the owners' quorum, and behind it what they signed."""
    quorum = packed(council, typed_digest(council, separator, contents_hash, description, name), signers)
    tail = description.encode()
    return quorum + separator + contents_hash + tail + len(tail).to_bytes(2, "big")


def personal(council, content, signers=None):
    return packed(council, personal_digest(council, content), signers)


def nested(council, domain, act, signers=None):
    """The council's wallet signs an act of the wallet of `domain`, among whose owners it is."""
    contents = agreement.struct_hash(act.kind, act.message())
    return typed(council, agreement.domain_separator(domain), contents, agreement.type_of(act.kind), act.kind, signers)
