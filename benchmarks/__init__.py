"""What galleries cost, measured beside what else could be used: ``python -m benchmarks``."""
