"""A simulated B2B company whose causal effects are known."""
