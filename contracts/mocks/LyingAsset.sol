// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Reentrant} from "./Reentrant.sol";

/// @dev Half an ERC-721 and half an ERC-1155: asks nobody's leave, does not care who `from` is, moves what it is told to
/// instead of what it is asked for, and calls back once armed.
contract LyingAsset is Reentrant {
    enum Lie {
        None,
        Idle,
        Less,
        More,
        Silence
    }

    Lie public lie;
    mapping(uint256 id => address) public ownerOf;
    mapping(address account => mapping(uint256 id => uint256)) public balanceOf;

    function setLie(Lie lie_) external {
        lie = lie_;
    }

    function give(address to, uint256 id, uint256 amount) external {
        ownerOf[id] = to;
        balanceOf[to][id] += amount;
    }

    function safeTransferFrom(address, address to, uint256 id) external {
        _spring();
        if (lie == Lie.Silence) revert();
        if (lie != Lie.Idle) ownerOf[id] = lie == Lie.More ? address(this) : to;
    }

    function safeTransferFrom(address from, address to, uint256 id, uint256 amount, bytes calldata) external {
        _spring();
        if (lie == Lie.Silence) revert();
        if (lie == Lie.Idle) return;
        if (lie == Lie.Less) --amount;
        if (lie == Lie.More) ++amount;
        balanceOf[from][id] -= amount;
        balanceOf[to][id] += amount;
    }
}
