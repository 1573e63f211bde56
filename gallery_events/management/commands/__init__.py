"""One module for each command: parse, call one flow, answer."""
