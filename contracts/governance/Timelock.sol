// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {ITimelock} from "../../interfaces/ITimelock.sol";
import {Delay} from "./Delay.sol";

abstract contract Timelock is ITimelock {
    struct Operation {
        uint256 word; // slot 0: readyAt 6 bytes, or DONE, or EXECUTING; and the bit GUARDED
    }

    /// @inheritdoc ITimelock
    uint256 public constant DELAY_FLOOR_SECONDS = Delay.FLOOR;

    /// @inheritdoc ITimelock
    uint256 public constant DELAY_CEILING_SECONDS = Delay.CEILING;

    /// @inheritdoc ITimelock
    uint256 public constant GRACE_SECONDS = Delay.GRACE;

    // Beside the time: only who scheduled the operation may cancel it
    uint256 internal constant GUARDED = 1 << 255;

    // What stands in the place of a time, as no operation was ever ready at second 1 or 2
    uint256 private constant DONE = 1;
    uint256 private constant EXECUTING = 2;

    mapping(bytes32 id => Operation operation) private _operations;

    /// @dev Operations may move native coin, so it must be able to come.
    receive() external payable {}

    /// @inheritdoc ITimelock
    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt)
        external
        payable
    {
        uint256 words = _encode(target, value, payload.length, predecessor, salt);
        assembly ("memory-safe") {
            calldatacopy(add(words, 0xc0), payload.offset, payload.length)
        }
        bytes32 id = _idOf(words, payload.length);
        Operation storage operation = _requireReady(id, predecessor);

        // From here on its own call finds it neither pending, nor done for a successor
        operation.word = EXECUTING;
        if (!_callPacked(id, words, payload.length)) _bubble(0, target);
        operation.word = DONE;
    }

    /// @inheritdoc ITimelock
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external payable {
        if (targets.length != values.length || targets.length != payloads.length) {
            revert LengthMismatch(targets.length, values.length, payloads.length);
        }
        bytes32 id = hashOperationBatch(targets, values, payloads, predecessor, salt);
        Operation storage operation = _requireReady(id, predecessor);

        operation.word = EXECUTING;
        for (uint256 i = 0; i < targets.length; ++i) {
            emit CallExecuted(id, i, targets[i], values[i], payloads[i]);
            if (!LowLevelCall.callNoReturn(targets[i], values[i], payloads[i])) _bubble(i, targets[i]);
        }
        operation.word = DONE;
    }

    /// @inheritdoc ITimelock
    function updateDelay(uint256 newDelay) external {
        _requireSelf();
        Delay.requireSound(newDelay);

        emit MinDelayChange(getMinDelay(), newDelay);
        _setMinDelay(newDelay);
    }

    /// @inheritdoc ITimelock
    function getTimestamp(bytes32 id) external view returns (uint256) {
        return _operations[id].word & ~GUARDED;
    }

    /// @inheritdoc ITimelock
    function isOperation(bytes32 id) external view returns (bool) {
        return getOperationState(id) != OperationState.Unset;
    }

    /// @inheritdoc ITimelock
    function isOperationPending(bytes32 id) external view returns (bool) {
        OperationState state = getOperationState(id);
        return state == OperationState.Waiting || state == OperationState.Ready || state == OperationState.Executing;
    }

    /// @inheritdoc ITimelock
    function isOperationReady(bytes32 id) external view returns (bool) {
        return getOperationState(id) == OperationState.Ready;
    }

    /// @inheritdoc ITimelock
    function isOperationDone(bytes32 id) external view returns (bool) {
        return getOperationState(id) == OperationState.Done;
    }

    /// @inheritdoc ITimelock
    function getOperationState(bytes32 id) public view returns (OperationState) {
        uint256 time = _operations[id].word & ~GUARDED;
        if (time == 0) return OperationState.Unset;
        if (time == DONE) return OperationState.Done;
        if (time == EXECUTING) return OperationState.Executing;
        if (block.timestamp < time) return OperationState.Waiting;
        return block.timestamp < time + GRACE_SECONDS ? OperationState.Ready : OperationState.Expired;
    }

    /// @inheritdoc ITimelock
    function getMinDelay() public view virtual returns (uint256);

    /// @inheritdoc ITimelock
    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        public
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(target, value, data, predecessor, salt));
    }

    /// @inheritdoc ITimelock
    function hashOperationBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) public pure returns (bytes32) {
        return keccak256(abi.encode(targets, values, payloads, predecessor, salt));
    }

    /// @dev Whoever calls this has checked that the caller may. `flags` is 0 or GUARDED.
    function _schedule(
        address target,
        uint256 value,
        bytes calldata data,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay,
        uint256 flags
    ) internal returns (bytes32 id) {
        uint256 words = _encode(target, value, data.length, predecessor, salt);
        assembly ("memory-safe") {
            calldatacopy(add(words, 0xc0), data.offset, data.length)
        }
        id = _scheduleEncoded(words, data.length, delay, flags);
        if (salt != 0) emit CallSalt(id, salt);
    }

    /// @dev As `_schedule`, for a call of this contract with the least delay.
    function _scheduleOwn(bytes memory data, bytes32 salt) internal returns (bytes32 id) {
        uint256 length = data.length;
        uint256 words = _encode(address(this), 0, length, 0, salt);
        assembly ("memory-safe") {
            mcopy(add(words, 0xc0), add(data, 0x20), length)
        }
        id = _scheduleEncoded(words, length, getMinDelay(), 0);
        if (salt != 0) emit CallSalt(id, salt);
    }

    /// @dev As `_schedule`, for two calls or more. A batch is never guarded: beside what it guards it could hold
    /// anything.
    function _scheduleBatch(
        address[] memory targets,
        uint256[] memory values,
        bytes[] memory payloads,
        bytes32 predecessor,
        bytes32 salt,
        uint256 delay
    ) internal returns (bytes32 id) {
        id = keccak256(abi.encode(targets, values, payloads, predecessor, salt));
        _setReady(id, delay, 0);
        for (uint256 i = 0; i < targets.length; ++i) {
            emit CallScheduled(id, i, targets[i], values[i], payloads[i], predecessor, delay);
        }
        if (salt != 0) emit CallSalt(id, salt);
    }

    /// @dev Whoever calls this has checked that the caller may cancel, and says whether it scheduled the operation.
    function _cancel(bytes32 id, bool byScheduler) internal {
        Operation storage operation = _operations[id];
        uint256 word = operation.word;
        _requirePending(id, word & ~GUARDED);
        if (!byScheduler && word & GUARDED != 0) revert NotCancellable(id, msg.sender);

        operation.word = 0;
        emit Cancelled(id);
    }

    function _setMinDelay(uint256 newDelay) internal virtual;

    function _requireSelf() internal view {
        if (msg.sender != address(this)) revert NotTimelock(msg.sender);
    }

    function _setReady(bytes32 id, uint256 delay, uint256 flags) private {
        Operation storage operation = _operations[id];
        uint256 word = operation.word;
        if (word != 0) _requireExpired(id, word & ~GUARDED);
        Delay.requireWithin(delay, getMinDelay(), Delay.OPERATION_LIMIT);

        unchecked {
            // a time plus at most 2^32 seconds
            operation.word = (block.timestamp + delay) | flags;
        }
    }

    /// @dev Solidity: `emit CallScheduled(id, 0, target, value, data, predecessor, delay)`, of the encoded words, in
    /// which the delay takes the place of the salt.
    function _scheduleEncoded(uint256 words, uint256 length, uint256 delay, uint256 flags)
        private
        returns (bytes32 id)
    {
        id = _idOf(words, length);
        _setReady(id, delay, flags);
        bytes32 topic = CallScheduled.selector;
        assembly ("memory-safe") {
            mstore(add(words, 0x80), delay)
            log3(words, add(0xc0, and(add(length, 31), not(31))), topic, id, 0)
        }
    }

    /// @dev Solidity: `emit CallExecuted(id, 0, target, value, payload); target.call{value: value}(payload)`. In the
    /// packed words target and value move up to the payload for the event, and the payload is what the call takes.
    function _callPacked(bytes32 id, uint256 words, uint256 length) private returns (bool success) {
        bytes32 topic = CallExecuted.selector;
        assembly ("memory-safe") {
            mcopy(add(words, 0x40), words, 0x40)
            mstore(add(words, 0x80), 0x60)
            log3(add(words, 0x40), add(0x80, and(add(length, 31), not(31))), topic, id, 0)
            success := call(gas(), mload(words), mload(add(words, 0x20)), add(words, 0xc0), length, 0, 0)
        }
    }

    function _requireReady(bytes32 id, bytes32 predecessor) private view returns (Operation storage operation) {
        operation = _operations[id];
        uint256 time = operation.word & ~GUARDED;
        unchecked {
            // one comparison for all that is well: an operation that is not ready yet has been so for almost 2^256
            // seconds, and one unset, done or executing for more than the grace period
            if (block.timestamp - time >= GRACE_SECONDS) _refuse(id, time);
        }
        if (predecessor != 0 && _operations[predecessor].word != DONE) revert PredecessorNotDone(id, predecessor);
    }

    /// @dev Say why an operation with that time is not ready.
    function _refuse(bytes32 id, uint256 time) private view {
        _requirePending(id, time);
        revert TooEarly(id, block.timestamp, time);
    }

    function _requirePending(bytes32 id, uint256 time) private view {
        if (time == 0) revert NotScheduled(id);
        _requireNotBegun(id, time);
        uint256 expiresAt = time + GRACE_SECONDS;
        if (block.timestamp >= expiresAt) revert Expired(id, block.timestamp, expiresAt);
    }

    function _requireExpired(bytes32 id, uint256 time) private view {
        _requireNotBegun(id, time);
        if (block.timestamp < time + GRACE_SECONDS) revert AlreadyScheduled(id, time);
    }

    /// @dev Solidity: `abi.encode(target, value, data, predecessor, salt)`, where the caller fills in the data. `words`
    /// is where in memory it lies: id, event and call use it. To encode and copy it for each would cost 900 gas more.
    function _encode(address target, uint256 value, uint256 length, bytes32 predecessor, bytes32 salt)
        private
        pure
        returns (uint256 words)
    {
        assembly ("memory-safe") {
            words := mload(0x40)
            let end := add(add(words, 0xc0), and(add(length, 31), not(31)))
            mstore(0x40, end)
            mstore(sub(end, 0x20), 0) // what pads the data; its length, if there is none
            mstore(words, target)
            mstore(add(words, 0x20), value)
            mstore(add(words, 0x40), 0xa0)
            mstore(add(words, 0x60), predecessor)
            mstore(add(words, 0x80), salt)
            mstore(add(words, 0xa0), length)
        }
    }

    /// @dev Solidity: `hashOperation(target, value, data, predecessor, salt)`.
    function _idOf(uint256 words, uint256 length) private pure returns (bytes32 id) {
        assembly ("memory-safe") {
            id := keccak256(words, add(0xc0, and(add(length, 31), not(31))))
        }
    }

    /// @dev Pass on why the last call failed. What a call that went well returns is never copied, so no target can bill
    /// the executor for it.
    function _bubble(uint256 index, address target) private pure {
        if (LowLevelCall.returnDataSize() == 0) revert CallFailed(index, target);
        LowLevelCall.bubbleRevert();
    }

    function _requireNotBegun(bytes32 id, uint256 time) private pure {
        if (time == DONE) revert AlreadyDone(id);
        if (time == EXECUTING) revert AlreadyExecuting(id);
    }
}
