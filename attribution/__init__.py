"""Channels, journeys and models: which channels bring our conversions."""
