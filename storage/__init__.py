"""Terugkeerbot."""
