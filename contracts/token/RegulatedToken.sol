// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IERC7943Fungible} from "../../interfaces/IERC7943Fungible.sol";
import {IRegulatedToken} from "../../interfaces/IRegulatedToken.sol";
import {Governed} from "../safety/Governed.sol";

abstract contract RegulatedToken is IRegulatedToken, IERC7943Fungible, ERC20, Governed {
    // slot 0: balance 14 + frozen 14 + standing 1 = 29 bytes, packed by hand: the balance is lowest, so that a transfer
    // is one addition. What the standing means is the heir's to say
    struct Account {
        uint256 word;
    }

    /// @inheritdoc IRegulatedToken
    bytes32 public constant ENFORCER_ROLE = keccak256("ENFORCER_ROLE");

    uint256 internal constant STANDING_SHIFT = 224;
    uint256 private constant FROZEN_SHIFT = 112;
    uint256 private constant MAX_AMOUNT = type(uint112).max;

    // the heir's, if it has limits: in the slot of pausedUntil, which every transfer reads
    uint168 internal _limits;

    mapping(address holder => Account account) private _accounts;

    uint256 private _supply;

    /// @inheritdoc IERC7943Fungible
    function forcedTransfer(address from, address to, uint256 amount) external onlyRole(ENFORCER_ROLE) returns (bool) {
        if (from == address(0)) revert ERC20InvalidSender(from);
        if (!canReceive(to)) revert ERC7943CannotReceive(to);
        uint256 held = balanceOf(from);
        if (held < amount) revert ERC20InsufficientBalance(from, held, amount);

        uint256 frozen = getFrozenTokens(from);
        uint256 free = frozen < held ? held - frozen : 0;
        // free tokens go first; of what is frozen, and of what is frozen in advance, the rest stays so
        if (amount > free) _setFrozen(from, frozen - (amount - free));
        _accounts[from].word -= amount;
        _accounts[to].word += amount;
        emit Transfer(from, to, amount);
        emit ForcedTransfer(from, to, amount);
        _record("forcedTransfer", abi.encode(from, to, amount));
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external onlyRole(ENFORCER_ROLE) returns (bool) {
        if (amount > MAX_AMOUNT) revert AmountTooLarge(amount, MAX_AMOUNT);

        _setFrozen(account, amount);
        _record("setFrozenTokens", abi.encode(account, amount));
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        uint256 sender = _accounts[from].word;
        uint256 receiver = _accounts[to].word;
        if (from == address(0) || to == address(0) || block.timestamp < pausedUntil) return false;
        if (!_maySend(_standingOf(sender)) || !_mayReceive(_standingOf(receiver))) return false;
        if (uint112(sender) < amount) return false;
        if (amount != 0 && uint112(sender) - amount < uint112(sender >> FROZEN_SHIFT)) return false;
        return _mayHold(from == to ? sender : receiver + amount, _limits);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) public view returns (bool) {
        return account != address(0) && _maySend(_standingOf(_accounts[account].word));
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) public view returns (bool) {
        return account != address(0) && _mayReceive(_standingOf(_accounts[account].word));
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) public view returns (uint256) {
        return uint112(_accounts[account].word >> FROZEN_SHIFT);
    }

    /// @dev The holder's own transfer, the one call that everybody pays for: straight to where it is carried out.
    function transfer(address to, uint256 amount) public virtual override returns (bool) {
        if (to == address(0)) revert ERC20InvalidReceiver(to);

        _move(msg.sender, to, amount);
        return true;
    }

    function balanceOf(address account) public view virtual override returns (uint256) {
        return uint112(_accounts[account].word);
    }

    function totalSupply() public view virtual override returns (uint256) {
        return _supply;
    }

    function supportsInterface(bytes4 interfaceId) public view virtual override returns (bool) {
        return interfaceId == type(IERC7943Fungible).interfaceId || super.supportsInterface(interfaceId);
    }

    /// @dev Every mint and burn of ERC-20 and its extensions, and every transfer but the holder's own. The forced ones
    /// and the redemption do not come here.
    function _update(address from, address to, uint256 amount) internal virtual override {
        if (from != address(0) && to != address(0)) return _move(from, to, amount);

        if (block.timestamp < pausedUntil) revert ContractPaused(pausedUntil);
        if (from == address(0)) {
            _mintSupply(amount);
            _credit(from, to, amount, _limits);
        } else {
            _debit(from, amount, true);
            _supply -= amount;
        }
        emit Transfer(from, to, amount);
    }

    /// @dev A redemption: it asks neither for the pause nor for the standing, but for what is frozen.
    function _redeem(address from, uint256 amount) internal {
        _debit(from, amount, false);
        _supply -= amount;
        emit Transfer(from, address(0), amount);
    }

    function _setStanding(address account, uint8 standing) internal {
        uint256 word = _accounts[account].word;
        _accounts[account].word =
            word & ~(uint256(type(uint8).max) << STANDING_SHIFT) | uint256(standing) << STANDING_SHIFT;
    }

    function _standing(address account) internal view returns (uint256) {
        return _standingOf(_accounts[account].word);
    }

    function _maySend(uint256 standing) internal view virtual returns (bool);

    function _mayReceive(uint256 standing) internal view virtual returns (bool);

    /// @dev Whether an account whose word is this one, its balance lowest, holds no more than it may.
    function _mayHold(uint256 word, uint256 limits) internal pure virtual returns (bool);

    function _standingOf(uint256 word) internal pure returns (uint256) {
        return word >> STANDING_SHIFT;
    }

    /// @dev Between two accounts, neither of them zero.
    function _move(address from, address to, uint256 amount) private {
        uint256 until = pausedUntil;
        uint256 limits = _limits; // beside it, so that the slot is read once
        if (block.timestamp < until) revert ContractPaused(uint48(until));

        _debit(from, amount, true);
        _credit(from, to, amount, limits);
        emit Transfer(from, to, amount);
    }

    function _debit(address from, uint256 amount, bool asSender) private {
        Account storage account = _accounts[from];
        uint256 word = account.word;
        if (asSender && !_maySend(_standingOf(word))) revert ERC7943CannotSend(from);
        uint256 held = uint112(word);
        if (held < amount) revert ERC20InsufficientBalance(from, held, amount);

        unchecked {
            uint256 frozen = uint112(word >> FROZEN_SHIFT);
            if (held - amount < frozen) _requireUnfrozen(from, held, frozen, amount);
            account.word = word - amount; // the balance, lowest, is at least the amount
        }
    }

    function _credit(address from, address to, uint256 amount, uint256 limits) private {
        Account storage account = _accounts[to];
        uint256 word = account.word;
        if (!_mayReceive(_standingOf(word))) revert ERC7943CannotReceive(to);

        unchecked {
            word += amount; // no balance is above the supply, which fits its field
        }
        if (!_mayHold(word, limits)) revert ERC7943CannotTransfer(from, to, amount);
        account.word = word;
    }

    function _mintSupply(uint256 amount) private {
        uint256 supply = _supply;
        if (amount > MAX_AMOUNT - supply) revert AmountTooLarge(amount, MAX_AMOUNT - supply);

        _supply = supply + amount;
    }

    function _setFrozen(address account, uint256 amount) private {
        uint256 word = _accounts[account].word;
        _accounts[account].word = word & ~(MAX_AMOUNT << FROZEN_SHIFT) | amount << FROZEN_SHIFT;
        emit Frozen(account, amount);
    }

    /// @dev More is frozen than would be left. To move nothing takes nothing of it.
    function _requireUnfrozen(address from, uint256 held, uint256 frozen, uint256 amount) private pure {
        if (amount != 0) revert ERC7943InsufficientUnfrozenBalance(from, amount, frozen < held ? held - frozen : 0);
    }
}
