"""Lists and drawings of a mine become a proposal, which two people put into force.

`bring` reads what is brought beside the files in force and says what would change and what is
wrong with it; `proposals` keeps it until it is approved, puts it in place and back again.
"""
