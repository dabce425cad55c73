"""The simulated people who act through phone and page, as real ones would."""
