// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IERC7786GatewaySource, IERC7786Recipient} from "@openzeppelin/contracts/interfaces/draft-IERC7786.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {InteroperableAddress} from "@openzeppelin/contracts/utils/draft-InteroperableAddress.sol";
import {Multicall} from "@openzeppelin/contracts/utils/Multicall.sol";

/// @dev The ERC-7786 gateway that OpenZeppelin's bridges leave to others, plain: `threshold` attestors sign each
/// message, in ascending order. Nothing is limited, queued, paused or governed. It says which chain it stands on, so
/// that one chain can be both sides of a measurement.
contract PeerGateway is IERC7786GatewaySource, EIP712, Multicall {
    using InteroperableAddress for bytes;

    error WrongChain(uint256 got, uint256 expected);
    error AlreadyExecuted(bytes32 id);
    error ThresholdNotMet(uint256 got, uint256 expected);
    error InvalidSignature(uint256 index, address signer);
    error NotReceived(bytes32 id);

    bytes32 private constant MESSAGE_TYPE = keccak256("Message(bytes32 id)");

    uint256 private immutable CHAIN_ID;
    uint256 private immutable THRESHOLD;

    uint256 public count;
    mapping(address account => bool) public isAttestor;
    mapping(bytes32 id => bool) public isExecuted;

    constructor(uint256 chainId, uint256 threshold, address[] memory attestors) EIP712("Peer Gateway", "1") {
        (CHAIN_ID, THRESHOLD) = (chainId, threshold);
        for (uint256 i; i < attestors.length; ++i) {
            isAttestor[attestors[i]] = true;
        }
    }

    function sendMessage(bytes calldata recipient, bytes calldata payload, bytes[] calldata attributes)
        external
        payable
        returns (bytes32 id)
    {
        if (attributes.length != 0) revert UnsupportedAttribute(bytes4(attributes[0]));
        bytes memory sender = InteroperableAddress.formatEvmV1(CHAIN_ID, msg.sender);
        id = keccak256(abi.encode(count++, sender, recipient, payload));
        emit MessageSent(id, sender, recipient, payload, msg.value, attributes);
    }

    function execute(
        uint256 nonce,
        bytes calldata sender,
        bytes calldata recipient,
        bytes calldata payload,
        bytes[] calldata signatures
    ) external {
        bytes32 id = keccak256(abi.encode(nonce, sender, recipient, payload));
        (uint256 chainId, address to) = recipient.parseEvmV1Calldata();
        if (chainId != CHAIN_ID) revert WrongChain(chainId, CHAIN_ID);
        if (isExecuted[id]) revert AlreadyExecuted(id);
        _requireSigned(_hashTypedDataV4(keccak256(abi.encode(MESSAGE_TYPE, id))), signatures);

        isExecuted[id] = true;

        bytes4 answer = IERC7786Recipient(to).receiveMessage(id, sender, payload);
        if (answer != IERC7786Recipient.receiveMessage.selector) revert NotReceived(id);
    }

    function supportsAttribute(bytes4) external pure returns (bool) {
        return false;
    }

    function _requireSigned(bytes32 digest, bytes[] calldata signatures) private view {
        if (signatures.length < THRESHOLD) revert ThresholdNotMet(signatures.length, THRESHOLD);
        address last;
        for (uint256 i; i < signatures.length; ++i) {
            address signer = ECDSA.recover(digest, signatures[i]);
            if (signer <= last || !isAttestor[signer]) revert InvalidSignature(i, signer);
            last = signer;
        }
    }
}
