"""Files with known contents for ``benchmarks/readers.py``: written, spoiled, and judged."""
