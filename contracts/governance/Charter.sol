// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title What a wallet begins with
/// @dev 56 bytes behind a clone's code: owner set 32 + guardian 20 + delay 4. In code they cost a quarter of what two
/// storage slots would, and need nobody to set them up.
library Charter {
    // An ERC-1167 clone is 45 bytes; what OpenZeppelin's Clones append lies behind
    uint256 private constant CLONE_SIZE = 45;

    function pack(bytes32 ownerSet, address guardian, uint256 delaySeconds) internal pure returns (bytes memory) {
        return abi.encodePacked(ownerSet, guardian, uint32(delaySeconds));
    }

    function ownerSet() internal view returns (bytes32) {
        return _wordAt(0);
    }

    function guardian() internal view returns (address) {
        return address(bytes20(_wordAt(32)));
    }

    function delaySeconds() internal view returns (uint256) {
        return uint32(bytes4(_wordAt(52)));
    }

    /// @dev Solidity: 32 bytes out of `Clones.fetchCloneArgs(address(this))`, without a copy of the rest.
    function _wordAt(uint256 offset) private view returns (bytes32 word) {
        assembly ("memory-safe") {
            extcodecopy(address(), 0, add(CLONE_SIZE, offset), 32)
            word := mload(0)
        }
    }
}
