"""Scripts behind `make book` and `make test`."""
