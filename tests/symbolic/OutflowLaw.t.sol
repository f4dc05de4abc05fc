// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lemmas} from "./Lemmas.sol";
import {vm} from "./Vm.sol";

/// @dev From what TokenBucketProofs shows of each act to invariant 40: an induction over the outflows, on numbers alone.
/// The law counts what is left as if it had left too, so that it can be carried on.
/// @custom:bounds Block times below 2^40. Lemmas on products and quotients, each proven apart.
contract OutflowLawProofs {
    /// @notice The law holds for a first outflow that leaves, with what is left, no more than the capacity.
    function check_i40_a_first_outflow_keeps_the_law(uint256 all, uint96 capacity, uint24 refillSeconds) external {
        vm.assume(all <= capacity);
        Lemmas.useRises(all, capacity, refillSeconds);

        assert(_isLawful(all, capacity, refillSeconds, 0));
    }

    /// @notice If the law holds for some outflows it holds with the next, which adds to what left and is left no more
    /// than what the seconds between brought, rounded down.
    function check_i40_a_next_outflow_keeps_the_law(
        uint144 before,
        uint40 elapsed,
        uint40 wait,
        uint256 all,
        uint96 capacity,
        uint24 refillSeconds
    ) external {
        vm.assume(refillSeconds > 0 && _isLawful(before, capacity, refillSeconds, elapsed));
        uint256 inflow = Lemmas.times(wait, capacity);
        uint256 refill = inflow / refillSeconds;
        vm.assume(all <= before + refill);

        // all · window ≤ before · window + inflow
        Lemmas.useFitsWide(wait, capacity);
        Lemmas.useFits(before, refillSeconds);
        Lemmas.useRoundsDown(inflow, refillSeconds);
        Lemmas.useDistributes(before, refill, refillSeconds);
        Lemmas.useRises(all, before + refill, refillSeconds);
        // (window + elapsed + wait) · capacity = (window + elapsed) · capacity + inflow
        uint256 seconds_ = uint256(refillSeconds) + elapsed;
        Lemmas.useFitsWide(seconds_, capacity);
        Lemmas.useDistributes(seconds_, wait, capacity);
        assert(_isLawful(all, capacity, refillSeconds, uint256(elapsed) + wait));
    }

    /// @dev all ≤ capacity + rate · elapsed, in whole numbers.
    function _isLawful(uint256 all, uint256 capacity, uint256 refillSeconds, uint256 elapsed)
        private
        pure
        returns (bool)
    {
        return Lemmas.times(all, refillSeconds) <= Lemmas.times(refillSeconds + elapsed, capacity);
    }
}
