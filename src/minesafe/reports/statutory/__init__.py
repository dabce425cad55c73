"""The statutory reports: what a day was, from journal and history, numbered and signed.

`happened` reads the journal, `measured` the history; `daily`, `people`, `attendance` and `leaders`
make tables of cells of it (`facts`), and `written` puts those into words.
"""
