// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IAssets} from "../../interfaces/IAssets.sol";
import {ISettlement} from "../../interfaces/ISettlement.sol";
import {Governed} from "../safety/Governed.sol";
import {Assets} from "./Assets.sol";
import {Fees} from "./Fees.sol";

contract Settlement is ISettlement, Fees, EIP712, ReentrancyGuardTransient {
    string private constant VERSION = "1.0.0";
    bytes32 private constant ORDER_TYPEHASH = keccak256(
        "Order(address maker,address taker,bool makerSells,uint8 standard,address asset,uint256 id,uint256 amount,address currency,uint256 price,uint256 expiry,uint256 salt)"
    );

    /// @inheritdoc ISettlement
    mapping(bytes32 orderHash => uint256 amount) public filled;

    constructor(uint48 governorDelaySeconds, address governor, address guardian, uint16 feeBps_, address feeRecipient_)
        Governed(governorDelaySeconds, governor, guardian)
        Fees(feeBps_, feeRecipient_)
        EIP712("Quittance Settlement", VERSION)
    {}

    /// @inheritdoc ISettlement
    function settle(Order calldata order, uint256 amount, bytes calldata signature) external payable nonReentrant {
        uint256 rateBps = _enter();
        bytes32 orderHash = hashOrder(order);
        _requireOpen(order, orderHash, signature);
        uint256 already = filled[orderHash];
        if (already >= order.amount) revert OrderClosed(orderHash);
        if (amount == 0 || amount > order.amount - already) {
            revert AmountExceeded(orderHash, amount, order.amount - already);
        }
        uint256 paid = priceOf(order, already, amount);
        uint256 value = order.currency == Assets.NATIVE ? paid : 0;
        if (msg.value != value) revert IAssets.WrongValue(msg.value, value);

        filled[orderHash] = already + amount;
        uint256 fee = rateBps == 0 ? 0 : _feeOf(paid, rateBps);
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
    function sweep(address token) external nonReentrant {
        uint256 amount = token == Assets.NATIVE ? address(this).balance : Assets.balanceOf(token, address(this));
        if (amount == 0) revert IAssets.ZeroAmount();

        emit FeesSwept(token, feeRecipient, amount);

        Assets.send(token, feeRecipient, amount);
    }

    /// @inheritdoc ISettlement
    function version() external pure returns (string memory) {
        return VERSION;
    }

    /// @inheritdoc ISettlement
    function hashOrder(Order calldata order) public view returns (bytes32) {
        return _hashTypedDataV4(keccak256(abi.encode(ORDER_TYPEHASH, order)));
    }

    /// @inheritdoc ISettlement
    function priceOf(Order calldata order, uint256 already, uint256 amount) public pure returns (uint256) {
        return Math.mulDiv(order.price, already + amount, order.amount, Math.Rounding.Ceil)
            - Math.mulDiv(order.price, already, order.amount, Math.Rounding.Ceil);
    }

    function _pay(address currency, address buyer, address seller, uint256 paid, uint256 fee) private {
        if (currency == Assets.NATIVE) {
            Assets.send(currency, seller, paid - fee);
        } else {
            Assets.collect(currency, buyer, seller, paid - fee);
            if (fee != 0) Assets.collect(currency, buyer, address(this), fee);
        }
    }

    /// @dev From the seller to the buyer, one of whom signed while the other called; and it must have arrived.
    function _deliver(Order calldata order, address seller, address buyer, uint256 amount) private {
        (address asset, uint256 id) = (order.asset, order.id);
        if (order.standard == Standard.ERC20) {
            Assets.collect(asset, seller, buyer, amount);
        } else if (order.standard == Standard.ERC721) {
            IERC721(asset).safeTransferFrom(seller, buyer, id);
            if (IERC721(asset).ownerOf(id) != buyer) revert NotDelivered(asset, id, buyer);
        } else {
            uint256 held = IERC1155(asset).balanceOf(buyer, id);
            IERC1155(asset).safeTransferFrom(seller, buyer, id, amount, "");
            if (IERC1155(asset).balanceOf(buyer, id) != held + amount) revert NotDelivered(asset, id, buyer);
        }
    }

    function _requireOpen(Order calldata order, bytes32 orderHash, bytes calldata signature) private view {
        address maker = order.maker;
        if (!_isSound(order)) revert InvalidOrder(orderHash);
        if (block.timestamp >= order.expiry) revert OrderExpired(orderHash, block.timestamp, order.expiry);
        if (order.taker != address(0) && msg.sender != order.taker) {
            revert NotTaker(orderHash, msg.sender, order.taker);
        }
        if (!SignatureChecker.isValidSignatureNowCalldata(maker, orderHash, signature)) {
            revert InvalidSignature(orderHash, maker);
        }
    }

    function _isSound(Order calldata order) private view returns (bool) {
        if (order.maker == msg.sender || order.amount == 0 || order.price == 0) return false;
        if (order.asset == order.currency) return false;
        if (!order.makerSells && order.currency == Assets.NATIVE) return false;
        if (order.standard == Standard.ERC721 && order.amount != 1) return false;
        return order.standard != Standard.ERC20 || order.id == 0;
    }

    function _partiesOf(Order calldata order) private view returns (address seller, address buyer) {
        return order.makerSells ? (order.maker, msg.sender) : (msg.sender, order.maker);
    }
}
