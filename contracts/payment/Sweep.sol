// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IAssets} from "../../interfaces/IAssets.sol";
import {ISweep} from "../../interfaces/ISweep.sol";
import {ITokenBucket} from "../../interfaces/ITokenBucket.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";
import {Assets} from "./Assets.sol";
import {Fees} from "./Fees.sol";

abstract contract Sweep is ISweep, Fees, TokenBucket, ReentrancyGuardTransient {
    /// @inheritdoc ISweep
    function sweep(address token) external nonReentrant {
        uint256 amount = token == Assets.NATIVE ? address(this).balance : Assets.balanceOf(token, address(this));
        if (amount == 0) revert IAssets.ZeroAmount();
        uint256 limit = available(token);
        if (limit == 0) revert LimitReached(token, amount);

        if (amount > limit) amount = limit; // the rest waits here for the bucket to refill
        _consume(token, amount);
        emit FeesSwept(token, feeRecipient, amount);

        Assets.send(token, feeRecipient, amount);
    }

    /// @inheritdoc ITokenBucket
    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _configureLimit(asset, capacity, refillSeconds);
        _record("configureLimit", abi.encode(asset, capacity, refillSeconds));
    }
}
