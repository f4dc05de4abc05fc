// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuditTrail} from "../safety/AuditTrail.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";

/// @dev Limits that only a governor sets, each on the audit trail; what anyone may do is not on it.
contract AuditedLimits is TokenBucket, AuditTrail {
    error NotGovernor(address caller);

    address public immutable governor;

    constructor(address governor_) {
        governor = governor_;
    }

    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) public {
        if (msg.sender != governor) revert NotGovernor(msg.sender);

        _configureLimit(asset, capacity, refillSeconds);
        _record("limit.configure", abi.encode(asset, capacity, refillSeconds));
    }

    /// @dev Several acts in one transaction; one that is refused undoes all.
    function configureLimits(address[] calldata assets, uint256 capacity, uint256 refillSeconds) external {
        for (uint256 i = 0; i < assets.length; i++) {
            configureLimit(assets[i], capacity, refillSeconds);
        }
    }

    /// @dev Any record, by anyone.
    function record(bytes32 kind, bytes calldata payload) external {
        _record(kind, payload);
    }

    function consume(address asset, uint256 amount) external {
        _consume(asset, amount);
    }
}
