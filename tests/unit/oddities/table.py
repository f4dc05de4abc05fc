"""What comes of every token oddity in every flow: one row an oddity, one column a flow. Written by hand, held by tests.

What moves, the token's oddity awake (every such cell also demands the record, and exactly its events):

    exact   payer's loss = payee's gain + fee, nobody else's balance moves, and the books agree with what is held
    credit  a push that the token refuses moves nothing: it is credited, to be withdrawn once the token is well
    less    the payee gets less than is recorded, by what the token takes from it
    more    the giver loses more than is recorded, by what the token takes from it
    rounds  the token moves a base unit less than is recorded, for one of the parties or for both
    shared  the parties get what is recorded; the contract holds less than its books say, which its users share
    stray   the parties get what is recorded; the contract holds more than its books say, which is nobody's
    whole   the token moves all that the giver has, whatever is recorded
    waits   nothing moves yet: the wallet schedules it

What reverts, with exactly this error and its values:

    Inexact   InexactTransfer           NoToken   NotAToken           Own       the token's, passed on
    Unsafe    SafeERC20FailedOperation  Failed    TransferFailed      Excess    the contract's, for such an amount
    Overflow  Panic(0x11)               Masked    Permit2's one error, whatever the token said
    Unable    the token knows no such call: NoAuthorization, NotERC1363, or no allowance where a permit should make one
    Mute      the token gave no reason: none, or the wallet's CallFailed
"""

MOVES = ("exact", "credit", "less", "more", "rounds", "shared", "stray", "whole", "waits")
REVERTS = ("Inexact", "NoToken", "Own", "Unsafe", "Failed", "Excess", "Overflow", "Masked", "Unable", "Mute")

PAYMENT_PROCESSOR = """
                             payment   batch     refund    sweep
returns nothing              exact     exact     exact     exact
returns false                Unsafe    Unsafe    Unsafe    Unsafe
moves and answers 2          Unsafe    Unsafe    Unsafe    Unsafe
takes a fee                  Inexact   Inexact   Inexact   less
burdens the sender           more      Inexact   more      Own
rebased down                 exact     exact     exact     exact
rebased up                   exact     exact     exact     exact
rounds its shares            Inexact   Inexact   Inexact   exact
calls back                   exact     exact     exact     exact
blocks the giver             Own       Own       Own       Own
blocks the getter            Own       Failed    Own       Own
blocks the contract          Own       Own       exact     Own
pausable                     Own       Own       Own       Own
proxied                      exact     exact     exact     exact
upgradeable                  Inexact   Inexact   Inexact   less
low decimals                 exact     exact     exact     exact
high decimals                exact     exact     exact     exact
uint96                       exact     exact     exact     exact
reverts on zero value        exact     exact     exact     exact
reverts on reapproval        exact     exact     exact     exact
reverts on large approval    exact     exact     exact     exact
reverts to the zero address  exact     exact     exact     exact
max as whole balance         Overflow  Overflow  Excess    exact
several entry addresses      exact     exact     exact     exact
DAI permit                   exact     exact     exact     exact
code in metadata             exact     exact     exact     exact
flash-mintable               exact     exact     exact     exact
codeless                     NoToken   NoToken   NoToken   NoToken
refuses everything           Own       Own       Own       Own
eats all gas                 exact     Failed    exact     Mute
"""

