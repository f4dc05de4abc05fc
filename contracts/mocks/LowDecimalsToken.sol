// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Two decimals (as GUSD): amounts are so small that a fee rounds to nothing.
contract LowDecimalsToken is SignedToken {
    function decimals() public pure override returns (uint8) {
        return 2;
    }
}
