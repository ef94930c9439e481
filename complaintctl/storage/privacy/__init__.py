"""Sealed customer data and the keys that open them."""
