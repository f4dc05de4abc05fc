// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {IBridgeToken} from "../../interfaces/IBridgeToken.sol";
import {IInbox} from "../../interfaces/IInbox.sol";
import {IOutbox} from "../../interfaces/IOutbox.sol";
import {Inbox} from "./Inbox.sol";
import {Outbox} from "./Outbox.sol";

contract BridgeToken is IBridgeToken, Inbox, Outbox, ERC20Permit {
    bytes32 private immutable _outboundRoute;
    bytes32 private immutable _inboundRoute;
    uint8 private immutable _decimals;

    mapping(address holder => uint256 balance) private _balances;

    constructor(
        Trust memory trust,
        string memory name,
        string memory symbol,
        uint8 decimals_,
        uint256 chainId,
        address vault,
        address token
    ) Inbox(trust, address(this)) ERC20(name, symbol) ERC20Permit(name) {
        if (chainId == 0 || chainId == block.chainid || vault == address(0)) {
            revert InvalidPeer(chainId, vault);
        }

        _decimals = decimals_;
        _outboundRoute = _routeOf(block.chainid, address(this), address(this), chainId, vault, token);
        _inboundRoute = _routeOf(chainId, vault, token, block.chainid, address(this), address(this));
        _begin(_outboundRoute);
        _arrivedAcc = _inboundRoute;
    }

    /// @inheritdoc IBridgeToken
    function deliver(Checkpoint calldata checkpoint, bytes calldata records, Attestation calldata attestation)
        external
    {
        _arriveAttested(checkpoint, records, attestation);
    }

    /// @inheritdoc IBridgeToken
    function deliverPoint(Point calldata point, bytes calldata records) external {
        _arriveProven(point, records);
    }

    /// @inheritdoc IBridgeToken
    function burn(address to, uint256 amount) external returns (uint64 nonce) {
        _requireRunning();

        bytes32 acc;
        (nonce, acc) = _append(msg.sender, to, amount);
        _burn(msg.sender, amount);
        emit Burned(nonce, msg.sender, to, amount, acc);
    }

    /// @inheritdoc IBridgeToken
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @dev What arrived, less what waits, less what left: no slot of its own, so that a delivery is spared its write.
    function totalSupply() public view override returns (uint256) {
        return _arrivedTotal - queuedTotal - _sentTotal();
    }

    function balanceOf(address account) public view override returns (uint256) {
        return _balances[account];
    }

    function decimals() public view override returns (uint8) {
        return _decimals;
    }

    /// @inheritdoc IOutbox
    function outboundRoute() public view override(Outbox, IOutbox) returns (bytes32) {
        return _outboundRoute;
    }

    /// @inheritdoc IInbox
    function inboundRoute() public view override(Inbox, IInbox) returns (bytes32) {
        return _inboundRoute;
    }

    /// @dev Mint, transfer and burn; the supply follows from the inbox and the outbox.
    function _update(address from, address to, uint256 amount) internal override {
        if (from != address(0)) {
            uint256 held = _balances[from];
            if (held < amount) revert ERC20InsufficientBalance(from, held, amount);
            unchecked {
                _balances[from] = held - amount;
            }
        }
        if (to != address(0)) {
            unchecked {
                _balances[to] += amount; // no balance is above the supply, which fits 128 bits
            }
        }
        emit Transfer(from, to, amount);
    }

    /// @dev Solidity, for each record: `if (waits) break; _update(address(0), to, amount);`. By hand the loop, which is
    /// all that a record costs beyond its balance and its event, takes half.
    function _payUntil(bytes calldata records, uint256 at, uint256 left, uint256 large)
        internal
        override
        returns (uint256 stopped, uint256 leftThen)
    {
        bytes32 transferred = Transfer.selector;
        assembly ("memory-safe") {
            mstore(0x20, _balances.slot)
            let start := records.offset
            let end := add(start, records.length)
            at := add(start, at)
            for {} iszero(eq(at, end)) { at := add(at, RECORD_BYTES) } {
                let to := shr(96, calldataload(add(at, 20)))
                let amount := shr(160, calldataload(add(at, 40)))
                if or(or(gt(amount, large), gt(amount, left)), or(iszero(to), eq(to, address()))) { break }
                mstore(0, to)
                let place := keccak256(0, 0x40)
                // no balance is above the supply, which fits 128 bits
                sstore(place, add(sload(place), amount))
                mstore(0, amount)
                log3(0, 0x20, transferred, 0, to)
                left := sub(left, amount)
            }
            stopped := sub(at, start)
            leftThen := left
        }
    }

    function _pay(address to, uint256 amount) internal override returns (bool) {
        _update(address(0), to, amount);
        return true;
    }

    function _return(uint256 nonce, Record calldata record) internal override {
        (uint64 next, bytes32 acc) = _append(address(this), record.from, record.amount);
        emit Returned(next, address(this), record.from, record.amount, acc, nonce);
    }

    function _spend(uint256 bucket, uint256 amount) internal override {
        _takeFrom(address(this), bucket, amount);
    }

    function _limit() internal view override returns (uint256, uint256, uint256) {
        return _limitNow(address(this));
    }
}
