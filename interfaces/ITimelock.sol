// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Nothing privileged happens at once
/// @notice An operation is one call, or a batch of calls that succeed or fail as one. It is scheduled; from `delay`
/// seconds later on, and for GRACE_SECONDS, anyone may execute it; until it is executed or expires it may be cancelled.
/// An operation is named by all that it does, by its predecessor and by a salt, so what runs is what was announced. Who
/// schedules and who cancels is the heir's to say: a MultiSig is its own timelock. Functions, events and states are
/// named as OpenZeppelin's TimelockController names them and mean the same; Expired and Executing it does not have.
/// The delay changes only by an operation of the timelock itself. Times are Unix seconds, values are wei.
/// @dev Invariants 25 and 27 to 33.
interface ITimelock {
    /// @notice Where an operation stands. Waiting, Ready and Executing are pending; Done is final; an Expired operation
    /// can be scheduled again, as can a cancelled one, which is Unset.
    enum OperationState {
        Unset,
        Waiting,
        Ready,
        Done,
        Expired,
        Executing
    }

    /// @notice Call number `index` of operation `id` was scheduled, to become ready in `delay` seconds.
    event CallScheduled(
        bytes32 indexed id,
        uint256 indexed index,
        address target,
        uint256 value,
        bytes data,
        bytes32 predecessor,
        uint256 delay
    );

    /// @notice The salt of operation `id`, which was scheduled with one; without it the operation cannot be executed.
    event CallSalt(bytes32 indexed id, bytes32 salt);

    /// @notice Call number `index` of operation `id` is made.
    event CallExecuted(bytes32 indexed id, uint256 indexed index, address target, uint256 value, bytes data);

    /// @notice Operation `id` was cancelled.
    event Cancelled(bytes32 indexed id);

    /// @notice The least delay of operations scheduled from now on, in seconds.
    event MinDelayChange(uint256 oldDuration, uint256 newDuration);

    /// @notice A guarded operation, which takes power from the canceller: only who scheduled it may cancel it.
    error NotCancellable(bytes32 id, address account);

    /// @notice Only the timelock itself may do this, in an operation.
    error NotTimelock(address account);

    /// @notice The delay is below the least, or the least delay below the floor. In seconds.
    error DelayTooShort(uint256 got, uint256 limit);

    /// @notice The delay is above the most an operation, or the least delay, may have. In seconds.
    error DelayTooLong(uint256 got, uint256 limit);

    /// @notice The operation is pending; it is, or was, ready at `readyAt`.
    error AlreadyScheduled(bytes32 id, uint256 readyAt);

    /// @notice The operation is done, and done is final.
    error AlreadyDone(bytes32 id);

    /// @notice The operation is being executed: its own calls cannot schedule, cancel or execute it.
    error AlreadyExecuting(bytes32 id);

    /// @notice No such operation is scheduled: never, cancelled, or another call, value, predecessor or salt.
    error NotScheduled(bytes32 id);

    /// @notice The operation becomes ready at `limit`; it is `got` now.
    error TooEarly(bytes32 id, uint256 got, uint256 limit);

    /// @notice The operation expired at `limit`; it is `got` now.
    error Expired(bytes32 id, uint256 got, uint256 limit);

    /// @notice Operation `predecessor` must be done first.
    error PredecessorNotDone(bytes32 id, bytes32 predecessor);

    /// @notice A batch names a target, a value and a payload for each call.
    error LengthMismatch(uint256 targets, uint256 values, uint256 payloads);

    /// @notice A batch makes at least one call.
    error EmptyBatch();

    /// @notice Call number `index` failed and gave no reason. A reason given is passed on as it is.
    error CallFailed(uint256 index, address target);

    /// @notice Make the call of a ready operation. Anyone may: a closed circle could let operations expire. The value
    /// is taken from what the timelock holds, which includes what comes with this call.
    /// @dev Invariants 25, 28, 31 and 33. Errors: NotScheduled, AlreadyDone, AlreadyExecuting, TooEarly,
    /// Expired, PredecessorNotDone, CallFailed, or whatever the target reverts with.
    function execute(address target, uint256 value, bytes calldata payload, bytes32 predecessor, bytes32 salt)
        external
        payable;

    /// @notice Make the calls of a ready batch in their order: all of them, or none.
    /// @dev Invariants 25, 28, 31 and 33. Errors: those of `execute`, LengthMismatch.
    function executeBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external payable;

    /// @notice Set the least delay of operations scheduled from now on, in seconds, between DELAY_FLOOR_SECONDS and
    /// DELAY_CEILING_SECONDS. The timelock itself only.
    /// @dev Invariant 29. Errors: NotTimelock, DelayTooShort, DelayTooLong.
    function updateDelay(uint256 newDelay) external;

    /// @notice The least delay of an operation scheduled now, in seconds.
    function getMinDelay() external view returns (uint256);

    /// @notice When an operation is or was ready; 0 if it is unset, 1 once it is done, 2 while it is executed.
    function getTimestamp(bytes32 id) external view returns (uint256);

    /// @notice Where an operation stands now.
    function getOperationState(bytes32 id) external view returns (OperationState);

    /// @notice Whether an operation is known: not unset.
    function isOperation(bytes32 id) external view returns (bool);

    /// @notice Whether an operation is waiting, ready or being executed.
    function isOperationPending(bytes32 id) external view returns (bool);

    /// @notice Whether an operation may be executed now, once its predecessor is done.
    function isOperationReady(bytes32 id) external view returns (bool);

    /// @notice Whether an operation is done.
    function isOperationDone(bytes32 id) external view returns (bool);

    /// @notice The id of a call: keccak256(abi.encode(target, value, data, predecessor, salt)).
    function hashOperation(address target, uint256 value, bytes calldata data, bytes32 predecessor, bytes32 salt)
        external
        pure
        returns (bytes32);

    /// @notice The id of a batch: keccak256(abi.encode(targets, values, payloads, predecessor, salt)).
    function hashOperationBatch(
        address[] calldata targets,
        uint256[] calldata values,
        bytes[] calldata payloads,
        bytes32 predecessor,
        bytes32 salt
    ) external pure returns (bytes32);

    /// @notice The least delay is never below this, in seconds.
    function DELAY_FLOOR_SECONDS() external view returns (uint256);

    /// @notice The least delay is never above this, in seconds: with the grace period it fits into the longest pause.
    function DELAY_CEILING_SECONDS() external view returns (uint256);

    /// @notice A ready operation expires this many seconds after it became ready.
    function GRACE_SECONDS() external view returns (uint256);
}
