// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @dev Native coin as a token, as WETH: any call that it does not know, `permit` among them, is a deposit of its value
/// and succeeds.
contract WrappedCoin is ERC20 {
    constructor() ERC20("Wrapped Coin", "WCOIN") {}

    receive() external payable {
        deposit();
    }

    fallback() external payable {
        deposit();
    }

    function deposit() public payable {
        _mint(msg.sender, msg.value);
    }
}
