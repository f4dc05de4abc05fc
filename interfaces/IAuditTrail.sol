// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title A log of privileged acts that is provably complete
/// @notice Each privileged act appends one record and so moves the head of a hash chain:
/// `head' = keccak256(abi.encode(head, index, at, actor, kind, keccak256(payload)))`, of the types bytes32, uint256,
/// uint256, address, bytes32, bytes32. The chain begins at
/// `keccak256(abi.encode(keccak256("AuditTrail(uint256 chainId,address contract)"), chainId, contract))`.
/// Who folds the exported events from there reaches `auditHead` exactly if none was dropped, swapped, edited or
/// inserted. Times are Unix seconds.
/// @dev Invariants 44 and 45. The chain id counts when the first record is made.
interface IAuditTrail {
    /// @notice `actor` did an act of the kind `kind` at block time `at`; `payload` is what was changed, encoded as the
    /// kind says, and `head` is the head of the chain with this record. The first `index` is 0.
    event ActRecorded(
        uint256 indexed index, address indexed actor, bytes32 indexed kind, uint256 at, bytes payload, bytes32 head
    );

    /// @notice The head of the chain: all records so far, in their order, in 32 bytes.
    function auditHead() external view returns (bytes32);

    /// @notice The number of records so far.
    function auditLength() external view returns (uint32);
}
