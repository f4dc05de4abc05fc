// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IBep20Token} from "../../interfaces/IBep20Token.sol";
import {Governed} from "../safety/Governed.sol";

contract Bep20Token is IBep20Token, ERC20, Governed {
    constructor(
        string memory name,
        string memory symbol,
        uint48 governorDelaySeconds,
        address governor,
        address guardian
    ) ERC20(name, symbol) Governed(governorDelaySeconds, governor, guardian) {}

    /// @inheritdoc IBep20Token
    function mint(address to, uint256 amount) external onlyRole(DEFAULT_ADMIN_ROLE) {
        _mint(to, amount);
        _record("mint", abi.encode(to, amount));
    }

    /// @inheritdoc IBep20Token
    function burn(uint256 amount) external {
        _burn(msg.sender, amount);
    }

    /// @inheritdoc IBep20Token
    function getOwner() external view returns (address) {
        return owner();
    }

    /// @inheritdoc IBep20Token
    function version() external pure returns (string memory) {
        return "1.0.0";
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (block.timestamp < pausedUntil) revert ContractPaused(pausedUntil);
        super._update(from, to, amount);
    }
}
