"""How history, rows and references are brought to agree again."""
