// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @dev The payment contract as first sketched, kept to show what it falls to: an id that anyone can burn, five words
/// of storage a payment, `.transfer`, native coin only. Never deployed.
contract NaivePayments {
    struct Payment {
        address from;
        address to;
        uint256 amount;
        uint256 timestamp;
        bool processed;
    }

    struct TokenPayment {
        address token;
        address from;
        address to;
        uint256 amount;
        uint256 timestamp;
        bool processed;
    }

    mapping(bytes32 paymentId => Payment) public payments;

    mapping(bytes32 paymentId => TokenPayment) public tokenPayments;

    event PaymentProcessed(bytes32 indexed paymentId, address indexed from, address indexed to, uint256 amount);

    function processPayment(address to, uint256 amount, bytes32 paymentId) external payable {
        require(msg.value == amount, "Incorrect amount");
        require(!payments[paymentId].processed, "Payment already processed");
        payments[paymentId] =
            Payment({from: msg.sender, to: to, amount: amount, timestamp: block.timestamp, processed: true});
        emit PaymentProcessed(paymentId, msg.sender, to, amount);
        payable(to).transfer(amount);
    }

    /// @dev The same for a token, to measure against: its record must name the token.
    function processTokenPayment(address token, address to, uint256 amount, bytes32 paymentId) external {
        require(!tokenPayments[paymentId].processed, "Payment already processed");
        tokenPayments[paymentId] = TokenPayment({
            token: token, from: msg.sender, to: to, amount: amount, timestamp: block.timestamp, processed: true
        });
        emit PaymentProcessed(paymentId, msg.sender, to, amount);
        require(IERC20(token).transferFrom(msg.sender, to, amount), "Transfer failed");
    }
}
