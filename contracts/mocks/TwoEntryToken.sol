// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {TestToken} from "./TestToken.sol";

/// @dev The second address of a token: it keeps nothing itself and hands every call on (as TUSD's first contract did).
contract SecondEntry {
    TwoEntryToken public immutable ledger = TwoEntryToken(msg.sender);

    function mint(address to, uint256 amount) external {
        ledger.mint(to, amount);
    }

    function approve(address spender, uint256 value) external returns (bool) {
        return ledger.approveFor(msg.sender, spender, value);
    }

    function transfer(address to, uint256 value) external returns (bool) {
        return ledger.transferFor(msg.sender, to, value);
    }

    function transferFrom(address from, address to, uint256 value) external returns (bool) {
        return ledger.transferFromFor(msg.sender, from, to, value);
    }

    function balanceOf(address account) external view returns (uint256) {
        return ledger.balanceOf(account);
    }

    function allowance(address owner, address spender) external view returns (uint256) {
        return ledger.allowance(owner, spender);
    }
}

/// @dev A token that is reached at two addresses: its own, and `secondEntry`.
contract TwoEntryToken is TestToken {
    SecondEntry public immutable secondEntry = new SecondEntry();

    modifier byEntry() {
        require(msg.sender == address(secondEntry));
        _;
    }

    function approveFor(address caller, address spender, uint256 value) external byEntry returns (bool) {
        _approve(caller, spender, value);
        return true;
    }

    function transferFor(address caller, address to, uint256 value) external byEntry returns (bool) {
        _transfer(caller, to, value);
        return true;
    }

    function transferFromFor(address caller, address from, address to, uint256 value) external byEntry returns (bool) {
        _spendAllowance(from, caller, value);
        _transfer(from, to, value);
        return true;
    }
}
