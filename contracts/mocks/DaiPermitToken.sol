// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {TestToken} from "./TestToken.sol";

/// @dev Has the permit of DAI, older than EIP-2612 and another function: all or nothing, the nonce named by the caller.
contract DaiPermitToken is TestToken, EIP712, Nonces {
    bytes32 private constant PERMIT_TYPEHASH =
        keccak256("Permit(address holder,address spender,uint256 nonce,uint256 expiry,bool allowed)");

    error PermitExpired(uint256 expiry);
    error NotSignedBy(address holder);

    constructor() EIP712("Test Token", "1") {}

    function permit(
        address holder,
        address spender,
        uint256 nonce,
        uint256 expiry,
        bool allowed,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 structHash = keccak256(abi.encode(PERMIT_TYPEHASH, holder, spender, nonce, expiry, allowed));
        if (expiry != 0 && block.timestamp > expiry) revert PermitExpired(expiry);
        if (ECDSA.recover(_hashTypedDataV4(structHash), v, r, s) != holder) revert NotSignedBy(holder);
        _useCheckedNonce(holder, nonce);
        _approve(holder, spender, allowed ? type(uint256).max : 0);
    }
}
