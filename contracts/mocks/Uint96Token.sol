// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Knows 96 bits (as UNI, COMP): more cannot move, and an approval without limit is kept as the largest amount.
contract Uint96Token is SignedToken {
    error Above96Bits(uint256 value);

    function _approve(address owner, address spender, uint256 value, bool emitEvent) internal override {
        if (value == type(uint256).max) value = type(uint96).max;
        _require96Bits(value);
        super._approve(owner, spender, value, emitEvent);
    }

    function _spendAllowance(address owner, address spender, uint256 value) internal override {
        if (allowance(owner, spender) != type(uint96).max) super._spendAllowance(owner, spender, value);
    }

    function _update(address from, address to, uint256 value) internal override {
        _require96Bits(value);
        super._update(from, to, value);
    }

    function _require96Bits(uint256 value) private pure {
        if (value > type(uint96).max) revert Above96Bits(value);
    }
}
