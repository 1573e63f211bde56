"""A photo club's site: a story told in the terminal, then the admin to click through."""
