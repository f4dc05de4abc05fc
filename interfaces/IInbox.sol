// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title What arrives from the other chain
/// @notice Attestors sign the state of the other chain's outbox, not messages: a checkpoint. Whoever has one, signed by
/// `threshold` of the attestors, and the records between what has arrived and its `count`, hands both in. The records
/// are folded, in order and without a gap, and must close over the checkpoint's `acc` and `cumulative`; so each
/// arrives once. What is too large or more than the limit lets out, and what its recipient does not take, waits in a
/// queue, where the guardian may veto it. A veto only freezes: the governor lets it go, or returns it to its sender.
///
/// Checkpoints are EIP-712: the domain is `eip712Domain()`, of the contract that they are handed to, and the type
/// Checkpoint(bytes32 routeId,uint64 epoch,uint64 srcBlock,bytes32 srcBlockHash,uint64 count,bytes32 acc,
/// uint128 cumulative), without the break
///
/// Records are handed in packed, 52 bytes each: `from` and `to` 20 bytes, the amount 12. What they fold to is not
/// packed.
///
/// Amounts are in the route's units (IOutbox), those of the limit in base units of its asset; times are Unix
/// seconds. Anyone may call what is not said to be the guardian's or the governor's. A pause blocks everything that
/// moves money.
/// @dev Invariants 55 to 65.
interface IInbox {
    /// @notice The state of an outbox as of a finalized block: `count` records, the sum of their amounts, their hash.
    struct Checkpoint {
        bytes32 routeId;
        uint64 epoch;
        uint64 srcBlock;
        bytes32 srcBlockHash;
        uint64 count;
        bytes32 acc;
        uint128 cumulative;
    }

    /// @notice A point of an outbox's history.
    struct Point {
        uint64 count;
        bytes32 acc;
        uint128 cumulative;
    }

    /// @notice A record; its nonce follows from its place.
    struct Record {
        address from;
        address to;
        uint256 amount;
    }

    /// @notice Who governs, who attests and what may arrive when the contract is made: see Governed, `rotate`,
    /// `configureQueue` and `configureLimit`.
    struct Trust {
        uint48 governorDelaySeconds;
        address governor;
        address guardian;
        uint256 threshold;
        address[] attestors;
        uint8 largeShift;
        uint48 queueSeconds;
        uint256 capacity;
        uint256 refillSeconds;
    }

    /// @notice What some of the attestors in office signed. Bit i of `signers` says that attestor i did; `signatures`
    /// are theirs in that order, 64 bytes each (ERC-2098), the low s only. Who they are follows from what they signed;
    /// the others, also in order, are `absent`.
    struct Attestation {
        uint256 threshold;
        uint256 signers;
        address[] absent;
        bytes signatures;
    }

    /// @notice Everything up to `count` has arrived; `first` is the nonce of the first record of this call.
    event Arrived(uint256 indexed first, uint256 indexed count, bytes32 acc, uint256 cumulative);

    /// @notice A record waits until `readyAt`, and then for the limit.
    event TransferQueued(
        uint256 indexed nonce, address indexed from, address indexed to, uint256 amount, uint256 readyAt
    );

    /// @notice Of a record that waited, `amount` went to its recipient and `rest` waits on.
    event QueuedReleased(uint256 indexed nonce, address indexed to, uint256 amount, uint256 rest);

    /// @notice The guardian froze a record that waited.
    event TransferVetoed(uint256 indexed nonce, address indexed guardian);

    /// @notice The governor lets a vetoed record go: it is ready now.
    event TransferLetGo(uint256 indexed nonce);

    /// @notice What `split` proved of the history.
    event PointProven(uint256 indexed count, bytes32 acc, uint256 cumulative);

    /// @notice The attestor set from now on; signatures of former epochs are worth nothing.
    event AttestorsRotated(uint64 indexed epoch, uint256 threshold, address[] attestors);

    /// @notice The attestor signed two states that exclude each other. It is disabled for good, and nothing arrives
    /// until the governor rotates the set.
    event EquivocationProven(address indexed attestor, bytes32 first, bytes32 second);

    /// @notice Amounts above the limit's capacity / 2^largeShift wait, and all that waits waits at least
    /// `delaySeconds`.
    event QueueConfigured(uint256 largeShift, uint256 delaySeconds);

    /// @notice The checkpoint is one of another route.
    error WrongRoute(bytes32 got, bytes32 expected);

    /// @notice The checkpoint was signed under another attestor set than the one in office.
    error WrongEpoch(uint256 got, uint256 expected);

    /// @notice Those who signed and those who are said to be absent are, with this threshold, not the set in office: a
    /// signature is another's or of something else, out of order or given twice, or somebody is left out.
    error WrongAttestors(bytes32 got, bytes32 expected);

    /// @notice There is no attestor set in office: an equivocation was proven, and the governor has not rotated since.
    error NoAttestors();

    /// @notice Bits of `signers` beyond those who signed and those who are absent.
    error UnknownSigner(uint256 got, uint256 attestors);

    /// @notice Each signature has 64 bytes and one bit of `signers`.
    error WrongSignaturesLength(uint256 got, uint256 expected);

    /// @notice Fewer than the threshold signed.
    error ThresholdNotMet(uint256 got, uint256 expected);

    /// @notice The signature of attestor `index` is nobody's: malformed, or with the high s.
    error InvalidSignature(uint256 index, bytes32 digest);

    /// @notice Everything up to `arrived` has arrived already: there is nothing new in the checkpoint.
    error AlreadyArrived(uint256 count, uint256 arrived);

    /// @notice Exactly the records between what has arrived and the checkpoint's count are needed: so many bytes.
    error WrongRecordsLength(uint256 got, uint256 expected);

