// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IOutbox} from "../../interfaces/IOutbox.sol";

abstract contract Outbox is IOutbox {
    uint256 private constant ROUTE_VERSION = 1;
    uint256 private constant MAX_AMOUNT = type(uint96).max; // what a packed record holds

    // slot 0: cumulative 16 + count 5 + open 1 = 22 bytes, beside the pause if the heir puts it there
    uint128 private _cumulative;
    uint40 private _count;
    bool internal _isOpen;

    bytes32 private _acc; // slot 1

    /// @inheritdoc IOutbox
    function outbox() external view returns (uint64 count, uint128 cumulative, bytes32 acc) {
        return (_count, _cumulative, _acc);
    }

    /// @inheritdoc IOutbox
    function outboundRoute() public view virtual returns (bytes32);

    /// @dev The hash that closes over no records.
    function _begin(bytes32 route) internal {
        _acc = route;
    }

    function _append(address from, address to, uint256 amount) internal returns (uint64 nonce, bytes32 acc) {
        if (amount == 0) revert ZeroAmount();
        if (to == address(0)) revert ZeroRecipient();
        if (amount > MAX_AMOUNT) revert AmountTooLarge(amount, MAX_AMOUNT);

        nonce = _count;
        acc = keccak256(abi.encode(_acc, nonce, from, to, amount));
        _acc = acc;
        // checked: after 2^32 of the largest records, which would take years of nothing else, there is no further one
        (_cumulative, _count) = (_cumulative + uint128(amount), uint40(nonce) + 1);
    }

    function _sentTotal() internal view returns (uint256) {
        return _cumulative;
    }

    /// @dev keccak256 of a route; its sides are chain, contract and token each.
    function _routeOf(
        uint256 sourceChain,
        address source,
        address sourceToken,
        uint256 chain,
        address destination,
        address destinationToken
    ) internal pure returns (bytes32) {
        bytes memory sides = abi.encode(
            ROUTE_VERSION, sourceChain, source, sourceToken, chain, destination, destinationToken
        );
        return keccak256(sides);
    }
}
