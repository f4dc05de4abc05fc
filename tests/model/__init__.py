"""What the contracts are judged by in the stateful tests: pure, and as strict as what runs beside a chain."""
