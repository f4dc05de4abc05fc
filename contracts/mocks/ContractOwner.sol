// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Actor} from "./Actor.sol";

/// @dev An owner without a key, who answers a question after a signature (ERC-1271) in whatever way it is told to.
contract ContractOwner is Actor {
    enum Answer {
        Yes,
        No,
        NoMagic,
        Dirty,
        Short,
        Nothing,
        Refusal,
        EatenGas,
        Bomb
    }

    error Unwilling(bytes32 hash);

    Answer public answer;

    function setAnswer(Answer answer_) external {
        answer = answer_;
    }

    function isValidSignature(bytes32 hash, bytes calldata) external view returns (bytes4) {
        bytes4 magic = this.isValidSignature.selector;
        if (answer == Answer.Yes) return magic;
        if (answer == Answer.No) return 0xffffffff;
        if (answer == Answer.Refusal) revert Unwilling(hash);
        Answer told = answer;
        assembly ("memory-safe") {
            switch told
            case 2 {
                mstore(0, 1)
                return(0, 32)
            }
            case 3 {
                mstore(0, or(magic, 1)) // the magic, and something behind it
                return(0, 32)
            }
            case 4 {
                mstore(0, magic)
                return(0, 4)
            }
            case 5 { return(0, 0) }
            case 7 { invalid() }
            default {
                mstore(0, 0)
                return(0, 100000)
            }
        }
    }
}
