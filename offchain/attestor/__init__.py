"""Signs the state of outboxes, and stops a bridge on which more arrives than left."""
