// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {vm} from "./Vm.sol";

/// @dev Facts about whole numbers that the prover sees at once alone and not at all in the midst of a contract. Each is
/// proven in Lemmas.t.sol for all factors in range; who uses one asserts the range, so none is used outside of it.
library Lemmas {
    uint256 internal constant SMALL = 2 ** 50;
    uint256 internal constant NARROW = 2 ** 100;
    uint256 internal constant WIDE = 2 ** 150;

    function times(uint256 x, uint256 r) internal pure returns (uint256) {
        unchecked {
            return x * r;
        }
    }

    function fits(uint256 x, uint256 r) internal pure returns (bool) {
        unchecked {
            return x * r < WIDE * NARROW;
        }
    }

    function fitsWide(uint256 x, uint256 r) internal pure returns (bool) {
        unchecked {
            return x * r < SMALL * NARROW;
        }
    }

    function rises(uint256 x, uint256 y, uint256 r) internal pure returns (bool) {
        unchecked {
            return x > y || x * r <= y * r;
        }
    }

    function distributes(uint256 x, uint256 y, uint256 r) internal pure returns (bool) {
        unchecked {
            return (x + y) * r == x * r + y * r;
        }
    }

    function roundsDown(uint256 x, uint256 r) internal pure returns (bool) {
        unchecked {
            return (x / r) * r <= x;
        }
    }

    function useFits(uint256 x, uint256 r) internal {
        _assertRange(x, r);
        vm.assume(fits(x, r));
    }

    function useFitsWide(uint256 x, uint256 r) internal {
        assert(x < SMALL);
        assert(r < NARROW);
        vm.assume(fitsWide(x, r));
    }

    function useRises(uint256 x, uint256 y, uint256 r) internal {
        _assertRange(x, r);
        _assertRange(y, r);
        vm.assume(rises(x, y, r));
    }

    function useDistributes(uint256 x, uint256 y, uint256 r) internal {
        vm.assume(distributes(x, y, r));
    }

    function useRoundsDown(uint256 x, uint256 r) internal {
        _assertRange(x, r);
        assert(r > 0);
        vm.assume(roundsDown(x, r));
    }

    function _assertRange(uint256 x, uint256 r) private pure {
        assert(x < WIDE);
        assert(r < NARROW);
    }
}
