// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Signatures} from "../../contracts/governance/Signatures.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";
import {vm} from "./Vm.sol";

/// @custom:bounds Three owners; agreement by approval on chain, any threshold, any bitmap, zero to three signatures. ECDSA
/// as a function that nobody inverts.
/// @custom:halmos --loop 8 --default-bytes-lengths 65
contract SignaturesProofs {
    uint256 private constant HALF_ORDER = 0x7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0;

    mapping(bytes32 digest => mapping(address owner => bool)) private _approvals;

    /// @notice Whoever passes has as many owners behind it as the threshold asks, each of whom approved, and nobody else.
    function check_i20_fewer_than_the_threshold_never_pass(
        uint256 threshold,
        uint256 signers,
        bytes32 digest,
        bool[3] memory approved,
        uint8 given
    ) external {
        vm.assume(given <= 3);
        address[] memory owners = _owners(digest, approved);
        if (!_passes(IMultiSig.Quorum(threshold, owners, signers, _silent(given)), digest)) return;

        assert(signers < 8);
        uint256 count;
        for (uint256 i = 0; i < 3; ++i) {
            if (signers >> i & 1 == 1) {
                assert(approved[i]);
                ++count;
            }
        }
        assert(count >= threshold && count == given);
    }

    /// @notice Checking all signatures is checking each: who approved in full number passes, and without one of them not.
    function check_i21_all_is_each(uint8 threshold, uint8 signers, bytes32 digest, bool[3] memory approved) external {
        vm.assume(signers < 8);
        address[] memory owners = _owners(digest, approved);
        uint256 count;
        bool each = true;
        for (uint256 i = 0; i < 3; ++i) {
            if (signers >> i & 1 == 0) continue;
            each = each && approved[i];
            ++count;
        }
        bool all = _passes(IMultiSig.Quorum(threshold, owners, signers, _silent(count)), digest);

        assert(all == (each && count >= threshold));
    }

    /// @notice A signature in the upper half of the order is nobody's.
    function check_i20_a_malleated_signature_is_nobodys(bytes32 digest, bytes32 r, uint256 s, uint8 v) external {
        vm.assume(s > HALF_ORDER);

        assert(this.recover(digest, abi.encodePacked(r, s, v)) == address(0));
    }

    function recover(bytes32 digest, bytes calldata signature) external view returns (address) {
        return Signatures.recover(digest, signature);
    }

    function requireQuorum(IMultiSig.Quorum calldata quorum, bytes32 digest) external view {
        Signatures.requireQuorum(quorum, Signatures.ownersOf(quorum), digest, _approvals);
    }

    function _passes(IMultiSig.Quorum memory quorum, bytes32 digest) private view returns (bool passed) {
        (passed,) = address(this).staticcall(abi.encodeCall(this.requireQuorum, (quorum, digest)));
    }

    function _owners(bytes32 digest, bool[3] memory approved) private returns (address[] memory owners) {
        owners = new address[](3);
        for (uint256 i = 0; i < 3; ++i) {
            owners[i] = address(uint160(0x1000 + i));
            _approvals[digest][owners[i]] = approved[i];
        }
    }

    /// @dev So many lengths of nothing.
    function _silent(uint256 count) private pure returns (bytes memory) {
        if (count == 0) return "";
        if (count == 1) return new bytes(2);
        return count == 2 ? new bytes(4) : new bytes(6);
    }
}
