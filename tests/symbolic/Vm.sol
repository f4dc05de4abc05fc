// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev The commands to the prover that the proofs use.
interface Vm {
    /// @dev Drops every path on which this does not hold.
    function assume(bool condition) external;

    /// @dev Sets the block's time, in Unix seconds.
    function warp(uint256 timestamp) external;

    /// @dev Sets the id of the chain.
    function chainId(uint256 chainId) external;

    /// @dev Makes `sender` the caller of the next call.
    function prank(address sender) external;
}

interface Svm {
    /// @dev Each call that the contract at this address has a function for, with any arguments, and any other call.
    function createCalldata(address target) external returns (bytes memory);
}

/// @dev Where the prover listens: the last 20 bytes of keccak256("hevm cheat code") and keccak256("svm cheat code").
Vm constant vm = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));
Svm constant svm = Svm(address(uint160(uint256(keccak256("svm cheat code")))));
