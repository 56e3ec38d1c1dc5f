"""Psivox voice fitting: from a teacher's speech to a Koopman voice file (.psv)."""
