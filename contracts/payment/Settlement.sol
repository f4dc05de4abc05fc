// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ISettlement} from "../../interfaces/ISettlement.sol";
import {Signatures} from "../governance/Signatures.sol";
import {Governed} from "../safety/Governed.sol";
import {Assets} from "./Assets.sol";
import {Fees} from "./Fees.sol";
import {Sweep} from "./Sweep.sol";

contract Settlement is ISettlement, Sweep, EIP712 {
    string private constant VERSION = "1.0.0";
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "Order(address maker,address taker,bool makerSells,uint8 standard,address asset,uint256 id,uint256 amount,"
        "address currency,uint256 price,uint256 maxFeeBps,uint256 expiry,uint256 counter,uint256 salt)"
    );

    /// @inheritdoc ISettlement
    mapping(bytes32 orderHash => uint256 amount) public filled;

    /// @inheritdoc ISettlement
    mapping(address maker => uint256 counter) public counters;

    constructor(uint48 governorDelaySeconds, address governor, address guardian, uint16 feeBps_, address feeRecipient_)
        Governed(governorDelaySeconds, governor, guardian)
        Fees(feeBps_, feeRecipient_)
        EIP712("Quittance Settlement", VERSION)
    {}

    /// @inheritdoc ISettlement
    function settle(Order calldata order, uint256 amount, bytes calldata signature) external payable nonReentrant {
        uint256 rateBps = _enter();
        bytes32 orderHash = hashOrder(order);
        _requireOpen(order, orderHash, rateBps);
        if (!_isSigned(order.maker, orderHash, signature)) revert InvalidSignature(orderHash, order.maker);
        uint256 already = _requireLeft(order, orderHash, amount);
        (uint256 paid, uint256 fee) = _costOf(order, already, amount, rateBps);
        uint256 value = order.currency == Assets.NATIVE ? paid : 0;
        if (msg.value != value) revert WrongValue(msg.value, value);

        filled[orderHash] = already + amount;
        (address seller, address buyer) = _partiesOf(order);
        emit OrderSettled(orderHash, seller, buyer, amount, paid, fee);

        _pay(order.currency, buyer, seller, paid, fee);
        _deliver(order, seller, buyer, amount);
    }

    /// @inheritdoc ISettlement
    function cancel(Order calldata order) external {
        bytes32 orderHash = hashOrder(order);
        if (msg.sender != order.maker) revert NotMaker(orderHash, msg.sender, order.maker);
        if (filled[orderHash] >= order.amount) revert OrderClosed(orderHash);

        filled[orderHash] = order.amount;
        emit OrderCancelled(orderHash, msg.sender);
    }

    /// @inheritdoc ISettlement
    function cancelAll() external {
        uint256 counter = counters[msg.sender] + 1 + (uint256(blockhash(block.number - 1)) >> 128);

        counters[msg.sender] = counter;
        emit AllOrdersCancelled(msg.sender, counter);
    }

    /// @inheritdoc ISettlement
    function version() external pure returns (string memory) {
        return VERSION;
    }

    /// @inheritdoc ISettlement
    function eip712Domain()
        public
        view
        override(EIP712, ISettlement)
        returns (bytes1, string memory, string memory, uint256, address, bytes32, uint256[] memory)
    {
        return super.eip712Domain();
    }

    /// @inheritdoc ISettlement
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @inheritdoc ISettlement
    function priceOf(Order calldata order, uint256 already, uint256 amount) public pure returns (uint256) {
        return _priceUntil(order, already + amount) - _priceUntil(order, already);
    }

    function _pay(address currency, address buyer, address seller, uint256 paid, uint256 fee) private {
        if (currency == Assets.NATIVE) {
            if (paid != 0) Assets.send(currency, seller, paid - fee);
        } else {
            _collect(currency, buyer, seller, paid - fee);
            _collect(currency, buyer, address(this), fee);
        }
    }

    /// @dev From the seller to the buyer, one of whom signed while the other called; and it must have arrived.
    function _deliver(Order calldata order, address seller, address buyer, uint256 amount) private {
        (address asset, uint256 id) = (order.asset, order.id);
        if (order.standard == Standard.ERC20) {
            _collect(asset, seller, buyer, amount);
        } else if (order.standard == Standard.ERC721) {
            bytes memory ownerOf = abi.encodeCall(IERC721.ownerOf, (id));
            if (_ask(asset, ownerOf) != uint160(seller)) revert NotHolder(asset, id, seller);
            bytes memory data = abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", seller, buyer, id);
            _send(asset, id, buyer, data);
            if (_ask(asset, ownerOf) != uint160(buyer)) revert NotDelivered(asset, id, buyer);
        } else {
            bytes memory balanceOf = abi.encodeCall(IERC1155.balanceOf, (buyer, id));
            uint256 held = _ask(asset, balanceOf);
            _send(asset, id, buyer, abi.encodeCall(IERC1155.safeTransferFrom, (seller, buyer, id, amount, "")));
            if (_ask(asset, balanceOf) != held + amount) revert NotDelivered(asset, id, buyer);
        }
    }

    /// @dev Only what knows allowances is an ERC-20 token. An ERC-721 answers to transferFrom and balanceOf too, and
    /// would move its token number `amount`.
    function _collect(address token, address from, address to, uint256 amount) private {
        if (amount == 0) return; // some tokens refuse to move nothing
        _ask(token, abi.encodeCall(IERC20.allowance, (from, address(this))));
        Assets.collect(token, from, to, amount);
    }

    /// @dev Whether there is code behind the asset, and whether it knows the call, shows in what the buyer holds.
    function _send(address asset, uint256 id, address buyer, bytes memory data) private {
        if (LowLevelCall.callNoReturn(asset, data)) return;
        if (LowLevelCall.returnDataSize() == 0) revert NotDelivered(asset, id, buyer);
        LowLevelCall.bubbleRevert();
    }

    function _ask(address asset, bytes memory question) private view returns (uint256) {
        (bool success, bytes32 answer,) = LowLevelCall.staticcallReturn64Bytes(asset, question);
        uint256 size = LowLevelCall.returnDataSize();
        if (!success && size != 0) LowLevelCall.bubbleRevert();
        if (!success || size < 32) revert NotAToken(asset);
        return uint256(answer);
    }

    function _requireOpen(Order calldata order, bytes32 orderHash, uint256 rateBps) private view {
        address taker = order.taker;
        uint256 counter = counters[order.maker];
        if (!_isSound(order)) revert InvalidOrder(orderHash);
        if (block.timestamp >= order.expiry) revert OrderExpired(orderHash, block.timestamp, order.expiry);
        if (taker != address(0) && msg.sender != taker) revert NotTaker(orderHash, msg.sender, taker);
        if (order.counter != counter) revert WrongCounter(orderHash, order.counter, counter);
        if (rateBps > order.maxFeeBps) revert FeeAboveMax(orderHash, rateBps, order.maxFeeBps);
    }

    function _requireLeft(Order calldata order, bytes32 orderHash, uint256 amount)
        private
        view
        returns (uint256 already)
    {
        already = filled[orderHash];
        if (already >= order.amount) revert OrderClosed(orderHash);
        uint256 left = order.amount - already;
        if (amount == 0 || amount > left) revert AmountExceeded(orderHash, amount, left);
    }

    function _isSound(Order calldata order) private view returns (bool) {
        if (order.maker == msg.sender || order.amount == 0 || order.price == 0) return false;
        if (order.asset == order.currency) return false;
        if (!order.makerSells && order.currency == Assets.NATIVE) return false;
        if (order.standard == Standard.ERC721 && order.amount != 1) return false;
        return order.standard != Standard.ERC20 || order.id == 0;
    }

    /// @dev ECDSA first, also for an account with code: under EIP-7702 a key's account has some. Nobody's key is zero.
    function _isSigned(address maker, bytes32 orderHash, bytes calldata signature) private view returns (bool) {
        address signer = Signatures.recover(orderHash, signature);
        if (signer != address(0) && signer == maker) return true;
        return
            maker.code.length != 0 && SignatureChecker.isValidERC1271SignatureNowCalldata(maker, orderHash, signature);
    }

    function _partiesOf(Order calldata order) private view returns (address seller, address buyer) {
        return order.makerSells ? (order.maker, msg.sender) : (msg.sender, order.maker);
    }

    /// @dev The fee is that on all paid so far, less that on what was paid before: it never exceeds what is paid now.
    function _costOf(Order calldata order, uint256 already, uint256 amount, uint256 rateBps)
        private
        pure
        returns (uint256 paid, uint256 fee)
    {
        uint256 before = _priceUntil(order, already);
        uint256 until = _priceUntil(order, already + amount);
        paid = until - before;
        if (rateBps != 0) fee = _feeOf(until, rateBps) - _feeOf(before, rateBps);
    }

    /// @dev What the first `amount` of an order costs, in the maker's favour.
    function _priceUntil(Order calldata order, uint256 amount) private pure returns (uint256) {
        Math.Rounding rounding = order.makerSells ? Math.Rounding.Ceil : Math.Rounding.Floor;
        return Math.mulDiv(order.price, amount, order.amount, rounding);
    }
}
