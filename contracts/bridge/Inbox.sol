// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {IInbox} from "../../interfaces/IInbox.sol";
import {ITokenBucket} from "../../interfaces/ITokenBucket.sol";
import {Signatures} from "../governance/Signatures.sol";
import {Governed} from "../safety/Governed.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";
import {Arrivals} from "./Arrivals.sol";
import {Attestors} from "./Attestors.sol";

abstract contract Inbox is IInbox, Governed, Arrivals, TokenBucket, ReentrancyGuardTransient, EIP712 {
    bytes32 private constant CHECKPOINT_TYPEHASH = keccak256(
        "Checkpoint(bytes32 routeId,uint64 epoch,uint64 srcBlock,bytes32 srcBlockHash,uint64 count,bytes32 acc,"
        "uint128 cumulative)"
    );

    /// @inheritdoc IInbox
    uint48 public constant MIN_QUEUE_SECONDS = 1 hours;

    /// @inheritdoc IInbox
    uint48 public constant MAX_QUEUE_SECONDS = 7 days;

    /// @inheritdoc IInbox
    uint256 public constant MAX_ATTESTORS = Attestors.MAX;

    uint256 internal constant RECORD_BYTES = 52;

    /// @dev In the place of readyAt: never.
    uint256 private constant VETOED = type(uint48).max;

    // slot 0: queueSeconds 6 + epoch 8 = 14 bytes
    uint48 private _queueSeconds;

    /// @inheritdoc IInbox
    uint64 public epoch;

    /// @inheritdoc IInbox
    bytes32 public attestorSet;

    /// @inheritdoc IInbox
    uint256 public queuedTotal;

    /// @inheritdoc IInbox
    mapping(uint256 nonce => bytes32 commitment) public queued;

    /// @inheritdoc IInbox
    mapping(uint256 count => bytes32 commitment) public provenPoint;

    /// @inheritdoc IInbox
    mapping(address attestor => bool disabled) public isDisabled;

    constructor(Trust memory trust, address asset)
        Governed(trust.governorDelaySeconds, trust.governor, trust.guardian)
    {
        _rotate(trust.threshold, trust.attestors);
        _configureQueue(trust.largeShift, trust.queueSeconds);
        _configureLimit(asset, trust.capacity, trust.refillSeconds);
    }

    /// @inheritdoc IInbox
    function split(
        Checkpoint calldata checkpoint,
        Attestation calldata attestation,
        Point calldata point,
        bytes calldata records
    ) external {
        _requireAttested(checkpoint, attestation);
        _prove(checkpoint.count, checkpoint.acc, checkpoint.cumulative, point, records);
    }

    /// @inheritdoc IInbox
    function splitPoint(Point calldata later, Point calldata point, bytes calldata records) external {
        _requireProven(later);
        _prove(later.count, later.acc, later.cumulative, point, records);
    }

    /// @inheritdoc IInbox
    function releaseQueued(uint256 nonce, Record calldata record, uint256 readyAt) external nonReentrant {
        _requireRunning();
        _requireQueued(nonce, record, readyAt);
        if (readyAt == VETOED) revert Vetoed(nonce);
        if (block.timestamp < readyAt) revert NotReady(nonce, readyAt);
        (uint256 amount,, uint256 bucket) = _limit();
        if (amount == 0) revert LimitReached(nonce);

        if (amount > record.amount) amount = record.amount;
        uint256 rest = record.amount - amount;
        // what waited once waits for the limit alone
        queued[nonce] = rest == 0 ? bytes32(0) : _commitment(nonce, Record(record.from, record.to, rest), readyAt);
        queuedTotal -= amount;
        _spend(bucket, amount);
        emit QueuedReleased(nonce, record.to, amount, rest);

        if (!_mayReceive(record.to) || !_pay(record.to, amount)) revert RecipientRefused(nonce, record.to);
    }

    /// @inheritdoc IInbox
    function veto(uint256 nonce, Record calldata record, uint256 readyAt) external {
        _requireGuardian();
        _requireQueued(nonce, record, readyAt);
        if (readyAt == VETOED) revert Vetoed(nonce);

        queued[nonce] = _commitment(nonce, record, VETOED);
        emit TransferVetoed(nonce, msg.sender);
        _record("veto", abi.encode(nonce));
    }

    /// @inheritdoc IInbox
    function letGo(uint256 nonce, Record calldata record) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (queued[nonce] != _commitment(nonce, record, VETOED)) revert NotVetoed(nonce);

        queued[nonce] = _commitment(nonce, record, block.timestamp);
        emit TransferLetGo(nonce);
        _record("letGo", abi.encode(nonce));
    }

    /// @inheritdoc IInbox
    function returnQueued(uint256 nonce, Record calldata record, uint256 readyAt)
        external
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _requireQueued(nonce, record, readyAt);

        queued[nonce] = bytes32(0);
        queuedTotal -= record.amount;
        _return(nonce, record);
        _record("returnQueued", abi.encode(nonce));
    }

    /// @inheritdoc IInbox
    function rotate(uint256 threshold, address[] calldata attestors) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _rotate(threshold, attestors);
    }

    /// @inheritdoc IInbox
    function proveEquivocation(
        Checkpoint calldata first,
        bytes calldata firstSignature,
        Checkpoint calldata second,
        bytes calldata secondSignature,
        uint256 threshold,
        address[] calldata attestors
    ) external {
        _requireRoute(first);
        _requireInOffice(first.epoch, Attestors.hashOf(first.epoch, threshold, attestors));
        if (!_exclude(first, second)) revert NoEquivocation();
        (bytes32 digest, bytes32 other) = (_digestOf(first), _digestOf(second));
        address signer = Signatures.recover(digest, firstSignature);
        bool signed = signer != address(0) && signer == Signatures.recover(other, secondSignature);
        if (!signed || !Attestors.contains(attestors, signer)) revert NotAnAttestor(signer);

        attestorSet = bytes32(0);
        isDisabled[signer] = true;
        emit EquivocationProven(signer, digest, other);
        _trip(digest);
    }

    /// @inheritdoc IInbox
    function configureQueue(uint8 largeShift, uint48 delaySeconds) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _configureQueue(largeShift, delaySeconds);
    }

    /// @inheritdoc ITokenBucket
    /// @dev Not while something is paid: what it had let out would be missing from the new one.
    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds)
        external
        nonReentrant
        onlyRole(DEFAULT_ADMIN_ROLE)
    {
        _configureLimit(asset, capacity, refillSeconds);
        _record("configureLimit", abi.encode(asset, capacity, refillSeconds));
    }

    /// @inheritdoc IInbox
    function inbox() external view returns (uint64 count, uint128 cumulative, bytes32 acc) {
        return (_arrivedCount, _arrivedTotal, _arrivedAcc);
    }

    /// @inheritdoc IInbox
    function queueOf() external view returns (uint256 largeAmount, uint256 delaySeconds) {
        (, uint256 capacity,) = _limit();
        return (capacity >> _largeShift, _queueSeconds);
    }

    /// @inheritdoc IInbox
    function inboundRoute() public view virtual returns (bytes32);

    function _arriveAttested(Checkpoint calldata checkpoint, bytes calldata records, Attestation calldata attestation)
        internal
    {
        _requireRunning();
        _requireAttested(checkpoint, attestation);
        _arrive(checkpoint.count, checkpoint.acc, checkpoint.cumulative, records);
    }

    function _arriveProven(Point calldata point, bytes calldata records) internal {
        _requireRunning();
        _requireProven(point);
        _arrive(point.count, point.acc, point.cumulative, records);
    }

    /// @dev Sends `amount` units to a recipient, and says whether it took them.
    function _pay(address to, uint256 amount) internal virtual returns (bool);

    /// @dev Sends what records name, from byte `at` of them on, up to the first that has to wait: because it is more
    /// than `large`, or than what is left of the limit, has no recipient who may receive, or is not taken. Returns
    /// where that is and what is left then.
    function _payUntil(bytes calldata records, uint256 at, uint256 left, uint256 large)
        internal
        virtual
        returns (uint256 stopped, uint256 leftThen);

    /// @dev Appends to the outbox that a record goes back to whom it came from.
    function _return(uint256 nonce, Record calldata record) internal virtual;

    /// @dev Units that the limit lets out now, and at most; and the bucket that says so, for `_spend`.
    function _limit() internal view virtual returns (uint256 held, uint256 capacity, uint256 bucket);

    /// @dev Takes units, no more than the limit lets out, out of the bucket that `_limit` read.
    function _spend(uint256 bucket, uint256 amount) internal virtual;

    function _requireRunning() internal view {
        uint48 until = pausedUntil;
        if (block.timestamp < until) revert ContractPaused(until);
    }

    /// @dev The records close over what is attested, all of it is taken down as arrived, and each goes or waits.
    function _arrive(uint64 count, bytes32 acc, uint128 cumulative, bytes calldata records) private {
        uint256 first = _arrivedCount;
        if (count <= first) revert AlreadyArrived(count, first);
        _requireRecords(records, count - first);
        (bytes32 folded, uint256 sum) = _fold(_arrivedAcc, first, _arrivedTotal, records);
        _requireClosed(folded, acc, sum, cumulative);

        _arrivedTotal = cumulative;
        _arrivedCount = uint40(count);
        _arrivedAcc = acc;
        emit Arrived(first, count, acc, cumulative);

        _payAll(first, records);
    }

    function _payAll(uint256 nonce, bytes calldata records) private {
        (uint256 limit, uint256 capacity, uint256 bucket) = _limit();
        uint256 left = limit;
        uint256 large = capacity >> _largeShift;
        for (uint256 at = 0; true; at += RECORD_BYTES) {
            (at, left) = _payUntil(records, at, left, large);
            if (at == records.length) break;
            _queue(nonce + at / RECORD_BYTES, records, at);
        }
        _spend(bucket, limit - left);
    }

    function _queue(uint256 nonce, bytes calldata records, uint256 at) private {
        (address from, address to, uint256 amount) = _recordAt(records, at);
        uint256 readyAt = block.timestamp + _queueSeconds;
        queued[nonce] = _commitment(nonce, Record(from, to, amount), readyAt);
        queuedTotal += amount;
        emit TransferQueued(nonce, from, to, amount, readyAt);
    }

    function _prove(uint64 count, bytes32 acc, uint128 cumulative, Point calldata point, bytes calldata records)
        private
    {
        uint256 arrived = _arrivedCount;
        if (point.count <= arrived || point.count >= count) revert PointOutOfRange(point.count, arrived, count);
        _requireRecords(records, count - point.count);
        (bytes32 folded, uint256 sum) = _fold(point.acc, point.count, point.cumulative, records);
        _requireClosed(folded, acc, sum, cumulative);

        provenPoint[point.count] = _pointCommitment(point);
        emit PointProven(point.count, point.acc, point.cumulative);
    }

    function _rotate(uint256 threshold, address[] memory attestors) private {
        uint256 count = attestors.length;
        if (count > MAX_ATTESTORS) revert TooManyAttestors(count, MAX_ATTESTORS);
        if (threshold == 0 || threshold > count) revert InvalidThreshold(threshold, count);
        address previous;
        for (uint256 i = 0; i < count; ++i) {
            address attestor = attestors[i];
            if (attestor <= previous) revert AttestorOutOfOrder(i, attestor);
            if (isDisabled[attestor]) revert DisabledAttestor(attestor);
            previous = attestor;
        }

        ++epoch;
        attestorSet = Attestors.hashOf(epoch, threshold, attestors);
        emit AttestorsRotated(epoch, threshold, attestors);
        _record("rotate", abi.encode(epoch, threshold, attestors));
    }

    function _configureQueue(uint8 largeShift, uint48 delaySeconds) private {
        if (delaySeconds < MIN_QUEUE_SECONDS || delaySeconds > MAX_QUEUE_SECONDS) {
            revert InvalidQueueDelay(delaySeconds, MIN_QUEUE_SECONDS, MAX_QUEUE_SECONDS);
        }

        (_largeShift, _queueSeconds) = (largeShift, delaySeconds);
        emit QueueConfigured(largeShift, delaySeconds);
        _record("configureQueue", abi.encode(largeShift, delaySeconds));
    }

    function _requireAttested(Checkpoint calldata checkpoint, Attestation calldata attestation) private view {
        _requireRoute(checkpoint);
        _requireInOffice(checkpoint.epoch, Attestors.setOf(attestation, checkpoint.epoch, _digestOf(checkpoint)));
    }

    function _requireRoute(Checkpoint calldata checkpoint) private view {
        bytes32 route = inboundRoute();
        if (route == 0 || checkpoint.routeId != route) revert WrongRoute(checkpoint.routeId, route);
    }

    function _requireInOffice(uint256 signedIn, bytes32 got) private view {
        bytes32 expected = attestorSet;
        if (got == expected) return;
        if (expected == 0) revert NoAttestors();
        if (signedIn != epoch) revert WrongEpoch(signedIn, epoch);
        revert WrongAttestors(got, expected);
    }

    function _requireProven(Point calldata point) private view {
        if (attestorSet == 0) revert NoAttestors();
        bytes32 commitment = _pointCommitment(point);
        if (provenPoint[point.count] != commitment) revert UnknownPoint(point.count, commitment);
    }

    function _requireQueued(uint256 nonce, Record calldata record, uint256 readyAt) private view {
        if (queued[nonce] != _commitment(nonce, record, readyAt)) revert NotQueued(nonce);
    }

    /// @dev Nobody holds the zero address, and what went here would be nobody's.
    function _mayReceive(address to) internal view returns (bool) {
        return to != address(0) && to != address(this);
    }

    function _pointCommitment(Point calldata point) private view returns (bytes32) {
        return keccak256(abi.encode(attestorSet, point.acc, point.cumulative));
    }

    function _digestOf(Checkpoint calldata checkpoint) private view returns (bytes32) {
        bytes32 typehash = CHECKPOINT_TYPEHASH;
        bytes32 structHash;
        // Solidity: keccak256(abi.encode(CHECKPOINT_TYPEHASH, checkpoint)), which copies word by word. Dirty bits hash
        // to what nobody signed
        assembly ("memory-safe") {
            let words := mload(0x40)
            mstore(words, typehash)
            calldatacopy(add(words, 0x20), checkpoint, 0xe0)
            structHash := keccak256(words, 0x100)
        }
        return _hashTypedDataV4(structHash);
    }

    function _requireRecords(bytes calldata records, uint256 count) private pure {
        if (records.length != count * RECORD_BYTES) {
            revert WrongRecordsLength(records.length, count * RECORD_BYTES);
        }
    }

    /// @dev Solidity: the slices of `records` from byte `at` on, without bounds.
    function _recordAt(bytes calldata records, uint256 at)
        internal
        pure
        returns (address from, address to, uint256 amount)
    {
        assembly ("memory-safe") {
            at := add(records.offset, at)
            from := shr(96, calldataload(at))
            to := shr(96, calldataload(add(at, 20)))
            amount := shr(160, calldataload(add(at, 40)))
        }
    }

    function _requireClosed(bytes32 folded, bytes32 acc, uint256 sum, uint256 cumulative) private pure {
        if (folded != acc) revert WrongAccumulator(folded, acc);
        if (sum != cumulative) revert WrongCumulative(sum, cumulative);
    }

    /// @dev The hash and the sum that these records lead to.
    function _fold(bytes32 acc, uint256 nonce, uint256 cumulative, bytes calldata records)
        private
        pure
        returns (bytes32 folded, uint256 sum)
    {
        // Solidity, for each record: acc = keccak256(abi.encode(acc, nonce++, from, to, amount)), which takes twice the
        // gas. The sum of so many amounts of 96 bits does not wrap around
        assembly ("memory-safe") {
            let words := mload(0x40)
            let at := records.offset
            for { let end := add(at, records.length) } iszero(eq(at, end)) { at := add(at, RECORD_BYTES) } {
                let amount := shr(160, calldataload(add(at, 40)))
                mstore(words, acc)
                mstore(add(words, 0x20), nonce)
                mstore(add(words, 0x40), shr(96, calldataload(at)))
                mstore(add(words, 0x60), shr(96, calldataload(add(at, 20))))
                mstore(add(words, 0x80), amount)
                acc := keccak256(words, 0xa0)
                nonce := add(nonce, 1)
                cumulative := add(cumulative, amount)
            }
        }
        return (acc, cumulative);
    }

    /// @dev No honest attestor signs both. To sign the same state again at a later block is honest; so is to sign a
    /// vault before and after its listing, which gives no records their hash.
    function _exclude(Checkpoint calldata first, Checkpoint calldata second) private pure returns (bool) {
        if (first.routeId != second.routeId || first.epoch != second.epoch) return false;
        if (first.srcBlock == second.srcBlock && first.srcBlockHash != second.srcBlockHash) return true;
        if (first.count == 0 || first.count != second.count) return false;
        return first.acc != second.acc || first.cumulative != second.cumulative;
    }

    function _commitment(uint256 nonce, Record memory record, uint256 readyAt) private pure returns (bytes32) {
        return keccak256(abi.encode(nonce, record, readyAt));
    }
}
