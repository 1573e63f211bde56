"""The scenes of the story."""
