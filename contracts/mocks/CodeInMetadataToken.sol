// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Its name is a script for a browser, its symbol an order to a terminal: to erase the line and write another.
contract CodeInMetadataToken is SignedToken {
    function name() public pure override returns (string memory) {
        return "<script>alert(1)</script>";
    }

    function symbol() public pure override returns (string memory) {
        return "\x1b[2K\rUSDC";
    }
}
