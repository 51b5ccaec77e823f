"""Where containers run: pure rules over hosts, what runs on them, and what is asked for."""
