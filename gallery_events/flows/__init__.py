"""The verbs: the only openers of transactions and senders of signals."""
