"""What can be set, by flag or variable, one name everywhere; the only reader of the environment."""
