// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev Moves what it is asked to while it answers 1, and answers whatever word it is told to; at 0 it moves nothing.
contract FickleToken is TestToken {
    uint256 private _answer = 1;

    function setAnswer(uint256 answer) external {
        _answer = answer;
    }

    function transfer(address to, uint256 value) public override returns (bool) {
        if (_answer != 0) super.transfer(to, value);
        _return();
    }

    function transferFrom(address from, address to, uint256 value) public override returns (bool) {
        if (_answer != 0) super.transferFrom(from, to, value);
        _return();
    }

    function _return() private view {
        uint256 answer = _answer;
        assembly ("memory-safe") {
            mstore(0, answer)
            return(0, 32)
        }
    }
}
