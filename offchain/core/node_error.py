"""What follows from an error that a node gave; most clients have one code for nearly all, so the words decide.

Source: the JSON-RPC 2.0 specification; the words are those of geth, Nethermind, Besu, Erigon, Reth and anvil.
"""

import re
from enum import Enum


class Kind(Enum):
    """What follows from a refusal, the best for who broadcasts first."""

    ALREADY_KNOWN = "the node has this transaction"
    NONCE_TOO_LOW = "a transaction with this nonce is mined"
    UNDERPRICED = "the fees are too low, by themselves or to replace another"
    NO_FUNDS = "the account cannot pay"
    TRANSIENT = "ask again later"
    REVERTED = "the call reverts"
    PERMANENT = "never, in this form"


# The first that fits decides; a revert is the first, since its reason is a stranger's text.
_WORDS = (
    (Kind.REVERTED, r"execution reverted|vm exception.*revert|^revert"),
    (Kind.ALREADY_KNOWN, r"already.?(known|imported|exists)|known transaction|already in (the )?(mem|tx)?pool"),
    (Kind.NONCE_TOO_LOW, r"nonce (is )?too low|old.?nonce|nonce.*(already been used|less than)"),
    (Kind.UNDERPRICED, r"underpriced|fee.?too.?low|replacement.?not.?allowed|less than (the )?block base fee"),
    (Kind.UNDERPRICED, r"gas ?price.*(too low|below)|base ?fee exceeds|fee cap less than|gas tip cap"),
    (Kind.NO_FUNDS, r"insufficient.?(funds|balance)|upfront cost exceeds|not enough funds"),
    (Kind.TRANSIENT, r"\brate\b|limit exceeded|too many|timed? ?-?out|try again|pool is full|nonce.?(too high|gap)"),
    (Kind.TRANSIENT, r"(header|block) not found|unknown block|missing trie node|not available|busy|internal"),
    (
        Kind.PERMANENT,
        r"intrinsic gas|gas.*(exceeds|too high|above)|exceeds.*gas|oversized|code ?size|higher than max ?fee",
    ),
    (Kind.PERMANENT, r"(invalid|unknown|wrong) (sender|chain)|not supported|signature|decode|\brlp\b|unprotected"),
)
_CODES = {-32600: Kind.PERMANENT, -32601: Kind.PERMANENT, -32602: Kind.PERMANENT}


def classify(code: int, message: str) -> Kind:
    """The kind of an error; nothing is given up for a word not understood: the unknown is TRANSIENT."""
    if code == 3:
        return Kind.REVERTED
    for kind, words in _WORDS:
        if re.search(words, message, re.IGNORECASE):
            return kind
    return _CODES.get(code, Kind.TRANSIENT)
