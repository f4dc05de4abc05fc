// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IFees} from "../../interfaces/IFees.sol";
import {Governed} from "../safety/Governed.sol";

abstract contract Fees is IFees, Governed {
    /// @inheritdoc IFees
    uint16 public constant MAX_FEE_BPS = 500;

    uint256 private constant BPS = 10_000;

    /// @inheritdoc IFees
    uint16 public feeBps; // in the slot of pausedUntil, which every payment reads anyway

    /// @inheritdoc IFees
    address public feeRecipient;

    constructor(uint16 feeBps_, address feeRecipient_) {
        _setFee(feeBps_);
        _setFeeRecipient(feeRecipient_);
    }

    /// @inheritdoc IFees
    function setFee(uint16 feeBps_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setFee(feeBps_);
    }

    /// @inheritdoc IFees
    function setFeeRecipient(address feeRecipient_) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _setFeeRecipient(feeRecipient_);
    }

    /// @dev The gate of everything that enters: the fee rate in force, if there is no pause. One read for both.
    function _enter() internal view returns (uint256 rateBps) {
        rateBps = feeBps;
        uint48 until = pausedUntil;
        if (block.timestamp < until) revert ContractPaused(until);
    }

    /// @dev Rounded down. Divided first, the remainder apart, so that no amount overflows.
    function _feeOf(uint256 amount, uint256 rateBps) internal pure returns (uint256) {
        return (amount / BPS) * rateBps + ((amount % BPS) * rateBps) / BPS;
    }

    function _setFee(uint16 feeBps_) private {
        if (feeBps_ > MAX_FEE_BPS) revert FeeAboveCap(feeBps_, MAX_FEE_BPS);

        feeBps = feeBps_;
        emit FeeChanged(feeBps_);
        _record("setFee", abi.encode(feeBps_));
    }

    function _setFeeRecipient(address feeRecipient_) private {
        if (feeRecipient_ == address(0) || feeRecipient_ == address(this)) revert InvalidFeeRecipient(feeRecipient_);

        feeRecipient = feeRecipient_;
        emit FeeRecipientChanged(feeRecipient_);
        _record("setFeeRecipient", abi.encode(feeRecipient_));
    }
}
