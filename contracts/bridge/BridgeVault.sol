// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {IAssets} from "../../interfaces/IAssets.sol";
import {IBridgeVault} from "../../interfaces/IBridgeVault.sol";
import {IInbox} from "../../interfaces/IInbox.sol";
import {IOutbox} from "../../interfaces/IOutbox.sol";
import {Assets} from "../payment/Assets.sol";
import {Governed} from "../safety/Governed.sol";
import {Inbox} from "./Inbox.sol";
import {Outbox} from "./Outbox.sol";

contract BridgeVault is IBridgeVault, Governed, Outbox, Inbox {
    using SafeERC20 for IERC20;

    string private constant VERSION = "1.0.0";
    uint8 private constant NATIVE_DECIMALS = 18;

    /// @inheritdoc IBridgeVault
    address public immutable token;

    /// @inheritdoc IBridgeVault
    uint256 public immutable unit;

    bytes32 private _outboundRoute;
    bytes32 private _inboundRoute;

    constructor(Trust memory trust, address token_, uint8 tokenDecimals, uint8 routeDecimals)
        Inbox(trust, token_)
        EIP712("Quittance Bridge", VERSION)
    {
        // asked for a balance first: an address without code is named as such
        if (token_ != Assets.NATIVE) Assets.balanceOf(token_, address(this));
        uint8 decimals = token_ == Assets.NATIVE ? NATIVE_DECIMALS : IERC20Metadata(token_).decimals();
        if (tokenDecimals != decimals) revert WrongDecimals(tokenDecimals, decimals);
        if (routeDecimals > decimals) revert WrongDecimals(routeDecimals, decimals);

        token = token_;
        unit = 10 ** (decimals - routeDecimals);
    }

    /// @inheritdoc IBridgeVault
    function lock(address to, uint256 amount) external payable nonReentrant returns (uint64 nonce) {
        _requireRunning();
        if (!_isOpen) revert NotListed();
        uint256 value = token == Assets.NATIVE ? amount : 0;
        if (msg.value != value) revert WrongValue(msg.value, value);

        // what counts is what arrives, so the tokens come first; the guard keeps everyone else out meanwhile
        if (token != Assets.NATIVE) amount = _collect(amount);
        uint256 units = amount / unit;
        if (units * unit != amount) revert Dust(amount, unit);
        bytes32 acc;
        (nonce, acc) = _append(msg.sender, to, units);
        emit Locked(nonce, msg.sender, to, units, acc);
    }

    /// @inheritdoc IBridgeVault
    function release(Checkpoint calldata checkpoint, bytes calldata records, Attestation calldata attestation)
        external
        nonReentrant
    {
        _requireLocked(checkpoint.cumulative);
        _arriveAttested(checkpoint, records, attestation);
    }

    /// @inheritdoc IBridgeVault
    function releasePoint(Point calldata point, bytes calldata records) external nonReentrant {
        _requireLocked(point.cumulative);
        _arriveProven(point, records);
    }

    /// @inheritdoc IBridgeVault
    function push(address to, uint256 amount) external returns (bool) {
        if (msg.sender != address(this)) revert NotItself(msg.sender);
        return Assets.push(token, to, amount);
    }

    /// @inheritdoc IBridgeVault
    function list(uint256 chainId, address bridgeToken) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (chainId == 0 || chainId == block.chainid || bridgeToken == address(0)) {
            revert InvalidPeer(chainId, bridgeToken);
        }
        bytes32 route = _routeOf(block.chainid, address(this), token, chainId, bridgeToken, bridgeToken);
        if (_isOpen || (_outboundRoute != 0 && _outboundRoute != route)) revert AlreadyListed(_outboundRoute);

        _isOpen = true;
        if (_outboundRoute == 0) {
            bytes32 back = _routeOf(chainId, bridgeToken, bridgeToken, block.chainid, address(this), token);
            (_outboundRoute, _inboundRoute) = (route, back);
            _begin(route);
            _arrivedAcc = back;
        }
        emit RouteListed(route, chainId, bridgeToken);
        _record("list", abi.encode(chainId, bridgeToken));
    }

    /// @inheritdoc IBridgeVault
    function unlist() external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (!_isOpen) revert NotListed();

        _isOpen = false;
        emit RouteUnlisted(_outboundRoute);
        _record("unlist", "");
    }

    /// @inheritdoc IBridgeVault
    function proveInsolvency() external {
        (uint256 held, uint256 owed) = solvency();
        if (held >= owed) revert Solvent(held, owed);

        _trip(keccak256(abi.encode(held, owed)));
    }

    /// @inheritdoc IBridgeVault
    function isListed() external view returns (bool) {
        return _isOpen;
    }

    /// @inheritdoc IBridgeVault
    function version() external pure returns (string memory) {
        return VERSION;
    }

    /// @inheritdoc IBridgeVault
    function solvency() public view returns (uint256 held, uint256 owed) {
        held = token == Assets.NATIVE ? address(this).balance : Assets.balanceOf(token, address(this));
        owed = (_sentTotal() + queuedTotal - _arrivedTotal) * unit;
    }

    /// @inheritdoc IOutbox
    function outboundRoute() public view override(Outbox, IOutbox) returns (bytes32) {
        return _outboundRoute;
    }

    /// @inheritdoc IInbox
    function inboundRoute() public view override(Inbox, IInbox) returns (bytes32) {
        return _inboundRoute;
    }

    function _payUntil(bytes calldata records, uint256 at, uint256 left, uint256 large)
        internal
        override
        returns (uint256, uint256)
    {
        for (; at != records.length; at += RECORD_BYTES) {
            (, address to, uint256 amount) = _recordAt(records, at);
            if (amount > large || amount > left || !_mayReceive(to) || !_pay(to, amount)) break;
            left -= amount;
        }
        return (at, left);
    }

    function _pay(address to, uint256 amount) internal override returns (bool) {
        if (token == Assets.NATIVE) return Assets.push(token, to, amount * unit);

        // in a call of its own, so that what an odd token did is undone when it answers that it did not
        try this.push(to, amount * unit) returns (bool paid) {
            return paid;
        } catch (bytes memory reason) {
            if (bytes4(reason) == IAssets.TransferFailed.selector) return false;
            assembly ("memory-safe") {
                revert(add(reason, 0x20), mload(reason))
            }
        }
    }

    function _return(uint256 nonce, Record calldata record) internal override {
        (uint64 next, bytes32 acc) = _append(address(this), record.from, record.amount);
        emit Returned(next, address(this), record.from, record.amount, acc, nonce);
    }

    function _spend(uint256 bucket, uint256 amount) internal override {
        _takeFrom(token, bucket, amount * unit);
    }

    function _limit() internal view override returns (uint256, uint256, uint256) {
        (uint256 held, uint256 capacity, uint256 bucket) = _limitNow(token);
        return (held / unit, capacity / unit, bucket);
    }

    /// @dev Whatever attestors sign: what comes back was locked before. So what is owed is never less than nothing.
    function _requireLocked(uint256 cumulative) private view {
        if (cumulative > _sentTotal()) revert MoreThanLocked(cumulative, _sentTotal());
    }

    /// @dev How much more this contract holds afterwards.
    function _collect(uint256 amount) private returns (uint256) {
        uint256 held = Assets.balanceOf(token, address(this));
        IERC20(token).safeTransferFrom(msg.sender, address(this), amount);
        return Assets.balanceOf(token, address(this)) - held;
    }
}
