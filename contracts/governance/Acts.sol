// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMultiSig} from "../../interfaces/IMultiSig.sol";

/// @title What owners sign
/// @dev The EIP-712 struct hashes of the types in IMultiSig.
library Acts {
    bytes32 private constant PAYMENT_TYPEHASH =
        keccak256("Payment(address to,uint256 amount,address token,uint256 nonce,uint256 deadline)");
    bytes32 private constant PAYOUT_TYPEHASH = keccak256("Payout(address to,uint256 amount)");
    bytes32 private constant BATCH_TYPEHASH = keccak256(
        "Batch(address token,uint256 total,Payout[] payouts,uint256 nonce,uint256 deadline)"
        "Payout(address to,uint256 amount)"
    );
    bytes32 private constant OWNER_CHANGE_TYPEHASH =
        keccak256("OwnerChange(uint256 threshold,address[] owners,uint256 nonce,uint256 deadline)");
    bytes32 private constant CALL_TYPEHASH = keccak256("Call(address target,uint256 value,bytes data)");
    bytes32 private constant OPERATION_TYPEHASH = keccak256(
        "Operation(Call[] calls,bytes32 predecessor,uint256 delaySeconds,uint256 nonce,uint256 deadline)"
        "Call(address target,uint256 value,bytes data)"
    );
    bytes32 private constant CANCELLATION_TYPEHASH =
        keccak256("Cancellation(bytes32 id,uint256 nonce,uint256 deadline)");

    /// @dev Solidity: `keccak256(abi.encode(PAYMENT_TYPEHASH, act.to, act.amount, act.token, nonce, deadline))`, which
    /// copies field by field for four times the gas. An address with dirty bits hashes to what nobody signed.
    function payment(IMultiSig.Payment calldata act, uint256 nonce, uint256 deadline)
        internal
        pure
        returns (bytes32 hash)
    {
        bytes32 typehash = PAYMENT_TYPEHASH;
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, typehash)
            calldatacopy(add(data, 0x20), act, 0x60)
            mstore(add(data, 0x80), nonce)
            mstore(add(data, 0xa0), deadline)
            hash := keccak256(data, 0xc0)
        }
    }

    function batch(address token, uint256 total, IMultiSig.Payout[] calldata payouts, uint256 nonce, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](payouts.length);
        for (uint256 i = 0; i < payouts.length; ++i) {
            hashes[i] = keccak256(abi.encode(PAYOUT_TYPEHASH, payouts[i].to, payouts[i].amount));
        }
        bytes32 list = keccak256(abi.encodePacked(hashes));
        return keccak256(abi.encode(BATCH_TYPEHASH, token, total, list, nonce, deadline));
    }

    function ownerChange(uint256 threshold, address[] calldata owners, uint256 nonce, uint256 deadline)
        internal
        pure
        returns (bytes32)
    {
        bytes32 list = keccak256(abi.encodePacked(owners));
        return keccak256(abi.encode(OWNER_CHANGE_TYPEHASH, threshold, list, nonce, deadline));
    }

    function operation(
        IMultiSig.Call[] calldata calls,
        bytes32 predecessor,
        uint256 delaySeconds,
        uint256 nonce,
        uint256 deadline
    ) internal pure returns (bytes32) {
        bytes32[] memory hashes = new bytes32[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            hashes[i] = keccak256(abi.encode(CALL_TYPEHASH, calls[i].target, calls[i].value, keccak256(calls[i].data)));
        }
        bytes32 list = keccak256(abi.encodePacked(hashes));
        return keccak256(abi.encode(OPERATION_TYPEHASH, list, predecessor, delaySeconds, nonce, deadline));
    }

    function cancellation(bytes32 id, uint256 nonce, uint256 deadline) internal pure returns (bytes32) {
        return keccak256(abi.encode(CANCELLATION_TYPEHASH, id, nonce, deadline));
    }
}
