// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev A contract that does what it is told, so that it can be payer, payee or merchant. A revert is passed on.
abstract contract Actor {
    function execute(address target, uint256 value, bytes calldata data) external payable returns (bytes memory) {
        (bool success, bytes memory returned) = target.call{value: value}(data);
        if (!success) {
            assembly ("memory-safe") {
                revert(add(returned, 32), mload(returned))
            }
        }
        return returned;
    }
}
