"""The advocacy programme of the simulated company."""
