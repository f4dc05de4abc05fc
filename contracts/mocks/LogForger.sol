// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Logs what a bridge's vault would log, with nothing behind it.
contract LogForger {
    event Locked(uint256 indexed nonce, address indexed from, address indexed to, uint256 amount, bytes32 acc);

    function lock(uint256 nonce, address from, address to, uint256 amount, bytes32 acc) external {
        emit Locked(nonce, from, to, amount, acc);
    }
}
