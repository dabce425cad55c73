"""What is written afterwards: the record of an order, from the journal and the history."""
