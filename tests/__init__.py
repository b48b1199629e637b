"""Tests of Tablée; tests/kit/ holds what they share."""
