// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ICentralBankToken} from "../../interfaces/ICentralBankToken.sol";
import {IRegulatedToken} from "../../interfaces/IRegulatedToken.sol";
import {Governed} from "../safety/Governed.sol";
import {RegulatedToken} from "./RegulatedToken.sol";

contract CentralBankToken is ICentralBankToken, RegulatedToken {
    /// @inheritdoc ICentralBankToken
    bytes32 public constant BANK_ROLE = keccak256("BANK_ROLE");

    /// @inheritdoc ICentralBankToken
    bytes32 public constant INTERMEDIARY_ROLE = keccak256("INTERMEDIARY_ROLE");

    uint8 private constant TIERS = 3;
    uint256 private constant LIMIT_BITS = 56; // of each tier, of tier 1 lowest
    uint256 private constant MAX_LIMIT = type(uint56).max;

    /// @inheritdoc ICentralBankToken
    mapping(address account => address registrar) public registrarOf;

    constructor(
        string memory name,
        string memory symbol,
        uint48 governorDelaySeconds,
        address governor,
        address guardian
    ) ERC20(name, symbol) Governed(governorDelaySeconds, governor, guardian) {}

    /// @inheritdoc ICentralBankToken
    function issue(address to, uint256 amount) external onlyRole(BANK_ROLE) {
        _mint(to, amount);
        _record("issue", abi.encode(to, amount));
    }

    /// @inheritdoc ICentralBankToken
    function redeem(address from, uint256 amount) external onlyRole(BANK_ROLE) {
        if (from != msg.sender) _spendAllowance(from, msg.sender, amount);
        _redeem(from, amount);
        _record("redeem", abi.encode(from, amount));
    }

    /// @inheritdoc ICentralBankToken
    function register(address account, uint8 tier) external {
        if (tier > TIERS) revert UnknownTier(tier);
        bool byBank = hasRole(BANK_ROLE, msg.sender);
        if (!byBank) _requireCustomer(account, tier);

        // whom an intermediary gives up is free for the next; whom the bank takes out of the register stays out
        registrarOf[account] = tier == 0 && !byBank ? address(0) : msg.sender;
        _setStanding(account, tier);
        emit AccountRegistered(account, tier, msg.sender);
        _record("register", abi.encode(account, tier));
    }

    /// @inheritdoc ICentralBankToken
    function entrust(address account, address registrar) external onlyRole(BANK_ROLE) {
        registrarOf[account] = registrar;
        emit AccountEntrusted(account, registrar);
        _record("entrust", abi.encode(account, registrar));
    }

    /// @inheritdoc ICentralBankToken
    function setHoldingLimit(uint8 tier, uint256 limit) external onlyRole(DEFAULT_ADMIN_ROLE) {
        if (tier == 0 || tier > TIERS) revert UnknownTier(tier);
        if (limit > MAX_LIMIT) revert LimitTooLarge(limit, MAX_LIMIT);

        uint256 shift = LIMIT_BITS * (tier - 1);
        _limits = uint168(_limits & ~(MAX_LIMIT << shift) | limit << shift);
        emit HoldingLimitChanged(tier, limit);
        _record("setHoldingLimit", abi.encode(tier, limit));
    }

    /// @inheritdoc ICentralBankToken
    function holdingLimit(uint8 tier) external view returns (uint256) {
        return tier == 0 || tier > TIERS ? 0 : _limitIn(_limits, tier);
    }

    /// @inheritdoc IRegulatedToken
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    /// @inheritdoc ICentralBankToken
    function tierOf(address account) public view returns (uint8) {
        return uint8(_standing(account));
    }

    function decimals() public pure override returns (uint8) {
        return 2;
    }

    function _maySend(uint256 standing) internal pure override returns (bool) {
        return standing != 0;
    }

    function _mayReceive(uint256 standing) internal pure override returns (bool) {
        return standing != 0;
    }

    function _mayHold(uint256 word, uint256 limits) internal pure override returns (bool) {
        unchecked {
            return uint112(word) <= (limits >> (LIMIT_BITS * ((word >> STANDING_SHIFT) - 1))) & MAX_LIMIT;
        }
    }

    /// @dev The caller is an intermediary and the account its customer, or nobody's yet.
    function _requireCustomer(address account, uint8 tier) private view {
        _checkRole(INTERMEDIARY_ROLE);
        if (tier == TIERS || tierOf(account) == TIERS) revert NotIntermediarysTier(msg.sender, TIERS);
        address registrar = registrarOf[account];
        if (registrar != address(0) && registrar != msg.sender) revert NotRegistrar(account, msg.sender, registrar);
    }

    /// @dev Of a tier that there is.
    function _limitIn(uint256 limits, uint256 tier) private pure returns (uint256) {
        unchecked {
            return (limits >> (LIMIT_BITS * (tier - 1))) & MAX_LIMIT; // at most 56 · 2
        }
    }
}
