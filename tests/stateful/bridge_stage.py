"""The stage of the bridge machine: two routes between two chains, people, attestors, and what the model begins with.

One route is of native coin, whose units are coarser than the coin's; the other of a token that can block accounts.
"""

from dataclasses import replace

from eth_abi import encode
from eth_utils import keccak, to_checksum_address

from offchain.core.checkpoint import Domain, Point, Side, attestor_set, route_id
from offchain.core.units import NATIVE
from tests.conftest import GOVERNOR_DELAY_SECONDS
from tests.model.act import Rejected, Way
from tests.model.breaker import HEARTBEAT_SECONDS
from tests.model.bridge import BridgeTokenBook, VaultBook
from tests.model.limiter import Bucket, Limit
from tests.stateful.bridge_machine import HERE, OTHER, ROUTES, THERE
from tests.stateful.edge import GAS
from tests.stateful.two_chains import SecondNode, first_chain
from tests.unit.signing import owner_keys

SECOND_CHAIN_ID = 31_338
UNLIMITED = 2**256 - 1
NUMBERS = {"governor": 1, "guardian": 2, "payer": 4, "merchant": 5, "stranger": 6}
TRUSTING = ("payer", "merchant")
HELD = 10**24
LARGE_SHIFT, DELAY_SECONDS = 1, 3600
CAPACITY, REFILL_SECONDS = 1000, 86_400
DECIMALS = {"coin": (18, 9), "cash": (18, 18)}
"""Of the asset, of the route."""
THRESHOLD, FIRST_ATTESTORS = 2, 3


