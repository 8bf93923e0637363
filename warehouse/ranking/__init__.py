"""Rules that turn scores into an order: values in, values out."""
