// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {ISecurePayment} from "../../interfaces/ISecurePayment.sol";
import {Governed} from "../safety/Governed.sol";
import {Assets} from "./Assets.sol";
import {Fees} from "./Fees.sol";

contract SecurePayment is ISecurePayment, Fees, ReentrancyGuardTransient {
    uint256 private constant REFUNDED_SHIFT = 112;
    uint256 private constant FEE_SHIFT = 224;
    uint256 private constant STATUS_SHIFT = 240;

    // slot 0: captured 14 + refunded 14 + feeBps 2 + status 1 = 31 bytes, packed by hand: solc writes field by field
    mapping(bytes32 key => uint256 escrow) private _escrows;

    /// @inheritdoc ISecurePayment
    mapping(address account => mapping(address token => uint256)) public balanceOf;

    constructor(uint48 governorDelaySeconds, address governor, address guardian, uint16 feeBps_, address feeRecipient_)
        Governed(governorDelaySeconds, governor, guardian)
        Fees(feeBps_, feeRecipient_)
    {}

    /// @inheritdoc ISecurePayment
    function deposit() external payable nonReentrant {
        _enter();
        if (msg.value == 0) revert ZeroAmount();

        balanceOf[msg.sender][Assets.NATIVE] += msg.value;
        emit BalanceDeposited(msg.sender, Assets.NATIVE, msg.value);
    }

    /// @inheritdoc ISecurePayment
    function depositToken(address token, uint256 amount) external nonReentrant {
        _enter();
        if (amount == 0) revert ZeroAmount();

        balanceOf[msg.sender][token] += amount;
        emit BalanceDeposited(msg.sender, token, amount);

        Assets.collect(token, msg.sender, address(this), amount);
    }

    /// @inheritdoc ISecurePayment
    function withdraw(uint256 amount) external nonReentrant {
        _withdraw(Assets.NATIVE, amount);
    }

    /// @inheritdoc ISecurePayment
    function withdrawToken(address token, uint256 amount) external nonReentrant {
        _withdraw(token, amount);
    }

    /// @inheritdoc ISecurePayment
    function authorize(Terms calldata terms) external payable nonReentrant {
        uint256 rateBps = _enter();
        (address payer, address token, uint256 amount) = _requireSound(terms);
        if (rateBps < terms.minFeeBps || rateBps > terms.maxFeeBps) {
            revert FeeOutOfRange(rateBps, terms.minFeeBps, terms.maxFeeBps);
        }
        bytes32 key = escrowKey(terms);
        if (_escrows[key] != 0) revert AlreadyAuthorized(key, _statusOf(_escrows[key]));

        _escrows[key] = rateBps << FEE_SHIFT | uint256(Status.Authorized) << STATUS_SHIFT;
        _emitAuthorized(key, terms);

        _collect(token, payer, amount);
    }

    /// @inheritdoc ISecurePayment
    function capture(Terms calldata terms, uint256 amount) external nonReentrant {
        address merchant = _requireMerchant(terms);
        if (amount == 0) revert ZeroAmount();
        (bytes32 key, uint256 escrow, uint256 left) = _open(terms);
        if (block.timestamp >= terms.captureDeadline) revert Expired(key, block.timestamp, terms.captureDeadline);
        if (amount > left) revert CaptureExceeded(key, amount, left);

        uint256 fee = _captureFee(escrow, amount);
        escrow += amount; // captured, the lowest field, stays within the terms' amount
        if (amount == left) escrow = _withStatus(escrow, Status.Captured);
        _escrows[key] = escrow;
        emit EscrowCaptured(key, amount, fee);

        address token = terms.token;
        if (fee != 0) _credit(feeRecipient, token, fee);
        _pushOrCredit(token, merchant, amount - fee);
    }

    /// @inheritdoc ISecurePayment
    function refund(Terms calldata terms, uint256 amount) external payable nonReentrant {
        address merchant = _requireMerchant(terms);
        if (amount == 0) revert ZeroAmount();
        bytes32 key = escrowKey(terms);
        uint256 escrow = _escrows[key];
        if (block.timestamp >= terms.refundDeadline) revert Expired(key, block.timestamp, terms.refundDeadline);
        uint256 limit = uint112(escrow) - uint112(escrow >> REFUNDED_SHIFT);
        if (amount > limit) revert RefundExceeded(key, amount, limit);

        _escrows[key] = escrow + (amount << REFUNDED_SHIFT); // refunded stays within captured
        emit EscrowRefunded(key, amount);

        _collect(terms.token, merchant, amount);
        _pushOrCredit(terms.token, terms.payer, amount);
    }

    /// @inheritdoc ISecurePayment
    function void(Terms calldata terms) external nonReentrant {
        _requireMerchant(terms);
        (bytes32 key, uint256 escrow, uint256 left) = _open(terms);

        _escrows[key] = _withStatus(escrow, Status.Voided);
        emit EscrowVoided(key, left);

        _pushOrCredit(terms.token, terms.payer, left);
    }

    /// @inheritdoc ISecurePayment
    function reclaim(Terms calldata terms) external nonReentrant {
        _requirePayer(terms);
        (bytes32 key, uint256 escrow, uint256 left) = _open(terms);
        if (block.timestamp < terms.captureDeadline) revert TooEarly(key, block.timestamp, terms.captureDeadline);

        _escrows[key] = _withStatus(escrow, Status.Reclaimed);
        emit EscrowReclaimed(key, left);

        _pushOrCredit(terms.token, terms.payer, left);
    }

    /// @inheritdoc ISecurePayment
    function escrows(bytes32 key)
        external
        view
        returns (uint112 captured, uint112 refunded, uint16 feeBps, Status status)
    {
        uint256 escrow = _escrows[key];
        return (uint112(escrow), uint112(escrow >> REFUNDED_SHIFT), uint16(escrow >> FEE_SHIFT), _statusOf(escrow));
    }

    /// @inheritdoc ISecurePayment
    function capturable(Terms calldata terms) external view returns (uint256) {
        uint256 escrow = _escrows[escrowKey(terms)];
        return _statusOf(escrow) == Status.Authorized ? terms.amount - uint112(escrow) : 0;
    }

    /// @inheritdoc ISecurePayment
    function refundable(Terms calldata terms) external view returns (uint256) {
        uint256 escrow = _escrows[escrowKey(terms)];
        return uint112(escrow) - uint112(escrow >> REFUNDED_SHIFT);
    }

    /// @inheritdoc ISecurePayment
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc ISecurePayment
    function escrowKey(Terms calldata terms) public view returns (bytes32 key) {
        // Solidity: keccak256(abi.encode(block.chainid, address(this), terms)), which copies field by field for three
        // times the gas. Dirty bits in an address name an escrow that cannot exist: `authorize` reads, and so checks,
        // all three.
        assembly ("memory-safe") {
            let data := mload(0x40)
            mstore(data, chainid())
            mstore(add(data, 32), address())
            calldatacopy(add(data, 64), terms, 288)
            key := keccak256(data, 352)
        }
    }

    function _withdraw(address token, uint256 amount) private {
        uint256 available = balanceOf[msg.sender][token];
        if (amount == 0) revert ZeroAmount();
        if (amount > available) revert InsufficientBalance(msg.sender, amount, available);

        balanceOf[msg.sender][token] = available - amount;
        emit BalanceWithdrawn(msg.sender, token, amount);

        Assets.send(token, msg.sender, amount);
    }

    function _pushOrCredit(address token, address to, uint256 amount) private {
        if (!Assets.push(token, to, amount)) _credit(to, token, amount);
    }

    function _credit(address account, address token, uint256 amount) private {
        balanceOf[account][token] += amount;
        emit BalanceCredited(account, token, amount);
    }

    function _emitAuthorized(bytes32 key, Terms calldata terms) private {
        emit EscrowAuthorized(
            key,
            terms.payer,
            terms.merchant,
            terms.token,
            terms.amount,
            terms.captureDeadline,
            terms.refundDeadline,
            terms.minFeeBps,
            terms.maxFeeBps,
            terms.salt
        );
    }

    /// @dev Native coin has come with the call, a token comes now.
    function _collect(address token, address from, uint256 amount) private {
        if (token == Assets.NATIVE) {
            if (msg.value != amount) revert WrongValue(msg.value, amount);
        } else {
            if (msg.value != 0) revert WrongValue(msg.value, 0);
            Assets.collect(token, from, address(this), amount);
        }
    }

    /// @dev On all captured, less what was taken before: the parts add up to the fee of the whole.
    function _captureFee(uint256 escrow, uint256 amount) private pure returns (uint256) {
        uint256 rateBps = uint16(escrow >> FEE_SHIFT);
        if (rateBps == 0) return 0;
        uint256 captured = uint112(escrow);
        return _feeOf(captured + amount, rateBps) - _feeOf(captured, rateBps);
    }

    function _open(Terms calldata terms) private view returns (bytes32 key, uint256 escrow, uint256 left) {
        key = escrowKey(terms);
        escrow = _escrows[key];
        Status status = _statusOf(escrow);
        if (status != Status.Authorized) revert NotAuthorized(key, status);
        left = terms.amount - uint112(escrow);
    }

    function _requireSound(Terms calldata terms) private view returns (address payer, address token, uint256 amount) {
        address merchant = terms.merchant;
        (payer, token, amount) = (_requirePayer(terms), terms.token, terms.amount);
        if (merchant == address(0) || merchant == address(this)) revert InvalidPayee(merchant);
        if (merchant == payer) revert SelfPayment(payer);
        if (amount == 0) revert ZeroAmount();
        if (amount > type(uint112).max) revert AmountTooLarge(amount, type(uint112).max);
        if (terms.captureDeadline <= block.timestamp || terms.refundDeadline < terms.captureDeadline) {
            revert InvalidDeadlines(block.timestamp, terms.captureDeadline, terms.refundDeadline);
        }
    }

    function _requirePayer(Terms calldata terms) private view returns (address payer) {
        payer = terms.payer;
        if (msg.sender != payer) revert NotPayer(msg.sender, payer);
    }

    function _requireMerchant(Terms calldata terms) private view returns (address merchant) {
        merchant = terms.merchant;
        if (msg.sender != merchant) revert NotMerchant(msg.sender, merchant);
    }

    function _statusOf(uint256 escrow) private pure returns (Status) {
        return Status(escrow >> STATUS_SHIFT);
    }

    function _withStatus(uint256 escrow, Status status) private pure returns (uint256) {
        return escrow & ~(uint256(type(uint8).max) << STATUS_SHIFT) | uint256(status) << STATUS_SHIFT;
    }
}
