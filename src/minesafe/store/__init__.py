"""What the mine remembers: the journal and the spool on its own disk, the history behind them."""
