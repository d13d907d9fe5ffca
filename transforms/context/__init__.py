"""What the figures are read with: prices, exchange rates, other countries' trade, budgets, forecasts, policy events."""
