# Two commands: `make book` builds the book, `make test` checks everything.
# Both do their own set-up; only Python >= 3.11, make and a package index are needed.

.PHONY: help book preview test check course set-up clean report
.DEFAULT_GOAL := help

FIND_PYTHON = for p in "$$PYTHON" python3.13 python3.12 python3.11 python3.14 python3 python; do \
	[ -n "$$p" ] && "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v "$$p"; exit 0; }; done; \
	echo "No Python >= 3.11 was found; install one, or name it: make PYTHON=/path/to/python" >&2; \
	exit 1

help:
	@echo "make book   execute every notebook and build the book"
	@echo "make preview the pages after a change of the library, with the results of before"
	@echo "make test   run every check"
	@echo "make check  run the tests that your changes can reach, the nearest first (3 minutes at most)"
	@echo "make course make notebooks for students and instructors, and slides"
	@echo "make report measure the claims of the paper (two hours; goes on where it was)"
	@echo "make clean  remove what was built; .venv and what was fetched stay"

set-up:
	@python=$$($(FIND_PYTHON)) && "$$python" -m tools.set_up

book: set-up
	@.venv/bin/python -m tools.build_book

preview: set-up
	@BOOK_PREVIEW=1 .venv/bin/python -m tools.build_book

test: set-up
	@.venv/bin/python -m tools.run_tests

check: set-up
	@.venv/bin/python -m tools.check $(if $(SINCE),--since $(SINCE))

course: set-up
	@.venv/bin/python -m tools.course

clean:
	@rm -rf _build .pytest_cache .ruff_cache

report: set-up
	@.venv/bin/python benchmarks/claims.py --seeds 20
