// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

import {IAssets} from "./IAssets.sol";

/// @title Delivery versus payment
/// @notice An asset goes one way and money the other in one transaction, or nothing goes. A maker signs an order
/// (EIP-712), a taker settles it. The asset is an ERC-721, an ERC-1155 or an ERC-20 token; the money is native coin or
/// an ERC-20 token. Both go from party to party: the contract never holds an asset, and of money nothing but fees.
/// Whoever sells bears the fee. Amounts are base units (1 for an ERC-721), times are Unix seconds.
///
/// Domain: name "Quittance Settlement", version `version()`. Type:
/// Order(address maker,address taker,bool makerSells,uint8 standard,address asset,uint256 id,uint256 amount,
/// address currency,uint256 price,uint256 maxFeeBps,uint256 expiry,uint256 counter,uint256 salt)
///
/// Makers: an order stays good until it expires, is filled or is cancelled, whatever becomes of the asset meanwhile.
/// What is sold elsewhere and comes back can be bought for what was asked then, unless the order was cancelled.
/// @dev Invariants 4, 9 to 14, 38 and 40. Every function but `cancel` and `cancelAll` that changes state reverts with
/// ReentrancyGuardReentrantCall if it is entered from within one; those two move nothing and may always be called.
interface ISettlement is IAssets {
    /// @notice What kind of token the asset is.
    enum Standard {
        ERC20,
        ERC721,
        ERC1155
    }

    /// @notice `maker` offers, to `taker` or with the zero address to anyone, to sell `amount` of the asset for `price`
    /// of the currency, or to buy it so. ERC-1155 and ERC-20 orders may be filled in parts. `id` is 0 for an ERC-20.
    /// The order is good before the second `expiry`, while the fee is at most `maxFeeBps` and `counter` is the maker's.
    /// `salt` tells orders apart that are otherwise the same.
    struct Order {
        address maker;
        address taker;
        bool makerSells;
        Standard standard;
        address asset;
        uint256 id;
        uint256 amount;
        address currency;
        uint256 price;
        uint256 maxFeeBps;
        uint256 expiry;
        uint256 counter;
        uint256 salt;
    }

    /// @notice `amount` of an order's asset went to the buyer for `paid`, of which the seller got `paid - fee`.
    event OrderSettled(
        bytes32 indexed orderHash,
        address indexed seller,
        address indexed buyer,
        uint256 amount,
        uint256 paid,
        uint256 fee
    );

    /// @notice The order can be settled no more.
    event OrderCancelled(bytes32 indexed orderHash, address indexed maker);

    /// @notice All orders of the maker with another counter than this can be settled no more.
    event AllOrdersCancelled(address indexed maker, uint256 counter);

    /// @notice An order of nothing, for nothing, of the caller's own, of an asset for itself, with an ERC-721 amount
    /// other than 1, an id for an ERC-20, or a buyer's order in native coin, which cannot be collected.
    error InvalidOrder(bytes32 orderHash);

    /// @notice The signature is not the maker's over this order.
    error InvalidSignature(bytes32 orderHash, address maker);

    /// @notice The order is for `expected`.
    error NotTaker(bytes32 orderHash, address got, address expected);

    /// @notice Only the maker cancels.
    error NotMaker(bytes32 orderHash, address got, address maker);

    /// @notice The order expired at `limit`; it is `got` now.
    error OrderExpired(bytes32 orderHash, uint256 got, uint256 limit);

    /// @notice The order was cancelled with all others of its counter; the maker's is `expected`.
    error WrongCounter(bytes32 orderHash, uint256 got, uint256 expected);

    /// @notice The fee is higher than the maker agreed to.
    error FeeAboveMax(bytes32 orderHash, uint256 got, uint256 limit);

    /// @notice The order was cancelled, or is filled.
    error OrderClosed(bytes32 orderHash);

    /// @notice The order has `limit` left; nothing cannot be settled either.
    error AmountExceeded(bytes32 orderHash, uint256 got, uint256 limit);

    /// @notice The seller does not hold the ERC-721 token `id`.
    error NotHolder(address asset, uint256 id, address seller);

    /// @notice The asset refused without a reason, or the buyer does not hold exactly so much more of it.
    error NotDelivered(address asset, uint256 id, address buyer);

    /// @notice Settle `amount` of an order. The caller is the taker: it pays, or delivers, from its approvals; native
    /// coin comes with the call, exactly. First the money goes, then the asset.
    /// @dev All parts so far cost the share of the price that they are of the amount, rounded in the maker's favour: up
    /// where it sells, down where it buys; the whole costs the price. The fee is that on all paid so far, less that on
    /// what was paid before, so no split avoids it. A token that would move no amount is not called.
    /// The signature is of the maker's key (64 or 65 bytes, low s), also if the account has code, or the code's
    /// (ERC-1271).
    /// Errors: ContractPaused, InvalidOrder, OrderExpired, NotTaker, WrongCounter, FeeAboveMax, InvalidSignature,
    /// OrderClosed, AmountExceeded, WrongValue, NotHolder, NotDelivered, TransferFailed, NotAToken, InexactTransfer,
    /// SafeERC20FailedOperation, or the token's own.
    function settle(Order calldata order, uint256 amount, bytes calldata signature) external payable;

    /// @notice Close an order for good. The maker only; works during a pause.
    /// @dev Errors: NotMaker, OrderClosed.
    function cancel(Order calldata order) external;

    /// @notice Close all orders that the caller has signed; works during a pause. New ones take the new counter.
    /// @dev The new counter depends on the last block's hash: no order can be signed for it before there is one, so
    /// whoever was tricked into signing many is rid of all.
    function cancelAll() external;

    /// @notice How much of an order is settled; all of it, if it was cancelled.
    function filled(bytes32 orderHash) external view returns (uint256);

    /// @notice What the orders of a maker must name as their counter; 0 at first.
    function counters(address maker) external view returns (uint256);

    /// @notice What an order is known by, and what its maker signs.
    function hashOrder(Order calldata order) external view returns (bytes32);

    /// @notice What the buyer pays for `amount` more of an order, of which `already` was settled. The two together are
    /// at most the order's amount.
    function priceOf(Order calldata order, uint256 already, uint256 amount) external pure returns (uint256);

    /// @notice ERC-5267.
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
        );

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
