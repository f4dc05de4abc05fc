// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Answers transfer and transferFrom with whatever words it is told to, and moves nothing where the word is 0.
contract FickleToken is SignedToken {
    uint256 private _onTransfer = 1;
    uint256 private _onTransferFrom = 1;

    function setAnswers(uint256 onTransfer, uint256 onTransferFrom) external {
        (_onTransfer, _onTransferFrom) = (onTransfer, onTransferFrom);
    }

    function transfer(address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        if (_onTransfer != 0) super.transfer(to, value);
        _answer(_onTransfer);
    }

    function transferFrom(address from, address to, uint256 value) public override(ERC20, IERC20) returns (bool) {
        if (_onTransferFrom != 0) super.transferFrom(from, to, value);
        _answer(_onTransferFrom);
    }

    function _answer(uint256 word) private pure {
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, 32)
        }
    }
}
