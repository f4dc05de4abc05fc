// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC3009} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC1363} from "@openzeppelin/contracts/interfaces/IERC1363.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {ERC165Checker} from "@openzeppelin/contracts/utils/introspection/ERC165Checker.sol";
import {LowLevelCall} from "@openzeppelin/contracts/utils/LowLevelCall.sol";
import {IPaymentProcessor} from "../../interfaces/IPaymentProcessor.sol";
import {IPermit2} from "../../interfaces/IPermit2.sol";
import {IReceiveWithAuthorization} from "../../interfaces/IReceiveWithAuthorization.sol";

/// @title How a payer's own word moves tokens
/// @dev Every call here names this contract as the one that the payer has signed for, or the caller as the owner.
/// Whether anything has moved is for the caller to see from the balances.
library Authorizations {
    /// @dev The same on every chain: the address follows from its code.
    IPermit2 private constant PERMIT2 = IPermit2(0x000000000022D473030F116dDEE9F6B43aC78BA3);

    /// @dev What follows the members of PermitWitnessTransferFrom that Permit2 knows.
    string private constant WITNESS_TYPE = "bytes32 paymentKey)TokenPermissions(address token,uint256 amount)";

    /// @dev Ask the token to approve this contract for the caller. A refusal is no harm: someone may have carried the
    /// same signature there before. Nor is a token that says yes to anything: the caller alone is pulled from.
    function tryPermit(address token, uint256 amount, uint256 deadline, uint8 v, bytes32 r, bytes32 s) internal {
        LowLevelCall.callNoReturn(
            token, abi.encodeCall(IERC20Permit.permit, (msg.sender, address(this), amount, deadline, v, r, s))
        );
    }

    /// @dev Ask the token for `amount` of what `from` authorized this contract to receive: in the form that every token
    /// of EIP-3009 has and that costs least, and if that is refused, or the signature is no account's, in the one that
    /// takes signatures of contracts, too.
    function receiveFrom(
        address token,
        address from,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) internal {
        bytes memory refusal;
        if (signature.length == 65) {
            (uint8 v, bytes32 r, bytes32 s) = (uint8(signature[64]), bytes32(signature[:32]), bytes32(signature[32:]));
            bool received = LowLevelCall.callNoReturn(
                token,
                abi.encodeCall(
                    IERC3009.receiveWithAuthorization,
                    (from, address(this), amount, validAfter, validBefore, nonce, v, r, s)
                )
            );
            if (received) return;
            refusal = LowLevelCall.returnData();
        }
        bool success = LowLevelCall.callNoReturn(
            token,
            abi.encodeCall(
                IReceiveWithAuthorization.receiveWithAuthorization,
                (from, address(this), amount, validAfter, validBefore, nonce, signature)
            )
        );
        if (success) return;
        if (LowLevelCall.returnDataSize() != 0) LowLevelCall.bubbleRevert();
        if (refusal.length == 0) revert IPaymentProcessor.NoAuthorization(token);
        LowLevelCall.bubbleRevert(refusal); // there is no such form: what counts is the other's
    }

    /// @dev Let Permit2 move `amount` from `from`, who signed for it together with the payment's key.
    function transferFrom(
        address token,
        address from,
        address to,
        uint256 amount,
        uint256 nonce,
        uint256 deadline,
        bytes32 key,
        bytes calldata signature
    ) internal {
        if (address(PERMIT2).code.length == 0) revert IPaymentProcessor.NoPermit2();

        PERMIT2.permitWitnessTransferFrom(
            IPermit2.PermitTransferFrom(IPermit2.TokenPermissions(token, amount), nonce, deadline),
            IPermit2.SignatureTransferDetails(to, amount),
            from,
            key,
            WITNESS_TYPE,
            signature
        );
    }

    /// @dev The caller is a token that calls whom its holders approve, and `owner` has approved this contract for
    /// `value` and nothing else. So a token of ERC-1363 that can be made to call anyone, which would be a broken one,
    /// spends an approval of that very amount at most, and none without limit.
    function requireApproval(address owner, uint256 value) internal view {
        if (!ERC165Checker.supportsERC165InterfaceUnchecked(msg.sender, type(IERC1363).interfaceId)) {
            revert IPaymentProcessor.NotERC1363(msg.sender);
        }
        uint256 allowance = IERC20(msg.sender).allowance(owner, address(this));
        if (allowance != value) revert IPaymentProcessor.WrongAllowance(owner, allowance, value);
    }
}
