// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The loops of a batch
/// @dev A payout is one word: the payee's 20 bytes, then the amount in 12. Each loop ends at the first payout that has
/// no amount, no payee or the caller as payee, or whose send fails; it returns how many went well and the sum of the
/// amounts it has seen. Written by hand because the loop is all that a batch costs beyond the sends themselves.
library Payouts {
    /// @dev Solidity, for each payout: `to.call{value: amount}("")`, return data left where it is.
    function sendNative(bytes32[] calldata payouts) internal returns (uint256 sent, uint256 sum) {
        assembly ("memory-safe") {
            let amounts := sub(shl(96, 1), 1) // the bits that hold the amount
            let at := payouts.offset
            for { let end := add(at, shl(5, payouts.length)) } iszero(eq(at, end)) { at := add(at, 32) } {
                let to := shr(96, calldataload(at))
                let amount := and(calldataload(at), amounts)
                sum := add(sum, amount) // a batch is short: no overflow
                // a payout is sound if no factor is zero; 96, 160, 1 and 1 bits do not overflow
                if iszero(mul(iszero(eq(to, caller())), mul(mul(amount, to), call(gas(), to, amount, 0, 0, 0, 0)))) {
                    break
                }
            }
            sent := shr(5, sub(at, payouts.offset))
        }
    }

    /// @dev Solidity, for each payout: `IERC20(token).safeTransfer(to, amount)`. The token is known to have code. The
    /// call is built at 0x10: selector, payee, amount. Amounts overlay the upper bytes of the free memory pointer, which
    /// are zero before and after.
    function sendToken(address token, bytes32[] calldata payouts) internal returns (uint256 sent, uint256 sum) {
        assembly ("memory-safe") {
            let amounts := sub(shl(96, 1), 1)
            mstore(0x00, shl(96, 0xa9059cbb)) // IERC20.transfer
            mstore(0x60, 1) // the answer; a token that returns nothing leaves it
            let at := payouts.offset
            for { let end := add(at, shl(5, payouts.length)) } iszero(eq(at, end)) { at := add(at, 32) } {
                let to := shr(96, calldataload(at))
                let amount := and(calldataload(at), amounts)
                sum := add(sum, amount)
                mstore(0x14, to)
                mstore(0x34, amount)
                // the call comes first: Yul evaluates from the right
                if iszero(
                    mul(
                        iszero(eq(to, caller())),
                        mul(mul(amount, to), and(eq(mload(0x60), 1), call(gas(), token, 0, 0x10, 68, 0x60, 32)))
                    )
                ) { break }
            }
            sent := shr(5, sub(at, payouts.offset))
            mstore(0x34, 0)
            mstore(0x60, 0)
        }
    }
}
