"""Commands of the witness."""
