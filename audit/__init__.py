"""The witness: hears every signal of gallery_events, keeps a trail, and finds what went past."""
