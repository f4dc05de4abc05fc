// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The loops of a batch
/// @dev A payout is one word: the payee's 20 bytes, then the amount in 12. Each loop ends at the first payout that has no
/// amount, no payee or the caller as payee, or whose send fails; it returns how many went well. Written by hand because
/// the loop is all that a batch costs beyond the sends themselves.
library Payouts {
    /// @dev Solidity, for each payout: `to.call{value: amount}("")`, return data left where it is.
    function sendNative(bytes32[] calldata payouts) internal returns (uint256 sent) {
        assembly ("memory-safe") {
            let amounts := sub(shl(96, 1), 1) // the bits that hold the amount
            let at := payouts.offset
            for { let end := add(at, shl(5, payouts.length)) } lt(at, end) { at := add(at, 32) } {
                let to := shr(96, calldataload(at))
                let amount := and(calldataload(at), amounts)
                // 96 bits times 160 do not overflow
                if or(iszero(mul(call(gas(), to, amount, 0, 0, 0, 0), mul(amount, to))), eq(to, caller())) { break }
            }
            sent := shr(5, sub(at, payouts.offset))
        }
    }

    /// @dev Solidity, for each payout: `IERC20(token).safeTransfer(to, amount)`. The token is known to have code.
    function sendToken(address token, bytes32[] calldata payouts) internal returns (uint256 sent) {
        assembly ("memory-safe") {
            let amounts := sub(shl(96, 1), 1)
            let data := mload(0x40) // selector 4, payee 32, amount 32
            mstore(data, shl(224, 0xa9059cbb)) // IERC20.transfer
            mstore(0, 1) // a token that returns nothing leaves it
            let at := payouts.offset
            for { let end := add(at, shl(5, payouts.length)) } lt(at, end) { at := add(at, 32) } {
                let to := shr(96, calldataload(at))
                let amount := and(calldataload(at), amounts)
                mstore(add(data, 4), to)
                mstore(add(data, 36), amount)
                let ok := and(eq(mload(0), 1), call(gas(), token, 0, data, 68, 0, 32))
                if or(iszero(mul(ok, mul(amount, to))), eq(to, caller())) { break }
            }
            sent := shr(5, sub(at, payouts.offset))
        }
    }
}
