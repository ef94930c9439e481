"""Many cases in words: boards, reports, checks."""
