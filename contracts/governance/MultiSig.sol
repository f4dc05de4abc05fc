// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ERC1155Holder} from "@openzeppelin/contracts/token/ERC1155/utils/ERC1155Holder.sol";
import {ERC721Holder} from "@openzeppelin/contracts/token/ERC721/utils/ERC721Holder.sol";
import {ERC7739Utils} from "@openzeppelin/contracts/utils/cryptography/draft-ERC7739Utils.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {IMultiSig} from "../../interfaces/IMultiSig.sol";
import {ITimelock} from "../../interfaces/ITimelock.sol";
import {ITokenBucket} from "../../interfaces/ITokenBucket.sol";
import {Assets} from "../payment/Assets.sol";
import {CircuitBreaker} from "../safety/CircuitBreaker.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";
import {Acts} from "./Acts.sol";
import {Charter} from "./Charter.sol";
import {Owners} from "./Owners.sol";
import {Signatures} from "./Signatures.sol";
import {Timelock} from "./Timelock.sol";

contract MultiSig is IMultiSig, Timelock, TokenBucket, CircuitBreaker, ERC721Holder, ERC1155Holder {
    bytes32 private constant DOMAIN_TYPEHASH =
        keccak256("EIP712Domain(string name,string version,uint256 chainId,address verifyingContract,bytes32 salt)");
    string private constant NAME = "Quittance MultiSig";
    string private constant VERSION = "1.0.0";
    bytes32 private constant NAME_HASH = keccak256("Quittance MultiSig");
    bytes32 private constant VERSION_HASH = keccak256("1.0.0");
    bytes32 private constant ERC7739_PROBE = 0x7739773977397739773977397739773977397739773977397739773977397739;

    /// @inheritdoc IMultiSig
    uint48 public nonce; // in the slot of pausedUntil, which every payment reads anyway

    // As long as they are zero, what the wallet began with holds (its charter)
    uint32 private _minDelay;
    bool private _hasNewOwners; // beside the nonce, so that nothing is read of owners who never changed
    bytes32 private _ownerSet;
    address private _guardian;

    /// @inheritdoc IMultiSig
    mapping(bytes32 digest => mapping(address owner => bool)) public isApproved;

    /// @inheritdoc IMultiSig
    mapping(address verifier => bool) public isVerifier;

    /// @dev The implementation is nobody's wallet: no owners hash to zero.
    constructor() {
        _hasNewOwners = true;
    }

    /// @inheritdoc IMultiSig
    function pay(Payment calldata payment, uint256 deadline, Quorum calldata quorum) external returns (bytes32 id) {
        _requireNotPaused();
        (address to, uint256 amount, address token) = _partsOf(payment);
        _requirePayout(to, amount);
        uint256 act = nonce;
        _agree(act, Acts.payment(payment, act, deadline), deadline, quorum);

        if (!_consume(token, amount)) return _scheduleAct(abi.encodeCall(this.settle, (payment)), act);

        _pay(token, to, amount);
    }

    /// @inheritdoc IMultiSig
    function payBatch(address token, uint256 total, Payout[] calldata payouts, uint256 deadline, Quorum calldata quorum)
        external
        returns (bytes32 id)
    {
        _requireNotPaused();
        _requirePayouts(payouts, total);
        uint256 act = nonce;
        _agree(act, Acts.batch(token, total, payouts, act, deadline), deadline, quorum);

        if (!_consume(token, total)) return _scheduleAct(abi.encodeCall(this.settleBatch, (token, payouts)), act);

        _payAll(token, payouts);
    }

    /// @inheritdoc IMultiSig
    function changeOwners(uint256 threshold, address[] calldata owners, uint256 deadline, Quorum calldata quorum)
        external
        returns (bytes32 id)
    {
        Owners.requireSound(threshold, owners, address(this));
        uint256 act = nonce;
        _agree(act, Acts.ownerChange(threshold, owners, act, deadline), deadline, quorum);

        return _scheduleAct(abi.encodeCall(this.setOwners, (ownerSet(), threshold, owners)), act);
    }

    /// @inheritdoc IMultiSig
    function schedule(
        Call[] calldata calls,
        bytes32 predecessor,
        uint256 delaySeconds,
        uint256 deadline,
        Quorum calldata quorum
    ) external returns (bytes32 id) {
        if (calls.length == 0) revert EmptyBatch();
        uint256 act = nonce;
        _agree(act, Acts.operation(calls, predecessor, delaySeconds, act, deadline), deadline, quorum);

        id = calls.length == 1
            ? _scheduleCall(calls[0], predecessor, delaySeconds, act)
            : _scheduleCalls(calls, predecessor, delaySeconds, act);
        _record("schedule", abi.encode(id, act));
    }

    /// @inheritdoc IMultiSig
    function cancelBySignatures(bytes32 id, uint256 deadline, Quorum calldata quorum) external {
        uint256 act = nonce;
        _agree(act, Acts.cancellation(id, act, deadline), deadline, quorum);

        _cancel(id, true);
        _record("cancel", abi.encode(id));
    }

    /// @inheritdoc IMultiSig
    function cancel(bytes32 id) external {
        _requireGuardian();

        _cancel(id, false);
        _record("cancel", abi.encode(id));
    }

    /// @inheritdoc IMultiSig
    function approve(bytes32 digest) external {
        isApproved[digest][msg.sender] = true;
        emit ActApproved(digest, msg.sender);
    }

    /// @inheritdoc IMultiSig
    function disapprove(bytes32 digest) external {
        if (!isApproved[digest][msg.sender]) revert NotApproved(digest, msg.sender);

        isApproved[digest][msg.sender] = false;
        emit ActDisapproved(digest, msg.sender);
    }

    /// @inheritdoc IMultiSig
    function settle(Payment calldata payment) external {
        _requireSelf();
        _pay(payment.token, payment.to, payment.amount);
    }

    /// @inheritdoc IMultiSig
    function settleBatch(address token, Payout[] calldata payouts) external {
        _requireSelf();
        _payAll(token, payouts);
    }

    /// @inheritdoc IMultiSig
    function setOwners(bytes32 current, uint256 threshold, address[] calldata owners) external {
        _requireSelf();
        Owners.requireSound(threshold, owners, address(this));
        if (current != ownerSet()) revert WrongOwnerSet(current, ownerSet());

        bytes32 changed = Owners.hashOf(threshold, owners);
        (_ownerSet, _hasNewOwners) = (changed, true);
        emit OwnersChanged(changed, threshold, owners);
        _record("setOwners", abi.encode(threshold, owners));
    }

    /// @inheritdoc IMultiSig
    function setGuardian(address guardian_) external {
        _requireSelf();
        if (guardian_ == address(0) || guardian_ == address(this)) revert InvalidGuardian(guardian_);

        _guardian = guardian_;
        emit GuardianChanged(guardian_);
        _hear(guardian_);
        _record("setGuardian", abi.encode(guardian_));
    }

    /// @inheritdoc IMultiSig
    function setVerifier(address verifier, bool admitted) external {
        _requireSelf();
        isVerifier[verifier] = admitted;
        emit VerifierChanged(verifier, admitted);
        _record("setVerifier", abi.encode(verifier, admitted));
    }

    /// @inheritdoc ITokenBucket
    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external {
        _requireSelf();
        _configureLimit(asset, capacity, refillSeconds);
        _record("configureLimit", abi.encode(asset, capacity, refillSeconds));
    }

    /// @inheritdoc IMultiSig
    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4 magic) {
        if (hash == ERC7739_PROBE && signature.length == 0) return 0x77390001;
        // no contract has the zero address: it is who asks off chain
        if (msg.sender != address(0) && !isVerifier[msg.sender]) return 0xffffffff;
        bool valid = _isNestedTyped(hash, signature)
            || _isSigned(_digestOf(ERC7739Utils.personalSignStructHash(hash), ownerSet()), signature);
        return valid ? IERC1271.isValidSignature.selector : bytes4(0xffffffff);
    }

    /// @inheritdoc IMultiSig
    function eip712Domain()
        external
        view
        returns (
            bytes1 fields,
            string memory name,
            string memory version_,
            uint256 chainId,
            address verifyingContract,
            bytes32 salt,
            uint256[] memory extensions
        )
    {
        return (hex"1f", NAME, VERSION, block.chainid, address(this), ownerSet(), new uint256[](0));
    }

    /// @inheritdoc IMultiSig
    function version() external pure returns (string memory) {
        return VERSION;
    }

    /// @inheritdoc IMultiSig
    function requireQuorum(bytes32 digest, Quorum calldata quorum) external view {
        _requireQuorum(digest, quorum, ownerSet());
    }

    /// @inheritdoc IMultiSig
    function ownerSet() public view returns (bytes32) {
        return _hasNewOwners ? _ownerSet : Charter.ownerSet();
    }

    /// @inheritdoc IMultiSig
    function guardian() public view returns (address) {
        address changed = _guardian;
        return changed == address(0) ? Charter.guardian() : changed;
    }

    /// @inheritdoc ITimelock
    function getMinDelay() public view override returns (uint256) {
        uint256 changed = _minDelay;
        return changed == 0 ? Charter.delaySeconds() : changed;
    }

    /// @dev The owners agree to the act, which uses up its nonce.
    function _agree(uint256 act, bytes32 structHash, uint256 deadline, Quorum calldata quorum) private {
        if (block.timestamp > deadline) revert PastDeadline(block.timestamp, deadline);
        bytes32 current = ownerSet();
        _requireQuorum(_digestOf(structHash, current), quorum, current);

        unchecked {
            nonce = uint48(act + 1); // 2^48 acts are out of reach: each costs gas
        }
    }

    function _scheduleAct(bytes memory data, uint256 act) private returns (bytes32 id) {
        id = _scheduleOwn(data, bytes32(act));
        _record("schedule", abi.encode(id, act));
    }

    function _scheduleCall(Call calldata call, bytes32 predecessor, uint256 delaySeconds, uint256 act)
        private
        returns (bytes32)
    {
        (address target, bytes calldata data) = (call.target, call.data);
        uint256 flags = _removesGuardian(target, data) ? GUARDED : 0;
        return _schedule(target, call.value, data, predecessor, bytes32(act), delaySeconds, flags);
    }

    function _scheduleCalls(Call[] calldata calls, bytes32 predecessor, uint256 delaySeconds, uint256 act)
        private
        returns (bytes32)
    {
        address[] memory targets = new address[](calls.length);
        uint256[] memory values = new uint256[](calls.length);
        bytes[] memory payloads = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            (targets[i], values[i], payloads[i]) = (calls[i].target, calls[i].value, calls[i].data);
        }
        return _scheduleBatch(targets, values, payloads, predecessor, bytes32(act), delaySeconds);
    }

    function _payAll(address token, Payout[] calldata payouts) private {
        for (uint256 i = 0; i < payouts.length; ++i) {
            _pay(token, payouts[i].to, payouts[i].amount);
        }
    }

    function _pay(address token, address to, uint256 amount) private {
        emit PaymentExecuted(to, token, amount);

        Assets.send(token, to, amount);
    }

    function _setMinDelay(uint256 newDelay) internal override {
        _minDelay = uint32(newDelay);
        _record("updateDelay", abi.encode(newDelay));
    }

    function _checkGovernor() internal view override {
        _requireSelf();
    }

    function _checkGuardian(address account) internal view override {
        if (account != guardian()) revert NotGuardian(account);
    }

    function _isGovernor(address account) internal view override returns (bool) {
        return account == address(this);
    }

    function _requireQuorum(bytes32 digest, Quorum calldata quorum, bytes32 current) private view {
        address[] calldata owners = Signatures.ownersOf(quorum);
        bytes32 got = Owners.hashOf(quorum.threshold, owners);
        if (got != current) revert WrongOwnerSet(got, current);
        Signatures.requireQuorum(quorum, owners, digest, isApproved);
    }

    /// @dev Solidity: `(payment.to, payment.amount, payment.token)`, which asks the same question of each word. An address
    /// with dirty bits is a payment that nobody signed.
    function _partsOf(Payment calldata payment) private pure returns (address to, uint256 amount, address token) {
        assembly ("memory-safe") {
            to := shr(96, calldataload(add(payment, 12)))
            amount := calldataload(add(payment, 0x20))
            token := shr(96, calldataload(add(payment, 0x4c)))
        }
    }

    /// @dev Solidity: `MessageHashUtils.toTypedDataHash(keccak256(abi.encode(DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH,
    /// block.chainid, address(this), current)), structHash)`, for twice the gas.
    function _digestOf(bytes32 structHash, bytes32 current) private view returns (bytes32 digest) {
        (bytes32 typehash, bytes32 nameHash, bytes32 versionHash) = (DOMAIN_TYPEHASH, NAME_HASH, VERSION_HASH);
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, typehash)
            mstore(add(data, 0x20), nameHash)
            mstore(add(data, 0x40), versionHash)
            mstore(add(data, 0x60), chainid())
            mstore(add(data, 0x80), address())
            mstore(add(data, 0xa0), current)
            mstore(add(data, 2), keccak256(data, 0xc0))
            mstore(add(data, 0x22), structHash)
            mstore(data, or(shl(240, 0x1901), shr(16, shl(16, mload(data)))))
            digest := keccak256(data, 0x42)
        }
    }

    /// @dev ERC-7739: the owners signed the application's struct inside one that names this wallet.
    function _isNestedTyped(bytes32 hash, bytes calldata encoded) private view returns (bool) {
        (bytes calldata signature, bytes32 separator, bytes32 contentsHash, string calldata description) =
            ERC7739Utils.decodeTypedDataSig(encoded);
        if (hash != MessageHashUtils.toTypedDataHash(separator, contentsHash)) return false;
        bytes memory domain = abi.encode(NAME_HASH, VERSION_HASH, block.chainid, address(this), ownerSet());
        bytes32 structHash = ERC7739Utils.typedDataSignStructHash(description, contentsHash, domain);
        // 0 of a malformed description, which binds neither contents nor wallet
        return structHash != 0 && _isSigned(MessageHashUtils.toTypedDataHash(separator, structHash), signature);
    }

    /// @dev Whether the signature, abi.encode(Quorum), is a quorum's. By a call, so that a malformed one is an answer:
    /// behind the digest's word the same bytes are the arguments, with the offset one word further.
    function _isSigned(bytes32 digest, bytes calldata signature) private view returns (bool success) {
        if (signature.length < 32 || bytes32(signature) != bytes32(uint256(32))) return false;
        (success,) = address(this)
            .staticcall(bytes.concat(this.requireQuorum.selector, digest, bytes32(uint256(64)), signature[32:]));
    }

    /// @dev Whether the call does nothing but take power from the guardian.
    function _removesGuardian(address target, bytes calldata data) private view returns (bool) {
        if (data.length < 36) return false;
        bytes4 selector = bytes4(data);
        if (selector == this.setGuardian.selector) return target == address(this);
        return selector == IAccessControl.revokeRole.selector && data.length == 68
            && bytes32(data[36:68]) == bytes32(uint256(uint160(guardian())));
    }

    function _requireNotPaused() private view {
        uint48 until = pausedUntil;
        if (block.timestamp < until) revert ContractPaused(until);
    }

    function _requirePayouts(Payout[] calldata payouts, uint256 total) private view {
        if (payouts.length == 0) revert EmptyBatch();
        uint256 sum;
        for (uint256 i = 0; i < payouts.length; ++i) {
            _requirePayout(payouts[i].to, payouts[i].amount);
            sum += payouts[i].amount;
        }
        if (sum != total) revert WrongTotal(sum, total);
    }

    function _requirePayout(address to, uint256 amount) private view {
        if (to == address(0) || to == address(this)) revert InvalidPayee(to);
        if (amount == 0) revert ZeroAmount();
    }
}
