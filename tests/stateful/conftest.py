"""The stage on which the machine plays: both contracts, five kinds of token, a shop that is a contract, and people."""

from types import SimpleNamespace

import pytest
from brownie import accounts, project

from scripts.papers.signed import PERMIT2
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.stateful.base import UNLIMITED
from tests.stateful.world import World
from tests.support import deploy_permit2

FEE_BPS = 100


@pytest.fixture(scope="module")
def stage(processor, secure, deployer, governor, guardian, fee_recipient, payer, merchant, stranger):
    contracts = project.get_loaded_projects()[0]
    kinds = {"plain": "SignedToken", "mute": "NoReturnToken", "blocking": "BlocklistToken", "taking": "FeeToken"}
    tokens = {name: deployer.deploy(getattr(contracts, kind)) for name, kind in kinds.items()}
    tokens["taking"].setFeeBps(0, {"from": deployer})
    tokens["keyed"] = deployer.deploy(contracts.Stablecoin, "Quittance Dollar", "QUSD", 0, governor, guardian)
    tokens["keyed"].grantRole(tokens["keyed"].MASTER_MINTER_ROLE(), governor, {"from": governor})
    tokens["keyed"].configureMinter(deployer, 10**30, {"from": governor})
    deploy_permit2(deployer)
    shop, forcer = deployer.deploy(contracts.RevertingReceiver), deployer.deploy(contracts.Forcer)
    people = {"payer": payer, "merchant": merchant, "stranger": stranger, "bystander": accounts[7]}
    people |= {"governor": governor, "guardian": guardian, "treasury": fee_recipient}
    trusting = [people["payer"], people["merchant"], people["bystander"]]
    for token in tokens.values():
        for holder in (*trusting, shop, stranger):
            token.mint(holder, 10**24, {"from": deployer})
        for spender in (processor, secure, PERMIT2):
            for holder in trusting:
                token.approve(spender, UNLIMITED, {"from": holder})
            shop.execute(token, 0, token.approve.encode_input(spender, UNLIMITED), {"from": deployer})
    shop.accept(True, {"from": deployer})
    accounts[8].transfer(shop, 10**21)
    shop.accept(False, {"from": deployer})
    for contract in (processor, secure):
        contract.setFee(FEE_BPS, {"from": governor})
    settings = (GOVERNOR_DELAY_SECONDS, governor, guardian, 0, fee_recipient)
    stage = SimpleNamespace(
        processor=processor,
        vault=secure,
        operator=deployer,
        tokens=tokens,
        forcer=forcer,
        shop=shop,
        people=people,
        permit2=SimpleNamespace(abi=contracts.interface.IPermit2.abi),
        elsewhere=deployer.deploy(contracts.PaymentProcessor, *settings),
        fee_bps=FEE_BPS,
    )
    stage.world = World(
        **{name: token.address for name, token in tokens.items()},
        holdings={},
        approved=frozenset(account.address for account in (*trusting, shop)),
        closed=frozenset(account.address for account in (shop, processor, secure)),
    )
    return stage
