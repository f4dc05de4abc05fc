// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC3009} from "@openzeppelin/contracts/token/ERC20/extensions/draft-ERC3009.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {Reentrant} from "./Reentrant.sol";
import {SignedToken} from "./SignedToken.sol";

/// @dev Once armed, calls back inside its next permit, receiveWithAuthorization, transferFrom or transfer, whichever
/// comes first, before anything moves. It can be made to call anyone at any time, too.
contract ReentrantSignedToken is SignedToken, Reentrant {
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s)
        public
        override(ERC20Permit)
    {
        _spring();
        super.permit(owner, spender, value, deadline, v, r, s);
    }

    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) public override(ERC3009) {
        _spring();
        super.receiveWithAuthorization(from, to, value, validAfter, validBefore, nonce, v, r, s);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from != address(0)) _spring();
        super._update(from, to, value);
    }
}
