// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @dev Remembers who called it last, with what value and payload. Its own views aside, it accepts any call.
contract Recorder {
    address public sender;
    uint256 public value;
    bytes public payload;

    receive() external payable {
        (sender, value, payload) = (msg.sender, msg.value, "");
    }

    fallback() external payable {
        (sender, value, payload) = (msg.sender, msg.value, msg.data);
    }
}
