// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

/// @title Delivery versus payment
/// @notice An asset goes one way and money the other in one transaction, or nothing goes. A maker signs an order
/// (EIP-712), a taker settles it. The asset is an ERC-721, an ERC-1155 or an ERC-20 token; the money is native coin or an
/// ERC-20 token. Whoever sells bears the fee. Amounts are base units (1 for an ERC-721), times are Unix seconds.
///
/// Domain: name "Quittance Settlement", version `version()`. Type:
/// Order(address maker,address taker,bool makerSells,uint8 standard,address asset,uint256 id,uint256 amount,
/// address currency,uint256 price,uint256 expiry,uint256 salt)
/// @dev Invariants 9 to 12 and 46 to 54.
interface ISettlement {
    /// @notice What kind of token the asset is.
    enum Standard {
        ERC20,
        ERC721,
        ERC1155
    }

    /// @notice `maker` offers, to `taker` or with the zero address to anyone, to sell `amount` of the asset for `price`
    /// of the currency, or to buy it so. ERC-1155 and ERC-20 orders may be filled in parts. `id` is 0 for an ERC-20.
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
        uint256 expiry;
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

    /// @notice Fees went to the fee recipient.
    event FeesSwept(address indexed token, address indexed feeRecipient, uint256 amount);

    /// @notice An order of nothing, for nothing, of one's own, of money for the same money, with an ERC-721 amount other
    /// than 1, an id where there is none, or a buyer's order in native coin, which cannot be collected.
    error InvalidOrder(bytes32 orderHash);

    /// @notice The signature is not the maker's over this order.
    error InvalidSignature(bytes32 orderHash, address maker);

    /// @notice The order is for `expected`.
    error NotTaker(bytes32 orderHash, address got, address expected);

    /// @notice Only the maker cancels.
    error NotMaker(bytes32 orderHash, address got, address maker);

    /// @notice The order expired at `limit`; it is `got` now.
    error OrderExpired(bytes32 orderHash, uint256 got, uint256 limit);

    /// @notice The order was cancelled, or is filled.
    error OrderClosed(bytes32 orderHash);

    /// @notice `limit` of the order is left.
    error AmountExceeded(bytes32 orderHash, uint256 got, uint256 limit);

    /// @notice The buyer does not hold what was delivered.
    error NotDelivered(address asset, uint256 id, address buyer);

    /// @notice Settle `amount` of an order. The caller is the taker: it pays, or delivers, from its approvals; native
    /// coin comes with the call, exactly. Parts pay, rounded up, what keeps the sum of all parts at the price.
    /// @dev Errors: ContractPaused, InvalidOrder, OrderExpired, NotTaker, OrderClosed, AmountExceeded, InvalidSignature,
    /// WrongValue, NotDelivered, TransferFailed, NotAToken, InexactTransfer, or the token's own.
    function settle(Order calldata order, uint256 amount, bytes calldata signature) external payable;

    /// @notice Close an order for good. The maker only; works during a pause.
    /// @dev Errors: NotMaker, OrderClosed.
    function cancel(Order calldata order) external;

    /// @notice Send the fees in `token` to the fee recipient. Anyone may; works during a pause.
    /// @dev Errors: ZeroAmount, TransferFailed, NotAToken, SafeERC20FailedOperation.
    function sweep(address token) external;

    /// @notice How much of an order is settled; all of it, if it was cancelled.
    function filled(bytes32 orderHash) external view returns (uint256);

    /// @notice What an order is known by, and what its maker signs.
    function hashOrder(Order calldata order) external view returns (bytes32);

    /// @notice What the buyer pays for `amount` more of an order, of which `already` was settled.
    function priceOf(Order calldata order, uint256 already, uint256 amount) external pure returns (uint256);

    /// @notice The semantic version of this contract.
    function version() external view returns (string memory);
}
