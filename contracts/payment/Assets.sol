// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IAssets} from "../../interfaces/IAssets.sol";

/// @title How native coin and tokens move
/// @dev An asset is an ERC-20 address, or NATIVE. What comes in, and what only passes through, is checked to be exact
/// (`collect`, `deliver`); what goes out must succeed (`send`) or says whether it did (`push`).
library Assets {
    using SafeERC20 for IERC20;

    /// @dev The asset that is the chain's own coin.
    address internal constant NATIVE = address(0);

    /// @dev What a recipient may spend when native coin is pushed to it: enough for any wallet, too little to hurt.
    uint256 internal constant NATIVE_PUSH_GAS = 100_000;

    /// @dev What a token may spend on a pushed transfer: proxied, hooked and interest-bearing tokens included.
    uint256 internal constant TOKEN_PUSH_GAS = 300_000;

    /// @dev The dearest CALL: cold account, value, a new account (2,600 + 9,000 + 25,000), rounded up.
    uint256 private constant CALL_GAS = 40_000;

    /// @dev Move `amount` of a token from `from`, who has approved this contract, to `to`, who gains exactly that.
    function collect(address token, address from, address to, uint256 amount) internal {
        uint256 held = balanceOf(token, to);
        IERC20(token).safeTransferFrom(from, to, amount);
        requireBalance(token, to, held + amount);
    }

    /// @dev Send `amount` of a token of this contract's own to `to`, who gains exactly that.
    function deliver(address token, address to, uint256 amount) internal {
        uint256 held = balanceOf(token, to);
        IERC20(token).safeTransfer(to, amount);
        requireBalance(token, to, held + amount);
    }

    /// @dev Send `amount` of this contract's own, with all the gas there is.
    function send(address asset, address to, uint256 amount) internal {
        if (asset != NATIVE) IERC20(asset).safeTransfer(to, amount);
        else if (!_sendNative(to, amount, gasleft())) revert IAssets.TransferFailed(to, amount);
    }

    /// @dev Send `amount` of this contract's own with a fixed allowance of gas, and say whether it went. The caller
    /// cannot starve the recipient into failing, the recipient can neither block nor bill the caller.
    function push(address asset, address to, uint256 amount) internal returns (bool) {
        if (asset == NATIVE) {
            _requireGas(NATIVE_PUSH_GAS);
            return _sendNative(to, amount, NATIVE_PUSH_GAS);
        }
        _requireGas(TOKEN_PUSH_GAS);
        return _sendToken(asset, to, amount, TOKEN_PUSH_GAS);
    }

    /// @dev Solidity: `IERC20(token).balanceOf(account)`, behind a check that there is code. By hand it costs a third,
    /// and a payment needs it twice; and an address that answers nothing gets its own error.
    function balanceOf(address token, address account) internal view returns (uint256 held) {
        bytes4 selector = IERC20.balanceOf.selector;
        bool answered;
        assembly ("memory-safe") {
            mstore(0, selector)
            mstore(4, shr(96, shl(96, account))) // solc leaves what it masks off a word in the bits above
            answered := staticcall(gas(), token, 0, 36, 0, 32)
            answered := and(answered, gt(returndatasize(), 31))
            held := mload(0)
        }
        if (!answered) revert IAssets.NotAToken(token);
    }

    /// @dev `account` must hold exactly `expected` of the token now.
    function requireBalance(address token, address account, uint256 expected) internal view {
        uint256 got = balanceOf(token, account);
        if (got != expected) revert IAssets.InexactTransfer(token, account, got, expected);
    }

    /// @dev Solidity: `(success, ) = to.call{value: amount, gas: gasLimit}("")`, which would copy whatever the
    /// recipient returns into our memory, at our cost.
    function _sendNative(address to, uint256 amount, uint256 gasLimit) private returns (bool success) {
        assembly ("memory-safe") {
            success := call(gasLimit, to, amount, 0, 0, 0, 0)
        }
    }

    /// @dev Solidity: `SafeERC20.trySafeTransfer`, which has no bound on the gas. Only a call that reverts proves that
    /// nothing moved: one that ends well and answers neither true nor nothing is refused, lest it be paid twice.
    function _sendToken(address token, address to, uint256 amount, uint256 gasLimit) private returns (bool success) {
        bytes4 selector = IERC20.transfer.selector;
        bool answered;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, selector)
            mstore(add(data, 4), shr(96, shl(96, to)))
            mstore(add(data, 36), amount)
            success := call(gasLimit, token, 0, data, 68, 0, 32)
            switch returndatasize()
            case 0 {
                success := and(success, gt(extcodesize(token), 0))
                answered := 1
            }
            default { answered := and(gt(returndatasize(), 31), eq(mload(0), 1)) }
        }
        if (success && !answered) revert IAssets.TransferFailed(to, amount);
    }

    /// @dev An EIP-150 call keeps back a 64th of the gas, and hands over less than asked without a word if it must.
    function _requireGas(uint256 allowance) private view {
        uint256 expected = ((allowance + CALL_GAS) * 64) / 63;
        if (gasleft() < expected) revert IAssets.InsufficientGas(gasleft(), expected);
    }
}
