"""What people write, choose, count and sign: pure, as strict as what runs beside a chain."""
