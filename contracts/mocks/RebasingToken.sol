// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Balances are shares of a supply that anyone may scale.
contract RebasingToken {
    uint8 public constant decimals = 18;

    mapping(address account => uint256) public sharesOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;
    uint256 public numerator = 1;
    uint256 public denominator = 1;

    event Transfer(address indexed from, address indexed to, uint256 value);

    function rebase(uint256 numerator_, uint256 denominator_) external {
        (numerator, denominator) = (numerator * numerator_, denominator * denominator_);
    }

    function mint(address to, uint256 amount) external {
        sharesOf[to] += _sharesFor(amount);
        emit Transfer(address(0), to, amount);
    }

    function approve(address spender, uint256 amount) external returns (bool) {
        allowance[msg.sender][spender] = amount;
        return true;
    }

    function transfer(address to, uint256 amount) external returns (bool) {
        return _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        allowance[from][msg.sender] -= amount;
        return _move(from, to, amount);
    }

    function balanceOf(address account) external view returns (uint256) {
        return (sharesOf[account] * numerator) / denominator;
    }

    function _move(address from, address to, uint256 amount) private returns (bool) {
        uint256 shares = _sharesFor(amount);
        sharesOf[from] -= shares;
        sharesOf[to] += shares;
        emit Transfer(from, to, amount);
        return true;
    }

    function _sharesFor(uint256 amount) private view returns (uint256) {
        return (amount * denominator) / numerator;
    }
}