    /// @notice The records do not close over the attested hash.
    error WrongAccumulator(bytes32 got, bytes32 expected);

    /// @notice The amounts do not close over the attested sum.
    error WrongCumulative(uint256 got, uint256 expected);

    /// @notice Nobody proved this point under the attestors in office.
    error UnknownPoint(uint256 count, bytes32 got);

    /// @notice A point proven by `split` lies between what has arrived and what it is proven from.
    error PointOutOfRange(uint256 got, uint256 arrived, uint256 limit);

    /// @notice No such record waits, or not with these values.
    error NotQueued(uint256 nonce);

    /// @notice The record waits until `readyAt`.
    error NotReady(uint256 nonce, uint256 readyAt);

    /// @notice The record is vetoed, or is not.
    error Vetoed(uint256 nonce);
    error NotVetoed(uint256 nonce);

    /// @notice The limit lets nothing out now.
    error LimitReached(uint256 nonce);

    /// @notice The recipient did not take what waited for it.
    error RecipientRefused(uint256 nonce, address to);

    /// @notice A threshold is at least 1 and at most the number of attestors.
    error InvalidThreshold(uint256 got, uint256 attestors);

    /// @notice A set has at most `limit` attestors.
    error TooManyAttestors(uint256 got, uint256 limit);

    /// @notice Attestors come in ascending order, each once, none of them zero.
    error AttestorOutOfOrder(uint256 index, address attestor);

    /// @notice The attestor equivocated once.
    error DisabledAttestor(address attestor);

    /// @notice The two checkpoints do not exclude each other.
    error NoEquivocation();

    /// @notice No attestor of the set in office signed both.
    error NotAnAttestor(address signer);

    /// @notice What waits waits from `MIN_QUEUE_SECONDS` to `MAX_QUEUE_SECONDS`.
    error InvalidQueueDelay(uint256 got, uint256 least, uint256 limit);

    /// @notice Prove an earlier point of the history from a checkpoint, so that a backlog too long for one transaction
    /// arrives in parts: `records` are the records between the point and the checkpoint.
    function split(
        Checkpoint calldata checkpoint,
        Attestation calldata attestation,
        Point calldata point,
        bytes calldata records
    ) external;

    /// @notice The same from a point that is proven: `records` are the records between `point` and `later`.
    function splitPoint(Point calldata later, Point calldata point, bytes calldata records) external;

    /// @notice Send a record that has waited long enough to its recipient: as much of it as the limit lets out now. The
    /// rest waits on, and is ready.
    function releaseQueued(uint256 nonce, Record calldata transfer, uint256 readyAt) external;

    /// @notice Freeze a record that waits. The guardian only.
    function veto(uint256 nonce, Record calldata transfer, uint256 readyAt) external;

    /// @notice Let a vetoed record go: it is ready now. The governor only.
    function letGo(uint256 nonce, Record calldata transfer) external;

    /// @notice Return a record that waits or is vetoed to its sender on the other chain, as a record of the outbox. The
    /// governor only. `readyAt` of a vetoed one is type(uint48).max.
    function returnQueued(uint256 nonce, Record calldata transfer, uint256 readyAt) external;

    /// @notice Put another attestor set in office: ascending, each once. The old one is worth nothing from now on. The
    /// governor only.
    function rotate(uint256 threshold, address[] calldata attestors) external;

    /// @notice Prove that an attestor in office signed two states that exclude each other: the same route, epoch and
    /// count, of 1 at least, with another hash or sum, or the same route, epoch and block number with another block
    /// hash. It is disabled for good, the contract is paused, and nothing arrives until the governor rotates the set.
    /// @dev `attestors` with `threshold` is the set in office.
    function proveEquivocation(
        Checkpoint calldata first,
        bytes calldata firstSignature,
        Checkpoint calldata second,
        bytes calldata secondSignature,
        uint256 threshold,
        address[] calldata attestors
    ) external;

    /// @notice Set above which amount a record waits, the limit's capacity / 2^largeShift, and how long. The
    /// governor only.
    function configureQueue(uint8 largeShift, uint48 delaySeconds) external;

    /// @notice What has arrived: how many records, the sum of their amounts (those that wait included), their hash.
    function inbox() external view returns (uint64 count, uint128 cumulative, bytes32 acc);

    /// @notice The route of what arrives; zero as long as it has none.
    function inboundRoute() external view returns (bytes32);

    /// @notice keccak256(abi.encode(nonce, transfer, readyAt)) of a record that waits, else zero. A vetoed one has
    /// type(uint48).max in the place of readyAt.
    function queued(uint256 nonce) external view returns (bytes32);

    /// @notice The sum of all that waits, the vetoed included.
    function queuedTotal() external view returns (uint256);

    /// @notice The amount above which a record waits, and how long what waits waits at least.
    function queueOf() external view returns (uint256 largeAmount, uint256 delaySeconds);

    /// @notice keccak256(abi.encodePacked(uint256 epoch, uint256 threshold, address[] attestors)), an address a word;
    /// zero while none is in office.
    function attestorSet() external view returns (bytes32);

    /// @notice The number of the attestor set in office, from 1 on.
    function epoch() external view returns (uint64);

    /// @notice The least and the longest time that what waits waits, in seconds.
    function MIN_QUEUE_SECONDS() external view returns (uint48);
    function MAX_QUEUE_SECONDS() external view returns (uint48);

    /// @notice How many attestors a set has at most.
    function MAX_ATTESTORS() external view returns (uint256);

    /// @notice Whether the attestor once equivocated.
    function isDisabled(address attestor) external view returns (bool);

    /// @notice What `split` proved at this count: keccak256(abi.encode(attestorSet, acc, cumulative)), else zero.
    function provenPoint(uint256 count) external view returns (bytes32);
}
