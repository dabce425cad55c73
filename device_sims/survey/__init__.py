"""A surveyor's office: a whole coal mine made from a seed, written as a mine's directory."""
