"""``cp``: files from and to containers."""
