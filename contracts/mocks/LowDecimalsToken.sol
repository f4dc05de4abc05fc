// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Two decimals (as GUSD): amounts are so small that a fee rounds to nothing.
contract LowDecimalsToken is TestToken {
    function decimals() public pure override returns (uint8) {
        return 2;
    }
}
