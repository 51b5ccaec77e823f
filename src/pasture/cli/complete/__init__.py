"""``completion``: what a shell offers for the word that is typed."""
