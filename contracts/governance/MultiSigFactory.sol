// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";
import {IMultiSigFactory} from "../../interfaces/IMultiSigFactory.sol";
import {Charter} from "./Charter.sol";
import {Delay} from "./Delay.sol";
import {Owners} from "./Owners.sol";

contract MultiSigFactory is IMultiSigFactory {
    /// @inheritdoc IMultiSigFactory
    address public immutable IMPLEMENTATION;

    constructor(address implementation) {
        IMPLEMENTATION = implementation;
    }

    /// @inheritdoc IMultiSigFactory
    function create(uint256 threshold, address[] calldata owners, address guardian, uint256 delaySeconds, bytes32 salt)
        external
        returns (address wallet)
    {
        Owners.requireSound(threshold, owners, address(0)); // it cannot be its own owner: owners are in its address
        if (guardian == address(0)) revert IMultiSig.InvalidGuardian(guardian);
        Delay.requireSound(delaySeconds);

        bytes32 ownerSet = Owners.hashOf(threshold, owners);
        bytes memory charter = Charter.pack(ownerSet, guardian, delaySeconds);
        wallet = Clones.cloneDeterministicWithImmutableArgs(IMPLEMENTATION, charter, salt);
        emit WalletCreated(wallet, ownerSet, guardian, delaySeconds, threshold, owners);
    }

    /// @inheritdoc IMultiSigFactory
    function addressOf(
        uint256 threshold,
        address[] calldata owners,
        address guardian,
        uint256 delaySeconds,
        bytes32 salt
    ) external view returns (address) {
        bytes memory charter = Charter.pack(Owners.hashOf(threshold, owners), guardian, delaySeconds);
        return Clones.predictDeterministicAddressWithImmutableArgs(IMPLEMENTATION, charter, salt);
    }

    /// @inheritdoc IMultiSigFactory
    function version() external pure returns (string memory) {
        return "1.0.0";
    }
}
