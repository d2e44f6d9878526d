"""Exhaustive search: every graph up to a size, every order of the steps of a mutator and a collector."""
