// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Lemmas} from "./Lemmas.sol";
import {vm} from "./Vm.sol";

/// @custom:bounds None beyond its words.
contract LemmasProofs {
    /// @notice A product of 150 and 100 bits has 250.
    function check_lemma_a_product_fits(uint256 x, uint256 r) external {
        vm.assume(x < Lemmas.WIDE && r < Lemmas.NARROW);

        assert(Lemmas.fits(x, r));
    }

    /// @notice A product of 50 and 100 bits has 150.
    function check_lemma_a_small_product_is_wide(uint256 x, uint256 r) external {
        vm.assume(x < Lemmas.SMALL && r < Lemmas.NARROW);

        assert(Lemmas.fitsWide(x, r));
    }

    /// @notice The larger of two numbers has the larger product, or the same.
    function check_lemma_a_product_rises_with_its_factor(uint256 x, uint256 y, uint256 r) external {
        vm.assume(x < Lemmas.WIDE && y < Lemmas.WIDE && r < Lemmas.NARROW);

        assert(Lemmas.rises(x, y, r));
    }

    /// @notice The product of a sum is the sum of the products, of any numbers.
    function check_lemma_a_product_distributes(uint256 x, uint256 y, uint256 r) external pure {
        assert(Lemmas.distributes(x, y, r));
    }

    /// @notice What division gives, multiplied again, is at most what was divided.
    function check_lemma_division_rounds_down(uint256 x, uint256 r) external {
        vm.assume(x < Lemmas.WIDE && r < Lemmas.NARROW && r > 0);

        assert(Lemmas.roundsDown(x, r));
    }
}
