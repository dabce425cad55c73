"""What installed mine systems write for their regulators, read from the folder they write it to."""
