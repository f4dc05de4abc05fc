// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Pausable} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Pausable.sol";

/// @dev OpenZeppelin's ERC-20 with its pause, and blocklist, frozen amounts and registry as one would add them: a
/// mapping each. What our regulated tokens are measured against.
contract PeerRegulatedToken is ERC20Pausable {
    error Blocked(address account);
    error NotRegistered(address account);
    error InsufficientUnfrozen(address account, uint256 unfrozen, uint256 amount);
    error HoldingLimitExceeded(address account, uint256 held, uint256 limit);

    mapping(address account => bool) public blocked;
    mapping(address account => uint256) public frozen;
    mapping(address account => uint8) public tierOf;
    mapping(uint8 tier => uint256) public holdingLimit;

    bool private immutable HAS_REGISTRY;

    constructor(bool hasRegistry) ERC20("Peer Token", "PEER") {
        HAS_REGISTRY = hasRegistry;
        tierOf[msg.sender] = 1;
        holdingLimit[1] = type(uint256).max;
        _mint(msg.sender, 1e15);
    }

    function register(address account) external {
        tierOf[account] = 1;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0) && to != address(0)) {
            uint256 unfrozen = balanceOf(from) - frozen[from];
            if (amount > unfrozen) revert InsufficientUnfrozen(from, unfrozen, amount);
            if (HAS_REGISTRY) _requireRegistered(from, to, amount);
            else if (blocked[from] || blocked[to]) revert Blocked(blocked[from] ? from : to);
        }
        super._update(from, to, amount);
    }

    function _requireRegistered(address from, address to, uint256 amount) private view {
        if (tierOf[from] == 0) revert NotRegistered(from);
        uint8 tier = tierOf[to];
        if (tier == 0) revert NotRegistered(to);
        uint256 held = balanceOf(to) + amount;
        if (held > holdingLimit[tier]) revert HoldingLimitExceeded(to, held, holdingLimit[tier]);
    }
}
