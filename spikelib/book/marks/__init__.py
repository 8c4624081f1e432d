"""Marks for a class: ``python -m spikelib.book.marks FOLDER`` (instructors' edition only).

Notebooks are run one by one in processes of their own, beside a copy of spikelib without reference
answers; their functions are then called with the cases of the checks, and with cases that nobody
has seen. What a notebook prints, or does to its own copy of the checks, has no part in it.
"""
