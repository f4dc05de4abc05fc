// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
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
        if (msg.value != value) revert WrongValue(msg.value, value);

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
}