class Stage:
    """Chains, contracts, people and keys by name."""

    def __init__(self):
        self.node = SecondNode(SECOND_CHAIN_ID)
        self.chains = {HERE: first_chain(), THERE: self.node.chain}
        accounts = [to_checksum_address(each) for each in self.chains[HERE].ask("eth_accounts")]
        assert accounts == [to_checksum_address(each) for each in self.chains[THERE].ask("eth_accounts")]
        self.deployer, self.people = accounts[0], {name: accounts[number] for name, number in NUMBERS.items()}
        keys = owner_keys(8, "attestors of the bridge machine")
        self.keys = {key.address: key for key in keys}
        *self.attestors, self.outsider = self.keys  # who is never in office
        self.first_set = (THRESHOLD, self.attestors[:FIRST_ATTESTORS])
        self.offices = {attestor_set(1, *self.first_set): self.first_set}
        self.units = {route: 10 ** (own - theirs) for route, (own, theirs) in DECIMALS.items()}
        self._supply()
        self.contracts = {(HERE, route): self._vault(route) for route in ROUTES}
        self.contracts |= {(THERE, route): self._token(route) for route in ROUTES}
        for route in ROUTES:
            peer = (SECOND_CHAIN_ID, self.contracts[THERE, route].address)
            self.do(HERE, self.people["governor"], self.contracts[HERE, route], "list", *peer)
        for who in TRUSTING:
            vault = self.contracts[HERE, "cash"].address
            self.do(HERE, self.people[who], self.cash, "approve", vault, UNLIMITED)
        self.domains = {place: self._domain(*place) for place in self.contracts}
        self.limits = {place: [self._limit(*place)] for place in self.contracts}
        self.supplies = {route: sum(self._held(route).values()) for route in ROUTES}

        _, self.kept = self.node.chain.keep()

    def close(self):
        self.node.close()
        self.chains[HERE].close()

    def rewind(self):
        """The second chain as it was set; Brownie does this with the first."""
        self.node.chain.bring_back(self.kept)
        _, self.kept = self.node.chain.keep()

    def do(self, side, sender, contract, function, *arguments):
        """An act that goes well."""
        went, _ = self.chains[side].act(sender, contract, function, *arguments)
        assert went, f"{function}: {self.chains[side].would((sender, contract, function, arguments))}"

    # --- what the machine asks ---

    def first(self, side):
        """The books by route, who holds what of the assets, and who refuses them."""
        books = {route: self._book(side, route) for route in ROUTES}
        if side == THERE:
            return books, {}, dict.fromkeys(ROUTES, frozenset())
        held = {(route, account): amount for route in ROUTES for account, amount in self._held(route).items()}
        return books, held, {"coin": frozenset({self.people["shop"]}), "cash": frozenset()}

    def holders(self, side, route):
        """Everybody who can come to hold what a contract pays."""
        people = [self.people[name] for name in ("payer", "merchant", "stranger", "shop")]
        own = [self.contracts[each, route].address for each in ((HERE,) if side == HERE else (HERE, THERE))]
        return [*people, *own]

    def paid_in(self, side, route):
        """The token that a contract pays; none for native coin."""
        if side == THERE:
            return self.contracts[side, route]
        return self.cash if route == "cash" else None

    def require_willing(self, scene, route, movement):
        """Raises Rejected with the error that a token gives to whom it does not let lock."""
        if movement.way is Way.COLLECT:
            if movement.amount and movement.source not in {self.people[who] for who in TRUSTING}:
                raise Rejected("ERC20InsufficientAllowance", movement.to, 0, movement.amount)
            if movement.source in scene.refusing[route]:
                raise Rejected("Blocked", movement.source)

    def point_hash(self, point, office):
        """What a contract keeps of a point that was proven under a set."""
        return keccak(encode(["bytes32", "bytes32", "uint256"], [office, point.acc, point.cumulative]))

    def other_state(self, checkpoint, what):
        """Another state, that excludes this one or does not."""
        change = {
            "cumulative": {"cumulative": checkpoint.cumulative + 1},
            "acc": {"acc": keccak(checkpoint.acc), "src_block": checkpoint.src_block + 1},
            "fork": {"src_block_hash": keccak(checkpoint.src_block_hash), "count": checkpoint.count + 1},
            "epoch": {"epoch": checkpoint.epoch + 1, "acc": keccak(checkpoint.acc)},
            "count": {"count": checkpoint.count + 1, "src_block": checkpoint.src_block + 1},
            "later": {"src_block": checkpoint.src_block + 1, "src_block_hash": keccak(checkpoint.src_block_hash)},
        }
        return replace(checkpoint, **change[what])

    def tell(self, who, refuses):
        """The shop takes no coin, another account is blocked in the token; or not any more."""
        if who == "shop":
            self.do(HERE, self.deployer, self.shop, "accept", not refuses)
        else:
            self.do(HERE, self.deployer, self.cash, "block" if refuses else "unblock", self.people[who])

    def carry(self, route, source, to, amount):
        """An asset leaves a vault as if its key were known, or is forced upon it."""
        here = self.chains[HERE]
        here.ask("anvil_impersonateAccount", source)
        if route == "cash":
            self.do(HERE, source, self.cash, "transfer", to, amount)
        elif to == self.contracts[HERE, route].address:
            went, _ = here.act(source, self.forcer, "force", to, value=amount)
            assert went
        else:
            receipt = here.mined({"from": source, "to": to, "value": hex(amount), "gas": hex(GAS)})
            assert receipt["status"] == "0x1"
        here.ask("anvil_stopImpersonatingAccount", source)

    # --- how it is set ---

    def _supply(self):
        here = self.chains[HERE]
        self.cash = here.deploy("BlocklistToken", [], self.deployer)
        self.shop = here.deploy("RevertingReceiver", [], self.deployer)
        self.forcer = here.deploy("Forcer", [], self.deployer)
        self.people["shop"] = self.shop.address
        for name in ("payer", "merchant", "stranger"):
            self.do(HERE, self.deployer, self.cash, "mint", self.people[name], HELD)
        self.assets = {"coin": NATIVE, "cash": self.cash.address}

    def _vault(self, route):
        asset, decimals = self.assets[route], DECIMALS[route]
        arguments = [self._trust(CAPACITY * self.units[route]), asset, *decimals]
        return self.chains[HERE].deploy(f"vault of {route}", arguments, self.deployer, "BridgeVault")

    def _token(self, route):
        peer = (self.chains[HERE].id, self.contracts[HERE, route].address, self.assets[route])
        named = (f"Bridged {route}", route.upper(), DECIMALS[route][1])
        arguments = [self._trust(CAPACITY), *named, *peer]
        return self.chains[THERE].deploy(f"token of {route}", arguments, self.deployer, "BridgeToken")

    def _trust(self, capacity):
        governance = (GOVERNOR_DELAY_SECONDS, self.people["governor"], self.people["guardian"])
        return (*governance, *self.first_set, LARGE_SHIFT, DELAY_SECONDS, capacity, REFILL_SECONDS)

    def _domain(self, side, route):
        (domain,) = self.chains[side].views((self.contracts[side, route], "eip712Domain"))
        return Domain(*domain[1:5])

    def _limit(self, side, route):
        at = self._heard_at(side, route)
        return Limit(at, CAPACITY * (self.units[route] if side == HERE else 1), REFILL_SECONDS)

    def _heard_at(self, side, route):
        """When the contract was deployed: it heard of its guardian then."""
        guardian = self.people["guardian"]
        (until,) = self.chains[side].views((self.contracts[side, route], "heartbeatUntil", guardian))
        return until - HEARTBEAT_SECONDS

    def _held(self, route):
        holders, token = self.holders(HERE, route), self.paid_in(HERE, route)
        chain = self.chains[HERE]
        held = chain.views(*((token, "balanceOf", each) for each in holders)) if token else chain.balances(holders)
        return dict(zip(holders, held, strict=True))

    def _book(self, side, route):
        """What the model has of a contract as it stands."""
        contract, chain = self.contracts[side, route], self.chains[side]
        head, length = chain.views((contract, "auditHead"), (contract, "auditLength"))
        guardian, domain = self.people["guardian"], self.domains[side, route]
        asset = self.assets[route] if side == HERE else contract.address
        other = self.contracts[OTHER[side], route].address
        peer = Side(self.chains[OTHER[side]].id, other, self.assets[route] if side == THERE else other)
        own, limit = Side(chain.id, contract.address, asset), self.limits[side, route][0]
        bucket = Bucket(limit.capacity, limit.capacity, limit.refill_seconds, limit.at)
        book = VaultBook if side == HERE else BridgeTokenBook
        return book(
            chain_id=chain.id,
            address=contract.address,
            governor=self.people["governor"],
            guardians=frozenset({guardian}),
            heard_until={guardian: limit.at + HEARTBEAT_SECONDS},
            last_head=head,
            audit_length=length,
            buckets={asset: bucket},
            token=asset,
            peer=peer,
            sent=Point(0, route_id(own, peer), 0),
            arrived=Point(0, route_id(peer, own), 0),
            name=domain.name,
            version=domain.version,
            epoch=1,
            office=attestor_set(1, *self.first_set),
            large_shift=LARGE_SHIFT,
            delay_seconds=DELAY_SECONDS,
            **({"unit": self.units[route], "is_listed": True} if side == HERE else {}),
        )
