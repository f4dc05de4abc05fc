// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Delay} from "../governance/Delay.sol";
import {Timelock} from "../governance/Timelock.sol";

/// @dev The timelock by itself, behind the calls of OpenZeppelin's: a proposer schedules and cancels, a canceller
/// cancels. What is scheduled under GUARDED_SALT is guarded, as a MultiSig guards the removal of its guardian.
contract OpenTimelock is Timelock {
    error NotProposer(address account);
    error NotCanceller(address account);

    bytes32 public constant GUARDED_SALT = keccak256("guarded");

    address public immutable PROPOSER;
    address public immutable CANCELLER;

    uint256 private _minDelay;

    constructor(uint256 minDelay, address proposer, address canceller) {
        Delay.requireSound(minDelay);
        (_minDelay, PROPOSER, CANCELLER) = (minDelay, proposer, canceller);
        emit MinDelayChange(0, minDelay);
    }

    function schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external {
        if (msg.sender != PROPOSER) revert NotProposer(msg.sender);

        _schedule(target, value, data, predecessor, salt, delay, salt == GUARDED_SALT ? GUARDED : 0);
    }

    function scheduleBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) external {
        if (msg.sender != PROPOSER) revert NotProposer(msg.sender);
        if (targets.length != values.length || targets.length != payloads.length) {
            revert LengthMismatch(targets.length, values.length, payloads.length);
        }

        _scheduleBatch(targets, values, payloads, predecessor, salt, delay);
    }

    function cancel(bytes32 id) external {
        if (msg.sender != PROPOSER && msg.sender != CANCELLER) revert NotCanceller(msg.sender);

        _cancel(id, msg.sender == PROPOSER);
    }

    function getMinDelay() public view override returns (uint256) {
        return _minDelay;
    }

    function _setMinDelay(uint256 newDelay) internal override {
        _minDelay = newDelay;
    }
}
