"""Who asks, and what they may: secrets, identities, and the one decision over every access."""