SIGNED_PAYMENTS = """
                             permit    allowed   authorization  permit2   approval
returns nothing              Unable    exact     Unable         exact     Unable
returns false                Unsafe    Unsafe    Unsafe         Masked    Unsafe
moves and answers 2          Unsafe    Unsafe    Unsafe         Masked    Unsafe
takes a fee                  Inexact   Inexact   Inexact        Inexact   Inexact
burdens the sender           more      more      Inexact        Inexact   more
rebased down                 Unable    exact     Unable         exact     Unable
rebased up                   Unable    exact     Unable         exact     Unable
rounds its shares            Unable    Inexact   Unable         Inexact   Unable
calls back                   exact     exact     exact          exact     exact
blocks the giver             Own       Own       Own            Masked    Own
blocks the getter            Own       Own       Own            Own       Own
blocks the contract          Own       Own       Own            Masked    Own
pausable                     Own       Own       Own            Masked    Own
proxied                      exact     exact     exact          exact     exact
upgradeable                  Inexact   Inexact   Inexact        Inexact   Inexact
low decimals                 exact     exact     exact          exact     exact
high decimals                exact     exact     exact          exact     exact
uint96                       exact     exact     exact          exact     exact
reverts on zero value        exact     exact     exact          exact     exact
reverts on reapproval        exact     exact     exact          exact     Own
reverts on large approval    exact     exact     exact          exact     exact
reverts to the zero address  exact     exact     exact          exact     exact
max as whole balance         Overflow  Overflow  Overflow       Overflow  Overflow
several entry addresses      Unable    exact     Unable         exact     Unable
DAI permit                   Unable    exact     Unable         exact     Unable
code in metadata             exact     exact     exact          exact     exact
flash-mintable               exact     exact     exact          exact     exact
codeless                     NoToken   NoToken   NoToken        NoToken   Unable
refuses everything           Own       Own       Own            Masked    Own
eats all gas                 exact     exact     Mute           Mute      exact
"""

SECURE_PAYMENT = """
                             deposit   withdraw  authorize capture   refund    void      reclaim   credited
returns nothing              exact     exact     exact     exact     exact     exact     exact     exact
returns false                Unsafe    Unsafe    Unsafe    Failed    Unsafe    Failed    Failed    Unsafe
moves and answers 2          Unsafe    Unsafe    Unsafe    Failed    Unsafe    Failed    Failed    Unsafe
takes a fee                  Inexact   less      Inexact   less      Inexact   less      less      less
burdens the sender           more      shared    more      shared    shared    shared    shared    shared
rebased down                 shared    shared    shared    shared    shared    shared    shared    shared
rebased up                   stray     stray     stray     stray     stray     stray     stray     stray
rounds its shares            Inexact   rounds    Inexact   rounds    Inexact   rounds    rounds    rounds
calls back                   exact     exact     exact     exact     exact     exact     exact     exact
blocks the giver             Own       Own       Own       credit    Own       credit    credit    Own
blocks the getter            Own       Own       Own       credit    credit    credit    credit    Own
blocks the contract          Own       Own       Own       credit    Own       credit    credit    Own
pausable                     Own       Own       Own       credit    Own       credit    credit    Own
proxied                      exact     exact     exact     exact     exact     exact     exact     exact
upgradeable                  Inexact   less      Inexact   less      Inexact   less      less      less
low decimals                 exact     exact     exact     exact     exact     exact     exact     exact
high decimals                exact     exact     exact     exact     exact     exact     exact     exact
uint96                       exact     exact     exact     exact     exact     exact     exact     exact
reverts on zero value        exact     exact     exact     exact     exact     exact     exact     exact
reverts on reapproval        exact     exact     exact     exact     exact     exact     exact     exact
reverts on large approval    exact     exact     exact     exact     exact     exact     exact     exact
reverts to the zero address  exact     exact     exact     exact     exact     exact     exact     exact
max as whole balance         Overflow  Excess    Excess    Excess    Excess    exact     exact     Excess
several entry addresses      exact     exact     exact     exact     exact     exact     exact     exact
DAI permit                   exact     exact     exact     exact     exact     exact     exact     exact
code in metadata             exact     exact     exact     exact     exact     exact     exact     exact
flash-mintable               exact     exact     exact     exact     exact     exact     exact     exact
codeless                     NoToken   Unsafe    NoToken   credit    NoToken   credit    credit    Unsafe
refuses everything           Own       Own       Own       credit    Own       credit    credit    Own
eats all gas                 exact     Mute      exact     credit    credit    credit    credit    Mute
"""

