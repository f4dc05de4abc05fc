"""Carries records from outboxes to inboxes: pays for gas, and is trusted with nothing."""
