// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Assets} from "../payment/Assets.sol";
import {CircuitBreaker} from "../safety/CircuitBreaker.sol";
import {TokenBucket} from "../safety/TokenBucket.sol";

/// @dev A pool of native coin that looks at its own solvency before anything leaves. Once it holds less than it owes,
/// which is the proof, it trips and RETURNS: nothing leaves, and the pause stays. What is above the limit is queued.
contract TrippingVault is CircuitBreaker, TokenBucket {
    error NotGovernor(address account);
    error NotGuardian(address account);
    error Insolvent(uint256 held, uint256 owed);

    event Queued(address indexed account, uint256 amount);

    address public immutable GOVERNOR;
    address public immutable GUARDIAN;

    mapping(address account => uint256) public owedTo;
    uint256 public owed;

    constructor(address governor, address guardian) {
        (GOVERNOR, GUARDIAN) = (governor, guardian);
    }

    function deposit() external payable {
        if (block.timestamp < pausedUntil) revert ContractPaused(pausedUntil);
        owedTo[msg.sender] += msg.value;
        owed += msg.value;
    }

    function withdraw(uint256 amount) external {
        if (address(this).balance < owed) return _trip(keccak256(abi.encode(address(this).balance, owed)));
        _release(amount);
    }

    /// @dev As a contract would that reverts after it tripped: the trip is undone with all the rest.
    function withdrawOrRevert(uint256 amount) external {
        if (address(this).balance < owed) {
            _trip(keccak256(abi.encode(address(this).balance, owed)));
            revert Insolvent(address(this).balance, owed);
        }
        _release(amount);
    }

    /// @dev The fault that makes it insolvent.
    function lose(uint256 amount) external {
        Assets.send(Assets.NATIVE, address(0xdead), amount);
    }

    function configureLimit(address asset, uint256 capacity, uint256 refillSeconds) external {
        _checkGovernor();
        _configureLimit(asset, capacity, refillSeconds);
    }

    function _release(uint256 amount) private {
        if (!_consume(Assets.NATIVE, amount)) {
            emit Queued(msg.sender, amount);
            return;
        }
        owedTo[msg.sender] -= amount;
        owed -= amount;
        Assets.send(Assets.NATIVE, msg.sender, amount);
    }

    function _checkGovernor() internal view override {
        if (msg.sender != GOVERNOR) revert NotGovernor(msg.sender);
    }

    function _checkGuardian(address account) internal view override {
        if (account != GUARDIAN) revert NotGuardian(account);
    }

    function _isGovernor(address account) internal view override returns (bool) {
        return account == GOVERNOR;
    }
}