MULTISIG = """
                             pay       payBatch  settle    settleBatch
returns nothing              exact     exact     exact     exact
returns false                Unsafe    Unsafe    Unsafe    Unsafe
moves and answers 2          Unsafe    Unsafe    Unsafe    Unsafe
takes a fee                  less      less      less      less
burdens the sender           more      more      more      more
rebased down                 exact     exact     exact     exact
rebased up                   exact     exact     exact     exact
rounds its shares            rounds    rounds    rounds    rounds
calls back                   exact     exact     exact     exact
blocks the giver             Own       Own       Own       Own
blocks the getter            Own       Own       Own       Own
blocks the contract          Own       Own       Own       Own
pausable                     Own       Own       Own       Own
proxied                      exact     exact     exact     exact
upgradeable                  less      less      less      less
low decimals                 exact     exact     exact     exact
high decimals                exact     exact     exact     exact
uint96                       exact     exact     exact     exact
reverts on zero value        exact     exact     exact     exact
reverts on reapproval        exact     exact     exact     exact
reverts on large approval    exact     exact     exact     exact
reverts to the zero address  exact     exact     exact     exact
max as whole balance         waits     waits     whole     whole
several entry addresses      exact     exact     exact     exact
DAI permit                   exact     exact     exact     exact
code in metadata             exact     exact     exact     exact
flash-mintable               exact     exact     exact     exact
codeless                     Unsafe    Unsafe    Unsafe    Unsafe
refuses everything           Own       Own       Own       Own
eats all gas                 Mute      Mute      Mute      Mute
"""

SETTLEMENT = """
                             money     bid       asset     assetBid  sweep
returns nothing              exact     exact     exact     exact     exact
returns false                Unsafe    Unsafe    Unsafe    Unsafe    Unsafe
moves and answers 2          Unsafe    Unsafe    Unsafe    Unsafe    Unsafe
takes a fee                  Inexact   Inexact   Inexact   Inexact   less
burdens the sender           more      more      more      more      Own
rebased down                 exact     exact     exact     exact     exact
rebased up                   exact     exact     exact     exact     exact
rounds its shares            Inexact   Inexact   Inexact   Inexact   exact
calls back                   exact     exact     exact     exact     exact
blocks the giver             Own       Own       Own       Own       Own
blocks the getter            Own       Own       Own       Own       Own
blocks the contract          Own       Own       exact     exact     Own
pausable                     Own       Own       Own       Own       Own
proxied                      exact     exact     exact     exact     exact
upgradeable                  Inexact   Inexact   Inexact   Inexact   less
low decimals                 exact     exact     exact     exact     exact
high decimals                exact     exact     exact     exact     exact
uint96                       exact     exact     exact     exact     exact
reverts on zero value        exact     exact     exact     exact     exact
reverts on reapproval        exact     exact     exact     exact     exact
reverts on large approval    exact     exact     exact     exact     exact
reverts to the zero address  exact     exact     exact     exact     exact
max as whole balance         Overflow  Overflow  Overflow  Overflow  exact
several entry addresses      exact     exact     exact     exact     exact
DAI permit                   exact     exact     exact     exact     exact
code in metadata             exact     exact     exact     exact     exact
flash-mintable               exact     exact     exact     exact     exact
codeless                     NoToken   NoToken   NoToken   NoToken   NoToken
refuses everything           Own       Own       Own       Own       Own
eats all gas                 exact     exact     exact     exact     Mute
"""


def read(grid):
    """{flow: {oddity: word}} of a grid: the names of oddities have blanks, flows and words have none."""
    header, *rows = grid.strip("\n").splitlines()
    flows = header.split()
    table = {flow: {} for flow in flows}
    for row in rows:
        name, words = row[:29].rstrip(), row[29:].split()
        for flow, word in zip(flows, words, strict=True):
            table[flow][name] = word
    return table


def cells(grid):
    """Every (flow, oddity, word) of a grid."""
    return [(flow, oddity, word) for flow, column in read(grid).items() for oddity, word in column.items()]
