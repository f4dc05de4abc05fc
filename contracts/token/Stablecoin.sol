// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {
    ERC20TransferAuthorization
} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20TransferAuthorization.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";
import {NoncesKeyed} from "@openzeppelin/contracts/utils/NoncesKeyed.sol";
import {IRegulatedToken} from "../../interfaces/IRegulatedToken.sol";
import {IStablecoin} from "../../interfaces/IStablecoin.sol";
import {Governed} from "../safety/Governed.sol";
import {RegulatedToken} from "./RegulatedToken.sol";

contract Stablecoin is IStablecoin, RegulatedToken, ERC20Permit, ERC20TransferAuthorization {
    using SafeERC20 for IERC20;

    /// @inheritdoc IStablecoin
    bytes32 public constant MASTER_MINTER_ROLE = keccak256("MASTER_MINTER_ROLE");

    /// @inheritdoc IStablecoin
    bytes32 public constant BLOCKLISTER_ROLE = keccak256("BLOCKLISTER_ROLE");

    uint8 private constant BLOCKED = 1; // the only standing that is not 0

    /// @inheritdoc IStablecoin
    mapping(address minter => uint256 allowance) public minterAllowance;

    constructor(
        string memory name,
        string memory symbol,
        uint48 governorDelaySeconds,
        address governor,
        address guardian
    ) ERC20(name, symbol) ERC20Permit(name) Governed(governorDelaySeconds, governor, guardian) {}

    /// @inheritdoc IStablecoin
    function configureMinter(address minter, uint256 allowance) external onlyRole(MASTER_MINTER_ROLE) {
        minterAllowance[minter] = allowance;
        emit MinterConfigured(minter, allowance);
        _record("configureMinter", abi.encode(minter, allowance));
    }

    /// @inheritdoc IStablecoin
    function mint(address to, uint256 amount) external {
        uint256 limit = minterAllowance[msg.sender];
        if (amount > limit || limit == 0) revert MinterAllowanceExceeded(msg.sender, amount, limit);

        minterAllowance[msg.sender] = limit - amount;
        _mint(to, amount);
        _record("mint", abi.encode(to, amount));
    }

    /// @inheritdoc IStablecoin
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    /// @inheritdoc IStablecoin
    function blockAccount(address account) external onlyRole(BLOCKLISTER_ROLE) {
        _setStanding(account, BLOCKED);
        emit AccountBlocked(account);
        _record("blockAccount", abi.encode(account));
    }

    /// @inheritdoc IStablecoin
    function unblockAccount(address account) external onlyRole(BLOCKLISTER_ROLE) {
        _setStanding(account, 0);
        emit AccountUnblocked(account);
        _record("unblockAccount", abi.encode(account));
    }

    /// @inheritdoc IStablecoin
    function rescue(address token, address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
        emit TokenRescued(token, to, amount);
        _record("rescue", abi.encode(token, to, amount));

        IERC20(token).safeTransfer(to, amount);
    }

    /// @inheritdoc IStablecoin
    function isBlocked(address account) external view returns (bool) {
        return _standing(account) == BLOCKED;
    }

    /// @inheritdoc IRegulatedToken
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }

    function decimals() public pure override returns (uint8) {
        return 6;
    }

    function transfer(address to, uint256 amount) public override(RegulatedToken, ERC20) returns (bool) {
        return super.transfer(to, amount);
    }

    function balanceOf(address account) public view override(RegulatedToken, ERC20) returns (uint256) {
        return super.balanceOf(account);
    }

    function totalSupply() public view override(RegulatedToken, ERC20) returns (uint256) {
        return super.totalSupply();
    }

    function _update(address from, address to, uint256 amount) internal override(RegulatedToken, ERC20) {
        super._update(from, to, amount);
    }

    function _spendAllowance(address owner, address spender, uint256 value) internal override {
        if (_standing(spender) == BLOCKED) revert BlockedSpender(spender);
        super._spendAllowance(owner, spender, value);
    }

    /// @dev Seconds alone, as EIP-3009 has them: OpenZeppelin's also takes times with a high bit set for block numbers.
    function _checkValidity(uint256 validAfter, uint256 validBefore) internal view override {
        if (block.timestamp <= validAfter || block.timestamp >= validBefore) {
            revert ERC3009InvalidAuthorizationTime(validAfter, validBefore);
        }
    }

    function _useCheckedNonce(address owner, uint256 nonce) internal override(Nonces, NoncesKeyed) {
        super._useCheckedNonce(owner, nonce);
    }

    function _maySend(uint256 standing) internal pure override returns (bool) {
        return standing == 0;
    }

    function _mayReceive(uint256 standing) internal pure override returns (bool) {
        return standing == 0;
    }

    function _mayHold(uint256, uint256) internal pure override returns (bool) {
        return true;
    }
}
