// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title The form of EIP-3009 that takes the signatures of contracts, too
/// @notice FiatToken has it from version 2.2 on, OpenZeppelin in ERC20TransferAuthorization. Times are Unix seconds,
/// both excluded.
interface IReceiveWithAuthorization {
    /// @notice Move `value` from `from`, who has signed for it, to the caller, who is `to`.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;
}
