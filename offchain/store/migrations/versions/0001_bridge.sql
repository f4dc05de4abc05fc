-- $id, $units and $bytes are the types that the databases name differently.

CREATE TABLE transactions (
    id $id,
    chain_id BIGINT NOT NULL,
    sender VARCHAR(42) NOT NULL,
    nonce BIGINT NOT NULL,
    intent VARCHAR(128) NOT NULL,
    target VARCHAR(42) NOT NULL,
    calldata $bytes NOT NULL,
    value $units NOT NULL,
    gas BIGINT,
    status VARCHAR(20) NOT NULL,
    transaction_hash VARCHAR(66),
    block_number BIGINT,
    CONSTRAINT uq_transactions_chain_id_sender_nonce UNIQUE (chain_id, sender, nonce),
    CONSTRAINT uq_transactions_chain_id_sender_intent UNIQUE (chain_id, sender, intent)
);
CREATE INDEX ix_transactions_status ON transactions (status);

CREATE TABLE attempts (
    id $id,
    transaction_id BIGINT NOT NULL,
    nonce BIGINT NOT NULL,
    gas BIGINT NOT NULL,
    tip $units NOT NULL,
    cap $units NOT NULL,
    hash VARCHAR(66) NOT NULL,
    raw $bytes NOT NULL,
    is_noop BOOLEAN NOT NULL,
    CONSTRAINT fk_attempts_transaction_id FOREIGN KEY (transaction_id) REFERENCES transactions (id)
);
CREATE INDEX ix_attempts_transaction_id ON attempts (transaction_id);

CREATE TABLE cross_chain_payments (
    id $id,
    route VARCHAR(66) NOT NULL,
    nonce BIGINT NOT NULL,
    source_chain VARCHAR(64) NOT NULL,
    target_chain VARCHAR(64) NOT NULL,
    sender VARCHAR(42) NOT NULL,
    recipient VARCHAR(42) NOT NULL,
    amount $units NOT NULL,
    token_address VARCHAR(42) NOT NULL,
    bridge_contract VARCHAR(42) NOT NULL,
    status VARCHAR(20) NOT NULL,
    timestamp BIGINT NOT NULL,
    source_transaction VARCHAR(66),
    target_transaction VARCHAR(66),
    rest $units,
    ready_at BIGINT,
    CONSTRAINT uq_cross_chain_payments_route_nonce UNIQUE (route, nonce)
);
CREATE INDEX ix_cross_chain_payments_recipient ON cross_chain_payments (recipient);
CREATE INDEX ix_cross_chain_payments_status ON cross_chain_payments (status);

CREATE TABLE attested_blocks (
    signer VARCHAR(42) NOT NULL,
    route VARCHAR(66) NOT NULL,
    block_number BIGINT NOT NULL,
    block_hash VARCHAR(66) NOT NULL,
    count BIGINT NOT NULL,
    CONSTRAINT pk_attested_blocks PRIMARY KEY (signer, route, block_number)
);

CREATE TABLE attested_counts (
    signer VARCHAR(42) NOT NULL,
    route VARCHAR(66) NOT NULL,
    count BIGINT NOT NULL,
    acc VARCHAR(66) NOT NULL,
    cumulative $units NOT NULL,
    CONSTRAINT pk_attested_counts PRIMARY KEY (signer, route, count)
);

CREATE TABLE cursors (
    name VARCHAR(128) NOT NULL,
    block_number BIGINT NOT NULL,
    block_hash VARCHAR(66) NOT NULL,
    CONSTRAINT pk_cursors PRIMARY KEY (name)
);
