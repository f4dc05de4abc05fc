// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1363Spender} from "@openzeppelin/contracts/interfaces/IERC1363Spender.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IPaymentProcessor} from "../../interfaces/IPaymentProcessor.sol";
import {Governed} from "../safety/Governed.sol";
import {Assets} from "./Assets.sol";
import {Authorizations} from "./Authorizations.sol";
import {Fees} from "./Fees.sol";
import {Payouts} from "./Payouts.sol";
import {Sweep} from "./Sweep.sol";

contract PaymentProcessor is IPaymentProcessor, Sweep {
    using SafeERC20 for IERC20;

    /// @inheritdoc IPaymentProcessor
    uint256 public constant MAX_BATCH = 400;

    uint256 private constant PAID_AT_SHIFT = 160;
    uint256 private constant STATUS_SHIFT = 208;

    // slot 0: payer 20 + paidAt 6 + status 1 = 27 bytes, packed by hand: solc writes a struct field by field
    mapping(bytes32 key => uint256 receipt) private _receipts;

    /// @inheritdoc IPaymentProcessor
    mapping(address payer => mapping(bytes32 batchId => bytes32 commitment)) public batches;

    constructor(uint48 governorDelaySeconds, address governor, address guardian, uint16 feeBps_, address feeRecipient_)
        Governed(governorDelaySeconds, governor, guardian)
        Fees(feeBps_, feeRecipient_)
    {}

    /// @inheritdoc IPaymentProcessor
    function processPayment(address to, uint256 amount, bytes32 paymentId) external payable nonReentrant {
        if (msg.value != amount) revert WrongValue(msg.value, amount);
        (, uint256 fee) = _settle(Assets.NATIVE, msg.sender, to, amount, paymentId);

        emit PaymentProcessed(paymentId, msg.sender, to, amount);

        Assets.send(Assets.NATIVE, to, amount - fee);
    }

    /// @inheritdoc IPaymentProcessor
    function processTokenPayment(address token, address to, uint256 amount, bytes32 paymentId) external nonReentrant {
        // spelled out, not by _settleToken and _collect: the payment made most often is spared 124 gas
        (bytes32 key, uint256 fee) = _settle(token, msg.sender, to, amount, paymentId);

        emit TokenPaymentProcessed(key, paymentId, token, msg.sender, to, amount, fee);

        Assets.collect(token, msg.sender, to, amount - fee);
        if (fee != 0) Assets.collect(token, msg.sender, address(this), fee);
    }

    /// @inheritdoc IPaymentProcessor
    function processTokenPaymentWithPermit(
        address token,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external nonReentrant {
        (, uint256 fee) = _settleToken(token, msg.sender, to, amount, paymentId);

        Authorizations.tryPermit(token, amount, deadline, v, r, s);
        _collect(token, msg.sender, to, amount, fee);
    }

    /// @inheritdoc IPaymentProcessor
    function processTokenPaymentWithAuthorization(
        address token,
        address from,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external nonReentrant {
        (bytes32 key, uint256 fee) = _settleToken(token, from, to, amount, paymentId);
        if ((key ^ nonce) >> 64 != 0) revert WrongNonce(nonce, key);

        uint256 held = Assets.balanceOf(token, address(this));
        Authorizations.receiveFrom(token, from, amount, validAfter, validBefore, nonce, signature);
        _passOn(token, to, amount, fee, held);
    }

    /// @inheritdoc IPaymentProcessor
    function processTokenPaymentWithPermit2(
        address token,
        address from,
        address to,
        uint256 amount,
        bytes32 paymentId,
        uint256 nonce,
        uint256 deadline,
        bytes calldata signature
    ) external nonReentrant {
        (bytes32 key, uint256 fee) = _settleToken(token, from, to, amount, paymentId);

        address receiver = fee == 0 ? to : address(this); // without a fee the tokens need not come by here
        uint256 held = Assets.balanceOf(token, receiver);
        Authorizations.transferFrom(token, from, receiver, amount, nonce, deadline, key, signature);
        if (fee != 0) _passOn(token, to, amount, fee, held);
        else Assets.requireBalance(token, to, held + amount);
    }

    /// @inheritdoc IPaymentProcessor
    function onApprovalReceived(address owner, uint256 value, bytes calldata data)
        external
        nonReentrant
        returns (bytes4)
    {
        (address to, bytes32 paymentId) = abi.decode(data, (address, bytes32));
        Authorizations.requireApproval(owner, value);
        (, uint256 fee) = _settleToken(msg.sender, owner, to, value, paymentId);

        _collect(msg.sender, owner, to, value, fee);
        return IERC1363Spender.onApprovalReceived.selector;
    }

    /// @inheritdoc IPaymentProcessor
    function processBatch(address token, bytes32[] calldata payouts, uint256 total, bytes32 batchId)
        external
        payable
        nonReentrant
    {
        _enter();
        if (payouts.length == 0 || payouts.length > MAX_BATCH) revert InvalidBatchSize(payouts.length, MAX_BATCH);
        uint256 value = token == Assets.NATIVE ? total : 0;
        if (msg.value != value) revert WrongValue(msg.value, value);
        mapping(bytes32 batchId => bytes32) storage commitments = batches[msg.sender];
        if (commitments[batchId] != 0) revert BatchAlreadyProcessed(msg.sender, batchId);

        commitments[batchId] = batchCommitment(token, payouts);
        emit BatchProcessed(batchId, msg.sender, token, payouts.length, total);

        _payOut(token, payouts, total);
    }

    /// @inheritdoc IPaymentProcessor
    function refund(address token, address to, uint256 amount, bytes32 paymentId) external payable nonReentrant {
        bytes32 key = paymentKey(token, to, amount, paymentId);
        (address payer, uint48 paidAt, Status status) = payments(key);
        if (status != Status.Paid) revert NotPaid(key, status);
        if (msg.sender != to) revert NotPayee(key, msg.sender, to);
        uint256 value = token == Assets.NATIVE ? amount : 0;
        if (msg.value != value) revert WrongValue(msg.value, value);

        _receipts[key] = uint160(payer) | uint256(paidAt) << PAID_AT_SHIFT | uint256(Status.Refunded) << STATUS_SHIFT;
        emit PaymentRefunded(key, payer, to, token, amount);

        if (token == Assets.NATIVE) Assets.send(token, payer, amount);
        else Assets.collect(token, to, payer, amount);
    }

    /// @inheritdoc IPaymentProcessor
    function isPaid(address token, address to, uint256 amount, bytes32 paymentId) external view returns (bool) {
        (,, Status status) = payments(paymentKey(token, to, amount, paymentId));
        return status == Status.Paid;
    }

    /// @inheritdoc IPaymentProcessor
    function getPayment(address token, address to, uint256 amount, bytes32 paymentId)
        external
        view
        returns (Payment memory)
    {
        (address payer, uint48 paidAt, Status status) = payments(paymentKey(token, to, amount, paymentId));
        return Payment(payer, to, amount, paidAt, status == Status.Paid);
    }

    /// @inheritdoc IPaymentProcessor
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc IPaymentProcessor
    function payments(bytes32 key) public view returns (address payer, uint48 paidAt, Status status) {
        uint256 receipt = _receipts[key];
        return (address(uint160(receipt)), uint48(receipt >> PAID_AT_SHIFT), Status(receipt >> STATUS_SHIFT));
    }

    /// @inheritdoc IPaymentProcessor
    function paymentKey(address token, address to, uint256 amount, bytes32 paymentId) public view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(this), token, to, amount, paymentId));
    }

    /// @inheritdoc IPaymentProcessor
    function batchCommitment(address token, bytes32[] calldata payouts) public pure returns (bytes32 commitment) {
        // Solidity: keccak256(abi.encode(token, keccak256(abi.encodePacked(payouts)))), which copies word by word
        assembly ("memory-safe") {
            let packed := mload(0x40)
            let size := shl(5, payouts.length)
            calldatacopy(packed, payouts.offset, size)
            mstore(32, keccak256(packed, size))
            mstore(0, token)
            commitment := keccak256(0, 64)
        }
    }

    /// @dev The checks and the one storage write that every single payment shares.
    function _settle(address token, address payer, address to, uint256 amount, bytes32 paymentId)
        private
        returns (bytes32 key, uint256 fee)
    {
        uint256 rateBps = _enter();
        if (amount == 0) revert ZeroAmount();
        if (to == address(0) || to == address(this)) revert InvalidPayee(to);
        if (to == payer) revert SelfPayment(to);
        key = paymentKey(token, to, amount, paymentId);
        uint256 receipt = _receipts[key];
        if (receipt != 0) revert AlreadyPaid(key, address(uint160(receipt)), uint48(receipt >> PAID_AT_SHIFT));

        _receipts[key] = uint160(payer) | block.timestamp << PAID_AT_SHIFT | uint256(Status.Paid) << STATUS_SHIFT;
        if (rateBps != 0) fee = _feeOf(amount, rateBps);
    }

    function _settleToken(address token, address payer, address to, uint256 amount, bytes32 paymentId)
        private
        returns (bytes32 key, uint256 fee)
    {
        (key, fee) = _settle(token, payer, to, amount, paymentId);
        emit TokenPaymentProcessed(key, paymentId, token, payer, to, amount, fee);
    }

    /// @dev By the payer's approval, to the payee without a detour.
    function _collect(address token, address payer, address to, uint256 amount, uint256 fee) private {
        Assets.collect(token, payer, to, amount - fee);
        if (fee != 0) Assets.collect(token, payer, address(this), fee);
    }

    /// @dev The amount must have come here, to what was held before; the payee gains it less the fee, which alone
    /// stays.
    function _passOn(address token, address to, uint256 amount, uint256 fee, uint256 held) private {
        Assets.requireBalance(token, address(this), held + amount);
        Assets.deliver(token, to, amount - fee);
        Assets.requireBalance(token, address(this), held + fee);
    }

    /// @dev In comes the total, out go the payouts that add up to it, and what the processor held before is left.
    function _payOut(address token, bytes32[] calldata payouts, uint256 total) private {
        uint256 held;
        uint256 left;
        uint256 sent;
        uint256 sum;
        if (token == Assets.NATIVE) {
            held = address(this).balance - total; // which came with the call
            (sent, sum) = Payouts.sendNative(payouts);
            left = address(this).balance;
        } else {
            held = Assets.balanceOf(token, address(this));
            IERC20(token).safeTransferFrom(msg.sender, address(this), total);
            Assets.requireBalance(token, address(this), held + total);
            (sent, sum) = Payouts.sendToken(token, payouts);
            left = Assets.balanceOf(token, address(this));
        }
        if (sent == payouts.length && sum == total && left == held) return;
        _requireSound(payouts, total);
        if (sent == payouts.length) revert InexactTransfer(token, address(this), left, held);
        revert TransferFailed(address(bytes20(payouts[sent])), uint96(uint256(payouts[sent])));
    }

    /// @dev Only a batch that did not go is looked at in full, to name what is wrong with it.
    function _requireSound(bytes32[] calldata payouts, uint256 total) private view {
        uint256 sum;
        for (uint256 i = 0; i < payouts.length; ++i) {
            address to = address(bytes20(payouts[i]));
            uint256 amount = uint96(uint256(payouts[i]));
            if (amount == 0 || to == address(0) || to == msg.sender || to == address(this)) {
                revert InvalidPayout(i, to, amount);
            }
            sum += amount;
        }
        if (sum != total) revert WrongTotal(sum, total);
    }
}
