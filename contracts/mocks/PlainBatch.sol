// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAssets} from "../../interfaces/IAssets.sol";
import {IPaymentProcessor} from "../../interfaces/IPaymentProcessor.sol";

/// @dev A batch in plain Solidity: what the processor's hand-written loops must agree with, in what moves and in the
/// reason for a refusal. It looks at every payout before it sends the first.
contract PlainBatch {
    using SafeERC20 for IERC20;

    function processBatch(address token, bytes32[] calldata payouts, uint256 total, bytes32) external payable {
        uint256 held = token == address(0) ? address(this).balance - total : IERC20(token).balanceOf(address(this));
        if (token != address(0)) IERC20(token).safeTransferFrom(msg.sender, address(this), total);

        _check(payouts, total);
        for (uint256 i = 0; i < payouts.length; ++i) {
            (address to, uint256 amount) = _parse(payouts[i]);
            if (!_send(token, to, amount)) revert IAssets.TransferFailed(to, amount);
        }

        uint256 left = token == address(0) ? address(this).balance : IERC20(token).balanceOf(address(this));
        if (left != held) revert IAssets.InexactTransfer(token, address(this), left, held);
    }

    function _send(address token, address to, uint256 amount) private returns (bool success) {
        if (token != address(0)) return IERC20(token).trySafeTransfer(to, amount);
        (success,) = to.call{value: amount}("");
    }

    function _check(bytes32[] calldata payouts, uint256 total) private view {
        uint256 sum;
        for (uint256 i = 0; i < payouts.length; ++i) {
            (address to, uint256 amount) = _parse(payouts[i]);
            if (amount == 0 || to == address(0) || to == msg.sender || to == address(this)) {
                revert IPaymentProcessor.InvalidPayout(i, to, amount);
            }
            sum += amount;
        }
        if (sum != total) revert IPaymentProcessor.WrongTotal(sum, total);
    }

    function _parse(bytes32 payout) private pure returns (address to, uint256 amount) {
        return (address(bytes20(payout)), uint96(uint256(payout)));
    }
}
