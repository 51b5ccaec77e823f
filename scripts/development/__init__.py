"""`make check` and `make test`: what a change must pass, here and in CI alike."""
