// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC3156FlashBorrower} from "@openzeppelin/contracts/interfaces/IERC3156FlashBorrower.sol";
import {IERC3156FlashLender} from "@openzeppelin/contracts/interfaces/IERC3156FlashLender.sol";
import {Actor} from "./Actor.sol";

/// @dev Calls `target` with `data` while it holds a flash loan, and repays. A revert of the call is passed on.
contract FlashBorrower is Actor, IERC3156FlashBorrower {
    function borrow(address lender, uint256 amount, address target, bytes calldata data) external {
        IERC3156FlashLender(lender).flashLoan(this, lender, amount, abi.encode(target, data));
    }

    function onFlashLoan(address, address token, uint256 amount, uint256 fee, bytes calldata data)
        external
        returns (bytes32)
    {
        (address target, bytes memory call) = abi.decode(data, (address, bytes));
        this.execute(target, 0, call);
        IERC20(token).approve(msg.sender, amount + fee);
        return keccak256("ERC3156FlashBorrower.onFlashLoan");
    }
}
