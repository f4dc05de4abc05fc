// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ITimelock} from "../../interfaces/ITimelock.sol";

/// @title How long an operation waits
/// @dev In seconds. The ceiling and the grace period together are less than the longest pause of the CircuitBreaker, 14
/// days, so that a timelock can act within one.
library Delay {
    uint256 internal constant FLOOR = 1 days;
    uint256 internal constant CEILING = 6 days;
    uint256 internal constant GRACE = 7 days;

    /// @dev What one operation may ask for beyond the least delay: 136 years.
    uint256 internal constant OPERATION_LIMIT = type(uint32).max;

    function requireSound(uint256 delaySeconds) internal pure {
        requireWithin(delaySeconds, FLOOR, CEILING);
    }

    function requireWithin(uint256 delaySeconds, uint256 least, uint256 most) internal pure {
        if (delaySeconds < least) revert ITimelock.DelayTooShort(delaySeconds, least);
        if (delaySeconds > most) revert ITimelock.DelayTooLong(delaySeconds, most);
    }
}
