"""What is true of orders, checkouts, transactions and money. Standard library only."""
