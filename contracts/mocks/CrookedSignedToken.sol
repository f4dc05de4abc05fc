// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {SignedToken} from "./SignedToken.sol";

/// @dev Moves only a part of what it is asked to, burns a part of what the payee gets, or burns so much more of what
/// the sender holds: as it is told.
contract CrookedSignedToken is SignedToken {
    uint256 private constant BPS = 10_000;

    uint256 private _movedBps = BPS;
    uint256 private _takenBps;
    uint256 private _burdenBps;

    function bend(uint256 movedBps, uint256 takenBps, uint256 burdenBps) external {
        (_movedBps, _takenBps, _burdenBps) = (movedBps, takenBps, burdenBps);
    }

    function _update(address from, address to, uint256 value) internal override {
        if (from == address(0) || to == address(0)) return super._update(from, to, value);
        super._update(from, to, (value * _movedBps) / BPS);
        super._update(to, address(0), (value * _takenBps) / BPS);
        super._update(from, address(0), (value * _burdenBps) / BPS);
    }
}
