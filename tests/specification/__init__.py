"""The documented interface of a view, row by row, and what shows that each row is true."""
