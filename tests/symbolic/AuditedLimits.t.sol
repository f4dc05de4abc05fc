// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AuditedLimits} from "../../contracts/mocks/AuditedLimits.sol";
import {Act, fold} from "./Fold.sol";
import {svm, vm} from "./Vm.sol";

/// @dev The mock that bears both parts as a governed contract does.
/// @custom:bounds From a trail of one record and one limit; lists of 0 or 2 assets, payloads of 0 or 33 bytes.
/// @custom:halmos --loop 3 --default-array-lengths 0,2 --default-bytes-lengths 0,33
contract AuditedLimitsProofs {
    AuditedLimits private _limits;
    address private _governor;

    function setUpSymbolic(address governor, address asset, uint96 capacity, uint24 refillSeconds) external {
        _governor = governor;
        _limits = new AuditedLimits(governor);
        vm.assume(refillSeconds > 0);
        vm.prank(governor);
        _limits.configureLimit(asset, capacity, refillSeconds);
    }

    /// @notice A limit that is set is one record: who, when, what kind and the arguments, folded onto the last head.
    function check_i45_a_limit_that_is_set_is_one_record(
        uint64 time,
        address caller,
        address asset,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        bytes32 head = _limits.auditHead();
        vm.warp(time);
        vm.prank(caller);
        _limits.configureLimit(asset, capacity, refillSeconds);

        assert(caller == _governor);
        assert(_limits.auditLength() == 2);
        Act memory act = Act(time, caller, "limit.configure", abi.encode(asset, capacity, refillSeconds));
        assert(_limits.auditHead() == fold(head, 1, act));
    }

    /// @notice A call that sets several limits appends one record for each, a failed one none.
    function check_i45_several_limits_are_as_many_records(
        address caller,
        address[] calldata assets,
        uint256 capacity,
        uint256 refillSeconds
    ) external {
        bytes32 head = _limits.auditHead();
        vm.prank(caller);
        try _limits.configureLimits(assets, capacity, refillSeconds) {
            assert(_limits.auditLength() == 1 + assets.length);
        } catch {
            assert(_limits.auditLength() == 1 && _limits.auditHead() == head);
        }
    }

    /// @notice Whatever anybody calls: without a new record no limit of any asset is another.
    function check_i45_no_limit_changes_without_a_record(address caller, address asset, uint256 value) external {
        (uint256 capacity, uint256 refillSeconds) = _limits.limitOf(asset);
        bytes32 head = _limits.auditHead();
        bytes memory call = svm.createCalldata(address(_limits));
        vm.prank(caller);
        (bool success,) = address(_limits).call{value: value}(call);
        if (_limits.auditLength() != 1) {
            assert(success);
            return;
        }

        (uint256 capacityAfter, uint256 refillSecondsAfter) = _limits.limitOf(asset);
        assert(capacityAfter == capacity && refillSecondsAfter == refillSeconds);
        assert(_limits.auditHead() == head);
    }

    /// @notice Consuming is no privileged act and appends nothing.
    function check_i45_a_consumption_appends_nothing(address caller, address asset, uint40 time, uint256 amount)
        external
    {
        bytes32 head = _limits.auditHead();
        vm.warp(time);
        vm.prank(caller);
        _limits.consume(asset, amount);

        assert(_limits.auditLength() == 1 && _limits.auditHead() == head);
    }
}
