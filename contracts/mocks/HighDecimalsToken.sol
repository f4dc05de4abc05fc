// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev 24 decimals (as YAM-V2): ten thousand of it come close to 96 bits.
contract HighDecimalsToken is SignedToken {
    function decimals() public pure override returns (uint8) {
        return 24;
    }
}
