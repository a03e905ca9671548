"""The rows, one module per hundred."""
