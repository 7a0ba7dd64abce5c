"""The practice itself: who it is, and when it is closed."""
